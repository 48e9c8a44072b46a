"""scikit-learn's conventions around a network: `fit`, `predict`, `score`, pipelines, searches.

    from pyml.estimators import NetworkClassifier
    NetworkClassifier(hidden=(32, 16), epochs=50).fit(x, y).score(x_test, y_test)

Needs scikit-learn 1.6 or newer (the extra `sklearn`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from pyml.datasets.batches import Batches
from pyml.layer import Layer
from pyml.layers import Dense, Input, Regression, Softmax
from pyml.losses import Head
from pyml.network import Network
from pyml.schedules import Schedule
from pyml.trainers import Trainer

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data
except ImportError as error:
    raise ImportError(
        "pyml.estimators needs scikit-learn 1.6 or newer: pip install scikit-learn"
    ) from error


class NetworkEstimator(BaseEstimator):  # type: ignore[misc]
    """What both estimators share: settings, and the loop over epochs and shuffled batches.

    `hidden` is a row of layers or of numbers, or one number; n means Dense(n, activation).
    `method`, `learning_rate`, `momentum`, `l1_decay`, `l2_decay`, `schedule` and `clip_norm` go to
    `Trainer`. `input_shape` is the shape of one example if it is not flat, as
    (height, width, channels) for images whose pixels are the columns of x. `random_state` decides
    the start weights and the order of the examples. `dtype` is float64 unless given, as
    elsewhere in scikit-learn: in float32, a row's prediction may differ in the seventh digit with
    the rows around it.
    """

    def __init__(
        self,
        hidden: int | Sequence[int | Layer] = (32,),
        activation: str | None = "relu",
        method: str = "adam",
        learning_rate: float | None = None,
        momentum: float | None = None,
        l1_decay: float = 0.0,
        l2_decay: float = 1e-4,
        schedule: Schedule | None = None,
        clip_norm: float | None = None,
        batch_size: int = 32,
        epochs: int = 100,
        input_shape: Sequence[int] | None = None,
        dtype: str = "float64",
        random_state: Any = None,
    ) -> None:
        # scikit-learn clones estimators by these attributes: kept as given, checked in fit.
        self.hidden = hidden
        self.activation = activation
        self.method = method
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.l1_decay = l1_decay
        self.l2_decay = l2_decay
        self.schedule = schedule
        self.clip_norm = clip_norm
        self.batch_size = batch_size
        self.epochs = epochs
        self.input_shape = input_shape
        self.dtype = dtype
        self.random_state = random_state

    def _start(self, features: int, head: Head) -> None:
        """A new network and trainer, and the generator of shuffles."""
        random = check_random_state(self.random_state)
        seed = int(random.randint(np.iinfo(np.int32).max))
        body = [
            layer if isinstance(layer, Layer) else Dense(layer, activation=self.activation)
            for layer in ([self.hidden] if isinstance(self.hidden, int) else self.hidden)
        ]
        shape = tuple(self.input_shape or (features,))
        if math.prod(shape) != features:
            raise ValueError(
                f"{type(self).__name__}: input_shape {shape} wants {math.prod(shape)} columns, "
                f"x has {features}; make them equal"
            )
        self.network_ = Network([Input(*shape), *body, head], seed=seed, dtype=self.dtype)
        self.trainer_ = Trainer(
            self.network_,
            self.method,
            learning_rate=self.learning_rate,
            momentum=self.momentum,
            l1_decay=self.l1_decay,
            l2_decay=self.l2_decay,
            schedule=self.schedule,
            clip_norm=self.clip_norm,
        )
        self.n_iter_ = 0
        self.loss_curve_: list[float] = []
        self._rng = np.random.default_rng(seed)

    def _epoch(self, x: np.ndarray, y: np.ndarray) -> None:
        """One pass over all examples in a new order."""
        batches = Batches(self._shaped(x), y, self.batch_size, self._rng)
        seen = [self.trainer_.step(*batch) for batch in batches]
        self.loss_curve_.append(sum(stats.loss * stats.n for stats in seen) / len(x))
        self.n_iter_ += 1

    def _epochs(self, x: np.ndarray, y: np.ndarray) -> Self:
        for name in ("batch_size", "epochs"):
            value = getattr(self, name)
            if not isinstance(value, int | np.integer) or value < 1:
                raise ValueError(
                    f"{type(self).__name__}: {name} must be a whole number of at least 1, "
                    f"got {value!r}"
                )
        for _ in range(self.epochs):
            self._epoch(x, y)
        return self

    def _predict(self, x: Any) -> np.ndarray:
        check_is_fitted(self)
        x = validate_data(self, x, reset=False)
        return self.network_.predict(self._shaped(x))

    def _shaped(self, x: np.ndarray) -> np.ndarray:
        return x.reshape(len(x), *self.network_.layers[0].output_shape)


class NetworkClassifier(ClassifierMixin, NetworkEstimator):  # type: ignore[misc]
    """A network that ends in Softmax over the classes in y, of any type that can be sorted.

    See `NetworkEstimator` for the settings. After `fit`: `classes_` (K,), `network_`,
    `trainer_`, `loss_curve_` (one mean loss an epoch), `n_iter_`.
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Trains a new network for `epochs` epochs on X (N, features), y (N,)."""
        x, y = self._checked(X, y, reset=True)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"{type(self).__name__}: y holds one class, {self.classes_[0]}; "
                f"give examples of at least two classes"
            )
        self._start(x.shape[1], Softmax(len(self.classes_)))
        return self._epochs(x, labels)

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> Self:
        """Trains one epoch more. The first call must name all `classes`, sorted or not."""
        first = not hasattr(self, "network_")
        x, y = self._checked(X, y, reset=first)
        if first:
            if classes is None:
                raise ValueError(
                    f"{type(self).__name__}: the first call of partial_fit must name all "
                    f"classes; pass classes=[...]"
                )
            self.classes_ = np.unique(np.asarray(classes))
            self._start(x.shape[1], Softmax(len(self.classes_)))
        strange = np.setdiff1d(y, self.classes_)
        if len(strange):
            raise ValueError(
                f"{type(self).__name__}: y holds {strange[0]!r}, which is not one of the classes "
                f"of the first call; name it there"
            )
        self._epoch(x, np.searchsorted(self.classes_, y))
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities (N, K), columns in the order of `classes_`."""
        return self._predict(X)

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class (N,) of each row of X (N, features)."""
        best = self._predict(X).argmax(axis=1)
        labels: np.ndarray = self.classes_[best]
        return labels

    def _checked(self, x: Any, y: Any, reset: bool) -> tuple[np.ndarray, np.ndarray]:
        x, y = validate_data(self, x, y, reset=reset)
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        return x, y


class NetworkRegressor(RegressorMixin, NetworkEstimator):  # type: ignore[misc]
    """A network that ends in Regression: one number for each row of x, or several.

    See `NetworkEstimator` for the settings. After `fit`: `network_`, `trainer_`, `loss_curve_`
    (one mean loss an epoch), `n_iter_`.
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Trains a new network for `epochs` epochs on X (N, features), y (N,) or (N, targets)."""
        x, y = validate_data(self, X, y, multi_output=True, y_numeric=True)
        y = self._targets(y)
        self._start(x.shape[1], Regression(y.shape[1]))
        return self._epochs(x, y)

    def partial_fit(self, X: Any, y: Any) -> Self:
        """Trains one epoch more."""
        first = not hasattr(self, "network_")
        x, y = validate_data(self, X, y, multi_output=True, y_numeric=True, reset=first)
        y = self._targets(y)
        if first:
            self._start(x.shape[1], Regression(y.shape[1]))
        self._epoch(x, y)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The numbers (N,), or (N, targets) as y was, for X (N, features)."""
        p = self._predict(X).astype(np.float64)
        return p[:, 0] if self._flat else p

    def _targets(self, y: np.ndarray) -> np.ndarray:
        self._flat = y.ndim == 1
        return y.reshape(len(y), -1)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
