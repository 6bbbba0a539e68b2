"""Guided experiments of the minima page: questions, and answers computed from the run."""

from __future__ import annotations

from typing import Any

from core.experiment import Task
from core.experiments.minima.notes import late
from core.film import Film

FIVE, TEN, TWENTY, MORE = "near 5", "near 10", "near 20", "it grows on"


def half_the_edge(film: Film, experiment: Any) -> tuple[str, str]:
    """Where the full batch stays at twice the rate."""
    found, edge = late(film, "sharpness_full"), float(film["edge"][-1])
    places = {FIVE: 5.0, TEN: 10.0, TWENTY: 20.0}
    near = [name for name, value in places.items() if abs(found / value - 1) < 0.15]
    return (near or [MORE])[0], (
        f"The mean of its last 500 updates is {found:.2f}, the edge 2/η is {edge:.3g}. A steeper "
        "valley throws such steps out: each one overshoots the bottom by more than it was away."
    )


TASKS = (
    Task(
        "At learning rate 0.1 the curvature under the full batch stays near 20. Take 0.2. **Where "
        "does it stay now?**",
        (FIVE, TEN, TWENTY, MORE),
        {"learning_rate": 0.2, "ways": ("full batch",), "goal": 0.05},
        1500,
        half_the_edge,
    ),
)
