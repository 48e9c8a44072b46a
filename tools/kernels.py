"""pyml's C as compiled libraries, and each library as a wheel: the package `pyml_kernels`.

The compiler is the clang that comes with Zig, which pip brings; no other is needed, and without it
everything computes with NumPy alone. The same source is compiled for the page, as a WebAssembly
side module that Pyodide's ctypes loads, and for this machine. The libraries hold our own code and
nothing else: no C library, nothing of the compiler's.
"""

import base64
import hashlib
import importlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from tools import environment, package, progress, wheels
from tools.cache import Cache
from tools.places import CACHE, ROOT
from tools.problem import Problem

SOURCE = ROOT / "pyml" / "kernels.c"
LIBRARY = "kernels.so"
DATE = (2020, 1, 1, 0, 0, 0)
# Engines and processors run out of registers in loops that the compiler unrolls by itself.
FLAGS = ["-O3", "-fno-unroll-loops", "-fno-math-errno", "-fPIC", "-Wall", "-Wextra", "-Werror"]
PAGE = ["-target", "wasm32-emscripten", "-msimd128"]
LINK_PAGE = ["-shared", "-s", "--experimental-pic", "--no-entry", "--export-dynamic"]
# gcc, since it brings the sanitizers' libraries; what it warns of is the other compiler's affair.
SANITIZE = ["-g", "-O1", "-fno-math-errno", "-fPIC", "-shared", "-w", "-fno-omit-frame-pointer"]
SANITIZE += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
WAY_OUT = "The message above names the line in pyml/*.c to correct."

PACKAGE = '''"""The compiled kernels of pyml; `pyml.kernels.load()` finds them here."""

import os

#: the library's file
PATH = os.path.join(os.path.dirname(__file__), "kernels.so")
'''


def page(cache: Cache) -> Path | None:
    """The side module for WebAssembly; None where there is no compiler."""
    command = compiler()
    if not command:
        return None

    def make(folder: Path) -> None:
        part = folder / "kernels.o"
        build(command, ["cc", *PAGE, *FLAGS, "-c", SOURCE, "-o", part], "Compiling the kernels")
        build(command, ["wasm-ld", *LINK_PAGE, part, "-o", folder / LIBRARY], "Linking the kernels")
        part.unlink()

    inputs = [*sources(), *PAGE, *FLAGS, *LINK_PAGE, *environment.requirements("compiler")]
    return cache.step("kernels-page", inputs, make) / LIBRARY


def native(cache: Cache) -> Path | None:
    """The library for this machine; None where there is no compiler."""
    command = compiler()
    if not command:
        return None
    # Windows has the few functions that clang calls by itself (memset) in no library that is there
    # anyway.
    link = ["-shared", "-s", f"-mcpu={processor()}", *([] if os.name == "nt" else ["-nostdlib"])]

    def make(folder: Path) -> None:
        arguments = ["cc", *FLAGS, *link, str(SOURCE), "-o", str(folder / LIBRARY)]
        build(command, arguments, "Compiling the kernels for this machine")
        for other in folder.iterdir():  # on Windows the linker leaves more than was asked for
            if other.name != LIBRARY:
                other.unlink()

    inputs = [*sources(), *FLAGS, *link, sysconfig.get_platform()]
    inputs += environment.requirements("compiler")
    return cache.step("kernels-native", inputs, make) / LIBRARY


def page_wheel(cache: Cache) -> Path | None:
    """The wheel for Pyodide; None where there is no compiler."""
    abi = wheels.runtime_lock()["info"]["abi_version"]
    return wheel(cache, page(cache), f"pyemscripten_{abi}_wasm32")


def native_wheel(cache: Cache) -> Path | None:
    """The wheel for machines like this one; None where there is no compiler."""
    return wheel(cache, native(cache), sysconfig.get_platform().replace("-", "_").replace(".", "_"))


def install(cache: Cache) -> None:
    """Puts the kernels into the project's own environment, and says where their wheel is."""
    made = native_wheel(cache)
    if made is None:
        raise Problem(
            "There is no C compiler for the kernels on this machine.",
            f"Where pip has one, {environment.python()} -m pip install "
            f"{environment.requirements('compiler')[0]} brings it. Without it NumPy does the work.",
        )
    environment.pip_install(
        ["--no-index", "--force-reinstall", str(made)], "Installing the kernels"
    )
    progress.say(
        f"{made}\n  is installed in {environment.VENV}. To have it beside another pyml, install the"
        f" file with that one's pip; it is for processors of the kind {processor()}."
    )


def compiler() -> list[str] | None:
    """The command in front of `cc` and `wasm-ld`; None if there is none for this machine."""
    environment.install_compiler()
    importlib.invalidate_caches()  # it may have been installed just now
    return [sys.executable, "-m", "ziglang"] if importlib.util.find_spec("ziglang") else None


def processor() -> str:
    """What to compile for. On x86-64 fused multiplication (since 2013) makes kernels a third
    faster, and what is newer adds nothing; other processors have had it from the beginning.
    """
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return "baseline"
    import numpy  # installed in the venv only

    has = cast(dict[str, Any], numpy.show_config(mode="dicts"))["SIMD Extensions"]
    return "x86_64_v3" if "X86_V3" in has["found"] else "x86_64"


def sources() -> list[Path]:
    """All files of C."""
    return sorted((ROOT / "pyml").glob("*.c"))


def build(command: Sequence[str], arguments: Sequence[str | Path], name: str) -> None:
    """Runs the compiler; what it remembers is kept in the project's folder."""
    folders = {f"ZIG_{kind}_CACHE_DIR": str(CACHE / "zig") for kind in ("GLOBAL", "LOCAL")}
    progress.run([*command, *arguments], name, WAY_OUT, env={**os.environ, **folders})


def wheel(cache: Cache, library: Path | None, tag: str) -> Path | None:
    """A library as a wheel for one platform. Equal libraries give equal bytes."""
    if library is None:
        return None
    version = package.version()
    info = f"pyml_kernels-{version}.dist-info"
    members = {
        "pyml_kernels/__init__.py": PACKAGE.encode(),
        f"pyml_kernels/{LIBRARY}": library.read_bytes(),
        f"{info}/METADATA": (
            f"Metadata-Version: 2.4\nName: pyml-kernels\nVersion: {version}\n"
            "Summary: The compiled kernels of pyml\nLicense-Expression: MIT\n"
            "License-File: LICENSE\n"
        ).encode(),
        f"{info}/WHEEL": (
            f"Wheel-Version: 1.0\nGenerator: pyml\nRoot-Is-Purelib: false\nTag: py3-none-{tag}\n"
        ).encode(),
        f"{info}/licenses/LICENSE": (ROOT / "LICENSE").read_bytes(),
    }
    record = f"{info}/RECORD"
    members[record] = "".join(
        [
            *(f"{path},{digest(data)},{len(data)}\n" for path, data in members.items()),
            f"{record},,\n",
        ]
    ).encode()
    name = f"pyml_kernels-{version}-py3-none-{tag}.whl"

    def make(folder: Path) -> None:
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_STORED) as archive:
            for path, data in members.items():
                entry = zipfile.ZipInfo(path, DATE)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data)

    inputs = [name, {path: digest(data) for path, data in members.items()}]
    return cache.step(f"kernels-wheel-{tag}", inputs, make) / name


def digest(data: bytes) -> str:
    """A hash as a wheel's RECORD writes it."""
    code = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return f"sha256={code}"


def sanitized(cache: Cache) -> Path | None:
    """The library with address and undefined-behaviour sanitizers, to be loaded by a Python that
    was started with `sanitizer_environment()`; None without a Linux gcc that has them.
    """
    wanted = sanitizer_environment()  # it names the version of gcc
    if not wanted:
        return None

    def make(folder: Path) -> None:
        sanitize(SOURCE, folder / LIBRARY)

    return cache.step("kernels-sanitized", [*sources(), *SANITIZE, wanted], make) / LIBRARY


def sanitize(source: Path, target: Path) -> None:
    """Compiles one file of C with the sanitizers."""
    progress.run(["gcc", *SANITIZE, source, "-o", target], "Compiling with sanitizers", WAY_OUT)


def sanitizer_environment() -> dict[str, str]:
    """The variables to add for a Python that loads what was sanitized; none where that cannot be.

    A read or write outside an array, or undefined behaviour, then ends that Python with a report.
    """
    gcc = shutil.which("gcc") if sys.platform == "linux" else None
    if not gcc:
        return {}
    # What gcc does not have it answers with the bare name.
    found = [
        Path(
            subprocess.run(
                [gcc, f"-print-file-name={name}"], capture_output=True, text=True, check=True
            ).stdout.strip()
        )
        for name in ("libasan.so", "libubsan.so")
    ]
    if not all(path.is_absolute() for path in found):
        return {}
    options = {"ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}
    return {"LD_PRELOAD": str(found[0]), **options}
