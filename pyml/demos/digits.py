"""Handwritten digits: the same as for CIFAR-10, but learnt in seconds, and a visitor draws some."""

from __future__ import annotations

from typing import ClassVar

from pyml import demo, imaging, imaging_program
from pyml.imaging_program import Plan


class Demo(imaging.ImagesDemo):
    """Two convolutions and pools, trained by Adam on digits of 28 x 28 pixels."""

    title = "Handwritten digits with a convolutional network"
    data_set = "digits"
    shape = (28, 28, 1)
    edge: ClassVar[float] = -0.5  # digits are white on black
    class_names = tuple("0123456789")
    about = "Images of 28 x 28 grey pixels, ten digits."
    plans: ClassVar[dict[str, Plan]] = {
        "seed": Plan(
            "two convolutions",
            (
                'L.Conv(8, 5, pad=2, activation="relu")',
                "L.Pool(2)",
                'L.Conv(16, 5, pad=2, activation="relu")',
                "L.Pool(3)",
                "L.Softmax(10)",
            ),
        ),
        "batch-norm": Plan(
            "with batch normalisation",
            (
                "L.Conv(8, 5, pad=2)",
                "L.BatchNorm()",
                "L.Relu()",
                "L.Pool(2)",
                "L.Conv(16, 5, pad=2)",
                "L.BatchNorm()",
                "L.Relu()",
                "L.Pool(3)",
                "L.Softmax(10)",
            ),
        ),
        "deep": Plan(
            "four convolutions, normalised",
            (
                'L.Conv(16, 5, pad=2, activation="relu")',
                "L.Pool(2)",
                "L.BatchNorm()",
                'L.Conv(32, 3, pad=1, activation="relu")',
                "L.BatchNorm()",
                'L.Conv(32, 3, pad=1, activation="relu")',
                "L.Pool(2)",
                "L.BatchNorm()",
                'L.Conv(64, 3, pad=1, activation="relu")',
                "L.BatchNorm()",
                "L.GlobalAveragePool()",
                "L.Softmax(10)",
            ),
            "digits",
        ),
        "dropout": Plan(
            "with dropout",
            (
                'L.Conv(8, 5, pad=2, activation="relu")',
                "L.Pool(2)",
                'L.Conv(16, 5, pad=2, activation="relu")',
                "L.Pool(3)",
                "L.Dropout(drop_prob=0.25)",
                "L.Softmax(10)",
            ),
        ),
        "hidden": Plan(
            "one hidden layer, no convolution",
            ('L.Dense(50, activation="relu")', "L.Softmax(10)"),
        ),
        "linear": Plan("no hidden layer at all", ("L.Softmax(10)",)),
    }
    controls: ClassVar[dict[str, demo.Control]] = imaging_program.table(plans, "adam", 16)
    presets: ClassVar[dict[str, demo.Preset]] = {
        "seed": demo.Preset("Two convolutions", {}),
        "trained": demo.Preset("Trained already", {"network": "deep", "trained": True}),
        "augmented": demo.Preset("With moved images", {"augment_shift": 2}),
        "batch-norm": demo.Preset("With batch normalisation", {"network": "batch-norm"}),
        "hidden": demo.Preset("Without convolution", {"network": "hidden"}),
        "linear": demo.Preset("No hidden layer", {"network": "linear"}),
    }
