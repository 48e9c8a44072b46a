"""`python -m pyml`, as somebody at a terminal uses it: whole processes, real files, real kills."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from pyml import Network, saving
from pyml.__main__ import main
from pyml.datasets import cifar10
from pyml.layers import LAYERS
from pyml.train import parted

ROOT = Path(__file__).parents[2]
NETWORK = (
    "from pyml.layers import *\nlayers = [Input(32, 32, 3), Pool(8), Dropout(0.1), Softmax(10)]\n"
)
MINE = """
from pyml.layers import *
class Mine(Layer):
    pass
layers = (Input(32, 32, 3), Pool(8), Mine(), Softmax(10))
"""
FAST = ["--network", "net.py", "--batch-size", "4", "--augment", "--learning-rate", "0.01"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with 200 records of a training batch, 20 for testing, and a small network."""
    rng = np.random.default_rng(0)
    for name, n in (("data_batch_1", 200), ("test_batch", 20)):
        y = rng.integers(0, 10, n)
        x = rng.integers(0, 100, (n, 32, 32, 3)) + 15 * y[:, None, None, None]
        (tmp_path / f"{name}.bin").write_bytes(cifar10.encode(x.astype(np.uint8), y))
    (tmp_path / "net.py").write_text(NETWORK, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def start(*arguments):
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "pyml", *arguments],
        env={"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_epoch(process, number):
    """Reads what the process prints up to the row of that epoch."""
    rows = False
    for line in process.stdout:
        if rows and line.split()[0] == str(number):
            return
        rows = rows or line.startswith("epoch")
    raise AssertionError(process.stderr.read())


def train(*arguments):
    return main(["train", "cifar10", "--data", ".", *arguments])


def test_it_trains_saves_the_best_and_tells_so(place, capsys):
    assert train(*FAST, "--epochs", "3", "--out", "model.npz") == 0
    told = capsys.readouterr().out
    assert "180 images to train, 20 to validate" in told
    assert "Network 32x32x3-10, 490 weights, float32, seed 0" in told
    rows = [line.split() for line in told.splitlines() if line.strip()[:1].isdigit()][-4:]
    assert [row[0] for row in rows[:3]] == ["1", "2", "3"]
    assert float(rows[2][1]) < float(rows[0][1])
    assert rows[3][1:] == ["of", "20", "test", "images", "are", "right"]
    assert "model.npz: the weights of epoch" in told
    assert Network.load("model.npz").weights.size == 490


def test_info_prints_a_model_and_a_checkpoint(place, capsys):
    train(*FAST, "--epochs", "2")
    capsys.readouterr()
    assert main(["info", "cifar10.npz"]) == 0
    model = capsys.readouterr().out
    assert model.splitlines()[0] == "Network 32x32x3-10, 490 weights, float32, seed 0"
    assert "Trainer" not in model
    assert main(["info", "cifar10.checkpoint.npz"]) == 0
    checkpoint = capsys.readouterr().out
    assert "Trainer(adam, learning_rate=0.01" in checkpoint
    assert "data_set: cifar10, epochs: 2, network: net.py, batch_size: 4" in checkpoint
    assert len([line for line in checkpoint.splitlines() if "%" in line]) == 2


def test_killed_at_any_moment_it_resumes_to_the_same_weights(place):
    assert train(*FAST, "--epochs", "6", "--out", "whole.npz") == 0
    moments = random.Random(4)
    process = start("train", "cifar10", "--data", ".", *FAST, "--epochs", "6", "--out", "cut.npz")
    for kill in range(3):
        wait_for_epoch(process, 1 + 2 * kill)
        time.sleep(moments.uniform(0, 0.05))
        process.kill()
        process.communicate()
        more = ["--epochs", "6", "--out", "cut.npz", "--resume"]
        process = start("train", "cifar10", "--data", ".", *more)
    told, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "test images are right" in told
    for name in ("{}.npz", "{}.checkpoint.npz"):
        whole, cut = (Network.load(name.format(which)) for which in ("whole", "cut"))
        assert whole.weights.tobytes() == cut.weights.tobytes()


def test_ctrl_c_saves_within_the_epoch(place, capsys):
    big = ["--epochs", "400", "--out", "cut.npz"]
    process = start("train", "cifar10", "--data", ".", *FAST, *big)
    wait_for_epoch(process, 2)
    process.send_signal(signal.SIGINT)
    told, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "--resume goes on from cut.checkpoint.npz" in told
    assert not Path("cut.checkpoint.npz.part").exists()
    assert main(["info", "cut.checkpoint.npz"]) == 0
    done = [line for line in capsys.readouterr().out.splitlines() if "%" in line]
    assert 2 <= len(done) < 400
    assert train("--epochs", str(len(done) + 1), "--out", "cut.npz", "--resume") == 0
    assert train(*FAST, "--epochs", str(len(done) + 1), "--out", "whole.npz") == 0
    whole, cut = (Network.load(f"{name}.checkpoint.npz") for name in ("whole", "cut"))
    assert whole.weights.tobytes() == cut.weights.tobytes()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--data", "nowhere"], "nowhere"),
        (["--data", ".", "--resume"], "there is no cifar10.checkpoint.npz to resume"),
        (["--data", ".", "--network", "none.py"], "--network: there is no file none.py; it takes"),
        (["--data", ".", "--network", "."], "--network: there is no file .; it takes Python"),
        (["--data", ".", "--out", "no/x.npz"], "--out: there is no folder no; make it first"),
        (["--data", ".", "--network", "types.py"], "1 is not a layer; write for example"),
        (["--data", ".", "--network", "wrong.py"], "but Input(28, 28, 1) takes (N, 28, 28, 1)"),
        (["--data", ".", "--network", "zero.py"], "zero.py, line 2: ZeroDivisionError: division"),
        (["--data", ".", "--network", "bad.py"], "bad.py, line 1: SyntaxError: "),
        (["--data", ".", "--out", "folder"], "--out: folder is a folder; name a file"),
        (["--data", ".", "--limit", "1"], "none is left to train on; take a larger --limit"),
        (["--data", ".", "--network", "mine.py"], "Mine is not in layers.LAYERS; enter it"),
        (
            ["--data", ".", "--network", "empty.py"],
            "empty.py does not define a list `layers`; write for example",
        ),
        (["--data", ".", "--method", "adam", "--momentum", "0.5"], "adam does not use momentum"),
        (
            ["--data", ".", *FAST, "--learning-rate", "1e38", "--method", "sgd"],
            "learning has run away; lower the learning rate",
        ),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(place, capsys, arguments, text):
    (place / "empty.py").write_text("layer = 3\n", "utf-8")
    (place / "zero.py").write_text("n = 0\n1 / n\n", "utf-8")
    (place / "bad.py").write_text("layers = [\n", "utf-8")
    (place / "folder").mkdir()
    (place / "types.py").write_text("layers = [1, 2]\n", "utf-8")
    (place / "wrong.py").write_text(NETWORK.replace("32, 32, 3", "28, 28, 1"), "utf-8")
    (place / "mine.py").write_text(MINE, "utf-8")
    assert main(["train", "cifar10", *arguments]) == 1
    said = capsys.readouterr().err
    assert text in said
    assert said.startswith("pyml: ")
    assert said.count("\n") == 1
    # A run that could not begin leaves nothing behind that would be in the way of the next.
    assert "run away" in said or not list(place.glob("*.npz"))


def test_a_run_that_is_there_is_not_overwritten_by_mistake(place, capsys):
    train(*FAST, "--epochs", "1")
    assert train(*FAST, "--epochs", "1") == 1
    assert "--resume goes on with it, --restart begins anew" in capsys.readouterr().err
    assert train("--epochs", "2", "--resume", "--seed", "4") == 1
    assert "was begun with seed 0, not 4; leave it out" in capsys.readouterr().err
    assert train(*FAST, "--epochs", "1", "--restart", "--seed", "4") == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--epochs", "0"], "it must be a whole number of at least 1, got '0'"),
        (["--epochs", "two"], "it must be a whole number of at least 1, got 'two'"),
        (["--seed", "-1"], "it must be a whole number of at least 0, got '-1'"),
        (["--validation", "1"], "it must be a number from 0 to below 1, got '1'"),
        (["--resume", "--restart"], "not allowed with argument"),
        (["--start", "cifar10.npz", "--network", "net.py"], "not allowed with argument"),
    ],
)
def test_options_out_of_range_are_refused(place, capsys, arguments, text):
    with pytest.raises(SystemExit, match="2"):
        train(*arguments)
    assert text in capsys.readouterr().err


def test_a_model_in_float16_is_what_is_tested(place, capsys):
    assert train(*FAST, "--epochs", "1", "--half") == 0
    told = capsys.readouterr().out
    net, best = (Network.load(f"cifar10{name}.npz") for name in ("", ".checkpoint"))
    assert net.weights.tobytes() == best.weights.astype(np.float16).astype(np.float32).tobytes()
    data = cifar10.load(".")
    right = np.mean(net.classify(cifar10.preprocess(data.x_test)) == data.y_test)
    assert f"{right:.2%} of 20 test images are right" in told
    assert train("--epochs", "2", "--resume") == 0
    assert saving.read("test", "cifar10.npz")["weights"].dtype == np.float16


def test_it_begins_with_the_weights_of_a_saved_network(place, capsys):
    train(*FAST, "--epochs", "1")
    slow = ["--learning-rate", "0", "--method", "sgd", "--out", "again.npz", "--epochs", "1"]
    assert train("--start", "cifar10.npz", *slow) == 0
    first, again = (Network.load(name) for name in ("cifar10.npz", "again.npz"))
    assert repr(again) == repr(first)
    assert again.weights.tobytes() == first.weights.tobytes()
    assert train("--start", "cifar10.npz", "--resume", "--out", "again.npz", "--epochs", "2") == 0
    assert train("--start", "net.py", "--out", "none.npz") == 1
    assert "Network.load: net.py is not a network file" in capsys.readouterr().err
    assert not Path("none.npz").exists()


def test_a_limit_takes_of_all_classes(place, capsys):
    y = np.repeat(np.arange(10), 20)
    records = cifar10.encode(np.zeros((200, 32, 32, 3), np.uint8), y)
    (place / "data_batch_1.bin").write_bytes(records)
    assert train(*FAST, "--limit", "40", "--epochs", "1") == 0
    assert "36 images to train, 4 to validate" in capsys.readouterr().out
    settings = {"limit": 40, "seed": 0, "validation": 0.1}
    _, labels, _, _ = parted(cifar10.load("."), settings)
    assert set(labels) == set(range(10))


def test_a_learning_rate_that_goes_to_zero_is_not_prolonged(place, capsys):
    assert train(*FAST, "--epochs", "2", "--schedule", "cosine") == 0
    assert train("--resume", "--epochs", "4") == 1
    assert "goes to zero over 2 epochs, so more would learn nothing" in capsys.readouterr().err
    assert train("--resume") == 0  # nothing is left to do


def test_a_resumed_run_takes_another_learning_rate_but_no_other_network(place, capsys):
    train(*FAST, "--epochs", "1")
    assert train("--resume", "--epochs", "2", "--learning-rate", "0.005") == 0
    assert "learning_rate=0.005" in capsys.readouterr().out
    (place / "net.py").write_text(NETWORK.replace("Pool(8)", "Pool(4)"), "utf-8")
    assert train("--resume", "--epochs", "3", "--network", "net.py") == 1
    assert "was begun with Pool(8) where --network now has Pool(4)" in capsys.readouterr().err
    assert train("--resume", "--epochs", "3", "--network", "./other.py") == 1


def test_layers_of_your_own_are_resumed_too(place, capsys):
    (place / "net.py").write_text(MINE + "LAYERS['Mine'] = Mine\n", "utf-8")
    try:
        assert train(*FAST, "--epochs", "1") == 0
        del LAYERS["Mine"]  # as in a new process
        assert train("--epochs", "2", "--resume") == 0
    finally:
        LAYERS.pop("Mine", None)
    assert main(["info", "cifar10.npz"]) == 1
    assert (
        "it has a layer 'Mine', which is not in layers.LAYERS; if it is" in capsys.readouterr().err
    )


def test_a_reader_who_has_seen_enough_is_no_error(place):
    train(*FAST, "--epochs", "1")
    process = start("info", "cifar10.npz")
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=30) == 0


def test_info_refuses_what_is_no_model(place, capsys):
    assert main(["info", "net.py"]) == 1
    assert "net.py is not a network file" in capsys.readouterr().err
