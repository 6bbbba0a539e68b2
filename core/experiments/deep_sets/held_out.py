"""New sets of every size, on which the deep-sets page tests, and what no bag model can explain."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.settings import (
    Lists,
    drawn_sets,
    is_each,
    limits,
    of_molecules,
    property_of,
    training_rows,
)

Numbers = NDArray[np.float64]
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
    has it, and the same at each size, (9,).
    """
    table, rows = bags.load(), test_rows(settings)
    column = property_of(settings)
    squared = (table.values[rows, column] - table.means[rows, column]) ** 2 / scale**2 / variance
    sizes = table.sizes[rows]
    known = squared[sizes <= limits(settings)[0]].mean()
    with np.errstate(invalid="ignore"):
        by_size = np.bincount(sizes, squared, 10)[1:] / np.bincount(sizes, minlength=10)[1:]
    by_size[by_size == 0] = np.nan  # small bags have one molecule each: nothing is left
    return float(known), by_size


class HeldOut:
    """New sets listed as in training and shuffled, and what the contenders make of them."""

    def __init__(self, settings: Any) -> None:
        self.most, self.places = limits(settings)
        self.each = is_each(settings)
        given = test_data(settings)
        generator = torch.Generator().manual_seed(settings.data_seed)
        key = torch.rand(given.mask.shape, generator=generator, dtype=torch.float64)
        order = (key + ~given.mask).argsort(1)[..., None]
        mixed = given.x.gather(1, order.expand_as(given.x))
        y = given.y.gather(1, order.expand_as(given.y)) if self.each else given.y
        self.given, self.mixed = given, Lists(mixed, given.mask, y)
        self.sizes = given.mask.sum(1).numpy()

    def scores(self, run: Any) -> dict[str, Any]:
        """Tracks `test_*`, `by_size` and `parity` of `DeepSetsRace`."""
        tests = [("deep", self.mixed), ("list", self.mixed), ("shuffled", self.mixed),
                 ("list", self.given)]  # fmt: skip
        errors, outs = [], []
        for name, lists in tests:
            out = self._cropped(run.models[name], lists) * run.scale + run.shift
            outs.append((out[:, 0] if self.each else out)[:, 0].numpy())
            errors.append(self._errors(run, out, lists))
        table = np.array(errors)  # (4, P): squared error of each set over the variance
        known = self.sizes <= self.most
        counts = np.bincount(self.sizes, minlength=self.places + 1)[1:]
        with np.errstate(invalid="ignore", divide="ignore"):
            sums = [np.bincount(self.sizes, row, self.places + 1)[1:] for row in table]
            by_size = np.array(sums) / counts
        truth = (self.mixed.y[:, 0] if self.each else self.mixed.y)[:, 0].numpy()
        names = ("test_deep", "test_list", "test_shuffled", "test_as_trained")
        return {
            **dict(zip(names, table[:, known].mean(1), strict=True)),
            "by_size": by_size.T.astype(np.float32),
            "parity": np.stack([truth, *outs[:3]], 1)[known].astype(np.float32),
        }

    def _cropped(self, model: Any, lists: Lists) -> Tensor:
        """Outputs for all sets, sizes one after the other without the empty places."""
        parts = []
        for low in range(0, self.places, 10):
            mine = torch.from_numpy((self.sizes > low) & (self.sizes <= low + 10))
            high = min(low + 10, self.places)
            out = model(lists.x[mine][:, :high], lists.mask[mine][:, :high])
            if self.each:
                out = torch.nn.functional.pad(out, (0, 0, 0, self.places - high))
            parts.append(out)
        return torch.cat(parts)

    def _errors(self, run: Any, out: Tensor, lists: Lists) -> Numbers:
        squared = (((out - lists.y) / run.scale) ** 2).mean(-1) / run.variance
        if self.each:
            squared = (squared * lists.mask).sum(1) / lists.mask.sum(1)
        return squared.numpy()

    @torch.no_grad()
    def unrest(self, run: Any) -> NDArray[np.float64]:
        """Root mean square change of each contender's output when new sets are shuffled.

        Of sets of trained sizes, not for each element; over the spread of the target. Shapes: (3,)
        """
        known = torch.from_numpy(self.sizes <= self.most)
        found = []
        for model in run.models.values():
            a, b = (self._cropped(model, lists)[known] for lists in (self.given, self.mixed))
            found.append(float(((a - b) ** 2).mean() / run.variance) ** 0.5)
        return np.array(found)
