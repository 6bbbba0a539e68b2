"""Guided experiments of the recurrence page: questions, and answers computed from the run."""

from __future__ import annotations

from typing import Any

from core.experiments.recurrence.notes import right
from core.film import Film
from core.task import task

GATES, PLAIN, NEITHER, BOTH = "the GRU", "the plain RNN", "neither", "both"


def _who(plain: float, gated: float) -> str:
    """Which of two remembers; it does from a share of one half on."""
    return {(True, True): BOTH, (True, False): PLAIN, (False, True): GATES}.get(
        (plain >= 0.5, gated >= 0.5), NEITHER
    )


@task(
    "At T = 30: a plain RNN whose Wₕ begins orthogonal, and a GRU with PyTorch's default "
    "first weights. **Which of them learns to say the first letter in 250 updates?**",
    (PLAIN, GATES, BOTH, NEITHER),
    {"cells": ("RNN", "GRU"), "length": 30},
    250,
)
def plain_or_gated(film: Film, experiment: Any) -> tuple[str, str]:
    """An orthogonal plain cell against a GRU with PyTorch's first weights."""
    found = right(film)
    plain, gated = found["RNN"], found["GRU_default"]
    return _who(plain, gated), (
        f"At T = {experiment.settings.length} after {experiment.steps} updates the plain RNN with "
        f"an orthogonal Wₕ is right on {plain:.0%} of new sequences, the GRU with default first "
        f"weights on {gated:.0%}, its twin with chrono gates on {found['GRU']:.0%}. Gates can "
        "keep the past; whether they do so at first is a matter of their bias."
    )


SAME, LESS, MORE = "it stays as it is", "it gets smaller", "it grows"


@task(
    "Wₕ is Gaussian, scaled to spectral radius 0.9; its norm is above 1. **What happens to a "
    "gradient that Wₕ alone carries 39 steps back?**",
    (MORE, SAME, LESS),
    {"recurrent": "Gaussian, radius", "scale": 0.9, "cells": ("RNN",), "beside": False},
    20,
)
def gaussian(film: Film, experiment: Any) -> tuple[str, str]:
    """A norm above 1 bounds the gradient from above; it need not explode."""
    alone, bound = float(film["alone"][0][-1]), float(film["bound"][0][-1])
    came = LESS if alone < 0.5 else MORE if alone > 2 else SAME
    return came, (
        f"Norm {film['norm'][0]:.2f}, radius {film['radius'][0]:.2f}. At the last lag Wₕ alone "
        f"leaves {alone:.2g} of the gradient, while the norm to the power of the "
        f"lag is {bound:.2g}: a norm below 1 forces a gradient to vanish, a norm above 1 does not "
        "force it to explode. In the long run the radius decides."
    )


@task(
    "Wₕ is 1.5 times an orthogonal matrix, so each step back multiplies the gradient by 1.5. "
    "**With tanh behind it, what is the gradient after 39 steps back?**",
    (MORE, SAME, LESS),
    {"scale": 1.5, "cells": ("RNN",), "beside": False},
    20,
)
def saturated(film: Film, experiment: Any) -> tuple[str, str]:
    """W_h expands, tanh' contracts."""
    alone, real = float(film["alone"][0][-1]), float(film["gradient_RNN"][0][-1])
    came = LESS if real < 0.5 else MORE if real > 2 else SAME
    return came, (
        f"Wₕ alone would multiply the gradient by {alone:.3g}; with tanh it is {real:.3g} at the "
        "last lag. Each factor also holds σ′(z), which is far below 1 where tanh is saturated, and "
        "a large Wₕ saturates it."
    )


SHORT, LONG = "nearly as often as after 20", "hardly more often than by chance"
BETWEEN = "between the two"


@task(
    "Trained to say the first letter after 20 steps. **How often is the plain RNN right when "
    "it is asked later, after 21 to 40?**",
    (SHORT, BETWEEN, LONG),
    {"length": 20, "cells": ("RNN", "GRU"), "beside": False},
    200,
)
def twice_as_long(film: Film, experiment: Any) -> tuple[str, str]:
    """The plain RNN asked up to twice the length trained on: the mean, as it may come back."""
    T, chance = experiment.settings.length, experiment.problem.chance
    curves = [film[f"by_lag_{cell}"][-1].astype(float) for cell in ("RNN", "GRU")]
    (at, far), (gated, late) = ((curve[T - 1], curve[T:].mean()) for curve in curves)
    came = SHORT if far > 0.8 * at else LONG if far < chance + 0.15 else BETWEEN
    return came, (
        f"The plain RNN is right on {at:.0%} of new sequences after {T} steps and on {far:.0%} on "
        f"average after {T + 1} to {2 * T}; chance is {chance:.0%}. The GRU with chrono gates: "
        f"{gated:.0%} and {late:.0%}. They were asked after {T} steps only; a state that turns "
        "with every step is read rightly at one step, one that is kept can be read later too."
    )


TASKS = (plain_or_gated, gaussian, saturated, twice_as_long)
