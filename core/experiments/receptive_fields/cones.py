"""Cones, squares and circles as numbers for the player: all in pixels from the unit on top.

Down the image is down the y axis: y is minus the row's number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.receptive_fields.energy import Array, coarse
from core.experiments.receptive_fields.geometry import Geometry
from core.experiments.receptive_fields.stack import Branches, Layer
from core.film import half

ROOM, ALONE = 36_000, 300_000  # bytes of all cones in a frame, and where there is one frame only
PHOTO = 40_000  # bytes of a frame for the photograph as each row sees it
MOST = 97  # cells of a photograph along a side
CIRCLE = 49  # points of a circle


def origin(g: Geometry) -> float:
    """The pixel that all places are counted from: where the unit of the top row lies."""
    return g.center


def columns(g: Geometry) -> int:
    """Places along the line that can be pointed at, in each row."""
    room = ROOM if g.head else ALONE
    most = min(97, room // (8 * g.rows**2))
    return g.pixels if g.pixels <= most else max(1, most - 1 + most % 2)


def shown(g: Geometry) -> int:
    """Cells of the photograph along a side: up to 3 for each pixel, as far as there is room."""
    cells = -(-g.pixels // coarse(g.pixels))
    most = max(24, math.isqrt(PHOTO // g.rows)) if g.head else MOST
    return min(3 * cells, most)


def unit_at(g: Geometry, row: int, column: int) -> int:
    """The unit that a place in a row belongs to."""
    return g.nearest(row, (column + 0.5) * g.pixels / columns(g) - 0.5)


def cones(g: Geometry) -> dict[str, Any]:
    """The outline of the cone of each place, x and y, (rows * columns * 2 rows,), float16.

    From the unit down its left edge to the input and up again; repeated points at the end.
    """
    size = 2 * g.rows
    x = np.zeros((g.rows, columns(g), size))
    y = np.zeros_like(x)
    for row in range(g.rows):
        level, corners = np.arange(row + 1), 2 * row + 2
        y[row, :, :corners] = np.concatenate([level[::-1], level])
        y[row, :, corners:] = row
        left, right = edges(g, row, [unit_at(g, row, column) for column in range(columns(g))])
        x[row, :, : row + 1], x[row, :, row + 1 : corners] = left[:, ::-1], right
        x[row, :, corners:] = right[:, -1:]
    x -= origin(g)
    return {"cone_x": half(x.ravel()), "cone_y": half(y.ravel()),
            "places": np.zeros((g.rows, columns(g)), np.uint8)}  # fmt: skip


def edges(g: Geometry, row: int, units: Sequence[int]) -> tuple[Array, Array]:
    """`Geometry.cone` of many units of a row at once: left and right edges, input first.

    Shapes: (units,) -> (units, row + 1) each
    """
    first = last = np.array(units)
    left, right = (np.zeros((len(units), row + 1)) for _ in range(2))
    for at in range(row, -1, -1):
        left[:, at] = g.place(at, first) - g.steps[at] / 2  # type: ignore[arg-type]
        right[:, at] = g.place(at, last) + g.steps[at] / 2  # type: ignore[arg-type]
        if at:
            first, last = _reach(g.path[at - 1], first, last)
    return left, right


def _reach(part: Layer | Branches, first: Any, last: Any) -> tuple[Any, Any]:
    """`reach` of many intervals at once."""
    if isinstance(part, Layer):
        return part.reach(first, last)
    found = []
    for path in part.paths:
        ends = first, last
        for inner in reversed(path):
            ends = _reach(inner, *ends)
        found.append(ends)
    firsts, lasts = zip(*found, strict=True)
    return np.minimum.reduce(firsts), np.maximum.reduce(lasts)


def along(g: Geometry, rows: Sequence[Array]) -> Array:
    """What belongs to the units of each row, over the pixels: a unit is as wide as its jump.

    Where there is no unit, it is 0. Shapes: (units of the row,) each -> (rows, pixels)
    """
    found = np.zeros((g.rows, g.pixels))
    for row, values in enumerate(rows):
        unit = np.ceil((np.arange(g.pixels) - g.starts[row]) / g.steps[row] - 0.5).astype(int)
        there = (unit >= 0) & (unit < len(values))
        found[row, there] = values[unit[there]]
    return found


def frames(g: Geometry) -> dict[str, Any]:
    """The square that each row's unit in the middle can see, (rows * 5,) x and y, float16."""
    x, y = [], []
    for first, last in g.seen:
        a, b = first - 0.5 - origin(g), last + 0.5 - origin(g)
        x += [a, b, b, a, a]
        y += [-a, -a, -b, -b, -a]
    return {"frame_x": half(x), "frame_y": half(y)}


def circles(g: Geometry, name: str, radii: NDArray[np.float32]) -> dict[str, Any]:
    """Circles around the unit of each row, (rows * CIRCLE,) x and y, float16."""
    turn = np.linspace(0, 2 * np.pi, CIRCLE)
    at = np.array([g.place(row, i) - origin(g) for row, i in enumerate(g.middle)])
    return {
        f"{name}_x": half((at[:, None] + radii[:, None] * np.cos(turn)).ravel()),
        f"{name}_y": half((-at[:, None] + radii[:, None] * np.sin(turn)).ravel()),
    }


def resample(n: int, d: int) -> Array:
    """Means of n cells over d equal parts of the line, more or fewer, (d, n)."""
    edges = np.arange(d + 1) * n / d
    cells = np.arange(n)
    shares = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    return np.clip(shares, 0, None) * d / n
