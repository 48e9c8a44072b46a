"""What a run of the benchmark is to measure, and how far it is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Plan:
    """`only` are names of rows, or their beginnings (`train.cifar10`); none means all of them."""

    rounds: int
    only: list[str]
    #: is told what is going on
    say: Callable[[str], None] = print
    #: what was told last
    doing: str = "the beginning"

    def wants(self, row: str) -> bool:
        """Whether a row is to be measured."""
        return not self.only or any(row == some or row.startswith(f"{some}.") for some in self.only)

    def tell(self, row: str, done: int | None = None) -> None:
        """Notes that a row is being measured, `done` rounds of it already."""
        self.doing = row if done is None else f"{row}, round {done + 1} of {self.rounds}"
        if done is None:
            self.say(f"  {row} …")
