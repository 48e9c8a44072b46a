"""What a visitor takes away runs elsewhere and says the same."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pyml import Network, convnetjs, exports, program
from pyml import layers as L

X = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5], [0.0, 0.0]])
PROGRAM = program.whole(
    program.network(2, [(3, "tanh")], "Softmax(2)", "A network."), program.trainer("adam")
)
NETS = {
    "softmax": [L.Dense(3, "tanh"), L.Softmax(2)],
    "svm": [L.Dense(4), L.Maxout(2), L.SVM(3)],
    "regression": [L.Dense(3, "sigmoid"), L.Dropout(0.25), L.Regression(1, "tanh")],
    "old dropout": [L.Dense(3, "relu"), L.Dropout(0.25, inverted=False), L.Regression(2)],
    "leaky": [L.Dense(3), L.LeakyRelu(0.2), L.Flatten(), L.Softmax(2)],
}


def make(name, dtype="float32"):
    return Network([L.Input(2), *NETS[name]], seed=2, dtype=dtype)


def printed(text, tmp_path, *flags):
    """What the program prints for its points: one row for each."""
    file = tmp_path / "exported.py"
    file.write_text(text, encoding="utf-8")
    root = str(Path(exports.__file__).parent.parent)
    run = subprocess.run(
        [sys.executable, "-W", "error", *flags, str(file)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": root, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert run.returncode == 0, run.stderr
    rows = [line.split("] ")[1] for line in run.stdout.splitlines()]
    return np.array([[float(word) for word in row.strip("[] ").split()] for row in rows])


@pytest.mark.parametrize("name", NETS)
def test_the_program_in_plain_numpy_predicts_the_same(name, tmp_path):
    net = make(name)
    found = printed(exports.numpy(net, "", X), tmp_path, "-I")
    np.testing.assert_allclose(found, net.predict(X), rtol=2e-5, atol=2e-6)


def test_the_program_with_pyml_predicts_the_same(tmp_path):
    net = make("softmax")
    net.weights[0] = 1e-30  # every number that float32 has must come back
    found = printed(exports.python(net, PROGRAM, "", X), tmp_path)
    np.testing.assert_allclose(found, net.predict(X), rtol=1e-6)


def test_what_is_done_to_the_points_is_part_of_both_programs(tmp_path):
    net, prepare = make("softmax"), "x = np.stack([x[:, 0] * x[:, 1], x[:, 1]], axis=1)"
    expected = net.predict(np.stack([X[:, 0] * X[:, 1], X[:, 1]], axis=1))
    for text in (exports.python(net, PROGRAM, prepare, X), exports.numpy(net, prepare, X)):
        np.testing.assert_allclose(printed(text, tmp_path), expected, rtol=1e-5)


def test_the_weights_are_written_to_the_bit():
    net = make("softmax")
    names = {}
    exec(compile(exports.python(net, PROGRAM, "", X), "exported", "exec"), names)
    assert names["net"].weights.tobytes() == net.weights.tobytes()


def test_a_layer_without_a_short_form_is_named():
    net = Network([L.Input(2), L.BatchNorm(), L.Softmax(2)])
    with pytest.raises(ValueError, match=r"Plain NumPy: BatchNorm.* take the export with pyml"):
        exports.numpy(net, "", X)


def test_the_files_are_what_their_readers_expect(tmp_path):
    net = make("softmax")
    path = tmp_path / "network.npz"
    path.write_bytes(exports.npz(net))
    np.testing.assert_array_equal(Network.load(path).predict(X), net.predict(X))
    again = convnetjs.loads(exports.in_convnetjs(net))
    np.testing.assert_allclose(again.predict(X), net.predict(X), rtol=1e-6)


def test_a_table_is_csv_that_reads_back():
    columns = {
        "step": np.array([0, 10]),
        "loss": np.array([0.1, 1e-7], np.float32),
        "gone": np.array([np.nan, np.inf]),
    }
    text = exports.table(columns)
    assert text.splitlines()[0] == "step,loss,gone"
    back = np.genfromtxt(io.StringIO(text), delimiter=",", names=True, dtype=np.float32)
    np.testing.assert_array_equal(back["loss"], columns["loss"])
    np.testing.assert_array_equal(back["gone"], columns["gone"].astype(np.float32))
