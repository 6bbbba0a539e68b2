"""Spellings of one molecule lead to one answer, and DFT values stand beside their own isomer."""

import json

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem, rdDepictor
from rdkit.Chem.EnumerateStereoisomers import EnumerateStereoisomers

from core.molecules import names, stereo, text
from core.qm9.cli import cli
from core.qm9.prediction import answers, predict
from core.qm9.prediction.predict import Library


def block(smiles, dimensions):
    """A Molfile of an isomer, drawn in a plane or with places in space."""
    mol = Chem.MolFromSmiles(smiles)
    if dimensions == 2:
        rdDepictor.Compute2DCoords(mol)
    else:
        mol = Chem.AddHs(mol)
        assert AllChem.EmbedMolecule(mol, randomSeed=1) == 0
    return Chem.MolToMolBlock(mol)


SPELLINGS = (
    ("CC=N", "N=CC", "[H]/N=C/C", "[H]\\N=C/C", "[H]N=C([H])C", "[CH3:1]/[CH:2]=[NH:3]"),
    ("CCO", "OCC", "[CH3:7][CH2:2][OH:1]", "[H]OCC", "[H:1]O[C@@H]([H])C", "C-C-O", "CCO name"),
    ("O=C1CC1", "C1(=O)CC1", "C%10C(=O)C%10", "[CH2:1]1[C:3](=[O:9])[CH2:2]1"),
)  # fmt: skip


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize(
    "smiles", ["C/C=C/C", "C/C=C\\C", "C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O", "N/N=C/C", "CCO"]
)
def test_a_molfile_says_which_isomer_it_is(smiles, dimensions):
    """As its SMILES does: by wedges and places in a plane, or by places in space."""
    given = block(smiles, dimensions)
    assert text.from_text(given, stereo=True) == text.from_text(smiles, stereo=True)
    assert text.from_text(given) == text.from_text(smiles)


@pytest.mark.parametrize("texts", SPELLINGS)
def test_every_spelling_is_the_same_molecule_for_page_and_command_line(texts, qm9, capsys):
    library = Library.of(qm9)
    found = [answers.answer(names.smiles(stereo=True).check("smiles", text)) for text in texts]
    found += predict.predict([text.molecule(t) for t in texts], answers.best(), library)
    assert cli.main(["predict", *texts, "--json"]) == 0
    printed = [one["properties"]["mu"]["value"] for one in json.loads(capsys.readouterr().out)]
    values = printed + [one.properties["mu"].value for one in found]
    assert values == pytest.approx([values[0]] * len(values), abs=1e-5)
    assert len({one.molecule.smiles for one in found}) == len({one.row for one in found}) == 1


def test_dft_values_are_those_of_the_isomer_that_is_meant(qm9):
    """Row 514 is an imine, trans by its geometry; a mirror image has the same energies."""
    library = Library.of(qm9)
    assert library.isomer(514) == "CCO/C=N/C"
    texts = ["CCOC=NC", "CCO/C=N/C", "CCO/C=N\\C"]
    plain, trans, cis = predict.predict([text.molecule(t) for t in texts], answers.best(), library)
    assert plain.row == trans.row == cis.row == 514
    assert plain.properties["mu"].dft == trans.properties["mu"].dft == pytest.approx(2.8689)
    assert cis.properties["mu"].dft is None
    assert plain.warnings == [] and "Stereo marks are ignored" in trans.warnings[0]
    assert "another isomer (CCO/C=N/C)" in cis.warnings[-1]
    assert cis.properties["mu"].value == pytest.approx(plain.properties["mu"].value, abs=1e-5)
    blocks = [block(t, places) for t in texts[1:] for places in (2, 3)]
    found = predict.predict([text.molecule(b) for b in blocks], answers.best(), library)
    assert [one.properties["mu"].dft is None for one in found] == [False, False, True, True]
    assert "another isomer (CCO/C=N/C)" in found[2].warnings[-1]


def test_isomers_are_told_apart_by_their_geometry(qm9):
    """Of rows with stereo, the isomer itself and its mirror image agree, no other one does."""
    library = Library.of(qm9)
    rows = [int(row) for row in np.random.default_rng(1).choice(len(qm9), 60, replace=False)]
    told = [(row, library.isomer(row)) for row in rows]
    told = [(row, known) for row, known in told if stereo.MARKS & set(known)]
    assert len(told) > 20
    for row, known in told:
        mirror = known.replace("@@", "!").replace("@", "@@").replace("!", "@")
        for meant in (known, mirror):
            assert library.holds(row, text.molecule(meant))
        flat = Chem.MolFromSmiles(qm9.canonical[row])
        for other in EnumerateStereoisomers(flat):
            smiles = Chem.MolToSmiles(other)
            molecule = text.molecule(smiles)
            if molecule.isomer:
                same = molecule.isomer in (text.canonical(m, stereo=True) for m in (known, mirror))
                assert library.holds(row, molecule) == same
