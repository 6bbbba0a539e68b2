"""Optimizers of one vector: torch's, number by number; L1 and L2 touch its first numbers alone."""

import numpy as np
import pytest
import torch

from core import training
from core.updates import OPTIMIZERS

PLAIN = {
    "SGD": lambda w: torch.optim.SGD(w, lr=0.1),
    "momentum": lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9),
    "Adam": lambda w: torch.optim.Adam(w, lr=0.1),
    "AdamW": lambda w: torch.optim.AdamW(w, lr=0.1),
    "RMSprop": lambda w: torch.optim.RMSprop(w, lr=0.1),
}


def vector(values):
    found = torch.tensor(values, dtype=torch.float64)
    found.grad = torch.zeros_like(found)
    return found


def test_the_same_can_be_chosen_as_of_torch():
    assert list(OPTIMIZERS) == list(training.OPTIMIZERS) == list(PLAIN)


@pytest.mark.parametrize("L2", [0.0, 0.05])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_and_l2_are_those_of_torch(name, L2):
    rng = np.random.default_rng(3)
    start = rng.normal(size=50)
    ours, weights, biases = vector(start), *(vector(part) for part in np.split(start, [30]))
    optimizer = OPTIMIZERS[name](ours, 9.0, 30)
    reference = PLAIN[name]([{"params": [weights]}, {"params": [biases]}])
    optimizer.L2 = reference.param_groups[0]["weight_decay"] = L2
    reference.param_groups[1]["weight_decay"] = 0.0
    for k in range(40):
        optimizer.lr = 0.02 / (1 + k)
        for group in reference.param_groups:
            group["lr"] = optimizer.lr
        g = torch.from_numpy(rng.normal(size=50) * (k % 3))  # without a slope, too
        ours.grad.copy_(g)
        weights.grad, biases.grad = g[:30].clone(), g[30:].clone()
        optimizer.step(), reference.step()
        expected = torch.cat([weights, biases])
        torch.testing.assert_close(ours, expected, rtol=1e-12, atol=1e-14)
    assert (ours - torch.from_numpy(start)).abs().min() > 1e-4


def test_l1_reaches_zero_and_stops_there():
    for name, amount in (("SGD", 0.1), ("momentum", 0.01)):
        w = vector([0.3, -0.05, 0.1, -2.0, 1.0])
        optimizer = OPTIMIZERS[name](w, amount, 4)
        optimizer.L1 = 1.0
        optimizer.step()
        torch.testing.assert_close(w, vector([0.2, 0, 0, -1.9, 1.0]))


def test_what_diverges_does_so_in_silence():
    w = vector([1.0, 2.0]).float()
    w.grad = torch.tensor([3e38, 1.0])
    OPTIMIZERS["Adam"](w, 0.1).step()
    assert w[1] != 2
