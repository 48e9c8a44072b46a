"""The documents: every Python example runs, and prints what stands below it."""

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest

from pyml import layers
from pyml.datasets import cifar10

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(path):
    """(code, what it prints or None) for each Python block of a document."""
    blocks = BLOCK.findall(path.read_text("utf-8"))
    return [
        (text, after[1] if after[0] == "text" else None)
        for (kind, text), after in zip(blocks, [*blocks[1:], ("", "")], strict=True)
        if kind == "python"
    ]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a little of what the examples read."""
    rng = np.random.default_rng(0)
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    x, y = rng.integers(0, 256, (120, 32, 32, 3), np.uint8), np.arange(120) % 10
    (folder / "data_batch_1.bin").write_bytes(cifar10.encode(x, y))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_examples_of_a_document_run_in_order_and_print_what_it_says(path, place, monkeypatch):
    names = {"__name__": path.stem}
    monkeypatch.setitem(layers.LAYERS, "Swish", None)  # what an example enters is taken out again
    for code, printed in examples(path):
        screen = io.StringIO()
        with contextlib.redirect_stdout(screen):
            exec(compile(code, str(path), "exec"), names)
        if printed is not None:
            assert screen.getvalue() == printed


def test_there_are_examples_to_run():
    assert len(examples(ROOT / "docs" / "package.md")) >= 10
    assert examples(ROOT / "README.md")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_to_files_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
