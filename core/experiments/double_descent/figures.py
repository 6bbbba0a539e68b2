"""Panels of the double-descent page, study by study."""

from __future__ import annotations

from typing import Any

from core.experiments.double_descent import figures_sweep, figures_updates, figures_widths
from core.experiments.double_descent.settings import MLP, SCALES, SET, START, WIDTH
from core.stage import Panel

FIGURES: dict[str, Any] = {
    WIDTH: figures_sweep,
    SET: figures_sweep,
    MLP: figures_widths,
    SCALES: figures_updates.Scales,
    START: figures_updates.Start,
}
SLOW, QUICK = 0.25, 0.5  # pace of a film of 50 frames, and of longer ones


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    shown: list[Panel] = FIGURES[settings.grows].panels(settings)
    return shown


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers in a row."""
    shown: list[dict[str, Any]] = FIGURES[settings.grows].readouts(settings)
    return shown


def speed(settings: Any) -> float:
    """Pace at which the film plays at first."""
    return SLOW if settings.grows in (WIDTH, SET) else QUICK
