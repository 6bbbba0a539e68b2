"""A molecule as somebody draws it: elements, places, bonds; and what chemistry says of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rdkit import Chem
from rdkit.Chem import rdDepictor

from core.molecules.graph import MoleculeError
from core.molecules.text import LONGEST, MOST_ATOMS, parse
from core.molecules.valence import Problem, problems_of

SYMBOLS = frozenset(Chem.GetPeriodicTable().GetElementSymbol(z) for z in range(1, 119))
BOND_LENGTH = 1.5  # RDKit's, in its own unit; a drawing's unit is one bond length
_ORDERS = (Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE)


@dataclass(frozen=True)
class Drawing:
    """Atoms (element, x, y, charge) and bonds (i, j, order 1 to 3), as on the screen, y upwards.

    The unit of length is one bond. Rings are drawn with single and double bonds (Kekulé).
    """

    atoms: tuple[tuple[str, float, float, int], ...] = ()
    bonds: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Checked:
    """What a drawing means: atom k of `smiles` is atom `order[k]` of the drawing.

    With `problems` there is no SMILES: each names an atom of the drawing and says what is wrong.
    """

    smiles: str
    order: tuple[int, ...]
    problems: tuple[Problem, ...] = ()


def read(value: Mapping[str, Any]) -> Drawing:
    """A drawing from plain data that came from outside: {"atoms": [[...]], "bonds": [[...]]}.

    Raises:
        MoleculeError: Anything that is not a drawing of 1 to 64 heavy atoms.
    """
    try:
        atoms = tuple((str(s), float(x), float(y), int(q)) for s, x, y, q in value["atoms"])
        bonds = tuple((int(i), int(j), int(order)) for i, j, order in value["bonds"])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise MoleculeError("this is not a drawing: undo the last stroke") from None
    _check_atoms(atoms)
    pairs = {frozenset((i, j)) for i, j, _ in bonds}
    within = all(0 <= a < len(atoms) for i, j, _ in bonds for a in (i, j))
    if len(pairs) < len(bonds) or not within or any(len(pair) == 1 for pair in pairs):
        raise MoleculeError("a bond must join two different atoms once: undo the last stroke")
    for i, j, order in bonds:
        if order not in (1, 2, 3):
            raise MoleculeError(f"bond {i}-{j} has order {order}: draw 1, 2 or 3")
    return Drawing(atoms, bonds)


def _check_atoms(atoms: Sequence[tuple[str, float, float, int]]) -> None:
    heavy = sum(symbol != "H" for symbol, *_ in atoms)
    if heavy > MOST_ATOMS or len(atoms) > 2 * MOST_ATOMS:
        raise MoleculeError(f"{heavy} heavy atoms are more than {MOST_ATOMS}: erase some")
    for symbol, x, y, charge in atoms:
        if symbol not in SYMBOLS:
            raise MoleculeError(f"{symbol[:8]!r} is not an element: write C, N, O, F or H")
        if not (math.isfinite(x) and math.isfinite(y) and abs(x) < 1e4 and abs(y) < 1e4):
            raise MoleculeError(f"atom {symbol} lies nowhere: move it back into the picture")
        if abs(charge) > 4:
            raise MoleculeError(f"{symbol} has charge {charge:+d}: give it -4 to +4")


def to_rdkit(drawing: Drawing) -> Chem.Mol:
    """The drawing as RDKit has it, not sanitized, with its places as a conformer in angstrom."""
    mol = Chem.RWMol()
    conformer = Chem.Conformer(len(drawing.atoms))
    for index, (symbol, x, y, charge) in enumerate(drawing.atoms):
        atom = Chem.Atom(symbol)
        atom.SetFormalCharge(charge)
        mol.AddAtom(atom)
        conformer.SetAtomPosition(index, (x * BOND_LENGTH, y * BOND_LENGTH, 0.0))
    for i, j, order in drawing.bonds:
        mol.AddBond(i, j, _ORDERS[order - 1])
    mol.AddConformer(conformer)
    return mol.GetMol()


def check(drawing: Drawing) -> Checked:
    """Sanitize with RDKit: the canonical SMILES, or what is wrong and at which atom."""
    mol = to_rdkit(drawing)
    problems = problems_of(mol)
    if problems:
        return Checked("", (), problems)
    Chem.SanitizeMol(mol)
    for atom in mol.GetAtoms():
        atom.SetIntProp("drawn", atom.GetIdx())
    bare = Chem.RemoveHs(mol)
    text = Chem.MolToSmiles(bare, isomericSmiles=False)
    if len(text) > LONGEST:
        long = f"its SMILES has {len(text)} characters, more than {LONGEST}: erase some atoms"
        return Checked("", (), (Problem(0, long),))
    written = list(bare.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"])
    drawn = tuple(bare.GetAtomWithIdx(i).GetIntProp("drawn") for i in written)
    return Checked(text, drawn)


def of_smiles(smiles: str) -> Drawing:
    """Lay a molecule out with RDKit; atom k of the drawing is atom k of the SMILES.

    Raises:
        MoleculeError: No SMILES of a molecule that can be drawn.
    """
    return of_rdkit(parse(smiles))


def of_rdkit(mol: Chem.Mol) -> Drawing:
    """The drawing of a sanitized molecule, laid out anew."""
    mol = Chem.Mol(mol)
    Chem.Kekulize(mol, clearAromaticFlags=True)
    rdDepictor.SetPreferCoordGen(False)
    rdDepictor.Compute2DCoords(mol, canonOrient=True)
    places = mol.GetConformer().GetPositions() / BOND_LENGTH
    atoms = tuple(
        (a.GetSymbol(), round(float(x), 4), round(float(y), 4), a.GetFormalCharge())
        for a, (x, y, _) in zip(mol.GetAtoms(), places, strict=True)
    )
    bonds = tuple(
        (b.GetBeginAtomIdx(), b.GetEndAtomIdx(), 1 + _ORDERS.index(b.GetBondType()))
        for b in mol.GetBonds()
    )
    return Drawing(atoms, bonds)


def clean(drawing: Drawing) -> Drawing:
    """The same atoms and bonds in RDKit's own layout; a wrong valence does not matter."""
    mol = to_rdkit(drawing)
    mol.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(mol)
    rdDepictor.Compute2DCoords(mol, canonOrient=True)
    places = mol.GetConformer().GetPositions() / BOND_LENGTH
    atoms = tuple(
        (symbol, round(float(x), 4), round(float(y), 4), charge)
        for (symbol, _, _, charge), (x, y, _) in zip(drawing.atoms, places, strict=True)
    )
    return Drawing(atoms, drawing.bonds)
