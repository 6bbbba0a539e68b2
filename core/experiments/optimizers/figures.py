"""Panels of the optimizers page: the surface with its trails, heights, the update in numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.optimizers.figures_words import race
from core.experiments.optimizers.pictures import AHEAD, first_height, ground, lowest, steepest
from core.experiments.optimizers.rules import limits
from core.experiments.optimizers.settings import (
    NETWORK,
    OPTIMIZERS,
    contenders,
    sampled,
    sees_batches,
)
from core.experiments.optimizers.sweep import rates_of, tried
from core.figures.chart import LOG, WIDE, Chart
from core.figures.style import CATEGORIES, GRAY, RED
from core.stage import Panel, drag, fold, readout

COLORS = dict(zip(OPTIMIZERS, (
    CATEGORIES[0], CATEGORIES[4], CATEGORIES[1], CATEGORIES[5], CATEGORIES[2], CATEGORIES[3],
    CATEGORIES[8], CATEGORIES[9], CATEGORIES[7],
), strict=True))  # fmt: skip
WORDS = ("", "One way", *(f"{n} ways" for n in (
    "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")))  # fmt: skip
DASHED = ("Nesterov", "AdamW")  # beside momentum and Adam, since oranges and browns are near
CEILING = 1e4  # of the first height: what charts of heights show


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    shown = [surface(settings), heights(settings), race(settings), rates(settings)]
    problem = ground(settings)[0]
    if problem.axes is not None:
        shown.append(distance(settings))
    if sampled(settings):
        shown += fold("noise", "The noise of a mini-batch", cloud(settings))
    if settings.schedule != "constant":
        shown += fold("schedule", "The learning rate over the steps", schedule(settings))
    return shown


def dash(name: str) -> str:
    """How the lines of an optimizer are drawn."""
    return "dash" if name in DASHED else ""


def surface(settings: Any) -> Panel:
    """The surface as a map with the trail of each optimizer, and the start, which is dragged."""
    problem, _, (low, high) = ground(settings)
    x, y = problem.window
    p = Chart(*problem.names, x, y, grid=False, legend=True)
    label = "loss" if settings.surface == NETWORK else "loss above the bottom"
    p.image("surface", x, y, colors="ground", levels=24, smooth=True,
            colorbar=(f"{label}, log₁₀", low, high))  # fmt: skip
    for k, name in enumerate(contenders(settings)):
        p.history("w", 2 * k + 1, name=name, color=COLORS[name], width=2.5, dash=dash(name),
                  moved={"x": ("w", 2 * k)}, legendgroup=name)  # fmt: skip
        p.line(("ahead", 2 * k), ("ahead", 2 * k + 1), color=COLORS[name], dash="dot",
               legendgroup=name)  # fmt: skip
    bottom = problem.place(problem.bottom[None])[0].tolist()
    star = "where Adam's path ends" if settings.surface == NETWORK else "lowest known"
    p.points([bottom[0]], [bottom[1]], size=11, color="white", edge=("black", 1.5),
             marker={"symbol": "star"}, hover=f"{star}: (%{{x:.3f}}, %{{y:.3f}})")  # fmt: skip
    p.tools([], start="Start here")
    return p.panel(
        "surface", width=360, height=430, grow=1.6,
        title=f"{WORDS[len(contenders(settings))]} down", drag=drag("start", "start"),
        alt="The loss over two numbers as a map, dark where low, and the trail of each optimizer "
        f"from one start. While the start is dragged, dotted: the first {AHEAD} steps from there.",
    )  # fmt: skip


def edges(settings: Any) -> tuple[float, float]:
    """Of a chart of heights, log10: wide enough to show divergence as it is."""
    high = 30.0 if settings.surface == NETWORK else CEILING
    return float(np.log10(lowest(settings))), float(np.log10(high * first_height(settings)))


def heights(settings: Any) -> Panel:
    """Loss of each over the steps, above the lowest known."""
    title = "loss" if settings.surface == NETWORK else "loss above the bottom"
    p = Chart("steps", title, None, edges(settings), yaxis={**LOG, "dtick": 2}, unified=True,
              legend=True, **WIDE)  # fmt: skip
    for k, name in enumerate(contenders(settings)):
        p.history("heights", k, name=name, color=COLORS[name], dash=dash(name),
                  legendgroup=name)  # fmt: skip
    return p.panel(
        "heights", width=240, height=430, title="Who falls how fast",
        alt="Loss of each optimizer above the lowest known loss over the steps, logarithmic; who "
        "leaves at the top diverges.",
    )  # fmt: skip


def rates(settings: Any) -> Panel:
    """How high each is, against its learning rate; the lines past which steps overshoot."""
    names, grid = contenders(settings), tried(settings).numpy()
    p = Chart("learning rate η", "height now", (-3.5, 1), edges(settings),
              xaxis={"type": "log", "exponentformat": "power", "dtick": 1},
              yaxis={**LOG, "dtick": 2}, legend=True, **WIDE)  # fmt: skip
    for k, name in enumerate(names):
        if settings.tuned:
            best = float(rates_of(settings)[k])
            p.points([best], ("swept_own", k), size=11, color=COLORS[name], legendgroup=name,
                     hover=f"{name}: best in the end at η = {best:.2g}")  # fmt: skip
        p.line(grid, ("swept", k), name=name, color=COLORS[name], dash=dash(name),
               legendgroup=name,
               hover=f"{name} at η = %{{x:.2g}}: %{{y:.2g}}")  # fmt: skip
    problem = ground(settings)[0]
    L = steepest(problem)
    said = {"GD": "2/L", "momentum": "2(1+β)/L"}
    for name, limit in limits(L, settings.momentum).items() if L > 0 else ():
        if name in said and name in names and 10**-3.5 < limit < 10:
            p.level(limit, said[name], COLORS[name], axis="x")
    more: dict[str, Any] = {}
    if not settings.tuned:
        p.level(settings.learning_rate, "", RED, "solid", axis="x")
        p.note("η", x=float(np.log10(settings.learning_rate)), y=0, yref="y domain",
               xanchor="left", yanchor="bottom")  # fmt: skip
        more = {"drag": drag("learning_rate", "rate", along="x")}
    noisy = any(sees_batches(settings, name) for name in names)
    return p.panel(
        "rates", width=460, height=330, grow=1.5,
        title=f"The same race at {len(grid)} learning rates"
        + (", same batches" if noisy else ""),
        alt="Height of each optimizer now against its learning rate; upright lines at 2/L "
        "and with momentum at 2(1+β)/L, L being the largest curvature at the bottom.", **more,
    )  # fmt: skip


def distance(settings: Any) -> Panel:
    """How far the true paths are from the plane."""
    p = Chart("steps", "distance from the plane", yaxis={"rangemode": "tozero"}, unified=True)
    for k, name in enumerate(contenders(settings)):
        p.history("away", k, name=name, color=COLORS[name], dash=dash(name))
    return p.panel(
        "away", width=300, height=330, title="Distance of the path from the plane",
        alt="Distance of each optimizer's parameters from the plane that is drawn, over steps.",
    )  # fmt: skip


def cloud(settings: Any) -> Panel:
    """Gradients of single examples, their mean, and that of the mini-batch."""
    p = Chart("gradient across", "gradient up", legend=True, square=True)
    p.points(xy="cloud", name="one example each", color=GRAY, size=5)
    p.points(xy="cloud_batch", name=f"mini-batch of {settings.batch_size}", size=12,
             color=COLORS["SGD"], edge=("white", 1))  # fmt: skip
    p.points(xy="cloud_mean", name="all 64: what GD follows", size=12, color=COLORS["GD"],
             edge=("white", 1))  # fmt: skip
    return p.panel(
        "cloud", width=420, height=360, title="Gradients of 64 examples", fit="follow",
        alt="The gradient of each example at SGD's place as dots, their mean, and the mean over "
        "the mini-batch.",
    )  # fmt: skip


def schedule(settings: Any) -> Panel:
    """The rate of each over the steps; all have one, unless each has its own."""
    p = Chart("steps", "learning rate η", yaxis={"rangemode": "tozero"}, unified=True)
    names = contenders(settings)
    for k, name in enumerate(names if settings.tuned else names[:1]):
        p.history("eta", k, name=name if settings.tuned else "all",
                  color=COLORS[name] if settings.tuned else RED)  # fmt: skip
    return p.panel(
        "schedule", width=360, height=330, title=f"Schedule: {settings.schedule}",
        alt="The learning rate of the last step of each optimizer over the steps.",
    )  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers beside the bar."""
    n = len(contenders(settings))
    return [
        readout("at_bottom", "At the bottom", f"d of {n}"),
        readout("diverged", "Diverged", f"d of {n}", color=RED),
        readout("best", "Lowest", ".2g"),
        readout("limit", "2/L", ".3g"),
    ]
