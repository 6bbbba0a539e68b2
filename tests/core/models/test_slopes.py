"""Gradients by hand against autograd's."""

import numpy as np
import pytest
import torch

from core.models.mlp import MLP, BatchNorm, LayerNorm, step
from core.models.slopes import BY_HAND, HEADS, Slopes, by_hand


def networks(activation=torch.tanh, **more):
    return MLP((3, 5, 4, 1), [0, 1, 2], activation, **more)


@pytest.mark.parametrize("activation", BY_HAND)
@pytest.mark.parametrize("head", HEADS)
def test_losses_and_gradients_are_those_of_autograd(activation, head):
    mlp, rng = networks(activation), np.random.default_rng(4)
    x = torch.from_numpy(rng.normal(size=(3, 7, 3)).astype(np.float32))
    y = torch.from_numpy(rng.choice([-1.0, 1.0], (3, 7, 1)).astype(np.float32))
    mlp.vector.grad.fill_(7.0)  # whatever is left of the last update
    slopes, (loss, slope) = Slopes(mlp), HEADS[head]
    z = slopes.out(x.numpy())
    slopes.back(slope(z, y.numpy()))
    found = [part.grad.clone() for part in (*mlp.W, *mlp.b)]
    mlp.zero_grad()
    expected = head(mlp(x)[-1], y)
    expected.sum().backward()
    np.testing.assert_allclose(loss(z, y.numpy()), expected.detach().numpy(), rtol=1e-5, atol=1e-6)
    for ours, part in zip(found, (*mlp.W, *mlp.b), strict=True):
        assert part.grad.abs().max() > 1e-3
        torch.testing.assert_close(ours, part.grad, rtol=1e-4, atol=1e-5)


def test_only_small_and_plain_networks_are_done_by_hand():
    assert by_hand(networks(), 100) and not by_hand(networks(), 10**6)
    assert not by_hand(networks(residual=True), 9) and not by_hand(networks(step), 9)
    assert not by_hand(MLP((3, 4, 1), range(9), torch.tanh), 9)
    assert not any(by_hand(networks(norm=norm), 9) for norm in (LayerNorm, BatchNorm))


def test_huge_outputs_have_huge_losses_and_bounded_slopes():
    """As torch has them: a run has diverged where its loss is no finite number."""
    z, y = np.float32([1e4, -1e4, 1e30]), np.float32([-1, 1, -1])
    for head, (loss, slope) in HEADS.items():
        with np.errstate(over="ignore"):
            ours, slopes = loss(z, y), slope(z, y)
        theirs = head(torch.from_numpy(z), torch.from_numpy(y)).numpy()
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
        assert np.isfinite(slopes).all()
