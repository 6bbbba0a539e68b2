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
    xaxis: dict[str, Any] | None = None,
    yaxis: dict[str, Any] | None = None,
    **layout: Any,
) -> go.Figure:
    """An empty figure with titled axes; without a range an axis follows its data.

    All in one layout, since Plotly validates each later update anew, a few milliseconds each.
    """

    def axis(title: str, limits: tuple[float, float] | None, more: dict[str, Any] | None) -> Any:
        shown = {"title": {"text": title, "standoff": 9}, "zeroline": False, **(more or {})}
        return shown if limits is None else {**shown, "range": limits}

    return go.Figure(
        layout={
            "uirevision": "kept",
            "xaxis": axis(x, xrange, xaxis),
            "yaxis": axis(y, yrange, yaxis),
            **layout,
        }
    )


# One unit is as long on y as on x.
SQUARE_X = {"constrain": "domain"}
SQUARE_Y = {"constrain": "domain", "scaleanchor": "x", "scaleratio": 1}


def by_label(y: Any, **marker: Any) -> dict[str, Any]:
    """Marker colored by a label or number in [-1, 1]: orange to blue, as in every map."""
    scale = [[0, ORANGE], [0.5, "#c8cbce"], [1, BLUE]]
    return {"color": y, "cmin": -1, "cmax": 1, "colorscale": scale, "showscale": False, **marker}


def square(figure: go.Figure) -> go.Figure:
    """Make one unit as long on y as on x, afterwards."""
    figure.update_layout(xaxis=SQUARE_X, yaxis=SQUARE_Y)
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
                "showactive": False,
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
