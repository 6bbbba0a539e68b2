"""Molecules as points: two targets against each other, or the map of chemical space.

The picture is plain data for assets/explorer/cloud.js: axes, a density of all of QM9 below,
a sample of points that can be clicked, and what their colors say.
"""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.experiments.qm9_explorer import space
from core.experiments.qm9_explorer.settings import LAYOUTS, PROPERTIES, ExplorerSettings
from core.figures.chart import Chart
from core.figures.style import BLUE
from core.qm9.data.targets import TARGET
from core.qm9.prediction.census import CONTENTS, Census
from core.stage import figure_json

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
POINTS = 5_000
Range = tuple[float, float]
BINS = (180, 130)
LOG = ("a", "b", "c")
"""Targets on a logarithmic axis: two values of A are 2e5 GHz and more, its median is 3."""


def label(key: str) -> str:
    """Axis title of a target: symbol and unit; of a property, its name."""
    return TARGET[key].title if key in TARGET else PROPERTIES[key]


def two_targets(census: Census, settings: ExplorerSettings, mask: Mask) -> dict[str, Any]:
    """Scatter of two targets: the density of all of QM9, and a sample of the mask as points."""
    x, y = census.values(settings.x), census.values(settings.y)
    usable = shown(settings.x, x) & shown(settings.y, y)
    rows = census.sample(mask & usable, POINTS, settings.seed)
    xrange = extent(settings.x, x, settings.outliers)
    yrange = extent(settings.y, y, settings.outliers)
    spans = [tuple(10**v for v in r) if k in LOG else r for k, r in
             ((settings.x, xrange), (settings.y, yrange))]  # fmt: skip
    p = Chart(label(settings.x), label(settings.y), xrange, yrange,
              xaxis=_kind(settings.x, xrange), yaxis=_kind(settings.y, yrange))  # fmt: skip
    xs, ys = scaled(settings.x, x[usable]), scaled(settings.y, y[usable])
    counts = histogram(xs, ys, xrange, yrange)
    most = max(int(counts.max()), 1)
    bytes_ = np.rint(np.log1p(counts) / math.log1p(most) * 255).astype(np.uint8)
    density = {"z": _text(bytes_), "w": BINS[0], "h": BINS[1], "x": spans[0], "y": spans[1],
               "most": most}  # fmt: skip
    return {
        **_picture(p, f"{label(settings.y)} against {label(settings.x)}", census, settings.color),
        "density": density,
        "labels": [label(settings.x), label(settings.y)],
        "outside": outside(xs[mask[usable]], ys[mask[usable]], xrange, yrange),
        "points": _points(x[rows], y[rows], rows, census, settings.color),
    }


def chemical_space(
    census: Census, settings: ExplorerSettings, mask: Mask, xy: Array, ratio: Array | None
) -> dict[str, Any]:
    """The map: one point a molecule of the sample, gray where it does not pass the filters.

    Args:
        census: Of all molecules.
        settings: Color and seed are read.
        mask: Who passes the filters.
        xy: (P, 2), where the sample of `core.experiments.qm9_explorer.space.rows_of` lies.
        ratio: Shares of the variance of both axes (PCA), or None.
    """
    rows = space.rows_of(settings.seed)
    name = LAYOUTS[settings.layout]
    titles = [f"{name} {k + 1}" for k in range(2)]
    if ratio is not None:
        titles = [f"{t}: {r:.0%} of the variance" for t, r in zip(titles, ratio, strict=True)]
    p = _map_axes(titles, xy, showticklabels=ratio is not None)
    points = _points(xy[:, 0], xy[:, 1], rows, census, settings.color)
    points["muted"] = _text((~mask[rows]).astype(np.uint8))
    title = f"{name} map of chemical space, network {settings.model}"
    words = _picture(p, title, census, settings.color)
    return {**words, "density": None, "labels": None, "points": points}


def _picture(p: Chart, title: str, census: Census, color: str) -> dict[str, Any]:
    return {"figure": figure_json(p.plain), "palette": palette(census, color), "title": title}


def recorded_map(xy: Array) -> go.Figure:
    """A layout alone, before any molecule is read: where the points lie, (P, 2)."""
    p = _map_axes(["UMAP 1", "UMAP 2"], xy, showticklabels=False)
    marker = {"size": 4, "color": BLUE, "opacity": 0.6}
    p.add("scattergl", {"x": xy[:, 0], "y": xy[:, 1]}, mode="markers", marker=marker)
    return p.figure()


def _map_axes(titles: list[str], xy: Array, **ticks: Any) -> Chart:
    return Chart(titles[0], titles[1], _padded(xy[:, 0]), _padded(xy[:, 1]), grid=False,
                 xaxis=ticks, yaxis=ticks)  # fmt: skip


def shown(key: str, values: Array) -> Mask:
    """Who has a place on the axis: a logarithm needs a positive number (nine A are zero)."""
    return values > 0 if key in LOG else np.ones(len(values), bool)


def extent(key: str, values: Array, outliers: bool = True) -> tuple[float, float]:
    """Axis range that holds all of QM9, or all but one in a thousand at each end.

    In the axis' own, perhaps logarithmic, unit.
    """
    on_axis = scaled(key, values[shown(key, values)])
    return _padded(on_axis if outliers else np.quantile(on_axis, (0.001, 0.999)))


def outside(x: Array, y: Array, xrange: Range, yrange: Range) -> int:
    """How many points lie beyond the axes."""
    inside = (x >= xrange[0]) & (x <= xrange[1]) & (y >= yrange[0]) & (y <= yrange[1])
    return int((~inside).sum())


def histogram(x: Array, y: Array, xrange: Range, yrange: Range) -> NDArray[np.int64]:
    """Counts on a grid, as `numpy.histogram2d` has them but faster, (H, W), row 0 at the bottom."""
    w, h = BINS
    i = np.floor((x - xrange[0]) / (xrange[1] - xrange[0]) * w).astype(np.int64)
    j = np.floor((y - yrange[0]) / (yrange[1] - yrange[0]) * h).astype(np.int64)
    inside = (i >= 0) & (i < w) & (j >= 0) & (j < h)
    return np.bincount((j * w + i)[inside], minlength=w * h).reshape(h, w)


def palette(census: Census, color: str) -> dict[str, Any]:
    """What the colors say: named categories, or a range of a number."""
    names = {"contents": list(CONTENTS), "aromatic": ["no", "yes"], "charged": ["no", "yes"]}
    if color in names:
        return {"kind": "category", "label": label(color), "names": names[color]}
    if color in ("rings", "size"):
        low, high = (0.0, 6.0) if color == "rings" else (4.0, 9.0)
        return {"kind": "number", "label": label(color), "low": low, "high": high, "log": False}
    values = census.values(color)
    # The middle 98 of 100: a handful of outliers would leave one color to all others.
    low, high = np.percentile(values, (1, 99))
    return {"kind": "number", "label": label(color), "low": float(low), "high": float(high),
            "log": color in LOG}  # fmt: skip


def nearest(
    census: Census, settings: ExplorerSettings, mask: Mask, x: float, y: float
) -> int | None:
    """Row of the molecule of the mask that lies nearest to a place of the two-target plot."""
    xs, ys = census.values(settings.x), census.values(settings.y)
    rows = np.flatnonzero(mask & shown(settings.x, xs) & shown(settings.y, ys))
    if not len(rows) or (settings.x in LOG and x <= 0) or (settings.y in LOG and y <= 0):
        return None
    distance = np.zeros(len(rows))
    for key, values, at in ((settings.x, xs, x), (settings.y, ys, y)):
        low, high = extent(key, values)
        on_axis = scaled(key, np.append(values[rows], at))
        distance += ((on_axis[:-1] - on_axis[-1]) / (high - low)) ** 2
    return int(rows[distance.argmin()])


def _points(x: Array, y: Array, rows: Any, census: Census, color: str) -> dict[str, Any]:
    values = census.values(color)[rows]
    columns = {"x": x, "y": y, "color": values}
    found = {name: _text(column.astype("<f4")) for name, column in columns.items()}
    return {**found, "row": _text(rows.astype("<i4")), "n": len(rows)}


def scaled(key: str, values: Array) -> Array:
    """Values in the axis' own unit: the logarithm where it is logarithmic."""
    return np.log10(values) if key in LOG else values


def _kind(key: str, extent: Range) -> dict[str, Any]:
    plain = {"showgrid": False}  # a grid would lie on top of the points
    few = extent[1] - extent[0] > 2.5  # decades: then 2 and 5 need not be written between them
    log = {"type": "log", "dtick": 1 if few else "D2", "exponentformat": "power"}
    return {**plain, **log} if key in LOG else plain


def _padded(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.03 * (high - low) or 1.0
    return low - room, high + room


def _text(array: NDArray[Any]) -> str:
    """Bytes of an array as base64, which the component takes in JSON."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
