"""The text of points that a visitor made. What the control does with any text: test_controls."""

import numpy as np

from pyml.pointlist import Points, format_points, parse_points


def test_points_and_text_are_the_same():
    x, labels = np.array([[0.5, -1.25], [3.0, 0.0]]), np.array([7, 0])
    text = format_points(x, labels)
    assert text == "0.5,-1.25,7;3,0,0"
    back, same = parse_points(text)
    assert (back == x).all()
    assert (same == labels).all()


def test_places_are_written_in_ascii():
    used, note = Points().parse("1e0,+2,0;1_0,2,0;٣,2,0;1,2,٠")
    assert used == "1,2,0"
    assert "3 of the points could not be used" in note


def test_labels_are_below_the_number_of_classes():
    assert Points(classes=8).parse("1,2,7") == ("1,2,7", None)
    used, note = Points(classes=8).parse("1,2,8;1,2,3")
    assert used == "1,2,3"
    assert "a label of 0 to 7" in note
