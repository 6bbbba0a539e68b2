"""New sets of every size, on which the deep-sets page tests, and what no bag model can explain."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.settings import (
    Lists,
    drawn_sets,
    limits,
    of_molecules,
    property_of,
    training_rows,
)

PER_SIZE, MOLECULES_PER_SIZE = 16, 80  # sets tested at each size


@lru_cache(maxsize=4)
def test_rows(settings: Any) -> NDArray[np.int64]:
    """Rows in `Bags` of the molecules that are tested, by size: those not trained on."""
    sizes = bags.load().sizes
    free = np.setdiff1d(np.arange(len(sizes)), training_rows(settings))
    order = free[np.random.default_rng([settings.data_seed, 4]).permutation(len(free))]
    return np.concatenate([order[sizes[order] == n][:MOLECULES_PER_SIZE] for n in range(1, 10)])


def test_data(settings: Any) -> Lists:
    """New sets of every size, by size, listed as in training."""
    most = limits(settings)[1]
    if not of_molecules(settings):
        rng = np.random.default_rng([settings.data_seed, 1])
        return drawn_sets(settings, rng, np.repeat(np.arange(1, most + 1), PER_SIZE))
    table, rows = bags.load(), test_rows(settings)
    atoms = table.atoms[rows].astype(np.int64)
    values = torch.from_numpy(table.values[rows, property_of(settings)])[:, None]
    return Lists(torch.from_numpy(bags.features(table.types)[atoms]), torch.from_numpy(atoms > 0),
                 values)  # fmt: skip


def floor(settings: Any, scale: float, variance: float) -> tuple[float, NDArray[np.float64]]:
    """What is left to a model that knows for each bag the mean over all its isomers in QM9.

    Returns the squared error on tested molecules of trained sizes over the variance, as the loss
    has it, and the relative error at each size, (9,).
    """
    table, rows = bags.load(), test_rows(settings)
    column = property_of(settings)
    squared = (table.values[rows, column] - table.means[rows, column]) ** 2 / scale**2 / variance
    sizes = table.sizes[rows]
    known = squared[sizes <= limits(settings)[0]].mean()
    with np.errstate(invalid="ignore"):
        by_size = np.bincount(sizes, squared, 10)[1:] / np.bincount(sizes, minlength=10)[1:]
    by_size[by_size == 0] = np.nan  # small bags have one molecule each: nothing is left
    return float(known), np.sqrt(by_size)
