"""The estimators: scikit-learn's own checks, and what goes beyond them."""

import copy
import pickle
import re
import sys

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from pyml import datasets, schedules
from pyml import layers as L
from pyml.estimators import NetworkClassifier, NetworkRegressor

#: checks that scikit-learn itself leaves out when something optional is not installed
OPTIONAL = {
    "check_array_api_input",
    "check_classifier_data_not_an_array",
    "check_regressor_data_not_an_array",
}


@pytest.mark.parametrize(
    "estimator",
    [
        NetworkClassifier(epochs=20),
        NetworkRegressor(epochs=60),
        NetworkClassifier(method="momentum", activation="tanh", learning_rate=0.05, epochs=40),
    ],
    ids=["classifier", "regressor", "classifier with other settings"],
)
def test_scikit_learn_finds_nothing_to_complain_about(estimator):
    with np.errstate(under="ignore"):  # scikit-learn's own arithmetic
        results = check_estimator(estimator, on_fail=None, on_skip=None)
    assert len(results) > 40
    left = {r["check_name"]: r["status"] for r in results if r["status"] != "passed"}
    assert set(left) <= OPTIONAL, left


def test_it_learns_what_a_line_cannot_and_reports_how(rng):
    x, y = datasets.xor(200, 0.0, rng)
    net = NetworkClassifier(hidden=(8,), epochs=60, random_state=1).fit(x, np.array(["o", "x"])[y])
    assert net.score(x, np.array(["o", "x"])[y]) > 0.97
    assert net.classes_.tolist() == ["o", "x"]
    assert (net.n_iter_, len(net.loss_curve_)) == (60, 60)
    assert net.loss_curve_[-1] < 0.3 * net.loss_curve_[0]
    np.testing.assert_allclose(net.predict_proba(x).sum(axis=1), 1, rtol=1e-5)


def test_the_random_state_decides_everything(rng):
    x, y = datasets.circle(60, 0.1, rng)
    fits = [NetworkClassifier(epochs=3, random_state=s).fit(x, y) for s in (7, 7, 8)]
    weights = [fit.network_.weights.tobytes() for fit in fits]
    assert weights[0] == weights[1] != weights[2]


def test_several_targets_are_learned_at_once(rng):
    x = rng.uniform(-1, 1, (200, 2))
    y = np.stack([x[:, 0] * x[:, 1], x.sum(axis=1)], axis=1)
    net = NetworkRegressor(epochs=80, random_state=0).fit(x, y)
    assert net.predict(x).shape == (200, 2)
    assert net.score(x, y) > 0.9


def test_rows_of_pixels_become_images_for_convolutions(rng):
    y = np.arange(60) % 2
    x = rng.normal(0, 0.1, (60, 6, 6, 1))
    x[y == 1, :, 2:4] += 1  # an upright bar
    x[y == 0, 2:4, :] += 1
    hidden = [L.Conv(3, 3, activation="relu"), L.GlobalAveragePool()]
    net = NetworkClassifier(hidden, input_shape=(6, 6, 1), epochs=60, random_state=0)
    assert net.fit(x.reshape(60, -1), y).score(x.reshape(60, -1), y) == 1
    assert [type(layer).__name__ for layer in net.network_.layers][1] == "Conv"


def test_it_works_in_pipelines_and_searches(rng):
    x, y = datasets.gauss(80, 0.2, rng)
    pipeline = make_pipeline(StandardScaler(), NetworkClassifier(epochs=5, random_state=0))
    search = GridSearchCV(pipeline, {"networkclassifier__hidden": [(), (4,)]}, cv=2)
    with np.errstate(under="ignore"):
        assert search.fit(x, y).best_score_ > 0.9


def test_copies_and_pickles_train_on_by_themselves(rng):
    x, y = datasets.gauss(40, 0.2, rng)
    net = NetworkClassifier(epochs=2, random_state=0).fit(x, y)
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        before = net.predict_proba(x)
        assert (other.predict_proba(x) == before).all()
        other.partial_fit(x, y)
        assert (other.predict_proba(x) != before).any()
        assert (net.predict_proba(x) == before).all()


def test_partial_fit_goes_on_where_it_was(rng):
    x, y = datasets.gauss(40, 0.2, rng)
    whole = NetworkClassifier(epochs=3, random_state=0).fit(x, y)
    parts = NetworkClassifier(random_state=0)
    for _ in range(3):
        parts.partial_fit(x, y, classes=[1, 0])
    assert (parts.network_.weights == whole.network_.weights).all()


def test_the_trainer_takes_the_settings():
    net = NetworkRegressor(
        method="momentum",
        momentum=0.5,
        l1_decay=0.1,
        schedule=schedules.Cosine(10),
        clip_norm=2.0,
        epochs=1,
    ).fit([[0.0], [1.0]], [0.0, 1.0])
    assert repr(net.trainer_) == (
        "Trainer(momentum, learning_rate=0.01, momentum=0.5, l1_decay=0.1, l2_decay=0.0001, "
        "clip_norm=2, schedule=Cosine(steps=10, end=0.0), after 1 steps)"
    )


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: NetworkClassifier().predict([[0.0]]), NotFittedError, "not fitted yet"),
        (
            lambda: NetworkClassifier().fit([[0.0], [1.0]], [3, 3]),
            ValueError,
            "NetworkClassifier: y holds one class, 3; give examples of at least two",
        ),
        (
            lambda: NetworkClassifier(epochs=0).fit([[0.0], [1.0]], [0, 1]),
            ValueError,
            "NetworkClassifier: epochs must be a whole number of at least 1, got 0",
        ),
        (
            lambda: NetworkRegressor(batch_size=2.5).fit([[0.0], [1.0]], [0, 1]),
            ValueError,
            "NetworkRegressor: batch_size must be a whole number of at least 1, got 2.5",
        ),
        (
            lambda: NetworkClassifier().partial_fit([[0.0]], [0]),
            ValueError,
            "the first call of partial_fit must name all classes; pass classes=[...]",
        ),
        (
            lambda: NetworkClassifier(input_shape=(2, 2, 1)).fit([[0.0], [1.0]], [0, 1]),
            ValueError,
            "NetworkClassifier: input_shape (2, 2, 1) wants 4 columns, x has 1",
        ),
    ],
)
def test_mistakes_are_named(call, error, text):
    with pytest.raises(error, match=re.escape(text)):
        call()


def test_a_class_that_was_not_named_is_refused():
    net = NetworkClassifier().partial_fit([[0.0], [1.0]], [0, 1], classes=[0, 1])
    with pytest.raises(ValueError, match=r"y holds .*2.*, which is not one of the classes"):
        net.partial_fit([[0.0]], [2])


def test_without_scikit_learn_it_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "pyml.estimators")
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    with pytest.raises(ImportError, match=r"pip install scikit-learn"):
        import pyml.estimators  # noqa: F401
