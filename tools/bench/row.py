"""One line of the benchmark: what one piece of work took, or gave, with each contender."""

from dataclasses import dataclass, field

#: who every row has a place for, in this order; others may stand behind them
CONTENDERS = (
    "pyml",
    "pyml_unfused",
    "numpy_pyodide",
    "convnetjs",
    "tfjs_best",
    "numpy_native",
    "torch",
)
#: the best of several stands for all that begin like it
BEST = {"tfjs_best": "tfjs_", "torch": "torch_"}


@dataclass
class Row:
    """What was measured: medians by contender, and the circumstances.

    `goals` says for each peer the least that pyml's value, divided by the peer's, should be;
    `goal` and `reached` are for what is no such ratio. `lowest_is_best` for times and sizes.
    """

    name: str
    unit: str
    values: dict[str, float]
    goals: dict[str, float] = field(default_factory=dict)
    goal: str = ""
    reached: bool | None = None
    #: examples that are handed over at once
    batch: int | None = None
    #: the share of the rectifiers' outputs that were not zero while pyml trained
    live: float | None = None
    #: which images were used
    images: str | None = None
    #: the smallest and the largest of a contender's measurements
    spread: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for best, prefix in BEST.items():
            some = [value for who, value in self.values.items() if who.startswith(prefix)]
            if some and best not in self.values:
                self.values[best] = max(some)

    def ratios(self) -> dict[str, float]:
        """Pyml's value divided by each other one."""
        own = self.values.get("pyml")
        others = {who: value for who, value in self.values.items() if who != "pyml"}
        return {} if own is None else {who: own / value for who, value in others.items()}

    def verdicts(self) -> list[tuple[str, bool]]:
        """Each goal in words, and whether it is reached; what did not take part has none."""
        found = [] if self.reached is None else [(self.goal, self.reached)]
        ratios = self.ratios()
        for peer, least in self.goals.items():
            if peer in ratios:
                is_ = ratios[peer]
                found.append((f"{is_:.3g} times {peer}, goal {least:g}", is_ >= least))
        return found

    def to_dict(self) -> dict[str, object]:
        """The row as the JSON file holds it; None for who did not take part."""
        values = dict.fromkeys(CONTENDERS) | self.values
        about = {"batch": self.batch, "live": self.live, "images": self.images}
        return {
            "name": self.name,
            "unit": self.unit,
            **{key: value for key, value in about.items() if value is not None},
            **values,
            "ratios": self.ratios(),
            **({"spread": self.spread} if self.spread else {}),
        }
