"""RNN, LSTM and GRU cells against torch's own with the same weights."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.models.recurrent import CELLS, Recurrent, recurrent_shapes

THEIRS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
# Our blocks in the order of torch's: i, f, g, o of the LSTM.
ORDERS = {"RNN": (0,), "LSTM": (0, 1, 3, 2), "GRU": (0, 1, 2)}


def weights(cell, S, F, d, out, seed=0):
    generator = torch.Generator().manual_seed(seed)
    shapes = recurrent_shapes(cell, d, F, out)
    return {n: torch.randn(S, *s, generator=generator).double() * 0.5 for n, s in shapes.items()}


def torch_states(cell, ours, s, x, **words):
    """Hidden states of torch's layer with the weights of network s; (B, T, d)."""
    F, d = ours["W_x"].shape[1], ours["W_h"].shape[1]
    theirs = THEIRS[cell](F, d, batch_first=True, **words).double()

    def turned(block):  # (rows, k d) -> (k d, rows) in torch's order
        parts = block.split(d, -1)
        return torch.cat([parts[i] for i in ORDERS[cell]], -1).T

    with torch.no_grad():
        theirs.weight_ih_l0.copy_(turned(ours["W_x"][s]))
        theirs.weight_hh_l0.copy_(turned(ours["W_h"][s]))
        theirs.bias_ih_l0.copy_(turned(ours["b"][s])[:, 0])
        theirs.bias_hh_l0.zero_()
    return theirs(x)[0]


@pytest.mark.parametrize("cell", CELLS)
@settings(deadline=None)  # the first call of torch takes its time
@given(S=st.integers(1, 3), B=st.integers(1, 4), T=st.integers(1, 9), F=st.integers(1, 5),
       d=st.integers(1, 6), seed=st.integers(0, 1000))  # fmt: skip
def test_states_are_those_of_torch(cell, S, B, T, F, d, seed):
    ours = weights(cell, S, F, d, 2, seed)
    x = torch.randn(B, T, F, generator=torch.Generator().manual_seed(seed)).double()
    found = Recurrent(cell, ours).states(x)
    for s in range(S):
        h = torch.stack([state[0][s] for state in found], 1)  # (B, T, d)
        torch.testing.assert_close(h, torch_states(cell, ours, s, x), rtol=1e-10, atol=1e-12)


def test_relu_cell_is_that_of_torch():
    ours = weights("RNN", 1, 3, 5, 2)
    x = torch.randn(4, 7, 3, generator=torch.Generator().manual_seed(1)).double()
    h = torch.stack([state[0][0] for state in Recurrent("RNN", ours, "ReLU").states(x)], 1)
    torch.testing.assert_close(h, torch_states("RNN", ours, 0, x, nonlinearity="relu"))


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_are_those_of_torch(cell):
    ours = weights(cell, 1, 3, 5, 2)
    x = torch.randn(4, 20, 3, generator=torch.Generator().manual_seed(1)).double()
    x, twin = x.requires_grad_(), x.detach().clone().requires_grad_()
    Recurrent(cell, ours).states(x)[-1][0].square().sum().backward()
    torch_states(cell, ours, 0, twin)[:, -1].square().sum().backward()
    torch.testing.assert_close(x.grad, twin.grad, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_networks_side_by_side_do_not_touch_each_other(cell):
    ours = weights(cell, 3, 4, 5, 2)
    x = torch.randn(2, 6, 4, generator=torch.Generator().manual_seed(1)).double()
    together = Recurrent(cell, ours)(x, 3)
    assert together.shape == (3, 2, 3, 2)
    for s in range(3):
        alone = Recurrent(cell, {name: w[s : s + 1] for name, w in ours.items()})(x, 3)
        torch.testing.assert_close(alone[0], together[s])


@pytest.mark.parametrize("cell", CELLS)
def test_the_future_changes_no_state(cell):
    ours = weights(cell, 1, 4, 5, 2)
    x = torch.randn(2, 9, 4, generator=torch.Generator().manual_seed(1)).double()
    other = x.clone()
    other[:, 5:] += 1
    a, b = (torch.stack([s[0] for s in Recurrent(cell, ours).states(v)]) for v in (x, other))
    assert torch.equal(a[:5], b[:5]) and (a[5:] != b[5:]).any()
