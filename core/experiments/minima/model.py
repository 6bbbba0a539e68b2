"""Figure 5 as a model: a sharp valley and a flat one, and a test loss that is shifted."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
MOST = 0.6  # largest shift
DEPTH = 0.9
AXIS = np.linspace(-2.4, 3.2, 225)


class Valley(NamedTuple):
    """Where its bottom is, and how wide it is."""

    at: float
    width: float

    @property
    def curvature(self) -> float:
        """Second derivative of the loss at the bottom: DEPTH / width^2."""
        return DEPTH / self.width**2


SHARP, FLAT = Valley(-1.2, 0.2), Valley(1.2, 0.8)


def training_loss(theta: Any) -> Any:
    """1 where nothing is learned, less two bells, equally deep."""
    bells = (np.exp(-((theta - v.at) ** 2) / (2 * v.width**2)) for v in (SHARP, FLAT))
    return 1 - DEPTH * sum(bells)


def test_loss(theta: Any, shift: float) -> Any:
    """The training loss, shifted to the right: all that this model says of new data."""
    return training_loss(theta - shift)


def tracks(shift: float) -> dict[str, Any]:
    """Tracks of the model.

    model_test  float32 (225,): the test loss on `AXIS`
    model_bars  float32 (5,): training and test loss at the sharp bottom, a gap, and at the flat one
    model_gaps  float32 (4,): test less training loss at both bottoms; then half the curvature
                times the shift squared, which they are for small shifts
    shift       float32 (2,): the shift, and where its handle stands
    """
    bottoms = np.array([SHARP.at, FLAT.at])
    train, test = training_loss(bottoms), test_loss(bottoms, shift)
    half = [0.5 * v.curvature * shift**2 for v in (SHARP, FLAT)]  # 1/2 lambda delta^2
    found = {
        "model_test": test_loss(AXIS, shift),
        "model_bars": [train[0], test[0], np.nan, train[1], test[1]],
        "model_gaps": [*(test - train), *half],
        "shift": [shift, HANDLE],
    }
    return {name: np.asarray(values, np.float32) for name, values in found.items()}


HANDLE = 0.12  # height of the handle
