"""Panels of the perceptron page that follow the rule: this visit, the mistakes, the bound."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.perceptron.settings import data, first_weights
from core.experiments.perceptron.theory import ceiling, floor, mistake_bound, separate
from core.figures.chart import FROM_ZERO, Chart
from core.figures.style import BLUE, ORANGE, RED, TRAIN
from core.stage import Panel, line, words

RIGHT, WRONG = ("visit", 7, 1), ("visit", 7, 2)  # how the visit ended
G, IN = ".4g", ".4g()"  # a number; a number after another sign, in brackets if negative
SIZE = {"width": 330, "height": 280}


def this_visit(settings: Any) -> Panel:
    """The rule with the numbers of this visit in it."""
    n, eta = len(data(settings)[1]), settings.learning_rate
    t, output = ("visit", 3, "d"), ("visit", 5, "d")
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
    found, bound = separate(*data(settings)), bound_of(settings)
    if np.isinf(bound):
        return "No bound: no line separates these points."
    if settings.start == "zero":
        return f"At most (R/γ)² = ({found.R:.3g} / {found.gamma:.3g})² = {bound:.4g}"
    return f"At most {bound:.4g} from these first weights"


def bound_of(settings: Any) -> float:
    """The largest possible number of mistakes, or inf."""
    return mistake_bound(separate(*data(settings)), first_weights(settings), settings.learning_rate)


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
    """Novikoff's proof as a picture: after k mistakes |(w, b)| is between two curves that meet."""
    found, first, eta = separate(*data(settings)), first_weights(settings), settings.learning_rate
    bound = bound_of(settings)
    k = np.geomspace(1, max(10.0, 2 * bound if np.isfinite(bound) else 1000.0), 60)
    p = Chart("mistakes k", "length of (w, b)", (-0.05, float(np.log10(k[-1]))), legend=True,
              xaxis={"type": "log", "dtick": 1}, yaxis={"type": "log", "dtick": "D2"})  # fmt: skip
    curves = [("at most", ceiling(k, found, first, eta), BLUE)]
    if found.gamma > 0:
        curves.append(("at least", floor(k, found, first, eta), ORANGE))
    for name, values, color in curves:
        p.line(k, np.where(values > 0, values, np.nan), name=name, color=color,
               hover=f"{name} %{{y:.3g}} after %{{x:.0f}} mistakes")  # fmt: skip
    p.line(xy="squeeze", name="this run", color=RED, mode="lines+markers",
           marker={"size": 5, "color": RED, "line": {"width": 0}},
           hover="%{y:.3g} after %{x} mistakes")  # fmt: skip
    title = "Why it must stop" if found.gamma > 0 else "Why nothing stops it"
    alt = "Length of (w, b) after each mistake, between a curve like k and one like the root of k."
    return p.panel("squeeze", title=title, alt=alt, **SIZE)


def weights() -> Panel:
    """w1, w2 and b over visits: where they repeat, the pattern is seen."""
    p = Chart("visits", "weights", legend=True, unified=True)
    for i, name in enumerate(("w<sub>1</sub>", "w<sub>2</sub>", "b")):
        p.history("w", i, name=name, color=(BLUE, ORANGE, TRAIN)[i], shape="hv")
    alt = "The two weights and the bias over the number of visits."
    return p.panel("weights", title="Weights", alt=alt, **SIZE)
