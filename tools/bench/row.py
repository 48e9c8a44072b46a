"""One line of the benchmark's table."""

from dataclasses import dataclass


@dataclass
class Row:
    """What was measured: medians by contender, pyml's own under "pyml"."""

    name: str
    unit: str
    values: dict[str, float]
    goal: str = ""
    reached: bool | None = None

    def ratios(self) -> dict[str, float]:
        """Pyml's value divided by each other's."""
        own = self.values["pyml"]
        return {name: own / value for name, value in self.values.items() if name != "pyml"}

    def to_dict(self) -> dict[str, object]:
        """The row as the JSON file holds it."""
        return {"name": self.name, "unit": self.unit, **self.values, "ratios": self.ratios()}
