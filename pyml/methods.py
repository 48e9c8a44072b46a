"""The methods of training: which step to take for a gradient, each as its formula.

In the formulas g is the gradient, lr the learning rate times what the schedule makes of it. A
method keeps the accumulators that it needs, one number for each weight; `TRAINERS` lists the
methods by name.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from pyml.trainers import Trainer


#: setting: the values that it may take, from .. below
RANGES = {
    "learning_rate": (0.0, math.inf),
    "momentum": (0.0, 1.0),
    "l1_decay": (0.0, math.inf),
    "l2_decay": (0.0, math.inf),
    "ro": (0.0, 1.0),
    "eps": (1e-30, math.inf),
    "beta1": (0.0, 1.0),
    "beta2": (0.0, 1.0),
    "clip_norm": (1e-30, math.inf),
}


def setting(name: str, value: Any) -> float:
    """`value` as a float in the range of the setting `name`; ValueError for any other."""
    least, below = RANGES[name]
    try:
        plain = isinstance(value, int | float | np.floating | np.integer)
        found = float(value) if plain and not isinstance(value, bool) else math.nan
    except OverflowError:
        found = math.nan
    if not least <= found < below:  # also false for NaN
        top = f" and below {below:g}" if below < math.inf else ""
        raise ValueError(f"Trainer: {name} must be at least {least:g}{top}, got {value!r}")
    return found


class Method:
    """Base of the methods.

    `accumulators` names the (P,) arrays that it wants, zero at the start, as its attributes;
    `defaults` are the settings that it reads from the trainer, with their values unless given.
    """

    accumulators: tuple[str, ...] = ()
    defaults: ClassVar[dict[str, float]] = {}
    #: whether `delta` itself applies l2_decay to the weights, rather than to the gradient
    decouples_decay = False

    def __init__(self, size: int, dtype: np.dtype) -> None:
        for name in self.accumulators:
            setattr(self, name, np.zeros(size, dtype))

    def delta(self, gradient: np.ndarray, lr: float, trainer: Trainer) -> np.ndarray:
        """What to add to the weights (P,) for this gradient (P,), which may be overwritten."""
        raise NotImplementedError


class Sgd(Method):
    """Steepest descent, with momentum if wanted: v = momentum v - lr g; the step is v."""

    accumulators = ("velocity",)
    defaults: ClassVar = {"learning_rate": 0.01, "momentum": 0.0}
    velocity: np.ndarray

    def delta(self, gradient: np.ndarray, lr: float, trainer: Trainer) -> np.ndarray:
        """Returns v."""
        gradient *= lr
        self.velocity *= trainer.momentum
        self.velocity -= gradient
        return self.velocity


class Momentum(Sgd):
    """Steepest descent with a heavy ball (Polyak 1964): as sgd, with momentum 0.9 to begin with."""

    defaults: ClassVar = {"learning_rate": 0.01, "momentum": 0.9}


class Nesterov(Momentum):
    """Looks ahead: v = momentum v - lr g; the step is momentum v - lr g with the new v.

    Sutskever et al., On the Importance of Initialization and Momentum, 2013, with the weights
    kept where the look ahead leads.
    """

    def delta(self, gradient: np.ndarray, lr: float, trainer: Trainer) -> np.ndarray:
        """Returns momentum v - lr g."""
        super().delta(gradient, lr, trainer)  # gradient is now lr g
        step: np.ndarray = trainer.momentum * self.velocity - gradient
        return step


class Adagrad(Method):
    """G = G + g^2; the step is -lr g / sqrt(G + eps): what moved much moves ever less.

    Duchi et al., Adaptive Subgradient Methods, 2011.
    """

    accumulators = ("squares",)
    defaults: ClassVar = {"learning_rate": 0.01, "eps": 1e-8}
    squares: np.ndarray

    def delta(self, gradient: np.ndarray, lr: float, trainer: Trainer) -> np.ndarray:
        """Returns -lr g / sqrt(G + eps)."""
        self.squares += gradient * gradient
        step: np.ndarray = -lr * gradient / np.sqrt(self.squares + trainer.eps)
        return step


class Windowgrad(Method):
    """As adagrad, but G forgets: G = ro G + (1 - ro) g^2; the step is -lr g / sqrt(G + eps)."""

    accumulators = ("squares",)
    defaults: ClassVar = {"learning_rate": 0.01, "ro": 0.95, "eps": 1e-8}
    squares: np.ndarray

    def delta(self, gradient: np.ndarray, lr: float, trainer: Trainer) -> np.ndarray:
        """Returns -lr g / sqrt(G + eps)."""
        self.squares += (1 - trainer.ro) * (gradient * gradient - self.squares)
        step: np.ndarray = -lr * gradient / np.sqrt(self.squares + trainer.eps)
        return step


class Rmsprop(Method):
    """G = ro G + (1 - ro) g^2; the step is -lr g / (sqrt(G) + eps).

    Hinton, Neural Networks for Machine Learning, lecture 6e, 2012.
    """

    accumulators = ("squares",)
    defaults: ClassVar = {"learning_rate": 0.001, "ro": 0.9, "eps": 1e-8}
    squares: np.ndarray

    def delta(self, gradient: np.ndarray, lr: float, trainer: Trainer) -> np.ndarray:
        """Returns -lr g / (sqrt(G) + eps)."""
        self.squares += (1 - trainer.ro) * (gradient * gradient - self.squares)
        step: np.ndarray = -lr * gradient / (np.sqrt(self.squares) + trainer.eps)
        return step


class Adadelta(Method):
    """Steps in the units of the weights, which needs no learning rate (so lr is 1 unless given).

    G = ro G + (1 - ro) g^2; d = -sqrt((D + eps) / (G + eps)) g; D = ro D + (1 - ro) d^2; the
    step is lr d. (Zeiler, ADADELTA, 2012, algorithm 1.)
    """

    accumulators = ("squares", "deltas")
    defaults: ClassVar = {"learning_rate": 1.0, "ro": 0.95, "eps": 1e-6}
    squares: np.ndarray
    deltas: np.ndarray

    def delta(self, gradient: np.ndarray, lr: float, trainer: Trainer) -> np.ndarray:
        """Returns lr d."""
        self.squares += (1 - trainer.ro) * (gradient * gradient - self.squares)
        d = -np.sqrt((self.deltas + trainer.eps) / (self.squares + trainer.eps)) * gradient
        self.deltas += (1 - trainer.ro) * (d * d - self.deltas)
        step: np.ndarray = lr * d
        return step


class Adam(Method):
    """m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2, both divided by 1 - beta^t.

    After t steps; the step is -lr m / (sqrt(v) + eps). (Kingma and Ba, Adam, 2015, algorithm 1.)
    """

    accumulators = ("mean", "squares")
    defaults: ClassVar = {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    mean: np.ndarray
    squares: np.ndarray

    def delta(self, gradient: np.ndarray, lr: float, trainer: Trainer) -> np.ndarray:
        """Returns -lr m / (sqrt(v) + eps)."""
        t = trainer.steps + 1
        self.mean += (1 - trainer.beta1) * (gradient - self.mean)
        self.squares += (1 - trainer.beta2) * (gradient * gradient - self.squares)
        spread = np.sqrt(self.squares / (1 - trainer.beta2**t)) + trainer.eps
        step: np.ndarray = (-lr / (1 - trainer.beta1**t)) * self.mean / spread
        return step


class AdamW(Adam):
    """As adam, but l2_decay pulls on the weights themselves: the step has -lr l2_decay w added.

    Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019, algorithm 2.
    """

    decouples_decay = True

    def delta(self, gradient: np.ndarray, lr: float, trainer: Trainer) -> np.ndarray:
        """Returns adam's step - lr l2_decay w."""
        pull = trainer.net.weights * trainer.net.l2_mask
        pull *= lr * trainer.l2_decay
        step: np.ndarray = super().delta(gradient, lr, trainer) - pull
        return step


TRAINERS: dict[str, type[Method]] = {
    "sgd": Sgd,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "windowgrad": Windowgrad,
    "adadelta": Adadelta,
    "adam": Adam,
    "adamw": AdamW,
    "rmsprop": Rmsprop,
}
