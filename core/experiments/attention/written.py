"""What somebody may write instead of tokens: a molecule's SMILES, the number of a picture."""

from __future__ import annotations

import torch

from core.experiments.attention.digits import as_tokens, pictures
from core.experiments.attention.molecules import BARE, GROUPS, MOST_ATOMS, encoded
from core.experiments.attention.problems import DIGITS, MOLECULES
from core.settings import SettingError

VANILLIN = "COc1cc(C=O)ccc1O"
FIRST = "1519"  # a 3 among the pictures that nothing is trained on
SYMBOLS = "CNOF"


def smiles_of(text: str) -> str:
    """The canonical SMILES of the molecule on the stage. Errors: `MoleculeError`."""
    from core.molecules.text import canonical

    return canonical(text or VANILLIN)


def of_smiles(text: str) -> list[int]:
    """Atoms of a molecule, in the order of its canonical SMILES.

    Errors: `SettingError` if there is no such molecule, or it has atoms that training has not.
    """
    from core.molecules.graph import MoleculeError, from_smiles  # RDKit, for this task alone

    try:
        molecule = from_smiles(smiles_of(text), max_atoms=MOST_ATOMS)
    except MoleculeError as error:
        raise SettingError("sequence", text, f"{error}") from None
    hydrogens = molecule.atoms[:, 3].tolist()
    ends = (*BARE[1:], len(GROUPS))  # where the groups of the next element begin
    groups = []
    for symbol, count in zip(molecule.symbols, hydrogens, strict=True):
        at = SYMBOLS.index(symbol)
        groups.append(BARE[at] + count)
        if groups[-1] >= ends[at]:
            break
    if len(groups) < len(molecule) or groups[-1] >= ends[at] or molecule.charged or len(groups) < 2:
        allowed = f"a SMILES of 2 to {MOST_ATOMS} atoms beside hydrogen, none charged, or nothing"
        raise SettingError("sequence", text, allowed)
    bonds = torch.from_numpy(molecule.bond_codes > 0)
    return encoded(torch.tensor(groups), bonds).tolist()


def of_number(text: str) -> list[int]:
    """The picture with this number. Errors: `SettingError` if there is none."""
    text, count = text or FIRST, len(pictures())
    if not text.strip().isdecimal() or not 1 <= int(text) <= count:
        raise SettingError("sequence", text, f"the number of a picture, 1 to {count}, or nothing")
    return as_tokens(pictures()[int(text) - 1 :][:1])[0].tolist()


OWN = {MOLECULES: of_smiles, DIGITS: of_number}
