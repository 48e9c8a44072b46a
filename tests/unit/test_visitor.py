"""The visitor's code: what it may use, and how its mistakes are explained."""

import pytest

from pyml import layers as L
from pyml import playground, visitor
from pyml.visitor import CodeError

GOOD = """def make_network(seed):
    print("seed", seed)
    return Network([L.Input(2), L.Dense(3, activation="relu"), L.Softmax(2)], seed=seed)
"""


def made(code, seed=0, inputs=2, head=L.Softmax, outputs=2):
    """What the code makes for a demo of two inputs and two classes."""
    return visitor.make(code, seed, lambda net: visitor.fits(net, inputs, head, outputs))


def called(code, name, *args):
    names, printed = visitor.run(code)
    return visitor.called(names, name, printed, *args), printed.getvalue()


def test_good_code_gives_a_network_and_what_it_printed():
    net, trainer, printed = made(GOOD, 4)
    assert net.seed == 4
    assert trainer is None
    assert printed == "seed 4\n"


def test_what_code_does_to_the_modules_that_it_is_given_is_gone_with_its_run():
    visitor.run("L.Dense = np.tanh = playground.Trainer = None\nassert layers.Dense is None\n")
    assert isinstance(made(GOOD).net.layers[1], L.Dense)
    names, _ = visitor.run("assert np.tanh(0) == 0 and playground.Trainer and L is layers\n")
    assert names["L"].Dense is L.Dense
    assert playground.Trainer is not None


def test_the_names_of_pyml_are_there_without_an_import():
    names = "Network, Trainer, layers.Dense, L.Dense, np.pi, playground.Trainer"
    code = f"def make_network(seed):\n    return {names}\n"
    found, _ = called(code, "make_network", 0)
    assert found[-1] is playground.Trainer
    assert len(found) == 6


@pytest.mark.parametrize(
    ("code", "line", "text"),
    [
        (
            "def make_network(seed):\n    return Network([\n",
            2,
            "Line 2 of your code: Python cannot read",
        ),
        ("def make_network(seed):\nreturn 1\n", 2, "Python cannot read this (expected an indented"),
        (
            "x = 1\ny = lambd\n",
            2,
            "Line 2 of your code: name 'lambd' is not defined. Check the spelling",
        ),
        ("x = 1\n", None, "Your code must define a function make_network; there is none."),
        ("make_network = 3\n", None, "must define a function make_network"),
        ("def make_network():\n    pass\n", None, "takes 0 positional arguments but 1 was given"),
        ("def make_network(seed):\n    1 / 0\n", 2, "Line 2 of your code: ZeroDivisionError"),
        (
            "def make_network(seed):\n    return L.Dense(0)\n",
            2,
            "Dense: units must be a whole number",
        ),
        ("def make_network(seed):\n    return make_network(seed)\n", 2, "calls itself without end"),
        ("def make_network(seed):\n    raise SystemExit\n", 2, "it asked Python to exit"),
        ("def make_network(seed):\n    raise MemoryError\n", 2, "make the network smaller"),
        (
            "def make_network(seed):\n    Network([L.Input(2), L.Softmax(2)])\n",
            None,
            "it returned None",
        ),
        (
            "def make_network(seed):\n    return 5\n",
            None,
            "must return a Network, but it returned 5",
        ),
        (
            "def make_network(seed):\n    return Network([L.Input(3), L.Softmax(2)])\n",
            None,
            "your network begins with Input(3). Begin with L.Input(2).",
        ),
        (
            "def make_network(seed):\n    return Network([L.Input(2), L.Softmax(3)])\n",
            None,
            "There are 2 classes, but your network ends with Softmax(3). End with L.Softmax(2).",
        ),
        (
            "def make_network(seed):\n    return Network([L.Input(2), L.Regression(2)])\n",
            None,
            "ends with Regression(2). End with L.Softmax(2).",
        ),
        (
            "def make_network(seed):\n"
            "    return Network([L.Input(2), L.Dense(20000), L.Softmax(2)])\n",
            None,
            "has 100002 weights and 20000 units in its widest layer. To be drawn in time",
        ),
        (
            "def make_network(seed):\n    net = Network([L.Input(2), L.Softmax(2)])\n"
            "    net.weights[:] = np.nan\n    return net\n",
            None,
            "Some weights of your network are NaN or infinite.",
        ),
        ("\x00", None, ""),
        ("x = '\ud800'\n", None, ""),
        ("def make_network(seed):\n    raise KeyError\n" + "(" * 300, None, ""),
    ],
)
def test_mistakes_are_explained_in_plain_words_with_their_line(code, line, text):
    with pytest.raises(CodeError) as caught:
        made(code)
    assert text in str(caught.value)
    if line is not None:
        assert visitor.line_of(caught.value) == line


def test_a_layer_of_the_visitors_own_is_tried_before_it_is_used():
    code = (
        "class Broken(L.Layer):\n"
        "    def forward(self, x, train):\n"
        "        return x / nothing, None\n"
        "\n"
        "def make_network(seed):\n"
        "    return Network([L.Input(2), Broken(), L.Softmax(2)], seed=seed)\n"
    )
    with pytest.raises(CodeError, match="Line 3 of your code: name 'nothing' is not defined") as e:
        made(code)
    assert visitor.line_of(e.value) == 3
    good = code.replace("x / nothing, None", "x * 2, lambda dy: dy * 2")
    net = made(good).net
    assert repr(net.layers[1]) == "Broken()"


def test_the_line_is_the_last_one_of_the_visitor_not_of_pyml():
    code = (
        "def helper():\n    return L.Dense(-1)\n\n\ndef make_network(seed):\n    return helper()\n"
    )
    with pytest.raises(CodeError) as caught:
        called(code, "make_network", 0)
    assert visitor.line_of(caught.value) == 2


def test_an_error_without_the_visitors_code_has_no_line():
    assert visitor.line_of(ValueError("x")) is None
    assert visitor.line_of(None) is None


def test_endless_printing_is_cut():
    code = "def make_network(seed):\n    for i in range(5000):\n        print('line', i)\n"
    _, printed = called(code, "make_network", 0)
    assert len(printed) < visitor.MOST_OUTPUT + 10
    assert printed.startswith("line 0\n")


def test_what_the_code_prints_does_not_reach_the_real_output(capsys):
    made(GOOD, 4)
    assert capsys.readouterr().out == ""


TRAINED = (
    GOOD
    + """
def make_trainer(net):
    print("trainer")
    return {}
"""
)


def test_the_trainer_may_be_the_visitors_too():
    found = made(TRAINED.format("Trainer(net, 'adam', learning_rate=0.02)"))
    assert found.trainer.net is found.net
    assert (found.trainer.method, found.trainer.learning_rate) == ("adam", 0.02)
    assert found.printed == "seed 0\ntrainer\n"
    assert isinstance(made(TRAINED.format("playground.Trainer(net)")).trainer, playground.Trainer)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("None", "make_trainer must return a Trainer, but it returned None. Does it end with"),
        ("Trainer(make_network(1))", "must return a trainer of the network that it is given"),
        ("Trainer(net, 'adm')", "Line 7 of your code: ValueError: Trainer: unknown method 'adm'"),
        ("Trainer(net, learning_rat=1)", "unexpected keyword argument 'learning_rat'"),
    ],
)
def test_a_wrong_trainer_is_explained(code, text):
    with pytest.raises(CodeError) as caught:
        made(TRAINED.format(code))
    assert text in str(caught.value)


def test_a_network_from_elsewhere_can_have_the_trainer_of_some_code():
    net = made(GOOD).net
    assert visitor.trainer(TRAINED.format("Trainer(net, 'sgd')"), net).net is net


def test_networks_that_predict_numbers_are_checked_too():
    code = "def make_network(seed):\n    return Network([L.Input(1), L.{}], seed=seed)\n"
    assert made(code.format("Regression(1)"), inputs=1, head=L.Regression, outputs=1)
    with pytest.raises(CodeError, match=r"your network ends with Softmax\(2\). End with L.Reg"):
        made(code.format("Softmax(2)"), inputs=1, head=L.Regression, outputs=1)
