"""The tables of the demo `separability`: its controls, its presets, and the program's parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyml import byhand, demo, program
from pyml.playground import ACTIVATIONS
from pyml.playground.sets import SETS

#: the sets that have heights and not classes
HEIGHTS = tuple(name for name, found in SETS.items() if not found.classes)
#: as many classes points may have
MOST_CLASSES = 5
#: what the inputs are called, and their formulas in Python for points x (N, 2)
LABELS = {
    "x": "x1",
    "y": "x2",
    "xSquared": "x1²",
    "ySquared": "x2²",
    "xTimesY": "x1·x2",
    "sinX": "sin x1",
    "sinY": "sin x2",
}
FORMULAS = {
    "x": "x[:, 0]",
    "y": "x[:, 1]",
    "xSquared": "x[:, 0] ** 2",
    "ySquared": "x[:, 1] ** 2",
    "xTimesY": "x[:, 0] * x[:, 1]",
    "sinX": "np.sin(x[:, 0])",
    "sinY": "np.sin(x[:, 1])",
}
METHODS = (
    ("playground", "plain descent, as TensorFlow Playground"),
    ("sgd", "stochastic gradient descent"),
    ("momentum", "momentum"),
    ("nesterov", "Nesterov momentum"),
    ("adagrad", "Adagrad"),
    ("adadelta", "Adadelta"),
    ("rmsprop", "RMSprop"),
    ("adam", "Adam"),
    ("adamw", "AdamW"),
)
CHOICES = tuple((name, found.label) for name, found in SETS.items())
GENERATED = tuple(SETS)

CONTROLS: dict[str, demo.Control] = {
    "data": demo.Choice(
        default="circle", label="Data", choices=(*CHOICES, ("own", "your own points"))
    ),
    "problem": demo.Choice(
        default="classification",
        label="Problem",
        choices=(("classification", "classes"), ("regression", "heights (regression)")),
        help="Whether it answers with a class or with a number from -1 to 1",
    ),
    "noise": demo.Slider(
        default=0,
        min=0,
        max=50,
        step=1,
        label="Noise (%)",
        when=("data", GENERATED),
        help="How far points stray before their class or height is decided",
    ),
    "train": demo.Slider(
        default=50,
        min=10,
        max=100,
        step=1,
        label="For training (%)",
        help="The other points are never learnt from; they only test",
    ),
    "features": demo.Several(
        default="x,y", label="Inputs", choices=tuple(LABELS.items()), widget=False
    ),
    "hidden": demo.Sizes(
        default="4,2", label="Hidden layers", activations=ACTIVATIONS, widget=False
    ),
    "activation": demo.Choice(
        default="tanh",
        label="Activation",
        choices=(("tanh", "tanh"), ("relu", "ReLU"), ("sigmoid", "sigmoid"), ("linear", "linear")),
        help="Of the hidden layers that have none of their own",
    ),
    "method": demo.Choice(default="playground", label="Method", choices=METHODS),
    "learning_rate": demo.Slider(
        default=0.03,
        min=0.00001,
        max=10.0,
        step=0.00001,
        log=True,
        live=True,
        label="Learning rate",
        help="How far one step moves the weights along the gradient",
    ),
    "batch_size": demo.Slider(
        default=10,
        min=1,
        max=30,
        step=1,
        live=True,
        label="Batch size",
        help="How many points one step looks at",
    ),
    "regularisation": demo.Choice(
        default="none",
        label="Regularisation",
        choices=(("none", "none"), ("L1", "L1: cuts links"), ("L2", "L2: keeps weights small")),
        live=True,
        help="Pulls all weights towards zero",
    ),
    "rate": demo.Number(
        default=0.003,
        min=0.0,
        max=10.0,
        step=0.001,
        live=True,
        label="Its rate",
        when=("regularisation", ("L1", "L2")),
        help="How strongly it pulls",
    ),
    "show_test": demo.Toggle(
        default=False, live=True, label="Show test points", when=("data", GENERATED)
    ),
    "discretise": demo.Toggle(
        default=False, live=True, label="Only the sides", help="Hides how sure the network is"
    ),
    "code": demo.Code(),
    "speed": demo.speed("max"),
    "points": demo.Points(classes=MOST_CLASSES),
    "weights": byhand.Weights(),
    # Which set the points were made from, which decides the start weights; in the link only.
    "origin": demo.Choice(
        default="",
        label="Origin of the points",
        choices=(("", "none"), *CHOICES),
        when=("data", ()),
    ),
}

#: the talk's seed, in which three units find their way around the disc
TALK = "0.14065"
DEEP = {"hidden": "8,8,8", "noise": 50, "train": 20, "show_test": True, "learning_rate": 0.1}
PRESETS = {
    **{
        f"circle-{n}": demo.Preset(
            f"the disc with {word}", {"hidden": str(n), "discretise": True}, TALK
        )
        for n, word in ((1, "1 unit"), (2, "2 units"), (3, "3 units"), (5, "5 units"))
    },
    "overfit": demo.Preset("learning by heart", DEEP),
    "overfit-l2": demo.Preset("the same with L2", DEEP | {"regularisation": "L2", "rate": 0.01}),
    "spiral": demo.Preset(
        "two spirals",
        {"data": "spiral", "hidden": "8,8,8", "method": "adam", "learning_rate": 0.01, "train": 80},
    ),
    "spiral-features": demo.Preset(
        "two spirals with sines",
        {
            "data": "spiral",
            "hidden": "8,4",
            "features": "x,y,sinX,sinY",
            "method": "adam",
            "learning_rate": 0.01,
        },
    ),
    "squares": demo.Preset(
        "squares instead of units", {"features": "xSquared,ySquared", "hidden": ""}, TALK
    ),
    "plane": demo.Preset(
        "heights on a slope", {"data": "plane", "problem": "regression", "hidden": ""}
    ),
    "three-classes": demo.Preset(
        "three rings", {"data": "rings", "hidden": "6", "method": "adam", "learning_rate": 0.03}
    ),
}


def heights(labels: np.ndarray, classes: int) -> np.ndarray:
    """Numbers (N,) from -1 to 1 that stand for labels (N,) below `classes`."""
    return 2 * labels / (classes - 1) - 1.0


def prepare(features: str) -> str:
    """The line of Python that makes these inputs of points x (N, 2); "" if they are the same."""
    if features == "x,y":
        return ""
    columns = ", ".join(FORMULAS[name] for name in features.split(","))
    return f"x = np.stack([{columns}], axis=1)"


def one_answer(problem: str, classes: int) -> bool:
    """Whether one number is the answer, and not the probabilities of several classes."""
    return problem == "regression" or classes == 2


def network(settings: dict[str, Any], classes: int) -> str:
    """The Python that makes the network."""
    theirs = settings["method"] == "playground"
    start = ', init="uniform", bias=0.1' if theirs else ""
    if one_answer(settings["problem"], classes):
        squash = ', activation="tanh"' if settings["problem"] == "classification" else ""
        head = f"Regression(1{squash}{start})"
    else:
        head = f"Softmax({classes}{start})"
    about = "What is known of a point in, the answer out, and in between what you like."
    if theirs:
        about = (
            "As TensorFlow Playground makes it.\n\n"
            "    For its data the weights are then those that its page draws for this seed.\n    "
        )
    return program.network(
        len(settings["features"].split(",")),
        demo.sizes(settings["hidden"], settings["activation"]),
        head,
        about,
        start,
        "float64" if theirs else "float32",
    )


def decays(settings: dict[str, Any]) -> dict[str, float]:
    """`l1_decay` and `l2_decay` of pyml's trainers for the regularisation that is chosen."""
    chosen, rate = settings["regularisation"], float(settings["rate"])
    return {f"{name.lower()}_decay": rate * (name == chosen) for name in ("L1", "L2")}


def trainer(settings: dict[str, Any]) -> str:
    """The Python that makes the trainer."""
    method, rate = settings["method"], settings["learning_rate"]
    if method != "playground":
        used = {name: value for name, value in decays(settings).items() if value}
        return program.trainer(method, learning_rate=rate, **used)
    words = f"learning_rate={rate:g}"
    if settings["regularisation"] != "none":
        chosen = settings["regularisation"]
        words += f', regularisation="{chosen}", rate={settings["rate"]:g}'
    return f"def make_trainer(net):\n    return playground.Trainer(net, {words})\n"
