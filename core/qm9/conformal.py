"""Intervals that keep their promise: split conformal prediction, group by group.

On molecules that training never saw, the 90 % quantile of the error is a half-width that covers
nine of ten new ones, whatever the model. One width for all would be too small for zwitterions (30
to 58 % covered), so each group gets its own. Source: Vovk 2012 (Mondrian conformal prediction).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.qm9.graphs import Graphs
from core.qm9.targets import KEYS

Array = NDArray[np.float64]
GROUPS = ("charged", "nine", "fewer")
GROUP_WORDS = {
    "charged": "formal charges",
    "nine": "9 heavy atoms or more",
    "fewer": "8 heavy atoms or fewer",
}
LEVEL = 0.9


def group_of(graphs: Graphs) -> NDArray[np.int64]:
    """Index into GROUPS of each molecule, (M,)."""
    charged = (graphs.charge != 0).any(1)
    large = graphs.mask.sum(1) >= 9
    code = (~large).long() + 1
    code[charged] = 0
    return np.asarray(code.cpu().numpy(), np.int64)


def calibrate(errors: Array, group: NDArray[np.int64], level: float = LEVEL) -> Array:
    """Half-widths for each group and target.

    Args:
        errors: Absolute errors on the calibration molecules.
        group: Group of each.
        level: Share to be covered.

    Shapes:
        errors: (M, T); group: (M,); returns: (G, T), infinite where a group is too small
    """
    width = np.full((len(GROUPS), errors.shape[1]), np.inf)
    for g in range(len(GROUPS)):
        part = np.sort(errors[group == g], 0)
        rank = math.ceil((len(part) + 1) * level)
        if 0 < rank <= len(part):
            width[g] = part[rank - 1]
    return width


def coverage(errors: Array, group: NDArray[np.int64], width: Array) -> dict[str, dict[str, float]]:
    """Measured share of molecules inside their interval: all, and by group, for each target."""
    inside = errors <= width[group]
    found = {"all": dict(zip(KEYS, inside.mean(0).tolist(), strict=True))}
    for g, name in enumerate(GROUPS):
        if (group == g).any():
            found[name] = dict(zip(KEYS, inside[group == g].mean(0).tolist(), strict=True))
    return found


def sampling_error(molecules: int, level: float = LEVEL) -> float:
    """Standard error of a measured coverage: how far from `level` chance alone may bring it."""
    return math.sqrt(level * (1 - level) / max(molecules, 1))
