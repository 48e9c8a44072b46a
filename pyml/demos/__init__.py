"""The demos, by the name that their page has."""

from pyml.demo import Demo
from pyml.demos import (
    cifar10,
    classifier,
    digits,
    perceptron,
    regression,
    separability,
    trainers,
    xor,
)

DEMOS: dict[str, type[Demo]] = {
    "perceptron": perceptron.Demo,
    "xor": xor.Demo,
    "separability": separability.Demo,
    "classifier": classifier.Demo,
    "regression": regression.Demo,
    "trainers": trainers.Demo,
    "digits": digits.Demo,
    "cifar10": cifar10.Demo,
}
