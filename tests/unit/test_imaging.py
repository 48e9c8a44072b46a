"""The demos of images: they learn what they are given, show it, and survive what they are given."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imaging_samples import NAMES, PER_PART, SMALL, Site, after, made, started, tiny
from pages import Page, same

from pyml import exports
from pyml.datasets import cifar10
from pyml.demos import DEMOS

CLOCKED = {"batch_ms", "forward_ms", "backward_ms", "rate"}


def unclocked(frame):
    return {key: value for key, value in frame.items() if key not in CLOCKED}


@pytest.mark.parametrize("name", NAMES)
def test_without_images_it_waits_and_says_so(name, page):
    page.start(name)
    page.send("run", on=True)
    page.send("step", n=5)
    page.run(0.5)
    frame = page.frame()
    assert frame["chore"] == "waiting for images"
    assert (frame["step"], frame["running"], frame["finished"]) == (0, True, False)
    assert frame["image"].shape == (0, *DEMOS[name].shape[1:])
    assert page.errors() == []
    wants = [m["file"] for m, _ in page.log if m["type"] == "want"]
    assert wants == [f"data/{name}.json"]


def test_a_step_before_the_list_of_images_is_there_has_them_fetched(page):
    site = Site("digits")
    page.start("digits")
    page.send("step")
    site.serve(page)
    assert "data/digits/train-00" in site.given
    page.send("step")
    assert page.frame()["step"] == 1


def test_what_comes_in_beside_a_digit_that_is_moved_is_black():
    for name, edge in (("digits", 0), ("cifar10", 128)):
        demo = started(name, {**SMALL, "augment_shift": 4, "shift_x": 5})
        assert (demo.shown()[:, :5] == edge).all()
        bright = np.full((50, *demo.shape), 0.5, np.float32)
        assert demo.augmented(bright).min() == demo.edge


def test_a_visitors_code_is_run_once(page):
    page.start("digits")
    own = "\ndef make_trainer(net):\n    print('here')\n    return Trainer(net, 'sgd')\n"
    page.send("code", text="print('begun')\n" + CODE + own)
    assert page.errors() == []
    text = "".join(m["text"] for m, _ in page.log if m["type"] == "output")
    assert (text.count("begun"), text.count("here")) == (1, 1)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_and_messages_give_the_same_frames(name):
    settings = {**SMALL, "augment_shift": 2, "augment_flip": True}
    one, two = started(name, settings), started(name, settings)
    assert same(unclocked(after(40, one)), unclocked(after(40, two)))
    one.set("learning_rate", 0.02)
    assert not same(unclocked(after(5, one)), unclocked(after(5, two)))


CODE = """def make_network(seed):
    layers = [L.Input(28, 28, 1), L.Pool(4), L.BatchNorm(), L.Dropout(0.2), L.Softmax(10)]
    return Network(layers, seed=seed)
"""


@pytest.mark.parametrize("code", ["", CODE])
def test_a_restored_session_goes_on_to_the_bit_once_it_has_the_images(code, page):
    settings = {**SMALL, "code": code, "augment_shift": 1, "method": "adam"}
    site = Site("digits", train=1)
    page.start("digits", settings=settings, seed="any")
    site.serve(page)
    page.send("step")
    site.serve(page)
    page.send("step", n=12)
    page.send("event", name="reset")
    page.send("event", name="next", by=3)
    page.send("step", n=20)
    again, other = Page(), Site("digits", train=1)
    again.start("digits", state=page.saved())
    other.serve(again)
    demo = again.sessions._sessions["a"].demo
    demo.supply.given("data/digits/train-00", other.files["data/digits/train-00"], "")
    for one in (page, again):
        one.send("step", n=9)
        one.frame()
    assert same(again.last("state"), page.last("state"))
    assert again.frame()["old_runs"] == "1"


def test_an_opened_network_survives_a_restored_session(tmp_path, page):
    (tmp_path / "net.npz").write_bytes(exports.npz(tiny("digits", seed=5)))
    page.start("digits")
    page.send("event", name="open", paths=[str(tmp_path / "net.npz")])
    again = Page()
    ready = again.start("digits", state=page.saved())
    assert ready["notes"] == []
    assert same(unclocked(again.frame()), unclocked(page.frame()))
    assert not again.frame()["untrained"]


TRAINED = {"network": "deep", "trained": True}


def test_trained_weights_of_the_site_are_a_setting(page):
    net = DEMOS["digits"]({"network": "deep"}, 7).net
    site = Site("digits", models={"digits": exports.npz(net)})
    page.start("digits", settings=TRAINED, on=False)
    demo = page.sessions._sessions["a"].demo
    assert page.frame()["chore"] == "fetching the trained weights"
    page.send("step")  # there are no images, so it learns nothing
    assert page.frame()["untrained"]
    site.serve(page)
    assert page.frame()["model_titles"] == "Digits"
    assert not page.frame()["untrained"]
    assert (demo.net.weights == net.weights).all()
    page.send("step")  # asks for images
    site.serve(page)
    page.send("step", n=3)
    assert (demo.net.weights != net.weights).any()
    page.send("event", name="reset")
    assert (demo.net.weights == net.weights).all()
    assert site.given.count("models/digits") == 1
    page.send("set", name="trained", value=False)
    page.send("event", name="pretrained", model="digits")
    assert (demo.net.weights == net.weights).all()
    assert page.last("settings")["settings"]["trained"] is True


def test_a_session_that_is_brought_back_keeps_what_was_learnt_from_trained_weights(page):
    site = Site(
        "digits", models={"digits": exports.npz(DEMOS["digits"]({"network": "deep"}, 7).net)}
    )
    page.start("digits", settings=TRAINED)
    page.send("run", on=False)
    early = page.saved()
    site.serve(page)
    page.send("step")
    site.serve(page)
    page.send("step", n=3)
    for state in (early, page.saved()):
        again, other = Page(), Site("digits", models=site.models)
        again.start("digits", state=state)
        other.serve(again)
        assert ("models/digits" in other.given) == (state is early)
    demos = [one.sessions._sessions["a"].demo for one in (page, again)]
    assert (demos[0].net.weights == demos[1].net.weights).all()


def test_trained_weights_that_cannot_be_had_are_named(page):
    small = exports.npz(tiny("digits"))
    for data, words in ((b"junk", "is not a network file"), (small, "do not belong together")):
        again = Page()
        again.start("digits", settings=TRAINED)
        Site("digits", models={"digits": data}).serve(again)
        assert words in again.errors()[-1]
    page.start("digits", settings=TRAINED)
    Site("digits").serve(page)
    assert "could not be fetched: it is not there" in page.errors()[-1]
    page.send("event", name="pretrained", model="other")
    assert "no network “other”; there are digits" in page.errors()[-1]
    ready = page.start("digits", settings={"trained": True, "network": "linear"})
    assert "there are none for the network “no hidden layer at all”" in ready["notes"][-1]


@pytest.mark.parametrize("name", NAMES)
def test_every_export_is_made_also_of_what_was_learnt(name):
    demo = started(name, {"network": "seed"})
    after(2, demo)
    for kind in demo.exports:
        assert demo.export(kind).data
    assert demo.export("onnx").name == f"{name}.onnx"


def test_the_exported_program_says_what_the_demo_says(tmp_path):
    demo = started(settings={"code": CODE})
    p = after(5, demo)["probs"]
    file = tmp_path / "it.py"
    file.write_bytes(demo.export("numpy").data)
    run = subprocess.run(
        [sys.executable, "-I", str(file)], capture_output=True, text=True, check=True
    )
    found = [float(line.split()[0]) for line in run.stdout.splitlines()]
    np.testing.assert_allclose(found, p, atol=2e-5)


def test_an_archive_of_own_images_takes_the_place_of_the_sites(tmp_path, page):
    site = Site("cifar10")
    page.start("cifar10", settings=SMALL)
    site.serve(page)
    (tmp_path / "cifar").mkdir()
    for i, name in enumerate(("data_batch_1.bin", "test_batch.bin")):
        x, y = made("cifar10", 250 - 50 * i, seed=50 + i)
        (tmp_path / "cifar" / name).write_bytes(cifar10.encode(x, y))
    page.send("event", name="open", paths=[str(tmp_path / "cifar")])
    assert page.frame()["images_test"] == PER_PART
    while page.sessions.tick() is not None:
        pass
    frame = page.frame()
    assert (frame["images_train"], frame["images_test"]) == (225, 200)
    assert frame["data_note"] == "Your own images, from cifar."
    page.send("step", n=30)
    site.serve(page)
    assert page.frame()["images_train"] == 225


def test_a_truncated_archive_is_told_and_what_was_read_stays(tmp_path, page):
    site = Site("cifar10")
    page.start("cifar10", settings=SMALL)
    site.serve(page)
    page.send("run", on=True)
    x, y = made("cifar10", 250, seed=50)
    (tmp_path / "data_batch_1.bin").write_bytes(cifar10.encode(x, y)[:-100])
    (tmp_path / "test_batch.bin").write_bytes(b"no records")
    page.send("event", name="open", paths=[str(tmp_path / "data_batch_1.bin")])
    page.run(0.2)
    assert "record 249, at byte 765177, has 2973 bytes of 3073" in page.errors()[-1]
    assert page.frame()["images_train"] >= 180
    page.send("event", name="open", paths=[str(tmp_path / "test_batch.bin")])
    page.run(0.2)
    assert "test_batch.bin: record 0" in page.errors()[-1]
    assert page.frame()["images_train"] >= 180
    assert page.frame()["running"] is True


def test_reading_can_be_stopped(tmp_path):
    demo = started("cifar10", SMALL)
    x, y = made("cifar10", 250, seed=50)
    (tmp_path / "data_batch_1.bin").write_bytes(cifar10.encode(x, y))
    demo.on_open([str(tmp_path / "data_batch_1.bin")])
    assert demo.chores(0)
    frame = demo.frame()
    assert frame["chore"] == "reading data_batch_1.bin"
    assert 0 < frame["chore_done"] < 1
    demo.on_stop()
    assert demo.frame()["images_train"] == 90
    assert demo.frame()["chore"] == ""


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.floats(),
    st.sampled_from(["", "x", "activations", "filters", "seed", bytes(784), 10**400]),
    st.lists(st.integers(0, 300), max_size=3),
)
EVENTS = {name: args for name, args in DEMOS["digits"].events().items() if name != "reset"}


@given(st.data())
@settings(max_examples=25)
def test_no_event_breaks_a_session(data):
    page, site = Page(), Site("digits", train=1, test=1)
    page.start("digits", settings=SMALL)
    site.serve(page)
    for _ in range(12):
        name = data.draw(st.sampled_from(sorted(EVENTS)))
        page.send("event", name=name, **{arg: data.draw(JUNK) for arg in EVENTS[name]})
        page.frame()
        page.send("step", n=2)
        page.sessions.tick()
        site.serve(page)
    assert not [text for text in page.errors() if "Error" in text.split(":")[0]]
    page.send("step")
    assert page.frame()["probs"].size == 10
