"""What is wrong with a drawn molecule, at which atom, in a student's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rdkit import Chem, rdBase

from core.molecules.graph import ATOMIC_NUMBERS

_NAMES = {
    "H": "Hydrogen", "C": "Carbon", "N": "Nitrogen", "O": "Oxygen", "F": "Fluorine",
    "S": "Sulfur", "P": "Phosphorus", "Cl": "Chlorine", "Br": "Bromine", "I": "Iodine",
    "B": "Boron", "Si": "Silicon",
}  # fmt: skip
_HELP = {
    ("N", 4): "with a + charge it may hold 4",
    ("O", 3): "with a + charge it may hold 3",
}


@dataclass(frozen=True)
class Problem:
    """One sentence about one atom of a drawing."""

    atom: int
    text: str


def problems_of(mol: Chem.Mol) -> tuple[Problem, ...]:
    """All problems of a molecule that has not been sanitized; none means that RDKit takes it."""
    if not mol.GetNumAtoms():
        return (Problem(-1, "Nothing is drawn yet: place an atom"),)
    if not any(atom.GetAtomicNum() > 1 for atom in mol.GetAtoms()):
        return (Problem(0, "Hydrogen alone is no graph of heavy atoms: add C, N, O or F"),)
    foreign = [_foreign(a) for a in mol.GetAtoms() if a.GetAtomicNum() not in ATOMIC_NUMBERS]
    with rdBase.BlockLogs():  # our sentence is the only one
        found = [_sentence(mol, problem) for problem in Chem.DetectChemistryProblems(mol)]
    lone = [] if found else _radicals(mol)
    return (*foreign, *found, *lone)


def _foreign(atom: Chem.Atom) -> Problem:
    symbol = atom.GetSymbol()
    name = _NAMES.get(symbol, symbol)
    return Problem(
        atom.GetIdx(),
        f"{name} is not in QM9, whose molecules hold H, C, N, O and F: choose one of these",
    )


def _sentence(mol: Chem.Mol, problem: Any) -> Problem:
    if problem.GetType() != "AtomValenceException":
        return Problem(_first(problem), "No pattern of single and double bonds fits here")
    atom = mol.GetAtomWithIdx(problem.GetAtomIdx())
    symbol, charge = atom.GetSymbol(), atom.GetFormalCharge()
    bonds = int(sum(bond.GetBondTypeAsDouble() for bond in atom.GetBonds()))
    most = most_bonds(symbol, charge)
    if most < 0:
        return Problem(atom.GetIdx(), f"{symbol} can't have charge {charge:+d}: change it")
    name = _NAMES.get(symbol, symbol) + (f" with charge {charge:+d}" if charge else "")
    more = _HELP.get((symbol, bonds), "") if not charge else ""
    remedy = f"erase {'one' if bonds == most + 1 else bonds - most} or lower an order"
    text = f"{name} holds {most} bond{'s' * (most != 1)}, not {bonds}: {remedy}"
    return Problem(atom.GetIdx(), f"{text} ({more})" if more else text)


def _first(problem: Any) -> int:
    """An atom to hang the sentence on."""
    if hasattr(problem, "GetAtomIndices") and list(problem.GetAtomIndices()):
        return int(list(problem.GetAtomIndices())[0])
    return int(problem.GetAtomIdx()) if hasattr(problem, "GetAtomIdx") else 0


def most_bonds(symbol: str, charge: int) -> int:
    """The most bonds that an element holds at a charge, as RDKit counts; -1 for none at all."""
    table = Chem.GetPeriodicTable()
    # A charged atom binds like its neighbor in the periodic table: N+ like C, O- like F.
    number = table.GetAtomicNumber(symbol) - charge
    if number < 1 or number > 118:
        return -1
    if number in (2, 10):  # an O(2-), an F(-): closed shells bind nothing
        return 0
    return max(table.GetValenceList(number))


def _radicals(mol: Chem.Mol) -> list[Problem]:
    """A charge that leaves an unpaired electron, as on CH3 without its H."""
    copy = Chem.Mol(mol)
    try:
        with rdBase.BlockLogs():
            Chem.SanitizeMol(copy)
    except (Chem.MolSanitizeException, ValueError, RuntimeError):
        return [Problem(0, "RDKit can't make sense of this molecule: undo the last stroke")]
    text = "An unpaired electron stays here, which QM9 never has: change the charge"
    return [Problem(a.GetIdx(), text) for a in copy.GetAtoms() if a.GetNumRadicalElectrons()]
