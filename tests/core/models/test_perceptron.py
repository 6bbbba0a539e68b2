"""The two models against scikit-learn and against torch's own derivatives."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Perceptron as Reference
from torch.nn.functional import binary_cross_entropy_with_logits

from core.models.perceptron import OneHiddenLayer, Perceptron

EXACT = 1e-12
CLOSE = 1e-9


def clouds(seed, n=30):
    rng = np.random.default_rng(seed)
    t = np.arange(n) % 2.0
    return rng.normal(0, 1, (n, 2)) + 1.5 * t[:, None], t


def passes(model, X, t, eta, count):
    for _ in range(count):
        for x, label in zip(torch.from_numpy(X), torch.from_numpy(t), strict=True):
            model.learn(x, label, eta)


@pytest.mark.parametrize("eta", [0.125, 1.0, 3.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_rule_is_that_of_scikit_learn(seed, eta):
    """From random weights: from zeros the two differ where w.x + b is exactly 0, see (2.6)."""
    X, t = clouds(seed)
    first = np.random.default_rng(seed).normal(size=3)
    model = Perceptron(torch.from_numpy(first))
    passes(model, X, t, eta, 5)
    reference = Reference(shuffle=False, max_iter=5, tol=None, eta0=eta, penalty=None)
    reference.fit(X, t, coef_init=first[None, :2].copy(), intercept_init=first[2:].copy())
    np.testing.assert_allclose(model.w, reference.coef_[0], atol=CLOSE)
    np.testing.assert_allclose(model.b, reference.intercept_[0], atol=CLOSE)
    np.testing.assert_array_equal(model(torch.from_numpy(X)), reference.predict(X))


def test_output_is_0_on_the_line_itself():
    model = Perceptron(torch.tensor([1.0, 1.0, -1.0], dtype=torch.float64))
    x = torch.tensor([[0.5, 0.5], [0.5, 0.625], [0.0, 0.0]], dtype=torch.float64)
    assert model(x).tolist() == [0, 1, 0]


def test_a_point_that_is_right_moves_nothing():
    model = Perceptron(torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64))
    error = model.learn(torch.tensor([2.0, 1.0]).double(), torch.tensor(1.0).double(), 1.0)
    assert (error, model.w.tolist(), float(model.b)) == (0, [1, 0], 0)


@pytest.mark.parametrize("hidden", [1, 2, 5])
def test_backpropagation_is_the_gradient_that_torch_finds(hidden):
    X, t = clouds(hidden)
    model, eta = OneHiddenLayer(hidden, seed=hidden), 0.3
    for x, label in zip(torch.from_numpy(X), torch.from_numpy(t), strict=True):
        leaves = {name: value.clone().requires_grad_() for name, value in model.state().items()}
        h = torch.tanh(leaves["V"] @ x + leaves["c"])
        loss = binary_cross_entropy_with_logits(h @ leaves["w"] + leaves["b"], label)
        slopes = torch.autograd.grad(loss, list(leaves.values()))
        model.learn(x, label, eta)
        for (name, before), slope in zip(leaves.items(), slopes, strict=True):
            torch.testing.assert_close(
                model.state()[name], (before - eta * slope).detach(), atol=EXACT, rtol=0
            )


def test_losses():
    X, t = (torch.from_numpy(part) for part in clouds(0))
    line = Perceptron(torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64))
    assert float(line.loss(X, t)) == 0.5
    network = OneHiddenLayer(3, seed=1)
    p = torch.sigmoid(network.z(X))
    by_hand = -(t * p.log() + (1 - t) * (1 - p).log()).mean()
    torch.testing.assert_close(network.loss(X, t), by_hand, atol=EXACT, rtol=0)
