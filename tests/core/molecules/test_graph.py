"""The chapter's tables, written out by hand for fifteen molecules; and what is refused."""

import contextlib
import inspect
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_geometric.datasets import QM9

from core.molecules import (
    BOND_NAMES,
    FEATURE_NAMES,
    MoleculeError,
    from_smiles,
    pyg_column_order,
)

SP, SP2, SP3 = [1, 0, 0], [0, 1, 0], [0, 0, 1]
H4 = {
    "C": [0, 1, 0, 0, 0, 6],
    "N": [0, 0, 1, 0, 0, 7],
    "O": [0, 0, 0, 1, 0, 8],
    "F": [0, 0, 0, 0, 1, 9],
}
SINGLE, DOUBLE, TRIPLE, AROMATIC = 0, 1, 2, 3


def atom(symbol, hybrid, hydrogens, aromatic=0):
    """A row in the order of appendix A: type, number, hybridization, aromatic, hydrogens."""
    return [*H4[symbol], *hybrid, aromatic, hydrogens]


def ring(rows):
    """Bonds of an aromatic ring in the order of its atoms."""
    return [(i, (i + 1) % rows, AROMATIC) for i in range(rows)]


TABLES = {
    "C": ([atom("C", SP3, 4)], []),
    "N": ([atom("N", SP3, 3)], []),
    "O": ([atom("O", SP3, 2)], []),
    "C#C": ([atom("C", SP, 1)] * 2, [(0, 1, TRIPLE)]),
    "C#N": ([atom("C", SP, 1), atom("N", SP, 0)], [(0, 1, TRIPLE)]),
    "C=O": ([atom("C", SP2, 2), atom("O", SP2, 0)], [(0, 1, DOUBLE)]),
    "CCO": (
        [atom("C", SP3, 3), atom("C", SP3, 2), atom("O", SP3, 1)],
        [(0, 1, SINGLE), (1, 2, SINGLE)],
    ),
    "O=C=O": (
        [atom("O", SP2, 0), atom("C", SP, 0), atom("O", SP2, 0)],
        [(0, 1, DOUBLE), (1, 2, DOUBLE)],
    ),
    "FC(F)F": (
        [atom("F", SP3, 0), atom("C", SP3, 1), atom("F", SP3, 0), atom("F", SP3, 0)],
        [(0, 1, SINGLE), (1, 2, SINGLE), (1, 3, SINGLE)],
    ),
    "c1ccccc1": ([atom("C", SP2, 1, 1)] * 6, ring(6)),
    "C1=CC=CC=C1": ([atom("C", SP2, 1, 1)] * 6, ring(6)),
    "[nH]1cccc1": ([atom("N", SP2, 1, 1)] + [atom("C", SP2, 1, 1)] * 4, ring(5)),
    "o1cccc1": ([atom("O", SP2, 0, 1)] + [atom("C", SP2, 1, 1)] * 4, ring(5)),
    "C1CC1": ([atom("C", SP3, 2)] * 3, [(0, 1, SINGLE), (1, 2, SINGLE), (0, 2, SINGLE)]),
    "[NH3+]CC(=O)[O-]": (
        [
            atom("N", SP3, 3),
            atom("C", SP3, 2),
            atom("C", SP2, 0),
            atom("O", SP2, 0),
            atom("O", SP2, 0),
        ],
        [(0, 1, SINGLE), (1, 2, SINGLE), (2, 3, DOUBLE), (2, 4, SINGLE)],
    ),
}


@pytest.mark.parametrize("smiles", TABLES)
def test_tables_of_the_chapter(smiles):
    atoms, bonds = TABLES[smiles]
    molecule = from_smiles(smiles)
    assert molecule.x.tolist() == atoms
    expected = np.zeros((len(atoms), len(atoms), 4))
    for i, j, kind in bonds:
        expected[i, j, kind] = expected[j, i, kind] = 1
    assert (molecule.e == expected).all()


def test_columns_are_named_in_the_order_of_the_chapter():
    assert " ".join(FEATURE_NAMES) == "H C N O F Z sp sp2 sp3 aromatic nH"
    assert BOND_NAMES == ("single", "double", "triple", "aromatic")


def test_pyg_writes_its_columns_in_another_order_and_we_map_it():
    # Their own source is the witness: types first, then exactly these.
    assert "[atomic_number, aromatic, sp, sp2, sp3, num_hs]" in inspect.getsource(QM9.process)
    theirs = [*"HCNOF", "Z", "aromatic", "sp", "sp2", "sp3", "nH"]
    assert tuple(theirs[i] for i in pyg_column_order()) == FEATURE_NAMES


def test_charges_rings_and_symbols():
    molecule = from_smiles("[NH3+]CC(=O)[O-]")
    assert molecule.charged and molecule.atoms[:, 4].tolist() == [1, 0, 0, 0, -1]
    assert from_smiles("C1CC1C").rings.tolist() == [1, 1, 1, 0]
    assert from_smiles("c1ccc2ccccc2c1").ring_counts.tolist() == [0, 0, 0, 2, 0, 0, 0]
    assert from_smiles("CNOF").symbols == ["C", "N", "O", "F"]


def test_drawn_forms_of_one_molecule_are_one_graph():
    assert from_smiles("CN(=O)=O").smiles == from_smiles("C[N+](=O)[O-]").smiles
    assert from_smiles("[H]O[H]").smiles == "O"
    assert from_smiles("F/C=C/F").smiles == from_smiles("FC=CF").smiles


@pytest.mark.parametrize(
    ("smiles", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("xx", "can't be read"),
        ("C1CC", "can't be read"),
        ("C(C)(C)(C)(C)C", "Explicit valence"),
        ("c1cccc1", "kekulize"),
        ("CC[Si]", "element Si is not in QM9"),
        ("[Na+].[Cl-]", "element Na"),
        ("[2H]C", "isotope 2H"),
        ("[H][H]", "no heavy atom"),
        ("*", "no heavy atom"),
        ("C->N", "bond 0-1 is dative"),
        ("C" * 129, "129 heavy atoms are more than 128"),
        ("C" * 10_000, "too long"),
        (None, "empty"),
    ],
)
def test_refusals_say_why(smiles, reason):
    with pytest.raises(MoleculeError, match=reason) as error:
        from_smiles(smiles)
    assert "\n" not in str(error.value) and len(str(error.value)) < 250


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="CNOFHcnos123()[]=#+-.@/\\%*:" + string.ascii_letters[:6], max_size=30))
def test_any_text_is_a_molecule_or_a_clear_refusal(text):
    try:
        molecule = from_smiles(text)
    except MoleculeError as error:
        assert "\n" not in str(error)
    else:
        assert molecule.x.shape == (len(molecule), 11)
        assert (molecule.e == molecule.e.transpose(1, 0, 2)).all()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=20))
def test_any_unicode_is_a_molecule_or_a_clear_refusal(text):
    with contextlib.suppress(MoleculeError):
        from_smiles(text)
