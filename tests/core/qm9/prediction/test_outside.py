"""Molecules unlike those of QM9 get a warning and no interval; what can't be negative is not."""

import numpy as np
import pytest

from core.molecules import from_smiles
from core.qm9.networks import conformal, package
from core.qm9.prediction import predict
from core.qm9.prediction.predict import Library


@pytest.mark.parametrize(
    ("smiles", "lacking"),
    [
        ("C" * 32, "molecule with more than 9 heavy atoms"),
        ("CC[NH3+]", "molecule with a net charge"),
        ("C[CH2]", "molecule with unpaired electrons"),
        ("CC.O", "set of several molecules"),
        (
            "C=C",
            "bond like one of this molecule",
        ),  # the only CH2 with a double bond in QM9 is formaldehyde's
        ("CC(=O)O", "bond like one of this molecule"),
        ("C=[NH+]C", "molecule with a net charge"),
        ("[CH2-][NH2+]C", "atom like one of this molecule"),
    ],
)
def test_unlike_qm9_there_is_no_interval(smiles, lacking, qm9):
    """A chain of 32 was given a gap of 34.7 ± 0.16 eV, ethene an energy that is 1 eV off."""
    (found,) = predict.predict([smiles], package.load("best"), Library.of(qm9))
    assert found.lacking == lacking and found.group == "outside" and found.warnings
    assert all(p.low is None and p.high is None for p in found.properties.values())
    assert found.to_json()["properties"]["gap"]["low"] is None


def test_values_and_ends_are_never_below_zero_where_they_cannot_be(qm9):
    """36 carbons, far from QM9: a dipole moment of -0.8 D was shown."""
    texts = ["C" * n for n in (*range(1, 10), 20, 36)] + ["CC(C)(C)C", "C1CC1", "c1ccccc1", "C#C"]
    for one in predict.predict(texts, package.load("best"), Library.of(qm9)):
        for key, p in one.properties.items():
            ends = () if p.low is None else (p.low, p.high)
            assert key not in conformal.NEVER_NEGATIVE or min(p.value, *ends, 0.0) == 0
            assert p.low is None or p.low <= p.value <= p.high


@pytest.mark.parametrize("smiles", ["C", "CC", "C#C", "c1ccccc1", "C1CCC1", "FC(F)(F)F"])
def test_the_dipole_moment_of_a_symmetric_molecule_may_be_zero(smiles, qm9):
    (found,) = predict.predict([smiles], package.load("best"), Library.of(qm9))
    assert found.properties["mu"].low == 0 and found.properties["mu"].dft < 0.01


def test_a_linear_molecule_has_no_interval_for_its_infinite_a(qm9):
    (found,) = predict.predict(["C#C"], package.load("best"), Library.of(qm9))
    assert [key for key, p in found.properties.items() if p.low is None] == ["a"]


def test_warnings():
    assert any("Formal charges" in w for w in predict.warnings(from_smiles("[NH3+]CC(=O)[O-]")))
    assert any("do not add up" in w for w in predict.warnings(from_smiles("C[NH3+]")))
    assert any("Several fragments" in w for w in predict.warnings(from_smiles("C.C")))
    assert any("Unpaired electrons" in w for w in predict.warnings(from_smiles("C[CH2]")))
    assert predict.warnings(from_smiles("CCO")) == []


def test_unseen_atom_states_and_bonds_are_named(qm9):
    library = Library.of(qm9)
    assert any("in a state" in w for w in predict.warnings(from_smiles("C=[O+]C"), library))
    assert any("A bond" in w for w in predict.warnings(from_smiles("CC(=O)O"), library))
    assert predict.warnings(from_smiles("CCO"), library) == []


def test_no_molecule_of_qm9_is_called_unlike_qm9(qm9):
    """From its SMILES, as a student types it."""
    library = Library.of(qm9)
    for row in np.random.default_rng(0).choice(len(qm9), 300, replace=False):
        found = predict.doubts(from_smiles(qm9.canonical[row]), library)
        assert [lacking for _, lacking in found if lacking] == []


def test_bonds_of_qm9_are_those_of_a_plain_loop(small):
    some, parts, _ = small
    seen = set()
    for row in range(len(some)):
        molecule = some.molecule(row)
        for i, j, code in molecule.bonds:
            ends = sorted(tuple(int(v) for v in molecule.atoms[k]) for k in (i, j))
            seen.add((*ends, int(code)))
    assert Library(some, parts).bonds == seen
