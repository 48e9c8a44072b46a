"""Links of TensorFlow Playground: what is taken from them, and what is said of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml.explain import separability
from pyml.playground import links

TALK = (
    "https://playground.tensorflow.org/#activation=relu&regularization=L1&batchSize=7"
    "&dataset=xor&regDataset=reg-gauss&learningRate=0.1&regularizationRate=0.01&noise=25"
    "&networkShape=5,3&seed=0.14065&showTestData=true&discretize=false&percTrainData=40"
    "&x=true&y=false&xTimesY=true&xSquared=false&ySquared=false&cosX=false&sinX=true"
    "&cosY=false&sinY=false&collectStats=false&problem=classification&initZero=false"
    "&hideText=false&noise_hide=true&dataset_hide=false"
)


def test_a_whole_link_is_read_by_its_meaning():
    found, notes, hide = links.translate(links.parse(TALK))
    assert found | {"seed": ""} == {
        "activation": "relu",
        "regularisation": "L1",
        "batch_size": "7",
        "data": "xor",
        "learning_rate": "0.1",
        "rate": "0.01",
        "noise": "25",
        "hidden": "5,3",
        "show_test": True,
        "discretise": False,
        "train": "40",
        "features": "x,xTimesY,sinX",
        "problem": "classification",
        "method": "playground",
        "seed": "",
    }
    assert notes == []
    assert hide == ["noise"]
    for name, value in found.items():
        if name != "seed":
            assert separability.CONTROLS[name].parse(value)[1] is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("#networkShape=", {"hidden": "", "data": "circle", "features": "x,y"}),
        ("networkShape=4%2C2", {"hidden": "4,2"}),
        ("#problem=regression&regDataset=reg-gauss&dataset=xor", {"data": "bumps"}),
        ("#problem=regression&batchSize=3", {"data": "plane", "rate": 0}),
        ("#dataset=spiral&y=&x=1", {"data": "spiral", "features": "x,y"}),
        ("#learningRate=&batchSize=5", {"batch_size": "5"}),
    ],
)
def test_what_a_link_leaves_out_is_as_usual_there(text, wanted):
    found, _, _ = links.translate(links.parse(text))
    assert {name: found[name] for name in wanted} == wanted
    assert "learning_rate" not in found


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("#dataset=moons&seed=1", "There is no data set “moons” here; used “circle”."),
        ("#cosX=true&seed=1", "There is no input cosX here; it was left out."),
        ("#x=false&y=false&seed=1", "The link chooses no input at all; used x and y."),
        ("#initZero=true&seed=1", "initZero of the link was ignored"),
        ("#tutorial=first&seed=1", "The tutorial “first” of the link is not here."),
        ("#playButton_hide=true&seed=1", "“playButton”, which cannot be hidden here."),
    ],
)
def test_what_is_not_here_is_said(text, note):
    _, notes, _ = links.translate(links.parse(text))
    assert len(notes) == 1
    assert note in notes[0]


def test_a_link_without_a_seed_says_whose_points_they_are():
    assert "with ours" in links.translate({"networkShape": "1"})[1][0]


@pytest.mark.parametrize(
    "text",
    [None, "", "1,2,0\n3,4,1", "x1,x2,class", "https://example.org/#data=xor&noise=3",
     "networkShape", "noise=1 networkShape=2", "networkShape=1&" + "x" * 6000],
)  # fmt: skip
def test_nothing_else_is_taken_for_a_link(text):
    assert links.parse(text) is None


def test_settings_of_our_own_are_left_alone():
    ours = {"data": "xor", "noise": "5", "activation": "tanh", "nope": 1}
    assert links.translate(ours) == (ours, [], [])


anything = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=9), st.lists(st.none())
)
names = st.sampled_from([*sorted(links.THEIRS), *links.NAMES, "noise_hide", "seed", "nope"])


@given(st.dictionaries(names, anything))
def test_no_value_makes_it_fail_and_controls_can_read_all(given):
    found, _, hide = links.translate(given)
    for name, value in found.items():
        if name in separability.CONTROLS:
            separability.CONTROLS[name].parse(value)
    assert set(hide) <= set(separability.CONTROLS)
