"""The 19 targets against published values, PyTorch Geometric's constants, and each other."""

import numpy as np
import pytest
import torch
from torch_geometric.datasets import qm9 as pyg_qm9

from core.qm9.data import baseline, graphs, targets
from core.qm9.data.data import load_geometry
from core.qm9.data.targets import KEYS
from core.qm9.data.task import _padded
from core.qm9.prediction import predict

# The 15 numbers of molecules 1 to 3 of Ramakrishnan et al. 2014, as printed in their xyz files:
# A, B, C, mu, alpha, HOMO, LUMO, gap, R2, ZPVE, U0, U, H, G, Cv.
PUBLISHED = {
    "C": [157.7118, 157.70997, 157.70699, 0.0, 13.21, -0.3877, 0.1171, 0.5048, 35.3641, 0.044749,
          -40.47893, -40.476062, -40.475117, -40.498597, 6.469],
    "N": [293.60975, 293.54111, 191.39397, 1.6256, 9.46, -0.257, 0.0829, 0.3399, 26.1563, 0.034358,
          -56.525887, -56.523026, -56.522082, -56.544961, 6.316],
    "O": [799.58812, 437.90386, 282.94545, 1.8511, 6.31, -0.2928, 0.0687, 0.3615, 19.0002, 0.021375,
          -76.404702, -76.401867, -76.400922, -76.422349, 6.002],
}  # fmt: skip
# What PyTorch Geometric's documentation prints for molecule 1, methane.
PYG_METHANE = [0.0, 13.21, -10.5499, 3.1865, 13.7363, 35.3641, 1.2177, -1101.4878, -1101.4098,
               -1101.3840, -1102.0229, 6.469, -17.1722, -17.2868, -17.3897, -16.1519, 157.7118,
               157.7100, 157.7070]  # fmt: skip


@pytest.fixture(scope="module")
def y(qm9):
    return predict.Library.of(qm9).y


@pytest.mark.parametrize("smiles", PUBLISHED)
def test_published_values_of_named_molecules(smiles, qm9):
    assert qm9.published[qm9.rows[smiles][0]] == pytest.approx(PUBLISHED[smiles], abs=1e-9)


def test_methane_in_the_units_of_pyg(qm9, y):
    assert y[qm9.rows["C"][0]] == pytest.approx(PYG_METHANE, abs=2e-3)


def test_atomization_of_benzene_agrees_with_experiment(qm9, y):
    # 1305.6 kcal/mol at 0 K (NIST CCCBDB); B3LYP is close.
    value = y[qm9.rows["c1ccccc1"][0], KEYS.index("u0_atom")]
    assert -value == pytest.approx(1305.6 * 0.0433641, rel=0.02)


def test_atom_references_and_units_are_those_of_pyg():
    assert pytest.approx(pyg_qm9.HAR2EV, rel=1e-9) == targets.HARTREE
    for column, target in enumerate((7, 8, 9, 10)):
        ours = [row[column] * targets.HARTREE for row in targets.ATOM_REFERENCES.values()]
        assert ours == pytest.approx(pyg_qm9.atomrefs[target], abs=5e-5)


def test_identities(y):
    t = dict(zip(KEYS, y.T, strict=True))
    assert t["gap"] == pytest.approx(t["lumo"] - t["homo"], abs=0.0031)  # four published decimals
    assert t["h"] - t["u"] == pytest.approx(targets.KT, abs=1e-4)


def test_learned_numbers_compose_back(qm9, y):
    g = graphs.from_qm9(qm9.take(np.arange(5000, 5200)))
    rows = y[5000:5200]
    references = targets.atom_energies(
        g.atoms[..., 5].long().numpy(), g.atoms[..., 10].long().numpy()
    )
    back = targets.targets_from_learned(targets.learned_from_targets(rows), references)
    assert back == pytest.approx(rows, abs=4e-3)


def test_composed_targets_are_consistent_whatever_a_network_says():
    g = torch.Generator().manual_seed(0)
    z = torch.randn(50, 14, generator=g).double().numpy() * 3
    references = torch.randn(50, 4, generator=g).double().numpy() * 100
    t = dict(zip(KEYS, targets.targets_from_learned(z, references).T, strict=True))
    assert t["gap"] == pytest.approx(t["lumo"] - t["homo"], abs=1e-12)
    assert t["h"] == pytest.approx(t["u"] + targets.KT, abs=1e-12)
    for i, name in enumerate(("u0", "u", "h", "g")):
        assert t[name + "_atom"] == pytest.approx(t[name] - references[:, i], abs=1e-9)
    assert (t["a"] >= t["b"]).all() and (t["b"] >= t["c"]).all() and (t["c"] > 0).all()


def test_linear_molecules_have_no_a(qm9, y):
    learned = targets.learned_from_targets(y)
    missing = ~np.isfinite(learned)
    assert missing.any(1).sum() < 30 and missing[:, :11].sum() == 0
    assert missing[qm9.rows["C#C"][0], targets.LEARNED.index("log_a")]


def test_target_names_are_checked():
    assert targets.parse_targets("ALL") == KEYS
    assert targets.parse_targets("gap, mu") == ("mu", "gap")
    with pytest.raises(ValueError, match="target 'gup' is unknown: choose from mu, alpha"):
        targets.parse_targets("gup")


def test_linear_part_sees_training_rows_only_and_equals_least_squares(small):
    some, parts, task = small
    train = task.graphs.take(torch.from_numpy(parts.train))
    learned = targets.learned_from_targets(task.y)
    design = baseline.counts(train).double().numpy()
    known = learned[parts.train]
    solution = np.linalg.lstsq(design, known[:, 1], rcond=None)[0]
    exact = baseline.fit(train, known, ridge=1e-9)
    assert exact.predict(train)[:, 1] == pytest.approx(design @ solution, abs=1e-2)
    changed = learned.copy()
    changed[parts.test] += 100
    again = baseline.fit(train, changed[parts.train])
    assert (again.weight == task.linear.weight).all()


def test_linear_part_knows_unseen_atom_types_by_element(small):
    from core.molecules import from_smiles

    odd = graphs.from_molecules([from_smiles("C[C+2]C")])
    assert np.isfinite(small[2].linear.predict(odd)).all()


def test_standardized_labels_have_unit_spread(small):
    _, parts, task = small
    labels = task.labels[parts.train].numpy()
    spread = np.array([np.nanstd(column) for column in labels.T])
    assert spread == pytest.approx(1.0, abs=0.02)
    distance = task.labels_3d.distance[parts.train].float().numpy()
    assert np.nanmean(distance) == pytest.approx(0, abs=0.02)
    assert np.nanstd(distance) == pytest.approx(1, abs=0.05)


def test_labels_in_space_are_what_the_published_positions_say(qm9):
    """Distances of heavy atoms, and of each atom's nearest hydrogen to every other atom."""
    rows = np.arange(20_000, 20_040)
    some, geometry = qm9.take(rows), load_geometry().take(rows)
    g = graphs.from_qm9(some)
    n = g.atoms.shape[1]
    distance, _, hydrogen = (t.numpy() for t in _padded(g, geometry, np.arange(len(rows)), n))
    seen = 0
    for m in range(len(rows)):
        numbers, xyz = geometry.molecule(m)
        heavy, light = xyz[numbers > 1], xyz[numbers == 1]
        owner = np.linalg.norm(light[:, None] - heavy, axis=2).argmin(1)
        for u, v in np.argwhere(np.isfinite(distance[m])):
            assert distance[m, u, v] == pytest.approx(np.linalg.norm(heavy[u] - heavy[v]), abs=1e-4)
            own = light[owner == u]
            assert len(own) == g.atoms[m, u, 10]  # as many hydrogens as the graph says
            expected = np.linalg.norm(own - heavy[v], axis=1).min() if len(own) else np.nan
            assert hydrogen[m, u, v] == pytest.approx(expected, abs=1e-4, nan_ok=True)
            seen += bool(len(own))
    assert seen > 500
