"""The browser's JavaScript and CSS, bundled by esbuild: worker first, since the page has to know
its name.
"""

import json
from pathlib import Path
from typing import Any, cast

from tools import environment, progress
from tools.cache import Cache
from tools.places import ROOT, SITE

SCRIPT = ROOT / "tools" / "bundle.mjs"
FOLDER = "app"


def build(
    cache: Cache, runtime: dict[str, Any], data: dict[str, list[str]], version: str
) -> tuple[dict[str, str], dict[str, bytes]]:
    """Bundles everything: (entry's name -> path in the site, path in the site -> content)."""
    worker, worker_files = bundle(
        cache, "worker", ["worker.js"], {"__RUNTIME__": runtime, "__FILES__": data}
    )
    define = {"__WORKER__": worker["worker.js"], "__VERSION__": version}
    entries = ["app.js", "style.css"]
    page, page_files = bundle(cache, "page", entries, define)
    return {**worker, **page}, {**worker_files, **page_files}


def bundle(
    cache: Cache, name: str, entries: list[str], define: dict[str, Any]
) -> tuple[dict[str, str], dict[str, bytes]]:
    """Bundles some entries of `site/`."""

    def make(folder: Path) -> None:
        job = {
            "out": str(folder / "out"),
            "entries": [f"site/{entry}" for entry in entries],
            "define": define,
        }
        answer = progress.run(
            [environment.node(), SCRIPT, json.dumps(job)],
            f"Bundling the {name}",
            "The message above names the file and line in site/ to correct.",
            cwd=ROOT,
        )
        (folder / "names.json").write_text(answer.splitlines()[-1], encoding="utf-8")

    inputs = [SITE, SCRIPT, ROOT / "package-lock.json", entries, define]
    folder = cache.step(f"bundle-{name}", inputs, make)
    names = cast(dict[str, str], json.loads((folder / "names.json").read_text(encoding="utf-8")))
    paths = {Path(source).name: f"{FOLDER}/{file}" for source, file in names.items()}
    files = {f"{FOLDER}/{path.name}": path.read_bytes() for path in (folder / "out").iterdir()}
    return paths, files
