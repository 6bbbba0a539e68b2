"""Intervals on numbers that we made up: nine of ten are covered, in every cell, with any spread."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from core.molecules import from_smiles
from core.qm9.data import graphs
from core.qm9.data.targets import KEYS
from core.qm9.networks import conformal
from core.qm9.networks.conformal import CELLS, Calibration
from core.qm9.prediction.library import Library

A = KEYS.index("a")


def batch_of(*smiles):
    return graphs.from_molecules([from_smiles(s) for s in smiles])


def test_factors_are_the_conformal_quantile():
    scores = np.arange(1.0, 200.0)[:, None].repeat(19, 1)  # 199 scores
    factor = conformal.calibrate(scores, np.full(199, 5))
    assert (factor[5] == 180).all()  # rank ceil(200 * 0.9)
    assert np.isinf(np.delete(factor, 5, 0)).all() and len(factor) == len(CELLS)


@pytest.mark.parametrize(("molecules", "rank"), [(8, np.inf), (9, 9), (15, 15), (42, 41), (99, 94)])
def test_few_molecules_give_a_wider_interval(molecules, rank):
    """One sampling error more than 90 %: of 42, ceil(43 * (0.9 + 0.046)); of 8 there is none."""
    scores = np.arange(1.0, molecules + 1)[:, None]
    assert conformal.calibrate(scores, np.zeros(molecules, int))[0, 0] == rank


def test_scores_without_a_truth_are_left_out():
    scores = np.arange(1.0, 300.0)[:, None].repeat(2, 1)
    scores[100:, 1] = np.nan
    assert conformal.calibrate(scores, np.zeros(299, int))[0].tolist() == [270, 91]


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.floats(0.1, 1.5), st.floats(0.0, 1.0))
def test_new_draws_are_covered_cell_by_cell_whatever_the_spread_says(seed, uneven, honest):
    """Errors of very different size; the spread tells them more or less (honest: 1 or 0)."""
    g = np.random.default_rng(seed)
    cell = g.integers(0, 4, 8000)
    true = np.exp(uneven * g.normal(size=(8000, 19))) * (1 + 5 * (cell == 0))[:, None]
    told = true**honest * np.exp(0.3 * g.normal(size=true.shape))
    errors = np.abs(true * g.standard_t(4, size=true.shape))
    scores = errors / (told + conformal.usual(told[:4000]))
    factor = conformal.calibrate(scores[:4000], cell[:4000])
    inside = scores[4000:] <= factor[cell[4000:]]
    for c in range(4):  # 1000 to calibrate, 1000 to count: 0.013 of sampling error
        assert inside[cell[4000:] == c].mean(0) == pytest.approx(0.9, abs=0.065)
        assert inside[cell[4000:] == c].mean() == pytest.approx(0.9, abs=0.02)


def test_a_spread_that_tells_the_error_makes_intervals_narrower():
    g = np.random.default_rng(0)
    true = np.exp(g.normal(size=(4000, 19)))
    errors, none = np.abs(true * g.normal(size=true.shape)), np.zeros(4000, int)
    floor = conformal.usual(true)
    with_spread = conformal.calibrate(errors / (true + floor), none)[0] * (true + floor)
    without = conformal.calibrate(errors, none)[0]
    assert (with_spread.mean(0) < 0.85 * without).all()


def test_cells_and_groups():
    names = {
        "[NH3+]CC(=O)[O-]": ("charged", "size 5", "rings 0"),
        "CCCCCCCCC": ("size 9", "size 9", "rings 0"),
        "C1CCCCCCCCC1": (None, None, "rings 1"),  # 10 atoms
        "CCO": ("size 1-3", "size 1-3", "rings 0"),
        "C": ("size 1-3", "size 1-3", "rings 0"),
        "C1CCC1": ("size 4", "size 4", "rings 1"),
        "c1ccccc1": ("size 6", "size 6", "rings 1"),
        "Cc1ccccc1": ("size 7", "size 7", "rings 1"),
        "C12C3C4C1C5C2C3C45": ("size 8", "size 8", "rings 5+"),
        "CC[NH3+]": (None, "size 1-3", "rings 0"),  # a net charge
    }
    batch = batch_of(*names)
    cells = [CELLS[c] if c >= 0 else None for c in conformal.cell_of(batch)]
    assert cells == [cell for cell, _, _ in names.values()]
    groups = conformal.groups_of(batch)
    for i, (_, size, rings) in enumerate(names.values()):
        held = {name for name, part in groups.items() if part[i]}
        charge = "charged" if i in (0, 9) else "neutral"
        assert held == {size, rings, charge} - {None}


def test_every_molecule_of_qm9_is_in_the_cell_of_its_counts(qm9):
    """Sizes from the table, rings from RDKit, charges from the text."""
    rows = np.random.default_rng(0).choice(len(qm9), 400, replace=False)
    cell = conformal.cell_of(graphs.from_molecules([qm9.molecule(int(r)) for r in rows]))
    for row, c in zip(rows, cell, strict=True):
        mol = Chem.MolFromSmiles(qm9.canonical[row])
        size, rings = mol.GetNumAtoms(), mol.GetRingInfo().NumRings()
        if any(sign in qm9.canonical[row] for sign in "+-"):
            assert c == 0
            continue
        assert CELLS[c] == ("size 1-3" if size <= 3 else f"size {size}")
        assert c == {8: 6 + min(rings, 3), 9: 10 + min(rings, 5)}.get(size, c)


def test_linear_molecules_are_those_whose_a_is_infinite(qm9):
    """QM9 writes 0, or 1000 GHz and more, for A of its 11 linear molecules."""
    found = conformal.linear(graphs.from_qm9(qm9))
    a = Library.of(qm9).y[:, A]
    assert np.array_equal(found, (a <= 0) | (a >= 1000)) and found.sum() == 11
    assert conformal.linear(batch_of("O=C=O", "F", "FC#C", "N#N")).all()
    assert not conformal.linear(batch_of("O", "CC#N", "C=C=C", "C=O", "OO", "CC")).any()


def calibration(factor=1.0):
    return Calibration(np.full(19, 0.5), np.full((len(CELLS), 19), factor))


def test_ends_are_sums_and_factors_and_never_below_zero():
    batch = batch_of("CCO", "C#C", "CCCC")
    values = np.full((3, 19), 0.2)
    members = np.stack([values * 1.5, values / 1.5])
    low, high = calibration().ends(values, members, batch)
    gap, mu, b = (KEYS.index(k) for k in ("gap", "mu", "b"))
    spread = (0.3 - 0.2 / 1.5) / 2
    assert low[:, gap] == pytest.approx(0.2 - 0.5 - spread)
    assert high[:, gap] == pytest.approx(0.2 + 0.5 + spread)
    assert (low[:, mu] == 0).all()
    assert high[:, b] == pytest.approx(0.2 * np.exp(0.5) * 1.5)
    assert low[:, b] == pytest.approx(0.2 / np.exp(0.5) / 1.5)
    assert np.isnan(low[1, A]) and np.isnan(high[1, A]) and np.isfinite(low[[0, 2], A]).all()


def test_nothing_to_calibrate_on_gives_no_interval():
    batch = batch_of("C" * 10, "CC[NH3+]")
    low, high = calibration().ends(np.ones((2, 19)), np.ones((1, 2, 19)), batch)
    assert np.isnan(low).all() and np.isnan(high).all()
    low, _ = calibration(np.inf).ends(np.ones((1, 19)), np.ones((1, 1, 19)), batch_of("C"))
    assert np.isnan(low).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=19, max_size=19), st.floats(0, 1e3))
def test_ends_hold_the_value_for_any_numbers(numbers, factor):
    values = conformal.possible(np.array([numbers]))
    low, high = calibration(factor).ends(values, values[None], batch_of("CCO"))
    known = np.isfinite(low) & np.isfinite(high)
    close = 1e-9 * np.abs(values)
    assert ((low <= values + close) & (values - close <= high))[known].all()
    for key in conformal.NEVER_NEGATIVE:
        assert not (low[0, KEYS.index(key)] < 0) and not values[0, KEYS.index(key)] < 0
