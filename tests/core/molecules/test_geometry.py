"""Molecules in space and on paper: the source's distances, RDKit's bonds, files that read back."""

import csv

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdMolTransforms

from core.molecules.depict import CLEAR, clearance, depiction, laid_out
from core.molecules.geometry import bonds_by_distance, formula, placed, sdf_text, xyz_text
from core.qm9.data.source import find_files
from core.qm9.prediction import card
from core.qm9.prediction.census import census
from core.qm9.prediction.library import geometry


def distances(xyz):
    return np.linalg.norm(xyz[:, None] - xyz[None], axis=-1)


def from_the_source(count):
    """Number -> (symbols, positions) of the first molecules, read from qm9pack's CSV itself."""
    with open(find_files()[0], newline="") as stream:
        for _, row in zip(range(count), csv.DictReader(stream), strict=False):
            symbols = row["Elements"].strip("[]").replace("'", "").replace(" ", "").split(",")
            numbers = row["XYZ_Ang"].replace("[", "").replace("]", "").replace("*^", "e").split(",")
            yield int(row["Index"]), symbols, np.array(numbers, float).reshape(-1, 3)


def test_distances_are_those_of_the_source():
    for number, symbols, xyz in from_the_source(200):
        row = census().row(number)
        numbers, places, *_ = card.solid(row)
        table = Chem.GetPeriodicTable()
        assert sorted(table.GetElementSymbol(z) for z in numbers) == sorted(symbols)
        # Sorted, since hydrogens stand last here; stored in thousandths of an Angstrom.
        ours, theirs = (np.sort(distances(p).ravel()) for p in (places, xyz))
        np.testing.assert_allclose(ours, theirs, atol=2e-3)


def test_positions_lie_on_the_graph():
    """Every bond of the SMILES is as long as a bond, and almost every molecule has its place."""
    failed = 0
    rows = census().order(11)[:400]
    for row in rows:
        smiles = census().library.data.smiles[row]
        mol = placed(smiles, *geometry().molecule(int(row)))
        if mol is None:
            failed += 1
            continue
        heavy = Chem.RemoveHs(mol)
        assert [a.GetSymbol() for a in heavy.GetAtoms()] == [
            a.GetSymbol() for a in Chem.MolFromSmiles(smiles).GetAtoms()
        ]
        for bond in mol.GetBonds():
            ends = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
            assert 0.9 < rdMolTransforms.GetBondLength(mol.GetConformer(), *ends) < 1.9
    assert failed <= 2


def test_ethanes_bonds():
    numbers, xyz = geometry().molecule(census().find("CC"))
    pairs = bonds_by_distance(numbers, xyz)
    assert len(pairs) == 7 and (0, 1) in pairs


def test_another_molecule_is_not_forced_onto_the_positions():
    numbers, xyz = geometry().molecule(census().find("CCO"))
    assert placed("COC", numbers, xyz) is None
    assert placed("CC", numbers, xyz) is None


@pytest.mark.parametrize("name", ["thymine", "cubane", "methane", "hydrogen cyanide", "benzene"])
def test_files_read_back(name):
    counted = census()
    row = counted.find(name)
    data = counted.library.data
    made = card.files(row, int(data.index[row]), data.canonical[row], counted)
    again = Chem.MolFromMolBlock(made["sdf"](), removeHs=True)
    assert Chem.MolToSmiles(again, isomericSmiles=False) == data.canonical[row]
    assert made["sdf"]().count("$$$$") == 1 and made["sdf"]().count(">  <") == 19
    from_xyz = Chem.MolFromXYZBlock(made["xyz"]())
    numbers, xyz, *_ = card.solid(row)
    assert [a.GetAtomicNum() for a in from_xyz.GetAtoms()] == numbers
    np.testing.assert_allclose(from_xyz.GetConformer().GetPositions(), xyz, atol=1e-6)


def test_a_comment_cannot_add_lines():
    assert xyz_text([1], np.zeros((1, 3)), "a\nb").splitlines()[1] == "a b"
    mol = placed("C", *geometry().molecule(0))
    assert sdf_text(mol, "x", {"f": "1"}).endswith(">  <f>\n1\n\n$$$$\n")


def test_formulas():
    assert formula("Cc1c[nH]c(=O)[nH]c1=O") == "C5H6N2O2"


# --- on paper -------------------------------------------------------------------------------------


def test_a_depiction_has_the_ink_of_its_page():
    svg = depiction("Nc1ccc(F)cc1")
    assert svg.startswith("<svg") and "currentColor" in svg
    assert "#000000" not in svg and "<script" not in svg and "<rect" not in svg
    assert "#2f83c4" in svg.lower() and "#12946a" in svg.lower()


def test_a_mark_and_indices_are_drawn():
    plain, marked = depiction("CCO", mark=-1), depiction("CCO", mark=2)
    assert marked != plain and "#f59322" in marked.lower()
    assert len(depiction("CCO", indices=True)) > len(plain)
    assert depiction("CCO", mark=99) == plain


def test_a_text_that_is_no_molecule_is_refused():
    with pytest.raises(ValueError, match="can't be read"):
        depiction("C(")


def test_cages_are_drawn_with_room():
    assert clearance(laid_out("C12C3C4C1C5C2C3C45")) > CLEAR
    crowded = [clearance(laid_out(census().library.data.smiles[row])) < CLEAR
               for row in census().order(2)[:400]]  # fmt: skip
    assert np.mean(crowded) < 0.06


def test_clearance_is_a_distance():
    mol = Chem.MolFromSmiles("CCC")
    conformer = Chem.Conformer(3)
    for k, place in enumerate([(0, 0, 0), (1, 0, 0), (1, 1, 0)]):
        conformer.SetAtomPosition(k, [float(v) for v in place])
    mol.AddConformer(conformer)
    assert clearance(mol) == pytest.approx(1.0)
