"""Colors and small helpers that all figures share. The player brings the theme's own colors."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

ORANGE, BLUE = "#f59322", "#0877bd"
TRAIN, TEST, RIVAL = "#009e73", "#cc79a7", "#8c8c8c"
# Okabe and Ito's palette, told apart by color-blind eyes.
CATEGORIES = (
    "#0877bd", "#f59322", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#8c8c8c",
)  # fmt: skip


def axes(
    x: str,
    y: str,
    xrange: tuple[float, float] | None,
    yrange: tuple[float, float] | None,
    **words: Any,
) -> go.Figure:
    """An empty figure with titled axes; without a range an axis follows its data."""
    figure = go.Figure()
    figure.update_layout(uirevision="kept", **words)
    figure.update_xaxes(title={"text": x, "standoff": 4}, range=xrange, zeroline=False)
    figure.update_yaxes(title={"text": y, "standoff": 4}, range=yrange, zeroline=False)
    return figure


def square(figure: go.Figure) -> go.Figure:
    """One unit is as long on y as on x."""
    figure.update_yaxes(scaleanchor="x", scaleratio=1, constrain="domain")
    figure.update_xaxes(constrain="domain")
    return figure


def curve(name: str, color: str, **words: Any) -> go.Scatter:
    """A line that a `history` bind fills."""
    line = {"color": color, "width": 2, **words.pop("line", {})}
    return go.Scatter(x=[0], y=[None], name=name, mode="lines", line=line, **words)


def legend(figure: go.Figure) -> go.Figure:
    """A legend inside, at the top right, where learning curves are low."""
    figure.update_layout(
        showlegend=True, legend={"x": 1, "y": 1, "xanchor": "right", "yanchor": "top"}
    )
    return figure


def log_switch(figure: go.Figure) -> go.Figure:
    """Two small buttons in the figure: linear or logarithmic y axis."""
    buttons = [
        {"label": kind, "method": "relayout", "args": [{"yaxis.type": kind}]}
        for kind in ("linear", "log")
    ]
    figure.update_layout(
        updatemenus=[
            {
                "type": "buttons",
                "direction": "right",
                "buttons": buttons,
                "x": 0,
                "y": 1.02,
                "xanchor": "left",
                "yanchor": "bottom",
                "pad": {"t": 0, "b": 0},
                "font": {"size": 11, "color": "#666"},
                "bgcolor": "rgba(128,128,128,0.08)",
                "borderwidth": 0,
            }
        ]
    )
    return figure
