"""The sweep of the approximation page: error against width, or depth at equal parameter count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.approximation.sweep import Result
from core.figures.chart import Chart
from core.figures.style import BLUE, ORANGE, faint

MEASURES = {"root mean square": "rmse", "largest": "largest"}
TITLES = {"width": "neurons in one hidden layer", "depth": "hidden layers"}
NAMES = {"rmse": "error against f, root mean square", "largest": "largest error"}


def sweep_figure(results: Sequence[Result], kind: str, measure: str = "rmse") -> go.Figure:
    """Every seed a dot, their median a thick line, their spread a band."""
    wide = kind == "width"
    x = [r.hidden[0] if wide else len(r.hidden) for r in results]
    words = "{}" if wide else "{1}<br>of {0}<br>{2} parameters"
    marks = [words.format(r.hidden[0], len(r.hidden), r.parameters) for r in results]
    axis: dict[str, Any] = {"type": "log"} if wide else {}
    p = Chart(
        TITLES[kind], NAMES[measure], legend=True,
        xaxis={"tickmode": "array", "tickvals": x, "ticktext": marks, **axis},
        yaxis={"type": "log", "exponentformat": "power"},
    )  # fmt: skip
    rows = [[v for v in getattr(r, measure) if np.isfinite(v)] for r in results]
    p.line(x, [min(row, default=None) for row in rows], width=0)
    p.line(x, [max(row, default=None) for row in rows], width=0, name="best to worst",
           fill="tonexty", fillcolor=faint(BLUE))  # fmt: skip
    places = [place for place, row in zip(x, rows, strict=True) for _ in row]
    p.points(places, [value for row in rows for value in row], name="one seed", size=5,
             marker={"opacity": 0.5}, hover="%{y:.3g}")  # fmt: skip
    p.line(
        x, [float(np.median(row)) if row else None for row in rows], mode="lines+markers",
        name="median of seeds", width=3, marker={"size": 8},
        text=[f"{' + '.join(map(str, r.hidden))}: {r.parameters} parameters" for r in results],
        hover="%{text}<br>median %{y:.3g}",
    )  # fmt: skip
    if wide:
        hand = [r.by_hand[0 if measure == "largest" else 1] for r in results]
        p.line(x, hand, name="ReLUs written by hand", color=ORANGE, dash="dash",
               hover="by hand %{y:.3g}")  # fmt: skip
    return p.figure(height=400, margin={"l": 60, "r": 10, "t": 30, "b": 50 if wide else 90})
