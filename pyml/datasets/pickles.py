"""Reads the pickles of CIFAR-10's Python archive, and runs nothing that a pickle asks for.

A pickle is a program for a small stack machine. This machine knows the instructions that build
numbers, text, lists, tuples, dicts and arrays of uint8; the few functions that such a pickle calls
by name are worked out here, and nothing is ever imported or called. Python's own Unpickler, even
with a guarded `find_class`, allocates what some instructions claim without looking whether it is
there.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

#: an official batch has 31 million bytes; Python 3 writes protocol 2 with half as many again
MOST_BYTES = 70_000_000
#: an official batch has 10,000 labels and 10,000 names, about 40,000 instructions
MOST_STEPS = 200_000


class Global(str):
    """A name that the pickle may refer to; it stands for no object."""


class Array:
    """An array that is being built: first announced, then filled by BUILD."""

    def __init__(self) -> None:
        self.data = np.zeros(0, np.uint8)


#: the names, old and new, and the one that is used here
GLOBALS = {
    "numpy.core.multiarray _reconstruct": Global("reconstruct"),
    "numpy._core.multiarray _reconstruct": Global("reconstruct"),
    "numpy ndarray": Global("ndarray"),
    "numpy dtype": Global("dtype"),
    "_codecs encode": Global("encode"),
    "__builtin__ bytes": Global("bytes"),
    "builtins bytes": Global("bytes"),
}
UINT8 = Global("uint8")


#: The instructions by their byte: the name in Python's pickletools, and how many bytes of argument
#: follow; below zero, how many bytes give the length of the argument.
CODES = {
    b"\x80": ("PROTO", 1),
    b"\x95": ("FRAME", 8),
    b"(": ("MARK", 0),
    b"N": ("NONE", 0),
    b"\x88": ("NEWTRUE", 0),
    b"\x89": ("NEWFALSE", 0),
    b"J": ("BININT", 4),
    b"K": ("BININT1", 1),
    b"M": ("BININT2", 2),
    b"\x8a": ("LONG1", -1),
    b"X": ("BINUNICODE", -4),
    b"\x8c": ("SHORT_BINUNICODE", -1),
    b"T": ("BINSTRING", -4),
    b"U": ("SHORT_BINSTRING", -1),
    b"B": ("BINBYTES", -4),
    b"C": ("SHORT_BINBYTES", -1),
    b"\x8e": ("BINBYTES8", -8),
    b"}": ("EMPTY_DICT", 0),
    b"]": ("EMPTY_LIST", 0),
    b")": ("EMPTY_TUPLE", 0),
    b"t": ("TUPLE", 0),
    b"\x85": ("TUPLE1", 0),
    b"\x86": ("TUPLE2", 0),
    b"\x87": ("TUPLE3", 0),
    b"a": ("APPEND", 0),
    b"e": ("APPENDS", 0),
    b"s": ("SETITEM", 0),
    b"u": ("SETITEMS", 0),
    b"q": ("BINPUT", 1),
    b"r": ("LONG_BINPUT", 4),
    b"\x94": ("MEMOIZE", 0),
    b"h": ("BINGET", 1),
    b"j": ("LONG_BINGET", 4),
    b"c": ("GLOBAL", 0),
    b"\x93": ("STACK_GLOBAL", 0),
    b"R": ("REDUCE", 0),
    b"b": ("BUILD", 0),
    b".": ("STOP", 0),
}


def load(data: bytes, where: str) -> Any:
    """What the pickle `data` holds: numbers, bytes, text, lists, tuples, dicts, uint8 arrays.

    Text that Python 2 wrote is bytes; an array inside of something is an `Array`. Raises
    ValueError with `where` and the position for everything that such a batch does not need.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"{where}: it is longer than {MOST_BYTES} bytes, which no batch is")
    machine, at = Machine(len(data)), 0
    try:
        for _ in range(MOST_STEPS):
            name, argument, end = _instruction(data, at)
            if name == "STOP":
                break
            machine.step(name, argument)
            at = end
        else:
            raise ValueError(f"more than {MOST_STEPS} instructions")
        (result,) = machine.stack
    except (ValueError, IndexError, KeyError) as error:
        raise ValueError(
            f"{where}: at byte {at} it is not a pickle of numbers, text and uint8 arrays "
            f"({error}); get cifar-10-python.tar.gz again"
        ) from None
    return result.data if isinstance(result, Array) else result


def _instruction(data: bytes, at: int) -> tuple[str, bytes, int]:
    """The name and argument of the instruction at this byte, and where it ends."""
    code = data[at : at + 1]
    if code not in CODES:
        raise ValueError(f"instruction {code!r}" if code else "it ends before its end mark")
    name, size = CODES[code]
    start = at + 1
    if size < 0:
        start -= size
        size = int.from_bytes(data[at + 1 : start], "little")
    elif name == "GLOBAL":  # two lines: module and name
        size = data.index(b"\n", data.index(b"\n", start) + 1) + 1 - start
    end = start + size
    if end > len(data):
        raise ValueError(f"{name} of {size} bytes, of which {max(0, len(data) - start)} are there")
    return name, data[start:end], end


class Machine:
    """The stack, the marks in it and the memo of a pickle of `size` bytes that is being read."""

    def __init__(self, size: int) -> None:
        #: bytes of text that may yet be encoded: no text need be twice, or a memo makes it many
        self.left = size
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def step(self, code: str, argument: bytes) -> None:
        """Carries out one instruction. ValueError, IndexError or KeyError if it is wrong."""
        stack = self.stack
        match code:
            case "MARK":
                self.marks.append(len(stack))
            case "NONE":
                stack.append(None)
            case "NEWTRUE" | "NEWFALSE":
                stack.append(code == "NEWTRUE")
            case "BININT1" | "BININT2":
                stack.append(_number(argument))
            case "BININT" | "LONG1":
                stack.append(int.from_bytes(argument, "little", signed=True))
            case "BINUNICODE" | "SHORT_BINUNICODE":
                stack.append(argument.decode("utf-8", "surrogatepass"))
            case "BINBYTES" | "SHORT_BINBYTES" | "BINBYTES8" | "BINSTRING" | "SHORT_BINSTRING":
                stack.append(argument)
            case "EMPTY_DICT":
                stack.append({})
            case "EMPTY_LIST":
                stack.append([])
            case "EMPTY_TUPLE":
                stack.append(())
            case "TUPLE":
                stack.append(tuple(self._marked()))
            case "TUPLE1" | "TUPLE2" | "TUPLE3":
                stack.append(tuple(self._popped(int(code[-1]))))
            case "APPEND" | "APPENDS":
                items = self._popped(1) if code == "APPEND" else self._marked()
                _expect(stack[-1], list).extend(items)
            case "SETITEM" | "SETITEMS":
                items = self._popped(2) if code == "SETITEM" else self._marked()
                target = _expect(stack[-1], dict)
                for key, value in zip(items[::2], items[1::2], strict=True):
                    # No tuples: hashing one that is nested deeply overflows the C stack.
                    target[_expect(key, bytes, str)] = value
            case "BINPUT" | "LONG_BINPUT":
                self.memo[_number(argument)] = stack[-1]
            case "MEMOIZE":
                self.memo[len(self.memo)] = stack[-1]
            case "BINGET" | "LONG_BINGET":
                stack.append(self.memo[_number(argument)])
            case "GLOBAL":
                module, name = argument.decode("ascii").splitlines()
                stack.append(_named(f"{module} {name}"))
            case "STACK_GLOBAL":
                module, name = self._popped(2)
                stack.append(_named(f"{_expect(module, str)} {_expect(name, str)}"))
            case "REDUCE":
                function, arguments = self._popped(2)
                stack.append(self._called(_expect(function, Global), _expect(arguments, tuple)))
            case "BUILD":
                (state,) = self._popped(1)
                if isinstance(stack[-1], Array):
                    stack[-1].data = _built(_expect(state, tuple))
                elif stack[-1] is not UINT8:  # the state of a dtype adds nothing to uint8
                    raise ValueError("BUILD of something else than an array")

    def _called(self, function: Global, arguments: tuple[Any, ...]) -> Any:
        match function, arguments:
            case "reconstruct", (Global("ndarray"), (0,), b"b" | "b"):
                return Array()
            case "dtype", (b"u1" | "u1", *_):
                return UINT8
            case "dtype", (bytes() | str() as kind, *_):
                raise ValueError(f"an array of {kind[:20]!r} instead of uint8")
            case "encode", (str() as text, "latin1" | "latin-1"):
                self.left -= len(text)
                if self.left < 0:
                    raise ValueError("more text to encode than there is")
                return text.encode("latin-1")
            case "bytes", ():
                return b""
        raise ValueError(f"{function} with arguments that it does not take")

    def _popped(self, n: int) -> list[Any]:
        if n > len(self.stack):
            raise ValueError("the stack is empty")
        items = self.stack[-n:]
        del self.stack[-n:]
        return items

    def _marked(self) -> list[Any]:
        mark = self.marks.pop()
        items = self.stack[mark:]
        del self.stack[mark:]
        return items


def _number(argument: bytes) -> int:
    return int.from_bytes(argument, "little")


def _expect(value: Any, *kinds: type) -> Any:
    if type(value) not in kinds:
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise ValueError(f"{type(value).__name__} instead of {wanted}")
    return value


def _named(name: str) -> Global:
    if name not in GLOBALS:
        raise ValueError(f"it asks for {name[:80].replace(' ', '.')!r}")
    return GLOBALS[name]


def _built(state: tuple[Any, ...]) -> np.ndarray:
    """The array of a state (version, shape, dtype, is_fortran, bytes)."""
    _, shape, dtype, fortran, data = state
    if dtype is not UINT8 or type(data) is not bytes:
        raise ValueError("an array of something else than uint8")
    shape = tuple(_expect(size, int) for size in _expect(shape, tuple)[:4])
    if not all(0 <= size <= MOST_BYTES for size in shape) or math.prod(shape) != len(data):
        raise ValueError(f"an array of shape {str(shape)[:80]} with {len(data)} bytes")
    return np.frombuffer(data, np.uint8).reshape(shape, order="F" if fortran else "C")
