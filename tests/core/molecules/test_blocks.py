"""Molfiles and links as people have them: read, or refused by naming what is missing."""

import re
from urllib.parse import parse_qs

import pytest
from rdkit import Chem

from core.molecules import names, picture, text
from core.molecules.graph import MoleculeError

HARMED = {
    "title line lost": lambda block: block.split("\n", 1)[1],
    "three lines lost": lambda block: block.split("\n", 3)[3],
    "one blank line too many": lambda block: "\n" + block,
    "no end": lambda block: block.replace("M  END\n", ""),
    "CR only": lambda block: block.replace("\n", "\r"),
    "CR LF": lambda block: block.replace("\n", "\r\n"),
    "blank lines between": lambda block: block.replace("\n", "\r\r\n"),
    "tabs": lambda block: re.sub(r"(?<=\S) +", "\t", block),
    "one blank between": lambda block: re.sub(r" +", " ", block),
    "no version": lambda block: block.replace(" V2000", ""),
    "fields behind": lambda block: block + "> <n>\n1\n\n$$$$\n",
    "V3000": lambda block: Chem.MolToV3KMolBlock(Chem.MolFromMolBlock(block)),
    "V3000 without end": lambda block: HARMED["no end"](HARMED["V3000"](block)),
    "V3000 with tabs": lambda block: HARMED["V3000"](block).replace(" ", "\t"),
}


@pytest.mark.parametrize("harm", HARMED)
@pytest.mark.parametrize(
    "smiles", ["O=Cc1ccccc1", "[NH3+]CC(=O)[O-]", "C[N+](=O)[O-]", "C" * 12, "O", "C.O"]
)
def test_molfiles_are_found_by_their_counts_line(harm, smiles):
    whole = text.molfile(picture.rdkit_of(text.canonical(smiles)))
    assert text.from_text(HARMED[harm](whole)) == text.canonical(smiles)


SMALL = text.molfile(picture.rdkit_of("CCO"))


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("\n".join(SMALL.split("\n")[:6]), "lists 2 of the 3 atoms"),
        ("\n".join(SMALL.split("\n")[:8]), "lists 1 of the 2 bonds"),
        ("\n".join([*SMALL.split("\n")[:3], *SMALL.split("\n")[4:]]), "no counts line"),
        (SMALL.replace("M  END", "A    3\nOMe\nM  END"), r"atom 3 is an abbreviation \(OMe\)"),
        (SMALL.replace(" O  ", " OMe"), "atom 3 is OMe, which is no element"),
        (SMALL.replace(" O  ", " R# "), "atom 3 is R#, which is no element"),
        ("$RXN\n\n\n\n  1  1\n$MOL\n" + SMALL, "is a reaction"),
        ("CCO\nCCN\n", "neither a SMILES on one line nor a Molfile"),
        (SMALL.replace("M  END", "M  ISO  1   1  13\nM  END"), "isotope 13C"),
        (SMALL.replace("M  END", "M  RAD  1   1   2\nM  END"), "unpaired electron"),
    ],
)
def test_what_a_molfile_lacks_is_named(block, words):
    with pytest.raises(MoleculeError, match=words):
        text.from_text(block)


def test_of_several_records_the_first_is_shown_and_it_is_said():
    both = SMALL + "$$$$\n" + SMALL.replace(" O ", " N ") + "$$$$\n\n"
    for end in ("\n", "\r\n", "\r"):
        assert text.from_text(both.replace("\n", end)) == "CCO"
        assert text.left_out(both.replace("\n", end)).startswith("Record 1 of 2 is shown.")
    assert text.left_out(SMALL + "$$$$\n") == text.left_out("CCO") == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("C%10CCCCC%10", "C1CCCCC1"), ("C%19C(=O)C%19", "O=C1CC1"),
        ("[NH3+]CC(=O)[O-]", "[NH3+]CC(=O)[O-]"), ("CC#N", "CC#N"),
    ],
)  # fmt: skip
def test_links_typed_by_hand(typed, meant):
    """As a browser and its server read them: + is a blank, %10 a control character."""
    kind = names.smiles()
    (value,) = parse_qs(f"smiles={typed.replace('#', '%23')}")["smiles"]
    assert kind.check("smiles", kind.parse("smiles", value)) == meant
