"""The kernels are compiled small, alike every time, out of our own code alone; or left out."""

import ctypes
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import environment, kernels, library, package, runtime, testing, wheels
from tools.cache import Cache, sha256
from tools.places import ROOT
from tools.problem import Problem

needs_compiler = pytest.mark.skipif(
    kernels.compiler() is None, reason="pip has no C compiler for this machine"
)
SMALLEST = b"\0asm\1\0\0\0"
#: what every side module gets from Pyodide: memory, and where in it and in the table it may be
GIVEN = {"memory", "__memory_base", "__table_base", "__stack_pointer", "__indirect_function_table"}

FAULTY = """
float read(const float *p, int i) { return p[i]; }
int add(int a, int b) { return a + b; }
"""
CALL_FAULTY = """
import ctypes, sys
import numpy as np
library = ctypes.CDLL(sys.argv[1])
library.read.restype = ctypes.c_float
x = np.zeros(int(sys.argv[3]), np.float32)
if sys.argv[2] == "add":
    library.add(2**31 - 1, 1)
else:
    library.read(ctypes.c_void_p(x.ctypes.data), x.size - (sys.argv[2] == "inside"))
print("came back")
"""


def exports() -> set[str]:
    """The functions that pyml calls."""
    from pyml import native

    return set(native.SIGNATURES)


def describe(module: Path) -> dict[str, list[str]]:
    """Imports and exports of a WebAssembly module, by Node."""
    script = (
        "const m = new WebAssembly.Module(require('fs').readFileSync(process.argv[1]));"
        "const names = (list) => list.map((one) => `${one.module ?? ''}.${one.name}`);"
        "console.log(JSON.stringify({imports: names(WebAssembly.Module.imports(m)),"
        " exports: names(WebAssembly.Module.exports(m))}));"
    )
    command = [environment.node(), "-e", script, str(module)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(answer.stdout)
    return found


@needs_compiler
def test_the_pages_library_is_small_and_asks_for_nothing_but_memory() -> None:
    made = kernels.page(Cache())
    assert made
    assert made.read_bytes().startswith(SMALLEST)
    assert made.stat().st_size <= 64 * 1024
    found = describe(made)
    assert set(found["imports"]) <= {f"env.{name}" for name in GIVEN}
    assert exports() <= {name.removeprefix(".") for name in found["exports"]}


@needs_compiler
def test_the_library_for_this_machine_can_be_loaded_and_holds_nothing_foreign() -> None:
    made = kernels.native(Cache())
    assert made
    assert made.stat().st_size <= 128 * 1024
    for name in exports():
        assert getattr(ctypes.CDLL(str(made)), name)
    data = made.read_bytes()
    for foreign in (b"compiler_rt", b"libc.so", b"musl", os.fsencode(ROOT)):
        assert foreign not in data


@needs_compiler
@pytest.mark.parametrize("make", [kernels.page_wheel, kernels.native_wheel])
def test_equal_sources_give_equal_bytes_wherever_they_are_built(
    make: Callable[[Cache], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = make(Cache(tmp_path / "here"))
    monkeypatch.setattr(kernels, "CACHE", tmp_path)  # what the compiler remembered is elsewhere
    there = make(Cache(tmp_path / "another" / "place"))
    assert here != there
    assert here.name == there.name
    assert sha256(here.read_bytes()) == sha256(there.read_bytes())


@needs_compiler
def test_a_wheel_holds_one_package_with_a_library_and_a_right_record(tmp_path: Path) -> None:
    made = kernels.page_wheel(Cache())
    assert made
    version = package.version()
    tag = f"py3-none-pyemscripten_{wheels.runtime_lock()['info']['abi_version']}_wasm32"
    assert made.name == f"pyml_kernels-{version}-{tag}.whl"
    with zipfile.ZipFile(made) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {2020}
        members = {name: archive.read(name) for name in archive.namelist()}
        archive.extractall(tmp_path)
    info = f"pyml_kernels-{version}.dist-info"
    inside = {f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "licenses/LICENSE")}
    assert set(members) == inside | {"pyml_kernels/__init__.py", "pyml_kernels/kernels.so"}
    assert f"Tag: {tag}\n" in members[f"{info}/WHEEL"].decode()
    lines = members[f"{info}/RECORD"].decode().splitlines()
    assert {line.split(",")[0] for line in lines} == set(members)
    for line in lines[:-1]:
        path, digest, size = line.split(",")
        assert (kernels.digest(members[path]), len(members[path])) == (digest, int(size))
    namespace = {"__file__": str(tmp_path / "pyml_kernels" / "__init__.py")}
    exec(members["pyml_kernels/__init__.py"], namespace)
    assert Path(namespace["PATH"]).read_bytes().startswith(SMALLEST)


@needs_compiler
def test_pip_takes_the_wheel_for_this_machine_and_pyml_finds_it(tmp_path: Path) -> None:
    made = kernels.native_wheel(Cache())
    pip = [sys.executable, "-m", "pip", "install", "--no-index", "--target", tmp_path, made]
    subprocess.run(pip, check=True, capture_output=True)
    code = "from pyml import kernels; print(kernels.load())"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    assert answer.stdout.startswith("Kernels(")


def test_without_a_compiler_nothing_is_made_and_the_command_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kernels, "compiler", lambda: None)
    cache = Cache(tmp_path)
    for make in (kernels.page, kernels.native, kernels.page_wheel, kernels.native_wheel):
        assert make(cache) is None
    assert not list(tmp_path.iterdir())
    with pytest.raises(Problem, match=r"no C compiler .*\n.*pip install ziglang=="):
        kernels.install(cache)


def test_without_a_compiler_the_site_is_built_without_kernels_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(kernels, "compiler", lambda: None)
    # Which part of Python's library is the core does not matter here, and takes long to find out.
    monkeypatch.setattr(library, "parts", lambda *_: (tmp_path / "core", tmp_path / "rest"))
    for name in ("core.pack", "rest.pack"):
        (tmp_path / name).write_bytes(name.encode())
    made = runtime.build(Cache(), [])
    assert capsys.readouterr().out.count("built without compiled kernels") == 1
    assert made.to_json()["kernels"] is None
    assert not [path for path in made.files if "kernels" in path]


def test_the_unit_tests_are_told_where_the_library_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {}
    monkeypatch.setattr(testing, "pytest", lambda *_, **variables: told.update(variables) or 0)
    monkeypatch.setattr(kernels, "native", lambda _: Path("there/kernels.so"))
    testing.unit(["-x"])
    assert told["PYML_KERNELS"] == str(Path("there/kernels.so"))
    told.clear()
    monkeypatch.setattr(kernels, "native", lambda _: None)
    testing.unit(["-x"])
    assert "PYML_KERNELS" not in told


@pytest.mark.parametrize(
    ("machine", "found", "wanted"),
    [
        ("x86_64", ["X86_V3", "X86_V4"], "x86_64_v3"),
        ("AMD64", ["X86_V3"], "x86_64_v3"),
        ("x86_64", [], "x86_64"),
        ("aarch64", ["ASIMDHP"], "baseline"),
        ("arm64", [], "baseline"),
    ],
)
def test_code_is_made_for_what_the_processor_can_do(
    monkeypatch: pytest.MonkeyPatch, machine: str, found: list[str], wanted: str
) -> None:
    import numpy

    monkeypatch.setattr(kernels.platform, "machine", lambda: machine)
    monkeypatch.setattr(numpy, "show_config", lambda mode: {"SIMD Extensions": {"found": found}})
    assert kernels.processor() == wanted


def test_this_numpy_tells_what_the_processor_can_do() -> None:
    assert kernels.processor() in ("x86_64", "x86_64_v3", "baseline")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with mistakes in it, compiled with the sanitizers."""
    if not kernels.sanitizer_environment():
        pytest.skip("needs Linux and a gcc with libasan and libubsan")
    folder = tmp_path_factory.mktemp("faulty")
    (folder / "faulty.c").write_text(FAULTY)
    kernels.sanitize(folder / "faulty.c", folder / "faulty.so")
    return folder / "faulty.so"


@pytest.mark.parametrize("size", [1, 5, 300, 100_000])
@pytest.mark.parametrize(
    ("what", "report"),
    [("outside", "heap-buffer-overflow"), ("add", "signed integer overflow"), ("inside", "")],
)
def test_sanitizers_end_python_at_one_number_too_far_and_at_an_overflow(
    faulty: Path, size: int, what: str, report: str
) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", CALL_FAULTY, faulty, what, str(size)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **kernels.sanitizer_environment()},
    )
    assert (answer.returncode == 0) == ("came back" in answer.stdout) == (what == "inside")
    assert report in answer.stderr


def test_the_kernels_can_be_compiled_with_the_sanitizers() -> None:
    made = kernels.sanitized(Cache())
    if made is None:
        pytest.skip("needs Linux and a gcc with libasan and libubsan")
    code = "import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).product_scratch(3, 4))"
    answer = subprocess.run(
        [sys.executable, "-c", code, made],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **kernels.sanitizer_environment()},
    )
    assert int(answer.stdout) > 0
