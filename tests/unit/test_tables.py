"""Tables that visitors paste, from whatever program they use."""

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pyml import tables

VIEW = (-6.0, 6.0, -6.0, 6.0)


@pytest.mark.parametrize(
    "text",
    [
        "1,2,0\n3,-4,1\n",
        "\ufeffx1,x2,class\r\n1,2,0\r\n3,-4,1\r\n",
        "# a comment\n\n1\t2\t0\n3\t-4\t1",
        "a;b;c\n1,0;2,0;0\n3;-4,0;1",
        "1 2  0\n 3   -4 1 ",
        '"1","2","0"\n"3","-4","1"',
        "1,2,0,\n3,-4,1,,",
        "+1;2e0;0\n0,3e1;-4,;1".replace("-4,", "-4,0"),
        "1st,2nd,kind\n1,2,0\n3,-4,1",
    ],
)
def test_the_usual_kinds_are_read(text):
    x, labels, notes = tables.points(text, 2, VIEW)
    assert x.tolist() == [[1, 2], [3, -4]]
    assert labels.tolist() == [0, 1]
    assert notes == []


def test_names_of_classes_are_numbered_as_they_come():
    _, labels, notes = tables.points("w,l,kind\n1,2,pear\n2,2,apple\n3,1,pear", 2, VIEW)
    assert labels.tolist() == [0, 1, 0]
    assert notes == ["“pear” is class 0, “apple” is class 1."]


def test_labels_from_one_are_numbered_too():
    _, labels, notes = tables.points("1,2,1\n2,2,2", 2, VIEW)
    assert labels.tolist() == [0, 1]
    assert notes == ["“1” is class 0, “2” is class 1."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The table is empty"),
        (None, "The table is empty"),
        (7, "The table is empty"),
        ("x,y,class", "no rows of numbers"),
        ("# nothing", "has no rows"),
        ("1,2", "Line 1 of the table has 2 columns, not 3: “1,2”"),
        ("1,2,0\n3", "Line 2 of the table has 1 column, not 3"),
        ("1,2,0\n3,four,1", "Line 2 of the table: “four” is not a number"),
        ("1,2,0\nnan,4,1", "Line 2 of the table: “nan” is not a number"),
        ("1,2,0\n" * 501, "The table has 501 rows; 500 are the most"),
        ("1,2,a\n1,2,b\n1,2,c", "The table has 3 classes (“a”, “b”, “c” …); 2 are the most"),
        ("1" * 1_000_001, "The table has 1000001 characters; 1000000 are the most"),
        ("1,2,0\n1e999,2,0", "“1e999” is not a number"),
        ("1,2,0\n1_000,2,0", "Line 2 of the table: “1_000” is not a number"),
        ("1_000,2_000,0\n1,2,0", "Line 1 of the table: “1_000” is not a number"),
        ("١,٢,0\n1,2,0", "Line 1 of the table: “١” is not a number"),
        ("−1,−2,0\n1,2,0", "Line 1 of the table: “−1” is not a number"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        tables.points(text, 2, VIEW)


def test_what_does_not_fit_is_scaled_and_that_is_said():
    x, _, notes = tables.points("1,150,0\n2,250,1\n3,200,0", 2, VIEW)
    assert x[:, 0].tolist() == [1, 2, 3]
    np.testing.assert_allclose(x[:, 1], [-4.8, 4.8, 0])
    assert notes == [
        "The second column goes from 150 to 250; it was scaled to fit: 0.096 · value − 19.2."
    ]


def test_a_column_too_narrow_to_see_is_widened():
    x, _, notes = tables.points("0.01,0,0\n0.02,3,1", 2, VIEW)
    np.testing.assert_allclose(x[:, 0], [-4.8, 4.8])
    assert "from 0.01 to 0.02" in notes[0]


@given(st.text(alphabet=st.sampled_from('0123456789.,;\t\n\r "-+eE#anxf\x00\ufeff'), max_size=60))
@example('1,"2,0\n3,4,1')
@example("1e308,-1e308,0\n-1e308,1e308,1")
@example("1e308,0,0")
def test_nothing_but_points_in_the_view_or_an_error_comes_of_any_text(text):
    try:
        x, labels, _ = tables.points(text, 3, VIEW)
    except ValueError:
        return
    assert len(x) == len(labels) >= 1
    assert np.abs(x).max() <= 6
    assert set(labels.tolist()) <= {0, 1, 2}
