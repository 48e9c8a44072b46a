"""Images come as they are needed, and whatever comes instead is named."""

import json

import pytest
from imaging_samples import PER_PART, SMALL, Site, after

from pyml.demos import DEMOS


def test_images_come_as_training_needs_them(page):
    site = Site("digits", train=3)
    page.start("digits", settings=SMALL)
    site.serve(page)
    assert site.given == ["data/digits.json", "data/digits/test-00"]
    assert page.frame()["images_test"] == PER_PART
    page.send("step")
    site.serve(page)
    assert site.given[2:] == ["data/digits/train-00"]
    assert page.frame()["images_train"] == PER_PART * 9 // 10
    page.send("step", n=10)
    site.serve(page)
    assert len(site.given) == 3
    page.send("step", n=30)
    site.serve(page)
    assert site.given[3:] == ["data/digits/train-01"]
    page.send("step", n=200)
    site.serve(page)
    page.send("step", n=2)
    site.serve(page)
    assert sorted(site.given) == sorted(set(site.given))
    assert page.frame()["images_validation"] == 36


def test_a_site_with_images_to_test_only_learns_those_by_heart():
    demo = DEMOS["cifar10"](SMALL, 0)
    site = Site("cifar10", train=0, test=1, note="only the first 120 test images.")
    site.feed(demo)
    frame = after(30, demo)
    assert frame["step"] == 30
    assert frame["data_note"] == "only the first 120 test images. They are learnt from as well."
    assert frame["credit"] == "Made for tests."


def test_a_file_that_cannot_be_had_is_told_and_asked_for_again_on_request(page):
    site = Site("digits")
    test = site.files.pop("data/digits/test-00")
    page.start("digits")
    site.serve(page)
    assert "data/digits/test-00 could not be fetched: it is not there" in page.errors()[-1]
    assert page.frame()["unfetched"] == 1
    page.send("event", name="next", by=-1)
    site.serve(page)
    assert len(page.errors()) == 1
    site.files["data/digits/test-00"] = test
    page.send("event", name="fetch")
    site.serve(page)
    assert page.frame()["unfetched"] == 0
    assert page.frame()["images_test"] == PER_PART


@pytest.mark.parametrize("change", [b"{", {"parts": 3}, {"shape": [1, 2, 3]}, {"classes": ["a"]}])
def test_a_manifest_that_is_none_is_named(change):
    site = Site("digits")
    good = site.files["data/digits.json"]
    data = change if isinstance(change, bytes) else json.dumps(json.loads(good) | change).encode()
    demo = DEMOS["digits"]({}, 0)
    with pytest.raises(ValueError, match=r"data/digits\.json is not the list of images"):
        demo.given("data/digits.json", data, "")
    demo.given("data/digits.json", good, "")
    assert demo.wants
