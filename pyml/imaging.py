"""The demo of images: a convolutional network that learns, is looked into, and is taken along.

What it is made of: `imaging_training` (batches, curves, runs), `imaging_looking` (the image and
the layers), `imaging_judging` (results on test images) and `imaging_teaching` (own classes). Here
are networks and images that come from outside, what goes out, and the frame.
"""

# ruff: noqa: D102 (Demo and the classes above describe what is overridden)
from __future__ import annotations

import time
from typing import Any, ClassVar

import numpy as np

from pyml import imaging_program, program
from pyml.controls import show
from pyml.datasets.imageset import ImageSet
from pyml.imaging_judging import Judging
from pyml.imaging_teaching import Teaching
from pyml.imaging_training import UNKNOWN
from pyml.network import Network
from pyml.ops import Ops


class ImagesDemo(Judging, Teaching):
    """Base of the demos of images; see `Training` for what they give."""

    exports: ClassVar[tuple[str, ...]] = (
        "python",
        "numpy",
        "convnetjs",
        "npz",
        "onnx",
        "history",
    )

    _seen_before = -1  # examples when chores were last done
    _start = ""  # the trained weights that are waited for
    _brought = False  # whether it began with weights that were trained before

    def __init__(self, settings: dict[str, Any], seed: int | str, ops: Ops | None = None) -> None:
        self._trained: dict[str, np.ndarray] = {}  # weights that were fetched, by name
        super().__init__(settings, seed, ops)

    def reset(self) -> None:
        super().reset()
        self._start, self._brought = "", False
        if not self.settings["trained"] or self.settings["code"]:
            return
        plan = self.plans[self.settings["network"]]
        if not plan.model:
            self.notes.append(f"Trained weights: there are none for the network “{plan.title}”.")
        elif plan.model in self._trained:
            self.bring(self._trained[plan.model])
        else:
            self._start = plan.model
            self.wants.append(f"models/{plan.model}")

    def bring(self, weights: np.ndarray) -> None:
        """Takes over weights that were trained before; they count as the best ones so far."""
        self.net.weights = weights
        self.best_weights[...] = weights
        self._start, self._brought = "", True
        self.unjudge()

    def given(self, file: str, data: bytes | None, error: str) -> None:
        if not file.startswith("models/"):
            pool = self.pool
            self.supply.given(file, data, error)
            self._noticed(self.supply.images, pool)
            if file == self.supply.manifest:
                self.wants += self.supply.more("test", 1)
                self.wants += self.supply.more("train", 1) if self.waited else []
            return
        model = file.removeprefix("models/")
        if data is None:
            raise ValueError(f"The trained weights {model} could not be fetched: {error}")
        from pyml import imaging_opening  # only now: most visits go without

        net = imaging_opening.from_bytes(data, model)
        if net.weights.shape != self.net.weights.shape and model == self._start:
            raise ValueError(
                f"The trained weights {model} are {net.weights.size} numbers, but the network "
                f"has {self.net.weights.size}; the site's files do not belong together"
            )
        self._trained[model] = net.weights.copy()
        if model == self._start:
            self.bring(net.weights)

    def on_pretrained(self, model: str) -> None:
        """Sets the demo to the network whose trained weights these are, with the weights."""
        plans = {plan.model: name for name, plan in self.plans.items() if plan.model}
        if model not in plans:
            known = ", ".join(plans) or "none"
            raise ValueError(f"pretrained: there is no network {show(model)}; there are {known}")
        self.settings |= {"network": plans[model], "trained": True, "code": ""}
        self.reset()

    @classmethod
    def events(cls) -> dict[str, list[str]]:
        # The arithmetic of a network this large is shown one number at a time (`cell`).
        return {name: args for name, args in super().events().items() if name != "watch"}

    def on_fetch(self) -> None:
        """Tries once more to fetch what could not be had."""
        self.wants += self.supply.again()

    def on_open(self, paths: list[str]) -> None:
        """Takes what a visitor dropped: a network, or images, which are read by and by."""
        from pyml import imaging_opening  # only now: most visits go without

        paths = imaging_opening.paths_of(paths)
        found = [imaging_opening.network(path) for path in paths]
        networks = [(path, net) for path, net in zip(paths, found, strict=True) if net is not None]
        if len(networks) > 1 or (networks and len(paths) > 1):
            raise ValueError("open: give one network, or images, not both or several at once")
        if networks:
            path, net = networks[0]
            self.adopt(net, path.rpartition("/")[2])
        else:
            self.supply.open(imaging_opening.images(paths, self.data_set), paths[0])

    def on_stop(self) -> None:
        """Reads no further in an archive; what was read stays."""
        self.supply.stop()

    def adopt(self, net: Network, title: str) -> None:
        """Goes on with a network from elsewhere: its layers become the code, its weights ours.

        CodeError, and nothing has changed, if it is not for these images and classes.
        """
        imaging_program.fits(net, self.shape, len(self.class_names), f"the network “{title}”")
        before, settings = dict(self.__dict__), dict(self.settings)
        plan = imaging_program.plan_of(net, self.plans)
        if plan is not None:
            self.settings |= {"network": plan, "trained": False, "code": ""}
        else:
            about = "".join(c for c in title if c.isalnum() or c in " ._-")
            layers = imaging_program.written(net.given)
            text = imaging_program.network(self.shape, layers, f"From {about}.")
            self.settings["code"] = program.whole(text, imaging_program.trainer(self.settings))
        try:
            self.reset()
            self.bring(net.weights)
        except BaseException:
            self.__dict__.clear()
            self.__dict__.update(before)
            self.settings = settings
            raise
        self.notes.append(f"The network is now “{title}”; Reset begins anew with it untrained.")

    def chores(self, seconds: float) -> bool:
        until = time.perf_counter() + seconds
        before = self.supply.images, self.pool
        try:
            if self.supply.read(until, time.perf_counter):
                return True
        finally:
            self._noticed(*before)
        work = (self.search, self.judge_results, self.learn_own, self.judge_rested)
        return any(do(seconds) for do in work)

    def _noticed(self, images: ImageSet, pool: str) -> None:
        """Other images may be there than before: what was judged was judged on those."""
        if self.supply.images is not images:
            self.unjudge()
            self.best_accuracy = UNKNOWN
        if pool and (self.supply.images, self.pool) != (images, pool):
            self.repooled()

    def judge_rested(self, seconds: float) -> bool:
        """Judges validation images while no step is made: in training that is done on the way."""
        if self.seen == self._seen_before:
            return self.judge_at_rest(seconds)
        self._seen_before = self.seen
        return True

    def frame(self) -> dict[str, Any]:
        images = self.supply.images
        chore, done = self.chore()
        return {
            **self.training(),
            "images_train": images.count("train"),
            "images_validation": images.count("validation"),
            "images_test": images.count("test"),
            "data_note": self.supply.note,
            "credit": self.supply.credit,
            "unfetched": self.supply.unfetched,
            "model_names": "|".join(self.supply.models),
            "model_titles": "|".join(self.supply.models.values()),
            "chore": chore,
            "chore_done": done,
            "untrained": not (self.steps or self._brought),
            "moved": abs(self.settings["shift_x"]) + abs(self.settings["shift_y"]),
            **self.tried,
            **self.looked(),
            **self.results(),
            **self.taught_frame(),
        }

    def chore(self) -> tuple[str, float]:
        """What is being done beside training, in words, and how much of it is done, 0 to 1."""
        if self.supply.reading:
            return self.supply.waiting, self.supply.done
        for words, done in (self.results_chore(), self.teaching_chore()):
            if words:
                return words, done
        if self._start:
            return "fetching the trained weights", 0.0
        return self.supply.waiting, 0.0

    def _image(self) -> np.ndarray:
        """The image that programs try: the one shown, or grey."""
        image = self.shown()
        return np.full(self.shape, 128, np.uint8) if image is None else image

    def export_python(self) -> str:
        from pyml import imaging_exports  # only now: most visits go without

        code = self.settings["code"] or self.program()
        return imaging_exports.python(self.net, code, self._image(), self.class_names)

    def export_numpy(self) -> str:
        from pyml import imaging_exports

        return imaging_exports.numpy(self.net, self._image(), self.class_names)

    def export_onnx(self) -> bytes:
        from pyml import onnx

        return onnx.dumps(self.net)

    def state(self) -> dict[str, Any]:
        return super().state() | {"start": self._start, "brought": self._brought}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self._brought = bool(state["brought"])
        # What it was to begin with has long been learnt from, unless it was still on its way.
        if not state["start"]:
            self._start = ""
            self.wants = [file for file in self.wants if not file.startswith("models/")]
