"""Networks that a visitor drops are taken, and what is none is named."""

import numpy as np
import pytest
from imaging_samples import NAMES, SMALL, after, started, tiny

from pyml import convnetjs, exports
from pyml.demos import DEMOS


@pytest.mark.parametrize("name", NAMES)
def test_networks_come_from_npz_and_from_convnetjs(name, tmp_path):
    net, demo = tiny(name, seed=5), started(name, SMALL)
    files = {"net.npz": exports.npz(net), "net.json": convnetjs.dumps(net).encode()}
    files["own.json"] = net.to_json().encode()
    files["wide.npz"] = exports.npz(tiny(name, seed=5, dtype="float64"))
    after(3, demo)
    for file, data in files.items():
        demo.reset()
        (tmp_path / file).write_bytes(data)
        demo.on_open([str(tmp_path / file)])
        np.testing.assert_allclose(demo.net.weights, net.weights, rtol=1e-6)
        assert demo.net.dtype == np.float32
        assert "L.Conv(3, 5, stride=3" in demo.settings["code"]
        assert file in demo.notes[-1]
        after(2, demo)


def test_a_network_that_the_demo_can_write_itself_needs_no_code(tmp_path):
    demo = started(settings=SMALL)
    net = DEMOS["digits"]({"network": "hidden"}, 9).net
    (tmp_path / "hidden.npz").write_bytes(exports.npz(net))
    demo.on_open([str(tmp_path / "hidden.npz")])
    assert (demo.settings["network"], demo.settings["code"]) == ("hidden", "")
    assert (demo.net.weights == net.weights).all()


@pytest.mark.parametrize(
    ("file", "data", "text"),
    [
        ("empty.npz", b"", "empty.npz is empty; give a network"),
        ("cut.npz", b"PK\x03\x04 and no more", "cut.npz is a damaged zip or npz file"),
        ("cat.json", b"\x89PNG\r\n\x1a\n", "cat.json is a picture, not a network"),
        ("deep.json", b"[" * 100_000, "deep.json: convnetjs.loads: this is no network"),
        ("some.json", b'{"layers": 7}', "some.json: convnetjs.loads: this is no network"),
        ("odd.json", b'{"layers": [\xff]}', "odd.json is no text in UTF-8"),
        ("evil.npz", b"\x80\x04\x95junk", "evil.npz is a pickle"),
    ],
)
def test_what_is_no_network_is_named_and_training_goes_on(file, data, text, tmp_path, page):
    page.start("digits")
    page.send("run", on=True)
    before = page.frame()["layer_names"]
    (tmp_path / file).write_bytes(data)
    page.send("event", name="open", paths=[str(tmp_path / file)])
    assert text in page.errors()[-1]
    assert page.last("error")["running"] is True
    assert page.frame()["layer_names"] == before


def test_a_network_for_other_images_is_refused_in_words(tmp_path):
    demo = started(settings=SMALL)
    (tmp_path / "big.npz").write_bytes(exports.npz(tiny("cifar10")))
    before = dict(demo.settings)
    with pytest.raises(ValueError, match=r"28 x 28 pixels of 1 channel, but the network “big.npz”"):
        demo.on_open([str(tmp_path / "big.npz")])
    assert demo.settings == before


@pytest.mark.parametrize("paths", [None, [], "a", [1], [None]])
def test_paths_that_are_none_are_refused(paths):
    with pytest.raises(ValueError, match="open: paths must be a list of files"):
        started(settings=SMALL).on_open(paths)
