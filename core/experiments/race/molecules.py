"""Molecules of QM9 as padded lists: 5,000 are shipped, with the gap between HOMO and LUMO.

`python -m core.experiments.race.molecules` picks them out of QM9 anew.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import ROOT
from core.molecules.graph import node_features
from core.qm9.data.data import MAX_ATOMS, PAIRS
from core.qm9.data.graphs import FEATURE_MEANS, FEATURE_SPREADS

FILE = ROOT / "assets" / "results" / "qm9-race.npz"
MANY, HELD_OUT, SEED = 5000, 1000, 42
ORDERS = np.array([0, 1, 2, 3, 1.5], np.float32)  # of QM9's bond codes, 4 is aromatic
FEATURES = len(FEATURE_MEANS)  # of an atom
CENTER = 6.8  # eV: networks learn how far a gap lies from here


@dataclass(frozen=True)
class Table:
    """M molecules, padded to 9 heavy atoms.

    Shapes:
        index: (M,), the number of each in QM9's own files
        types: (T, 5), the kinds of atoms, columns as in `core.molecules.graph.Molecule`
        atoms: (M, 9), 0 where there is no atom, else 1 + row of `types`
        bonds: (M, 36), codes of the pairs i < j, 0 for no bond
        gap: (M,), LUMO minus HOMO in eV
    """

    index: NDArray[np.int32]
    types: NDArray[np.int8]
    atoms: NDArray[np.uint8]
    bonds: NDArray[np.uint8]
    gap: NDArray[np.float32]


def load() -> Table:
    """The shipped molecules; the last 1,000 are held out."""
    names = [field.name for field in fields(Table)]
    with np.load(FILE, allow_pickle=False) as stored:
        return Table(**{name: stored[name] for name in names})


def lists(table: Table) -> NDArray[np.float32]:
    """Each molecule as a list of atoms: 11 features of an atom, then its bonds to all 9 places.

    The features are those of the chapter, with mean 0 and spread 1 over QM9; a bond is its order,
    1, 2, 3, or 1.5 if it is aromatic. Padding is 0.

    Shapes: -> (M, 9, 20)
    """
    mean, spread = np.array([FEATURE_MEANS, FEATURE_SPREADS])
    kinds = (node_features(table.types) - mean) / spread
    features = np.concatenate([np.zeros((1, FEATURES)), kinds])[table.atoms]
    bonds = np.zeros((len(table.atoms), MAX_ATOMS, MAX_ATOMS), np.float32)
    bonds[:, PAIRS[0], PAIRS[1]] = ORDERS[table.bonds]
    whole: Any = np.concatenate([features, bonds + bonds.transpose(0, 2, 1)], 2)
    return np.asarray(whole, np.float32)


def make() -> None:
    """Pick the molecules out of QM9 by chance."""
    from core.qm9.data import data
    from core.qm9.data.targets import KEYS, atom_energies, from_published

    whole = data.load()
    rows = np.random.default_rng(SEED).choice(len(whole), MANY, replace=False)
    qm9 = whole.take(rows)
    kinds = np.concatenate([np.zeros((1, 5), np.int8), qm9.types])[qm9.atoms]
    targets = from_published(qm9.published, atom_energies(kinds[..., 0], kinds[..., 3]))
    gap = targets[:, KEYS.index("gap")].astype(np.float32)
    np.savez_compressed(FILE, **vars(Table(qm9.index, qm9.types, qm9.atoms, qm9.bonds, gap)))


if __name__ == "__main__":
    make()
    print(f"{FILE.name}: {len(load().gap):,} molecules, {FILE.stat().st_size / 1e3:.0f} kB")
