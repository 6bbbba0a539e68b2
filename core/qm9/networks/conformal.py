"""Intervals that keep their promise: split conformal prediction, cell by cell.

On molecules that training never saw, the 90 % quantile of the error is a half-width that covers
nine of ten new ones, whatever the model. Errors count in units of a scale: how far the members of
an ensemble lie apart, plus how far they usually do (locally weighted conformal prediction, Lei et
al. 2018). Each cell of charge, size and rings has a quantile of its own (Mondrian conformal
prediction, Vovk 2012). A, B and C run over decades: their intervals are factors, not differences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.qm9.data.graphs import Graphs
from core.qm9.data.targets import KEYS

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
LEVEL = 0.9
FEW = 100  # below so many molecules a quantile is taken one sampling error higher
LARGEST = 9  # heavy atoms that QM9 holds
NO_LENGTH = 1000.0  # GHz; QM9 writes 0 or more than this for A of a linear molecule: it is infinite
ROTATION = slice(KEYS.index("a"), KEYS.index("c") + 1)
NEVER_NEGATIVE = ("mu", "alpha", "r2", "zpve", "cv", "a", "b", "c")

SIZES = ("size 1-3", "size 4", "size 5", "size 6", "size 7", "size 8", "size 9")
RINGS = ("rings 0", "rings 1", "rings 2", "rings 3", "rings 4", "rings 5+")
CHARGES = ("charged", "neutral")
OUTSIDE = "outside"
# What each cell is a part of. Molecules of 8 atoms have cells for 0, 1, 2, 3+ rings, of 9 for all.
CELLS = ("charged", *SIZES[:5], *(["size 8"] * 4), *(["size 9"] * 6))
EIGHT, NINE = 6, 10  # where the cells of 8 and of 9 atoms begin
TINY = range(1, 5)  # cells of up to 6 atoms: too few for validation alone
SMALL = range(1, 6)  # of up to 7: they tell how much more unseen molecules err


def _counts(graphs: Graphs) -> tuple[Codes, Codes, Codes, NDArray[np.bool_]]:
    """Heavy atoms, rings, net charge and whether there are formal charges, each (M,)."""

    def on_cpu(value: Tensor) -> Codes:
        return np.asarray(value.cpu().numpy(), np.int64)

    size, rings = on_cpu(graphs.mask.sum(1)), on_cpu(graphs.ring_counts.long().sum(1))
    charged = on_cpu((graphs.charge != 0).any(1)) > 0
    return size, rings, on_cpu(graphs.charge.long().sum(1)), charged


def cell_of(graphs: Graphs) -> Codes:
    """Index into CELLS of each molecule, (M,); -1 where QM9 holds none to calibrate on."""
    size, rings, net, charged = _counts(graphs)
    large = [EIGHT + np.minimum(rings, 3), NINE + np.minimum(rings, 5)]
    cell = np.select([charged, size == 8, size >= LARGEST], [0, *large], np.maximum(size, 3) - 2)
    return np.where((size > LARGEST) | (net != 0), -1, cell)


def groups_of(graphs: Graphs) -> dict[str, NDArray[np.bool_]]:
    """Name -> which molecules belong to it, (M,): the groups by size, charge and rings."""
    size, rings, _, charged = _counts(graphs)
    by_size, by_rings = np.maximum(size, 3) - 3, np.minimum(rings, 5)
    found = {name: by_size == i for i, name in enumerate(SIZES)}
    found |= {"charged": charged, "neutral": ~charged}
    return found | {name: by_rings == i for i, name in enumerate(RINGS)}


def linear(graphs: Graphs) -> NDArray[np.bool_]:
    """Whether all atoms lie on one line, (M,): each is sp, or an end with one neighbor at most."""
    neighbors = (graphs.bonds > 0).sum(2) + graphs.atoms[..., 10]
    fits = (graphs.atoms[..., 6] > 0) | (neighbors <= 1) | ~graphs.mask
    return np.asarray(fits.all(1).cpu().numpy(), bool)


def possible(values: Array) -> Array:
    """Targets with those at 0 that a network put below 0 although they can't be, (..., 19)."""
    lowest = [0.0 if key in NEVER_NEGATIVE else -np.inf for key in KEYS]
    return np.maximum(values, lowest)


def straight(y: Array) -> Array:
    """Targets as errors are measured, (..., 19): logarithms of A, B, C; NaN where infinite."""
    out = np.array(y, np.float64)
    part = out[..., ROTATION]
    known = (part > 0) & (part < NO_LENGTH)
    out[..., ROTATION] = np.log(np.where(known, part, np.nan))
    return out


def spread(members: Array) -> Array:
    """How far the members of an ensemble lie apart, from (K, M, 19) to (M, 19); 0 for one."""
    return np.asarray(straight(members).std(0))


@dataclass(frozen=True)
class Calibration:
    """Half-widths of intervals: (spread + floor) times the factor of the molecule's cell.

    Shapes:
        floor: (19,), the usual spread; 1 where there is none
        factor: (C, 19), infinite where a cell has too few molecules
    """

    floor: Array
    factor: Array

    def ends(self, values: Array, members: Array, graphs: Graphs) -> tuple[Array, Array]:
        """Ends of the intervals in the units of the targets; NaN where there is none.

        Shapes:
            values: (M, 19), members: (K, M, 19), graphs: M molecules; returns: (M, 19) twice
        """
        cell = cell_of(graphs)
        factor = np.where(cell[:, None] >= 0, self.factor[cell], np.inf)
        factor[linear(graphs), ROTATION.start] = np.inf
        half = factor * (spread(members) + self.floor)
        half[~np.isfinite(half)] = np.nan
        low, high = straight(values) - half, straight(values) + half
        for end in (low, high):
            end[:, ROTATION] = np.exp(end[:, ROTATION])
        return possible(low), possible(high)


def usual(apart: Array) -> Array:
    """The floor from spreads on calibration molecules: their median, (M, 19) to (19,)."""
    middle = np.nan_to_num(np.nanmedian(apart, 0))
    return np.where(middle > 0, middle, 1.0)


def calibrate(scores: Array, cell: Codes, level: float = LEVEL) -> Array:
    """Factors for each cell and target.

    Args:
        scores: Absolute errors over the scale on the calibration molecules; NaN is left out.
        cell: Cell of each.
        level: Share to be covered.

    Shapes:
        scores: (M, T); cell: (M,); returns: (C, T), infinite where a cell is too small
    """
    columns = [[_rank(part, level) for part in scores[cell == c].T] for c in range(len(CELLS))]
    return np.array(columns)


def _rank(scores: Array, level: float) -> float:
    """The conformal quantile; of few molecules one sampling error higher, but at most the last."""
    known = np.sort(scores[~np.isnan(scores)])
    more = sampling_error(len(known), level) if len(known) < FEW else 0.0
    if math.ceil((len(known) + 1) * level) > len(known):
        return np.inf
    return float(known[min(math.ceil((len(known) + 1) * (level + more)), len(known)) - 1])


def sampling_error(molecules: int, level: float = LEVEL) -> float:
    """Standard error of a measured coverage: how far from `level` chance alone may bring it."""
    return math.sqrt(level * (1 - level) / max(molecules, 1))
