"""Guided experiments of the double-descent page, answered from the student's run."""

from __future__ import annotations

from typing import Any

from core.experiment import Task
from core.film import Film

HALF, EQUAL, TWICE = "near 30", "near 60", "near 120"


def where(film: Film, experiment: Any) -> tuple[str, str]:
    """Where the peak is with 60 samples."""
    at, n = float(film["peak_at"][-1]), experiment.settings.n
    option = HALF if at < 0.75 * n else EQUAL if at < 1.5 * n else TWICE
    return option, (
        f"The median test error has its peak, {film['peak'][-1]:.3g}, at width {at:.0f}: there are "
        f"just as many coefficients as samples, {n}. One combination of features fits them all, "
        "whatever it costs elsewhere."
    )


TASKS = (
    Task(
        "60 samples instead of 40. **Where will the test error have its peak?**",
        (HALF, EQUAL, TWICE),
        {"n": 60},
        100,
        where,
    ),
)
