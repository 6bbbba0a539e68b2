"""Strange samples: how well the reconstruction error tells them from those like the trained."""

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


def histogram(scores: Numbers, top: float) -> NDArray[np.float32]:
    """Percent of the samples in each of 28 bins from 0 to `top`, those beyond in the last one."""
    counts = np.histogram(np.clip(np.nan_to_num(scores, nan=top), 0, top), BINS, (0, top))[0]
    return (100 * counts / len(scores)).astype(np.float32)


def judged(normal: Numbers, odd: Numbers, threshold: float | None, top: float) -> dict[str, Any]:
    """Tracks of a frame; without a threshold by hand it is the one with 5 % false alarms."""
    at = float(np.quantile(normal, 1 - ALARMS)) if threshold is None else threshold
    alarms, caught = float(shares(normal, at)[0]), float(shares(odd, at)[0])
    return {
        "normal_errors": histogram(normal, top),
        "odd_errors": histogram(odd, top),
        "roc": roc(normal, odd).astype(np.float32),
        "threshold": np.array([min(at, top), 0], np.float32),
        "here": np.array([[alarms, caught]], np.float32),
        "auc": auc(normal, odd),
        "alarms": alarms,
        "caught": caught,
    }
