"""Methods side by side: each trains a network of its own from the same weights on the same batches.

One that runs away is stopped, and the others go on. `valley` is the smallest landscape to race in:
a loss of two weights, long and narrow, that can be drawn as a map.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyml import visitor
from pyml.network import Network
from pyml.trainers import Trainer

#: how far from the middle of the valley its start is
FAR = 5.4
#: a loss that is beyond all that learning could bring back
LOST = 1000.0
#: share of the way, or of the points, that counts as there
NEARLY = 0.95


class Racer:
    """One method: `arrived` and `stopped` are the steps at which it was nearly there, and at which
    it ran away; -1 while it did not. `loss` and `share` (of the way) are what was last measured,
    `began` the loss before the first step.
    """

    def __init__(self, method: str, net: Network, trainer: Trainer) -> None:
        self.method = method
        self.net = net
        self.trainer = trainer
        self.arrived = self.stopped = -1
        self.began = self.loss = self.share = 0.0

    @property
    def runs(self) -> bool:
        """Whether it has not been stopped."""
        return self.stopped < 0

    def learn(self, x: np.ndarray, y: np.ndarray, order: np.ndarray, size: int, step: int) -> None:
        """Takes the steps that follow on `step`, as `Trainer.run`, unless it has been stopped."""
        if not self.runs:
            return
        before = self.trainer.steps
        try:
            self.trainer.run(x, y, order, size)
        except FloatingPointError:
            self.stopped = step + self.trainer.steps - before

    def look(self, step: int) -> None:
        """Takes note of what was measured after `step`."""
        if not step:
            self.began = self.loss
        if self.runs and not self.loss < LOST:
            self.stopped = step
        elif self.runs and self.share >= NEARLY and self.arrived < 0:
            self.arrived = step

    def state(self) -> dict[str, Any]:
        """All that `restore` needs but the weights."""
        told = {name: getattr(self, name) for name in ("arrived", "stopped")}
        return self.trainer.state() | {f"race_{name}": value for name, value in told.items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes over what `state` returned; ValueError if it is of another trainer."""
        trainer = {name: v for name, v in state.items() if not name.startswith("race_")}
        self.trainer.restore(trainer)
        self.arrived, self.stopped = int(state["race_arrived"]), int(state["race_stopped"])


def racers(
    code: str, program: str, methods: list[str], seed: int, check: Callable[[Network], None]
) -> tuple[list[Racer], str, bool]:
    """One racer for each method, what was printed, and whether the code has its own trainers.

    Code that makes no trainers gets those of `program`. Raises CodeError for any mistake in it.
    """
    found: list[Racer] = []
    made = None
    printed = ""
    for method in methods:
        made = visitor.make(code, seed, check, method)
        trainer = made.trainer or visitor.trainer(program, made.net, method)
        if not isinstance(trainer, Trainer):
            raise visitor.CodeError(
                f"make_trainer must return a Trainer here, but for {method} it was {trainer!r}."
            )
        if found:
            if made.net.weights.shape != found[0].net.weights.shape:
                raise visitor.CodeError("make_network must make the same network each time.")
            made.net.weights = found[0].net.weights
        else:
            printed = made.printed
        found.append(Racer(method, made.net, trainer))
    assert made is not None
    return found, printed, made.trainer is not None


def written(tuned: dict[str, dict[str, float]]) -> str:
    """`make_trainer(net, method)` for the settings of each method."""
    rows = ""
    for method, own in tuned.items():
        words = ", ".join(f'"{name}": {value:g}' for name, value in own.items())
        rows += f'        "{method}": {{{words}}},\n'
    return (
        "def make_trainer(net, method):\n"
        '    """Called once for each method, with a network of its own."""\n'
        f"    settings = {{\n{rows}    }}\n"
        "    return Trainer(net, method, **settings[method])\n"
    )


class Valley:
    """A landscape over two weights: half the squared error of w x for four examples x, y.

    The loss is lowest at w = 0, of slope 1 across and 1 / narrow along; angle and start come from
    the seed. The mean of x is zero, so that a bias has no slope.
    """

    def __init__(self, narrow: float, seed: int) -> None:
        rng = np.random.default_rng([seed, 1])
        turned, side = rng.uniform(-1.2, -0.4), rng.uniform(0.1, 0.2)
        across = np.array([np.cos(turned), np.sin(turned)])
        along = np.array([-across[1], across[0]])
        #: where all begin (2,): far along the valley, a bit up its side
        self.start: np.ndarray = (FAR * (np.cos(side) * along + np.sin(side) * across)).round(3)
        along = along / np.sqrt(narrow)
        self.x = (np.sqrt(2) * np.stack([across, -across, along, -along])).astype(np.float32)
        self.y = np.zeros((4, 1), np.float32)

    def depth(self, w: np.ndarray) -> np.ndarray:
        """The loss (n,) of pairs of weights w (n, 2)."""
        found: np.ndarray = ((w @ self.x.T) ** 2).mean(axis=1) / 2
        return found

    def program(self) -> str:
        """`make_network`, beginning at the start."""
        first, second = self.start
        return (
            "def make_network(seed):\n"
            '    """Two weights, so that their loss can be drawn as a map, and an idle bias."""\n'
            "    net = Network([L.Input(2), L.Regression(1)], seed=seed)\n"
            f"    net.weights = [{first:g}, {second:g}, 0]\n"
            "    return net\n"
        )


def told(racers: list[Racer], names: dict[str, str], step: int, way: str) -> str:
    """The race in words: who leads, who is nearly there, who was stopped."""
    running = sorted((racer for racer in racers if racer.runs), key=lambda racer: racer.loss)
    gone = [names[racer.method] for racer in racers if not racer.runs]
    lost = f" Ran away and was stopped: {', '.join(gone)}. Lower its rate." if gone else ""
    if not running:
        return f"All of them ran away.{lost}"
    if not step:
        return (
            f"All {len(running)} start from the same weights, with a loss of {running[0].loss:.3g}."
        )
    first, last = running[0], running[-1]
    text = f"{names[first.method]} leads with a loss of {first.loss:.2g}"
    if last is not first:
        text += f"; {names[last.method]} is last with {last.loss:.2g}"
    wild = [names[racer.method] for racer in running if racer.loss > racer.began]
    if wild:
        lost = f" Worse than at the start: {', '.join(wild)}; their steps are too long.{lost}"
    there = sum(racer.arrived >= 0 for racer in racers)
    return f"{text}. {there} of {len(racers)} have {way}.{lost}"
