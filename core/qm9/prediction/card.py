"""What is said of one molecule of QM9: its structure, a few words, its shape, and files of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem

from core.molecules import from_smiles
from core.molecules import geometry as space
from core.molecules.depict import depiction
from core.molecules.names import NAMES
from core.qm9.data.targets import TARGETS
from core.qm9.prediction.census import Census, census
from core.qm9.prediction.library import geometry


@cache
def names() -> dict[int, str]:
    """Row of QM9 -> name, for the molecules that have one here."""
    library = census().library
    found = {library.find(from_smiles(smiles)): name for name, smiles in NAMES.items()}
    return {row: name for row, name in found.items() if row is not None}


def card(row: int) -> dict[str, Any]:
    """SVG and lines of text of a row.

    Raises:
        IndexError: QM9 has no such row.
    """
    counted = census()
    data = counted.library.data
    if not 0 <= row < len(data):
        raise IndexError(f"row {row} is not in QM9: rows run from 0 to {len(data) - 1}")
    rings = int(counted.rings[row])
    lines = [
        space.formula(data.smiles[row]),
        data.canonical[row],
        f"QM9 number {data.index[row]}",
        f"{data.sizes[row]} heavy atoms, {rings} ring{'' if rings == 1 else 's'}",
    ]
    if name := names().get(row):
        lines[0] = f"{name}, {lines[0]}"
    return {"svg": depiction(data.smiles[row]), "lines": lines}


Solid = tuple[Sequence[int], NDArray[np.float64], list[tuple[int, int]], list[str], Chem.Mol | None]


@lru_cache(maxsize=64)
def solid(row: int) -> Solid:
    """A molecule in space.

    Returns:
        Atomic numbers (a,), positions (a, 3) in Angstrom, bonded pairs, what each atom is called,
        and the RDKit molecule at these positions, None where they contradict the SMILES. Heavy
        atoms come first, in the order of the node table, unless they contradict it.
    """
    numbers, xyz = geometry().molecule(row)
    mol = space.placed(census().library.data.smiles[row], numbers, xyz)
    if mol is None:
        labels = [f"{space.SYMBOLS[int(z)]}, atom {i} of the file" for i, z in enumerate(numbers)]
        return list(map(int, numbers)), xyz, space.bonds_by_distance(numbers, xyz), labels, None
    atoms = list(mol.GetAtoms())
    bonds = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()]
    labels = [
        f"{a.GetSymbol()}{a.GetIdx()}" if a.GetAtomicNum() > 1
        else f"H on {a.GetNeighbors()[0].GetSymbol()}{a.GetNeighbors()[0].GetIdx()}"
        for a in atoms
    ]  # fmt: skip
    places = np.array(mol.GetConformer().GetPositions())
    return [a.GetAtomicNum() for a in atoms], places, bonds, labels, mol


def files(row: int, number: int, smiles: str, counted: Census) -> dict[str, Callable[[], str]]:
    """Suffix -> what makes the file: XYZ always, SDF where geometry and SMILES agree."""
    numbers, xyz, _, _, mol = solid(row)
    name = f"QM9 {number} {smiles}"
    found: dict[str, Callable[[], str]] = {"xyz": lambda: space.xyz_text(numbers, xyz, name)}
    if mol is not None:
        fields = {
            f"{t.key} ({t.unit})": f"{value:.10g}"
            for t, value in zip(TARGETS, counted.library.y[row], strict=True)
        }
        found["sdf"] = lambda: space.sdf_text(mol, name, fields)
    return found
