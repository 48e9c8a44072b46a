"""The whole site, put together and written to a folder."""

import json
import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tools import bundle, demos, math, package, progress, runtime
from tools.cache import Cache, sha256
from tools.data import MOST
from tools.data import build as build_data
from tools.pages import Pages
from tools.places import DIST, ROOT, SITE

STATIC = {".svg", ".png", ".ico", ".webmanifest", ".woff2", ".txt"}
DOCUMENTS = ["LICENSE", "THIRD_PARTY_NOTICES.md"]
DRAW = "import sys; from tools.pictures import picture; print(picture(sys.argv[1]))"


def build(
    out: Path = DIST,
    cache: Cache | None = None,
    cifar10: Path | None = None,
    most: int = MOST,
) -> Path:
    """Builds the site into a folder, which then holds nothing else. Returns the folder.

    `cifar10` is what the user has of it; the site gets at most so many thousands to learn from.
    """
    cache = cache or Cache()
    table = demos.read()
    parts = runtime.build(cache, [demo.name for demo in table])
    images = build_data(cache, cifar10, most)
    names, files = bundle.build(cache, parts.to_json(), images.index, package.version())
    common = {
        "app": names["app.js"],
        "style": names["style.css"],
        "version": package.version(),
    }
    pages = Pages(table, common, partial(picture, cache), partial(math.render, cache)).make()
    files = {**parts.files, **images.files, **files, **pages, **static()}
    files[".nojekyll"] = b""
    listing = [[path, sha256(data), len(data)] for path, data in sorted(files.items())]
    files["build.json"] = (json.dumps(listing, indent=0) + "\n").encode()
    changed = write(out, files)
    megabytes = sum(map(len, files.values())) / 1e6
    progress.say(f"{out}: {len(files)} files, {megabytes:.1f} MB, {changed} of them new")
    return out


def static() -> dict[str, bytes]:
    """Files that go into the site as they are."""
    kept = [path for path in sorted(SITE.iterdir()) if path.suffix in STATIC]
    kept += [ROOT / name for name in DOCUMENTS]
    return {path.name: path.read_bytes() for path in kept}


def picture(cache: Cache, name: str) -> str:
    """The picture of a trained demo as inline SVG; drawn again only where pyml or the drawing
    changed.
    """
    drawer = ROOT / "tools" / "pictures.py"

    def make(folder: Path) -> None:
        # In a process of its own, so that `serve` draws with the code as it is now; by NumPy, so
        # that every machine draws the same.
        svg = progress.run(
            [sys.executable, "-c", DRAW, name],
            f"Training {name} for its picture",
            "The message above says what in pyml or tools/pictures.py to correct.",
            cwd=ROOT,
            env={**os.environ, "PYML_BACKEND": "numpy"},
        )
        (folder / "picture.svg").write_text(svg, encoding="utf-8")

    folder = cache.step(f"picture-{name}", [ROOT / "pyml", drawer, name], make)
    return (folder / "picture.svg").read_text(encoding="utf-8")


def write(out: Path, files: Mapping[str, bytes]) -> int:
    """Makes a folder hold exactly these files; returns how many had to be written."""
    changed = 0
    for path, data in files.items():
        place = out / path
        if place.is_file() and place.read_bytes() == data:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(place.name + ".part")
        draft.write_bytes(data)
        draft.replace(place)
        changed += 1
    for place in sorted(out.rglob("*"), reverse=True):
        if place.is_dir():
            if not any(place.iterdir()):
                place.rmdir()
        elif place.relative_to(out).as_posix() not in files:
            place.unlink()
    return changed
