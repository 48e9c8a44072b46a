"""What crosses between Python and a page: plain values in a header, arrays flat beside it.

The header lists the arrays as `[name, dtype, shape]`, in their order.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pyml.controls import show

DTYPES = ("float32", "float64", "uint8")


def pack(values: dict[str, Any]) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Divides values into a header that JSON can hold and C-contiguous arrays."""
    names = [name for name, value in values.items() if isinstance(value, np.ndarray)]
    arrays = [np.ascontiguousarray(values[name]) for name in names]
    header = {name: _plain(value) for name, value in values.items() if name not in names}
    header["arrays"] = [
        [name, array.dtype.name, list(array.shape)]
        for name, array in zip(names, arrays, strict=True)
    ]
    return header, arrays


def unpack(header: Any, arrays: Any) -> dict[str, Any]:
    """All values again, from what `pack` made and a page kept. Raises for anything damaged."""
    values = {name: value for name, value in dict(header).items() if name != "arrays"}
    for (name, dtype, shape), array in zip(header["arrays"], arrays, strict=True):
        if dtype not in DTYPES:
            raise ValueError(f"array {show(name)} has the type {show(dtype)}")
        values[name] = np.asarray(array).astype(dtype).reshape([int(size) for size in shape])
    return values


def kind(value: Any) -> str:
    """What the schema calls a value: the dtype of an array, or number, string, bool, list."""
    if isinstance(value, np.ndarray):
        return str(value.dtype)
    if isinstance(value, bool | np.bool_):
        return "bool"
    if isinstance(value, list | tuple | dict):
        return "list" if isinstance(value, list | tuple) else "object"
    return "string" if isinstance(value, str) else "number"


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; numbers that are not finite become None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
