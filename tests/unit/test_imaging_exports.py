"""What is taken away from a demo of images says elsewhere what it said there."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pyml import Network, imaging_exports, imaging_program
from pyml import layers as L

CLASSES = ("cat", "dog", "frog")
SHAPE = (9, 8, 2)
NETS = {
    "seed": [L.Conv(4, 3, pad=1, activation="relu"), L.Pool(2), L.Softmax(3)],
    "odd": [L.Conv(4, (3, 2), stride=(2, 1), pad=(0, 1)), L.Tanh(), L.Pool(3, 2, 1), L.Softmax(3)],
    "mean": [L.Conv(4, 3), L.Pool(3, 2, 1, kind="average"), L.LeakyRelu(0.2), L.Softmax(3)],
    "norms": [L.Conv(6, 3), L.BatchNorm(), L.LocalResponseNorm(3, alpha=0.5), L.Softmax(3)],
    "maxout": [L.Conv(6, 3), L.Maxout(2), L.GlobalAveragePool(), L.Dropout(0.3), L.SVM(3)],
    "dense": [L.Flatten(), L.Dense(5, "sigmoid"), L.Dropout(0.2, inverted=False), L.Softmax(3)],
}


def made(name, dtype="float32"):
    net = Network([L.Input(*SHAPE), *NETS[name]], seed=3, dtype=dtype)
    rng = np.random.default_rng(1)
    for _ in range(3):  # so that running values and biases are something
        net.loss_and_gradient(rng.random((4, *SHAPE)), [0, 1, 2, 0])
    net.weights += 0.01
    return net


def printed(text, tmp_path, *flags):
    """The numbers that the program prints, and the names behind them."""
    file = tmp_path / "exported.py"
    file.write_text(text, encoding="utf-8")
    root = str(Path(imaging_exports.__file__).parent.parent)
    run = subprocess.run(
        [sys.executable, "-W", "error", *flags, str(file)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": root},
        check=False,
    )
    assert run.returncode == 0, run.stderr
    rows = [line.split() for line in run.stdout.splitlines()]
    return [float(row[0]) for row in rows], [row[1] for row in rows]


@pytest.fixture
def image(rng):
    return rng.integers(0, 256, SHAPE, dtype=np.uint8)


@pytest.mark.parametrize("name", NETS)
def test_the_program_in_plain_numpy_predicts_the_same(name, image, tmp_path):
    net = made(name)
    p, names = printed(imaging_exports.numpy(net, image, CLASSES), tmp_path, "-I")
    np.testing.assert_allclose(p, net.predict(image[None] / 255 - 0.5)[0], rtol=1e-4, atol=2e-6)
    assert tuple(names) == CLASSES


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_program_with_pyml_predicts_the_same(dtype, image, tmp_path):
    net = made("seed", dtype)
    layers = imaging_program.written(net.given)
    program = imaging_program.network(SHAPE, layers, "Small images.", dtype)
    p, _ = printed(imaging_exports.python(net, program, image, CLASSES), tmp_path)
    np.testing.assert_allclose(p, net.predict(image[None] / 255 - 0.5)[0], atol=2e-6)


def test_a_layer_without_a_short_form_is_named(image):
    class Mine(L.Tanh):
        """Of a visitor."""

    net = Network([L.Input(*SHAPE), Mine(), L.Softmax(3)])
    with pytest.raises(ValueError, match=r"Plain NumPy: Mine\(\) has no short form; take the"):
        imaging_exports.numpy(net, image, CLASSES)
