"""Losses, optimizers and mini-batches against torch and by hand."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from core.training import LOSSES, REGRESSION, Learner, batches

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


class Visitor(Learner):
    """Diverges at its fourth visit."""

    called = "visit"

    def _update(self):
        if self.steps == 3:
            self.diverged("the fourth. Go back.")
            return
        self.steps += 1


@pytest.mark.parametrize(
    ("most", "made", "done"),
    [
        (1, 1, "Stopped after 1 visit, as set."),
        (3, 3, "Stopped after 3 visits, as set."),
        (9, 3, "Diverged after 3 visits: the fourth. Go back."),
    ],
)
def test_a_learner_makes_updates_until_they_are_made_or_it_diverges(most, made, done):
    learner = Visitor(SimpleNamespace(max_steps=most))
    learner.step(0)
    assert (learner.steps, learner.done) == (0, "")
    for n in (1, 1, 5, 5):
        learner.step(n)
    assert (learner.steps, learner.done) == (made, done)


def test_a_learner_changes_the_rate_of_its_optimizer():
    learner = Visitor(SimpleNamespace(max_steps=9))
    learner.optimizer = torch.optim.SGD([z.clone()], lr=0.1)
    learner.optimizer.add_param_group({"params": [y.clone()], "lr": 0.2})
    learner.change("learning_rate", "0.03")
    assert learner.rate == 0.03
    assert [part["lr"] for part in learner.optimizer.param_groups] == [0.03, 0.03]
