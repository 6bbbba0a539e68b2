"""Drawings: chemistry against RDKit, round trips, wrong valences in words, hostile input."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from core.molecules import drawing, picture, text, valence
from core.molecules.drawing import Drawing, check, clean, of_smiles, read
from core.molecules.graph import MoleculeError, from_smiles
from core.molecules.names import NAMES, smiles
from core.molecules.picture import placed
from core.settings import SettingError


def star(symbol, count, charge=0, leaf="C"):
    """An atom with `count` single bonds."""
    atoms = [(symbol, 0.0, 0.0, charge)] + [(leaf, 1.0, float(k), 0) for k in range(count)]
    return Drawing(tuple(atoms), tuple((0, k + 1, 1) for k in range(count)))


@pytest.mark.parametrize("name", NAMES)
def test_known_molecules_survive_the_sketcher(name):
    canonical = text.canonical(NAMES[name])
    assert check(of_smiles(canonical)).smiles == canonical
    assert canonical == Chem.CanonSmiles(NAMES[name], useChiral=0)


def test_a_thousand_random_qm9_molecules_survive_the_sketcher(qm9):
    rows = np.random.default_rng(1).choice(len(qm9), 1000, replace=False)
    for row in rows:
        canonical = text.canonical(qm9.smiles[row])
        drawn = of_smiles(canonical)
        event = json.loads(json.dumps({"atoms": drawn.atoms, "bonds": drawn.bonds}))
        assert check(read(event)).smiles == canonical


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(NAMES)), st.randoms(use_true_random=False))
def test_order_leads_from_the_smiles_to_the_drawing(name, chance):
    """However the atoms were drawn, atom k of the SMILES is atom order[k] of the drawing."""
    whole = of_smiles(text.canonical(NAMES[name]))
    shuffled = list(range(len(whole.atoms)))
    chance.shuffle(shuffled)
    back = {old: new for new, old in enumerate(shuffled)}
    drawn = Drawing(
        tuple(whole.atoms[k] for k in shuffled),
        tuple((back[i], back[j], order) for i, j, order in whole.bonds),
    )
    found = check(drawn)
    assert found.smiles == text.canonical(NAMES[name])
    again = placed(drawn, found)
    mol = Chem.MolFromSmiles(found.smiles)
    assert [a[0] for a in again.atoms] == [a.GetSymbol() for a in mol.GetAtoms()]
    bonds = {frozenset((b.GetBeginAtomIdx(), b.GetEndAtomIdx())) for b in mol.GetBonds()}
    assert {frozenset((i, j)) for i, j, _ in again.bonds} == bonds


@pytest.mark.parametrize(
    ("drawn", "atom", "words"),
    [
        (star("C", 5), 0, "Carbon holds 4 bonds, not 5"),
        (star("N", 4), 0, "Nitrogen holds 3 bonds, not 4"),
        (star("O", 3), 0, "Oxygen holds 2 bonds, not 3"),
        (star("F", 2), 0, "Fluorine holds 1 bond, not 2"),
        (star("N", 5, charge=1), 0, "Nitrogen with charge +1 holds 4 bonds, not 5"),
        (star("C", 1, leaf="S"), 1, "Sulfur is not in QM9"),
        (star("H", 0), 0, "Hydrogen alone"),
        (Drawing(), -1, "Nothing is drawn yet"),
    ],
)
def test_a_wrong_molecule_is_told_at_its_atom(drawn, atom, words):
    found = check(drawn)
    assert found.smiles == ""
    assert found.problems[0].atom == atom
    assert words in found.problems[0].text


def test_charges_are_taken_where_chemistry_takes_them():
    assert check(star("N", 4, charge=1)).smiles == "C[N+](C)(C)C"
    assert check(star("O", 1, charge=-1)).smiles == "C[O-]"


def test_most_bonds_agrees_with_rdkit():
    for symbol in ("C", "N", "O", "F"):
        for charge in (-1, 0, 1):
            for count in range(1, 6):
                mol = drawing.to_rdkit(star(symbol, count, charge))
                refused = bool(Chem.DetectChemistryProblems(mol))
                assert refused == (count > valence.most_bonds(symbol, charge)), (symbol, charge)


def test_hydrogen_drawn_by_hand_is_counted_not_kept():
    found = check(star("C", 4, leaf="H"))
    assert (found.smiles, found.order) == ("C", (0,))


def test_clean_keeps_atoms_and_bonds_and_spreads_them():
    heap = Drawing(tuple((s, 0.0, 0.0, 0) for s in "CCO"), ((0, 1, 1), (1, 2, 1)))
    tidy = clean(heap)
    assert [a[0] for a in tidy.atoms] == list("CCO")
    assert tidy.bonds == heap.bonds
    for i, j, _ in tidy.bonds:
        assert math.dist(tidy.atoms[i][1:3], tidy.atoms[j][1:3]) == pytest.approx(1, abs=0.01)


def test_picture_counts_hydrogen_and_marks_aromatic_bonds_as_the_model_sees_them():
    shown = picture.picture("O=Cc1ccccc1")
    molecule = from_smiles("O=Cc1ccccc1")
    assert [a[4] for a in shown["atoms"]] == molecule.atoms[:, 3].tolist()
    assert sum(b[3] for b in shown["bonds"]) == 6
    pairs = [tuple(b[:2]) for b in shown["bonds"]]
    assert pairs == [tuple(row[:2]) for row in molecule.bonds.tolist()]
    assert picture.edges("O=Cc1ccccc1")[:2] == [pairs[0], pairs[0][::-1]]


def test_molfile_and_pasted_text_lead_back():
    for name in ("caffeine", "glycine", "cubane"):
        canonical = text.canonical(NAMES[name])
        block = text.molfile(picture.rdkit_of(canonical, of_smiles(canonical)))
        assert text.from_text(block) == canonical
        assert text.from_text(block + "\n$$$$\nsecond") == canonical
        assert text.from_text(f"  {canonical} caffeine\n") == canonical
        assert "<svg" in text.svg(picture.rdkit_of(canonical))


def test_the_setting_is_canonical_and_refuses_in_one_sentence():
    kind = smiles()
    assert kind.check("smiles", "OCC") == "CCO"
    for bad in ("", "C(", "[Xe]", "C" * 300, "C" * 65, "[CH3]", "C\x00", "<b>C</b>", 7):
        with pytest.raises(SettingError) as error:
            kind.check("smiles", bad)
        assert "smiles" in str(error.value) and "\n" not in str(error.value)


hostile = st.one_of(
    st.text(max_size=220),
    st.text("CNOFcno[]()=#123+-@/\\%.HSP", max_size=220),
    st.lists(st.sampled_from(["C", "(", ")", "=", "1", "[", "]", "#", "c", "%10", "."])).map(
        "".join
    ),
)


@settings(max_examples=1500, deadline=2000)
@given(hostile)
def test_malformed_smiles_never_hang_or_crash(said):
    try:
        found = text.canonical(said)
    except MoleculeError as error:
        assert "\n" not in str(error)
        return
    assert text.canonical(found) == found
    assert check(of_smiles(found)).smiles == found or len(found) > text.LONGEST


BLOCK = text.molfile(picture.rdkit_of("CC(=O)Oc1ccccc1C(=O)O"))


@pytest.mark.parametrize("letter", ["\x80", "é", "炭"])
def test_foreign_letters_in_a_molfile_take_one_column_and_name_no_element(letter):
    plain = text.from_text(BLOCK)
    for stray in (letter + BLOCK, BLOCK.replace("0 C", f"0{letter} C", 1)):
        assert text.from_text(stray) == plain
    with pytest.raises(MoleculeError):
        text.from_text(BLOCK.replace(" C ", f" {letter} ", 1))


@settings(max_examples=1000, deadline=2000)
@given(st.data())
def test_malformed_molfiles_never_hang_or_crash(data):
    start = data.draw(st.integers(0, len(BLOCK)))
    length = data.draw(st.integers(0, 60))
    block = BLOCK[:start] + data.draw(st.text(max_size=40)) + BLOCK[start + length :]
    try:
        found = text.from_text(block)
    except MoleculeError as error:
        assert len(str(error)) < 300
        return
    assert from_smiles(found).smiles == found


numbers = st.one_of(st.integers(-3, 70), st.floats(), st.none(), st.text(max_size=3))


@settings(max_examples=500, deadline=2000)
@given(
    st.lists(st.lists(st.one_of(st.sampled_from(["C", "N", "H", "<b>"]), numbers), max_size=5)),
    st.lists(st.lists(numbers, min_size=2, max_size=4)),
)
def test_hostile_drawings_are_refused_in_one_sentence(atoms, bonds):
    try:
        drawn = read({"atoms": atoms, "bonds": bonds})
    except MoleculeError as error:
        assert "\n" not in str(error)
        return
    assert isinstance(check(drawn).problems, tuple)
