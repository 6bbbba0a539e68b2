"""Guided experiments of the optimizers page: questions, and answers computed from the race."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from core.experiments.optimizers.samples import STEEPEST
from core.experiments.optimizers.starts import Starts, Success
from core.film import Film
from core.task import rivals, task

REST, CIRCLE, AWAY = "it comes to rest", "it stays as high as it began", "it flies away"
NOBODY = "nobody"
ADAM, GD, BOTH, NEITHER = "only Adam", "only gradient descent", "both", "neither"
SIZES = {"all 64 examples": 64, "16 of them": 16, "one at a time": 1}
DRAWS = 4


def named(film: Film, run: Any) -> dict[str, Any]:
    """Name -> its heights over the film."""
    return {name: film["heights"][:, k] for k, name in enumerate(run.names)}


@task(
    "The largest curvature is L = 20, so 2/L = 0.1. **What does gradient descent do at η = 0.12?**",
    (REST, CIRCLE, AWAY),
    {"learning_rate": 0.12, "optimizers": ("GD", "momentum")},
    150,
)
def past_the_line(film: Film, run: Any) -> tuple[str, str]:
    """GD past 2/L, momentum before its own limit."""
    eta, L = run.settings.learning_rate, STEEPEST
    heights = named(film, run)
    first, last = heights["GD"][0], heights["GD"][-1]
    gone = run.gone[run.names.index("GD")] >= 0
    option = AWAY if gone or last > 10 * first else REST if last < 1e-3 * first else CIRCLE
    return option, (
        f"Every step of gradient descent multiplies its error along the steepest direction by "
        f"1 − ηL = {1 - eta * L:.2f}, so it grows: from a height of {first:.2g} to {last:.2g}. "
        f"Momentum, whose limit is 2(1 + β)/L = {2 * (1 + run.settings.momentum) / L:.2g}, ended "
        f"at {heights['momentum'][-1]:.2g}."
    )


@task(
    "η = 0.08 is below 2/L = 0.1, so gradient descent is safe. Momentum and Nesterov run "
    "with β = 0.9. **Who diverges?**",
    ("momentum", "Nesterov", NOBODY),
    {"learning_rate": 0.08, "optimizers": ("GD", "momentum", "Nesterov")},
    150,
)
def before_the_line(film: Film, run: Any) -> tuple[str, str]:
    """Of three who share one rate below 2/L, who diverges?"""
    gone = [name for name, step in zip(run.names, run.gone, strict=True) if step >= 0]
    beta, L = run.settings.momentum, STEEPEST
    limit = 2 * (1 + beta) / ((1 + 2 * beta) * L)
    return (gone[0] if len(gone) == 1 else NOBODY), (
        f"Nesterov's gradient looks ahead by β v, which shortens its limit to "
        f"2(1 + β)/((1 + 2β)L) = {limit:.3f}, below 2/L = {2 / L:g}; plain momentum's is "
        f"2(1 + β)/L = {2 * (1 + beta) / L:.2f}. Diverged here: {', '.join(gone) or NOBODY}."
    )


@task(
    "The valley is turned by 45° against the axes of the weights, its shape stays. **For whom "
    "does that change the number of steps to the bottom, by more than a tenth?**",
    (GD, ADAM, BOTH, NEITHER),
    {"angle": 45, "optimizers": ("GD", "Adam")},
    200,
    rivals({"angle": 0}),
)
def turned(film: Film, run: Any, others: Sequence[Any]) -> tuple[str, str]:
    """Who takes as long in a valley along the axes as in one across them?"""
    (straight,) = others
    said, changed = [], []
    for k, name in enumerate(run.names):
        there, here = straight.arrived[k], run.arrived[k]
        said.append(f"{name} is there after {there} steps along the axes, {here} across")
        if there < 0 or here < 0 or abs(here - there) > 0.1 * there:
            changed.append(name)
    option = {("GD", "Adam"): BOTH, ("GD",): GD, ("Adam",): ADAM}.get(tuple(changed), NEITHER)
    return option, (
        f"{'; '.join(said)}. The gradient turns with the valley, and so does the whole path of "
        "gradient descent. Adam divides each weight's gradient by its own size, which helps where "
        "the axes of the valley are the axes of the weights."
    )


@task(
    "A pit in a plain, and a start far out where the slope is nearly 0. **Who is at the bottom "
    "after 100 steps at η = 0.08?**",
    (GD, ADAM, BOTH, NEITHER),
    {"surface": "plateau", "learning_rate": 0.08, "optimizers": ("GD", "Adam")},
    100,
)
def plain(film: Film, run: Any) -> tuple[str, str]:
    """Who finds the pit from where the slope is small?"""
    there = {n for n, step in zip(run.names, run.arrived, strict=True) if step >= 0}
    both = {"GD", "Adam"} & there
    option = BOTH if len(both) == 2 else NEITHER if not both else GD if "GD" in both else ADAM
    slope = float(torch.linalg.vector_norm(run.problem.gradients(run.problem.start[None])[1]))
    heights = named(film, run)
    return option, (
        f"At the start the slope is {slope:.2g}: a step of gradient descent is η times that, one "
        f"of Adam nearly η, however small the slope. After {run.steps} steps their heights are "
        f"{heights['GD'][-1]:.2g} and {heights['Adam'][-1]:.2g}."
    )


@task(
    "A bowl with ripples, 64 examples that each have ripples of their own, η = 0.2 falling to "
    "0, and 200 starts. **With which mini-batches do most starts end in the best valley?**",
    tuple(SIZES),
    {"surface": "many valleys", "learning_rate": 0.2, "optimizers": ("GD", "SGD"),
     "batch_size": 16, "schedule": "cosine"},
    200,
    lambda run, steps: Starts(0.2, DRAWS, tuple(SIZES.values())),
)  # fmt: skip
def temperature(film: Film, run: Any, starts: Sequence[Success]) -> tuple[str, str]:
    """Which batch size ends in the best valley most often?"""
    share = {row.batch_size: float(np.mean(row.share)) for row in starts}
    found = {name: share[size] for name, size in SIZES.items()}
    said = ", ".join(f"{name}: {share:.0%}" for name, share in found.items())
    return max(found, key=lambda name: found[name]), (
        "Share of 200 starts that end in the best valley, mean over "
        f"{DRAWS} draws of the examples: {said}. Without noise most starts stay in the valley "
        "where they began; with too much, valleys are left again until the learning rate falls."
    )


TASKS = (past_the_line, before_the_line, turned, plain, temperature)
