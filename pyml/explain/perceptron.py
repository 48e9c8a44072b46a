"""One unit with two inputs, z = w0 + w1 x1 + w2 x2, and the two classic rules that teach it.

"perceptron" (Rosenblatt 1958): the output o is 1 if z > 0, else 0, and
    w += rate * (t - o) * (1, x1, x2)
"delta" (Widrow and Hoff 1960, here through a sigmoid): the output is o = 1 / (1 + exp(-z)), and
    w += rate * (t - o) * o * (1 - o) * (1, x1, x2), which goes down the squared error (t - o)^2 / 2
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pyml import demo, visitor
from pyml.controls import show

RULES = ("perceptron", "delta")
#: epochs before the demo says how the delta rule gets on faster
SLOW = 2
#: weights that a visitor may set are between plus and minus this
FARTHEST = 10.0
#: name: label, data set, the classes' names, the inputs' names
DATA = {
    "and": ("AND", "gate_and", "0|1", ("x1", "x2")),
    "or": ("OR", "gate_or", "0|1", ("x1", "x2")),
    "nand": ("NAND", "gate_nand", "0|1", ("x1", "x2")),
    "not": ("NOT", "gate_not", "0|1", ("x1", "not used")),
    "xor": ("XOR", "gate_xor", "0|1", ("x1", "x2")),
    "cloud": ("random cloud", "separable", "0|1", ("x1", "x2")),
    "fruit": (
        "apples and oranges",
        "apples_and_oranges",
        "apple|orange",
        ("colour: green to orange", "surface: smooth to dimpled"),
    ),
    "own": ("your own points", "", "0|1", ("x1", "x2")),
}
CHOICES = tuple((name, label) for name, (label, *_) in DATA.items())
RATE = demo.Slider(
    default=0.5,
    min=0.01,
    max=10.0,
    step=0.01,
    log=True,
    live=True,
    label="Learning rate",
    help="How far one mistake moves the weights",
)


def _weight(default: float, label: str) -> demo.Number:
    """A start weight; the demo's view, which shows the weights, has the field to set it in."""
    return demo.Number(
        default=default,
        min=-FARTHEST,
        max=FARTHEST,
        step=0.1,
        label=label,
        when=("start", ("own",)),
        widget=False,
    )


CONTROLS: dict[str, demo.Control] = {
    "data": demo.Choice(default="and", label="Data", choices=CHOICES),
    "count": demo.Slider(
        default=40, min=4, max=200, step=4, label="Points", when=("data", ("cloud", "fruit"))
    ),
    "rule": demo.Choice(
        default="perceptron",
        label="Rule",
        choices=(("perceptron", "perceptron rule"), ("delta", "delta rule (sigmoid)")),
        help="The delta rule takes smaller steps: give it a higher rate and more speed",
    ),
    "learning_rate": RATE,
    "start": demo.Choice(
        default="random",
        label="Start weights",
        choices=(("random", "random"), ("zero", "all zero"), ("own", "your own")),
    ),
    "w0": _weight(0.5, "w0 (bias)"),
    "w1": _weight(-1.0, "w1"),
    "w2": _weight(0.5, "w2"),
    "code": demo.Code(),
    "speed": demo.speed("3"),
    "points": demo.Points(),
    # Where the points come from, which gives them their names; it is in the link only.
    "origin": demo.Choice(
        default="and", label="Origin of the points", choices=CHOICES, when=("data", ())
    ),
}

PRESETS: dict[str, demo.Preset] = {
    "and": demo.Preset("AND", {}),
    "or": demo.Preset("OR", {"data": "or"}),
    "xor": demo.Preset("XOR", {"data": "xor"}),
    "fruit": demo.Preset("Apples and oranges", {"data": "fruit"}),
    "delta": demo.Preset("The delta rule", {"rule": "delta", "learning_rate": 5.0, "speed": "30"}),
    "by-hand": demo.Preset("By hand", {"start": "own"}),
}


class Lesson(NamedTuple):
    """What one example taught: `delta` (3,) = `factor` * (1, x1, x2) is what the weights gain."""

    z: float
    output: float
    factor: float
    delta: np.ndarray


def respond(weights: np.ndarray, x: np.ndarray, rule: str) -> tuple[np.ndarray, np.ndarray]:
    """The sums z (N,) and outputs (N,) of the unit with weights (3,) for points x (N, 2)."""
    w0, w1, w2 = weights
    # Rounded, so that 0.1 + 0.2 - 0.3 is on the line and not a hair beside it.
    z = np.round(w0 + w1 * x[:, 0] + w2 * x[:, 1], 12)
    if rule == "delta":
        return z, 0.5 * np.tanh(0.5 * z) + 0.5  # the sigmoid, with no exponential to overflow
    return z, (z > 0).astype(np.float64)


def teach(weights: np.ndarray, x: np.ndarray, target: int, rule: str, rate: float) -> Lesson:
    """What the unit with weights (3,) learns from the point x (2,) of class `target`."""
    z, output = (float(value[0]) for value in respond(weights, x[None], rule))
    factor = rate * (target - output)
    if rule == "delta":
        factor *= output * (1 - output)
    return Lesson(z, output, factor, factor * np.array([1.0, x[0], x[1]]))


OUTPUTS = {
    "perceptron": "1 if z > 0 else 0",
    "delta": "0.5 * np.tanh(0.5 * z) + 0.5  # the sigmoid 1 / (1 + exp(-z))",
}
STEPS = {
    "perceptron": "rate * (t - o) * x",
    "delta": "rate * (t - o) * o * (1 - o) * x",
}


def program(rule: str) -> str:
    """The Python of a rule, as it runs."""
    return (
        'def learn(w, x, t, rate):\n    """The weights w after the point x = (1, x1, x2), '
        'which should give t."""\n'
        "    z = round(w @ x, 12)  # the sum; 0.1 + 0.2 - 0.3 is 0\n"
        f"    o = {OUTPUTS[rule]}\n"
        f"    return w + {STEPS[rule]}\n"
    )


class Rule:
    """The function `learn(w, x, t, rate)` that some code defines.

    Raises CodeError, in plain words, if there is none or if it does not give three numbers.
    """

    def __init__(self, code: str) -> None:
        self._names, self._printed = visitor.run(code)
        self(np.array([0.25, -0.5, 0.75]), np.array([0.0, 1.0]), 1, 0.5)

    @property
    def printed(self) -> str:
        """What the code has printed so far."""
        return self._printed.getvalue()

    def __call__(self, weights: np.ndarray, x: np.ndarray, target: int, rate: float) -> np.ndarray:
        """The weights (3,) after the point x (2,) of class `target`."""
        given = weights.copy(), np.array([1.0, *x]), target, rate
        found: Any = visitor.called(self._names, "learn", self._printed, *given)
        try:
            new = np.array(found, np.float64)
        except (TypeError, ValueError):
            new = np.zeros(0)
        if new.shape != (3,):
            raise visitor.CodeError(
                f"learn must return the three new weights, but it returned {show(found)}. "
                f"Does it end with: return w + {STEPS['perceptron']}?"
            )
        if not np.isfinite(new).all():
            raise visitor.CodeError(
                "learn returned a weight that is NaN or infinite; make smaller steps."
            )
        return new


def bound(longest: float, margin: float, start: np.ndarray, rate: float) -> float:
    """How many mistakes the perceptron rule makes at most, from weights `start` (3,).

    (R / gamma)^2 from zero, with R = `longest` and gamma = `margin` as `geometry.margin` gives
    them, and 2 |start| / (rate gamma) more, the way back from a wrong start. Infinite for gamma 0.
    (Novikoff, On Convergence Proofs for Perceptrons, 1962, with a start that is not zero.)
    """
    if margin <= 0:
        return float("inf")
    return (longest / margin) ** 2 + 2 * float(np.sqrt(start @ start)) / (rate * margin)


def numpy_program(weights: np.ndarray, rule: str, points: np.ndarray) -> str:
    """A program of nothing but NumPy that answers as the unit with weights (3,) does."""
    w = ", ".join(repr(float(value)) for value in weights)
    rows = ", ".join(f"[{float(a)!r}, {float(b)!r}]" for a, b in points)
    output = "(z > 0).astype(float)" if rule == "perceptron" else "0.5 * np.tanh(0.5 * z) + 0.5"
    return (
        f'"""A unit with two inputs, trained by pyml, in plain NumPy."""\n\nimport numpy as np\n\n'
        f"w = np.array([{w}])\n\n\n"
        f'def predict(x):\n    """What the unit says to points x (N, 2)."""\n'
        f"    x = np.asarray(x, float)\n"
        f"    z = np.round(w[0] + w[1] * x[:, 0] + w[2] * x[:, 1], 12)\n"
        f"    return {output}\n\n\n"
        f'if __name__ == "__main__":\n    points = np.array([{rows}]).reshape(-1, 2)\n'
        f"    for point, answer in zip(points, predict(points)):\n        print(point, answer)\n"
    )


def program_that_learns(
    code: str, start: np.ndarray, x: np.ndarray, labels: np.ndarray, rate: float
) -> str:
    """A program of nothing but NumPy that learns by `code` from weights `start` (3,)."""
    rows = ",\n    ".join(
        f"([1, {a!r}, {b!r}], {t})" for (a, b), t in zip(x.tolist(), labels.tolist(), strict=True)
    )
    w = ", ".join(repr(float(value)) for value in start)
    return (
        f'"""A unit with two inputs that learns from its mistakes."""\n\nimport numpy as np\n\n\n'
        f"{code}\n\nw = np.array([{w}])\npoints = [\n    {rows},\n]\n"
        f"for epoch in range(100):\n    for x, t in points:\n"
        f"        w = learn(w, np.array(x), t, {rate!r})\n"
        f"print(w)\nfor x, t in points:\n"
        f'    print(x[1:], "should be", t, "and is", int(w @ x > 0))\n'
    )


class Standing(NamedTuple):
    """How far the unit is: what `verdict` speaks of."""

    points: int
    wrong: int
    steps: int
    finished: bool
    #: whether it is too soon to call it hopeless
    early: bool
    separable: bool
    is_xor: bool
    #: how the delta rule gets on faster, "" if it need not
    hint: str


def hint(settings: dict[str, Any], epoch: int) -> str:
    """How the delta rule gets on faster, once it has been seen to be slow; "" if it need not."""
    if settings["rule"] != "delta" or epoch < SLOW:
        return ""
    ways = []
    if settings["learning_rate"] < RATE.max:
        ways.append("a higher learning rate")
    if settings["speed"] != "max":
        ways.append("more speed")
    if not ways:
        return ""
    return f" The delta rule takes small steps: {' and '.join(ways)} will show more."


def verdict(of: Standing) -> str:
    """What is to be seen, in words."""
    n, wrong = of.points, of.wrong
    if not n:
        return "There are no points: click into the picture to make some."
    if not wrong:
        if not of.steps:
            return f"The start weights happen to have all {n} points right already."
        if of.finished:
            steps = f"{of.steps} step{'s' * (of.steps > 1)}"
            return f"Learnt in {steps}: all {n} points are on their side of the line."
        return f"All {n} points are on their side; the outputs are still getting clearer."
    if not of.steps:
        return f"Not trained yet: {wrong} of {n} points are on the wrong side of the line."
    if of.separable or of.early:
        return f"Still learning: {wrong} of {n} points are on the wrong side of the line." + of.hint
    if of.is_xor:
        return (
            "One unit cannot learn XOR: it draws one straight line, and no straight line has "
            "both 1s on one side and both 0s on the other. At most 3 of 4 are ever right."
        )
    return (
        f"One unit cannot learn this: no straight line divides these points. "
        f"Just now {wrong} of {n} are on the wrong side, and it will go on like this."
    )
