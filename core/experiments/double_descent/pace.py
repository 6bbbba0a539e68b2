"""How far apart the frames of a long training lie."""

from __future__ import annotations

PACE = ((50, 1), (250, 5), (1000, 20))  # before this update, so many updates a frame
LATER = 100


def spacing(step: int) -> int:
    """Updates between two frames: the beginning, where most happens, is seen update by update."""
    return next((every for before, every in PACE if step < before), LATER)
