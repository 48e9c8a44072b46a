"""What a module defines, to be held against the table that should list it."""

from __future__ import annotations

import inspect
from types import ModuleType


def defined(base: type, *modules: ModuleType) -> dict[str, type]:
    """The public classes below `base` that these modules define themselves, by name."""
    return {
        name: kind
        for module in modules
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, base) and kind is not base and kind.__module__ == module.__name__
        if not name.startswith("_")
    }
