"""Panels of the perceptron page: the plane, and the space that a hidden layer makes."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.perceptron.figures_bound import mistakes, squeeze, this_visit, weights
from core.experiments.perceptron.figures_story import story
from core.experiments.perceptron.pictures import NET
from core.experiments.perceptron.settings import data, view
from core.experiments.perceptron.theory import meeting_point, separate
from core.figures.style import BLUE, ORANGE, TEST, TRAIN, axes, curve, log_switch, square
from core.stage import Panel, bind, history, plot, raster, readout, tile

RED, GRAY, LIGHT = "#d5404f", "#8c8c8c", "rgba(128,128,128,0.55)"
TOOLS = {
    "trace": 0,
    "kinds": [
        {"id": "one", "label": "+ Class 1"},
        {"id": "zero", "label": "+ Class 0"},
        {"id": "move", "label": "Move"},
        {"id": "remove", "label": "Remove"},
    ],
}


def plane(settings: Any) -> Panel:
    """The points, what the model says everywhere, and its line before and after the visit."""
    edge = view(settings)
    figure = square(axes("x<sub>1</sub>", "x<sub>2</sub>", edge, edge))
    figure.add_trace(_points(settings))
    binds: list[dict[str, Any]] = []
    if settings.hidden:
        _add(figure, binds, "cuts", "lines of the hidden neurons", {"color": GRAY, "width": 1.5})
    else:
        _meeting(figure, settings)
        _add(
            figure, binds, "line_old", "line before", {"color": "white", "width": 2, "dash": "dash"}
        )
        _add(figure, binds, "line", "halo", {"color": "white", "width": 5})
        _add(figure, binds, "line", "line", {"color": "#1f2430", "width": 2})
        for track, color, size in (("right", TRAIN, 18), ("wrong", RED, 22)):
            ring = {"size": size, "color": "rgba(0,0,0,0)", "line": {"width": 3, "color": color}}
            _add(figure, binds, track, f"looked at, {track}", None, mode="markers", marker=ring)
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(showgrid=False)
    return raster(
        "plane",
        figure,
        [tile("map", edge, edge)],
        binds,
        title="Plane",
        tools=TOOLS,
        alt="The points of both classes in the plane, blue for class 1 and orange for class 0; the "
        "area where the output is 1 is blue, where it is 0 orange.",
        width=350,
        height=430,
        grow=1.2,
    )


def _points(settings: Any) -> go.Scatter:
    X, t = data(settings)
    return go.Scatter(
        x=X[:, 0].tolist(),
        y=X[:, 1].tolist(),
        mode="markers",
        name="points",
        marker={
            "size": 10,
            "color": [BLUE if label else ORANGE for label in t],
            "line": {"color": "white", "width": 1.5},
        },
        customdata=list(range(len(t))),
        text=[f"point {i + 1}, class {label:.0f}" for i, label in enumerate(t)],
        hovertemplate="%{text}<br>x = (%{x:.3g}, %{y:.3g})<extra></extra>",
    )


def _add(
    figure: go.Figure,
    binds: list[dict[str, Any]],
    track: str,
    name: str,
    style: dict[str, Any] | None,
    mode: str = "lines",
    **others: Any,
) -> None:
    """A trace whose x and y are the columns of a track."""
    binds += [bind(len(figure.data), axis, track, i) for i, axis in enumerate("xy")]
    figure.add_scatter(x=[], y=[], mode=mode, name=name, line=style, hoverinfo="skip", **others)


def _meeting(figure: go.Figure, settings: Any) -> None:
    """Where no line separates: the point that both classes surround, and the points that do so."""
    X, t = data(settings)
    found = separate(X, t)
    point = meeting_point(X, t, found)
    if point is None:
        return
    for label in (1, 0):
        corners = X[(t == label) & (found.shares > 0)]
        spokes = np.full((3 * len(corners), 2), np.nan)
        spokes[0::3], spokes[1::3] = corners, point
        x, y = ([None if np.isnan(v) else v for v in spokes[:, i].tolist()] for i in (0, 1))
        dots = {"color": "white", "width": 2, "dash": "dot"}
        figure.add_scatter(x=x, y=y, mode="lines", line=dots, hoverinfo="skip")
    figure.add_scatter(
        x=[float(point[0])],
        y=[float(point[1])],
        mode="markers",
        name="meeting point",
        marker={
            "symbol": "diamond",
            "size": 11,
            "color": RED,
            "line": {"color": "white", "width": 1},
        },
        hovertemplate="(%{x:.3g}, %{y:.3g}) lies between points of class 1<br>and between "
        "points of class 0: no line has it<br>on both sides<extra></extra>",
    )


def hidden_space(settings: Any) -> Panel:
    """Where the hidden layer puts the points, and the one line that the output neuron draws."""
    n = settings.hidden
    names = ("h<sub>1</sub>", "h<sub>2</sub>") if n <= 2 else ("along w", "across w")
    reach = (-1.15, 1.15) if n <= 2 else (-1.1 * n**0.5, 1.1 * n**0.5)
    figure = axes(names[0], names[1] if n > 1 else "", reach, reach)
    binds = [bind(0, axis, "sheet", i, order=_lines(NET)) for i, axis in enumerate("xy")]
    figure.add_scatter(
        x=[], y=[], mode="lines", line={"color": LIGHT, "width": 1}, hoverinfo="skip"
    )
    _add(figure, binds, "cut", "line of the output neuron", {"color": RED, "width": 3})
    points = _points(settings)
    binds += [bind(len(figure.data), axis, "space", i) for i, axis in enumerate("xy")]
    figure.add_trace(points)
    return plot(
        "space",
        figure,
        binds,
        title=f"Hidden space ({n} neuron{'s' if n > 1 else ''})",
        alt="The points in the coordinates that the hidden neurons compute, with the line of the "
        "output neuron.",
        width=350,
        height=430,
    )


def _lines(n: int) -> list[int]:
    """Order in which the points of an n x n grid make lines both ways; -1 lifts the pen."""
    grid = np.arange(n * n).reshape(n, n)
    return [place for row in (*grid, *grid.T) for place in (*row.tolist(), -1)]


def loss(settings: Any) -> Panel:
    """Cross-entropy over visits."""
    figure = log_switch(axes("visits", "cross-entropy", None, None))
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(margin={"l": 52, "r": 10, "t": 30, "b": 40}, hovermode="x unified")
    figure.add_trace(curve("loss", TEST))
    words_ = {
        "title": "Loss",
        "alt": "Mean cross-entropy over visits.",
        "width": 330,
        "height": 430,
    }
    return plot("loss", figure, [history(0, "loss")], **words_)


def panels(settings: Any) -> list[Panel]:
    """All panels of the stage."""
    if settings.hidden:
        return [plane(settings), hidden_space(settings), story(settings), loss(settings)]
    return [
        plane(settings),
        this_visit(settings),
        story(settings),
        mistakes(settings),
        squeeze(settings),
        weights(settings),
    ]


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers beside the film controls."""
    found = [readout("accuracy", "Right now", ".0%"), readout("mistakes", "Mistakes", "d")]
    if settings.hidden:
        return [
            readout("loss", "Loss"),
            found[0],
            readout("hidden_margin", "Margin γ in hidden space"),
            readout("hidden_bound", "(R/γ)² there", "d"),
        ]
    return [
        *found,
        *(readout("w", name, ".4g", column=i) for i, name in enumerate(("w₁", "w₂", "b"))),
    ]
