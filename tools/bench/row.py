"""One line of the benchmark's table."""

from dataclasses import dataclass


@dataclass
class Row:
    """What was measured: medians by contender, pyml's own first."""

    name: str
    unit: str
    values: dict[str, float]
    goal: str = ""
    reached: bool | None = None

    def ratios(self) -> dict[str, float]:
        """The value that is named first, pyml's, divided by each other one."""
        own, *others = self.values.items()
        return {name: own[1] / value for name, value in others}

    def to_dict(self) -> dict[str, object]:
        """The row as the JSON file holds it."""
        return {"name": self.name, "unit": self.unit, **self.values, "ratios": self.ratios()}
