"""Many molecules as dense padded tensors of bytes, resident on one device, batched by index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property

import numpy as np
import torch
from torch import Tensor

from core.molecules import Molecule
from core.molecules.graph import node_features
from core.qm9.data.data import MAX_ATOMS, PAIRS, Qm9

MAX_HOPS = 8
PAIR_CODES = 6 + 2 * (MAX_HOPS - 1) + 1
"""Codes of an atom pair: 0 padding, 1 itself, 2-5 bonded by type, then hops 2-8 (one shortest path
or several), last farther or in another fragment."""
FEATURE_MEANS = (0.0, 0.723, 0.115, 0.159, 0.003, 6.442, 0.064, 0.304, 0.632, 0.105, 1.05)
FEATURE_SPREADS = (1.0, 0.448, 0.319, 0.366, 0.051, 0.762, 0.244, 0.46, 0.482, 0.307, 0.978)
NODE_INPUTS = 5 + 3 + 1 + 5 + 3 + 7


@cache
def column_scale(device: torch.device) -> tuple[Tensor, Tensor]:
    """FEATURE_MEANS and FEATURE_SPREADS on a device, (11,) each.

    Copied there once: a copy in each batch would make a GPU wait for the host.
    """
    with torch.inference_mode(False):  # training may read what a prediction has made
        mean, spread = torch.tensor([FEATURE_MEANS, FEATURE_SPREADS], device=device)
    return mean, spread


@dataclass(frozen=True, eq=False)
class Graphs:
    """B molecules padded to N atoms, as bytes; the properties are what models read.

    Shapes:
        atoms: (B, N, 11), the chapter's node features; all of them are small whole numbers
        charge: (B, N), formal charges
        rings: (B, N), ring-size bits
        bonds: (B, N, N), bond codes, 0 for none
        pairs: (B, N, N), codes of PAIR_CODES
        ring_counts: (B, 7)
    """

    atoms: Tensor
    charge: Tensor
    rings: Tensor
    bonds: Tensor
    pairs: Tensor
    ring_counts: Tensor

    def __len__(self) -> int:
        """Number of molecules."""
        return len(self.atoms)

    def take(self, index: Tensor) -> Graphs:
        """The molecules of an index, (b,), on the device where the data lies."""
        # index_select: indexing a tensor with a tensor is several times slower on a CPU.
        return Graphs(*(getattr(self, f.name).index_select(0, index) for f in fields(self)))

    @property
    def shard(self) -> int:
        """Molecules that lie together on disk; 0 as all of them are in memory."""
        return 0

    def to(self, device: torch.device | str) -> Graphs:
        """All tensors on another device."""
        return Graphs(*(getattr(self, f.name).to(device) for f in fields(self)))

    @cached_property
    def x(self) -> Tensor:
        """Node features, (B, N, 11)."""
        return self.atoms.float()

    @cached_property
    def x_scaled(self) -> Tensor:
        """`x` with the mean and spread that its columns have in QM9 taken out, (B, N, 11).

        Raw, the atomic number drowns the rest: all atoms of a molecule look alike to a network.
        """
        mean, spread = column_scale(self.x.device)
        return (self.x - mean) / spread * self.mask[..., None]

    @cached_property
    def mask(self) -> Tensor:
        """True where there is an atom, (B, N)."""
        return self.atoms[..., 5] > 0

    @cached_property
    def e(self) -> Tensor:
        """Edge features, one-hot over bond types, (B, N, N, 4)."""
        codes = torch.arange(1, 5, device=self.bonds.device, dtype=self.bonds.dtype)
        return (self.bonds[..., None] == codes).float()

    @cached_property
    def adjacency(self) -> Tensor:
        """1 where two atoms are bonded, (B, N, N)."""
        return (self.bonds > 0).float()

    @cached_property
    def near(self) -> Tensor:
        """1 where two atoms are bonded or one and the same, 0 elsewhere, (B, N, N)."""
        code = self.pairs.float()  # codes 1 to 5; comparing bytes is three times slower on a CPU
        return code.clamp(max=1) * (6 - code).clamp(0, 1)

    @cached_property
    def node_inputs(self) -> Tensor:
        """Richer inputs for `best`: features, nH and charge one-hot, ring sizes, (B, N, 24)."""
        x = self.x
        count = torch.arange(5, device=x.device)
        hydrogens = (self.atoms[..., 10:11] == count).float()
        sign = torch.stack([self.charge < 0, self.charge == 0, self.charge > 0], -1).float()
        sign = sign * self.mask[..., None]
        bit = 1 << torch.arange(7, device=x.device)
        sizes = ((self.rings[..., None].int() & bit) > 0).float()
        parts = [x[..., :5], x[..., 6:10], hydrogens * self.mask[..., None], sign, sizes]
        return torch.cat(parts, -1)


def from_qm9(data: Qm9) -> Graphs:
    """The whole data set, padded to 9 atoms."""
    table = np.concatenate([np.zeros((1, 5), np.int8), data.types])[data.atoms]
    bonds = np.zeros((len(data), MAX_ATOMS, MAX_ATOMS), np.uint8)
    bonds[:, PAIRS[0], PAIRS[1]] = data.bonds
    return _graphs(table, data.rings, bonds | bonds.transpose(0, 2, 1), data.ring_counts)


def from_molecules(molecules: Sequence[Molecule], atoms: int | None = None) -> Graphs:
    """A batch of single molecules, padded to the largest of them or to `atoms`."""
    size = max(atoms or 1, *(len(m) for m in molecules)) if molecules else atoms or 1
    table = np.zeros((len(molecules), size, 5), np.int8)
    rings = np.zeros((len(molecules), size), np.uint8)
    bonds = np.zeros((len(molecules), size, size), np.uint8)
    counts = np.zeros((len(molecules), 7), np.uint8)
    for m, molecule in enumerate(molecules):
        n = len(molecule)
        table[m, :n], rings[m, :n] = molecule.atoms, molecule.rings
        bonds[m, :n, :n], counts[m] = molecule.bond_codes, molecule.ring_counts
    return _graphs(table, rings, bonds, counts)


def _graphs(table: np.ndarray, rings: np.ndarray, bonds: np.ndarray, counts: np.ndarray) -> Graphs:
    """Tensors of all fields from the integer tables."""
    features = node_features(table.reshape(-1, 5)).astype(np.uint8)
    # A row of zeros is padding, but its element columns must not read as "not H".
    features[table.reshape(-1, 5)[:, 0] == 0] = 0
    codes = torch.from_numpy(bonds)
    mask = torch.from_numpy(table[..., 0] > 0)
    return Graphs(
        torch.from_numpy(features.reshape(*table.shape[:2], 11)),
        torch.from_numpy(table[..., 4].copy()),
        torch.from_numpy(np.ascontiguousarray(rings)),
        codes,
        torch.cat(
            [pair_codes(c, m) for c, m in zip(codes.split(8192), mask.split(8192), strict=True)]
        )
        if len(codes)
        else codes,
        torch.from_numpy(np.ascontiguousarray(counts)),
    )


def pair_codes(bonds: Tensor, mask: Tensor) -> Tensor:
    """Code of each atom pair (see PAIR_CODES) from bond codes (B, N, N) and mask (B, N)."""
    a = (bonds > 0).float()
    n = a.shape[-1]
    reached = torch.eye(n, device=a.device).expand_as(a).bool() | (a > 0)
    paths = a
    code = torch.where(bonds > 0, bonds + 1, torch.zeros_like(bonds))
    for hop in range(2, min(MAX_HOPS, n - 1) + 1):
        # Shortest paths of this length end where no shorter one did.
        paths = (paths @ a) * ~reached
        new = 6 + 2 * (hop - 2) + (paths > 1).to(code.dtype)
        code = torch.where(paths > 0, new, code)
        reached = reached | (paths > 0)
    code = torch.where(reached, code, torch.full_like(code, PAIR_CODES - 1))
    code = torch.where(torch.eye(n, device=a.device).bool(), torch.ones_like(code), code)
    return code * (mask[:, :, None] & mask[:, None, :])
