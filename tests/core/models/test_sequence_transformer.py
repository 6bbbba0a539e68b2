"""Attention against torch's own; masks, positions and what they take away."""

import math

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from core.models.sequence_transformer import POSITIONS, attention, made, rotate, sinusoids

SHAPE = {"d": 32, "heads": 2, "layers": 2}


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("causal", [True, False])
def test_attention_is_that_of_torch(causal):
    q, k, v = (drawn(3, 2, 7, 5, seed=seed) for seed in range(3))
    mask = torch.ones(7, 7, dtype=torch.bool).tril() if causal else None
    score, alpha, h = attention(q, k, v, mask)
    torch.testing.assert_close(h, scaled_dot_product_attention(q, k, v, is_causal=causal))
    torch.testing.assert_close(alpha.sum(-1), torch.ones(3, 2, 7).double())
    allowed = torch.ones(7, 7, dtype=torch.bool) if mask is None else mask
    assert (alpha[..., ~allowed] == 0).all() and (alpha[..., allowed] > 0).all()
    by_hand = math.fsum((q[0, 0, 6] * k[0, 0, 2]).tolist()) / math.sqrt(5)
    assert float(score[0, 0, 6, 2]) == pytest.approx(by_hand)


@pytest.mark.parametrize("positions", POSITIONS)
def test_looking_inside_changes_nothing(positions):
    net = made(0, 9, 9, **SHAPE, positions=positions, mlp=True)
    x = torch.randint(9, (4, 11), generator=torch.Generator().manual_seed(0))
    trace = []
    torch.testing.assert_close(net(x), net(x, trace=trace), rtol=1e-4, atol=1e-5)
    assert [part["alpha"].shape for part in trace] == [(4, 2, 11, 11)] * 2


@pytest.mark.parametrize("positions", POSITIONS)
def test_a_causal_network_does_not_see_what_comes(positions):
    net = made(0, 9, 9, **SHAPE, positions=positions)
    x = torch.randint(9, (4, 11), generator=torch.Generator().manual_seed(0))
    other = x.clone()
    other[:, 6:] = (x[:, 6:] + 1) % 9
    torch.testing.assert_close(net(x)[:, :6], net(other)[:, :6])
    assert not torch.allclose(net(x)[:, 6:], net(other)[:, 6:])


@pytest.mark.parametrize("positions", POSITIONS)
def test_without_positions_shuffled_tokens_only_move(positions):
    net = made(0, 9, 9, **SHAPE, positions=positions, causal=False).double()
    x, order = torch.arange(9)[None], torch.tensor([3, 1, 8, 0, 2, 7, 5, 4, 6])
    same = torch.allclose(net(x[:, order]), net(x)[:, order], atol=1e-5)
    assert same == (positions == "none")


def test_rotated_products_depend_on_the_distance_alone():
    q, k = drawn(1, 8).expand(12, 8), drawn(1, 8, seed=1).expand(12, 8)
    score = rotate(q) @ rotate(k).T
    for gap in range(-11, 12):
        along = score.diagonal(gap)
        torch.testing.assert_close(along, along[:1].expand_as(along), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(rotate(q).norm(dim=-1), q.norm(dim=-1))


def test_sinusoids_are_those_of_the_paper():
    found = sinusoids(10, 8)
    for place in range(10):
        for i in range(4):
            angle = place / 10_000 ** (2 * i / 8)
            assert float(found[place, 2 * i]) == pytest.approx(math.sin(angle), abs=1e-6)
            assert float(found[place, 2 * i + 1]) == pytest.approx(math.cos(angle), abs=1e-6)


def test_a_silent_head_says_nothing_and_the_others_go_on():
    net = made(0, 9, 9, d=32, heads=2, layers=1)
    x = torch.randint(9, (4, 11), generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(net(x, torch.ones(1, 1, 2)), net(x))
    net.blocks[0].attention.out.bias.data.zero_()
    silent = net.streams(x, torch.zeros(1, 1, 2))
    torch.testing.assert_close(silent[1], silent[0])  # both silent: nothing is added
    one = net.streams(x, torch.tensor([[[1.0, 0.0]]]))[1] - silent[0]
    two = net.streams(x, torch.tensor([[[0.0, 1.0]]]))[1] - silent[0]
    torch.testing.assert_close(net.streams(x)[1] - silent[0], one + two)


def test_first_weights_come_from_the_seed_alone():
    before = torch.random.get_rng_state()
    a, b, c = (made(seed, 9, 9, **SHAPE)(torch.arange(9)[None]) for seed in (1, 1, 2))
    assert (a == b).all() and not torch.allclose(a, c)
    assert (torch.random.get_rng_state() == before).all()


def test_heads_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="heads = 3 must divide d = 32"):
        made(0, 9, 9, d=32, heads=3)
