"""Channels of pairs of atoms: triangles as loops would find them, symmetry, and that they learn."""

import pytest
import torch

from core.molecules import from_smiles
from core.qm9.data import graphs
from core.qm9.networks import pairs
from core.qm9.networks.best import Best
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.train import Run
from core.settings.kinds import SettingError
from tests.core.qm9.networks.test_models import CLOSE, SMILES, reordered


@pytest.fixture(scope="module")
def best():
    torch.manual_seed(0)
    return Best(d=32, layers=3, pairs=8).eval()


@pytest.fixture(scope="module")
def batch():
    return graphs.from_molecules([from_smiles(s) for s in SMILES])


def test_a_pair_hears_of_each_third_atom():
    a, b = torch.randn(2, 3, 5, 5, 4, dtype=torch.float64)
    found = pairs.third_atoms(a, b)
    for u in range(5):
        for v in range(5):
            expected = sum(a[:, u, w] * b[:, v, w] for w in range(5))
            torch.testing.assert_close(found[:, u, v], expected)


def test_an_atom_hears_pairs_as_much_as_it_attends_to_their_ends():
    alpha, pair = torch.rand(3, 2, 5, 5, dtype=torch.float64), torch.randn(3, 5, 5, 4).double()
    expected = torch.einsum("bhuv,buvc->buhc", alpha, pair).flatten(2)
    torch.testing.assert_close(pairs.pairs_heard(alpha, pair), expected)


def test_a_gpu_computes_the_same(monkeypatch):
    """Its sums have another form; here they run on tensors that claim to lie on one."""

    class Elsewhere(torch.Tensor):
        @property
        def device(self):
            return torch.device("cuda")

    a, b = torch.randn(2, 3, 5, 5, 4).double()
    alpha = torch.rand(3, 2, 5, 5).double()
    for function, first, second in ((pairs.third_atoms, a, b), (pairs.pairs_heard, alpha, a)):
        there = function(first.as_subclass(Elsewhere), second.as_subclass(Elsewhere))
        torch.testing.assert_close(there.as_subclass(torch.Tensor), function(first, second))


def test_neither_the_order_of_atoms_nor_padding_matters(best, batch):
    expected = best(batch)
    torch.testing.assert_close(best(reordered(batch)), expected, **CLOSE)
    more = graphs.from_molecules([from_smiles(s) for s in SMILES], atoms=14)
    torch.testing.assert_close(best(more), expected, **CLOSE)


def test_distances_are_symmetric(best, batch):
    h, z, early = best.rounds(batch)
    for guess in (early, best.geometry(h, batch.pairs, z)):
        torch.testing.assert_close(guess.distance, guess.distance.transpose(1, 2))
        assert not torch.allclose(guess.hydrogen, guess.hydrogen.transpose(1, 2))


def test_every_weight_of_the_pairs_is_trained(small):
    _, parts, task = small
    words = {"model": "best", "width": 16, "layers": 3, "pairs": 8, "geometry": 1.0}
    run = Run(TrainSettings(batch_size=32, optimizer="muon", **words), task, parts)
    before = {n: p.detach().clone() for n, p in run.model.named_parameters()}
    run.advance(3)
    # The last block's pairs are read as distances; softmax forgets what all scores share.
    still = [n for n, p in run.model.named_parameters() if torch.equal(p, before[n])]
    assert not [n for n in still if "pair" in n or "score" in n or "seen" in n], still


def test_only_best_has_them():
    with pytest.raises(SettingError, match="pairs = 8 is not allowed: 0 unless model = best"):
        TrainSettings(model="gcn", pairs=8)
