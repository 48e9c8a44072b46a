"""The files in a folder, a tar or zip archive, or a single file, one after the other.

Nothing is written to disk and nothing is believed: sizes that a file claims only ever end the
reading and are never allocated; links, devices and sparse files are passed over or refused. Any
of it may be compressed by gzip.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pyml.datasets import tar
from pyml.datasets.streams import MOST_BYTES, MOST_FILES, Part, Parts, Read, Stream, shown

if TYPE_CHECKING:
    import zipfile

#: how a member of a zip archive may be packed (PKWARE's APPNOTE, 4.4.5)
STORED, DEFLATED = 0, 8
#: folders below the one that is given
DEPTH = 4


class Archive:
    """What is at `path`, to be gone through once by `parts`.

    `owner` begins every error, `wanted` says what could be there. `total` is the bytes that there
    are to read and `done` those that were read. FileNotFoundError if there is nothing.
    """

    def __init__(self, owner: str, path: Path, wanted: str) -> None:
        self.where = f"{owner}: {path}"
        self.path = path
        self.done = 0
        self.total = 0
        if not path.exists():
            raise FileNotFoundError(f"{self.where} does not exist; give it {wanted}")

    def parts(self) -> Parts:
        """The regular files: of a folder by name, of an archive as they come."""
        if self.path.is_dir():
            yield from self._folder()
            return
        if not self.path.is_file():
            raise ValueError(f"{self.where} is neither a file nor a folder")
        with self.path.open("rb") as raw:
            self.total = self.path.stat().st_size
            if raw.read(4) == b"PK\x03\x04":
                yield from self._zip(raw)
                return
            raw.seek(0)
            stream = Stream(self.where, raw, partial(self._moved, 0))
            if tar.is_header(stream.peek(tar.BLOCK)):
                yield from tar.parts(stream)
            else:
                yield Part(self.path.name.removesuffix(".gz"), self.where, stream.read)
            self.done = self.total

    def _moved(self, start: int, position: int) -> None:
        self.done = start + position

    def _folder(self) -> Parts:
        files = sorted(self._below(self.path, DEPTH))
        self.total = sum(path.stat().st_size for path in files)
        before = 0
        for path in files:
            inside = path.relative_to(self.path)
            name = Path(self.path.absolute().name, inside).as_posix().removesuffix(".gz")
            with path.open("rb") as raw:
                where = f"{self.where}/{inside.as_posix()}"
                stream = Stream(where, raw, partial(self._moved, before))
                yield Part(name, where, stream.read)
            before += path.stat().st_size
            self.done = before

    def _below(self, folder: Path, depth: int) -> list[Path]:
        found: list[Path] = []
        for path in folder.iterdir():
            if path.is_file():
                found.append(path)
            elif depth and path.is_dir() and not path.is_symlink():
                found += self._below(path, depth - 1)
            if len(found) > MOST_FILES:
                raise ValueError(
                    f"{self.where}: there are more than {MOST_FILES} files in it; give the folder "
                    f"that holds the data set and nothing else"
                )
        return found

    def _zip(self, raw: BinaryIO) -> Parts:
        import zipfile  # only now: most visits go without

        try:
            archive = zipfile.ZipFile(raw)
            members = archive.infolist()
        except Exception as error:  # BadZipFile, struct.error, UnicodeDecodeError, ...
            raise ValueError(
                f"{self.where}: it is not a zip archive that can be read ({shown(error)}); "
                f"get it again"
            ) from None
        self.total = sum(info.file_size for info in members)
        if self.total > MOST_BYTES or len(members) > MOST_FILES:
            raise ValueError(
                f"{self.where}: it claims {len(members)} files of together {self.total} bytes; "
                f"that is no data set"
            )
        for info in members:
            # The upper half of the attributes is the mode of Unix, where 0o12 is a link.
            if not info.filename.endswith("/") and info.external_attr >> 28 != 0o12:
                where = f"{self.where}/{shown(info.filename)}"
                yield Part(info.filename, where, self._unzipped(archive, info, where))

    def _unzipped(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> Read:
        opened: list[Read] = []

        def read(n: int) -> bytes:
            try:
                if info.compress_type not in (STORED, DEFLATED):
                    raise ValueError("its compression is not deflate")
                if not opened:
                    opened.append(archive.open(info).read)
                data = opened[0](n)
            except Exception as error:  # as above, and RuntimeError for a password
                raise ValueError(
                    f"{where}: it cannot be unpacked ({shown(error)}); make the archive anew"
                ) from None
            self.done += len(data)
            return data

        return read
