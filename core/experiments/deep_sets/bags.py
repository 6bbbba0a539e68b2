"""Molecules of QM9 as bags of atoms: no bonds, only which atoms there are.

A few thousand molecules lie in `assets/results/qm9-bags.npz`, so that no page waits for the whole
of QM9; `python -m core.experiments.deep_sets.bags` makes that file anew. Isomers whose atoms agree
in every feature are one bag: no function of the bag can tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import ROOT
from core.molecules.graph import node_features

Numbers = NDArray[np.float64]
FILE = ROOT / "assets" / "results" / "qm9-bags.npz"
PROPERTIES = {"U0 atomization": "u0_atom", "ZPVE": "zpve", "gap": "gap", "dipole moment": "mu"}
UNITS = {"U0 atomization": "eV", "ZPVE": "eV", "gap": "eV", "dipole moment": "D"}
MOST, TRAINED = 9, 7  # heavy atoms of the largest molecules, and of the largest trained on
LARGE = 400  # molecules kept of 8 and of 9 heavy atoms
RIVALS = 24  # of the largest, those that can be put on the stage
ELEMENTS = {6: "C", 7: "N", 8: "O", 9: "F"}


@dataclass(frozen=True)
class Bags:
    """M molecules.

    Shapes:
        atoms: (M, 9), 0 where there is no atom, else 1 + row of `types`
        types: (T, 5), columns of `core.molecules.Molecule.atoms`
        values: (M, 4), the PROPERTIES in UNITS
        means: (M, 4), mean of `values` over all molecules of QM9 with the same bag
        isomers: (M,), how many molecules of QM9 have this bag
        unexplained: (4,), share of the variance over all of QM9 that lies within bags
        bags: number of different bags in QM9
        smiles: M texts
        rivals: (R,), rows of molecules whose isomers are kept as well
        of_rival: (K,), to which of them an isomer belongs, from 0
        twins: (K, 4), the PROPERTIES of all isomers with the bag of a rival, itself included
        twin_smiles: K texts
    """

    atoms: NDArray[np.uint8]
    types: NDArray[np.int8]
    values: Numbers
    means: Numbers
    isomers: NDArray[np.int32]
    unexplained: Numbers
    bags: int
    smiles: tuple[str, ...]
    rivals: NDArray[np.int64]
    of_rival: NDArray[np.int64]
    twins: Numbers
    twin_smiles: tuple[str, ...]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Heavy atoms of each molecule, (M,)."""
        return (self.atoms > 0).sum(1)


@lru_cache(maxsize=1)
def load(path: Path = FILE) -> Bags:
    """The shipped molecules."""
    with np.load(path, allow_pickle=False) as file:
        tables: dict[str, Any] = {name: file[name] for name in file.files}
    for name in ("smiles", "twin_smiles"):
        tables[name] = tuple(bytes(tables[name]).decode().split("\n"))
    return Bags(**{**tables, "bags": int(tables["bags"])})


def features(types: NDArray[np.int8]) -> Numbers:
    """The chapter's 11 columns of each atom type, the atomic number in tenths; row 0 is no atom.

    Shapes: (T, 5) -> (T + 1, 11)
    """
    x = np.concatenate([np.zeros((1, 11)), node_features(types)])
    x[:, 5] /= 10  # as it is, it would drown the others
    return x


def label(kind: NDArray[np.int8]) -> str:
    """An atom type as a chemist writes it: CH3, NH, O."""
    hydrogens = int(kind[3])
    tail = "" if hydrogens == 0 else "H" if hydrogens == 1 else f"H<sub>{hydrogens}</sub>"
    return ELEMENTS[int(kind[0])] + tail


def keys(atoms: NDArray[np.uint8], types: NDArray[np.int8]) -> NDArray[np.int64]:
    """A number for each molecule, equal for equal bags. Shapes: (M, 9), (T, 5) -> (M,)."""
    _, same = np.unique(features(types), axis=0, return_inverse=True)
    sorted_rows = np.sort(same.reshape(-1)[atoms], 1)
    _, key = np.unique(sorted_rows, axis=0, return_inverse=True)
    return np.asarray(key.reshape(-1), np.int64)


def make(path: Path = FILE) -> None:
    """Pick the molecules out of QM9: all up to 7 heavy atoms, some of 8 and of 9."""
    from core.qm9.data import data
    from core.qm9.data.targets import KEYS, atom_energies, from_published

    qm9 = data.load()
    table = np.concatenate([np.zeros((1, 5), np.int8), qm9.types])[qm9.atoms]
    targets = from_published(qm9.published, atom_energies(table[..., 0], table[..., 3]))
    values = targets[:, [KEYS.index(name) for name in PROPERTIES.values()]]
    key = keys(qm9.atoms, qm9.types)
    isomers = np.bincount(key)
    means = np.stack([np.bincount(key, v) / isomers for v in values.T], 1)[key]
    rng = np.random.default_rng(0)
    large = [rng.choice(np.flatnonzero(qm9.sizes == n), LARGE, replace=False) for n in (8, 9)]
    rows = np.concatenate([np.flatnonzero(qm9.sizes <= TRAINED), *large])
    many = (qm9.sizes[rows] == MOST) & (isomers[key[rows]] >= 12) & (isomers[key[rows]] <= 99)
    rivals = rng.choice(np.flatnonzero(many), RIVALS, replace=False)
    groups = [np.flatnonzero(key == key[rows[r]]) for r in rivals]
    twins = np.concatenate(groups)
    np.savez_compressed(
        path, atoms=qm9.atoms[rows], types=qm9.types, values=values[rows], means=means[rows],
        isomers=isomers[key[rows]].astype(np.int32), bags=len(isomers),
        unexplained=((values - means) ** 2).mean(0) / values.var(0),
        smiles=_text(qm9.canonical, rows), rivals=rivals, twins=values[twins],
        of_rival=np.repeat(np.arange(RIVALS), [len(group) for group in groups]),
        twin_smiles=_text(qm9.canonical, twins),
    )  # fmt: skip


def _text(lines: list[str], rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines[int(r)] for r in rows).encode(), np.uint8)


if __name__ == "__main__":
    make()
    found = load()
    print(f"{FILE.name}: {len(found.atoms)} molecules, {FILE.stat().st_size / 1e3:.0f} kB")
