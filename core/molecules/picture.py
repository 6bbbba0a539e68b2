"""A molecule as the player's `graph` panel draws it, and the pictures that a page keeps."""

from __future__ import annotations

from typing import Any

from rdkit import Chem

from core.molecules.drawing import Checked, Drawing, of_smiles, to_rdkit
from core.molecules.text import parse
from core.molecules.valence import Problem


def picture(smiles: str, places: Drawing | None = None) -> dict[str, Any]:
    """Plain data for `core.stage.graph`: atom k is atom k of the SMILES.

    Args:
        smiles: A canonical SMILES.
        places: The drawing of the same molecule in the SMILES' order; laid out by RDKit if None.

    Returns:
        {"atoms": [[symbol, x, y, charge, hydrogens]], "bonds": [[i, j, order, aromatic]]}, the
        bonds in RDKit's order, which is that of `edges`.
    """
    mol = parse(smiles)
    drawn = places or of_smiles(smiles)
    orders = {frozenset((i, j)): order for i, j, order in drawn.bonds}
    atoms = [
        [symbol, round(x, 4), round(y, 4), charge, atom.GetTotalNumHs()]
        for (symbol, x, y, charge), atom in zip(drawn.atoms, mol.GetAtoms(), strict=True)
    ]
    bonds = [
        [i, j, orders[frozenset((i, j))], int(bond.GetIsAromatic())]
        for bond in mol.GetBonds()
        for i, j in [sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))]
    ]
    return {"atoms": atoms, "bonds": bonds}


def edges(smiles: str) -> list[tuple[int, int]]:
    """Directed edges (from u, to v): both directions of bond k are entries 2 k and 2 k + 1.

    Tracks of messages and attention along bonds have this order.
    """
    found = []
    for bond in parse(smiles).GetBonds():
        i, j = sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))
        found += [(i, j), (j, i)]
    return found


def placed(drawing: Drawing, checked: Checked) -> Drawing:
    """The drawing in the order of its SMILES, without hydrogen that was drawn by hand."""
    new = {old: k for k, old in enumerate(checked.order)}
    bonds = tuple((new[i], new[j], o) for i, j, o in drawing.bonds if i in new and j in new)
    return Drawing(tuple(drawing.atoms[k] for k in checked.order), bonds)


def described(problems: tuple[Problem, ...], drawing: Drawing) -> str:
    """All problems as one text, each with the atom that it is about."""
    parts = []
    for problem in problems:
        known = 0 <= problem.atom < len(drawing.atoms)
        name = f"{drawing.atoms[problem.atom][0]}{problem.atom + 1}: " if known else ""
        parts.append(f"{name}{problem.text}.")
    return " ".join(parts)


def rdkit_of(smiles: str, places: Drawing | None = None) -> Chem.Mol:
    """A sanitized molecule with the drawing's places, for Molfile and SVG."""
    if places is None:
        return parse(smiles)
    mol = to_rdkit(places)
    Chem.SanitizeMol(mol)
    return mol
