"""Controls take anything that a link may hold and give back something valid."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml import byhand
from pyml import controls as c
from pyml.demos import DEMOS
from pyml.pointlist import Points, format_points, parse_points

CONTROLS = [
    c.Choice(default="a", label="Choice", choices=(("a", "A"), ("B", "b"), ("10", "ten"))),
    c.Slider(default=0.5, min=0.0, max=1.0, step=0.05, label="Slider"),
    c.Slider(default=12, min=4, max=21, step=4, label="Whole slider"),
    c.Slider(default=0.1, min=0.001, max=10.0, step=0.001, log=True, label="Log slider"),
    c.Number(default=3, min=-10.0, max=10.0, step=0.1, label="Number"),
    c.Number(default=3, min=1, max=9, step=1, label="Whole number"),
    c.Toggle(default=True, label="Toggle"),
    c.Code(default="pass\n", label="Code"),
    Points(),
    Points(classes=8, label="Many"),
    c.Several(label="Features", default="x,y", choices=(("x", "x"), ("y", "y"), ("xY", "x y"))),
    c.Sizes(label="Layers", default="4,2", activations=("relu", "tanh")),
    c.Sizes(label="One", default="5", activations=(), least_layers=1, most_layers=2, most_units=50),
    byhand.Weights(),
    *(control for demo in DEMOS.values() for control in demo.controls.values()),
]

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.from_regex(
        r"(-?\d{1,3}(\.\d{1,4})?,){2}[012](;(-?\d{1,3}(\.\d{1,4})?,){2}[012])*", fullmatch=True
    ),
    st.sampled_from(
        ["", "NaN", "inf", "1e999", "-0", "1_000", "٣", "\ud800", "x" * 20_001, 10**400]
    ),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.binary(max_size=4),
)


coordinate = st.floats(-100, 100).map(lambda x: x if abs(x) > 1e-9 else 0.0)


def valid(control, value):
    match control:
        case c.Choice():
            return value in [known for known, _ in control.choices]
        case c.Number():
            whole = all(isinstance(n, int) for n in (control.min, control.max, control.step))
            return control.min <= value <= control.max and (isinstance(value, int) or not whole)
        case c.Toggle():
            return isinstance(value, bool)
        case c.Code():
            return isinstance(value, str) and (value == "" or value.strip() != "")
        case c.Several():
            known = [name for name, _ in control.choices]
            words = value.split(",") if value else []
            return len(words) >= control.least and words == [w for w in known if w in words]
        case c.Sizes():
            layers = c.sizes(value, "tanh")
            return (
                control.least_layers <= len(layers) <= control.most_layers
                and all(1 <= int(size) <= control.most_units for size, _ in layers)
                and {activation for _, activation in layers} <= {"tanh", *control.activations}
            )
        case Points():
            x, labels = parse_points(value)
            known = set(range(control.classes))
            return len(x) <= 500 and set(labels.tolist()) <= known and np.isfinite(x).all()
        case byhand.Weights():
            return bool(np.isfinite(byhand.parse_weights(value)).all())
    return False


@given(st.sampled_from(CONTROLS), anything)
def test_parse_never_raises_is_always_valid_and_changes_nothing_twice(control, value):
    used, note = control.parse(value)
    assert valid(control, used)
    assert note is None or (note.startswith(control.label) and len(note) < 250)
    assert control.parse(used) == (used, None)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.label)
def test_defaults_are_valid_and_plain(control):
    assert control.parse(control.default) == (control.default, None)
    described = json.loads(json.dumps(control.to_dict("name"), allow_nan=False))
    assert {"name", "kind", "label", "help", "default", "live", "when"} <= set(described)


@pytest.mark.parametrize(
    ("control", "value", "used", "note"),
    [
        (CONTROLS[0], "b", "B", None),
        (CONTROLS[0], 10, "10", None),
        (CONTROLS[0], 10.0, "10", None),
        (CONTROLS[0], "zzz", "a", "Choice: “zzz” is not one of the choices; used “a”."),
        (CONTROLS[0], None, "a", "Choice: None is not one of the choices; used “a”."),
        (CONTROLS[1], "0.15", 0.15, None),
        (CONTROLS[1], 0.16, 0.15, "Slider: 0.16 is between the steps of 0.05; used 0.15."),
        (CONTROLS[1], "7", 1.0, "Slider: “7” is more than 1; used 1.0."),
        (CONTROLS[1], -1e300, 0.0, "Slider: -1e+300 is less than 0; used 0.0."),
        (CONTROLS[1], "NaN", 0.5, "Slider: “NaN” is not a number; used 0.5."),
        (CONTROLS[1], True, 0.5, "Slider: True is not a number; used 0.5."),
        (CONTROLS[2], 21, 20, "Whole slider: 21 is between the steps of 4; used 20."),
        (CONTROLS[3], 0.0123, 0.0123, None),
        (CONTROLS[4], " +2.5e0 ", 2.5, None),
        (CONTROLS[4], "1_0", 3, "Number: “1_0” is not a number; used 3."),
        (CONTROLS[4], "٣", 3, "Number: “٣” is not a number; used 3."),
        (CONTROLS[4], "−2", 3, "Number: “−2” is not a number; used 3."),
        (CONTROLS[4], "0x2", 3, "Number: “0x2” is not a number; used 3."),
        (CONTROLS[5], "2.4", 2, "Whole number: “2.4” is between the steps of 1; used 2."),
        (CONTROLS[6], "off", False, None),
        (CONTROLS[6], 1, True, None),
        (CONTROLS[6], "maybe", True, "Toggle: “maybe” is neither on nor off; used True."),
        (CONTROLS[7], "a = 1\r\n", "a = 1\n", None),
        (CONTROLS[8], "1,2,0;0.1234,-0.0,1", "1,2,0;0.123,0,1", None),
    ],
)
def test_the_nearest_valid_value_with_a_note_in_plain_words(control, value, used, note):
    assert control.parse(value) == (used, note)


def test_bad_points_are_left_out_and_counted():
    used, note = Points().parse("1,2,0;1,2;1,2,3;nan,0,1;1e9,0,1;3,4,1;")
    assert used == "1,2,0;3,4,1"
    assert "4 of the points could not be used" in note


def test_at_most_500_points_are_taken():
    used, note = Points().parse(";".join(["1,2,0"] * 501))
    assert used.count(";") == 499
    assert "500 points are the most" in note


@given(st.lists(st.tuples(coordinate, coordinate, st.integers(0, 1)), max_size=20))
def test_points_survive_the_way_through_a_link(rows):
    x = np.array([row[:2] for row in rows], float).reshape(-1, 2)
    labels = np.array([row[2] for row in rows], int)
    text = format_points(x, labels)
    assert Points().parse(text) == (text, None)
    again, same_labels = parse_points(text)
    assert (same_labels == labels).all()
    np.testing.assert_allclose(again, x, atol=0.000501)
    assert format_points(again, same_labels) == text


def test_500_points_fit_into_a_link():
    x = np.full((500, 2), -99.999)
    text = format_points(x, np.ones(500, int))
    assert Points().parse(text) == (text, None)
    assert len(text) < c.LONGEST


@pytest.mark.parametrize("demo", DEMOS)
def test_when_names_another_control_and_its_values(demo):
    table = DEMOS[demo].controls
    for control in table.values():
        if control.when:
            other, values = control.when
            # Anything but these values would never be there.
            assert all(table[other].parse(value) == (value, None) for value in values)


@pytest.mark.parametrize("demo", DEMOS)
def test_every_demo_has_speed_and_says_whether_it_restarts(demo):
    speed = DEMOS[demo].controls["speed"]
    assert [value for value, _ in speed.choices] == ["1", "3", "10", "30", "100", "1000", "max"]
    assert speed.live
    for control in DEMOS[demo].controls.values():
        if isinstance(control, c.Number):
            assert math.isfinite(control.min + control.max + control.step)
            assert not (isinstance(control, c.Slider) and control.log and control.min <= 0)


@pytest.mark.parametrize(
    ("given", "used", "note"),
    [
        ("4, 2", "4,2", None),
        ("", "", None),
        (3, "3", None),
        ("3:ReLU,2", "3:relu,2", None),
        ("9", "8", "Layers: “9” is more than 6 layers of 8 units; used “8”."),
        ("1,1,1,1,1,1,1", "1,1,1,1,1,1", "is more than 6 layers of 8 units"),
        ("4:softplus", "4,2", "is not a list of layers such as 4,2 or 4:relu,2; used “4,2”."),
        ("0", "4,2", "is not a list of layers"),
        ("4;2", "4,2", "is not a list of layers"),
        (None, "4,2", "Layers: None is not a list of layers; used “4,2”."),
    ],
)
def test_layers_are_read_from_text(given, used, note):
    layers = c.Sizes(label="Layers", default="4,2", activations=("relu", "tanh"))
    found, said = layers.parse(given)
    assert found == used
    assert said is None if note is None else note in said


def test_layers_may_have_an_activation_of_their_own():
    assert c.sizes("4:relu,2", "tanh") == [("4", "relu"), ("2", "tanh")]
    assert c.sizes("", "tanh") == []


@pytest.mark.parametrize(
    ("given", "used", "note"),
    [
        ("y,x", "x,y", None),
        ("XY", "xY", None),
        ("x,z", "x", "Features: “z” is not one of the choices; used “x”."),
        ("", "x,y", "names too few of the choices"),
        (7, "x,y", "is not a list of choices"),
    ],
)
def test_several_choices_come_in_their_own_order(given, used, note):
    features = c.Several(
        label="Features", default="x,y", choices=(("x", "x"), ("y", "y"), ("xY", "x y"))
    )
    found, said = features.parse(given)
    assert found == used
    assert said is None if note is None else note in said
