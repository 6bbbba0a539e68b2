"""Panels of the perceptron page: the plane, and the space that a hidden layer makes."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.perceptron.figures_bound import mistakes, squeeze, this_visit, weights
from core.experiments.perceptron.figures_story import story
from core.experiments.perceptron.pictures import NET
from core.experiments.perceptron.settings import data, view
from core.experiments.perceptron.theory import meeting_point, separate
from core.figures.chart import FROM_ZERO, Chart
from core.figures.style import BLUE, CLEAR, GRAY, ORANGE, RED, TEST, TRAIN
from core.stage import Panel, readout


def plane(settings: Any) -> Panel:
    """The points, what the model says everywhere, and its line before and after the visit."""
    edge = view(settings)
    p = Chart("x<sub>1</sub>", "x<sub>2</sub>", edge, edge, square=True, grid=False)
    p.image("map", edge, edge)
    x, _ = data(settings)
    points = _points(p, settings, x=x[:, 0], y=x[:, 1])
    p.tools(points, one="+ Class 1", zero="+ Class 0", move="Move", remove="Remove")
    if settings.hidden:
        p.line(xy="cuts", color=GRAY, width=1.5)
    else:
        _meeting(p, settings)
        p.line(xy="line_old", color="white", dash="dash")
        p.line(xy="line", color="white", width=5)
        p.line(xy="line", color="#1f2430")
        p.points(xy="right", size=18, color=CLEAR, edge=(TRAIN, 3))
        p.points(xy="wrong", size=22, color=CLEAR, edge=(RED, 3))
    return p.panel(
        "plane", title="Plane", width=350, height=430, grow=1.2,
        alt="The points of both classes in the plane, blue for class 1 and orange for class 0; the "
        "area where the output is 1 is blue, where it is 0 orange.",
    )  # fmt: skip


def _points(p: Chart, settings: Any, **where: Any) -> int:
    _, t = data(settings)
    return p.points(
        **where, name="points", size=10, edge=("white", 1.5), customdata=list(range(len(t))),
        color=[BLUE if label else ORANGE for label in t],
        text=[f"point {i + 1}, class {label:.0f}" for i, label in enumerate(t)],
        hover="%{text}<br>x = (%{x:.3g}, %{y:.3g})",
    )  # fmt: skip


def _meeting(p: Chart, settings: Any) -> None:
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
        p.line(spokes[:, 0], spokes[:, 1], color="white", dash="dot")
    p.points(
        point[:1], point[1:], name="meeting point", size=11, color=RED, edge=("white", 1),
        marker={"symbol": "diamond"},
        hover="(%{x:.3g}, %{y:.3g}) lies between points of class 1<br>and between "
        "points of class 0: no line has it<br>on both sides",
    )  # fmt: skip


def hidden_space(settings: Any) -> Panel:
    """Where the hidden layer puts the points, and the one line that the output neuron draws."""
    n = settings.hidden
    names = ("h<sub>1</sub>", "h<sub>2</sub>") if n <= 2 else ("along w", "across w")
    reach = (-1.15, 1.15) if n <= 2 else (-1.1 * n**0.5, 1.1 * n**0.5)
    p = Chart(names[0], names[1] if n > 1 else "", reach, reach)
    p.sheet("sheet", NET)
    p.line(xy="cut", color=RED, width=3)
    _points(p, settings, xy="space")
    return p.panel(
        "space", title=f"Hidden space ({n} neuron{'s' if n > 1 else ''})", width=350, height=430,
        alt="The points in the coordinates that the hidden neurons compute, with the line of the "
        "output neuron.",
    )  # fmt: skip


def loss() -> Panel:
    """Cross-entropy over visits."""
    p = Chart("visits", "cross-entropy", yaxis=FROM_ZERO, unified=True, switch=True)
    p.history("loss", name="loss", color=TEST)
    alt = "Mean cross-entropy over visits."
    return p.panel("loss", title="Loss", alt=alt, width=330, height=430)


def panels(settings: Any) -> list[Panel]:
    """All panels of the stage."""
    if settings.hidden:
        return [plane(settings), hidden_space(settings), story(settings), loss()]
    return [
        plane(settings), this_visit(settings), story(settings), mistakes(settings),
        squeeze(settings), weights(),
    ]  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers beside the film controls."""
    accuracy = readout("accuracy", "Right now", ".0%")
    if settings.hidden:
        margin = readout("hidden_margin", "Margin γ in hidden space")
        return [readout("loss", "Loss"), accuracy, margin,
                readout("hidden_bound", "(R/γ)² there", "d")]  # fmt: skip
    numbers = (readout("w", name, ".4g", column=i) for i, name in enumerate(("w₁", "w₂", "b")))
    return [accuracy, readout("mistakes", "Mistakes", "d"), *numbers]
