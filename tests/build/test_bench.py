"""The benchmark's arithmetic, its records, table and chart; nothing here depends on time."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from pyml.datasets import cifar10
from pyml.ops import Ops
from tools.bench import __main__ as bench
from tools.bench import chart, images, memory, report, training, work
from tools.bench.plan import Plan
from tools.bench.row import CONTENDERS, Row

#: what the project has said that it measures
PROMISED = [
    *(f"train.cifar10.b{size}" for size in (4, 32, 64)),
    *(f"infer.cifar10.b{size}" for size in (1, 4, 32, 64)),
    *(f"train.classifier.{size}" for size in ("b1", "b10", "full")),
    *("field.100", "field.200", "start.cold", "start.warm", "bytes.first_visit", "memory.tab"),
]
TRAINED = Row(
    "train.cifar10.b4",
    "examples/s",
    {"pyml": 3000.0, "pyml_unfused": 2000.0, "convnetjs": 40.0, "tfjs_cpu": 8.0, "tfjs_webgl": 24.0}
    | {"torch_contiguous": 1500.0, "torch_channels_last": 2400.0},
    goals={"convnetjs": 80, "torch_channels_last": 1.2, "numpy_pyodide": 20},
    batch=4,
    live=0.5,
    images="CIFAR-10",
)
RECORD = {
    "machine": {"cpu": "A <fast> one", "browser": "Chromium 1"},
    "rows": [
        TRAINED.to_dict(),
        Row("start.warm", "ms", {"pyml": 500.0, "stock_pyodide": 1500.0}).to_dict(),
    ],
}


# ---- Rows


def test_every_promised_row_is_measured_by_somebody():
    measured = [name for names, _ in bench.MEASUREMENTS for name in names]
    assert set(PROMISED) <= set(measured)
    assert len(measured) == len(set(measured))


def test_a_row_has_a_place_for_every_contender_and_null_for_those_that_did_not_take_part():
    row = json.loads(json.dumps(TRAINED.to_dict()))
    assert row["name"] == "train.cifar10.b4"
    assert set(CONTENDERS) <= row.keys()
    assert row["numpy_pyodide"] is None
    assert row["numpy_native"] is None
    assert (row["batch"], row["live"], row["images"]) == (4, 0.5, "CIFAR-10")


def test_the_best_of_several_stands_for_them_all():
    assert TRAINED.values["tfjs_best"] == 24
    assert TRAINED.values["torch"] == 2400
    assert TRAINED.to_dict()["tfjs_cpu"] == 8


def test_a_ratio_is_pymls_value_divided_by_the_others():
    assert TRAINED.ratios() == {
        "pyml_unfused": 1.5,
        "convnetjs": 75,
        "tfjs_cpu": 375,
        "tfjs_webgl": 125,
        "tfjs_best": 125,
        "torch_contiguous": 2,
        "torch_channels_last": 1.25,
        "torch": 1.25,
    }
    assert Row("x", "ms", {"convnetjs": 3.0}).ratios() == {}


def test_goals_are_judged_for_those_who_took_part():
    assert TRAINED.verdicts() == [
        ("75 times convnetjs, goal 80", False),
        ("1.25 times torch_channels_last, goal 1.2", True),
    ]
    assert Row("x", "MB", {"pyml": 3.0}, goal="goal 4", reached=True).verdicts() == [
        ("goal 4", True)
    ]


# ---- Taking turns


class Clock:
    """A contender that does more each turn, or cannot do some kinds of work."""

    def __init__(self, first: float, cannot: str = "nothing") -> None:
        self.next, self.cannot, self.asked = first, cannot, []

    def rate(self, kind: str, size: int) -> float:
        if self.cannot in kind:
            raise training.Error("Page.evaluate: Error: Kernel 'X' not registered\nat line 3")
        self.asked.append((kind, size))
        self.next += 1
        return self.next


def test_contenders_take_turns_and_the_median_counts_without_the_turn_that_warms_up(capsys):
    one, other, neither = Clock(10), Clock(100), Clock(0, cannot="train")
    plan = Plan(3, [], say=lambda text: None)
    everybody = {"pyml": one, "convnetjs": other, "tfjs_wasm": neither}
    row = training.take_turns(
        "train.classifier.b10", training.ROWS["train.classifier.b10"], everybody, plan
    )
    assert row.values == {"pyml": 13, "convnetjs": 103}
    assert row.spread == {"pyml": [12, 14], "convnetjs": [102, 104]}
    assert one.asked == other.asked == [("train.classifier", 10)] * 4
    assert (row.batch, row.unit, row.goals) == (10, "examples/s", {"convnetjs": 15})
    assert "tfjs_wasm cannot do train.classifier.b10: Kernel 'X'" in capsys.readouterr().out
    assert plan.doing == "train.classifier.b10, round 3 of 3"


def test_who_takes_very_long_has_one_round(monkeypatch):
    monkeypatch.setattr(training, "PATIENCE", 0)
    slow = Clock(0)
    row = training.take_turns("field.100", training.ROWS["field.100"], {"pyml": slow}, Plan(5, []))
    assert row.values == {"pyml": 2}
    assert row.batch == 10_000


@pytest.mark.parametrize(
    ("only", "wanted"),
    [
        ([], PROMISED),
        (["train.cifar10"], PROMISED[:3]),
        (["field.100", "memory"], ["field.100", "memory.tab"]),
        (["train.cifar10.b"], []),
    ],
)
def test_rows_are_chosen_by_name_or_its_beginning(only, wanted):
    assert [name for name in PROMISED if Plan(1, only).wants(name)] == wanted


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--only", "trian"], "--only: no row is or begins with 'trian'; --help lists them"),
        (["--rounds", "0"], "--rounds: at least one, got 0"),
    ],
)
def test_a_slip_on_the_command_line_is_named(words, message, capsys):
    with pytest.raises(SystemExit):
        bench.options(words)
    assert message in capsys.readouterr().err


# ---- The work


@pytest.fixture
def records(tmp_path, monkeypatch):
    monkeypatch.setattr(images, "COUNT", 24)
    monkeypatch.setattr(images, "REAL", tmp_path / "nowhere")
    assert images.write(tmp_path / "images.bin") == "synthetic"
    return tmp_path / "images.bin"


def test_real_images_are_taken_where_they_are(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (9, 32, 32, 3), np.uint8), np.arange(9)
    (tmp_path / "data_batch_1.bin").write_bytes(cifar10.encode(x, y))
    monkeypatch.setattr(images, "REAL", tmp_path)
    monkeypatch.setattr(images, "COUNT", 5)
    assert images.write(tmp_path / "images.bin") == "CIFAR-10"
    read, labels = work.read(tmp_path / "images.bin")
    assert np.array_equal(labels, y[:5])
    assert np.array_equal(read, cifar10.preprocess(x[:5]))


def test_training_goes_round_through_all_whole_batches(records):
    net = work.Convnet(5, Ops(), *work.read(records))
    seen = [net.batch() for _ in range(5)]
    assert [some.start for some in seen] == [5, 10, 15, 0, 5]
    assert {some.stop - some.start for some in seen} == {5}


def test_the_share_of_live_units_is_counted_over_all_rectifiers(records):
    net = work.Convnet(4, Ops(), *work.read(records))
    assert 0 < net.live() < 1
    convolutions = [
        layer for layer in net.net.layers if hasattr(layer, "pad") and hasattr(layer, "w")
    ]
    for layer in convolutions:
        layer.w[...], layer.b[...] = 0, 1
    assert net.live() == 1
    convolutions[0].b[...] = -1  # 32 x 32 x 16 of 32 x 32 x 16 + 16 x 16 x 20 + 8 x 8 x 20 are dead
    assert net.live() == pytest.approx(6400 / 22784)


@pytest.mark.parametrize("kind", ["train.cifar10", "infer.cifar10", "train.classifier", "field"])
def test_every_kind_of_work_is_done_with_numpy(kind, records):
    worker = work.Worker(Ops(), str(records))
    assert worker.rate(kind, 4, 1e-9) > 0
    if kind == "train.cifar10":
        assert 0 < worker.live(kind, 4) < 1


def test_private_memory_is_what_linux_says():
    status = "Name:\tchromium\nVmRSS:\t  900 kB\nRssAnon:\t  1000 kB\nVmSwap:\t  500 kB\n"
    assert memory.private(status) == 1.536


# ---- What is shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (3414.2, "3,410"),
        (40.62, "40.6"),
        (0.4567, "0.457"),
        (2.25e7, "22.5 M"),
        (999.6, "1,000"),
        (16, "16"),
    ],
)
def test_numbers_show_three_digits_that_count(value, shown):
    assert report.number(value) == shown


def test_the_table_names_values_and_ratios_and_leaves_out_who_is_nowhere():
    head, rule, trained, started = report.table(RECORD["rows"]).splitlines()
    assert len({len(line) for line in (head, rule, trained, started)}) == 1
    columns = [cell.strip() for cell in head.strip("|").split("|")]
    assert columns[:5] == ["row", "unit", "live units", "pyml", "unfused"]
    assert "NumPy, native" not in columns
    cells = dict(
        zip(columns, (cell.strip() for cell in trained.strip("|").split("|")), strict=True)
    )
    assert cells["live units"] == "50 %"
    assert cells["pyml"] == "3,000"
    assert cells["ConvNetJS"] == "40 (75×)"
    assert cells["torch, native"] == "2,400 (1.2×)"
    assert cells["others"].startswith("TF.js cpu 8 (375×); webgl 24 (125×)")
    assert "stock Pyodide 1,500 (0.33×)" in started


def test_images_and_batches_are_said():
    lines = report.circumstances(RECORD)
    assert "Images: CIFAR-10." in lines
    assert "train.cifar10.b4 4" in lines


def test_the_chart_is_an_image_with_its_numbers_as_text_and_bars_in_proportion():
    picture = chart.draw(RECORD)
    root = ElementTree.fromstring(picture)
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Training, 4 images at a time (50 % of units live)" in words
    assert "40 (75×)" in words
    assert words.count("not measured") == 2  # NumPy, in and outside the browser
    assert any("A <fast> one" in word for word in words)
    bars = [
        bar for bar in root.iter("{http://www.w3.org/2000/svg}rect") if bar.get("height") == "18"
    ]
    wide = [float(bar.get("width")) for bar in bars]
    assert wide[0] == chart.BAR
    assert wide[1] == pytest.approx(chart.BAR * 2000 / 3000, abs=0.1)
    assert "prefers-color-scheme: dark" in picture
    assert not re.search(r"<script|style=|href", picture)


def test_a_record_without_training_has_no_chart():
    with pytest.raises(ValueError, match=r"chart: the record has none of the rows train\.cifar10"):
        chart.draw({"machine": {}, "rows": RECORD["rows"][1:]})


def test_a_record_is_shown_and_drawn_without_measuring(tmp_path, capsys):
    record, picture = tmp_path / "a.json", tmp_path / "a.svg"
    record.write_text(json.dumps(RECORD), encoding="utf-8")
    assert bench.main(["--from", str(record), "--chart", str(picture), "--only", "train"]) == 0
    assert picture.read_text(encoding="utf-8") == chart.draw(RECORD)
    shown = capsys.readouterr().out
    assert "train.cifar10.b4" in shown
    assert "start.warm" not in shown
