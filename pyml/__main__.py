"""`python -m pyml`: train a network on images in a terminal, and look at a saved one."""

from __future__ import annotations

import argparse
import os
import runpy
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pyml import Network, Trainer, saving, schedules
from pyml import layers as L
from pyml.datasets import augment, cifar10, digits
from pyml.datasets.batches import Batches, split
from pyml.datasets.images import Images
from pyml.methods import TRAINERS
from pyml.terminal import Bar, duration
from pyml.training import Epoch, Run, history

Make = Callable[[], list[L.Layer]]

INTERRUPTED = 130  # what a shell expects of a program that Ctrl-C ended


def cifar10_layers() -> list[L.Layer]:
    """Three times convolution, rectifier and pooling, then ten probabilities."""
    return [
        L.Input(32, 32, 3),
        L.Conv(16, 5, pad=2, activation="relu"),
        L.Pool(2),
        L.Conv(20, 5, pad=2, activation="relu"),
        L.Pool(2),
        L.Conv(20, 5, pad=2, activation="relu"),
        L.Pool(2),
        L.Softmax(10),
    ]


def digits_layers() -> list[L.Layer]:
    """Twice convolution, rectifier and pooling, then ten probabilities."""
    return [
        L.Input(28, 28, 1),
        L.Conv(8, 5, pad=2, activation="relu"),
        L.Pool(2),
        L.Conv(16, 5, pad=2, activation="relu"),
        L.Pool(3),
        L.Softmax(10),
    ]


#: what can be trained on: its loader, its network unless another is given, what augments it
DATA: dict[str, tuple[Callable[..., Images], Make, augment.Augment]] = {
    "cifar10": (cifar10.load, cifar10_layers, augment.Chain(augment.Shift(2), augment.Flip())),
    "digits": (digits.load, digits_layers, augment.Shift(2)),
}

#: option: its value unless given. A resumed run has them from its checkpoint.
DEFAULTS: dict[str, Any] = {
    "network": None,
    "batch_size": 32,
    "method": "adam",
    "learning_rate": None,
    "momentum": None,
    "l1_decay": 0.0,
    "l2_decay": 0.0,
    "schedule": "constant",
    "warm_up": 0,
    "augment": False,
    "validation": 0.1,
    "limit": None,
    "seed": 0,
    "dtype": "float32",
}


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m pyml", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser(
        "train",
        help="train a network on images",
        description="Trains a network, saves the best weights to OUT and a checkpoint beside it "
        "after each epoch. Ctrl-C saves and ends; --resume goes on, also after a kill.",
    )
    train.add_argument("data_set", choices=DATA, help="what the images are")
    train.add_argument("--data", required=True, metavar="PATH", help="archive or folder of images")
    train.add_argument("--out", metavar="FILE", help="the model (DATA_SET.npz)")
    train.add_argument("--epochs", type=natural, default=10, help="epochs in all (10)")
    train.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    train.add_argument("--restart", action="store_true", help="begin anew, over the checkpoint")
    own = train.add_argument_group("settings of a new run")
    own.add_argument("--network", metavar="FILE.py", help="Python that defines `layers`, a list")
    own.add_argument("--batch-size", type=natural, help="examples in a batch (32)")
    own.add_argument("--method", choices=TRAINERS, help="how to follow the gradient (adam)")
    for name in ("learning-rate", "momentum"):
        own.add_argument(f"--{name}", type=float, help="(the method's own)")
    for name in ("l1-decay", "l2-decay"):
        own.add_argument(f"--{name}", type=float, help="(0)")
    own.add_argument("--schedule", choices=["constant", "cosine"], help="(constant)")
    own.add_argument("--warm-up", type=int, metavar="STEPS", help="batches until full rate (0)")
    own.add_argument("--augment", action="store_true", default=None, help="shift (and flip) images")
    own.add_argument("--validation", type=float, metavar="PART", help="part held back (0.1)")
    own.add_argument("--limit", type=natural, metavar="N", help="use only N images")
    own.add_argument("--seed", type=int, help="decides everything random (0)")
    own.add_argument("--dtype", choices=["float32", "float64"], help="(float32)")
    info = commands.add_parser("info", help="print a saved network", description="Prints a model.")
    info.add_argument(
        "model", metavar="FILE", help="what train, Network.save or Trainer.save wrote"
    )
    return parser


def natural(text: str) -> int:
    """A whole number of at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"it must be at least 1, got {text}")
    return number


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code. Errors become one line, not a traceback."""
    args = arguments().parse_args(argv)
    try:
        return {"train": train, "info": info}[args.command](args)
    except (ValueError, OSError, FloatingPointError, ImportError) as error:
        print(f"pyml: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\npyml: interrupted", file=sys.stderr)
        return INTERRUPTED


def train(args: argparse.Namespace) -> int:
    """`train`: loads, begins or resumes, and trains epoch by epoch."""
    out = Path(args.out or f"{args.data_set}.npz")
    checkpoint = out.with_name(f"{out.stem}.checkpoint.npz")
    if checkpoint.exists() and not args.resume and not args.restart:
        raise ValueError(
            f"{checkpoint} is there from a run before; --resume goes on with it, --restart begins "
            f"anew, --out writes to another file"
        )
    settings = resumed(checkpoint, args) if args.resume else begun(args)
    load, make, augmented = DATA[args.data_set]
    with Bar(f"reading {args.data}") as bar:
        data = load(args.data, progress=bar.show)
    x, y, x_val, y_val = parted(data, settings)
    batches = Batches(
        x,
        y,
        settings["batch_size"],
        np.random.default_rng((settings["seed"], 1)),
        augment=augmented if settings["augment"] else None,
        preprocess=cifar10.preprocess,
    )
    validation = (x_val, y_val) if len(y_val) else None
    if args.resume:
        run = Run.load(checkpoint, batches, validation)
    else:
        trainer = new_trainer(settings, make, len(batches) * args.epochs)
        run = Run(trainer, batches, validation, {"data_set": args.data_set, **settings})
    print(run.trainer.net)
    print(f"{run.trainer!r}\n{len(y)} images to train, {len(y_val)} to validate")
    code = epochs(run, args.epochs, out, checkpoint)
    if code == 0 and len(data.y_test):
        run.trainer.net.weights = run.best_weights
        right = run.accuracy(data.x_test, data.y_test)
        print(f"{right:.2%} of {len(data.y_test)} test images are right")
    return code


def begun(args: argparse.Namespace) -> dict[str, Any]:
    """The settings of a new run: those given, the defaults for the others."""
    given = {name: getattr(args, name) for name in DEFAULTS}
    return {name: DEFAULTS[name] if v is None else v for name, v in given.items()}


def resumed(checkpoint: Path, args: argparse.Namespace) -> dict[str, Any]:
    """The settings of the run in the checkpoint; ValueError if others are asked for."""
    if not checkpoint.exists():
        raise ValueError(f"there is no {checkpoint} to resume; leave out --resume to begin")
    about = history(str(checkpoint), saving.read("train", checkpoint))["about"]
    for name in ("data_set", *DEFAULTS):
        asked, had = getattr(args, name), about.get(name)
        if asked is not None and asked != had:
            raise ValueError(
                f"{checkpoint} was begun with {name} {had!r}, not {asked!r}; leave it out, or "
                f"begin anew with --restart"
            )
    return {name: about.get(name, default) for name, default in DEFAULTS.items()}


def parted(data: Images, settings: dict[str, Any]) -> tuple[np.ndarray, ...]:
    """Images and labels to train, images and labels to validate."""
    x, y = data.x_train[: settings["limit"]], data.y_train[: settings["limit"]]
    if not len(y):
        raise ValueError("there are no images to train on, only to test; give the whole archive")
    # Split by a generator of its own: what is held back must be the same in every run.
    rng = np.random.default_rng((settings["seed"], 2))
    return split(x, y, 1 - settings["validation"], rng, stratify=True)


def new_trainer(settings: dict[str, Any], make: Make, steps: int) -> Trainer:
    """A new network with the trainer that the settings ask for, to last for `steps` steps."""
    layers = make() if settings["network"] is None else own_layers(settings["network"])
    net = Network(layers, seed=settings["seed"], dtype=settings["dtype"])
    warm_up = settings["warm_up"]
    schedule: schedules.Schedule | None = None
    if settings["schedule"] == "cosine":
        schedule = schedules.Cosine(max(1, steps - warm_up))
    if warm_up:
        schedule = schedules.WarmUp(warm_up, schedule)
    names = ("learning_rate", "momentum", "l1_decay", "l2_decay")
    options = {name: settings[name] for name in names}
    return Trainer(net, settings["method"], schedule=schedule, **options)


def own_layers(path: str) -> list[L.Layer]:
    """`layers` of a Python file, which is run."""
    if not os.path.exists(path):  # noqa: PTH110
        raise ValueError(f"there is no {path}; --network takes a Python file")
    layers = runpy.run_path(path).get("layers")
    if not isinstance(layers, list):
        raise ValueError(
            f"{path} does not define a list `layers`; write for example: from pyml.layers import "
            f"*; layers = [Input(32, 32, 3), Conv(8, 5, activation='relu'), Softmax(10)]"
        )
    return layers


def epochs(run: Run, count: int, out: Path, checkpoint: Path) -> int:
    """Trains until `count` epochs are complete or somebody wants it to stop; the exit code."""

    def stop(*_: Any) -> None:
        run.stop = True
        # Whoever asks twice does not want to wait for the end of the batch.
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    print(f"{'epoch':>5}  {'loss':>8}  {'validation':>10}  {'examples/s':>10}")
    run.save(checkpoint)  # whatever happens from here on, --resume has something
    while run.epoch < count:
        with Bar(f"epoch {run.epoch + 1}/{count}") as bar:
            whole = run.train(lambda run: bar.show(run.seen, len(run.batches.x), running(run)))
        run.save(checkpoint)
        if whole:
            run.best().save(out)
            print(row(run.epoch, run.history[-1], run.best_epoch), flush=True)
        if run.stop and run.epoch < count:
            print(f"stopped in epoch {run.epoch + 1}; --resume goes on from {checkpoint}")
            return INTERRUPTED
    run.best().save(out)  # a kill may have come between the two files
    print(f"{out}: the weights of epoch {run.best_epoch}; {checkpoint}: to go on, with more epochs")
    return 0


def running(run: Run) -> str:
    """What the bar says of a running epoch."""
    left = (len(run.batches.x) - run.seen) / max(run.speed, 1e-9)
    return f"loss {run.loss:.4f}  {run.speed:,.0f} examples/s  {duration(left)} left"


def row(number: int, epoch: Epoch, best: int) -> str:
    """One line of the table of epochs."""
    right = "-" if epoch.accuracy is None else f"{epoch.accuracy:.2%}"
    mark = "  best" if number == best and epoch.accuracy is not None else ""
    return (
        f"{number:>5}  {epoch.loss:>8.4f}  {right:>10}  {epoch.examples_per_second:>10,.0f}{mark}"
    )


def info(args: argparse.Namespace) -> int:
    """`info`: prints a network, and the trainer and the run if the file holds them."""
    found = saving.read("info", args.model)
    net = saving.network(Network, args.model, found)
    print(net)
    if "trainer" in found:
        print(Trainer.from_parts(args.model, net, found))
    if "run" in found:
        told = history(args.model, found)
        about = {name: value for name, value in told["about"].items() if value is not None}
        print(", ".join(f"{name}: {value}" for name, value in about.items()))
        print(f"{'epoch':>5}  {'loss':>8}  {'validation':>10}  {'examples/s':>10}")
        for number, epoch in enumerate(told["history"], 1):
            print(row(number, epoch, told["best_epoch"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
