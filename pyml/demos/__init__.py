"""The demos, by the name that their page has."""

from pyml.demo import Demo
from pyml.demos import classifier, perceptron

DEMOS: dict[str, type[Demo]] = {
    "perceptron": perceptron.Demo,
    "classifier": classifier.Demo,
}
