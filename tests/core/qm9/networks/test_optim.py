"""Optimizers and the schedule, against torch's own and the singular value decomposition."""

import pytest
import torch
from torch import nn

from core.muon import Muon, by_shape, orthogonalize
from core.qm9.networks.optim import make_optimizers, rate_at
from tests.core.qm9 import worker

SHAPES = ((6, 10), (10, 6), (6, 10), (8, 8))


def test_schedule():
    assert rate_at(0.02) == pytest.approx(0.5)
    assert rate_at(0.04) == pytest.approx(1.0)
    assert rate_at(0.52) == pytest.approx(0.51)
    assert rate_at(1.0) == pytest.approx(0.02)


def test_muon_takes_the_matrices_of_the_blocks_and_adamw_the_rest():
    run = worker.make()
    adamw, muon = make_optimizers(run.model, "muon", 0.05, torch.float32)
    inner = {id(p) for g in muon.param_groups for p in g["params"]}
    assert inner == {
        id(p) for n, p in run.model.named_parameters() if n.startswith("blocks.") and p.ndim == 2
    }
    rest = [p for g in adamw.param_groups for p in g["params"]]
    assert len(rest) + len(inner) == len(list(run.model.parameters()))


@pytest.mark.parametrize(
    "precision, close", [(torch.bfloat16, 1e-5), (torch.float32, 1e-2)], ids=["bf16", "fp32"]
)
def test_muon_takes_the_steps_of_torch(precision, close):
    generator = torch.Generator().manual_seed(0)
    start = [torch.randn(shape, generator=generator) for shape in SHAPES]
    mine, theirs = ([nn.Parameter(p.clone()) for p in start] for _ in range(2))
    ours = Muon(mine, torch.tensor(0.1), weight_decay=0.1, precision=precision)
    rival = torch.optim.Muon(theirs, lr=0.1, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
    for _ in range(4):
        for p, q in zip(mine, theirs, strict=True):
            p.grad = torch.randn(p.shape, generator=generator)
            q.grad = p.grad.clone()
        ours.step()
        rival.step()
    for p, q, first in zip(mine, theirs, start, strict=True):
        assert torch.allclose(p, q, atol=close)
        assert (p - first).abs().max() > 0.05


def test_orthogonalize_keeps_directions_and_evens_out_singular_values():
    G = torch.randn(3, 12, 7, generator=torch.Generator().manual_seed(1))
    U, _, Vh = torch.linalg.svd(G, full_matrices=False)
    inner = U.mT @ orthogonalize(G, torch.float32) @ Vh.mT  # diagonal where the directions are kept
    diagonal = inner.diagonal(dim1=1, dim2=2)
    assert ((diagonal > 0.5) & (diagonal < 1.4)).all()
    assert (inner - torch.diag_embed(diagonal)).abs().max() < 0.05
    assert by_shape([G[0], G[0].T, G[1]]) == [[0, 2], [1]]
