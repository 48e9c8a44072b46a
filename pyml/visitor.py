"""Runs Python that a visitor wrote, and explains what went wrong in their words and lines."""

from __future__ import annotations

import contextlib
import io
import math
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from pyml import layers, playground
from pyml.controls import show
from pyml.losses import Head
from pyml.network import Network
from pyml.trainers import Trainer

AnyTrainer = Trainer | playground.Trainer

FILENAME = "<your code>"
MOST_OUTPUT = 10_000
MOST_WEIGHTS = 50_000
MOST_UNITS = 500


class CodeError(ValueError):
    """A mistake in the visitor's code; the exception that it came from is its `__cause__`."""


def run(code: str) -> tuple[dict[str, Any], Output]:
    """Runs `code`; returns the names that it left, and what it prints, now and later.

    Network, Trainer, layers (also as L), playground and np are there without an import, the
    modules as copies: `L.Dense = None` is forgotten with the run. Raises CodeError in plain words
    for whatever goes wrong, SystemExit included.
    """
    own_layers = _copy(layers)
    names: dict[str, Any] = {
        "__name__": FILENAME,
        "Network": Network,
        "Trainer": Trainer,
        "playground": _copy(playground),
        "layers": own_layers,
        "L": own_layers,
        "np": _copy(np),
    }
    printed = Output()
    with _explained(printed):
        exec(compile(code, FILENAME, "exec"), names)
    return names, printed


def _copy(module: types.ModuleType) -> types.ModuleType:
    """A module with the same names, which whoever assigns to them has for themselves."""
    copy = types.ModuleType(module.__name__, module.__doc__)
    copy.__dict__.update(module.__dict__)
    return copy


def called(names: dict[str, Any], name: str, printed: Output, *args: Any) -> Any:
    """What the function `name` of the visitor's code returns; CodeError as in `run`."""
    if not callable(names.get(name)):
        raise CodeError(f"Your code must define a function {name}; there is none.")
    with _explained(printed):
        return names[name](*args)


@contextlib.contextmanager
def _explained(printed: Output) -> Iterator[None]:
    try:
        with contextlib.redirect_stdout(printed):
            yield
    except CodeError:
        raise
    except BaseException as error:  # SystemExit and KeyboardInterrupt too
        raise CodeError(_plain_words(error)) from error


class Made(NamedTuple):
    """What code made: a network, its trainer or None, and what was printed and returned."""

    net: Network
    trainer: AnyTrainer | None
    printed: str


def make(
    code: str, seed: int, check: Callable[[Network], None], *more: Any, large: bool = False
) -> Made:
    """Runs `make_network(seed)` and, if there is one, `make_trainer(net, *more)` of `code`.

    `check` raises CodeError for a network that does not fit the demo. So does this function, in
    plain words, for anything that the code does wrong; how `large` a network may be that is not
    drawn unit by unit is left to `check`.
    """
    names, printed = run(code)
    net = called(names, "make_network", printed, seed)
    if not isinstance(net, Network):
        raise CodeError(
            f"make_network must return a Network, but it returned {show(net)}. "
            f"Does it end with: return Network(layers, seed=seed)?"
        )
    if not large:
        _small(net)
    check(net)
    trainer = _trainer(names, printed, net, *more) if "make_trainer" in names else None
    return Made(net, trainer, printed.getvalue())


def trainer(code: str, net: Network, *more: Any) -> AnyTrainer:
    """The trainer that `make_trainer` in `code` makes of a network that came from elsewhere."""
    return _trainer(*run(code), net, *more)


def _trainer(names: dict[str, Any], printed: Output, net: Network, *more: Any) -> AnyTrainer:
    trainer = called(names, "make_trainer", printed, net, *more)
    if not isinstance(trainer, AnyTrainer):
        raise CodeError(
            f"make_trainer must return a Trainer, but it returned {show(trainer)}. "
            f'Does it end with: return Trainer(net, "sgd", learning_rate=0.1)?'
        )
    if trainer.net is not net:
        raise CodeError("make_trainer must return a trainer of the network that it is given.")
    return trainer


def fits(net: Network, inputs: int, head: type[Head], outputs: int) -> None:
    """CodeError in plain words unless `net` leads from `inputs` numbers to such a head."""
    first, last = net.layers[0], net.layers[-1]
    if first.output_shape != (inputs,):
        raise CodeError(
            f"An example has {inputs} input{'s' * (inputs > 1)}, but your network begins with "
            f"{first}. Begin with L.Input({inputs})."
        )
    if not isinstance(last, head) or last.units != outputs:
        asked = f"{head.__name__}({outputs})"
        many = "is one number" if outputs == 1 else f"are {outputs} numbers"
        many = f"are {outputs} classes" if head is layers.Softmax else f"{many} to predict"
        raise CodeError(f"There {many}, but your network ends with {last}. End with L.{asked}.")
    y = np.arange(2) % outputs if head is layers.Softmax else np.zeros((2, outputs))
    try:
        # A layer of the visitor's own may fail only when it is used; better here than later.
        with np.errstate(all="ignore"):
            net.loss_and_gradient(np.zeros((2, inputs)), y)
            shape = net.predict(np.zeros((3, inputs))).shape
            repr(net)
    except BaseException as error:
        raise CodeError(_plain_words(error)) from error
    if shape != (3, outputs):
        raise CodeError(
            f"For 3 examples your network predicts an array of shape {shape}, not (3, {outputs}). "
            f"Does every layer keep the number of examples?"
        )


def _small(net: Network) -> None:
    widest = max(math.prod(layer.output_shape) for layer in net.layers)
    if widest > MOST_UNITS or net.weights.size > MOST_WEIGHTS:
        raise CodeError(
            f"Your network has {net.weights.size} weights and {widest} units in its widest layer. "
            f"To be drawn in time it may have {MOST_WEIGHTS} and {MOST_UNITS}; use fewer units."
        )
    if not np.isfinite(net.weights).all():
        raise CodeError("Some weights of your network are NaN or infinite.")


def explain(error: BaseException) -> dict[str, Any]:
    """An error as the page is told of it: `message`, `traceback`, and `line` or None."""
    import traceback  # only now: it is large, and most visits go without

    try:
        text, trace = str(error), "".join(traceback.format_exception(error))
    except BaseException:  # an exception of the visitor's own that cannot even be printed
        text = trace = ""
    if not isinstance(error, ValueError | TypeError | FloatingPointError):
        text = f"{type(error).__name__}: {text}"
    line = line_of(error)
    if line is not None and not text.startswith("Line "):
        text = f"Line {line} of your code: {text}"
    return {"message": text, "traceback": trace, "line": line}


def line_of(error: BaseException | None) -> int | None:
    """The last line of the visitor's code that had a part in the error, or None."""
    while error is not None:
        if isinstance(error, SyntaxError) and error.filename == FILENAME:
            return error.lineno
        line = None
        step = error.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename == FILENAME:
                line = step.tb_lineno
            step = step.tb_next
        if line is not None:
            return line
        error = error.__cause__
    return None


def _plain_words(error: BaseException) -> str:
    line = line_of(error)
    where = f"Line {line} of your code: " if line else "Your code: "
    if isinstance(error, SyntaxError):
        return f"{where}Python cannot read this ({error.msg})."
    if isinstance(error, SystemExit):
        return f"{where}it asked Python to exit; return something instead."
    if isinstance(error, NameError):
        return (
            f"{where}{error}. Check the spelling; Network, Trainer, L, playground and np are there."
        )
    if isinstance(error, RecursionError):
        return f"{where}a function calls itself without end."
    if isinstance(error, MemoryError):
        return f"{where}that needs more memory than there is; make the network smaller."
    return f"{where}{type(error).__name__}: {error}"


class Output(io.StringIO):
    """Keeps what is printed, up to a limit: a loop that prints must not fill the memory."""

    def write(self, text: str) -> int:
        """As in StringIO, but what is too much is dropped."""
        room = MOST_OUTPUT - self.tell()
        if room > 0:
            super().write(text[:room] + (" …\n" if len(text) > room else ""))
        return len(text)
