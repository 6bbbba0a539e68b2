"""Single-atom edits: complete for small molecules, valid for all, bounded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from core.molecules import edits, from_smiles
from core.molecules.edits import MOST_EDITS
from core.molecules.names import NAMES
from core.molecules.text import canonical


def reached(smiles):
    return {edit.smiles for edit in edits.edits(smiles)}


def test_every_edit_of_water_and_ethanol():
    """Written out by hand."""
    assert reached("O") == {"C", "N", "F", "CO", "NO", "OO", "OF"}
    expected = {
        "NCO", "OCO", "OCF",  # first carbon
        "CO", "CC",  # without an end
        "CNO", "COO",  # second carbon
        "CCC", "CCN", "CCF",  # oxygen
        "CCCO", "NCCO", "OCCO", "OCCF",  # on the first carbon
        "CC(C)O", "CC(N)O", "CC(O)O", "CC(O)F",  # on the second
        "CCOC", "CCON", "CCOO", "CCOF",  # on the oxygen
    }  # fmt: skip
    assert reached("CCO") == {canonical(s) for s in expected}


def test_valence_and_rings_are_kept():
    assert "c1ccncc1" in reached("c1ccccc1")
    assert "c1ccoc1" in reached("c1cc[nH]c1")
    assert not any("F1" in s for s in reached("C1CC1"))  # fluorine holds one bond
    assert all(s.count(".") == 0 for s in reached("CC(C)(C)C"))


@pytest.mark.parametrize("name", NAMES)
def test_every_edit_is_a_molecule_one_atom_away(name):
    start = Chem.MolFromSmiles(NAMES[name])
    before = start.GetNumAtoms()
    for edit in edits.edits(NAMES[name]):
        molecule = from_smiles(edit.smiles)
        change = {"w": -1, "→": 0, " ": 1}
        kind = "w" if edit.words.startswith("without") else "→" if "→" in edit.words else " "
        assert len(molecule) == before + change[kind]
        assert molecule.radicals == 0 and canonical(edit.smiles) == edit.smiles
        assert 0 <= edit.atom < before


def test_no_molecule_comes_twice_nor_the_first_again():
    found = [e.smiles for e in edits.edits("c1ccccc1")]
    assert len(found) == len(set(found)) and "c1ccccc1" not in found
    assert len(found) == 5  # all six carbons are equal: N in the ring, and four groups


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(sorted(NAMES)), st.integers(0, 10**6))
def test_the_order_of_the_atoms_does_not_matter(name, seed):
    start = canonical(NAMES[name])
    mol = Chem.MolFromSmiles(start)
    again = Chem.MolToSmiles(mol, canonical=False, doRandom=True)
    if len(again) <= 200:
        assert reached(start) == reached(again)


@pytest.mark.parametrize("smiles", ["C" * 64, "C(F)(F)" * 20 + "C", "CC(C)" * 20 + "C"])
def test_large_molecules_have_bounded_edits(smiles):
    found = edits.edits(smiles)
    assert len(found) <= MOST_EDITS
