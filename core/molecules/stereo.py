"""Which isomer is meant: stereo marks of a SMILES, and those that positions in space tell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem, rdBase

from core.molecules.geometry import Numbers, placed

MARKS = frozenset("@/\\")


def marked(mol: Chem.Mol) -> str:
    """The canonical SMILES with the stereo marks of a molecule that is not sanitized yet.

    Empty where no mark means anything, or where it is no molecule.
    """
    mol = Chem.Mol(mol)
    try:
        for atom in mol.GetAtoms():
            atom.SetAtomMapNum(0)
        Chem.SanitizeMol(mol)
        Chem.AssignStereochemistry(mol, cleanIt=True, force=True)
        text = str(Chem.MolToSmiles(Chem.RemoveHs(mol)))
    except (Chem.MolSanitizeException, ValueError, RuntimeError):
        return ""
    return text if MARKS & set(text) else ""


def of_block(mol: Chem.Mol) -> str:
    """The same of a Molfile as it was read: by wedges and places in a plane, or by places in space.

    A double bond that the file calls "either" says nothing.
    """
    mol = Chem.Mol(mol)
    try:
        Chem.SanitizeMol(mol)
        if mol.GetNumConformers():
            if mol.GetConformer().Is3D():
                Chem.AssignAtomChiralTagsFromStructure(mol)
            else:
                Chem.AssignChiralTypesFromBondDirs(mol)
            Chem.DetectBondStereoChemistry(mol, mol.GetConformer())
    except (Chem.MolSanitizeException, ValueError, RuntimeError):
        return ""
    return marked(mol)


def of_positions(smiles: str, numbers: Numbers, xyz: NDArray[np.float64]) -> str:
    """The SMILES with the stereo marks that a geometry tells; empty where it contradicts it.

    Shapes:
        numbers: (a,), atomic numbers; xyz: (a, 3), in Angstrom
    """
    mol = placed(smiles, numbers, xyz)
    if mol is None:
        return ""
    Chem.AssignStereochemistryFrom3D(mol)
    return str(Chem.MolToSmiles(Chem.RemoveHs(mol)))


def agree(said: str, known: str) -> bool:
    """Whether an isomer is the known one or its mirror image, which has the same energies.

    What `said` leaves open does not count.
    """
    with rdBase.BlockLogs():
        whole, one = Chem.AddHs(Chem.MolFromSmiles(known)), Chem.AddHs(Chem.MolFromSmiles(said))
    mirrored = Chem.Mol(one)
    for atom in mirrored.GetAtoms():
        atom.InvertChirality()
    return any(whole.HasSubstructMatch(part, useChirality=True) for part in (one, mirrored))
