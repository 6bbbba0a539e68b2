"""What a student should notice in a run of the recurrence page, from its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.film import Film

MILESTONES = (300, 600, 1500, 4000)


def named(member: str) -> str:
    """A member of the race in words: GRU, or GRU by default."""
    return member.replace("_default", " by default")


def right(film: Film) -> dict[str, float]:
    """Member -> share of new sequences answered rightly now, median over seeds."""
    return {
        track.removeprefix("accuracy_"): float(np.median(film[track][-1]))
        for track in film.names
        if track.startswith("accuracy_")
    }


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    settings = experiment.settings
    if experiment.done.startswith("Diverged"):
        film.error(experiment.done)
    if len(film) == 1:
        _way_back(settings, film)
    if film.passed(MILESTONES):
        _race(experiment, film)
    _lengths(experiment, film)


def _way_back(settings: Any, film: Film) -> None:
    """The gradient's way before any training."""
    ends = {n.removeprefix("end_"): float(film[n][-1]) for n in film.names if n.startswith("end_")}
    lag = settings.length - 1
    said = ", ".join(f"{named(name)} {10**end:.1g}" for name, end in ends.items())
    film.info(f"Before training, this is left of a gradient {lag} steps before the last: {said}.")
    if "alone" not in film:
        return
    alone, bound, rate = (float(film[track][-1][-1]) for track in ("alone", "bound", "rate"))
    film.info(
        f"Wₕ of the plain RNN has norm {film['norm'][-1]:.3f} and radius "
        f"{film['radius'][-1]:.3f}. Without σ the gradient at lag {lag} would be {alone:.3g}; "
        f"the bound, norm to the power of the lag, is {bound:.3g}; the rate, radius to that power, "
        f"{rate:.3g}."
    )


def _race(experiment: Any, film: Film) -> None:
    """Who remembers by now."""
    found = right(film)
    said = ", ".join(f"{named(name)} {value:.0%}" for name, value in found.items())
    chance = experiment.problem.chance
    film.info(
        f"At T = {experiment.settings.length}, right on new sequences: {said}; "
        f"by chance {chance:.0%}."
    )
    _clock(experiment, film)
    for name, value in found.items():
        twin = found.get(f"{name}_default", value)
        if abs(value - twin) > 0.3:
            film.info(
                f"The same {name}, the same sequences, other first weights: {value:.0%} right as "
                f"set, {twin:.0%} from PyTorch's default."
            )


def _clock(experiment: Any, film: Film) -> None:
    """Who knows the answer at step T, and not one step before or after."""
    T = experiment.settings.length
    for track in film.names:
        if not track.startswith("by_lag_"):
            continue
        before, at, after = (float(v) for v in film[track][-1][T - 2 : T + 1])
        if at > 0.6 and max(before, after) < 0.5 * at:
            film.info(
                f"Asked after T steps {named(track.removeprefix('by_lag_'))} is right on {at:.0%}, "
                f"one step earlier on {before:.0%}, one later on {after:.0%}: its state turns on "
                "with every step, and the readout knows it at step T only."
            )


def _lengths(experiment: Any, film: Film) -> None:
    """Gradients that explode or vanish while it trains."""
    for track in film.names:
        if not track.startswith("length_") or len(film) < 2:
            continue
        name, size = track.removeprefix("length_"), float(film[track][-1])
        if size > 100:
            cut = f"clipped to {experiment.clip:g}" if experiment.clip else "not clipped"
            film.warning(f"Exploding: the gradient of {named(name)} had a norm above 100, {cut}.")
