"""What a student should notice in a run of the approximation page, from its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.approximation.functions import JUMPS
from core.experiments.approximation.pieces import by_hand, most_pieces, sum_of_relus
from core.experiments.approximation.settings import target
from core.film import Film
from core.words import counted

MILESTONES = (200, 1000, 5000, 20_000)
CLOSE = 0.02  # largest error that the eye takes for a perfect fit


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    frame = {name: film[name][-1] for name in film.scalars}
    settings = experiment.settings
    if len(film) == 1:
        _expectations(settings, film)
        _neurons(settings, film, frame, "At the start")
    if film.passed(MILESTONES):
        _where(experiment, film, frame)
        _neurons(settings, film, frame, f"After {counted(experiment.steps, 'update')}")
    if frame["max_error"] < CLOSE and experiment.steps:
        film.info(f"The largest error is below {CLOSE:g}: the eye sees no difference.")
    if settings.noise > 0 and frame["loss"] < 0.8 * (settings.noise / 100) ** 2:
        film.warning(
            "The training loss fell below the noise: from here on the fit bends after the noise, "
            "and the loss against the function itself no longer falls."
        )


def _expectations(settings: Any, film: Film) -> None:
    """What is known before training."""
    if settings.activation == "linear":
        film.info("All activations are linear, so every layer together is one straight line (2.4).")
    if settings.target in JUMPS:
        half = JUMPS[settings.target] / 2
        film.info(
            f"This function jumps, and the theorem speaks of continuous ones: any continuous fit "
            f"is off by at least {half:g} right beside the largest jump."
        )
    if settings.activation == "ReLU" and len(settings.hidden) == 1:
        n = settings.hidden[0]
        largest, rmse = hand_error(settings, n)
        film.info(
            f"Written by hand, {n} ReLUs with evenly spaced kinks "
            + (
                "are exactly this function. "
                if largest < 1e-9
                else f"come within {largest:.2g} of it (root mean square {rmse:.2g}). "
            )
            + "Can training do as well?"
        )


def hand_error(settings: Any, n: int) -> tuple[float, float]:
    """Largest and root mean square error of the network of n ReLUs that is written by hand."""
    f = target(settings)
    x = np.linspace(-1, 1, 2001)
    gap = np.abs(f(x) - sum_of_relus(x, *by_hand(f, n)))
    return float(gap.max()), float(np.sqrt((gap**2).mean()))


def _where(experiment: Any, film: Film, frame: dict[str, Any]) -> None:
    gap = film["gap"][-1]
    if not np.isfinite(gap).all():
        return
    at = experiment.pictures.x[int(gap.argmax())]
    text = (
        f"After {counted(experiment.steps, 'update')} the largest error is "
        f"{gap.max():.2g}, at x = {at:.2f}"
    )
    others = film["max_error_seeds"][-1]
    if len(others) > 1:
        text += f"; over {len(others)} seeds it is {others.min():.2g} to {others.max():.2g}"
    film.info(text + ".")


def _neurons(settings: Any, film: Film, frame: dict[str, Any], when: str) -> None:
    """Pieces against their bound, and neurons that never bend on the interval."""
    if "off" not in frame or not np.isfinite(frame["off"]) or settings.activation == "linear":
        return
    off, on, total = int(frame["off"]), int(frame["on"]), sum(settings.hidden)
    pieces, most = int(frame["linear_pieces"]), most_pieces(settings.hidden)
    film.info(f"{when} the fit has {counted(pieces, 'straight piece')}, of at most {most:,}.")
    if settings.activation == "ReLU" and off:
        film.warning(
            f"{when} {off} of {total} ReLUs are dead: 0 on the whole interval, so no gradient "
            "reaches them" + (f"; {on} more never bend there." if on else ".")
        )
    elif on:
        film.info(f"{when} {on} of {total} neurons never bend on the interval.")
