"""The QM9 data set as one compact cache: atom types, bond codes and the published numbers.

All 130,831 graphs are 16 small integers of atom types and bonds each, so the whole data set fits in
memory on any device. The cache lives in the user's cache folder, is written in one step, carries a
SHA-256 beside it, and is rebuilt where that does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.molecules import Molecule
from core.qm9.data.cache import Tables, alone, cache_folder, noted, read_checked, write_checked
from core.qm9.data.source import SCALES, Progress, Row, find_files, read_rows

MAX_ATOMS = 9
PAIRS = np.triu_indices(MAX_ATOMS, 1)
VERSION = "v1"


@dataclass(frozen=True)
class Qm9:
    """The data set, M molecules padded to 9 atoms.

    Shapes:
        index: (M,), number of the molecule in QM9's own files, from 1
        types: (T, 5), the distinct rows of `Molecule.atoms`
        atoms: (M, 9), 0 where there is no atom, else 1 + row of `types`
        bonds: (M, 36), bond codes of the atom pairs in PAIRS, 0 for none
        rings: (M, 9), ring-size bits of each atom
        ring_counts: (M, 7), rings of 3 to 9 atoms
        raw: (M, 15), published numbers times SCALES
        smiles, canonical: M texts, as published and as RDKit writes them
        failed: molecules that RDKit could not sanitize, by name (none in qm9pack 1.0.3)
    """

    index: NDArray[np.int32]
    types: NDArray[np.int8]
    atoms: NDArray[np.uint8]
    bonds: NDArray[np.uint8]
    rings: NDArray[np.uint8]
    ring_counts: NDArray[np.uint8]
    raw: NDArray[np.int64]
    smiles: list[str]
    canonical: list[str]
    failed: list[str]

    def __len__(self) -> int:
        """Number of molecules."""
        return len(self.index)

    @cached_property
    def published(self) -> NDArray[np.float64]:
        """The 15 published columns in their published units (Hartree, GHz, ...), (M, 15)."""
        return self.raw / SCALES

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Heavy atoms of each molecule, (M,)."""
        return (self.atoms > 0).sum(1)

    @cached_property
    def charged(self) -> NDArray[np.bool_]:
        """True where a molecule has formal charges, (M,)."""
        table = np.concatenate([[False], self.types[:, 4] != 0])
        return np.asarray(table[self.atoms].any(1))

    @cached_property
    def rows(self) -> dict[str, list[int]]:
        """Canonical SMILES to row numbers; 87 of them have two."""
        found: dict[str, list[int]] = {}
        for row, text in enumerate(self.canonical):
            found.setdefault(text, []).append(row)
        return found

    def take(self, rows: NDArray[np.int64]) -> Qm9:
        """Some rows as a data set of their own."""
        arrays = ("index", "atoms", "bonds", "rings", "ring_counts", "raw")
        some: Any = {name: getattr(self, name)[rows] for name in arrays}
        some |= {n: [getattr(self, n)[int(r)] for r in rows] for n in ("smiles", "canonical")}
        return replace(self, **some)

    def molecule(self, row: int) -> Molecule:
        """One molecule as a graph of its own, atoms in the published order."""
        n = int(self.sizes[row])
        codes = self.bonds[row]
        table = np.stack([*PAIRS, codes], 1)[codes > 0].astype(np.int16)
        atoms = self.types[self.atoms[row, :n].astype(int) - 1]
        return Molecule(
            self.canonical[row], atoms, self.rings[row, :n], table, self.ring_counts[row]
        )


@dataclass(frozen=True)
class Geometry:
    """The DFT geometry: all atoms with hydrogens, molecule m is rows offsets[m] to offsets[m+1].

    Shapes:
        offsets: (M + 1,)
        numbers: (A,), atomic numbers
        xyz: (A, 3), thousandths of an Angstrom
        charges: (A,), Mulliken charges times 10,000
    """

    offsets: NDArray[np.int64]
    numbers: NDArray[np.uint8]
    xyz: NDArray[np.int16]
    charges: NDArray[np.int16]

    def take(self, rows: NDArray[np.int64]) -> Geometry:
        """The atoms of some molecules."""
        sizes = self.offsets[rows + 1] - self.offsets[rows]
        parts = [np.arange(self.offsets[r], self.offsets[r + 1]) for r in rows]
        index = np.concatenate(parts) if parts else np.zeros(0, int)
        offsets = np.cumsum([0, *sizes])
        return Geometry(offsets, self.numbers[index], self.xyz[index], self.charges[index])

    def molecule(self, row: int) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
        """Atomic numbers (a,) and positions (a, 3) in Angstrom of one molecule."""
        part = slice(self.offsets[row], self.offsets[row + 1])
        return self.numbers[part], self.xyz[part] / 1000.0


def load(
    progress: Progress | None = None,
    folder: Path | None = None,
    waiting: Progress | None = None,
) -> Qm9:
    """QM9 from the cache, which is built first where it is missing or damaged.

    `waiting` is told, in place of `progress`, how far another process is that builds it already.

    Raises:
        DataError: qm9pack is missing or damaged, or the cache folder can't be written.
    """
    tables = _cached("qm9", progress, folder or cache_folder(), waiting)
    text = {k: bytes(tables[k]).decode() for k in ("smiles", "canonical", "failed")}
    lists: Any = {k: v.split("\n") if v else [] for k, v in text.items()}
    return Qm9(**{**tables, **lists})


def is_cached() -> bool:
    """Whether QM9 lies in the cache; else its first reading takes half a minute."""
    return (cache_folder() / f"qm9-{VERSION}.npz").is_file()


def load_geometry(progress: Progress | None = None, folder: Path | None = None) -> Geometry:
    """The coordinates and charges, from a cache file of their own."""
    return Geometry(**_cached("qm9-geometry", progress, folder or cache_folder()))


def _cached(
    name: str, progress: Progress | None, folder: Path, waiting: Progress | None = None
) -> Tables:
    """Read one checked cache file; build both files where it does not check out."""
    path = folder / f"{name}-{VERSION}.npz"
    tables = read_checked(path)
    if tables is not None:
        return tables
    with alone(folder, waiting):
        tables = read_checked(path)  # another process may have built it meanwhile
        if tables is None:
            built = build(list(find_files()), noted(folder, progress))
            for other, content in built.items():
                write_checked(folder / f"{other}-{VERSION}.npz", content)
            tables = built[name]
    return tables


def build(
    paths: list[Path], progress: Progress | None = None, expected: int | None = None
) -> dict[str, Tables]:
    """Both cache files as tables, from the CSV parts (about 30 seconds)."""
    failed: list[str] = []
    extra = {} if expected is None else {"expected": expected}
    rows = list(read_rows(paths, failed, progress, **extra))
    return {"qm9": _graph_tables(rows, failed), "qm9-geometry": _geometry_tables(rows)}


def _graph_tables(rows: list[Row], failed: list[str]) -> Tables:
    """The compact tables of `Qm9`."""
    atoms = np.zeros((len(rows), MAX_ATOMS), np.uint8)
    bonds = np.zeros((len(rows), MAX_ATOMS, MAX_ATOMS), np.uint8)
    rings = np.zeros((len(rows), MAX_ATOMS), np.uint8)
    stacked = np.concatenate([r.molecule.atoms for r in rows])
    types, code = np.unique(stacked, axis=0, return_inverse=True)
    start = 0
    for m, row in enumerate(rows):
        n = len(row.molecule)
        atoms[m, :n] = 1 + code[start : start + n]
        bonds[m, row.molecule.bonds[:, 0], row.molecule.bonds[:, 1]] = row.molecule.bonds[:, 2]
        rings[m, :n] = row.molecule.rings
        start += n
    return {
        "index": np.array([r.index for r in rows], np.int32),
        "types": types,
        "atoms": atoms,
        "bonds": bonds[:, PAIRS[0], PAIRS[1]],
        "rings": rings,
        "ring_counts": np.stack([r.molecule.ring_counts for r in rows]),
        "raw": np.stack([r.raw for r in rows]),
        "smiles": _text([r.smiles for r in rows]),
        "canonical": _text([r.molecule.smiles for r in rows]),
        "failed": _text(failed),
    }


def _geometry_tables(rows: list[Row]) -> Tables:
    """The compact tables of `Geometry`."""
    return {
        "offsets": np.cumsum([0, *(len(r.numbers) for r in rows)]),
        "numbers": np.concatenate([r.numbers for r in rows]),
        "xyz": np.rint(np.concatenate([r.xyz for r in rows]) * 1000).astype(np.int16),
        "charges": np.rint(np.concatenate([r.charges for r in rows]) * 10_000).astype(np.int16),
    }


def _text(lines: list[str]) -> NDArray[np.uint8]:
    """Lines as one byte array: npz files hold no objects without pickle."""
    return np.frombuffer("\n".join(lines).encode(), np.uint8)
