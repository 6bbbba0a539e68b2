"""All ways to change one atom of a molecule: another element, one atom less, one atom more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rdkit import Chem, rdBase

from core.molecules.graph import MoleculeError
from core.molecules.text import LONGEST, MOST_ATOMS, parse

ELEMENTS = ("C", "N", "O", "F")
MOST_EDITS = 240
"""Edits of a molecule that are made at most; a molecule of QM9 has about 40."""


@dataclass(frozen=True)
class Edit:
    """One edit: what is done, in words, and the canonical SMILES that it leads to."""

    smiles: str
    words: str
    atom: int


def edits(smiles: str, most: int = MOST_EDITS) -> list[Edit]:
    """Every valid single-atom edit, each resulting molecule once, in the order of the atoms.

    An atom becomes C, N, O or F where its bonds allow it; an atom with one bond is removed; an atom
    is added by a single bond where a hydrogen is. Edits that RDKit's valence rules refuse are left
    out, and so are those that lead beyond the limits of a page.

    Raises:
        MoleculeError: As `core.molecules.text.parse`.
    """
    mol = parse(smiles)
    found: dict[str, Edit] = {Chem.MolToSmiles(mol): Edit(smiles, "", -1)}
    with rdBase.BlockLogs():
        for changed, words, atom in _all(mol):
            text = _canonical(changed)
            if text and text not in found:
                found[text] = Edit(text, words, atom)
            if len(found) > most:
                break
    return list(found.values())[1:]


def _all(mol: Chem.Mol) -> Iterator[tuple[Chem.RWMol, str, int]]:
    """Edited copies, not yet checked, what was done, and at which atom."""
    for atom in mol.GetAtoms():
        index, name = atom.GetIdx(), f"{atom.GetSymbol()}{atom.GetIdx() + 1}"
        for symbol in ELEMENTS:
            if symbol != atom.GetSymbol() and not atom.GetFormalCharge():
                yield _replaced(mol, index, symbol), f"{name} → {symbol}", index
        if atom.GetDegree() == 1 and mol.GetNumAtoms() > 1:
            copy = Chem.RWMol(mol)
            copy.RemoveAtom(index)
            yield copy, f"without {name}", index
        if atom.GetTotalNumHs() and mol.GetNumAtoms() < MOST_ATOMS:
            for symbol in ELEMENTS:
                yield _grown(mol, index, symbol), f"{symbol} on {name}", index


def _replaced(mol: Chem.Mol, index: int, symbol: str) -> Chem.RWMol:
    """Another element at an atom; its hydrogens are counted anew."""
    copy = Chem.RWMol(mol)
    Chem.Kekulize(copy, clearAromaticFlags=True)
    new = Chem.Atom(symbol)
    copy.ReplaceAtom(index, new)
    _free(copy)
    return copy


def _grown(mol: Chem.Mol, index: int, symbol: str) -> Chem.RWMol:
    """One more atom in the place of a hydrogen."""
    copy = Chem.RWMol(mol)
    Chem.Kekulize(copy, clearAromaticFlags=True)
    bare = copy.GetAtomWithIdx(index)
    if bare.GetNumExplicitHs():
        bare.SetNumExplicitHs(bare.GetNumExplicitHs() - 1)
    copy.AddBond(index, copy.AddAtom(Chem.Atom(symbol)), Chem.BondType.SINGLE)
    return copy


def _free(mol: Chem.RWMol) -> None:
    """Let RDKit count the hydrogens of uncharged atoms: [nH] beside a new atom may change."""
    for atom in mol.GetAtoms():
        if not atom.GetFormalCharge():
            atom.SetNumExplicitHs(0)
            atom.SetNoImplicit(False)


def _canonical(mol: Chem.RWMol) -> str:
    """Canonical SMILES of a valid molecule of one piece as before; empty where it is none."""
    pieces = len(Chem.GetMolFrags(mol))
    try:
        Chem.Kekulize(mol, clearAromaticFlags=True)
        _free(mol)
        Chem.SanitizeMol(mol)
        text = str(Chem.MolToSmiles(mol, isomericSmiles=False))
        parse(text)
    except (Chem.MolSanitizeException, ValueError, RuntimeError, MoleculeError):
        return ""
    return text if len(text) <= LONGEST and pieces == text.count(".") + 1 else ""
