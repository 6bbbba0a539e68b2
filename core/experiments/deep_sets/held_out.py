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
        self._chunks: list[Any] = []  # made when first asked for

    def _outputs(self, run: Any) -> tuple[Numbers, Numbers]:
        """Outputs as numbers of the loss: on shuffled lists, and on those listed as in training.

        Shapes: (3, P, k) or, of each element, (3, P, places, k)
        """
        if not self._chunks:
            self._chunks = [run.chunks(lists) for lists in (self.mixed, self.given)]
        mixed, given = (run.outputs(chunks, self.places) for chunks in self._chunks)
        return mixed, given

    def scores(self, run: Any) -> dict[str, Any]:
        """Tracks `test_*`, `by_size` and `parity` of `DeepSetsRace`."""
        mixed, given = self._outputs(run)
        tests = [*((out, self.mixed) for out in mixed), (given[1], self.given)]
        scale, shift = run.scale.numpy(), run.shift.numpy()
        outs = [out * scale + shift for out, _ in tests]
        table = np.array(  # (4, P): squared error of each set over the variance
            [self._errors(run, out, lists) for out, (_, lists) in zip(outs, tests, strict=True)]
        )
        known = self.sizes <= self.most
        counts = np.bincount(self.sizes, minlength=self.places + 1)[1:]
        with np.errstate(invalid="ignore", divide="ignore"):
            sums = [np.bincount(self.sizes, row, self.places + 1)[1:] for row in table]
            by_size = np.array(sums) / counts
        truth, *firsts = (
            (values[:, 0] if self.each else values)[:, 0]
            for values in (self.mixed.y.numpy(), *outs[:3])
        )
        names = ("test_deep", "test_list", "test_shuffled", "test_as_trained")
        return {
            **dict(zip(names, table[:, known].mean(1), strict=True)),
            "by_size": by_size.T.astype(np.float32),
            "parity": np.stack([truth, *firsts], 1)[known].astype(np.float32),
        }

    def _errors(self, run: Any, out: Numbers, lists: Lists) -> Numbers:
        mask, y = lists.mask.numpy(), lists.y.numpy()
        squared = (((out - y) / run.scale.numpy()) ** 2).mean(-1) / run.variance
        return (squared * mask).sum(1) / mask.sum(1) if self.each else squared

    def unrest(self, run: Any) -> NDArray[np.float64]:
        """Root mean square change of each contender's output when new sets are shuffled.

        Of sets of trained sizes, not for each element; over the spread of the target. Shapes: (3,)
        """
        mixed, given = (out[:, self.sizes <= self.most] for out in self._outputs(run))
        return np.asarray((((mixed - given) ** 2).mean((1, 2)) / run.variance) ** 0.5)


@lru_cache(maxsize=8)
def held_out(settings: Any) -> HeldOut:
    """The new sets of these settings: runs that differ in their seed share them."""
    return HeldOut(settings)
