"""What the demos of images set and write: their controls, their program, and which networks fit.

The program is the Python that the Code panel shows: `make_network` and `make_trainer`, with the
settings filled in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from pyml import controls, program, schedules, visitor
from pyml.explain import tuning
from pyml.layer import Layer
from pyml.losses import Classifier
from pyml.methods import TRAINERS
from pyml.network import Network

Shape = tuple[int, int, int]

#: method: a learning rate with which it does well on images
RATES = {
    "sgd": 0.05,
    "momentum": 0.01,
    "nesterov": 0.01,
    "adagrad": 0.01,
    "windowgrad": 0.001,
    "adadelta": 1.0,
    "rmsprop": 0.001,
    "adam": 0.002,
    "adamw": 0.002,
}
SCHEDULES = (
    ("constant", "constant"),
    ("cosine", "down along a cosine"),
    ("steps", "a tenth after each third"),
)
#: as large a network is trained and drawn in time
MOST_WEIGHTS = 1_000_000
MOST_UNITS = 300_000


class Plan(NamedTuple):
    """A network that the demo can write: what a visitor reads, its layers after the input, and
    the name of its trained weights, if the site has some.
    """

    title: str
    layers: tuple[str, ...]
    model: str = ""


def table(
    plans: dict[str, Plan], method: str, batch_size: int, mirror: bool = False
) -> dict[str, controls.Control]:
    """The controls of a demo that trains one of these networks on images, mirrored or not."""
    tuned = tuning.table(method, RATES[method], 0.9, batch_size, 0.0001)
    return {
        "network": controls.Choice(
            default=next(iter(plans)),
            label="Network",
            choices=tuple((name, plan.title) for name, plan in plans.items()),
        ),
        "trained": controls.Toggle(
            default=False,
            label="Trained weights",
            help="Begin with weights that were trained before, instead of random ones",
        ),
        **tuned,
        "method": replace(tuned["method"], live=True),
        "batch_size": controls.Slider(
            default=batch_size,
            min=1,
            max=128,
            label="Batch size",
            help="How many images one step looks at",
            step=1,
            live=True,
        ),
        "l2_decay": controls.share(
            0.0001, "L2 decay", 0.01, 0.0001, "How strongly the weights are pulled towards zero"
        ),
        "schedule": controls.Choice(
            default="constant",
            label="Schedule",
            choices=SCHEDULES,
            live=True,
            help="What becomes of the learning rate in the course of training",
        ),
        "schedule_steps": controls.Slider(
            default=5000,
            min=100,
            max=100_000,
            step=100,
            log=True,
            live=True,
            label="Steps of the schedule",
            when=("schedule", ("cosine", "steps")),
        ),
        "augment_shift": controls.Slider(
            default=0,
            min=0,
            max=4,
            label="Shift by up to",
            help="Training images are moved by so many pixels at random",
            step=1,
            live=True,
        ),
        "augment_flip": controls.Toggle(
            default=mirror,
            live=True,
            label="Mirror half of them",
            help="Half of the training images are mirrored, left to right",
        ),
        "shift_x": controls.Slider(
            default=0, min=-16, max=16, step=1, live=True, label="Move right", widget=False
        ),
        "shift_y": controls.Slider(
            default=0, min=-16, max=16, step=1, live=True, label="Move down", widget=False
        ),
        "flip": controls.Toggle(default=False, live=True, label="Mirror", widget=False),
        "scale": controls.Slider(
            default=1.0, min=0.5, max=2.0, step=0.05, live=True, label="Scale", widget=False
        ),
        "brightness": controls.Slider(
            default=0.0, min=-0.5, max=0.5, step=0.02, live=True, label="Brightness", widget=False
        ),
        "code": controls.Code(),
        "speed": controls.speed("max"),
    }


def network(shape: Shape, layers: Sequence[str], about: str, dtype: str = "float32") -> str:
    """`make_network` for images of `shape` with these layers, each as text."""
    rows = [f"L.Input({', '.join(map(str, shape))})", *layers]
    listed = "".join(f"        {row},\n" for row in rows)
    kind = f', dtype="{dtype}"' if dtype != "float32" else ""
    return (
        f'def make_network(seed):\n    """{about}"""\n    layers = [\n{listed}    ]\n'
        f"    return Network(layers, seed=seed{kind})\n"
    )


def trainer(settings: dict[str, Any]) -> str:
    """`make_trainer` for the settings, its schedule with it."""
    method = settings["method"]
    wanted = ("learning_rate", "momentum", "l2_decay")
    text = program.trainer(method, **{name: settings[name] for name in wanted})
    plan = schedule(settings)
    if plan is None:
        return text
    return (
        f"def make_trainer(net):\n    from pyml.schedules import {type(plan).__name__}\n\n"
        f"{text.partition(chr(10))[2].rstrip()[:-1]}, schedule={plan!r})\n"
    )


def schedule(settings: dict[str, Any]) -> schedules.Schedule | None:
    """The schedule that the settings ask for."""
    steps = max(1, round(settings["schedule_steps"]))
    if settings["schedule"] == "cosine":
        return schedules.Cosine(steps)
    if settings["schedule"] == "steps":
        return schedules.Step(max(1, steps // 3))
    return None


def uses(method: str, name: str) -> bool:
    """Whether a method has a setting."""
    return name in TRAINERS[method].defaults or name.endswith("_decay")


def fits(net: Network, shape: Shape, classes: int, owner: str = "your network") -> None:
    """CodeError in plain words unless `net` tells so many classes of such images apart."""
    first, last = net.layers[0], net.layers[-1]
    if first.output_shape != shape:
        h, w, c = shape
        raise visitor.CodeError(
            f"An image here is {h} x {w} pixels of {c} channel{'s' * (c > 1)}, but {owner} begins "
            f"with {first}. Begin with L.Input({h}, {w}, {c})."
        )
    if not isinstance(last, Classifier) or last.units != classes:
        raise visitor.CodeError(
            f"There are {classes} classes, but {owner} ends with {last}. "
            f"End with L.Softmax({classes})."
        )
    widest = max(net.layers, key=lambda layer: math.prod(layer.output_shape))
    units = math.prod(widest.output_shape)
    if net.weights.size > MOST_WEIGHTS or units > MOST_UNITS:
        raise visitor.CodeError(
            f"{owner[:1].upper()}{owner[1:]} has {net.weights.size} weights, and {widest} gives "
            f"{units} numbers. To be trained and drawn in time it may have {MOST_WEIGHTS} and "
            f"{MOST_UNITS}; use fewer filters, or pool earlier."
        )
    if not np.isfinite(net.weights).all():
        raise visitor.CodeError(f"Some weights of {owner} are NaN or infinite.")
    weights, noise = net.weights.copy(), net.noise
    try:
        # A layer of the visitor's own may fail only when it is used; better here than later.
        with np.errstate(all="ignore"):
            net.loss_and_gradient(np.zeros((2, *shape)), np.arange(2) % classes)
            found = net.predict(np.zeros((3, *shape))).shape
            repr(net)
    except visitor.CodeError:
        raise
    except BaseException as error:
        line = visitor.line_of(error)
        where = f"Line {line} of your code" if line else owner.capitalize()
        raise visitor.CodeError(f"{where}: {type(error).__name__}: {error}") from error
    finally:  # BatchNorm and Dropout must not have noticed
        net.weights, net.noise = weights, noise
    if found != (3, classes):
        raise visitor.CodeError(
            f"For 3 images {owner} predicts an array of shape {found}, not (3, {classes}). "
            f"Does every layer keep the number of images?"
        )


def written(layers: Sequence[Layer]) -> tuple[str, ...]:
    """Layers after the input as the program writes them."""
    return tuple(f"L.{layer!r}".replace("'", '"') for layer in layers[1:])


def plan_of(net: Network, plans: dict[str, Plan]) -> str | None:
    """The name of the plan that a network is built by, or None."""
    if net.dtype != np.float32:
        return None
    own = written(net.given)
    return next((name for name, plan in plans.items() if plan.layers == own), None)
