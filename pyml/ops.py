"""The backend seam: the few array operations that a faster backend may replace.

`Ops` is plain NumPy. It is the reference and the contract: a backend is a subclass, what it does
not override is inherited, so a missing kernel is slow and never wrong. The object is handed to
`Network(..., ops=...)`, which gives it to its layers; nothing is global.

Shape letters used in this package: N examples, I inputs of a layer, U units, K classes.
"""

from __future__ import annotations

import numpy as np


class Ops:
    """The NumPy backend."""

    def matmul(self, a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """The product of a (M, K) and b (K, P), possibly transposed views; into `out` if given."""
        return np.matmul(a, b, out=out)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"
