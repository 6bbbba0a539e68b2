"""What a student should notice in a run of the perceptron page, computed from the run."""

from __future__ import annotations

import math
from typing import Any

from core.experiments.perceptron.settings import data, first_weights
from core.experiments.perceptron.theory import meeting_point, mistake_bound, separate
from core.film import Film
from core.words import counted


def look(run: Any, film: Film) -> None:
    """Add sentences to the film."""
    if run.settings.hidden:
        _network(film)
        return
    if len(film) == 1:
        film.info(promise(run.settings), 0)
    if run.cycle is not None:
        first, period, wrong = run.cycle
        film.warning(
            f"The weights are exactly those after visit {first}, at the same place in the order: "
            f"from here everything repeats, a cycle of {period} visits with {wrong} mistakes in "
            "each round.",
            first + period,
        )


def promise(settings: Any) -> str:
    """What can be said before the first visit."""
    X, t = data(settings)
    found, first = separate(X, t), first_weights(settings)
    bound = mistake_bound(found, first, settings.learning_rate)
    if math.isinf(bound):
        x1, x2 = meeting_point(X, t, found)  # type: ignore[misc]
        return (
            f"No line separates these points: ({x1:.3g}, {x2:.3g}), the diamond in the map, is a "
            "mix of the points of class 1 and also a mix of those of class 0, and cannot lie on "
            "both sides of a line. So no pass will ever be without a mistake."
        )
    rule = "(R/γ)² = " if settings.start == "zero" else "from these first weights "
    return (
        f"A line separates these points with margin γ = {found.gamma:.3g}, and R = {found.R:.3g}: "
        f"whatever the order of visits, there are at most "
        f"{rule}{counted(math.floor(bound), 'mistake')}."
    )


def _network(film: Film) -> None:
    margin = film["hidden_margin"][-1]
    if margin > 0 and not any("hidden layer has placed" in note.text for note in film.notes):
        film.info(
            "The hidden layer has placed the points so that a line separates them "
            f"(γ = {margin:.2g}): from here a perceptron could finish the job."
        )
