"""Strange samples: how well the reconstruction error tells them from those like the trained.

Scores are any growing function of the error, here its logarithm.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
BINS, POINTS = 28, 51
ALARMS = 0.05  # share of false alarms at the first threshold


def auc(normal: Numbers, odd: Numbers) -> float:
    """Chance that a strange sample has the larger error: the area under the ROC curve.

    Equation: (pairs with odd > normal + half of those that are equal) / all pairs
    Shapes: (n,), (m,)
    """
    ranked = np.sort(normal)
    below, upto = (np.searchsorted(ranked, odd, side) for side in ("left", "right"))
    return float((below + upto).mean() / 2 / len(normal))


def roc(normal: Numbers, odd: Numbers) -> Numbers:
    """False alarms against what is caught, for thresholds from high to low.

    Shapes: (n,), (m,) -> (51, 2)
    """
    thresholds = np.quantile(normal, np.linspace(1, 0, POINTS))
    thresholds[0], thresholds[-1] = np.inf, -np.inf
    return np.stack([shares(normal, thresholds), shares(odd, thresholds)], 1)


def shares(scores: Numbers, thresholds: Any) -> Numbers:
    """Share of the scores above each threshold. Shapes: (n,), (k,) -> (k,)."""
    return (scores[:, None] > np.atleast_1d(thresholds)).mean(0)


def histogram(scores: Numbers, ends: tuple[float, float]) -> NDArray[np.float32]:
    """Percent of the samples in each of 28 bins between these ends, those beyond at the ends."""
    counts = np.histogram(np.clip(scores, *ends), BINS, ends)[0]
    return (100 * counts / len(scores)).astype(np.float32)


def judged(
    normal: Numbers, odd: Numbers, threshold: float | None, ends: tuple[float, float]
) -> dict[str, Any]:
    """Tracks of a frame; without a threshold by hand it is the one with 5 % false alarms.

    Shapes: scores (n,) and (m,), and the ends of their histogram
    """
    at = float(np.quantile(normal, 1 - ALARMS)) if threshold is None else threshold
    alarms, caught = float(shares(normal, at)[0]), float(shares(odd, at)[0])
    return {
        "normal_errors": histogram(normal, ends),
        "odd_errors": histogram(odd, ends),
        "roc": roc(normal, odd).astype(np.float32),
        "threshold": np.array([np.clip(at, *ends), 0], np.float32),
        "here": np.array([[alarms, caught]], np.float32),
        "auc": auc(normal, odd),
        "alarms": alarms,
        "caught": caught,
    }
