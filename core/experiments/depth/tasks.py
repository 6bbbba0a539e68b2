"""Guided experiments of the depth page: questions, and answers computed from the run."""

from __future__ import annotations

from typing import Any

from core.experiment import Task
from core.experiments.depth.notes import power, right
from core.film import Film

YES, LESS, NO = "just as well", "clearly worse", "not at all"


def he_keeps_it(film: Film, experiment: Any) -> tuple[str, str]:
    """He's first weights keep the gradient; that is not enough."""
    found = right(film)
    plain, normed = found["plain"], found["pre-norm"]
    first, last = (float(v) for v in film["ends_plain"][0])
    alike = float(film["alike_plain"][0][-1])
    came = NO if plain < 0.15 else YES if plain > normed - 0.1 else LESS
    return came, (
        f"At the start the gradient had norm {power(first)} at layer 1 and {power(last)} at the "
        f"last one: nothing vanishes. Yet after {experiment.steps} updates plain names "
        f"{plain:.0%} of held-out digits rightly, pre-norm {normed:.0%}. What is lost is the "
        f"difference between inputs: at layer {experiment.settings.depth} the cosine of two "
        f"different digits was {alike:.3f}."
    )


TASKS = (
    Task(
        "He's first weights keep the gradient of a plain network of 50 layers about as large at "
        "layer 1 as at layer 50. **How well does it learn beside pre-norm, equation (3.1)?**",
        (YES, LESS, NO),
        {"initialization": "He", "networks": ("plain", "pre-norm")},
        150,
        he_keeps_it,
    ),
)
