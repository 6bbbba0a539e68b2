"""QM9 as a place to look molecules up: targets, split and SMILES of each row. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from core.molecules import Molecule, stereo
from core.qm9.data import targets
from core.qm9.data.data import PAIRS, Geometry, Qm9, is_cached, load, load_geometry
from core.qm9.data.split import SPLITS, Split, split

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Library:
    """QM9 as a place to look molecules up, shared by all predictions."""

    data: Qm9
    parts: Split

    @classmethod
    def of(cls, data: Qm9) -> Library:
        """The library of a data set, with its split."""
        return cls(data, split(len(data)))

    @cached_property
    def part_of(self) -> list[str]:
        """Part of the split of each row."""
        names = np.empty(len(self.data), object)
        for name in SPLITS:
            names[self.parts[name]] = name
        return list(names)

    @cached_property
    def y(self) -> Array:
        """The 19 targets of each row, (M, 19)."""
        g = self.data.types[np.maximum(self.data.atoms.astype(int) - 1, 0)]
        valid = self.data.atoms > 0
        references = targets.atom_energies(g[..., 0] * valid, g[..., 3] * valid)
        return targets.from_published(self.data.published, references)

    @cached_property
    def types(self) -> set[tuple[int, ...]]:
        """Atom types that occur in QM9."""
        return {tuple(int(v) for v in row) for row in self.data.types}

    @cached_property
    def bonds(self) -> set[tuple[tuple[int, ...], tuple[int, ...], int]]:
        """Bonds that occur in QM9: both atom types, the smaller one first, and the bond code."""
        data, kinds = self.data, len(self.data.types)
        rows, pairs = np.nonzero(data.bonds)
        ends = np.sort([data.atoms[rows, side[pairs]].astype(int) - 1 for side in PAIRS], 0)
        codes = np.unique((ends[0] * kinds + ends[1]) * 8 + data.bonds[rows, pairs])
        types = [tuple(row) for row in data.types.tolist()]  # sorted, as `np.unique` made them
        return {(types[c // 8 // kinds], types[c // 8 % kinds], c % 8) for c in codes.tolist()}

    def find(self, molecule: Molecule) -> int | None:
        """Row of a molecule, by canonical SMILES; of two isomers, the one that is meant."""
        rows = self.data.rows.get(molecule.smiles, [])
        return next((row for row in rows if self.holds(row, molecule)), rows[0] if rows else None)

    def holds(self, row: int, molecule: Molecule) -> bool:
        """Whether a row is the isomer that is meant: always, where the text left that open."""
        known = self.isomer(row) if molecule.isomer else ""
        return not molecule.isomer or bool(known) and stereo.agree(molecule.isomer, known)

    def isomer(self, row: int) -> str:
        """SMILES of a row with the stereo marks of its geometry; empty where it tells nothing."""
        if len(geometry().offsets) != len(self.data) + 1:  # a part of QM9, without its geometry
            return ""
        return stereo.of_positions(self.data.smiles[row], *geometry().molecule(row))


@cache
def library() -> Library:
    """The whole of QM9, loaded once a process (0.2 s from the cache file).

    Raises:
        DataError: As `core.qm9.data.data.load`.
    """
    return Library.of(load())


def at_hand() -> Library | None:
    """QM9 where nobody has to wait for it; None until it has been read once on this machine."""
    return library() if library.cache_info().currsize or is_cached() else None


@cache
def geometry() -> Geometry:
    """All coordinates, loaded once a process."""
    return load_geometry()
