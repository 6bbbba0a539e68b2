"""Guided experiments of the optimizers page: questions, and answers computed from the race."""

from __future__ import annotations

from typing import Any

from core.experiment import Task
from core.film import Film

REST, CIRCLE, AWAY = "comes to rest", "goes on at the same height", "flies away"
YES, NO = "yes", "no"


def past_the_line(film: Film, run: Any) -> tuple[str, str]:
    """GD just past 2/L."""
    k = run.names.index("GD")
    height = film["heights"][:, k]
    option = AWAY if height[-1] > height[0] else REST if height[-1] < 1e-3 * height[0] else CIRCLE
    ahead, left = run.names.index("momentum"), 1 - 20 * run.settings.learning_rate
    return option, (
        f"With η = {run.settings.learning_rate:g} past 2/L = 0.1 every step of GD multiplies its "
        f"error along the steepest direction by 1 − ηL = {left:.2f}; "
        f"its height went from {height[0]:.2g} to {height[-1]:.2g}. Momentum, whose limit is "
        f"2(1+β)/L = 0.19, ended at {film['heights'][-1, ahead]:.2g}."
    )


TASKS = (
    Task(
        "The largest curvature is L = 20, so 2/L = 0.1. **What does gradient descent do at "
        "η = 0.12?**",
        (REST, CIRCLE, AWAY),
        {"learning_rate": 0.12, "optimizers": ("GD", "momentum")},
        100,
        past_the_line,
    ),
)
