"""`python -m pyml train`: from a command line to a run, and what a person sees of it."""

from __future__ import annotations

import argparse
import runpy
import signal
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pyml import Network, Trainer, saving, schedules
from pyml import layers as L
from pyml.datasets import augment, cifar10, digits
from pyml.datasets.batches import Batches, split
from pyml.datasets.distort import Distort
from pyml.datasets.images import Images
from pyml.terminal import Bar, duration
from pyml.training import Epoch, Run, history

Make = Callable[[], list[L.Layer]]

INTERRUPTED = 130  # what a shell expects of a program that Ctrl-C ended
HEADING = f"{'epoch':>5}  {'loss':>8}  {'validation':>10}  {'accuracy':>8}  {'examples/s':>10}"


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


#: what paper becomes behind `preprocess`, around digits that were moved
BLACK = -0.5
#: what can be trained on: its loader, its network unless another is given, what augments it
DATA: dict[str, tuple[Callable[..., Images], Make, augment.Augment]] = {
    "cifar10": (cifar10.load, cifar10_layers, augment.Chain(augment.Shift(2), augment.Flip())),
    "digits": (
        digits.load,
        digits_layers,
        augment.Chain(Distort(10, 0.1, fill=BLACK), augment.Shift(2, fill=BLACK)),
    ),
}

#: settings that a resumed run may change, as the trainer takes them
LIVE: dict[str, Any] = {"learning_rate": None, "momentum": None, "l1_decay": 0.0, "l2_decay": 0.0}
#: settings that a resumed run has from its checkpoint, with their values unless given
FIXED: dict[str, Any] = {
    "network": None,
    "start": None,
    "batch_size": 32,
    "method": "adam",
    "schedule": "constant",
    "warm_up": 0,
    "augment": False,
    "validation": 0.1,
    "limit": None,
    "seed": 0,
    "dtype": "float32",
}


def train(args: argparse.Namespace) -> int:
    """Loads, begins or resumes, and trains epoch by epoch; returns the exit code."""
    out = Path(args.out or f"{args.data_set}.npz")
    name = out.stem if out.suffix == ".npz" else out.name
    checkpoint = out.with_name(f"{name}.checkpoint.npz")
    if not out.parent.is_dir():
        raise ValueError(f"--out: there is no folder {out.parent}; make it first")
    if out.is_dir():
        raise ValueError(f"--out: {out} is a folder; name a file")
    if checkpoint.exists() and not args.resume and not args.restart:
        raise ValueError(
            f"{checkpoint} is there from a run before; --resume goes on with it, --restart begins "
            f"anew, --out writes to another file"
        )
    settings = resumed(checkpoint, args) if args.resume else begun(args)
    layers = own_layers(settings["network"]) if settings["network"] else None
    load, make, augmented = DATA[args.data_set]
    with Bar(f"reading {args.data}") as bar:
        data = load(args.data, progress=bar.show)
    x, y, x_val, y_val = parted(data, settings)
    if not len(y):
        raise ValueError(
            f"of {len(data.y_train)} images none is left to train on; take a larger --limit or a "
            f"smaller --validation"
        )
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
        if layers is not None and args.network:
            same_layers(checkpoint, run, layers)
        for name in LIVE:
            if getattr(args, name) is not None:
                setattr(run.trainer, name, getattr(args, name))
        run.about = settings
    else:
        start = Network.load(settings["start"]) if settings["start"] else None
        layers = layers or (start.given if start else make())
        trainer = new_trainer(settings, layers, len(batches) * settings["epochs"])
        if start:
            trainer.net.weights = start.weights
        run = Run(trainer, batches, validation, settings)
        run.check()
    print(run.trainer.net)
    print(f"{run.trainer!r}\n{len(y)} images to train, {len(y_val)} to validate")
    code = epochs(run, settings["epochs"], out, checkpoint, bool(settings["half"]))
    if code == 0 and len(data.y_test):
        run.trainer.net.weights = Network.load(out).weights
        _, right = run.judge(data.x_test, data.y_test)
        print(f"{right or 0:.2%} of {len(data.y_test)} test images are right")
    return code


def begun(args: argparse.Namespace) -> dict[str, Any]:
    """The settings of a new run: those given, the defaults for the others."""
    settings = {"data_set": args.data_set, "epochs": args.epochs or 10, "half": args.half}
    for name, default in (FIXED | LIVE).items():
        given = getattr(args, name)
        settings[name] = default if given is None else given
    return settings


def resumed(checkpoint: Path, args: argparse.Namespace) -> dict[str, Any]:
    """The settings of the run in the checkpoint; ValueError if others are asked for."""
    if not checkpoint.exists():
        raise ValueError(f"there is no {checkpoint} to resume; leave out --resume to begin")
    had = history(str(checkpoint), saving.read("train", checkpoint))["about"]
    settings = {"data_set": args.data_set, "epochs": 10, "half": None, **FIXED, **LIVE, **had}
    for name in ("data_set", *FIXED):
        asked = getattr(args, name)
        if name != "network" and asked is not None and asked != settings[name]:
            raise ValueError(
                f"{checkpoint} was begun with {name} {settings[name]!r}, not {asked!r}; leave it "
                f"out, or begin anew with --restart"
            )
    if settings["schedule"] == "cosine" and args.epochs not in (None, settings["epochs"]):
        raise ValueError(
            f"{checkpoint}: its learning rate goes to zero over {settings['epochs']} epochs, so "
            f"more would learn nothing; leave out --epochs, or begin anew with --restart"
        )
    changes = {name: getattr(args, name) for name in ("epochs", "half", "network", *LIVE)}
    return settings | {name: value for name, value in changes.items() if value is not None}


def parted(data: Images, settings: dict[str, Any]) -> tuple[np.ndarray, ...]:
    """Images and labels to train, images and labels to validate."""
    x, y = data.x_train, data.y_train
    if not len(y):
        raise ValueError("there are no images to train on, only to test; give the whole archive")
    # By a generator of its own: what is held back must be the same in every run.
    rng = np.random.default_rng((settings["seed"], 2))
    if settings["limit"] is not None and settings["limit"] < len(y):
        # Of all classes alike: folders come class by class.
        x, y, _, _ = split(x, y, settings["limit"] / len(y), rng, stratify=True)
    return split(x, y, 1 - settings["validation"], rng, stratify=True)


def new_trainer(settings: dict[str, Any], layers: list[L.Layer], steps: int) -> Trainer:
    """A new network with the trainer that the settings ask for, to last for `steps` steps."""
    net = Network(layers, seed=settings["seed"], dtype=settings["dtype"])
    warm_up = settings["warm_up"]
    schedule: schedules.Schedule | None = None
    if settings["schedule"] == "cosine":
        schedule = schedules.Cosine(max(1, steps - warm_up))
    if warm_up:
        schedule = schedules.WarmUp(warm_up, schedule)
    options = {name: settings[name] for name in LIVE}
    return Trainer(net, settings["method"], schedule=schedule, **options)


def own_layers(path: str) -> list[L.Layer]:
    """`layers` of a Python file, which is run."""
    if not Path(path).is_file():
        raise ValueError(f"--network: there is no file {path}; it takes Python that sets `layers`")
    try:
        layers = runpy.run_path(path).get("layers")
    except Exception as error:  # it is somebody's program: anything may be wrong in it
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)]
        line = getattr(error, "lineno", None) or lines[-1]
        raise ValueError(f"{path}, line {line}: {type(error).__name__}: {error}") from None
    if not isinstance(layers, list | tuple):
        raise ValueError(
            f"{path} does not define a list `layers`; write for example: from pyml.layers import "
            f"*; layers = [Input(32, 32, 3), Conv(8, 5, activation='relu'), Softmax(10)]"
        )
    return list(layers)


def same_layers(checkpoint: Path, run: Run, layers: list[L.Layer]) -> None:
    """ValueError if the run's network is not of these layers."""
    had = run.trainer.net.given
    for mine, theirs in zip(layers, had, strict=False):
        if repr(mine) != repr(theirs):
            raise ValueError(
                f"{checkpoint} was begun with {theirs!r} where --network now has {mine!r}; "
                f"leave it out, or begin anew with --restart"
            )
    if len(layers) != len(had):
        raise ValueError(f"{checkpoint} was begun with {len(had)} layers, not {len(layers)}")


def epochs(run: Run, count: int, out: Path, checkpoint: Path, half: bool) -> int:
    """Trains until `count` epochs are complete or somebody wants it to stop; the exit code.

    `out` gets the best weights, in float16 if `half`.
    """

    def stop(*_: Any) -> None:
        run.stop = True
        # Whoever asks twice does not want to wait for the end of the batch.
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    print(HEADING)
    run.save(checkpoint)  # whatever happens from here on, --resume has something
    while run.epoch < count:
        with Bar(f"epoch {run.epoch + 1}/{count}") as bar:
            whole = run.train(lambda run: bar.show(run.seen, len(run.batches.x), running(run)))
        run.save(checkpoint)
        if whole:
            run.best().save(out, half)
            print(row(run.epoch, run.history[-1], run.best_epoch), flush=True)
        if run.stop and run.epoch < count:
            print(f"stopped in epoch {run.epoch + 1}; --resume goes on from {checkpoint}")
            return INTERRUPTED
    run.best().save(out, half)  # a kill may have come between the two files
    print(f"{out}: the weights of epoch {run.best_epoch}; {checkpoint}: to go on, with more epochs")
    return 0


def running(run: Run) -> str:
    """What the bar says of a running epoch."""
    left = (len(run.batches.x) - run.seen) / max(run.speed, 1e-9)
    return f"loss {run.loss:.4f}  {run.speed:,.0f} examples/s  {duration(left)} left"


def row(number: int, epoch: Epoch, best: int) -> str:
    """One line of the table of epochs."""
    judged = "-" if epoch.validation_loss is None else f"{epoch.validation_loss:.4f}"
    right = "-" if epoch.accuracy is None else f"{epoch.accuracy:.2%}"
    mark = "  best" if number == best and epoch.validation_loss is not None else ""
    speed = f"{epoch.examples_per_second:,.0f}"
    return f"{number:>5}  {epoch.loss:>8.4f}  {judged:>10}  {right:>8}  {speed:>10}{mark}"
