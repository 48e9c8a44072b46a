"""`python -m pyml`: train a network on images in a terminal, and look at a saved one."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from pyml import Network, Trainer, __version__, saving
from pyml.methods import TRAINERS
from pyml.train import DATA, HEADING, INTERRUPTED, row, train
from pyml.training import history


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m pyml", description=__doc__)
    parser.add_argument("--version", action="version", version=f"pyml {__version__}")
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
    train.add_argument("--epochs", type=natural, help="epochs in all (10, or as begun)")
    half = "the model in float16, half the size"
    train.add_argument("--half", action="store_true", default=None, help=half)
    again = train.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    again.add_argument("--restart", action="store_true", help="begin anew, over the checkpoint")
    live = train.add_argument_group("settings that a resumed run may change")
    for name in ("learning-rate", "momentum"):
        live.add_argument(f"--{name}", type=float, help="(the method's own)")
    for name in ("l1-decay", "l2-decay"):
        live.add_argument(f"--{name}", type=float, help="(0)")
    own = train.add_argument_group("settings of a new run")
    which = own.add_mutually_exclusive_group()
    which.add_argument("--network", metavar="FILE.py", help="Python that defines `layers`, a list")
    which.add_argument(
        "--start", metavar="FILE", help="a saved network whose weights to begin with"
    )
    own.add_argument("--batch-size", type=natural, help="examples in a batch (32)")
    own.add_argument("--method", choices=TRAINERS, help="how to follow the gradient (adam)")
    own.add_argument("--schedule", choices=["constant", "cosine"], help="(constant)")
    own.add_argument("--warm-up", type=whole, metavar="STEPS", help="batches until full rate (0)")
    own.add_argument(
        "--augment", action="store_true", default=None, help="change images a little at random"
    )
    own.add_argument("--validation", type=part, metavar="PART", help="part held back (0.1)")
    own.add_argument("--limit", type=natural, metavar="N", help="use only N images, of all classes")
    own.add_argument("--seed", type=whole, help="decides everything random (0)")
    own.add_argument("--dtype", choices=["float32", "float64"], help="(float32)")
    info = commands.add_parser("info", help="print a saved network", description="Prints a model.")
    info.add_argument("model", metavar="FILE", help="what train or a save() wrote")
    return parser


def checked(
    kind: Callable[[str], float], least: float, below: float, what: str
) -> Callable[[str], float]:
    """A type of argparse: a number of this kind and range."""

    def parse(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = least - 1
        if not least <= value < below:
            raise argparse.ArgumentTypeError(f"it must be {what}, got {text!r}")
        return value

    return parse


natural = checked(int, 1, float("inf"), "a whole number of at least 1")
whole = checked(int, 0, float("inf"), "a whole number of at least 0")
part = checked(float, 0, 1, "a number from 0 to below 1")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code. Errors become one line, not a traceback."""
    args = arguments().parse_args(argv)
    try:
        return {"train": train, "info": info}[args.command](args)
    except BrokenPipeError:  # whoever reads has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 (Python flushes it at exit)
        return 0
    except (ValueError, TypeError, OSError, FloatingPointError, ImportError) as error:
        print(f"pyml: {error}", file=sys.stderr)
        return 1
    except (LookupError, ArithmeticError, MemoryError) as error:
        print(f"pyml: {error!r}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\npyml: interrupted", file=sys.stderr)
        return INTERRUPTED


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
        line = ", ".join(f"{name}: {value}" for name, value in about.items())
        print(line if line.isprintable() else ascii(line))  # a stranger's file may hold anything
        print(HEADING)
        for number, epoch in enumerate(told["history"], 1):
            print(row(number, epoch, told["best_epoch"]))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
