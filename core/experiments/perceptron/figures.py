"""Panels of the perceptron page: the plane, and the space that a hidden layer makes."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.perceptron import theory
from core.experiments.perceptron.figures_story import story
from core.experiments.perceptron.pictures import NET
from core.experiments.perceptron.settings import data, first_weights, view
from core.figures.chart import FROM_ZERO, Chart
from core.figures.style import BLUE, CLEAR, GRAY, ORANGE, RED, TEST, TRAIN
from core.stage import Panel, line, readout, words


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
    found = theory.separate(X, t)
    point = theory.meeting_point(X, t, found)
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
    bounded = np.isfinite(bound_of(settings))  # else there is nothing that it converges to
    proof = [squeeze(settings)] if bounded else []
    first = [plane(settings), this_visit(settings), story(settings)]
    return [*first, mistakes(settings), *proof, weights()]


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers beside the film controls."""
    accuracy = readout("accuracy", "Right now", ".0%")
    if settings.hidden:
        margin = readout("hidden_margin", "Margin γ in hidden space")
        return [readout("loss", "Loss"), accuracy, margin,
                readout("hidden_bound", "(R/γ)² there", "d")]  # fmt: skip
    numbers = (readout("w", name, ".4g", column=i) for i, name in enumerate(("w₁", "w₂", "b")))
    return [accuracy, readout("mistakes", "Mistakes", "d"), *numbers]


RIGHT, WRONG = ("visit", 7, 1), ("visit", 7, 2)  # how the visit ended
G, IN = ".4g", ".4g()"  # a number; a number after another sign, in brackets if negative
SIZE = {"width": 330, "height": 280}


def this_visit(settings: Any) -> Panel:
    """The rule with the numbers of this visit in it."""
    n, eta = len(data(settings)[1]), settings.learning_rate
    t, output, first = ("visit", 3, "d"), ("visit", 5, "d"), ("broke", 2, "d")
    error = f"{{}} + {eta:.4g} · ({{}} − {{}})"
    x1, x2 = ("visit", 1, IN), ("visit", 2, IN)
    w1, w2, b = (("w", i, G) for i in range(3))
    old1, old2, old_b = (("w_old", i, G) for i in range(3))
    lines = [
        line("Nothing seen yet. Train, or take one Step at a time.", when=("visit", 7, 0)),
        *_seen(n, WRONG),
        *_seen(n, RIGHT),
        line("output = {}, but t = {}: a mistake", output, t, when=WRONG, mark="wrong"),
        line(f"w₁ ← {error} · {{}} = {{}}", old1, t, output, x1, w1, when=WRONG, mark="wrong"),
        line(f"w₂ ← {error} · {{}} = {{}}", old2, t, output, x2, w2, when=WRONG, mark="wrong"),
        line(f"b ← {error} = {{}}", old_b, t, output, b, when=WRONG, mark="wrong"),
        line("Correcting this point just broke point {}", first, when=("broke", 0, 1)),
        line(
            "Correcting this point just broke {} others, among them point {}",
            ("broke", 1, "d"),
            first,
            when=("broke", 0, 2),
        ),
        line("output = {} = t: right, nothing moves", output, when=RIGHT, mark="right"),
        line("w = ({}, {}), b = {}", w1, w2, b, when=RIGHT, mark="right"),
        line("Mistakes so far: {}", ("mistakes", 0, "d"), mark="head"),
        line(_limit(settings), mark="muted"),
    ]
    return words("visit", lines, title="This visit", width=320, height=430, grow=0.9)


def _seen(n: int, when: tuple[str, int, float]) -> list[dict[str, Any]]:
    """The point looked at, and what is compared with 0."""
    x1, x2 = ("visit", 1, G), ("visit", 2, G)
    terms = [("w_old", 0, G), (*x1[:2], IN), ("w_old", 1, IN), (*x2[:2], IN), ("w_old", 2, IN)]
    return [
        line(f"Point {{}} of {n}", ("visit", 0, "d"), when=when, mark="head"),
        line("x = ({}, {}), class t = {}", x1, x2, ("visit", 3, "d"), when=when),
        line("w·x + b = {}·{} + {}·{} + {} = {}", *terms, ("visit", 4, G), when=when),
    ]


def _limit(settings: Any) -> str:
    found, bound = theory.separate(*data(settings)), bound_of(settings)
    if np.isinf(bound):
        return "No bound: no line separates these points."
    if settings.start == "zero":
        return f"At most (R/γ)² = ({found.R:.3g} / {found.gamma:.3g})² = {bound:.4g}"
    return f"At most {bound:.4g} from these first weights"


def bound_of(settings: Any) -> float:
    """The largest possible number of mistakes, or inf."""
    return theory.mistake_bound(
        theory.separate(*data(settings)), first_weights(settings), settings.learning_rate
    )


def mistakes(settings: Any) -> Panel:
    """Mistakes over visits, below the bound."""
    bound = bound_of(settings)
    limits = (0.0, 1.2 * bound) if np.isfinite(bound) else None
    p = Chart("visits", "mistakes", None, limits, yaxis=FROM_ZERO, unified=True)
    p.history("mistakes", name="mistakes so far", color=RED, shape="hv")
    if limits:
        p.level(bound, f"never more than {np.floor(bound):,.0f}", width=2)
    alt = "Number of mistakes over the number of visits, with the largest number possible."
    return p.panel("mistakes", title="Mistakes", alt=alt, **SIZE)


def squeeze(settings: Any) -> Panel:
    """Novikoff's proof as a picture: after k mistakes |(w, b)| is between two curves that meet.

    Only where a line separates the classes: else the lower curve is none.
    """
    found, first, eta = (
        theory.separate(*data(settings)),
        first_weights(settings),
        settings.learning_rate,
    )
    bound = bound_of(settings)
    k = np.geomspace(1, max(10.0, 2 * bound), 60)
    p = Chart("mistakes k", "length of (w, b)", (-0.05, float(np.log10(k[-1]))), legend=True,
              xaxis={"type": "log", "dtick": 1}, yaxis={"type": "log", "dtick": "D2"})  # fmt: skip
    curves = [
        ("at most", theory.ceiling(k, found, first, eta), BLUE),
        ("at least", theory.floor(k, found, first, eta), ORANGE),
    ]
    for name, values, color in curves:
        p.line(k, np.where(values > 0, values, np.nan), name=name, color=color,
               hover=f"{name} %{{y:.3g}} after %{{x:.0f}} mistakes")  # fmt: skip
    p.line(xy="squeeze", name="this run", color=RED, mode="lines+markers",
           marker={"size": 5, "color": RED, "line": {"width": 0}},
           hover="%{y:.3g} after %{x} mistakes")  # fmt: skip
    alt = "Length of (w, b) after each mistake, between a curve like k and one like the root of k."
    return p.panel("squeeze", title="Why it must stop", alt=alt, **SIZE)


def weights() -> Panel:
    """w1, w2 and b over visits: where they repeat, the pattern is seen."""
    p = Chart("visits", "weights", legend=True, unified=True)
    for i, name in enumerate(("w<sub>1</sub>", "w<sub>2</sub>", "b")):
        p.history("w", i, name=name, color=(BLUE, ORANGE, TRAIN)[i], shape="hv")
    alt = "The two weights and the bias over the number of visits."
    return p.panel("weights", title="Weights", alt=alt, **SIZE)
