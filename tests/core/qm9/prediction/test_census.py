"""Counts and look-ups of the explorer against RDKit, published counts and each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from core.experiments.qm9_explorer.filters import matches
from core.experiments.qm9_explorer.settings import (
    HEAVY,
    ExplorerSettings,
)
from core.molecules import MoleculeError
from core.qm9.data.targets import KEYS
from core.qm9.prediction.census import CONTENTS, census

# shared/anchors: heavy atoms by element, and molecules by number of heavy atoms.
ELEMENTS = {"C": 831_925, "N": 132_498, "O": 183_265, "F": 3_036}
BY_SIZE = {1: 3, 2: 5, 3: 9, 4: 31, 5: 127, 6: 608, 7: 3_138, 8: 17_879, 9: 109_031}


@pytest.fixture(scope="module")
def counted():
    return census()


def left(counted, **filters):
    return int(matches(counted, ExplorerSettings(**filters)).sum())


def test_elements_and_sizes_are_the_published_ones(counted):
    assert dict(zip(HEAVY, counted.elements[:, 1:].sum(0).tolist(), strict=True)) == ELEMENTS
    assert {n: left(counted, sizes=(str(n),)) for n in BY_SIZE} == BY_SIZE
    assert left(counted, charged="yes") == 580
    assert left(counted, aromatic="yes") == 22_244
    assert left(counted) == 130_831


def test_counts_of_single_molecules_are_rdkits(counted):
    for row in counted.order(7)[:300]:
        mol = Chem.MolFromSmiles(counted.library.data.smiles[row])
        symbols = [atom.GetSymbol() for atom in Chem.AddHs(mol).GetAtoms()]
        assert counted.elements[row].tolist() == [symbols.count(s) for s in "HCNOF"]
        assert counted.rings[row] == len(Chem.GetSSSR(mol))
        assert counted.aromatic[row] == any(a.GetIsAromatic() for a in mol.GetAtoms())
        assert counted.library.data.charged[row] == any(a.GetFormalCharge() for a in mol.GetAtoms())
        words = CONTENTS[counted.contents[row]]
        expected = "with F" if "F" in symbols else (
            {(0, 0): "C and H only", (1, 0): "with N", (0, 1): "with O", (1, 1): "with N and O"}
            [int("N" in symbols), int("O" in symbols)]
        )  # fmt: skip
        assert words == expected


def test_rings_that_compete_are_counted_once(counted):
    """RDKit's symmetrized list holds all rings of equal right; a molecule has fewer."""
    listed = counted.library.data.ring_counts.sum(1)
    rows = np.flatnonzero(listed != counted.rings)
    assert len(rows) > 100 and (listed[rows] > counted.rings[rows]).all()
    for row in rows[:: len(rows) // 50]:
        mol = Chem.MolFromSmiles(counted.library.data.smiles[row])
        assert counted.rings[row] == len(Chem.GetSSSR(mol)) < listed[row]


def test_a_sample_keeps_its_molecules_while_they_pass(counted):
    everything = np.ones(len(counted), bool)
    narrow = counted.aromatic
    wide, few = counted.sample(everything, 5000, 1), counted.sample(narrow, 5000, 1)
    assert len(set(wide.tolist())) == 5000 and narrow[few].all()
    assert set(wide[narrow[wide]].tolist()) <= set(few.tolist())
    assert (counted.sample(everything, 5000, 2) != wide).any()


def test_percentiles_are_those_of_scipy(counted):
    from scipy.stats import percentileofscore

    row = counted.find("thymine")
    y = counted.library.y
    expected = [percentileofscore(y[:, t], y[row, t], kind="weak") for t in range(len(KEYS))]
    np.testing.assert_allclose(counted.percentile(row), expected, rtol=1e-12)


def test_a_molecule_is_found_by_name_smiles_and_number(counted):
    thymine = counted.find("thymine")
    assert thymine == counted.find("O=c1[nH]cc(C)c(=O)[nH]1") == counted.find("29238")
    assert counted.find(" THYMINE ") == thymine
    assert counted.library.data.index[counted.find("1")] == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("C(", "can't be read"),
        ("aspirin", "13 heavy atoms, QM9 stops at 9"),
        ("CS", "element S is not in QM9"),
        ("O=C=O", "not in QM9"),
        ("0", "numbers run from 1"),
        ("99999999999999999999", "numbers run from 1"),
        ("banana", "Names known here"),
        ("<b>hello</b>", "can't be read"),
        ("", "empty"),
    ],
)
def test_what_is_not_there_is_refused_with_a_reason(counted, text, why):
    with pytest.raises(MoleculeError, match=why):
        counted.find(text)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_any_text_finds_a_molecule_or_is_refused(text):
    try:
        assert 0 <= census().find(text) < 130_831
    except MoleculeError as error:
        assert str(error)


def test_numbers_that_were_taken_out_are_none(counted):
    missing = set(range(1, 133_886)) - set(counted.library.data.index.tolist())
    assert len(missing) == 3_054
    assert all(counted.row(number) is None for number in list(missing)[:50])
    assert counted.row(133_886) is None


def test_previous_next_and_random_stay_inside_the_filters(counted):
    mask = matches(counted, ExplorerSettings(present=("F",), rings=("0",)))
    rows = np.flatnonzero(mask)
    assert counted.neighbor(int(rows[0]), mask, 1) == rows[1]
    assert counted.neighbor(int(rows[0]), mask, -1) == rows[-1]
    assert counted.neighbor(int(rows[-1]), mask, 1) == rows[0]
    inside = counted.neighbor(int(rows[3]) - 1, mask, 1)
    assert inside == rows[3] or mask[rows[3] - 1]
    drawn = counted.random(int(rows[0]), mask, 0)
    assert mask[drawn] and drawn == counted.random(int(rows[0]), mask, 0)
    none = np.zeros(len(counted), bool)
    assert counted.neighbor(5, none, 1) == counted.random(5, none, 0) == 5
