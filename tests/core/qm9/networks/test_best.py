"""`best`: what its moments measure, and that its guesses can be learned."""

import torch

from core.molecules import from_smiles
from core.qm9.data import graphs
from core.qm9.networks.best import Best
from core.qm9.networks.geometry import Moments
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.train import Run


def test_moments_are_dipole_and_extent_of_charges_in_space():
    generator = torch.Generator().manual_seed(0)
    xyz = torch.randn(2, 5, 3, generator=generator, dtype=torch.float64)
    moments = Moments(d=2, charges=2).double()
    with torch.no_grad():
        moments.usual.weight.zero_()  # distances as they are given
        moments.spread.weight.fill_(1.0)
        moments.charge.weight.copy_(torch.eye(2))
    q = torch.rand(2, 5, 2, generator=generator, dtype=torch.float64)
    q[..., 0] -= q[..., 0].mean(1, keepdim=True)  # the first charge adds up to zero
    found = moments(q, torch.cdist(xyz, xyz), torch.full((2, 5, 5), 2)).sum(1) * 200
    dipole = (q[..., :1] * xyz).sum(1)
    torch.testing.assert_close(found[:, 0], -2 * (dipole**2).sum(1))
    total = q[..., 1].sum(1)
    center = (q[..., 1:] * xyz).sum(1) / total[:, None]
    extent = (q[..., 1] * ((xyz - center[:, None]) ** 2).sum(2)).sum(1)
    torch.testing.assert_close(found[:, 2], 2 * total * extent)


def test_usual_distances_grow_with_the_number_of_bonds():
    chain = graphs.from_molecules([from_smiles("CCCCCCCC")])
    usual = Moments(8).usual(chain.pairs.int())[0, 0, 1:, 0].detach()
    assert (usual.diff() > 0).all() and abs(float(usual[0]) - 1.4) < 1e-6
    apart = graphs.from_molecules([from_smiles("C.C")])
    assert Moments(8).usual(apart.pairs.int())[0, 0, 1, 0] > usual[-1]


def test_all_three_guesses_are_learned(small):
    _, parts, task = small
    settings = TrainSettings(
        model="best", subset=32, epochs=150, batch_size=32, optimizer="muon", lr=1e-2, geometry=1.0,
        precision="fp32", width=32, layers=2,
    )  # fmt: skip
    run = Run(settings, task, parts)

    def errors():
        graphs_, labels = task.graphs.take(run.rows), task.labels_3d
        model = run.model
        assert isinstance(model, Best)
        h, z, early = model.rounds(graphs_)
        known = [x[run.rows].float() for x in (labels.distance, labels.charge, labels.hydrogen)]
        guesses = [*early, *model.geometry(h, graphs_.pairs, z)]
        return [
            float((guess - truth)[truth.isfinite()].abs().mean())
            for guess, truth in zip(guesses, known * 2, strict=True)
        ]

    with torch.no_grad():
        before = errors()
    run.advance(149)
    with torch.no_grad():
        after = errors()
    assert all(b < 0.8 * a for a, b in zip(before, after, strict=True)), (before, after)


def test_lists_of_bonds_in_training_say_what_all_pairs_say():
    smiles = ["C", "CC(=O)[O-]", "c1ccncc1", "N#CC1=CNC=C1", "C.C"]
    batch = graphs.from_molecules([from_smiles(s) for s in smiles])
    torch.manual_seed(0)
    model, found = Best(d=16, layers=3), []
    model.bias.weight.data.normal_()
    for training in (True, False):
        model.train(training)
        found.append(model(batch))
    torch.testing.assert_close(*found, atol=2e-5, rtol=1e-4)
