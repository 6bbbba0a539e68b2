"""Molecules in space: the published positions put onto the graph, and files that hold both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors
from rdkit.Geometry import Point3D

Numbers = Sequence[int] | NDArray[np.uint8]
SYMBOLS = {1: "H", 6: "C", 7: "N", 8: "O", 9: "F"}
# Bonded where nearer than this times the sum of both covalent radii. No one number fits all: cages
# hold carbons apart that are nearer to each other than some that are bonded.
TOLERANCES = (1.25, 1.2, 1.15, 1.3, 1.35, 1.1)


def bonds_by_distance(
    numbers: Numbers, xyz: NDArray[np.float64], tolerance: float = TOLERANCES[0]
) -> list[tuple[int, int]]:
    """Pairs of atoms so near that they must be bonded.

    Shapes:
        numbers: (a,), atomic numbers
        xyz: (a, 3), in Angstrom
    """
    table = Chem.GetPeriodicTable()
    radius = np.array([table.GetRcovalent(int(z)) for z in numbers])
    distance = np.linalg.norm(xyz[:, None] - xyz[None], axis=-1)  # (a, a)
    near = distance < tolerance * (radius[:, None] + radius[None])
    return [(int(i), int(j)) for i, j in zip(*np.nonzero(np.triu(near, 1)), strict=True)]


def placed(smiles: str, numbers: Numbers, xyz: NDArray[np.float64]) -> Chem.Mol | None:
    """The molecule of the SMILES with its hydrogens, at the given positions.

    Heavy atoms keep the order of the SMILES, whatever order the positions have (418 molecules of
    QM9 differ). None where the positions are bonded in another way than the SMILES says.
    """
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    if mol.GetNumAtoms() != len(numbers):
        return None
    skeleton = _skeleton([a.GetAtomicNum() for a in mol.GetAtoms()], [
        (b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()
    ])  # fmt: skip
    for tolerance in TOLERANCES:
        bonds = bonds_by_distance(numbers, xyz, tolerance)
        if len(bonds) != mol.GetNumBonds():
            continue
        match = _skeleton(numbers, bonds).GetSubstructMatch(skeleton)
        if len(match) == len(numbers):
            return _with_positions(mol, xyz[list(match)])
    return None


def _with_positions(mol: Chem.Mol, xyz: NDArray[np.float64]) -> Chem.Mol:
    conformer = Chem.Conformer(len(xyz))
    for atom, place in enumerate(xyz):
        conformer.SetAtomPosition(atom, Point3D(*map(float, place)))
    mol.AddConformer(conformer)
    return mol


def _skeleton(numbers: Numbers, bonds: Sequence[tuple[int, int]]) -> Chem.Mol:
    """Elements and who is bonded to whom, all bonds alike."""
    mol = Chem.RWMol()
    for z in numbers:
        atom = Chem.Atom(int(z))
        atom.SetNoImplicit(True)
        mol.AddAtom(atom)
    for i, j in bonds:
        mol.AddBond(i, j, Chem.BondType.SINGLE)
    return mol.GetMol()


def xyz_text(numbers: Numbers, xyz: NDArray[np.float64], comment: str) -> str:
    """An XYZ file: number of atoms, a comment, then element and position in Angstrom."""
    rows = [
        f"{SYMBOLS[int(z)]:<2} {x:12.6f} {y:12.6f} {w:12.6f}"
        for z, (x, y, w) in zip(numbers, xyz, strict=True)
    ]
    return "\n".join([str(len(rows)), " ".join(comment.split()), *rows, ""])


def sdf_text(mol: Chem.Mol, name: str, fields: dict[str, str]) -> str:
    """An SDF file with one record and its data fields."""
    mol = Chem.Mol(mol)
    mol.SetProp("_Name", name)
    parts = [Chem.MolToMolBlock(mol)]
    parts += [f">  <{field}>\n{value}\n\n" for field, value in fields.items()]
    return "".join([*parts, "$$$$\n"])


def formula(smiles: str) -> str:
    """Sum formula, such as C5H6N2O2."""
    return str(rdMolDescriptors.CalcMolFormula(Chem.MolFromSmiles(smiles)))
