"""The six families against torch's and PyTorch Geometric's own layers, and what they cost."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d, gelu, layer_norm

from core.experiments.race.data import DIGITS, LAYOUTS, MNIST_1D, SETS, order_of
from core.experiments.race.entries import (
    ENDS,
    EQUAL,
    FAMILIES,
    OVERLAPPING,
    PATCHES,
    PUBLISHED,
    SAMPLE,
    STEMS,
    WIDTHS,
    entry,
)
from core.models.families import FLATTEN, HEADS, MEAN, first_weights, windows

TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}
LINE, GRID, BAG = (LAYOUTS[name] for name in (MNIST_1D, DIGITS, SETS))


def networks(family, layout, budget=EQUAL, stem=OVERLAPPING, end=FLATTEN, seeds=2):
    made = entry(family, layout, budget, stem, end)
    return made, first_weights(made.shapes, range(seeds))


def drawn(layout, n=3):
    return torch.randn(n, layout.size, generator=torch.Generator().manual_seed(1))


def every():
    for name, layout in LAYOUTS.items():
        for family in FAMILIES:
            stems = STEMS if family == "transformer" else STEMS[:1]
            ends = ENDS if family in ("cnn", "gnn", "transformer") else ENDS[:1]
            for stem in stems:
                for end in ends:
                    yield pytest.param(
                        family, layout, stem, end, id=f"{name} {family} {stem} {end}"
                    )


@pytest.mark.parametrize(("family", "layout", "stem", "end"), every())
@torch.no_grad()
def test_every_entry_keeps_its_budget_and_its_shape(family, layout, stem, end):
    made, w = networks(family, layout, EQUAL, stem, end)
    out = made.out(drawn(layout), w)
    assert out.shape == (2, 3, layout.outputs) and not torch.equal(out[0], out[1])
    counted = sum(v.numel() for v in w.values()) // 2
    assert made.parameters == counted
    assert family == "linear" or abs(counted - 5000) < 600
    # Rows of its own for each network, or the same for all.
    own = made.out(drawn(layout).expand(2, -1, -1), w)
    torch.testing.assert_close(own, out, **TOLERANCE)


def test_published_sizes():
    made = {f: entry(f, LINE, PUBLISHED, OVERLAPPING, FLATTEN).parameters for f in WIDTHS}
    # The GRU of torch has a second bias for its gates: 36 more.
    assert made == {"linear": 410, "mlp": 15_210, "cnn": 5_210, "gru": 5_134 - 36}
    with pytest.raises(ValueError, match="GNN.*equal parameters"):
        entry("gnn", LINE, PUBLISHED, OVERLAPPING, FLATTEN)


@torch.no_grad()
def test_a_window_and_a_matrix_are_a_convolution_in_two_dimensions():
    made, w = networks("cnn", GRID)
    x = drawn(GRID)
    for s in range(2):
        h = x.view(-1, 1, 8, 8)
        for layer, stride in zip("123", (2, 1, 1), strict=True):
            h = conv2d(h, w[f"K_{layer}"][s], w[f"k_{layer}"][s], stride, padding=1).relu()
        theirs = h.flatten(1) @ w["W"][s] + w["b"][s]
        torch.testing.assert_close(made.out(x, w)[s], theirs, **TOLERANCE)


def test_windows_of_a_line():
    h = torch.arange(1.0, 6).view(1, 1, 5, 1)
    seen = windows(h, (3,), 2)
    assert seen[0, 0].tolist() == [[0, 1, 2], [2, 3, 4], [4, 5, 0]]


@pytest.mark.parametrize("layout", [LINE, GRID, BAG], ids=["line", "grid", "set"])
@torch.no_grad()
def test_a_round_of_the_gnn_is_that_of_pytorch_geometric(layout):
    from torch_geometric.nn import SAGEConv

    made, w = networks("gnn", layout, end=MEAN, seeds=1)
    edges = layout.neighbors.nonzero().T.flip(0)  # from j to i
    x = drawn(layout)
    d = made.width
    h = x[..., None] @ w["W_in"][0] + w["b_in"][0]
    for layer in "123":
        theirs = SAGEConv(d, d, aggr="mean")
        theirs.lin_r.weight.data = w[f"W_{layer}"][0, :d].T  # its own features
        theirs.lin_l.weight.data = w[f"W_{layer}"][0, d:].T  # the mean of its neighbors
        theirs.lin_l.bias.data = w[f"b_{layer}"][0, 0]
        h = theirs(h, edges).relu()
    expected = h.mean(1) @ w["W"][0] + w["b"][0]
    torch.testing.assert_close(made.out(x, w)[0], expected, **TOLERANCE)


@torch.no_grad()
def test_the_transformer_is_that_of_torch():
    made, w = networks("transformer", LINE, stem=PATCHES, seeds=1)
    x, d = drawn(LINE), made.width
    h = x.view(-1, 8, 5) @ w["W_in"][0] + w["b_in"][0] + w["places"][0]
    for k in "12":
        layer = nn.TransformerEncoderLayer(
            d, HEADS, 2 * d, dropout=0, activation=gelu, batch_first=True, norm_first=True
        )
        attention = layer.self_attn
        attention.in_proj_weight.data = w[f"W_qkv{k}"][0].T
        attention.in_proj_bias.data = w[f"b_qkv{k}"][0, 0]
        for part, name in ((attention.out_proj, "out"), (layer.linear1, "up"),
                           (layer.linear2, "down")):  # fmt: skip
            part.weight.data, part.bias.data = w[f"W_{name}{k}"][0].T, w[f"b_{name}{k}"][0, 0]
        h = layer(h)
    expected = layer_norm(h, (d,)).flatten(1) @ w["W"][0] + w["b"][0]
    torch.testing.assert_close(made.out(x, w)[0], expected, **TOLERANCE)


@torch.no_grad()
def test_overlapping_patches_are_a_convolution_with_a_stride():
    made, w = networks("transformer", LINE, seeds=1)
    x = drawn(LINE)
    ours = x[:, LINE.tokens(OVERLAPPING)] @ w["W_in"][0]  # (B, T, d)
    kernel = w["W_in"][0].T[:, None]
    theirs = nn.functional.conv1d(x[:, None], kernel, stride=4).transpose(1, 2)
    torch.testing.assert_close(ours, theirs, **TOLERANCE)
    assert LINE.tokens(SAMPLE).shape == (40, 1) and LINE.tokens(PATCHES).shape == (8, 5)
    corner = GRID.tokens(PATCHES)[1]
    assert corner.tolist() == [2, 3, 10, 11] and GRID.tokens(OVERLAPPING).shape == (9, 16)


@torch.no_grad()
def test_who_knows_the_order():
    """Of a bag, GNN and transformer with their mean know none; on a line all do."""
    order = order_of(BAG.size)
    x = drawn(BAG)
    for family in ("gnn", "transformer"):
        made, w = networks(family, BAG, stem=SAMPLE, end=MEAN)
        torch.testing.assert_close(made.out(x[:, order], w), made.out(x, w), **TOLERANCE)
    x, order = drawn(LINE), order_of(LINE.size)
    for family in FAMILIES:
        made, w = networks(family, LINE, end=MEAN)
        assert (made.out(x[:, order], w) - made.out(x, w)).abs().max() > 1e-3, family


def by_hand(made):
    """Multiply-adds from the sizes alone."""
    d, N = made.width, made.layout.size
    match made.family:
        case "linear":
            return 10 * N
        case "mlp":
            return N * d + d * d + 10 * d
        case "gru":
            return 2 * 40 * (3 * d + 3 * d * d) + 10 * 2 * d * 40
        case "gnn":
            return N * d + 3 * (N * N * d + N * 2 * d * d) + 10 * N * d
        case "transformer":
            T, P = made.layout.tokens(made.stem).shape
            return T * P * d + 2 * (T * 8 * d * d + 2 * T * T * d) + 10 * T * d


@pytest.mark.parametrize("family", [f for f in FAMILIES if f != "cnn"])
def test_multiply_adds_of_matrix_products(family):
    made, _ = networks(family, LINE)
    assert made.multiply_adds == by_hand(made)


def test_multiply_adds_of_a_convolution_are_those_of_a_hook():
    found = []

    def count(module, _, out):
        found.append(out[0].numel() * module.weight[0].numel())

    made, _ = networks("cnn", LINE, PUBLISHED)
    layers = [nn.Conv1d(1, 25, 5, 2, 1), nn.Conv1d(25, 25, 3, 2, 1), nn.Conv1d(25, 25, 3, 2, 1)]
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(125, 10))
    for layer in net:
        if hasattr(layer, "weight"):
            layer.register_forward_hook(count)
    net(torch.zeros(1, 1, 40))
    assert made.multiply_adds == sum(found)


def test_first_weights_are_those_of_their_seed_and_within_their_fan():
    made, w = networks("cnn", LINE, seeds=3)
    _, alone = networks("cnn", LINE, seeds=1)
    for name, value in w.items():
        assert torch.equal(value[:1], alone[name])
        bound = 1 / math.sqrt(made.shapes[name][1])
        assert value.abs().max() <= bound and value.std() > bound / 3
