"""Pictures of trained demos as inline SVG, for the gallery and for pages before Python is there.

The demos are trained here, by pyml itself. Colours are the page's custom properties, so a picture
follows the theme; class 0 is a circle and class 1 a square, so colour is never the only code.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyml.demos import DEMOS
from pyml.explain.geometry import clip_line
from pyml.plane import PlaneDemo, PointsDemo
from tools.problem import Problem

#: side of the picture in its own units
SIZE = 500
#: samples along a side from which the borders between bands are interpolated
SAMPLES = 61
#: how sure the network is at the border of a band, and how much colour it adds there
BANDS = ((0.5, 0.14), (0.65, 0.09), (0.8, 0.09), (0.9, 0.09), (0.97, 0.09))


def picture(name: str) -> str:
    """One `<svg>` of the trained result of the demo `name`; the same text every time.

    A Problem says what to write for a demo that has no drawing yet.
    """
    if name not in DRAWINGS:
        raise Problem(
            f"The demo {name} has no picture.",
            f"Write a function {name}() -> (drawing, title) in tools/pictures.py that trains the "
            f"demo and draws it as SVG, and enter it in DRAWINGS there.",
        )
    drawing, title = DRAWINGS[name]()
    return (
        f'<svg viewBox="0 0 {SIZE} {SIZE}" role="img" aria-labelledby="{name}-title" '
        f'class="picture" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{title}</title>'
        f'<clipPath id="{name}-clip"><rect width="{SIZE}" height="{SIZE}" rx="10"/></clipPath>'
        f'<g clip-path="url(#{name}-clip)">{drawing}</g></svg>'
    )


def perceptron() -> tuple[str, str]:
    """AND, with the line as it was after each mistake: faint at first, strong at last."""
    demo = DEMOS["perceptron"]({}, 0)
    assert isinstance(demo, PlaneDemo)
    past = [demo.frame()["weights"]]
    while not demo.finished:
        demo.step()
        weights = demo.frame()["weights"]
        if (weights != past[-1]).any():
            past.append(weights)
    w0, w1, w2 = past.pop().astype(float)
    x, y = samples(demo)
    z = w0 + w1 * x + w2 * y
    parts = [region(z, 0, 0, 0.26), region(z, 0, 1, 0.26), axes(demo)]
    for i, weights in enumerate(past):
        opacity = 0.12 + 0.38 * (i / len(past)) ** 2
        parts.append(line(demo, weights, f'stroke-width="2" stroke-opacity="{opacity:.2f}"'))
    last = np.array([w0, w1, w2])
    parts.append(line(demo, last, 'stroke-width="11" stroke-opacity="0.85"', "--paper"))
    parts.append(line(demo, last, 'stroke-width="5"'))
    parts.append(points(demo, 13))
    title = (
        f"A perceptron has learnt AND in {demo.frame()['step']} steps: its line turned at every "
        f"mistake until the one point of class 1 lay alone on its side."
    )
    return "".join(parts), title


def xor() -> tuple[str, str]:
    """XOR, in bands of how sure the network is, with the lines of its two hidden units."""
    demo = DEMOS["xor"]({}, 0)
    assert isinstance(demo, PlaneDemo)
    while not demo.finished:
        demo.step()
    x, y = samples(demo)
    grid = np.stack([x.ravel(), y.ravel()], axis=1)
    p = demo.net.predict(grid)[:, 0].astype(float).reshape(x.shape)  # type: ignore[attr-defined]
    parts = [region(p, sure, 1, colour) for sure, colour in BANDS]
    parts += [region(p, 1 - sure, 0, colour) for sure, colour in BANDS]
    first = demo.net.layers[1]  # type: ignore[attr-defined]
    look = 'stroke-width="3" stroke-dasharray="9 6"'
    parts.append(axes(demo))
    parts += [
        line(demo, np.array([b, *w]), look, "--ink") for b, w in zip(first.b, first.w, strict=True)
    ]
    parts.append(points(demo, 13))
    title = (
        f"A network with two hidden units has learnt XOR in {demo.frame()['step']} steps: each "
        f"unit draws a line, dashed, and the strip between the two lines holds one class."
    )
    return "".join(parts), title


def classifier() -> tuple[str, str]:
    """The disc in the ring, in bands of how sure the network is."""
    demo = DEMOS["classifier"]({}, 0)
    assert isinstance(demo, PlaneDemo)
    for _ in range(400):
        demo.step()
    x, y = samples(demo)
    grid = np.stack([x.ravel(), y.ravel()], axis=1)
    p = demo.net.predict(grid)[:, 1].astype(float).reshape(x.shape)  # type: ignore[attr-defined]
    parts = [region(p, sure, 1, colour) for sure, colour in BANDS]
    parts += [region(p, 1 - sure, 0, colour) for sure, colour in BANDS]
    parts += [axes(demo), border(p), points(demo, 7)]
    accuracy = demo.frame()["accuracy"]
    title = (
        f"A small network has learnt to tell a disc of points from the ring around it; "
        f"{accuracy:.0%} of the {len(demo.x)} points are on their side of the bent border."
    )
    return "".join(parts), title


def separability() -> tuple[str, str]:
    """The disc in the ring with the lines of the three units that hold it together."""
    demo = DEMOS["separability"]({"hidden": "3"}, 0)
    assert isinstance(demo, PlaneDemo)
    while demo.frame()["step"] < 3000:
        demo.advance(1000)
    x, y = samples(demo)
    grid = np.stack([x.ravel(), y.ravel()], axis=1)
    net = demo.net  # type: ignore[attr-defined]
    p = (net.predict(grid)[:, 0].reshape(x.shape) + 1) / 2
    parts = [region(p, sure, 1, colour) for sure, colour in BANDS]
    parts += [region(p, 1 - sure, 0, colour) for sure, colour in BANDS]
    parts.append(axes(demo))
    hidden = net.layers[1]
    for weights in np.column_stack([hidden.b, hidden.w]):
        parts.append(line(demo, weights, 'stroke-width="3" stroke-dasharray="10 7"'))
    parts += [border(p), points(demo, 4)]
    title = (
        "Three hidden units, three straight lines: together they close a border around the disc "
        "of points in the middle of the ring."
    )
    return "".join(parts), title


def regression() -> tuple[str, str]:
    """The curve through its points, with the parts that it is the sum of."""
    demo = DEMOS["regression"]({}, 0)
    assert isinstance(demo, PointsDemo)
    while demo.frame()["step"] < 3000:
        demo.advance(3000)
    f = demo.frame()
    parts = [axes(demo)]
    for part in f["adds"]:
        parts.append(
            graph(demo, f["xs"], part, 'stroke-width="2" stroke-opacity="0.7"', "--class1")
        )
    parts.append(graph(demo, f["xs"], f["curve"], 'stroke-width="5"', "--line"))
    parts.append(points(demo, 8))
    title = (
        f"A network has learnt a curve through {len(demo.x)} points: the thin curves are what its "
        f"{f['hidden_units']} hidden units add to it, the bold one is their sum."
    )
    return "".join(parts), title


def graph(demo: PointsDemo, xs: np.ndarray, ys: np.ndarray, look: str, colour: str) -> str:
    """A function of one number as a line, thinned out."""
    xy = place(demo, np.stack([xs, np.clip(ys, -20, 20)], axis=1).astype(float))
    path = "M" + "L".join(f"{number(x)},{number(y)}" for x, y in corners([*map(tuple, xy)]))
    return f'<path d="{path}" stroke="var({colour})" fill="none" {look}/>'


def trainers() -> tuple[str, str]:
    """What the quickest of three methods made of the spirals, and the others' borders so far."""
    demo = DEMOS["trainers"]({"methods": "sgd,momentum,adam"}, 0)
    assert isinstance(demo, PlaneDemo)
    while demo.frame()["step"] < 400:
        demo.advance(400 - demo.frame()["step"])
    x, y = samples(demo)
    grid = np.stack([x.ravel(), y.ravel()], axis=1)
    racers = demo.racers  # type: ignore[attr-defined]
    *others, p = (racer.net.predict(grid)[:, 1].astype(float).reshape(x.shape) for racer in racers)
    parts = [region(p, sure, 1, colour) for sure, colour in BANDS]
    parts += [region(p, 1 - sure, 0, colour) for sure, colour in BANDS]
    parts.append(axes(demo))
    for other, dash in zip(others, ("12 8", "3 7"), strict=True):
        look = f'fill="none" stroke="var(--ink)" stroke-width="2" stroke-dasharray="{dash}"'
        parts.append(f'<path d="{outline(other - 0.5)}" {look}/>')
    parts += [border(p), points(demo, 7)]
    title = (
        "After 400 steps on two spirals: the coloured areas are Adam's answer, the dashed and "
        "dotted lines the borders that gradient descent and momentum have come to."
    )
    return "".join(parts), title


def images(name: str) -> tuple[str, str]:
    """The layers of the network one behind the other, as stacks of maps, and the ten answers."""
    frame = DEMOS[name]({}, 0).frame()
    kinds = frame["layer_kinds"].split("|")
    shown = [
        (kind, shape.astype(int))
        for kind, shape in zip(kinds, frame["layer_shapes"], strict=True)
        if kind in ("input", "conv", "pool")
    ]
    parts, left, middle = [], 24.0, SIZE / 2
    room = (SIZE - 110) / len(shown)
    for kind, (height, _, channels) in shown:
        side = 30 + (room + 70) * height / shown[0][1][0]
        sheets = min(5, int(channels))
        colour = {"input": "--line", "conv": "--class0", "pool": "--class1"}[kind]
        for sheet in range(sheets):
            x, y = left + 5 * sheet, middle - side / 2 + 5 * (sheet - sheets / 2)
            parts.append(
                f'<rect x="{number(x)}" y="{number(y)}" width="{number(side)}" '
                f'height="{number(side)}" rx="3" fill="var({colour})" fill-opacity="0.25" '
                f'stroke="var(--ink)" stroke-width="1.5"/>'
            )
        left += room * (0.55 + 0.9 * height / shown[0][1][0])
    for answer in range(10):
        wide = 46 if answer == 3 else 6 + (answer * 7) % 11
        parts.append(
            f'<rect x="{SIZE - 62}" y="{number(middle - 100 + 20 * answer)}" width="{wide}" '
            f'height="14" rx="2" fill="var(--line)"/>'
        )
    sizes = ", ".join(f"{h} × {w} × {c}" for _, (h, w, c) in shown)
    title = f"The network as stacks of maps that become smaller, {sizes}, and its ten answers."
    return "".join(parts), title


def digits() -> tuple[str, str]:
    """The network for digits, layer by layer."""
    return images("digits")


def cifar10() -> tuple[str, str]:
    """The network for CIFAR-10, layer by layer."""
    return images("cifar10")


DRAWINGS = {
    "perceptron": perceptron,
    "xor": xor,
    "separability": separability,
    "classifier": classifier,
    "regression": regression,
    "trainers": trainers,
    "digits": digits,
    "cifar10": cifar10,
}


def samples(demo: PlaneDemo) -> tuple[np.ndarray, np.ndarray]:
    """The x and y of SAMPLES x SAMPLES places from edge to edge of the view, row 0 at ymin."""
    xmin, xmax, ymin, ymax = demo.view
    x, y = np.meshgrid(np.linspace(xmin, xmax, SAMPLES), np.linspace(ymin, ymax, SAMPLES))
    return x, y


def place(demo: PointsDemo, xy: np.ndarray) -> np.ndarray:
    """Points of the plane (N, 2) in units of the picture, where y points down."""
    xmin, xmax, ymin, ymax = demo.view
    unit = (xy - [xmin, ymin]) / [xmax - xmin, ymax - ymin]
    placed: np.ndarray = np.stack([unit[:, 0], 1 - unit[:, 1]], axis=1) * SIZE
    return placed


def axes(demo: PointsDemo) -> str:
    """The two axes of the plane."""
    ((x, y),) = place(demo, np.zeros((1, 2)))
    path = f"M{number(x)},0V{SIZE}M0,{number(y)}H{SIZE}"
    return f'<path d="{path}" stroke="var(--ink)" stroke-opacity="0.22" fill="none"/>'


def line(demo: PlaneDemo, weights: np.ndarray, look: str, colour: str = "--line") -> str:
    """The straight line of a unit with these weights, if it crosses the view."""
    ends = clip_line(weights, np.array(demo.view))
    if not len(ends):
        return ""
    (x1, y1), (x2, y2) = place(demo, ends)
    path = f"M{number(x1)},{number(y1)}L{number(x2)},{number(y2)}"
    return f'<path d="{path}" stroke="var({colour})" {look}/>'


def points(demo: PointsDemo, radius: float) -> str:
    """The demo's points: circles of class 0, squares of class 1 of about the same area."""
    marks: list[list[str]] = [[], []]
    half = round(0.88 * radius, 1)
    for (x, y), label in zip(place(demo, demo.x), demo.labels, strict=True):
        if label:
            corner = f'x="{number(x - half)}" y="{number(y - half)}"'
            marks[1].append(f'<rect {corner} width="{2 * half:g}" height="{2 * half:g}"/>')
        else:
            marks[0].append(f'<circle cx="{number(x)}" cy="{number(y)}" r="{radius:g}"/>')
    return "".join(
        f'<g fill="var(--class{label})" stroke="var(--paper)" stroke-width="2">{"".join(found)}</g>'
        for label, found in enumerate(marks)
    )


def region(values: np.ndarray, level: float, label: int, opacity: float) -> str:
    """The part of the picture where values are above the level (label 1) or below it (label 0)."""
    path = outline(values - level if label else level - values)
    return f'<path d="{path}" fill="var(--class{label})" fill-opacity="{opacity:g}"/>'


def border(p: np.ndarray) -> str:
    """The line where the network cannot decide."""
    look = 'fill="none" stroke="var(--line)" stroke-width="3" stroke-opacity="0.8"'
    return f'<path d="{outline(p - 0.5)}" {look}/>'


def outline(values: np.ndarray) -> str:
    """The closed path around all places where values (SAMPLES, SAMPLES) are positive."""
    # A rim of negative values on the edge of the picture closes every loop there.
    v = np.pad(values, 1, constant_values=-1e9)
    at = np.clip(np.arange(-1, SAMPLES + 1), 0, SAMPLES - 1) * SIZE / (SAMPLES - 1)
    step: dict[Edge, list[Edge]] = {}
    where: dict[Edge, tuple[float, float]] = {}
    for start, end in segments(v > 0, v):
        step.setdefault(start, []).append(end)
        for edge in (start, end):
            (r1, c1), (r2, c2) = edge
            t = v[r1, c1] / (v[r1, c1] - v[r2, c2])
            x, y = at[c1] + t * (at[c2] - at[c1]), at[r1] + t * (at[r2] - at[r1])
            where[edge] = float(x), float(SIZE - y)
    paths = []
    while step:
        edge = first = next(iter(step))
        loop = []
        while edge in step:
            loop.append(where[edge])
            ends = step[edge]
            following = ends.pop()
            if not ends:
                del step[edge]
            edge = following
            if edge == first:
                break
        paths.append("M" + "L".join(f"{number(x)},{number(y)}" for x, y in corners(loop)) + "Z")
    return "".join(paths)


Edge = tuple[tuple[int, int], tuple[int, int]]

#: For the corners inside (1 below left, 2 below right, 4 above right, 8 above left): the sides of
#: the cell (0 below, 1 right, 2 above, 3 left) between which the outline crosses it.
CROSSINGS = {
    1: [(3, 0)],
    2: [(0, 1)],
    3: [(3, 1)],
    4: [(1, 2)],
    6: [(0, 2)],
    7: [(3, 2)],
    8: [(2, 3)],
    9: [(2, 0)],
    11: [(2, 1)],
    12: [(1, 3)],
    13: [(1, 0)],
    14: [(0, 3)],
}
#: the two cells with opposite corners inside, when their middle is outside and when it is inside
SADDLES = {5: ([(3, 0), (1, 2)], [(3, 2), (1, 0)]), 10: ([(0, 1), (2, 3)], [(0, 3), (2, 1)])}


def segments(inside: np.ndarray, v: np.ndarray) -> Iterator[tuple[Edge, Edge]]:
    """Marching squares: every piece of the outline, from one side of a cell to another."""
    i = inside.astype(int)
    kinds = i[:-1, :-1] + 2 * i[:-1, 1:] + 4 * i[1:, 1:] + 8 * i[1:, :-1]
    for r, c in np.argwhere((kinds > 0) & (kinds < 15)).tolist():
        kind = int(kinds[r, c])
        a, b, d, e = (r, c), (r, c + 1), (r + 1, c), (r + 1, c + 1)
        sides: tuple[Edge, ...] = ((a, b), (b, e), (d, e), (a, d))
        if kind in SADDLES:
            crossings = SADDLES[kind][int(v[r : r + 2, c : c + 2].sum() > 0)]
        else:
            crossings = CROSSINGS[kind]
        for start, end in crossings:
            yield sides[start], sides[end]


def corners(loop: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The loop without repeated points and those on a straight line between their neighbours."""
    distinct = [xy for i, xy in enumerate(loop) if np.hypot(*np.subtract(xy, loop[i - 1])) > 1e-3]
    kept = []
    for i, (x, y) in enumerate(distinct):
        (x0, y0), (x1, y1) = distinct[i - 1], distinct[(i + 1) % len(distinct)]
        if abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) > 0.05:
            kept.append((x, y))
    return kept


def number(value: float) -> str:
    """A coordinate to one decimal, as short as it can be written."""
    return f"{round(float(value), 1) + 0.0:g}"
