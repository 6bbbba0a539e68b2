"""Parity plots: what is said against what is true, equal on the diagonal."""

from __future__ import annotations

from typing import Any

from core.figures.chart import WIDE, Chart
from core.figures.style import RIVAL


def parity(x: str, y: str, true: Any, room: float, name: str = "", **layout: Any) -> Chart:
    """Axes of one range with the diagonal.

    Args:
        x: Title of the true values.
        y: Title of what is said.
        true: The true values, any shape.
        room: Beyond them at each end, as a share of their range.
        name: Of the diagonal in the legend.
        layout: As `Chart` takes it.
    """
    low, high = float(true.min()), float(true.max())
    limits = (low - room * (high - low), high + room * (high - low))
    p = Chart(x, y, limits, limits, legend=True, **WIDE, **layout)
    p.line(list(limits), list(limits), name=name, color=RIVAL, width=1.5, dash="dash")
    return p
