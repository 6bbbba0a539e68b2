"""Samples side by side: images in cells, signals as curves in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.experiments.autoencoders.baseline import baseline
from core.experiments.autoencoders.cells import is_image, packed, places
from core.experiments.autoencoders.data import FACTORS, SHAPES
from core.figures.chart import Chart
from core.figures.style import BLUE, CATEGORIES, ORANGE

GAP = 0.04  # of a cell, around an image
BARE: dict[str, Any] = {"showticklabels": False, "showgrid": False, "ticks": ""}
SIGNAL = {"MNIST-1D": ("position", "height"), "spectra": ("wavelength in nm", "flux")}


def colors(settings: Any) -> list[str]:
    """A color for each sample: of its class, or from orange to blue along the factor."""
    label = baseline(settings).label
    if settings.data not in FACTORS:
        return [CATEGORIES[int(c)] for c in label]
    ends = [np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (ORANGE, BLUE)]
    mixed = ends[0] + label[:, None] * (ends[1] - ends[0])
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in mixed.astype(int)]


def thumbnails(settings: Any, n: int) -> Any:
    """The first samples as small pictures. Shapes: uint8 (n, H, W)."""
    base = baseline(settings)
    return packed(settings, base.train[:n] + base.mean, 1)


def gallery(
    settings: Any, track: str, rows: Sequence[str], columns: int, room: float = 0.0
) -> Chart:
    """Samples of a track of `cells.packed`, row by row, each row with its name at the left.

    Args:
        settings: Of the run.
        track: Its name.
        rows: Names of the rows from the top down.
        columns: How many stand side by side.
        room: Kept free above, in cells.
    """
    n, high = len(rows) * columns, len(rows)
    names = {"tickmode": "array", "tickvals": [high - 0.5 - r for r in range(high)]}
    p = Chart(
        "", "", (0, columns), (0, high + room), xaxis=BARE, square=is_image(settings),
        yaxis={**BARE, **names, "ticktext": list(rows), "showticklabels": True},
        margin={"l": 84, "r": 6, "t": 6, "b": 6},
    )  # fmt: skip
    if not is_image(settings):
        p.line(places(settings, n, columns), (track, None), width=1.5)
        return p
    for k in range(n):
        left, top = k % columns, high - k // columns
        p.image(track, (left + GAP, left + 1 - GAP), (top - 1 + GAP, top - GAP), k, origin="upper",
                smooth=False, colors="gray")  # fmt: skip
    return p


def single(settings: Any, track: str, below: float = 0.0) -> Chart:
    """One sample, large: an image of its pixels, or a curve on true axes.

    `below` is room under an image, in shares of its height.
    """
    if is_image(settings):
        H, W = SHAPES[settings.data]
        bare = {"visible": False}
        p = Chart("", "", (0, W), (-below * H, H), xaxis=bare, yaxis=bare, square=True, grid=False,
                  margin={"l": 6, "r": 6, "t": 6, "b": 6})  # fmt: skip
        p.image(track, (0, W), (0, H), origin="upper", smooth=False, colors="gray")
        return p
    (length,) = SHAPES[settings.data]
    x = np.linspace(400, 900, length) if settings.data == "spectra" else np.arange(length)
    title, height = SIGNAL[settings.data]
    p = Chart(title, height, (float(x[0]), float(x[-1])), (-0.1, 1.15))
    p.line(x.astype(np.float32), (track, None), width=2.5, hover="%{x:.0f}: %{y:.2f}")
    return p
