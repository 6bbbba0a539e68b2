"""Molecules from text and back: SMILES, Molfile, SDF, SVG; bounded, with one sentence on errors."""

from __future__ import annotations

import re
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

from core.molecules.blocks import is_block, records, tidy
from core.molecules.graph import Molecule, MoleculeError, from_rdkit, from_smiles, sanitized
from core.molecules.stereo import MARKS, of_block

LONGEST = 200
"""Characters of a SMILES that a page takes."""
MOST_ATOMS = 64
"""Heavy atoms that a page takes."""
MOST_BYTES = 100_000
"""Characters of a Molfile or SDF that a page takes."""


def parse(smiles: str) -> Chem.Mol:
    """A sanitized RDKit molecule without explicit hydrogen, stereo marks or maps, in the limits.

    Raises:
        MoleculeError: Too long, not readable, against valence rules, or beyond QM9's elements.
    """
    text = smiles.strip() if isinstance(smiles, str) else ""
    if not text:
        raise MoleculeError("SMILES is empty: write one such as CCO")
    if len(text) > LONGEST:
        raise MoleculeError(f"SMILES has {len(text)} characters, more than {LONGEST}: shorten it")
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(text, sanitize=False) if text.isprintable() else None
        if mol is None:
            shown = text if len(text) <= 60 else text[:57] + "..."
            raise MoleculeError(f"SMILES {shown!r} can't be read: check brackets and ring digits")
        return _bounded(sanitized(mol, text))


def canonical(smiles: str, stereo: bool = False) -> str:
    """The canonical SMILES, without stereo marks unless they are asked for. Errors: see `parse`."""
    mol = parse(smiles)
    isomer = from_smiles(smiles).isomer if stereo and MARKS & set(smiles) else ""
    return isomer or str(Chem.MolToSmiles(mol, isomericSmiles=False))


def _bounded(mol: Chem.Mol) -> Chem.Mol:
    """Refuse what can't be drawn or what QM9's graph can't hold."""
    from_rdkit(mol, canonical=False, max_atoms=MOST_ATOMS)
    if any(atom.GetNumRadicalElectrons() for atom in mol.GetAtoms()):
        raise MoleculeError(
            "the molecule has an unpaired electron, as [CH3] has: write the missing hydrogen (C)"
        )
    return mol


def molecule(text: str) -> Molecule:
    """The one way from a text to a molecule: page, batch and command line. See `from_text`."""
    return from_smiles(from_text(text, stereo=True))


def from_text(text: str, stereo: bool = False) -> str:
    """The canonical SMILES of pasted text: a SMILES, a Molfile, or the first record of an SDF.

    Raises:
        MoleculeError: See `parse`; also names what a Molfile lacks.
    """
    if len(text) > MOST_BYTES:
        raise MoleculeError(
            f"the text has {len(text):,} characters, more than {MOST_BYTES:,}: paste one molecule"
        )
    text = re.sub(r"\r\n?", "\n", text)
    if not is_block(text):
        if "\n" in text.strip():
            raise MoleculeError(
                "the text is neither a SMILES on one line nor a Molfile (no counts line such as "
                "'  3  2  0 ... V2000'): paste one of them"
            )
        return canonical(text.split()[0] if text.split() else "", stereo)
    block = records(text)[0][1] if records(text) else ""
    # RDKit cuts an element's name after three bytes, and then can't read half a letter back.
    block = tidy(block.encode("ascii", "replace").decode())
    with rdBase.BlockLogs():
        try:
            mol = Chem.MolFromMolBlock(block, sanitize=False, strictParsing=False)
        except (ValueError, RuntimeError):
            mol = None
        if mol is None or not mol.GetNumAtoms():
            raise MoleculeError("the Molfile can't be read: check its atoms and bonds")
        isomer = of_block(mol) if stereo else ""
        mol = _bounded(sanitized(mol, "the Molfile"))
    return canonical(isomer or Chem.MolToSmiles(mol, isomericSmiles=False), stereo)


def left_out(text: str) -> str:
    """What `from_text` leaves out of an SDF with several records, in words; else empty."""
    text = re.sub(r"\r\n?", "\n", text)
    count = len(records(text)) if is_block(text) else 1
    return f"Record 1 of {count} is shown. The batch of the page Predict takes all." * (count > 1)


def molfile(mol: Chem.Mol) -> str:
    """A V2000 Molfile with the molecule's places, or with RDKit's layout if it has none."""
    if not mol.GetNumConformers():
        mol = Chem.Mol(mol)
        rdDepictor.Compute2DCoords(mol)
    return str(Chem.MolToMolBlock(mol, kekulize=True))


def svg(mol: Chem.Mol, width: int = 400, height: int = 300) -> str:
    """The molecule as RDKit draws it, on a transparent ground."""
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    options: Any = drawer.drawOptions()  # RDKit's type stub makes of its switch a method
    options.clearBackground = False
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, mol)
    drawer.FinishDrawing()
    return str(drawer.GetDrawingText())
