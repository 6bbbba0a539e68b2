"""The batched perceptron against torch's own layers."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from core.models.mlp import (
    ACTIVATIONS,
    INITIALIZATIONS,
    MLP,
    BatchNorm,
    LayerNorm,
    linear,
    straight_through_step,
)

TOL = 1e-5  # float32, a few layers


def stack(mlp, s):
    """The same network as a stack of torch.nn.Linear."""
    layers = []
    for W, b in zip(mlp.W, mlp.b, strict=True):
        layer = nn.Linear(W.shape[1], W.shape[2])
        layer.weight.data, layer.bias.data = W[s].T.detach().clone(), b[s, 0].detach().clone()
        layers.append(layer)
    return layers


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [(), (5,), (4, 4, 3)])
def test_same_as_linear_stack(activation, hidden):
    mlp = MLP((2, *hidden, 1), [3, 4, 5], ACTIVATIONS[activation])
    x = torch.randn(3, 7, 2, generator=torch.Generator().manual_seed(0))
    layers = mlp(x)
    for s in range(3):
        h, torch_stack = x[s], stack(mlp, s)
        for found, layer in zip(layers[:-1], torch_stack, strict=False):
            h = ACTIVATIONS[activation](layer(h))
            torch.testing.assert_close(found[s], h, atol=TOL, rtol=TOL)
        torch.testing.assert_close(layers[-1][s], torch_stack[-1](h), atol=TOL, rtol=TOL)


@pytest.mark.parametrize("norm", [LayerNorm, BatchNorm])
@pytest.mark.parametrize("train", [True, False])
def test_residual_and_norm_are_equation_3_1(norm, train):
    mlp = MLP((3, 4, 4, 4, 2), [0, 1], torch.tanh, residual=True, norm=norm)
    x = torch.randn(2, 9, 3, generator=torch.Generator().manual_seed(1))
    mlp(2 * x, train=True)  # so that running averages are not those at the start
    reference = [nn.BatchNorm1d(4, affine=False).train() for _ in range(2)]
    for s in range(2):
        h = torch.tanh(stack(mlp, s)[0](x[s]))
        for layer, i in ((1, 0), (2, 1)):
            if norm is LayerNorm:
                normed = nn.LayerNorm(4, elementwise_affine=False)(h)
            else:
                theirs = reference[i]
                theirs.running_mean = mlp.norms[layer].mean[s, 0].clone()
                theirs.running_var = mlp.norms[layer].var[s, 0].clone()
                normed = theirs.train(train)(h)
            h = h + torch.tanh(stack(mlp, s)[layer](normed))
        expected = stack(mlp, s)[3](h)
        state = copy.deepcopy(mlp.norms)
        torch.testing.assert_close(mlp(x, train=train)[-1][s], expected, atol=TOL, rtol=TOL)
        mlp.norms = state


def test_running_averages_are_those_of_torch():
    ours, theirs = BatchNorm(1, 3), nn.BatchNorm1d(3, affine=False)
    for seed in range(4):
        h = 3 + torch.randn(1, 8, 3, generator=torch.Generator().manual_seed(seed))
        torch.testing.assert_close(ours(h, True)[0], theirs(h[0]), atol=TOL, rtol=TOL)
    torch.testing.assert_close(ours.mean[0, 0], theirs.running_mean)
    torch.testing.assert_close(ours.var[0, 0], theirs.running_var)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "GELU", "SiLU", "sine", "linear"])
@pytest.mark.parametrize("norm", [LayerNorm, BatchNorm])
def test_gradients_are_finite_differences(activation, norm):
    mlp = MLP((2, 3, 3, 1), [0], ACTIVATIONS[activation], residual=True, norm=norm)
    x = torch.randn(1, 6, 2, generator=torch.Generator().manual_seed(2))

    def loss():
        return mlp(x, train=True)[-1].square().mean()

    mlp.zero_grad()
    loss().backward()
    slopes = mlp.vector.grad.clone()
    for i in range(len(slopes)):
        values = []
        for shift in (1e-2, -1e-2):
            mlp.vector[i] += shift
            values.append(loss().item())
            mlp.vector[i] -= shift
        assert (values[0] - values[1]) / 2e-2 == pytest.approx(float(slopes[i]), abs=2e-3)


def test_straight_through():
    z = torch.tensor([-2.0, -0.5, 0.5, 2.0], requires_grad=True)
    h = straight_through_step(z)
    h.sum().backward()
    assert h.tolist() == [0, 0, 1, 1] and z.grad.tolist() == [0, 0.5, 0.5, 0]


@pytest.mark.parametrize("activation", ["step", "ReLU"])
def test_step_has_no_gradient_below(activation):
    mlp = MLP((2, 4, 1), [0], ACTIVATIONS[activation])
    mlp(torch.randn(1, 20, 2))[-1].sum().backward()
    assert (mlp.W[0].grad.abs().sum() == 0) == (activation == "step")
    assert mlp.W[1].grad.abs().sum() > 0


@pytest.mark.parametrize("residual", [False, True])
def test_collapse_is_equation_2_4(residual):
    mlp = MLP((2, 2, 5, 5, 1), [7, 8], linear, residual=residual)
    x = torch.randn(2, 6, 2)
    W, b = mlp.collapse()
    torch.testing.assert_close(x @ W + b, mlp(x)[-1].detach(), atol=TOL, rtol=TOL)
    with pytest.raises(ValueError, match="linear"):
        MLP((2, 3, 1), [0], torch.tanh).collapse()
    with pytest.raises(ValueError, match="normalization"):
        MLP((2, 3, 3, 1), [0], linear, norm=LayerNorm).collapse()


@pytest.mark.parametrize("name", INITIALIZATIONS)
def test_each_seed_is_its_own_network(name):
    together = MLP((2, 4, 3, 1), [5, 6, 7], torch.tanh, initialize=INITIALIZATIONS[name])
    for s in range(3):
        alone = MLP((2, 4, 3, 1), [5 + s], torch.tanh, initialize=INITIALIZATIONS[name])
        for W, W_alone in zip(together.W, alone.W, strict=True):
            assert torch.equal(W[s], W_alone[0])
    assert name == "zero" or not torch.equal(together.W[0][0], together.W[0][1])


def test_spread_of_first_weights():
    rng = np.random.default_rng(0)
    for name, std in (("fan-in", 1 / np.sqrt(300)), ("Glorot", np.sqrt(2 / 500)),
                      ("He", np.sqrt(2 / 100)), ("uniform", 1 / np.sqrt(12))):  # fmt: skip
        W, b = INITIALIZATIONS[name](rng, 100, 400)
        assert W.std() == pytest.approx(std, rel=0.02)
        assert W.shape == (100, 400) and b.shape == (400,)


def test_gradients_live_in_one_vector():
    mlp = MLP((2, 3, 1), [0, 1], torch.tanh)
    mlp(torch.randn(2, 5, 2))[-1].sum().backward()
    found = torch.cat([part.grad.flatten() for part in (*mlp.W, *mlp.b)])
    assert torch.equal(found, mlp.vector.grad) and found.abs().sum() > 0
    mlp.zero_grad()
    assert mlp.W[0].grad.abs().sum() == 0
