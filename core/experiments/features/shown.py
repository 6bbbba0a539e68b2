"""The picture on the stage: a held-out galaxy or digit, or a drawn digit, anywhere in the frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.strokes import PEN, inked, strokes_of
from core.experiments.features.data import EDGES, REACH, Images, Things, framed, shuffled

Numbers = NDArray[np.float64]
LAPS = (150, 97)  # updates of one swing to the right and back, and of one down and back


def drawn(rows: Any) -> tuple[Numbers, tuple[float, float]]:
    """A drawn digit as those that are learned from: as large as 8 x 8 pixels hold it.

    Shapes: rows (number of the stroke, x, y) in pixels of the frame -> (8, 8), and where the middle
    of the drawing is, off the middle of the frame
    """
    strokes = strokes_of(rows)
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    middle, wide = (low + high) / 2, max(float((high - low).max()), 1e-6)
    ink = inked([(stroke - middle) * min((8 - 2 * PEN) / wide, 2.0) + 4 for stroke in strokes], 8)
    off = middle - EDGES["digits"] / 2
    return ink, (float(off[0]), float(off[1]))


class Shown:
    """What stands on the stage, and where."""

    def __init__(self, settings: Any, things: Things) -> None:
        """The image of the settings, which wanders until somebody drags it."""
        self.settings, self.things, self.data = settings, things, settings.data
        self.index = settings.shown
        self.place: tuple[float, float] | None = None  # off the middle, once it was dragged
        self.ink: Numbers | None = None
        self.draw(settings.strokes)

    def draw(self, rows: Any) -> None:
        """Show a drawn digit where it was drawn; without strokes the image again."""
        self.ink = None
        if rows and self.data == "digits":
            self.ink, self.place = drawn(rows)

    def choose(self, index: int) -> None:
        """Show another image, in the same place."""
        self.index, self.ink = index, None

    def drag(self, x: float, y: float) -> None:
        """Put its middle at x, y of the frame."""
        middle = EDGES[self.data] / 2
        self.place = (x - middle, y - middle)

    def offset(self, step: int) -> tuple[float, float]:
        """How far it stands off the middle now: x, y in pixels."""
        reach = REACH[self.data]
        x, y = self.place or (reach * np.sin(2 * np.pi * step / lap) for lap in LAPS)
        x, y = (float(np.clip(v, -reach, reach)) for v in (x, y))
        return (round(x), round(y)) if self.data == "digits" else (x, y)

    def image(self, step: int) -> Images:
        """Shapes: (N, N)."""
        x, y = self.offset(step)
        if self.ink is not None:
            found = framed(self.ink[None], x, y).astype(np.float32)
        else:
            found = self.things.at(x, y, [self.index])
        return shuffled(self.settings, found)[0]

    @property
    def label(self) -> int:
        """Its class; -1 if it was drawn, since nobody said what it is."""
        return -1 if self.ink is not None else int(self.things.label[self.index])
