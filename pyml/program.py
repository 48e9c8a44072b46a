"""Writes the Python of a demo: the functions that make its network and its trainer.

What is written here is what runs; a visitor who changes it changes the demo.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyml.methods import TRAINERS


def network(
    inputs: int,
    hidden: Sequence[tuple[str | int, str]],
    head: str,
    about: str,
    extra: str = "",
    dtype: str = "float32",
) -> str:
    """`make_network`: hidden layers (units, activation) and a head such as "Softmax(2)".

    `about` is its docstring, `extra` more settings for each hidden layer, as text, and `dtype` the
    type of its numbers.
    """
    rows = [f"L.Input({inputs})"]
    for units, activation in hidden:
        named = f', activation="{activation}"' if activation != "linear" else ""
        rows.append(f"L.Dense({units}{named}{extra})")
    kind = f', dtype="{dtype}"' if dtype != "float32" else ""
    layers = "".join(f"        {row},\n" for row in [*rows, f"L.{head}"])
    return (
        f'def make_network(seed):\n    """{about}"""\n    layers = [\n{layers}    ]\n'
        f"    return Network(layers, seed=seed{kind})\n"
    )


def trainer(method: str, **settings: float) -> str:
    """`make_trainer` with those settings that the method uses."""
    uses = [*TRAINERS[method].defaults, "l1_decay", "l2_decay"]
    words = [f", {name}={value:g}" for name, value in settings.items() if name in uses]
    return f'def make_trainer(net):\n    return Trainer(net, "{method}"{"".join(words)})\n'


def whole(*functions: str) -> str:
    """The functions below each other."""
    return "\n\n".join(functions)
