"""A visitor's own classes are learnt from a few images, on top of what the network has learnt."""

import numpy as np
import pytest
from imaging_samples import SMALL, made, started
from pages import same

HIDDEN = {"network": "hidden", "batch_size": 8}


def taught(demo, classes=3, each=8):
    x, y = made("digits", 400, seed=77)
    for index in range(classes):
        for image in x[y == index][:each]:
            demo.on_example(index, image.tobytes(), 28, 28)
    demo.on_teach(True)
    while demo.learn_own(0.01):
        pass
    return demo


def test_classes_are_learnt_and_the_image_shown_is_told():
    demo = started(settings=HIDDEN)
    assert demo.frame()["teach_counts"].tolist() == [0] * 5
    for _ in range(60):
        demo.step()
    demo = taught(demo)
    x, y = made("digits", 400, seed=78)
    for index in range(3):
        demo.on_image(x[y == index][0].tobytes(), 28, 28, "mine")
        frame = demo.frame()
        assert frame["teach_probs"].argmax() == index
        assert frame["teach_probs"].sum() == pytest.approx(1, abs=1e-5)
    assert frame["teach_ready"] is True
    assert frame["teach_counts"].tolist() == [8, 8, 8, 0, 0]
    assert frame["teach_accuracy"] == 1.0
    assert frame["chore"] == ""


def test_names_are_the_visitors():
    demo = started(settings=SMALL)
    demo.on_name(1, " my|cat ")
    assert demo.frame()["teach_names"].split("|")[:3] == ["class 1", "my cat", "class 3"]
    demo.on_name(1, "")
    assert demo.names[1] == "class 2"


def test_what_was_learnt_is_forgotten_with_its_images():
    demo = taught(started(settings=SMALL))
    demo.on_forget(0)
    frame = demo.frame()
    assert frame["teach_ready"] is False
    assert frame["teach_counts"].tolist() == [0, 8, 8, 0, 0]
    assert "teach_probs" not in frame


def test_one_class_is_too_few_and_a_class_has_room_for_so_many():
    demo = started(settings=SMALL)
    demo.on_example(0, bytes(784), 28, 28)
    with pytest.raises(ValueError, match="teach: it takes images of at least two classes"):
        demo.on_teach(True)
    for _ in range(199):
        demo.on_example(0, bytes(784), 28, 28)
    with pytest.raises(ValueError, match="class 1 has 200 images, which is the most"):
        demo.on_example(0, bytes(784), 28, 28)
    for wrong in (-1, 5, None):
        with pytest.raises(ValueError, match="example: index must be"):
            demo.on_example(wrong, bytes(784), 28, 28)


def test_own_classes_come_back_with_the_state_and_are_learnt_again():
    demo = taught(started(settings=SMALL))
    demo.on_name(2, "third")
    again = started(settings=SMALL)
    again.restore(demo.state())
    assert same(again.state(), demo.state())
    while again.learn_own(0.01):
        pass
    np.testing.assert_array_equal(again.frame()["teach_probs"], demo.frame()["teach_probs"])
    assert again.frame()["teach_names"] == "class 1|class 2|third|class 4|class 5"
