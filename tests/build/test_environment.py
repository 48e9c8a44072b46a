"""What is missing is named, together with the way to get it."""

import ast
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import build
from tools import environment, progress, serve
from tools.places import ROOT
from tools.problem import Problem


def pretend_node(folder: Path, answer: str) -> None:
    """A program called node that prints some version."""
    program = folder / "node"
    program.write_text(f"#!/bin/sh\necho {answer}\n")
    program.chmod(0o755)


def test_no_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem, match=r"Node\.js was not found\.\n  Install Node\.js 20 or newer"):
        environment.node()


@pytest.mark.skipif(os.name == "nt", reason="the pretended Node is a shell script")
@pytest.mark.parametrize("version", ["v18.19.0", "v9.1.0", "nonsense"])
def test_a_node_that_is_too_old(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str
) -> None:
    pretend_node(tmp_path, version)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(Problem, match=rf"{version} at .* is too old\.\n  Install Node\.js 20"):
        environment.node()


@pytest.mark.skipif(os.name == "nt", reason="the pretended Node is a shell script")
def test_build_py_prints_the_message_and_no_traceback(tmp_path: Path) -> None:
    pretend_node(tmp_path, "v18.0.0")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    answer = subprocess.run(
        [sys.executable, ROOT / "build.py", "build"],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "is too old" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((serve.ADDRESS, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=rf"Port {port} cannot be used.*\n.*--port \d+"):
            serve.listen(tmp_path, port)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_cannot_be(tmp_path: Path, port: int) -> None:
    with pytest.raises(Problem, match="cannot be used"):
        serve.listen(tmp_path, port)


def test_a_command_that_fails_shows_its_output_and_the_way_out() -> None:
    code = "print('first'); [print(n) for n in range(99)]; print('last'); raise SystemExit(3)"
    with pytest.raises(Problem) as caught:
        progress.run([sys.executable, "-c", code], "Trying things", "Do something else.")
    text = str(caught.value)
    for part in ("Trying things failed (exit code 3)", "first", "last", "Do something else."):
        assert part in text
    assert "\n    50\n" not in text


def test_a_command_that_is_not_there() -> None:
    with pytest.raises(Problem, match="could not be started"):
        progress.run(["no-such-program-anywhere"], "Trying", "Install it.")


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment whose Python notes what it is asked, and fails once a file `broken` exists."""
    program = tmp_path / "bin" / "python"
    program.parent.mkdir()
    notes, broken = tmp_path / "asked", tmp_path / "broken"
    program.write_text(f"#!/bin/sh\necho $@ >> {notes}\n! test -e {broken}\n")
    program.chmod(0o755)
    monkeypatch.setattr(environment, "VENV", tmp_path)
    return tmp_path


def asked(pip: Path) -> list[list[str]]:
    """The packages of each call of pip."""
    lines = (pip / "asked").read_text().splitlines() if (pip / "asked").exists() else []
    return [[word for word in line.split() if "==" in word] for line in lines]


posix = pytest.mark.skipif(os.name == "nt", reason="the pretended Python is a shell script")


@posix
def test_packages_are_installed_once_for_each_version(
    monkeypatch: pytest.MonkeyPatch, pip: Path
) -> None:
    table = {"a": ["x==1", "y==1"], "b": ["y==1", "z==1"]}
    project = {"project": {"optional-dependencies": table}}
    monkeypatch.setattr(environment, "pyproject", lambda: project)
    environment.install("a")
    environment.install("a", "b")
    table["a"] = ["x==2", "y==1"]
    for _ in range(2):
        environment.install("a", "b")
    assert asked(pip) == [["x==1", "y==1"], ["z==1"], ["x==2"]]
    assert environment.settled() == {"x==2", "y==1", "z==1"}


@posix
@pytest.mark.parametrize(("system", "build"), [("linux", "+cpu"), ("darwin", ""), ("win32", "")])
def test_torch_comes_only_as_a_build_for_the_cpu(
    monkeypatch: pytest.MonkeyPatch, pip: Path, system: str, build: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    for _ in range(2):
        environment.install_torch()
    (requirement,) = environment.requirements("torch")
    assert asked(pip) == [[requirement + build]]


@posix
def test_torch_that_cannot_be_had_is_left_out_with_one_line_and_not_asked_for_again(
    pip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pip / "broken").touch()
    environment.install_torch()
    told = capsys.readouterr().out
    assert told.count("left out, and tests that compare with it skip. To have them, run") == 1
    environment.install_torch()
    assert len(asked(pip)) == 1
    assert capsys.readouterr().out == ""


@posix
def test_a_compiler_that_cannot_be_had_is_left_out_with_one_line_and_asked_for_another_time(
    pip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (requirement,) = environment.requirements("compiler")
    (pip / "broken").touch()
    environment.install_compiler.cache_clear()  # as in another process
    for _ in range(2):
        environment.install_compiler()
    assert capsys.readouterr().out.count("left out: everything is built without kernels") == 1
    (pip / "broken").unlink()
    for _ in range(2):
        environment.install_compiler.cache_clear()
        environment.install_compiler()
    assert asked(pip) == [[requirement], [requirement]]
    assert environment.settled() == {requirement}


def test_every_package_is_pinned() -> None:
    for requirement in environment.requirements("build", "compiler", "test", "torch", "check"):
        assert "==" in requirement, requirement
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        assert version[0].isdigit(), f"{name} {version}"


def test_numpy_is_tested_in_the_version_that_runs_in_the_page() -> None:
    lock = json.loads((ROOT / "node_modules/pyodide/pyodide-lock.json").read_text(encoding="utf-8"))
    version = lock["packages"]["numpy"]["version"]
    assert f"numpy=={version}" in environment.requirements("build")


def test_build_py_can_be_read_by_the_pythons_that_it_turns_away() -> None:
    source = (ROOT / "build.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    check = next(n for n, node in enumerate(tree.body) if isinstance(node, ast.If))
    imports = [node for node in tree.body[:check] if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imports] == ["import sys"]


@pytest.mark.parametrize("command", ["", *build.COMMANDS])
def test_help_is_there_for_every_command(command: str) -> None:
    given = [part for part in (command, "--help") if part]
    answer = subprocess.run(
        [sys.executable, ROOT / "build.py", *given], capture_output=True, text=True, check=True
    )
    assert "usage: build.py" in answer.stdout


def test_arguments_behind_two_dashes_go_to_pytest() -> None:
    options = build.arguments().parse_args(["test", "--only", "unit", "--", "-k", "x", "-x"])
    assert options.only == ["unit"]
    assert options.pytest == ["-k", "x", "-x"]
