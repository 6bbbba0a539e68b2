"""How many training fields each judge needs: a picture that stands still."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.summaries.data import PARAMETERS, asks
from core.experiments.summaries.figures import COLORS, DASHES
from core.experiments.summaries.judges import NAMES
from core.figures.chart import Chart


def sizes_figure(result: dict[str, Any]) -> go.Figure:
    """Every seed a dot, their median a line, for each judge; `result` is that of `Sizes`."""
    asked = asks(result["question"]) == PARAMETERS
    title = "1 − R², at most 2" if asked else "share of wrong answers"
    sizes = list(result["sizes"])
    ticks = {"tickmode": "array", "tickvals": sizes, "ticktext": [str(size) for size in sizes]}
    p = Chart("training fields", title, xaxis={"type": "log", **ticks},
              yaxis={"type": "log"} if asked else {"tickformat": ".0%", "range": (-0.02, 0.62)},
              legend=True)  # fmt: skip
    for name, rows in result["errors"].items():
        x = [size for size, row in zip(sizes, rows, strict=True) for _ in row]
        p.points(x, [error for row in rows for error in row], color=COLORS[name], size=5,
                 marker={"opacity": 0.45},
                 hover=f"{NAMES[name]}, one seed: %{{y:.3f}}")  # fmt: skip
        p.line(sizes, [float(np.median(row)) for row in rows], name=NAMES[name],
               color=COLORS[name], width=3, dash=DASHES[name],
               hover=f"{NAMES[name]}, median: %{{y:.3f}}")  # fmt: skip
    return p.figure(height=380, margin={"l": 60, "r": 10, "t": 30, "b": 50})


def said_of_sizes(result: dict[str, Any]) -> str:
    """What the figure shows, in one sentence from its numbers."""
    last = {name: float(np.median(rows[-1])) for name, rows in result["errors"].items() if rows}
    if not last:
        return ""
    order = sorted(last, key=lambda name: last[name])
    numbers = ", ".join(f"{NAMES[name]} {last[name]:.3f}" for name in order)
    return (
        f"At {result['sizes'][-1]:,} fields the medians over {result['seeds']} seeds are "
        f"{numbers}, after {result['updates']} updates, on {result['test']} new fields."
    )
