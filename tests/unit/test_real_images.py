"""On photographs the compiled kernels learn as much as NumPy does."""

import tarfile

import numpy as np
import pytest
from compiled import LIBRARY, needs_library

from pyml import Network, Trainer
from pyml.datasets import cifar10
from pyml.datasets.images import decode
from pyml.kernels import Kernels
from pyml.ops import Ops
from pyml.train import cifar10_layers
from tools.bench.images import REAL

ARCHIVE = REAL.parent / "train-images.tar.gz"
STEPS, BATCH = 2000, 4
#: images of each class to learn from, and to judge by: two networks that are equally good differ
#: on 2,000 images by a percentage point, on 8,000 by half of one
LEARN, JUDGE = 400, 800

pytestmark = [
    needs_library,
    pytest.mark.skipif(
        not ARCHIVE.exists(), reason=f"CIFAR-10 is not here: it is looked for in {ARCHIVE}"
    ),
]


@pytest.fixture(scope="module")
def photographs():
    """The first of each class: images x and labels y to learn from, and to judge by."""
    pytest.importorskip("PIL", reason="the archive's images need Pillow")
    seen, parts = [0] * 10, ([], [])
    with tarfile.open(ARCHIVE) as archive:
        for entry in archive:
            if entry.isfile():
                label = cifar10.CLASSES.index(entry.name.split("/")[1])
                seen[label] += 1
                if seen[label] <= LEARN + JUDGE:
                    data = archive.extractfile(entry).read()
                    image = decode(data, entry.name, 32, 32)
                    parts[seen[label] > LEARN].append((image, label))
    return [
        (cifar10.preprocess(np.stack(x)), np.array(y))
        for x, y in (zip(*part, strict=True) for part in parts)
    ]


def accuracy(ops, seed, photographs):
    """Of the network that so many steps make, with the mean of the last half's weights.

    Steps of so few images throw single weights about: their mean is what was learnt.
    """
    (x, y), (x_held, y_held) = photographs
    net = Network(cifar10_layers(), seed=seed, ops=ops)
    trainer = Trainer(net, "adadelta", l2_decay=1e-4)
    order = np.tile(np.random.default_rng(seed).permutation(len(y)), -(-STEPS * BATCH // len(y)))
    total = np.zeros_like(net.weights)
    for i in range(STEPS):
        some = order[BATCH * i : BATCH * (i + 1)]
        trainer.step(x[some], y[some])
        if i >= STEPS // 2:
            total += net.weights
    net.weights = total / (STEPS - STEPS // 2)
    right = [
        net.classify(x_held[i : i + 500]) == y_held[i : i + 500] for i in range(0, len(y_held), 500)
    ]
    return np.mean(right)


def test_the_kernels_reach_the_accuracy_of_numpy_on_photographs(photographs):
    found = np.array(
        [
            [accuracy(ops, seed, photographs) for ops in (Ops(), Kernels(LIBRARY))]
            for seed in (1, 2, 3)
        ]
    )
    assert found.min() > 0.3, found  # 0.1 is guessing
    reference, kernels = found.mean(axis=0)
    print(found)
    assert abs(kernels - reference) <= 0.01, found
