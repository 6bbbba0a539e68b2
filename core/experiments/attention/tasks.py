"""Guided experiments of the attention page: questions, and answers computed from the run."""

from __future__ import annotations

from typing import Any

from core.experiment import Task
from core.experiments.attention.notes import SOLVED
from core.experiments.attention.problems import FIXED, PERIOD
from core.film import Film

YES, NO = "yes", "no"


def one_layer(film: Film, experiment: Any) -> tuple[str, str]:
    """Whether one layer has learned it."""
    right = float(film["accuracy"][-1])
    return (YES if right >= SOLVED else NO), (
        f"After {experiment.steps} updates the one layer is right on {right:.0%} of what is asked."
    )


TASKS = (
    Task(
        "Sequences in which the same 12 letters come twice. **Does one layer learn to say what "
        "comes next?**",
        (YES, NO),
        {"target": FIXED, "layers": 1},
        150,
        one_layer,
    ),
    Task(
        "The same, but how many letters there are differs from sequence to sequence. **Does one "
        "layer learn it now?**",
        (YES, NO),
        {"target": PERIOD, "layers": 1},
        150,
        one_layer,
    ),
)
