"""What a student should notice in a run of the minima page, from its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.minima.settings import WAYS, titled
from core.film import Film

NEAR = 0.97  # of the edge, from which on it counts as reached
SPAN = 500  # updates over which a mean is taken


def late(film: Film, name: str, until: int | None = None) -> float:
    """Mean of a track over the last 500 updates, or over those before the step `until`."""
    end = int(film.steps[-1]) if until is None else until
    steps = np.asarray(film.steps)
    return float(film[name][(steps > end - SPAN) & (steps <= end)].mean())


def arrived(film: Film, name: str) -> int | None:
    """First step at which a curvature is at 97 % of the edge, or None."""
    there = np.flatnonzero(film[f"sharpness_{name}"] >= NEAR * film["edge"])
    return int(film.steps[there[0]]) if len(there) else None


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    settings = experiment.settings
    if experiment.done.startswith("Diverged"):
        film.error(experiment.done)
        return
    if len(film) == 1:
        _start(settings, film)
        return
    for way in settings.ways:
        name = WAYS[way]
        share = film[f"sharpness_{name}"] / film["edge"]
        if share[:-1].max() < NEAR <= share[-1]:
            film.info(
                f"{titled(settings, way)}: the curvature {share[-1] * film['edge'][-1]:.1f} "
                f"has come to the edge 2/η = {film['edge'][-1]:.3g}."
            )
        step = experiment.rested.get(way)
        if step == experiment.steps and film.steps[-2] < step:
            _rests(settings, film, way)


def _rests(settings: Any, film: Film, way: str) -> None:
    """A way has come to the goal: how sharp it is there, and what a shift would cost it."""
    name = WAYS[way]
    film.info(
        f"{titled(settings, way)} rests: training loss {settings.goal:g} after {film.steps[-1]} "
        f"updates, curvature {late(film, f'sharpness_{name}'):.1f} (mean of its last {SPAN} "
        f"updates), test loss {film[f'test_{name}'][-1]:.3f}."
    )
    now = {what: float(film[f"{what}_{name}"][-1]) for what in ("sharpness", "valley")}
    gap = float(film[f"test_{name}"][-1] - film[f"loss_{name}"][-1])
    if np.isfinite(now["valley"]):
        film.info(
            f"{titled(settings, way)}: along the sharpest direction the test valley is "
            f"shifted by δ = {now['valley']:.1g}. As in figure 5 this would cost ½λδ² = "
            f"{0.5 * now['sharpness'] * now['valley'] ** 2:.1g}; the whole gap between test and "
            f"training loss is {gap:.3f}."
        )


def _start(settings: Any, film: Film) -> None:
    """What is known before training."""
    first = film[f"sharpness_{WAYS[settings.ways[0]]}"][0]
    edge = film["edge"][0]
    words = f"The first weights have curvature {first:.1f}; the edge 2/η is {edge:.3g}."
    if first > edge:
        words += " So the first steps must leave this valley, or diverge."
    film.info(words)
    if settings.wrong:
        n = round(settings.samples * settings.wrong / 100)
        film.info(f"{n} of {settings.samples} training labels are wrong.")
