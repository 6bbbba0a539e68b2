"""How a target is distributed over QM9, and over the molecules that pass the filters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.experiments.qm9_explorer.figures import LOG, label, scaled, shown
from core.figures.chart import LOG as LOG_AXIS
from core.figures.chart import Chart
from core.figures.style import BLUE, ORANGE
from core.qm9.data.targets import KEYS, TARGET, TARGETS
from core.qm9.prediction.census import Census

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
BINS, LOG_BINS = 90, 240
SMALL = 30
GRAY, GREEN = "#8c96a3", "#009e73"


def histogram(key: str, values: Array, mask: Mask, bins: int = 0) -> tuple[Array, Array]:
    """Counts of the mask in bins over all of QM9, even on the axis (logarithmic for A, B, C).

    Returns:
        Counts (bins,) and edges (bins + 1,) in the target's unit.
    """
    bins = bins or (LOG_BINS if key in LOG else BINS)
    usable = shown(key, values)
    on_axis = scaled(key, values[usable])
    span = (float(on_axis.min()), float(on_axis.max()))
    counts, edges = np.histogram(on_axis[mask[usable]], bins, span)
    return counts, 10**edges if key in LOG else edges


def distribution(census: Census, key: str, mask: Mask, picked: int | None) -> go.Figure:
    """Histogram of one target: all molecules in gray, those that pass the filters in blue.

    With filters on, both are shares of their own number, so that few can be compared with many.
    """
    values, filtered = census.values(key), not mask.all()
    usable = shown(key, values)
    # Lines reach from 0 to 1 of a hidden axis.
    whole = {"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True}
    p = Chart(label(key), "% of the molecules" if filtered else "molecules", legend=True,
              xaxis=LOG_AXIS if key in LOG else {}, yaxis2=whole, barmode="overlay",
              bargap=0)  # fmt: skip
    groups: list[tuple[str, Mask, str]] = [("all of QM9", usable, GRAY if filtered else BLUE)]
    if filtered:
        groups.append(("passes the filters", usable & mask, BLUE))
    for name, group, color in groups:
        counts, ends = histogram(key, values, group)
        p.bars(
            (ends[1:] + ends[:-1]) / 2, counts * 100 / max(counts.sum(), 1) if filtered else counts,
            width=np.diff(ends), name=name, customdata=counts, opacity=0.75 if filtered else 1,
            color=color, hover="%{x:.4g}: %{customdata:,} molecules<extra>" + name + "</extra>",
        )  # fmt: skip
    inside = values[usable & mask]
    lines = [(float(np.median(inside)), "median", GREEN)] if len(inside) else []
    if picked is not None and usable[picked]:
        lines.append((float(values[picked]), "picked molecule", ORANGE))
    for at, name, color in lines:
        p.line([at, at], [0, 1], yaxis="y2", color=color, dash="dot", name=f"{name} {at:.4g}")
    return p.figure(height=400, margin={"l": 60, "r": 20, "t": 30, "b": 50})


def summary(census: Census, mask: Mask) -> pd.DataFrame:
    """One row a target: unit, smallest, median, largest, and a small histogram of the mask."""
    rows = []
    for target in TARGETS:
        values = census.values(target.key)
        inside = values[mask]
        counts, _ = histogram(target.key, values, mask, SMALL)
        numbers = (inside.min(), np.median(inside), inside.max()) if len(inside) else [np.nan] * 3
        rows.append([target.symbol, target.meaning, target.unit, counts.tolist(), *numbers])
    columns = ["symbol", "meaning", "unit", "distribution", "smallest", "median", "largest"]
    return pd.DataFrame(rows, columns=columns, index=list(KEYS))


def written(value: float) -> str:
    """A value as people write it: a true minus, groups of thousands, few decimals."""
    digits = 3 if abs(value) < 1000 else 1
    return "" if np.isnan(value) else f"{value:,.{digits}f}".replace("-", "−")


def sentence(census: Census, key: str, mask: Mask) -> str:
    """Count, median and range of a target in words, with what the picture leaves out."""
    values = census.values(key)[mask]
    target = TARGET[key]
    if not len(values):
        return ""
    text = (
        f"**{target.symbol}**, {target.meaning}: {len(values):,} molecules, median "
        f"{np.median(values):.5g} {target.unit}, from {values.min():.5g} to {values.max():.7g}. "
    )
    if key in LOG:
        text += "Logarithmic axis"
        zeros = int((values <= 0).sum())
        if zeros:
            text += f"; {zeros} linear molecules, for which QM9 writes 0, have no place on it"
        huge = int((values > 1000).sum())
        if huge:
            text += (
                f"; {huge} values above 1,000 GHz are linear molecules too, for which rounding "
                "left a number where A is infinite"
            )
        text += "."
    return text
