"""All architectures: symmetry, padding, size, equal budgets, and that they learn."""

import pytest
import torch

from core.molecules import from_smiles
from core.qm9.data import graphs
from core.qm9.data.graphs import Graphs
from core.qm9.networks.models import QM9_MODELS, make_model
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.train import Run

CLOSE = {"atol": 1e-5, "rtol": 1e-5}
SIX = [name for name in QM9_MODELS if name != "best"]
INVARIANT = [name for name in QM9_MODELS if name != "mlp"]
SMILES = ["CC(=O)N", "c1ccc[nH]1", "[NH3+]CC(=O)[O-]", "C", "FC1CC1C#N", "OCC(O)CO"]


@pytest.fixture(scope="module")
def batch():
    return graphs.from_molecules([from_smiles(s) for s in SMILES])


def reordered(batch, seed=0):
    """The same molecules with their atoms (and padding) in another order."""
    order = torch.randperm(batch.atoms.shape[1], generator=torch.Generator().manual_seed(seed))
    square = [t[:, order][:, :, order] for t in (batch.bonds, batch.pairs)]
    rows = [t[:, order] for t in (batch.atoms, batch.charge, batch.rings)]
    return Graphs(*rows, *square, batch.ring_counts)


@pytest.mark.parametrize("name", INVARIANT)
def test_atom_order_does_not_matter(name, batch):
    model = make_model(name, 0).eval()
    torch.testing.assert_close(model(reordered(batch)), model(batch), **CLOSE)


def test_the_mlp_has_no_such_symmetry(batch):
    model = make_model("mlp", 0)
    assert (model(reordered(batch)) - model(batch)).abs().max() > 1e-3


@pytest.mark.parametrize("name", QM9_MODELS)
def test_padding_does_not_matter(name, batch):
    model = make_model(name, 0).eval()
    more = graphs.from_molecules([from_smiles(s) for s in SMILES], atoms=14)
    assert more.atoms.shape[1] == 14
    torch.testing.assert_close(model(more), model(batch), **CLOSE)


@pytest.mark.parametrize("name", INVARIANT)
def test_larger_molecules_than_nine_atoms(name):
    caffeine = graphs.from_molecules([from_smiles("Cn1c(=O)c2c(ncn2C)n(C)c1=O")])
    assert make_model(name, 0)(caffeine).shape == (1, 14)


def test_the_mlp_refuses_what_it_has_no_inputs_for():
    large = graphs.from_molecules([from_smiles("CCCCCCCCCC")])
    with pytest.raises(ValueError, match="inputs for 9 atoms only: choose a graph model"):
        make_model("mlp", 0)(large)


def test_equal_budgets():
    sizes = {n: sum(p.numel() for p in make_model(n, 0).parameters()) for n in SIX}
    assert max(sizes.values()) / min(sizes.values()) < 1.04


@pytest.mark.parametrize("name", SIX)
def test_the_six_see_the_chapter_s_features_only(name, batch):
    blind = Graphs(
        batch.atoms,
        batch.charge * 0,
        batch.rings * 0,
        batch.bonds,
        batch.pairs,
        batch.ring_counts * 0,
    )
    model = make_model(name, 0)
    assert (model(blind) == model(batch)).all()


def test_pair_codes_by_hand():
    pairs = graphs.from_molecules([from_smiles("C1CC1CC")], atoms=6).pairs[0]
    # A triangle 0-1-2, then 2-3-4: bonds have code 2, two steps 6 (one path), three steps 8.
    assert pairs.tolist() == [
        [1, 2, 2, 6, 8, 0], [2, 1, 2, 6, 8, 0], [2, 2, 1, 2, 6, 0],
        [6, 6, 2, 1, 2, 0], [8, 8, 6, 2, 1, 0], [0, 0, 0, 0, 0, 0],
    ]  # fmt: skip
    square = graphs.from_molecules([from_smiles("C1CCC1")]).pairs[0]
    assert square[0, 2] == 7  # two shortest paths
    apart = graphs.from_molecules([from_smiles("C.C")]).pairs[0]
    assert apart[0, 1] == graphs.PAIR_CODES - 1


def test_near_is_the_chapter_s_neighborhood(batch):
    from core.models.graph import neighborhood

    assert torch.equal(batch.near, neighborhood(batch.adjacency, batch.mask).float())
    assert batch.near.sum() == batch.adjacency.sum() + batch.mask.sum()


def test_pair_codes_equal_rdkit_distances(qm9):
    from rdkit import Chem

    g = graphs.from_qm9(qm9.take(torch.arange(0, 130_000, 1300).numpy()))
    code = g.pairs.long()
    hops = torch.where(code < 6, (code > 1).long(), (code - 6) // 2 + 2)
    for m, row in enumerate(range(0, 130_000, 1300)):
        expected = Chem.GetDistanceMatrix(Chem.MolFromSmiles(qm9.smiles[row]))
        assert (hops[m, : len(expected), : len(expected)].numpy() == expected).all()


@pytest.mark.parametrize("name", QM9_MODELS)
def test_trace_shows_each_layer(name, batch):
    trace = []
    model = make_model(name, 0)
    out = model(batch, trace)
    assert torch.equal(out, model(batch))
    assert len(trace) == {"mlp": 1, "best": 5}.get(name, 4) and all("h" in layer for layer in trace)
    assert all("attention" in layer for layer in trace) == (name in ("gat", "transformer", "best"))


@pytest.mark.parametrize("name", QM9_MODELS)
def test_every_model_learns_and_repeats_itself(name, small):
    _, parts, task = small
    settings = TrainSettings(
        model=name, subset=32, epochs=60, batch_size=32, lr=3e-3, precision="fp32",
        optimizer="muon" if name == "best" else "adamw", geometry=float(name == "best"),
    )  # fmt: skip
    run, again = Run(settings, task, parts), Run(settings, task, parts)
    first = run.advance(1)
    assert again.advance(1) == first
    run.advance(50)
    assert run.advance(9) < 0.6 * first


def test_weights_follow_from_the_seed_and_nothing_else_changes():
    before = torch.random.get_rng_state()
    one, two, other = (make_model("gcn", seed).readout[1].weight for seed in (0, 0, 1))
    assert torch.equal(one, two) and not torch.equal(one, other)
    assert torch.equal(torch.random.get_rng_state(), before)
