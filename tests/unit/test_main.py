"""`python -m pyml`, as somebody at a terminal uses it: whole processes, real files, real kills."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from pyml import Network
from pyml.__main__ import main
from pyml.datasets import cifar10

ROOT = Path(__file__).parents[2]
NETWORK = (
    "from pyml.layers import *\nlayers = [Input(32, 32, 3), Pool(8), Dropout(0.1), Softmax(10)]\n"
)
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
    assert "data_set: cifar10, network: net.py, batch_size: 4" in checkpoint
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
        (["--data", ".", "--network", "none.py"], "there is no none.py; --network takes a Python"),
        (["--data", ".", "--validation", "2"], "fraction must be from 0 to 1, got -1"),
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
    assert main(["train", "cifar10", *arguments]) == 1
    said = capsys.readouterr().err
    assert text in said
    assert said.startswith("pyml: ")
    assert said.count("\n") == 1


def test_a_run_that_is_there_is_not_overwritten_by_mistake(place, capsys):
    train(*FAST, "--epochs", "1")
    assert train(*FAST, "--epochs", "1") == 1
    assert "--resume goes on with it, --restart begins anew" in capsys.readouterr().err
    assert train("--epochs", "2", "--resume", "--seed", "4") == 1
    assert "was begun with seed 0, not 4; leave it out" in capsys.readouterr().err
    assert train(*FAST, "--epochs", "1", "--restart", "--seed", "4") == 0


def test_numbers_below_one_are_refused(place, capsys):
    with pytest.raises(SystemExit, match="2"):
        train("--epochs", "0")
    assert "it must be at least 1, got 0" in capsys.readouterr().err


def test_info_refuses_what_is_no_model(place, capsys):
    assert main(["info", "net.py"]) == 1
    assert "net.py is not a network file" in capsys.readouterr().err
