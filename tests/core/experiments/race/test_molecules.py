"""Molecules in the race: QM9's own, and who knows in which order their atoms are listed."""

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_absolute_error
from torch_geometric.nn import SAGEConv

from core.experiments.race import molecules
from core.experiments.race.data import (
    LAYOUTS,
    MNIST_1D,
    MOLECULES,
    guessing,
    order_of,
    said,
    samples,
    unit,
)
from core.experiments.race.entries import EQUAL, SAMPLE, entry
from core.experiments.race.experiment import FamilyRace
from core.experiments.race.films import name_of
from core.experiments.race.settings import RaceSettings
from core.experiments.race.training import Networks
from core.models.families import FLATTEN, MEAN, first_weights
from core.qm9.data import data

LAYOUT = LAYOUTS[MOLECULES]
SMALL = RaceSettings(
    data=MOLECULES, seeds=2, batch_size=10, updates=100, families=("linear", "gnn")
)
TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}


def networks(family, end=MEAN):
    made = entry(family, LAYOUT, EQUAL, SAMPLE, end)
    return made, first_weights(made.shapes, [0])


def renumbered(x, order):
    """The same molecules, atoms listed in this order: rows, and columns of the bonds."""
    rows = x.view(-1, 9, 20)[:, order]
    return torch.cat([rows[..., :11], rows[..., 11:][..., order]], -1).flatten(1)


def test_the_shipped_molecules_are_qm9s():
    table, whole = molecules.load(), data.load()
    rows = np.searchsorted(whole.index, table.index)
    assert len(set(rows.tolist())) == 5000
    np.testing.assert_array_equal(whole.index[rows], table.index)
    homo, lumo = whole.published[rows][:, [5, 6]].T
    np.testing.assert_allclose(table.gap, (lumo - homo) * 27.2114, atol=0.01)  # Hartree to eV
    lists = molecules.lists(table)
    for i in range(0, 5000, 500):
        one, n = whole.molecule(int(rows[i])), int(whole.sizes[rows[i]])
        orders = np.array([0, 1, 2, 3, 1.5])[one.bond_codes]
        np.testing.assert_array_equal(lists[i, :n, 11 : 11 + n], orders)
        raw = lists[i, :n, :11] * molecules.FEATURE_SPREADS + molecules.FEATURE_MEANS
        np.testing.assert_allclose(raw, one.x, atol=1e-5)
        assert not lists[i, n:].any() and not lists[i, :, 11 + n :].any()


def test_shuffled_is_one_other_list_of_the_same_molecules():
    plain, shuffled = samples(MOLECULES), samples(MOLECULES, True)
    order = order_of(9)
    for a, b in ((plain.x, shuffled.x), (plain.x_test, shuffled.x_test)):
        assert torch.equal(renumbered(a, order), b) and not torch.equal(a, b)


@torch.no_grad()
def test_a_round_of_the_gnn_is_that_of_pytorch_geometric_on_the_bonds():
    made, w = networks("gnn")
    x = samples(MOLECULES).x_test[:20]
    nodes = x.view(20, 9, 20)
    batch, i, j = (nodes[..., 11:] > 0).nonzero().T
    edges = torch.stack([9 * batch + j, 9 * batch + i])  # from j to i, all molecules as one graph
    h = nodes[..., :11].reshape(180, 11) @ w["W_in"][0] + w["b_in"][0]
    d = made.width
    for layer in "123":
        theirs = SAGEConv(d, d, aggr="mean")
        theirs.lin_r.weight.data = w[f"W_{layer}"][0, :d].T  # its own features
        theirs.lin_l.weight.data = w[f"W_{layer}"][0, d:].T  # the mean of its neighbors
        theirs.lin_l.bias.data = w[f"b_{layer}"][0, 0]
        h = theirs(h, edges).relu()
    expected = h.view(20, 9, d).mean(1) @ w["W"][0] + w["b"][0]
    torch.testing.assert_close(made.out(x, w)[0], expected, **TOLERANCE)


@torch.no_grad()
def test_only_the_gnn_with_its_mean_knows_no_order_of_the_atoms():
    x, order = samples(MOLECULES).x_test[:20], torch.randperm(9, generator=torch.Generator())
    for family in RaceSettings().families:
        for end in (MEAN, FLATTEN):
            made, w = networks(family, end)
            off = (made.out(renumbered(x, order), w) - made.out(x, w)).abs().max()
            assert (off < 1e-5) == (family == "gnn" and end == MEAN), (family, end)


def test_errors_are_mean_absolute_ones():
    s = samples(MOLECULES)
    made = Networks(networks("mlp")[0], [0, 1], 50)
    with torch.no_grad():
        out = made.entry.out(s.x_test, made.weights)[..., 0].numpy()
    theirs = [mean_absolute_error(s.y_test, one) for one in out]
    np.testing.assert_allclose(made.error(s.x_test, s.y_test), theirs, rtol=1e-4)
    loss = made.learn(s.x_test, s.y_test)  # before the update, of the same rows
    np.testing.assert_allclose(loss, theirs, rtol=1e-4)
    middle = np.median(molecules.load().gap[:4000])
    away = mean_absolute_error(molecules.load().gap[4000:], np.full(1000, middle))
    assert guessing(MOLECULES) == pytest.approx(away, rel=1e-4) and guessing(MNIST_1D) == 90
    assert (unit(MOLECULES), said(MOLECULES, 0.5), said(MNIST_1D, 5)) == ("eV", "0.50 eV", "5.0 %")


def test_a_few_updates_beat_whoever_never_looks():
    race = FamilyRace(SMALL)
    before = race.snapshot()["loss"]
    race.step(100)
    after = race.snapshot()
    assert before == pytest.approx(float(race.samples.y.abs().mean()))
    assert after["error:gnn"][-1] < after["error:linear"][-1] < 0.8 * guessing(MOLECULES)


def test_each_kind_of_data_shows_a_film_at_once():
    for kind in LAYOUTS:
        assert name_of(RaceSettings(data=kind))
