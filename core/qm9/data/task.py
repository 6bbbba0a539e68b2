"""What a training run reads: graphs, standardized labels and the numbers to undo that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.qm9.data.baseline import Baseline, fit
from core.qm9.data.data import Geometry, Qm9
from core.qm9.data.graphs import PAIR_CODES, Graphs, from_qm9
from core.qm9.data.targets import atom_energies, from_published, learned_from_targets

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Labels3d:
    """Extra labels from the DFT geometry; NaN where there is none.

    Shapes:
        distance: (M, N, N), standardized by pair code
        charge: (M, N), Mulliken charge with that of its hydrogens, standardized by element
        hydrogen: (M, N, N), from u's nearest hydrogen to v, standardized by pair code
    """

    distance: Tensor
    charge: Tensor
    hydrogen: Tensor

    def to(self, device: torch.device | str) -> Labels3d:
        """All of them on another device."""
        return Labels3d(*(getattr(self, f.name).to(device) for f in fields(self)))


@dataclass(frozen=True, eq=False)
class Task:
    """The data set as a model sees it.

    Shapes:
        graphs: M molecules
        y: (M, 19), the targets in their units; references: (M, 4)
        learned: (M, 14); labels: (M, 14), standardized and NaN where missing
    """

    graphs: Graphs
    y: Array
    references: Array
    labels: Tensor
    linear: Baseline
    labels_3d: Labels3d | None = None


def references_of(g: Graphs) -> Array:
    """Single-atom energies of each molecule, (M, 4)."""
    numbers = g.atoms[..., 5].cpu().numpy().astype(np.int64)
    return atom_energies(numbers, g.atoms[..., 10].cpu().numpy().astype(np.int64))


def make_task(
    qm9: Qm9,
    train_rows: NDArray[np.int64],
    geometry: Geometry | None = None,
    simple: Callable[[Graphs, Array], Baseline] = fit,
) -> Task:
    """Everything about QM9 that training needs; only `train_rows` decide the standardization.

    Args:
        qm9: The data set.
        train_rows: Its training molecules.
        geometry: Where there are extra labels, what they are made from.
        simple: Fits what the targets are freed of before a network sees them.
    """
    g = from_qm9(qm9)
    references = references_of(g)
    y = from_published(qm9.published, references)
    learned = learned_from_targets(y)
    train = g.take(torch.from_numpy(train_rows))
    linear = simple(train, learned[train_rows])
    labels = torch.from_numpy(linear.standardize(g, learned)).float()
    extra = None if geometry is None else labels_3d(g, geometry, train_rows)
    return Task(g, y, references, labels, linear, extra)


def labels_3d(g: Graphs, geometry: Geometry, train_rows: NDArray[np.int64]) -> Labels3d:
    """Distances and charges of the heavy atoms, standardized on the training rows."""
    n = g.atoms.shape[1]
    parts = [_padded(g, geometry, r, n) for r in np.array_split(np.arange(len(g)), 16)]
    distance, charge, hydrogen = (torch.cat(part) for part in zip(*parts, strict=True))
    rows = torch.from_numpy(train_rows)
    return Labels3d(
        _standardize(distance, g.pairs, rows, PAIR_CODES).to(torch.float16),
        _standardize(charge, g.atoms[..., 5], rows, 10).to(torch.float16),
        _standardize(hydrogen, g.pairs, rows, PAIR_CODES).to(torch.float16),
    )


def _padded(
    g: Graphs, geometry: Geometry, rows: NDArray[np.int64], n: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Distances (b, n, n), charges (b, n), hydrogens' distances (b, n, n), NaN where unusable."""
    start, stop = geometry.offsets[rows], geometry.offsets[rows + 1]
    most = int((stop - start).max())
    index = start[:, None] + np.arange(most)
    inside = index < stop[:, None]
    index = np.where(inside, index, 0)
    numbers = torch.from_numpy(np.where(inside, geometry.numbers[index], 0).astype(np.int64))
    xyz = torch.from_numpy(geometry.xyz[index] / 1000.0).float()
    charge = torch.from_numpy(np.where(inside, geometry.charges[index], 0) / 10_000.0).float()
    heavy = g.mask[rows]
    # In 418 molecules the SMILES lists its atoms in another order than the coordinates.
    same = ((numbers[:, :n] * (numbers[:, :n] > 1)) == g.atoms[rows][..., 5]).all(1)
    between = torch.cdist(xyz[:, :n], xyz[:, :n])
    same &= ((between < 2.0) | (g.bonds[rows] == 0)).all((1, 2))
    nearest = torch.cdist(xyz, xyz[:, :n]).masked_fill(~heavy[:, None], 99.0).argmin(2)
    own = torch.zeros(len(rows), n).scatter_add_(1, nearest, charge)
    pair = heavy[:, :, None] & heavy[:, None, :] & ~torch.eye(n, dtype=torch.bool)
    nan = torch.tensor(float("nan"))
    between = torch.where(pair & same[:, None, None], between, nan)
    # The nearest of u's hydrogens to v: where a hydroxyl group points decides the dipole.
    apart = torch.cdist(xyz, xyz[:, :n]).masked_fill((numbers != 1)[..., None], 99.0)
    reach = torch.full_like(between, 99.0)
    target = nearest[..., None].expand_as(apart)
    reach.scatter_reduce_(1, target, apart, "amin")
    usable = (reach < 99.0) & heavy[:, None, :] & same[:, None, None]
    hydrogen = torch.where(usable, reach, nan)
    return between, torch.where(heavy & same[:, None], own, nan), hydrogen


def _standardize(value: Tensor, group: Tensor, rows: Tensor, groups: int) -> Tensor:
    """Subtract the mean and divide by the spread of each group, both from some rows only."""
    code = group.long()
    known, owner = value[rows].flatten(), code[rows].flatten()
    owner, known = owner[known.isfinite()], known[known.isfinite()].double()
    count = torch.bincount(owner, minlength=groups).clamp(min=1)
    mean = torch.bincount(owner, known, groups) / count
    spread = (torch.bincount(owner, known**2, groups) / count - mean**2).clamp(min=1e-6).sqrt()
    return (value - mean.float()[code]) / spread.float()[code]
