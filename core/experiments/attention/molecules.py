"""Molecules as tokens: which atom is the only one that this atom is bonded to?

An atom is one whole number: its group, an element with its hydrogens, plus `len(GROUPS)` times the
sum of 2^j over the places j of the atoms that it is bonded to. Training draws molecules that no
list has: a tree of bonds, then rings, double and triple bonds where valences let them.
"""

from __future__ import annotations

import torch
from torch import Tensor

GROUPS = ("C", "CH", "CH₂", "CH₃", "N", "NH", "NH₂", "O", "OH", "F")
BARE = (0, 4, 7, 9)  # the group of each element without hydrogens: C, N, O, F
VALENCES = (4, 3, 2, 1)
SHARES = (0.6, 0.16, 0.18, 0.06)  # how often an atom is C, N, O, F
MOST_ATOMS = 32
INPUTS = len(GROUPS) + MOST_ATOMS  # numbers that the network reads of an atom


def group_of(x: Tensor) -> Tensor:
    """Index into GROUPS. Shapes: (B, n) -> (B, n)."""
    return x % len(GROUPS)


def bonded(x: Tensor) -> Tensor:
    """Whether atoms i and j are bonded. Shapes: (B, n) -> (B, n, n)."""
    return (x[..., None] // len(GROUPS) >> torch.arange(x.shape[1])) % 2 == 1


def seen(x: Tensor) -> Tensor:
    """What the network reads of an atom: its group, one-hot, and a 1 at each place bonded to.

    Shapes: (B, n) -> (B, n, INPUTS)
    """
    group = torch.nn.functional.one_hot(group_of(x), len(GROUPS))
    bonds = x[..., None] // len(GROUPS) >> torch.arange(MOST_ATOMS)
    return torch.cat([group, bonds % 2], -1).float()


def encoded(group: Tensor, bonds: Tensor) -> Tensor:
    """Atoms as whole numbers. Shapes: (B, n), (B, n, n) -> (B, n)."""
    places = 2 ** torch.arange(bonds.shape[-1])
    return group + len(GROUPS) * (bonds * places).sum(-1)


def only_neighbor(x: Tensor) -> Tensor:
    """For each atom with one bond, the place of the atom at its other end."""
    bonds = bonded(x)
    return bonds & (bonds.sum(-1) == 1)[..., None]


def group_there(x: Tensor, right: Tensor) -> Tensor:
    """The answer is the group at the right place. Shapes: (B, n), (B, n, n) -> (B, n)."""
    return group_of(x).gather(1, right.int().argmax(-1)).where(right.any(-1), -1)


def drawn(B: int, n: int, generator: torch.Generator) -> Tensor:
    """Molecules of n atoms, which stand in an order by chance. Shapes: -> (B, n)."""
    element = torch.multinomial(torch.tensor(SHARES), B * n, True, generator=generator).view(B, n)
    element[:, 0] = 0
    free = torch.tensor(VALENCES)[element]  # (B, n), bonds that an atom can still have
    bonds = torch.zeros(B, n, n, dtype=torch.bool)
    parent = _tree(element, free, bonds, torch.rand(B, n, n, generator=generator))
    rows = torch.arange(B)
    for chance in torch.rand(n // 6, 2, B, n, generator=generator):  # rings
        i, j = (torch.where(free > 0, row, -1).argmax(1) for row in chance)
        new = (i != j) & ~bonds[rows, i, j] & (free[rows, i] > 0) & (free[rows, j] > 0)
        _bond(bonds, free, rows[new], i[new], j[new])
    for share in (0.25, 0.1):  # double bonds, then triple bonds
        for k in range(1, n):
            j = parent[:, k]
            more = torch.rand(B, generator=generator) < share
            more &= (free[:, k] > 0) & (free[rows, j] > 0)
            _bond(bonds, free, rows[more], torch.full_like(rows, k)[more], j[more])
    group = torch.tensor(BARE)[element] + free
    order = torch.rand(B, n, generator=generator).argsort(1)
    return encoded(group.gather(1, order), bonds[rows[:, None, None], order[..., None],
                                                 order[:, None]])  # fmt: skip


def _bond(bonds: Tensor, free: Tensor, rows: Tensor, i: Tensor, j: Tensor) -> None:
    """Bond atoms i and j of these molecules, or make their bond one stronger."""
    bonds[rows, i, j] = bonds[rows, j, i] = True
    free[rows, i] -= 1
    free[rows, j] -= 1


def _tree(element: Tensor, free: Tensor, bonds: Tensor, chance: Tensor) -> Tensor:
    """Bond each atom to an earlier one that still can; which one. Shapes: -> (B, n)."""
    B, n = element.shape
    rows, parent = torch.arange(B), torch.zeros(B, n, dtype=torch.long)
    for i in range(1, n):
        # The last free bond is not for an atom that has none to offer.
        last = (free[:, :i].sum(1) < 2) & (free[:, i] == 1)
        element[last, i], free[last, i] = 0, VALENCES[0]
        j = torch.where(free[:, :i] > 0, chance[:, i, :i], -1).argmax(1)
        _bond(bonds, free, rows, torch.full_like(rows, i), j)
        parent[:, i] = j
    return parent
