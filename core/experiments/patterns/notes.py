"""What a student should notice in a run of the patterns page, from its numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.patterns.settings import NAMES
from core.film import Film

MILESTONES = (200, 500)
GOOD, POOR = 0.02, 0.2


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    if experiment.done.startswith("Diverged"):
        film.error(experiment.done)
    if film.passed(MILESTONES):
        film.info(said(film))


def said(film: Film) -> str:
    """Who has learned it, and who has not."""
    test = dict(zip(NAMES, film["test"][-1].tolist(), strict=True))
    good = [f"{NAMES[name]} {value:.3f}" for name, value in test.items() if value < GOOD]
    poor = [f"{NAMES[name]} {value:.2f}" for name, value in test.items() if value > POOR]
    parts = [f"learned by {', '.join(good)}" if good else "learned by nobody yet"]
    if poor:
        parts.append(f"not by {', '.join(poor)}")
    return f"Error on new rows (1: no better than a constant): {'; '.join(parts)}."
