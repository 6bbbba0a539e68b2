"""Deep Sets: equations (5.7) and (5.8), their symmetry, and the pools against other libraries."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch_geometric.nn import global_add_pool, global_max_pool, global_mean_pool

from core.models.deep_sets import POOLS, DeepSets, EquivariantDeepSets, SetLayer
from core.models.padded_list import PaddedList, width_for

CLOSE = {"atol": 1e-5, "rtol": 1e-5}
EXACT = {"atol": 1e-12, "rtol": 1e-12}
PYG = {"sum": global_add_pool, "mean": global_mean_pool, "max": global_max_pool}


def sets():
    g = torch.Generator().manual_seed(0)
    return torch.randn(2, 5, 3, generator=g), torch.tensor([[True] * 5, [True] * 3 + [False] * 2])


def test_deep_sets_is_rho_of_the_sum_of_phi():
    x, mask = sets()
    model = DeepSets(3, 8, 2)
    alone = torch.stack(
        [model.rho(sum(model.phi(v) for v in s[m])) for s, m in zip(x, mask, strict=True)]
    )
    torch.testing.assert_close(model(x, mask), alone, **CLOSE)


def test_deep_sets_is_invariant():
    x, mask = sets()
    model, p = DeepSets(3, 8, 2), torch.tensor([4, 2, 0, 1, 3])
    torch.testing.assert_close(model(x[:, p], mask[:, p]), model(x, mask), **CLOSE)


def reference(model, sizes):
    """The same network built from torch's own parts, with the same weights."""
    layers = [part for a, b in sizes for part in (nn.Linear(a, b), nn.ReLU())][:-1]
    built = nn.Sequential(*layers).double()
    built.load_state_dict(model.state_dict())
    return built


@pytest.mark.parametrize("pool", POOLS)
def test_against_networks_built_by_hand_and_pyg_pools(pool):
    x, mask = (part.double() if part.is_floating_point() else part for part in sets())
    model = DeepSets(3, 8, 2, pool).double()
    phi, rho = reference(model.phi, [(3, 8), (8, 8)]), reference(model.rho, [(8, 8), (8, 2)])
    batch = torch.arange(2)[:, None].expand(2, 5)[mask]  # PyG: one long list of all elements
    expected = rho(PYG[pool](phi(x[mask]), batch))
    torch.testing.assert_close(model(x, mask), expected, **EXACT)


@pytest.mark.parametrize("pool", POOLS)
def test_each_output_is_psi_of_the_element_and_the_pool(pool):
    x, mask = (part.double() if part.is_floating_point() else part for part in sets())
    model = EquivariantDeepSets(3, 8, 2, pool).double()
    psi = reference(model.psi, [(11, 8), (8, 2)])
    out = model(x, mask)
    for k, n in enumerate((5, 3)):
        total = PYG[pool](model.phi(x[k, :n]), torch.zeros(n, dtype=torch.long))[0]
        for i in range(n):
            expected = psi(torch.cat([x[k, i], total]))
            torch.testing.assert_close(out[k, i], expected, **EXACT)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12).flatmap(lambda n: st.permutations(range(n))), st.sampled_from([*POOLS]))
def test_any_reordering(order, pool):
    """f stays, y_i goes with its element: to 1e-6 in single precision as well."""
    n, g = len(order), torch.Generator().manual_seed(len(order))
    x, mask = torch.randn(1, n, 2, generator=g), torch.ones(1, n, dtype=torch.bool)
    one, each = DeepSets(2, 8, 1, pool), EquivariantDeepSets(2, 8, 2, pool)
    torch.testing.assert_close(one(x[:, order], mask), one(x, mask), atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(each(x[:, order], mask), each(x, mask)[:, order], atol=1e-6, rtol=0)


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("kind", [DeepSets, EquivariantDeepSets])
def test_padding_is_not_seen(kind, pool):
    x, mask = sets()
    model = kind(3, 8, 2, pool)
    whole, alone = model(x, mask)[1:], model(x[1:, :3], mask[1:, :3])
    whole = whole[:, :3] if kind is EquivariantDeepSets else whole
    torch.testing.assert_close(whole, alone, **CLOSE)
    junk = torch.where(mask[..., None], x, torch.full_like(x, 1e3))
    torch.testing.assert_close(model(junk, mask)[0], model(x, mask)[0], **CLOSE)


@pytest.mark.parametrize("pool", POOLS)
def test_an_empty_set_has_a_pool_of_zeros(pool):
    phi, mask = torch.ones(1, 4, 3), torch.zeros(1, 4, dtype=torch.bool)
    assert POOLS[pool](phi, mask).tolist() == [[0, 0, 0]]


def test_set_layer_is_equivariant_and_ignores_padding():
    x, mask = sets()
    layer, p = SetLayer(3, 6), torch.tensor([4, 2, 0, 1, 3])
    torch.testing.assert_close(layer(x[:, p], mask[:, p]), layer(x, mask)[:, p], **CLOSE)
    torch.testing.assert_close(layer(x[1:, :3], mask[1:, :3]), layer(x, mask)[1:, :3], **CLOSE)


def test_set_layer_follows_5_8():
    x, mask = sets()
    layer, trace = SetLayer(3, 6), {}
    out = layer(x, mask, trace)
    total = sum(layer.phi(v) for v in x[0])
    torch.testing.assert_close(trace["sum"][0], total, **CLOSE)
    hidden = torch.relu(layer.psi_own(x[0, 2]) + layer.psi_sum(total))
    torch.testing.assert_close(out[0, 2], layer.psi_out(hidden), **CLOSE)


# --- The perceptron on the padded list ----------------------------------------------------------


def test_the_padded_list_is_a_plain_perceptron():
    x, mask = sets()
    model = PaddedList(7, 3, 6, 2)
    flat = torch.zeros(2, 7, 4)
    flat[:, :5, :3], flat[:, :5, 3] = x * mask[..., None], mask.float()
    torch.testing.assert_close(model(x, mask), model.net(flat.view(2, 28)), **CLOSE)


@pytest.mark.parametrize("each", [False, True])
def test_it_sees_the_order_but_not_what_lies_in_empty_places(each):
    x, mask = sets()
    model, p = PaddedList(7, 3, 6, 2, each), torch.tensor([1, 0, 2, 3, 4])
    out = model(x, mask)
    assert out.shape == ((2, 5, 2) if each else (2, 2))
    assert (model(x[:, p], mask) - (out[:, p] if each else out)).abs().max() > 1e-3
    junk = torch.where(mask[..., None], x, torch.full_like(x, 9.0))
    torch.testing.assert_close(model(junk, mask), out, **CLOSE)


def test_a_list_longer_than_its_places_is_refused():
    x, mask = sets()
    with pytest.raises(ValueError, match="5 elements is too long: this perceptron has 4 places"):
        PaddedList(4, 3, 6, 2)(x, mask)


@pytest.mark.parametrize("each", [False, True])
@pytest.mark.parametrize("wanted", [300, 2241, 20_000])
def test_the_width_comes_nearest_to_the_budget(wanted, each):
    def size(d):
        return sum(p.numel() for p in PaddedList(10, 2, d, 2, each).parameters())

    d = width_for(wanted, 10, 2, 2, each)
    assert abs(size(d) - wanted) <= min(abs(size(n) - wanted) for n in (max(1, d - 1), d + 1))
