"""The compiled library as Python functions, and arrays and trainers as C wants them.

C gets addresses and believes them. So whatever is handed over goes through `ready`, `same` or
`own`, and whoever hands it over holds on to the array until the call is done.
"""

from __future__ import annotations

import ctypes
import os
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pyml import methods

if TYPE_CHECKING:
    from pyml.trainers import Trainer

FLOAT = np.dtype(np.float32)

#: The number that the library must give: raised, here and in kernels.c, with every change of what
#: follows, since an older library would take arguments for what they are not.
ABI = 3
#: numbers that an image, its filters or its answer may have, so that no count overflows in C
MOST_NUMBERS = 1 << 26
#: each function of the library: what it takes and, behind the colon, gives
SIGNATURES = {
    "abi": ":i",
    "conv_forward_scratch": "p:l",
    "conv_forward": "pppppip:",
    "conv_pool_forward": "ppppppp:",
    "conv_backward_scratch": "p:l",
    "conv_backward": "ppppppppp:",
    "conv_pool_backward": "ppppppppp:",
    "max_pool_forward": "pppp:",
    "max_pool_backward": "pppp:",
    "norm_scratch": "i:l",
    "norm_forward": "lipppfipppp:",
    "norm_backward": "lipppfipppppp:",
    "product_scratch": "ii:l",
    "product": "iiipllpllpp:",
    "tanh_forward": "lppp:",
    "tanh_backward": "lppp:",
    "sigmoid_forward": "lppp:",
    "sigmoid_backward": "lppp:",
    "relu_forward": "lppp:",
    "relu_backward": "lppp:",
    "leaky_forward": "lpppf:",
    "leaky_backward": "lpppf:",
    "head_scratch": "i:l",
    "softmax_output": "iippp:",
    "head_loss": "iiipppp:f",
    "net_scratch": "p:l",
    "net_predict": "pipppp:",
    "net_gradient": "pippppp:f",
    "net_train": "pipiipppppppppppp:i",
    "chain_scratch": "p:l",
    "chain_predict": "pipppp:",
    "chain_gradient": "pippppp:f",
    "decay": "ilpppppp:",
    "squared_length": "lp:d",
    "update": "ilppppppp:i",
}
TYPES = {"p": ctypes.c_void_p, "i": ctypes.c_int, "l": ctypes.c_long}
TYPES |= {"f": ctypes.c_float, "d": ctypes.c_double}


def functions(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The functions of the library at `path` by name. OSError, AttributeError if it is none."""
    # PyDLL keeps Python's lock, so that no two threads meet in the scratch memory.
    library = ctypes.PyDLL(os.fspath(path))
    found = {}
    for name, signature in SIGNATURES.items():
        takes, _, gives = signature.partition(":")
        function = getattr(library, name)
        function.argtypes = [TYPES[letter] for letter in takes]
        function.restype = TYPES[gives] if gives else None
        found[name] = function
    if (given := found["abi"]()) != ABI:
        raise OSError(f"{os.fspath(path)} was compiled for another pyml (ABI {given}, not {ABI})")
    return found


PROBE = np.zeros(1, FLOAT)
#: NumPy keeps the address of an array's numbers behind the head that every object of Python has.
HEAD = object.__basicsize__


def address(a: np.ndarray | None) -> Any:
    """Where the numbers of an array are, as C takes it; None for none.

    It is read from the array itself when C is called, so the array must still be there then.
    """
    return None if a is None else ctypes.c_void_p.from_address(id(a) + HEAD)


def _told(a: np.ndarray | None) -> Any:
    """As `address`, the way that is documented: it takes four times as long."""
    return None if a is None else ctypes.c_void_p(a.__array_interface__["data"][0])


if sys.implementation.name != "cpython" or address(PROBE).value != _told(PROBE).value:
    address = _told


def readable(a: np.ndarray) -> bool:
    """Whether C can read it as it is: float32, contiguous, aligned."""
    flags = a.flags
    return a.dtype == FLOAT and flags.c_contiguous and flags.aligned


def ready(a: np.ndarray) -> np.ndarray:
    """The array itself if C can read it, else a copy that it can."""
    return a if readable(a) else np.require(a, FLOAT, ["C", "A"])


def same(a: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """As `ready`, for an array that must have this shape."""
    if a.shape != shape:
        raise ValueError(f"Kernels: an array has shape {a.shape} where {shape} is needed")
    return ready(a)


def mutable(a: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether C can change it in place, and it has this shape."""
    return a.shape == shape and a.dtype == FLOAT and a.flags.carray


def own(a: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The array itself, to be changed in place; ValueError if it is not `mutable`."""
    if not mutable(a, shape):
        raise ValueError(
            f"Kernels: only a contiguous, writeable float32 array {shape} can be changed in place, "
            f"got {a.dtype} {a.shape}; hand over np.zeros({shape}, np.float32)"
        )
    return a


def strided(a: np.ndarray) -> np.ndarray:
    """The array itself if it can be walked in steps of whole numbers forward, else a copy."""
    fine = a.flags.aligned and all(stride >= 0 and stride % 4 == 0 for stride in a.strides)
    return a if fine else np.require(a, None, ["C", "A"])


class Shape:
    """The thirteen numbers of a convolution (`Conv` in kernels_images.c), and where they are."""

    def __init__(self, *numbers: int) -> None:
        _, h, w, c, f, kh, kw, sh, sw, ph, pw = numbers
        if min(numbers[1:9]) < 1 or min(ph, pw) < 0:
            raise ValueError(
                f"Kernels: sizes and strides must be at least 1, pads at least 0, got x "
                f"(N, {h}, {w}, {c}), {f} of {kh} x {kw}, strides {sh}, {sw}, pads {ph}, {pw}"
            )
        self.windows = oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
        if min(self.windows) < 1:
            raise ValueError(f"Kernels: no window of {kh} x {kw} fits into {h} x {w}")
        rows, columns = h + 2 * ph, w + 2 * pw
        counts = rows * columns * c, f * kh * (kw * c + 3), oh * ow * f
        if max(counts) > MOST_NUMBERS:
            raise ValueError(
                f"Kernels: {rows} x {columns} x {c} with {f} of {kh} x {kw} is too large, an image "
                f"may have {MOST_NUMBERS} numbers; use a smaller one, or ops=pyml.ops.Ops()"
            )
        sh, sw = min(sh, rows), min(sw, columns)  # steps that lead outside are all the same
        self.numbers = np.array([*numbers[:7], sh, sw, ph, pw, oh, ow], np.int32)
        self.address = address(self.numbers)
        self.size = sum(counts)  # of the image in its frame, the filters and the answer


convolution_shape = lru_cache(256)(Shape)


#: the methods of training by their numbers in kernels_updates.c
METHODS: dict[type[methods.Method], int] = {
    methods.Sgd: 0,
    methods.Momentum: 0,
    methods.Nesterov: 1,
    methods.Adagrad: 2,
    methods.Windowgrad: 3,
    methods.Rmsprop: 4,
    methods.Adadelta: 5,
    methods.Adam: 6,
    methods.AdamW: 7,
}


class Settings(ctypes.Structure):
    """A trainer's settings, as kernels_updates.c has them."""

    NAMES = ("lr", "momentum", "fresh", "eps", "fresh1", "fresh2", "l1", "l2", "clip")
    _fields_ = [(name, ctypes.c_float) for name in (*NAMES, "unbias1", "unbias2")]


def settings_of(trainer: Trainer) -> Settings:
    """The trainer's settings, but for those that change with each step."""
    given = {name: getattr(trainer, name, 0.0) for name in ("momentum", "eps")}
    # Taken from 1 here, in double precision: 1 - 0.999 would be wrong in the fifth place in C.
    fresh = {"fresh": "ro", "fresh1": "beta1", "fresh2": "beta2"}
    given |= {name: 1 - getattr(trainer, kept, 0.0) for name, kept in fresh.items()}
    decays = {"l1": trainer.l1_decay, "l2": trainer.l2_decay, "clip": trainer.clip_norm or 0.0}
    return Settings(**given, **decays, unbias1=1, unbias2=1)


def unbias(trainer: Trainer, steps: Any) -> tuple[Any, Any]:
    """1 - beta1^t and 1 - beta2^t for the step after so many steps; 1 for methods without."""
    t = steps + 1
    return 1 - getattr(trainer, "beta1", 0.0) ** t, 1 - getattr(trainer, "beta2", 0.0) ** t


def accumulators(trainer: Trainer) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The method's accumulators, None for those that it does not have."""
    shape = trainer.net.weights.shape
    arrays = [own(getattr(trainer.rule, name), shape) for name in trainer.rule.accumulators]
    first, second, *_ = *arrays, None, None
    return first, second
