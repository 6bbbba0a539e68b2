"""What is counted of every molecule of QM9: elements, rings, size; and where one is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from core.molecules import MoleculeError, from_smiles
from core.molecules.names import NAMES
from core.qm9.data.source import LAST_MOLECULE
from core.qm9.data.targets import KEYS
from core.qm9.prediction.library import Library, library

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]
CONTENTS = ("C and H only", "with O", "with N", "with N and O", "with F")


@dataclass(frozen=True, eq=False)
class Census:
    """Counts of each molecule of a library, M molecules."""

    library: Library

    def __len__(self) -> int:
        """Number of molecules."""
        return len(self.library.data)

    @cached_property
    def _table(self) -> NDArray[np.int8]:
        """Atom types with a row of zeros first, for the codes of `Qm9.atoms`, (T + 1, 5)."""
        types = self.library.data.types
        return np.concatenate([np.zeros((1, 5), np.int8), types])

    @cached_property
    def elements(self) -> NDArray[np.int64]:
        """Atoms of H, C, N, O and F, hydrogens included, (M, 5)."""
        atoms = self._table[self.library.data.atoms]  # (M, 9, 5)
        heavy = [(atoms[..., 0] == z).sum(1) for z in (6, 7, 8, 9)]
        return np.stack([atoms[..., 3].astype(np.int64).sum(1), *heavy], 1)

    @cached_property
    def rings(self) -> NDArray[np.int64]:
        """Rings of a smallest set of smallest rings, (M,).

        As many as bonds can go without a part falling off. `ring_counts` hold more where equal
        rings compete, as all four faces of a tetrahedron.
        """
        data = self.library.data
        parts = np.array([1 + text.count(".") for text in data.canonical])
        return np.asarray((data.bonds > 0).sum(1) - data.sizes + parts)

    @cached_property
    def aromatic(self) -> Mask:
        """True where an atom is aromatic, (M,)."""
        return np.asarray((self._table[:, 2] > 0)[self.library.data.atoms].any(1))

    @cached_property
    def contents(self) -> NDArray[np.int64]:
        """Index into CONTENTS, (M,)."""
        nitrogen, oxygen, fluorine = (self.elements[:, k] > 0 for k in (2, 3, 4))
        return np.where(fluorine, 4, oxygen + 2 * nitrogen)

    def values(self, name: str) -> NDArray[np.float64]:
        """A target or one of PROPERTIES of each molecule, (M,)."""
        if name in KEYS:
            return self.columns[KEYS.index(name)]
        found = {
            "contents": lambda: self.contents,
            "rings": lambda: self.rings,
            "size": lambda: self.library.data.sizes,
            "aromatic": lambda: self.aromatic,
            "charged": lambda: self.library.data.charged,
        }[name]()
        return found.astype(float)

    @lru_cache(maxsize=4)  # noqa: B019  one census a process
    def order(self, seed: int) -> Rows:
        """All rows in an order drawn from the seed: any sample is its beginning."""
        return np.random.default_rng(seed).permutation(len(self))

    def sample(self, mask: Mask, most: int, seed: int) -> Rows:
        """Up to `most` rows where the mask is true; the same ones while they pass other filters."""
        order = self.order(seed)
        return order[mask[order]][:most]

    def percentile(self, row: int) -> NDArray[np.float64]:
        """Percentage of QM9 whose target is not above that of a row, (19,)."""
        columns = zip(self._sorted, self.library.y[row], strict=True)
        below = [np.searchsorted(column, value, side="right") for column, value in columns]
        return np.array(below) * 100 / len(self)

    @cached_property
    def columns(self) -> NDArray[np.float64]:
        """Each target of all molecules, (19, M), a row a target: several times faster to read."""
        return np.ascontiguousarray(self.library.y.T)

    @cached_property
    def _sorted(self) -> NDArray[np.float64]:
        """Each target in ascending order, (19, M)."""
        return np.sort(self.columns)

    # --- one molecule ----------------------------------------------------------------------------

    def row(self, number: int) -> int | None:
        """Row of a molecule by its number in QM9; None for the 3,054 that were taken out."""
        index = self.library.data.index
        at = int(np.searchsorted(index, number))
        return at if at < len(index) and index[at] == number else None

    def find(self, text: str) -> int:
        """Row of a molecule by its number in QM9, its name or its SMILES.

        Raises:
            MoleculeError: Not a molecule, or none of QM9; the message says why.
        """
        wanted = text.strip()
        if wanted.isascii() and wanted.isdigit():
            return self._numbered(int(wanted[:9]))
        if wanted.lower() in NAMES:
            return self._drawn(NAMES[wanted.lower()], wanted.lower())
        try:
            return self._drawn(wanted, wanted)
        except MoleculeError as error:
            if wanted.isascii() and wanted.replace(" ", "").isalpha() and wanted.islower():
                known = ", ".join(list(NAMES)[:3])
                raise MoleculeError(f"{error}. Names known here are {known} and such") from None
            raise

    def _numbered(self, number: int) -> int:
        row = self.row(number)
        if row is None:
            raise MoleculeError(
                f"QM9 has no molecule {number}: numbers run from 1 to {LAST_MOLECULE}, "
                "and 3,054 of them failed its consistency check"
            )
        return row

    def _drawn(self, smiles: str, shown: str) -> int:
        molecule = from_smiles(smiles)
        row = self.library.find(molecule)
        if row is None:
            why = f"{len(molecule)} heavy atoms, QM9 stops at 9" if len(molecule) > 9 else (
                "not every small molecule is; names, SMILES and numbers from 1 are understood"
            )  # fmt: skip
            raise MoleculeError(f"{shown[:60]} is not in QM9: {why}")
        return row

    def neighbor(self, row: int, mask: Mask, step: int) -> int:
        """The next (step 1) or previous (-1) row that passes the filters, round and round."""
        rows = np.flatnonzero(mask)
        if not len(rows):
            return row
        at = int(np.searchsorted(rows, row, side="right" if step > 0 else "left"))
        return int(rows[(at if step > 0 else at - 1) % len(rows)])

    def random(self, row: int, mask: Mask, seed: int) -> int:
        """A row that passes the filters; the walk from row to row follows from the seed."""
        rows = np.flatnonzero(mask)
        rows = rows[rows != row]
        if not len(rows):
            return row
        return int(np.random.default_rng([seed, row]).choice(rows))


@cache
def census() -> Census:
    """The census of all of QM9, counted once a process."""
    return Census(library())
