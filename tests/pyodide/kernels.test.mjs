/** The compiled kernels in Pyodide: found, loaded, and as right as NumPy. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { runtime, start } from "./site.mjs";

const skip = runtime().kernels ? false : "the site was built without kernels";

/** @type {any} */
let python;
before(async () => {
  python = await start({ kernels: !skip });
});

test("ctypes loads them from their place, before the rest of Python's library is there", {
  skip,
}, () => {
  const path = python.runPython(`
from pyml import kernels
loaded = kernels.load()
loaded.path
`);
  assert.match(path, /site-packages\/pyml_kernels\/kernels\.so$/);
  assert.equal(python.runPython("from pyml.ops import best; best() is loaded"), true);
});

const NETWORKS = {
  "a convnet":
    "[L.Input(12, 12, 3), L.Conv(6, 5, pad=2, activation='relu'), L.Pool(2), L.Conv(5, 3, activation='tanh'), L.Pool(2), L.Softmax(4)]",
  "a small dense network": "[L.Input(432), L.Dense(7, activation='tanh'), L.Softmax(4)]",
  "a large dense network":
    "[L.Input(432), L.Dense(90, activation='relu'), L.Dense(80, activation='sigmoid'), L.SVM(4)]",
};

for (const [name, layers] of Object.entries(NETWORKS)) {
  test(`loss, gradient and answers of ${name} are NumPy's to 1e-5`, { skip }, () => {
    const worst = python.runPython(`
import numpy as np
from pyml import Network, kernels, layers as L
from pyml.ops import Ops

rng = np.random.default_rng(3)
nets = [Network(${layers}, seed=2, ops=ops) for ops in (Ops(), kernels.load())]
x = rng.normal(size=(7, *nets[0].layers[0].shape)).astype("f")
y = rng.integers(0, 4, 7)
found = [(*net.loss_and_gradient(x, y), net.predict(x)) for net in nets]
float(max(np.abs(a - b).max() / np.abs(a).max() for a, b in zip(*found)))
`);
    assert.ok(worst < 1e-5, `they differ by ${worst}`);
  });
}

const BROKEN = {
  "no library": "b'not a library'",
  "half of a library": "whole[: len(whole) // 2]",
  "another library": "b'\\0asm\\1\\0\\0\\0'",
  "an empty file": "b''",
};

for (const [name, content] of Object.entries(BROKEN)) {
  test(`${name} in the library's place leaves the work to NumPy`, { skip }, () => {
    const answer = python.runPython(`
import sys
from pathlib import Path

import pyml_kernels
from pyml import kernels

whole = Path(loaded.path).read_bytes()
other = Path("/tmp/${name}.so")
other.write_bytes(${content})
usual, pyml_kernels.PATH = pyml_kernels.PATH, str(other)
kernels.load.cache_clear()
answer = kernels.load()
pyml_kernels.PATH = usual
kernels.load.cache_clear()
answer is None and kernels.load() is not None
`);
    assert.equal(answer, true);
  });
}

test("without them NumPy does the work", async () => {
  const without = await start();
  const code =
    "from pyml import kernels, ops; kernels.load() is None and type(ops.best()).__name__";
  assert.equal(without.runPython(code), "Ops");
});
