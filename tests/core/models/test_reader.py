"""The small transformer against torch's own layer with the same weights; what it cannot see."""

import pytest
import torch
from torch import nn

from core.models.reader import Reader, positions, reader_shapes


def weights(S=2, d=6, seed=0):
    generator = torch.Generator().manual_seed(seed)
    shapes = reader_shapes(d, 4, 3)
    return {name: torch.randn(S, *s, generator=generator) * 0.4 for name, s in shapes.items()}


def sequences(B=3, T=9):
    return torch.randn(B, T, 4, generator=torch.Generator().manual_seed(1))


def test_it_is_a_pre_norm_layer_of_torch():
    w, x, d = weights(), sequences(), 6
    found = Reader(w).states(x)
    for s in range(2):
        layer = nn.TransformerEncoderLayer(d, 1, d, 0.0, batch_first=True, norm_first=True)
        with torch.no_grad():
            attention = layer.self_attn
            qkv = torch.cat([w[name][s].T for name in ("W_q", "W_k", "W_v")])
            attention.in_proj_weight.copy_(qkv)
            attention.out_proj.weight.copy_(w["W_o"][s].T)
            layer.linear1.weight.copy_(w["W_1"][s].T)
            layer.linear2.weight.copy_(w["W_2"][s].T)
            for bias in (attention.in_proj_bias, attention.out_proj.bias, layer.linear1.bias,
                         layer.linear2.bias):  # fmt: skip
                bias.zero_()
        e = x @ w["W_x"][s] + w["b"][s] + positions(9, d)
        theirs = layer(e, nn.Transformer.generate_square_subsequent_mask(9), is_causal=True)
        theirs = nn.functional.layer_norm(theirs, (d,))
        ours = torch.stack([state[0][s] for state in found], 1)
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_the_future_changes_no_state():
    x = sequences()
    other = x.clone()
    other[:, 5:] += 1
    a, b = (torch.stack([s[0] for s in Reader(weights()).states(v)]) for v in (x, other))
    torch.testing.assert_close(a[:5], b[:5])
    assert (a[5:] - b[5:]).abs().max() > 1e-3


def test_networks_side_by_side_do_not_touch_each_other():
    w, x = weights(S=3), sequences()
    together = Reader(w)(x, 2)
    for s in range(3):
        alone = Reader({name: v[s : s + 1] for name, v in w.items()})(x, 2)
        torch.testing.assert_close(alone[0], together[s])


@pytest.mark.parametrize("d", [4, 7])
def test_positions_turn_with_the_place(d):
    """A shift by one step is the same rotation everywhere."""
    p = positions(50, d)[:, : d // 2 * 2].view(50, -1, 2)
    products = (p[1:] * p[:-1]).sum(-1)  # cosine of the angle between neighbors
    torch.testing.assert_close(products, products[:1].expand_as(products), rtol=1e-4, atol=1e-4)
