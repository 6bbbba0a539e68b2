"""Losses, optimizers and mini-batches against torch and by hand."""

import itertools

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from core.training import LOSSES, OPTIMIZERS, REGRESSION, Adam, batches, set_rates, shrink

z = torch.linspace(-4, 4, 9)
y = torch.tensor([-1.0, 1, 1, -1, -1, 1, 1, -1, 1])


def test_losses_are_those_of_torch():
    ours = LOSSES["cross-entropy"].loss(z, y)
    theirs = F.binary_cross_entropy_with_logits(z, (y + 1) / 2, reduction="none")
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(
        LOSSES["squared error"].loss(z, y), F.mse_loss(z.tanh(), y, reduction="none") / 2
    )
    torch.testing.assert_close(REGRESSION.loss(z, y), F.mse_loss(z, y, reduction="none") / 2)


@pytest.mark.parametrize("head", [*LOSSES.values(), REGRESSION])
def test_read_has_the_sign_of_z(head):
    assert (head.read(z).sign() == z.sign()).all()


def test_read_logit_is_a_difference_of_probabilities():
    p = z.sigmoid()
    torch.testing.assert_close(LOSSES["cross-entropy"].read(z), p - (1 - p))


PLAIN = {
    "SGD": lambda w: torch.optim.SGD(w, lr=0.1, weight_decay=0.05),
    "momentum": lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9, weight_decay=0.05),
    "Adam": lambda w: torch.optim.Adam(w, lr=0.1, weight_decay=0.05),
    "AdamW": lambda w: torch.optim.AdamW(w, lr=0.1, weight_decay=0.05),
    "RMSprop": lambda w: torch.optim.RMSprop(w, lr=0.1, weight_decay=0.05),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_and_l2_are_those_of_torch(name):
    ours, theirs = torch.tensor([1.0, -2, 3]), torch.tensor([1.0, -2, 3], requires_grad=True)
    bias = torch.ones(1)
    optimizer = OPTIMIZERS[name]([{"params": [ours]}, {"params": [bias]}], lr=9.0)
    reference = PLAIN[name]([theirs])
    set_rates(optimizer, 0.1, 0.05)
    for _ in range(5):
        ours.grad, bias.grad, theirs.grad = 2 * ours, torch.zeros(1), 2 * theirs.detach()
        optimizer.step(), reference.step()
        torch.testing.assert_close(ours, theirs.detach())
    assert float(bias) == 1  # L2 leaves biases alone


def test_l1_reaches_zero_and_stops_there():
    for optimizer, amount in (("SGD", 0.1), ("momentum", 0.01)):
        w, bias = torch.tensor([0.3, -0.05, 0.1, -2.0]), torch.ones(1)
        made = OPTIMIZERS[optimizer]([{"params": [w]}, {"params": [bias]}], lr=amount)
        shrink(made, 1.0)
        torch.testing.assert_close(w, torch.tensor([0.2, 0, 0, -1.9]))
        assert float(bias) == 1


@pytest.mark.parametrize(("n", "size"), [(20, 5), (23, 10), (3, 10)])
def test_batches_show_each_point_once_an_epoch(n, size):
    X = torch.arange(n, dtype=torch.float32)[:, None]
    per_epoch = max(1, n // size)
    stream = batches(X, X[:, 0], size, [4, 5])
    for _ in range(3):
        epoch = list(itertools.islice(stream, per_epoch))
        for x, y in epoch:
            assert x.shape == (2, min(n, size), 1) and y.shape == (2, min(n, size))
            assert (x[..., 0] == y).all()
        seen = torch.cat([y for _, y in epoch], 1)
        for row in seen:
            assert len(set(row.tolist())) == per_epoch * min(n, size)


def test_a_seed_keeps_its_order_in_company():
    X = torch.arange(40, dtype=torch.float32)[:, None]
    together, alone = batches(X, X[:, 0], 8, [6, 7]), batches(X, X[:, 0], 8, [7])
    for _ in range(12):
        np.testing.assert_array_equal(next(together)[1][1], next(alone)[1][0])


def test_adam_of_one_vector_is_torchs():
    rng = np.random.default_rng(3)
    start = torch.from_numpy(rng.normal(size=50))
    ours, theirs = start.clone(), start.clone().requires_grad_()
    ours.grad = torch.zeros_like(ours)
    adam, reference = Adam(ours, 0.02), torch.optim.Adam([theirs], lr=0.02)
    for k in range(40):
        adam.lr = reference.param_groups[0]["lr"] = 0.02 / (1 + k)
        theirs.grad = torch.from_numpy(rng.normal(size=50) * (k % 3))  # without a slope, too
        ours.grad.copy_(theirs.grad)
        adam.step(), reference.step()
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-12, atol=1e-14)
