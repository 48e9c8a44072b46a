"""Classes of one's own: learnt from a few images, judged honestly, kept as a network."""

import numpy as np
import pytest

from pyml import Network
from pyml import layers as L
from pyml.explain import teach
from pyml.explain.teach import Taught

SHAPE = (6, 6, 2)
PATTERNS = np.random.default_rng(7).uniform(-0.5, 0.5, (5, *SHAPE))
NETS = {
    "convolutions": [
        L.Conv(6, 3, pad=1),
        L.BatchNorm(),
        L.Relu(),
        L.Pool(2),
        L.Dropout(),
        L.Softmax(4),
    ],
    "dense": [L.Dense(20, activation="tanh"), L.Softmax(4)],
    "head with an activation": [L.Dense(20), L.Softmax(4, activation="relu")],
    "head only": [L.SVM(3)],
}


def made(layers=NETS["convolutions"], dtype="float32"):
    return Network([L.Input(*SHAPE), *layers], seed=2, dtype=dtype)


def images(index, n, seed=0, noise=0.2):
    rng = np.random.default_rng([index, seed])
    return PATTERNS[index] + rng.normal(0, noise, (n, *SHAPE))


def learnt(net, classes, n=10, noise=0.2):
    taught = Taught(net)
    for index in classes:
        for image in images(index, n, noise=noise):
            taught.add(index, image)
    while taught.work():
        pass
    return taught


@pytest.mark.parametrize("layers", NETS.values(), ids=NETS)
def test_it_tells_new_images_of_the_classes_that_it_was_shown(layers):
    taught = learnt(made(layers), [0, 2, 3])
    assert taught.ready
    assert taught.counts.tolist() == [10, 0, 10, 10, 0]
    for index in (0, 2, 3):
        p = taught.predict(images(index, 6, seed=1))
        assert p.shape == (6, teach.MOST_CLASSES)
        assert (p.argmax(axis=1) == index).all()
        assert not p[:, [1, 4]].any()
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("layers", NETS.values(), ids=NETS)
def test_what_it_learnt_is_a_network_of_its_own(layers):
    taught = learnt(made(layers), [1, 4])
    net = taught.network()
    x = images(1, 3, seed=2)
    np.testing.assert_allclose(net.predict(x), taught.predict(x)[:, [1, 4]], atol=1e-5)
    assert repr(net.given[-1]) == "Softmax(2)"


def test_the_network_that_it_builds_on_trains_on_undisturbed():
    net = made()
    before = net.weights.copy()
    taught = learnt(net, [0, 1])
    assert (net.weights == before).all()
    x = images(0, 2)
    p = taught.predict(x)
    net.weights += 1
    assert (taught.predict(x) == p).all()


def test_accuracy_is_that_of_images_that_were_left_out():
    """Of noise alone nothing can be learnt, though what was seen is remembered."""
    taught = Taught(made([L.Softmax(4)]))
    rng = np.random.default_rng(3)
    noise = rng.normal(size=(40, *SHAPE))
    for i, image in enumerate(noise):
        taught.add(i % 2, image)
    while taught.work():
        pass
    guess = taught.predict(noise).argmax(axis=1)
    out = np.arange(40) // 2 % teach.EVERY == teach.EVERY - 1  # every fifth of each class
    right = guess == np.arange(40) % 2
    assert right[~out].all()
    assert taught.accuracy == right[out].mean() < 1


def test_an_accuracy_is_known_from_five_images_of_each_class():
    assert learnt(made(), [0, 1], n=teach.EVERY - 1).accuracy == teach.UNKNOWN
    assert learnt(made(), [0, 1], n=teach.EVERY).accuracy == 1


def test_features_are_worked_out_once_for_each_image(monkeypatch):
    asked = []
    outputs = teach.maps.outputs

    def counted(net, x, layer):
        asked.append(len(x))
        return outputs(net, x, layer)

    monkeypatch.setattr(teach.maps, "outputs", counted)
    taught = learnt(made(), [0, 1], n=20)
    assert asked == [16, 4, 16, 4]
    taught.add(1, images(1, 1)[0])
    assert not taught.ready
    while taught.work():
        pass
    assert asked[4:] == [1]


def test_work_comes_in_pieces_and_says_how_far_it_is():
    taught = Taught(made())
    assert (taught.work(), taught.done) == (False, 0)
    taught.add(0, images(0, 1)[0])
    assert taught.work()
    assert not taught.work()  # one class is not enough
    assert not taught.ready
    taught.add(1, images(1, 1)[0])
    done = [taught.done]
    while taught.work():
        done.append(taught.done)
    assert done == sorted(done)
    assert len(done) == 1 + teach.STEPS // teach.SOME
    assert taught.done == 1


def test_it_learns_the_same_from_the_same():
    x = images(0, 2, seed=5)
    assert (learnt(made(), [0, 1]).predict(x) == learnt(made(), [0, 1]).predict(x)).all()


def test_what_is_forgotten_is_gone():
    taught = learnt(made(), [0, 1, 2])
    taught.forget(1)
    assert (taught.ready, taught.accuracy) == (False, teach.UNKNOWN)
    while taught.work():
        pass
    assert not taught.predict(images(1, 3))[:, 1].any()


def test_images_stay_when_it_builds_on_another_network():
    taught = learnt(made(), [0, 1])
    other = made(NETS["dense"])
    taught.follow(other)
    assert not taught.ready
    while taught.work():
        pass
    x = images(1, 3, seed=2)
    assert (taught.predict(x) == learnt(other, [0, 1]).predict(x)).all()
    with pytest.raises(ValueError, match=r"the images are for Input\(6, 6, 2\), but this network"):
        taught.follow(Network([L.Input(3), L.Softmax(2)]))
    assert taught.ready


def test_a_network_in_double_precision_does_as_well():
    taught = learnt(made(dtype="float64"), [0, 1])
    x = images(1, 3, seed=2)
    np.testing.assert_allclose(
        taught.network().predict(x), taught.predict(x)[:, :2], rtol=1e-4, atol=1e-6
    )


def test_features_that_never_change_do_no_harm():
    taught = Taught(made([L.Softmax(4)]))
    for index in (0, 1):
        image = np.zeros(SHAPE)
        image[0, 0, 0] = index
        taught.add(index, image)
    while taught.work():
        pass
    assert taught.predict(np.stack([np.zeros(SHAPE), image])).argmax(axis=1).tolist() == [0, 1]


@pytest.mark.parametrize("use", ["predict", "network"])
def test_before_it_has_learnt_it_says_so(use):
    taught = Taught(made())
    with pytest.raises(ValueError, match="it has not learnt yet; give images of at least two"):
        taught.predict(images(0, 1)) if use == "predict" else taught.network()


@pytest.mark.parametrize(
    ("index", "shape", "words"),
    [
        (5, SHAPE, "there is no class 5; classes are 0 to 4"),
        (-1, SHAPE, "there is no class -1"),
        (0, (6, 5, 2), r"x has shape \(1, 6, 5, 2\)"),
    ],
)
def test_what_does_not_fit_is_refused(index, shape, words):
    taught = Taught(made())
    with pytest.raises(ValueError, match=words):
        taught.add(index, np.zeros(shape))
    assert not taught.counts.any()


def test_there_is_a_most_of_images():
    taught = Taught(made())
    for _ in range(teach.MOST_IMAGES):
        taught.add(3, np.zeros(SHAPE))
    with pytest.raises(ValueError, match="class 3 has 200 images, which is the most"):
        taught.add(3, np.zeros(SHAPE))
