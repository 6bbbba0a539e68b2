"""Known molecules by name, for menus; SMILES as chemists write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.molecules.text import LONGEST, canonical
from core.settings.kinds import SettingError, Text

NAMES = {
    "water": "O", "methane": "C", "ammonia": "N", "hydrogen cyanide": "C#N",
    "carbon dioxide": "O=C=O", "formaldehyde": "C=O", "methanol": "CO", "ethanol": "CCO",
    "acetone": "CC(C)=O", "acetic acid": "CC(=O)O", "urea": "NC(N)=O", "acetamide": "CC(N)=O",
    "glycine": "NCC(=O)O", "alanine": "CC(N)C(=O)O", "serine": "NC(CO)C(=O)O",
    "lactic acid": "CC(O)C(=O)O", "glycerol": "OCC(O)CO", "cyclopropane": "C1CC1",
    "cyclohexane": "C1CCCCC1", "cubane": "C12C3C4C1C5C2C3C45", "benzene": "c1ccccc1",
    "toluene": "Cc1ccccc1", "phenol": "Oc1ccccc1", "aniline": "Nc1ccccc1",
    "benzaldehyde": "O=Cc1ccccc1", "benzoic acid": "OC(=O)c1ccccc1", "fluorobenzene": "Fc1ccccc1",
    "styrene": "C=Cc1ccccc1", "naphthalene": "c1ccc2ccccc2c1", "pyridine": "c1ccncc1",
    "pyrrole": "c1cc[nH]c1", "furan": "c1ccoc1", "imidazole": "c1c[nH]cn1",
    "pyrimidine": "c1cncnc1", "indole": "c1ccc2[nH]ccc2c1", "uracil": "O=c1cc[nH]c(=O)[nH]1",
    "thymine": "Cc1c[nH]c(=O)[nH]c1=O", "cytosine": "Nc1cc[nH]c(=O)n1",
    "adenine": "Nc1ncnc2[nH]cnc12", "guanine": "Nc1nc2[nH]cnc2c(=O)[nH]1",
    "caffeine": "Cn1c(=O)c2c(ncn2C)n(C)c1=O", "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "paracetamol": "CC(=O)Nc1ccc(O)cc1", "ibuprofen": "CC(C)Cc1ccc(cc1)C(C)C(=O)O",
    "dopamine": "NCCc1ccc(O)c(O)c1", "serotonin": "NCCc1c[nH]c2ccc(O)cc12",
    "vanillin": "COc1cc(C=O)ccc1O", "menthol": "CC(C)C1CCC(C)CC1O", "nicotine": "CN1CCCC1c1cccnc1",
    "glucose": "OCC1OC(O)C(O)C(O)C1O",
    "cholesterol": "CC(C)CCCC(C)C1CCC2C3CC=C4CC(O)CCC4(C)C3CCC12C",
}  # fmt: skip


@dataclass(frozen=True)
class Smiles(Text):
    """A setting that is a molecule of at most 64 heavy atoms; its value is the canonical SMILES.

    Without stereo marks, so that equal graphs are equal settings, unless `stereo` keeps them.
    """

    stereo: bool = False

    def parse(self, name: str, text: str) -> str:
        """See `Kind`. In a link typed by hand, + has become a blank and %10 a control character."""
        text = re.sub(r"\[[^\]]*\]", lambda found: found[0].replace(" ", "+"), text)
        return re.sub(r"[\x10-\x19]", lambda found: f"%{ord(found[0]):x}", text)

    def check(self, name: str, value: object) -> str:
        """See `Kind`: canonical, so that equal molecules are equal settings."""
        try:
            return canonical(value if isinstance(value, str) else "", self.stereo)
        except ValueError as error:
            raise SettingError(name, value, str(error).rstrip(".")) from None


def smiles(label: str = "Molecule (SMILES)", stereo: bool = False) -> Smiles:
    """The declaration of a setting that is a molecule, or with `stereo` an isomer."""
    said = "Up to 64 heavy atoms of C, N, O, F with their hydrogen. Networks see no stereo marks."
    return Smiles(label=label, longest=LONGEST, verify=canonical, help=said, stereo=stereo)
