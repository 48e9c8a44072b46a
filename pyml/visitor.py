"""Runs Python that a visitor wrote, and explains what went wrong in their words and lines."""

from __future__ import annotations

import contextlib
import io
import math
from typing import Any

import numpy as np

from pyml import layers
from pyml.controls import show
from pyml.network import Network
from pyml.trainers import Trainer

FILENAME = "<your code>"
MOST_OUTPUT = 10_000
MOST_WEIGHTS = 50_000
MOST_UNITS = 500


class CodeError(ValueError):
    """A mistake in the visitor's code; the exception that it came from is its `__cause__`."""


def call(code: str, name: str, *args: Any) -> tuple[Any, str]:
    """Runs `code` and calls the function `name` in it; returns its result and what was printed.

    Network, Trainer, layers (also as L) and np are there without an import. Raises CodeError in
    plain words for whatever goes wrong, SystemExit included.
    """
    names = {
        "__name__": FILENAME,
        "Network": Network,
        "Trainer": Trainer,
        "layers": layers,
        "L": layers,
        "np": np,
    }
    printed = _Output()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(code, FILENAME, "exec"), names)
            if not callable(names.get(name)):
                raise CodeError(f"Your code must define a function {name}(seed); there is none.")
            result = names[name](*args)  # type: ignore[operator]
    except CodeError:
        raise
    except BaseException as error:  # SystemExit and KeyboardInterrupt too
        raise CodeError(_plain_words(error)) from error
    return result, printed.getvalue()


def network(code: str, seed: int, inputs: int, classes: int) -> tuple[Network, str]:
    """The network that `make_network(seed)` in `code` returns, and what was printed.

    Raises CodeError in plain words unless it leads from `inputs` numbers to `classes` classes.
    """
    net, printed = call(code, "make_network", seed)
    if not isinstance(net, Network):
        raise CodeError(
            f"make_network must return a Network, but it returned {show(net)}. "
            f"Does it end with: return Network(layers, seed=seed)?"
        )
    first, last = net.layers[0], net.layers[-1]
    if first.output_shape != (inputs,):
        raise CodeError(
            f"A point has {inputs} coordinates, but your network begins with {first}. "
            f"Begin with L.Input({inputs})."
        )
    if not isinstance(last, layers.Softmax) or last.units != classes:
        raise CodeError(
            f"There are {classes} classes, but your network ends with {last}. "
            f"End with L.Softmax({classes})."
        )
    widest = max(math.prod(layer.output_shape) for layer in net.layers)
    if widest > MOST_UNITS or net.weights.size > MOST_WEIGHTS:
        raise CodeError(
            f"Your network has {net.weights.size} weights and {widest} units in its widest layer. "
            f"To be drawn in time it may have {MOST_WEIGHTS} and {MOST_UNITS}; use fewer units."
        )
    if not np.isfinite(net.weights).all():
        raise CodeError("Some weights of your network are NaN or infinite.")
    try:
        # A layer of the visitor's own may fail only when it is used; better here than later.
        with np.errstate(all="ignore"):
            net.loss_and_gradient(np.zeros((2, inputs)), np.arange(2) % classes)
            shape = net.predict(np.zeros((3, inputs))).shape
            repr(net)
    except BaseException as error:
        raise CodeError(_plain_words(error)) from error
    if shape != (3, classes):
        raise CodeError(
            f"For 3 points your network predicts an array of shape {shape}, not (3, {classes}). "
            f"Does every layer keep the number of points?"
        )
    return net, printed


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


def source(function: Any) -> str:
    """The text of a function at the top level of its module, from `def` to its last line."""
    with open(function.__globals__["__file__"], encoding="utf-8") as file:  # noqa: PTH123
        lines = file.readlines()[function.__code__.co_firstlineno - 1 :]
    end = 1
    while end < len(lines) and (lines[end].isspace() or lines[end][0] in " )"):
        end += 1
    return "".join(lines[:end]).rstrip() + "\n"


def _plain_words(error: BaseException) -> str:
    line = line_of(error)
    where = f"Line {line} of your code: " if line else "Your code: "
    if isinstance(error, SyntaxError):
        return f"{where}Python cannot read this ({error.msg})."
    if isinstance(error, SystemExit):
        return f"{where}it asked Python to exit; return a Network instead."
    if isinstance(error, NameError):
        return f"{where}{error}. Check the spelling; Network, Trainer, L and np are there."
    if isinstance(error, RecursionError):
        return f"{where}a function calls itself without end."
    if isinstance(error, MemoryError):
        return f"{where}that needs more memory than there is; make the network smaller."
    return f"{where}{type(error).__name__}: {error}"


class _Output(io.StringIO):
    """Keeps what is printed, up to a limit: a loop that prints must not fill the memory."""

    def write(self, text: str) -> int:
        room = MOST_OUTPUT - self.tell()
        if room > 0:
            super().write(text[:room] + (" …\n" if len(text) > room else ""))
        return len(text)
