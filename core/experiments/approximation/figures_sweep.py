"""The sweep of the approximation page: error against width, or depth at equal parameter count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.approximation.sweep import Result
from core.figures.style import BLUE, ORANGE, axes

MEASURES = {"root mean square": "rmse", "largest": "largest"}
TITLES = {"width": "neurons in one hidden layer", "depth": "hidden layers"}
NAMES = {"rmse": "error against f, root mean square", "largest": "largest error"}


def sweep_figure(results: Sequence[Result], kind: str, measure: str = "rmse") -> go.Figure:
    """Every seed a dot, their median a thick line, their spread a band."""
    x = [r.hidden[0] if kind == "width" else len(r.hidden) for r in results]
    if kind == "width":
        xaxis: dict[str, Any] = {"type": "log", "ticktext": [str(n) for n in x]}
    else:
        words = "{}<br>of {}<br>{} parameters"
        marks = [words.format(len(r.hidden), r.hidden[0], r.parameters) for r in results]
        xaxis = {"ticktext": marks}
    figure = axes(
        TITLES[kind], NAMES[measure], None, None,
        {"tickmode": "array", "tickvals": x, **xaxis}, {"type": "log", "exponentformat": "power"},
        height=400, margin={"l": 60, "r": 10, "t": 30, "b": 90 if kind == "depth" else 50},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )  # fmt: skip
    rows = [[v for v in getattr(r, measure) if np.isfinite(v)] for r in results]
    _spread(figure, x, rows)
    figure.add_scatter(
        x=x, y=[float(np.median(row)) if row else None for row in rows], mode="lines+markers",
        name="median of seeds", line={"color": BLUE, "width": 3}, marker={"size": 8},
        text=[f"{' + '.join(map(str, r.hidden))}: {r.parameters} parameters" for r in results],
        hovertemplate="%{text}<br>median %{y:.3g}<extra></extra>",
    )  # fmt: skip
    if kind == "width":
        hand = [r.by_hand[0 if measure == "largest" else 1] for r in results]
        figure.add_scatter(
            x=x, y=hand, mode="lines", name="ReLUs written by hand",
            line={"color": ORANGE, "dash": "dash", "width": 2},
            hovertemplate="by hand %{y:.3g}<extra></extra>",
        )  # fmt: skip
    return figure


def _spread(figure: go.Figure, x: list[int], rows: list[list[float]]) -> None:
    """The band from best to worst, and the seeds themselves."""
    flat: dict[str, Any] = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(x=x, y=[min(row, default=None) for row in rows], showlegend=False, **flat)
    figure.add_scatter(
        x=x, y=[max(row, default=None) for row in rows], fill="tonexty",
        fillcolor="rgba(8,119,189,0.18)", name="best to worst", **flat,
    )  # fmt: skip
    figure.add_scatter(
        x=[place for place, row in zip(x, rows, strict=True) for _ in row],
        y=[value for row in rows for value in row], mode="markers", name="one seed",
        marker={"color": BLUE, "size": 5, "opacity": 0.5}, hovertemplate="%{y:.3g}<extra></extra>",
    )  # fmt: skip
