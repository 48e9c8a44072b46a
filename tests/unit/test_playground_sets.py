"""For a seed the points, their order and the start weights are those of TensorFlow Playground.

The numbers were made in JavaScript: seedrandom 2.4.4 and a loop, draw by draw, written from what
its source does; not by its page itself.
"""

import numpy as np
import pytest

from pyml import playground
from pyml.playground import sets

#: set, seed, noise, then of all points in their order: the first, the last, and the sum of
#: x0 + 2 x1 + 3 target; then the first weight that is drawn next
GOLDEN = [
    ("circle", "0.14065", 0,
     (3.353106298929155, 1.9292659331353808, -1), (0.43167626904661205, -0.5237353370213399, 1),
     -68.30526513270051, 0.35110029416135646),
    ("circle", "0.14065", 25,
     (3.353106298929155, 1.9292659331353808, -1), (0.43167626904661205, -0.5237353370213399, 1),
     -320.30526513270047, 0.35110029416135646),
    ("xor", "seed", 10,
     (4.867053380487904, -1.67477956851067, -1), (1.9061141490281142, 2.818910705635365, 1),
     303.0209549564235, -0.1565501487505177),
    ("gauss", "0.5", 20,
     (-4.625312254681569, -4.2472528228705695, -1), (3.2326716265364275, 0.24671171584287954, 1),
     -5.757861721638195, 0.47970501840310775),
    ("spiral", "ä€", 10,
     (3.38004640573765, 1.0751667319288534, 1), (3.613334849258984, -1.2601596001169737, 1),
     0.29955725738851147, -0.24342946708749752),
    ("plane", "0.1", 5,
     (-0.12323304628982701, 2.796083312085347, 0.29072903153204416),
     (4.384853544212508, 1.7462139013187237, 0.6227592586955601),
     -321.87277378830163, -0.18005102349498697),
    ("bumps", "0.1", 5,
     (-0.12323304628982701, 2.796083312085347, -0.7438139380992512),
     (4.384853544212508, 1.7462139013187237, 0.7251561456506661),
     -174.3199990441992, -0.18005102349498697),
]  # fmt: skip


@pytest.mark.parametrize(("name", "seed", "noise", "first", "last", "total", "weight"), GOLDEN)
def test_points_and_weights_are_drawn_as_there(name, seed, noise, first, last, total, weight):
    found = sets.draw(name, noise, 50, seed)
    learnt = len(found.x) - sets.tests(len(found.x), 50)
    heights = found.y if name in ("plane", "bumps") else 2 * found.y - 1
    table = np.column_stack([found.x, heights])
    table = np.vstack([table[-learnt:], table[:-learnt]])  # as there: what is learnt comes first
    np.testing.assert_allclose(table[0], first, rtol=1e-12)
    np.testing.assert_allclose(table[-1], last, rtol=1e-12)
    assert table @ [1, 2, 3] @ np.ones(len(table)) == pytest.approx(total, rel=1e-9)
    net = playground.network(dtype="float64")
    weights = sets.start_weights(net, found.rng)
    assert weights[0] == pytest.approx(weight, rel=1e-12)
    assert (weights[net.l1_mask == 0] == 0.1).all()


@pytest.mark.parametrize(
    ("n", "train", "tests"),
    [(500, 50, 250), (500, 10, 450), (1200, 90, 120), (7, 50, 4), (1, 10, 0), (0, 50, 0),
     (9, 100, 0)],
)  # fmt: skip
def test_so_many_points_only_test(n, train, tests):
    assert sets.tests(n, train) == tests


@pytest.mark.parametrize("name", sets.SETS)
def test_another_share_for_training_divides_the_same_points(name):
    one, other = (sets.draw(name, 10, train, 3) for train in (20, 80))
    assert sorted(map(tuple, one.x)) == sorted(map(tuple, other.x))
    assert len(one.x) == sets.SETS[name].size
    classes = sets.SETS[name].classes
    if classes:
        assert set(one.y) == set(range(classes))
    else:
        assert np.abs(one.y).max() <= 1.3
