"""How weights start: small random numbers, of a size that depends on what comes in and goes out.

An initialiser takes the number of inputs of one unit (`fan_in`) and the number of units that one
input feeds (`fan_out`), and returns the function that draws an array: `(rng, shape) -> array`,
float64. `INITIALISERS` lists them by name.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


def normal(spread: float) -> Draw:
    """Draws from the normal distribution around 0 with standard deviation `spread`."""
    return lambda rng, shape: rng.normal(0, spread, shape)


def lecun(fan_in: int, fan_out: int) -> Draw:
    """Normal with variance 1 / fan_in: a sum over the inputs keeps their size.

    LeCun et al., Efficient BackProp, 1998, section 4.6.
    """
    return normal(fan_in**-0.5)


def he(fan_in: int, fan_out: int) -> Draw:
    """Normal with variance 2 / fan_in, which makes up for the half that a Relu cuts off.

    He et al., Delving Deep into Rectifiers, 2015, section 2.2.
    """
    return normal((2 / fan_in) ** 0.5)


def glorot(fan_in: int, fan_out: int) -> Draw:
    """Uniform between -a and a, a = sqrt(6 / (fan_in + fan_out)): sizes keep on both ways.

    Glorot and Bengio, Understanding the Difficulty of Training Deep Networks, 2010, equation 16.
    """
    limit = (6 / (fan_in + fan_out)) ** 0.5
    return lambda rng, shape: rng.uniform(-limit, limit, shape)


def uniform(fan_in: int, fan_out: int) -> Draw:
    """Uniform between -0.5 and 0.5, whatever the size of the layer; as TensorFlow Playground."""
    return lambda rng, shape: rng.uniform(-0.5, 0.5, shape)


INITIALISERS: dict[str, Callable[[int, int], Draw]] = {
    "lecun": lecun,
    "he": he,
    "glorot": glorot,
    "uniform": uniform,
}
