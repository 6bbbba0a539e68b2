"""Sums along lists of pairs against the sums over all pairs, with their gradients."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.links import Bonds, Sum, Sums, begin, kinds_of
from core.models.mpnn import MPNNLayer, TypedMessages, mpnn_stack

CLOSE = {"atol": 1e-10, "rtol": 1e-8}


def graph(seed, size=3, atoms=5, one_hot=True):
    """Directed graphs, some of their nodes without links: h, e, A in double precision."""
    g = torch.Generator().manual_seed(seed)
    A = (torch.rand(size, atoms, atoms, generator=g) < 0.3).double()
    A[0] = 0
    e = torch.rand(size, atoms, atoms, 4, generator=g).double()
    if one_hot:
        e = torch.nn.functional.one_hot(e.argmax(-1), 4).double()
    h = torch.randn(size, atoms, 6, generator=g).double()
    return h.requires_grad_(), e * A[..., None], A


def with_gradients(out, inputs):
    """An answer and the gradients of a sum over it that weighs each of its numbers differently."""
    weights = torch.linspace(-1, 1, out.numel()).double().view_as(out)
    return [out, *torch.autograd.grad((out * weights).sum(), inputs)]


@pytest.mark.parametrize("one_hot", [True, False])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_bonded_pairs_give_what_all_pairs_give(one_hot, seed):
    h, e, A = graph(seed, one_hot=one_hot)
    torch.manual_seed(seed)
    layers = [MPNNLayer(6, 4).double() for _ in range(2)]
    inputs = [h, *layers[0].parameters(), *layers[1].parameters()]
    found = []
    for bonds in (None, Bonds(e, A)):
        out = mpnn_stack(layers, h, e, A, bonds=bonds)
        found.append(with_gradients(out, inputs))
    for ours, expected in zip(*found, strict=True):
        torch.testing.assert_close(ours, expected, **CLOSE)


@pytest.mark.parametrize("one_hot", [True, False])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_typed_messages_of_bonded_pairs_are_those_of_all(one_hot, seed):
    h, e, A = graph(seed, one_hot=one_hot)
    torch.manual_seed(seed)
    layer, found = TypedMessages(6, 5).double(), []
    for bonds in (None, Bonds(e, A)):
        out = layer(h, e, bonds=bonds)
        found.append(with_gradients(out, [h, *layer.parameters()]))
    for ours, expected in zip(*found, strict=True):
        torch.testing.assert_close(ours, expected, **CLOSE)


def test_gradients_also_reach_the_features_of_each_bond():
    h, e, A = graph(1)
    layer, found = MPNNLayer(6, 4).double(), []
    for make in (lambda e: None, lambda e: Bonds(e, A)):
        e = e.detach().requires_grad_()
        layer(h, e, A, bonds=make(e)).square().sum().backward()
        found.append(e.grad)
    torch.testing.assert_close(*found, **CLOSE)


def test_a_graph_without_bonds_sends_nothing():
    h, e, A = graph(2)
    layer = MPNNLayer(6, 4).double()
    expected = layer(h, 0 * e, 0 * A)
    torch.testing.assert_close(layer(h, 0 * e, 0 * A, bonds=Bonds(0 * e, 0 * A)), expected, **CLOSE)


def test_like_bonds_are_one_kind_and_confusable_ones_are_not():
    rows = torch.tensor([[1.0, 0], [0, 1], [1, 0], [0, 1], [0, 1]]).double()
    kinds, kind = kinds_of(rows)
    assert len(kinds) == 2 and torch.equal(kinds[kind], rows)
    # sqrt(4) = 2 sqrt(1): unlike rows of one key
    confusing = torch.tensor([[2.0, 0, 0, 0], [0, 0, 0, 1]]).double()
    kinds, kind = kinds_of(confusing)
    assert torch.equal(kinds[kind], confusing)


def test_sums_and_their_gradient():
    table = torch.randn(3, 2).double().requires_grad_()
    counts = torch.tensor([2, 0, 1])
    there = Sums(torch.tensor([0, 2, 2]), begin(counts))  # rows 0 + 2, nothing, row 2
    back = Sums(torch.tensor([0, 0, 2]), begin(torch.tensor([1, 0, 2])))
    out = Sum.apply(table, there, back)
    torch.testing.assert_close(out, torch.stack([table[0] + table[2], 0 * table[0], table[2]]))
    assert torch.autograd.gradcheck(lambda t: Sum.apply(t, there, back), table)
