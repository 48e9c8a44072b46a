"""Ten kinds of things in small pictures: a convolutional network learns them, and shows how."""

from __future__ import annotations

from typing import ClassVar

from pyml import demo, imaging, imaging_program
from pyml.imaging_program import Plan


class Demo(imaging.ImagesDemo):
    """The network of ConvNetJS's demo by default, trained by Adadelta on CIFAR-10."""

    title = "CIFAR-10 with a convolutional network"
    data_set = "cifar10"
    shape = (32, 32, 3)
    class_names = (
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    )
    about = "Images of 32 x 32 pixels in three colours, ten classes."
    plans: ClassVar[dict[str, Plan]] = {
        "seed": Plan(
            "three convolutions",
            (
                'L.Conv(16, 5, pad=2, activation="relu")',
                "L.Pool(2)",
                'L.Conv(20, 5, pad=2, activation="relu")',
                "L.Pool(2)",
                'L.Conv(20, 5, pad=2, activation="relu")',
                "L.Pool(2)",
                "L.Softmax(10)",
            ),
            "cifar10",
        ),
        "batch-norm": Plan(
            "with batch normalisation",
            (
                "L.Conv(16, 5, pad=2)",
                "L.BatchNorm()",
                "L.Relu()",
                "L.Pool(2)",
                "L.Conv(20, 5, pad=2)",
                "L.BatchNorm()",
                "L.Relu()",
                "L.Pool(2)",
                "L.Conv(20, 5, pad=2)",
                "L.BatchNorm()",
                "L.Relu()",
                "L.Pool(2)",
                "L.Softmax(10)",
            ),
        ),
        "deep": Plan(
            "six convolutions, normalised",
            (
                'L.Conv(32, 5, pad=2, activation="relu")',
                "L.Pool(2)",
                "L.BatchNorm()",
                'L.Conv(64, 3, pad=1, activation="relu")',
                "L.BatchNorm()",
                'L.Conv(64, 3, pad=1, activation="relu")',
                "L.Pool(2)",
                "L.BatchNorm()",
                'L.Conv(128, 3, pad=1, activation="relu")',
                "L.BatchNorm()",
                'L.Conv(128, 3, pad=1, activation="relu")',
                "L.Pool(2)",
                "L.BatchNorm()",
                'L.Conv(128, 3, pad=1, activation="relu")',
                "L.BatchNorm()",
                "L.GlobalAveragePool()",
                "L.Softmax(10)",
            ),
        ),
        "dropout": Plan(
            "with dropout",
            (
                'L.Conv(16, 5, pad=2, activation="relu")',
                "L.Pool(2)",
                'L.Conv(20, 5, pad=2, activation="relu")',
                "L.Pool(2)",
                'L.Conv(20, 5, pad=2, activation="relu")',
                "L.Pool(2)",
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
    controls: ClassVar[dict[str, demo.Control]] = imaging_program.table(
        plans, "adadelta", 8, mirror=True
    )
    presets: ClassVar[dict[str, demo.Preset]] = {
        "seed": demo.Preset("Three convolutions", {}),
        "trained": demo.Preset("Trained already", {"trained": True}),
        "augmented": demo.Preset("With moved images, too", {"augment_shift": 2}),
        "adam": demo.Preset(
            "Adam, slower and slower",
            {"method": "adam", "learning_rate": 0.002, "batch_size": 32, "schedule": "cosine"},
        ),
        "batch-norm": demo.Preset(
            "With batch normalisation",
            {"network": "batch-norm", "method": "adam", "learning_rate": 0.002, "batch_size": 32},
        ),
        "deep": demo.Preset(
            "A deeper network",
            {"network": "deep", "method": "adam", "learning_rate": 0.001, "batch_size": 32},
        ),
        "dropout": demo.Preset("With dropout", {"network": "dropout"}),
        "plain": demo.Preset("Every image as it is", {"augment_flip": False}),
        "hidden": demo.Preset("Without convolution", {"network": "hidden"}),
        "convnetjs": demo.Preset(
            "As in ConvNetJS",
            {"batch_size": 4, "augment_shift": 2},
        ),
    }
