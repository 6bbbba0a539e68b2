"""Attention opened up: the same as the network's own run, PyTorch Geometric, and its symmetries."""

import pytest
import torch
from hypothesis import given, settings, strategies
from torch_geometric.nn import GATConv
from torch_geometric.utils import scatter

from core.experiments.graph_attention.analysis import (
    attend,
    mixed,
    normalize,
    scores,
    shuffled,
    uniform,
    without,
)
from core.molecules import from_smiles
from core.qm9.data.graphs import from_molecules
from core.qm9.networks.models import make_model

CLOSE = {"atol": 1e-12, "rtol": 1e-12}
LAYERS = 3
MOLECULES = ("O=Cc1ccccc1", "CC(N)=O", "C", "N#CC1CC1", "CC(C)(F)O")


@pytest.fixture(scope="module")
def model():
    return make_model("gat", 0, width=16, layers=LAYERS).double().requires_grad_(False)


def read(*smiles):
    """Features, mask, and neighborhoods of each layer (B, L, v, u)."""
    graphs = from_molecules([from_smiles(s) for s in smiles])
    x, mask = graphs.x_scaled.double(), graphs.mask
    bonded = (graphs.adjacency > 0) | torch.diag_embed(mask)
    return graphs, x, mask, bonded[:, None].repeat(1, LAYERS, 1, 1)


def own(model, x, mask, neighbors):
    """The network's own layers in a row, as `NodeModel.encode` has them."""
    h = model.embed(x)
    for layer, norm, N_v in zip(model.layers, model.norms, neighbors.unbind(1), strict=False):
        h = h + layer(norm(h), N_v)
    return model.readout((model.norms[-1](h) * mask[..., None]).sum(1))


def test_without_a_hand_on_it_it_is_the_network(model):
    graphs, x, mask, neighbors = read(*MOLECULES)
    trace, expected = [], []
    output = attend(model, x, mask, neighbors, trace=trace)
    graphs.__dict__["x_scaled"] = x  # in double precision
    torch.testing.assert_close(output, model(graphs, expected), **CLOSE)
    for ours, theirs in zip(trace, expected, strict=True):
        torch.testing.assert_close(ours["alpha"], theirs["attention"], **CLOSE)


def test_weights_of_a_layer_are_those_of_pytorch_geometric(model):
    _, x, _, neighbors = read("CC(N)=O")
    layer, h = model.layers[0], model.norms[0](model.embed(x))
    f, psi = scores(layer, h)
    alpha = normalize(f, neighbors[:, 0])
    theirs = GATConv(16, 4, heads=4, add_self_loops=False).double()
    with torch.no_grad():
        theirs.lin.weight.copy_(layer.W), theirs.bias.copy_(layer.b)
        theirs.att_src[0].copy_(layer.a_from), theirs.att_dst[0].copy_(layer.a_to)
    pairs = neighbors[0, 0].nonzero().flip(1).T  # rows u, v
    heard, (_, expected) = theirs(h[0], pairs, return_attention_weights=True)
    torch.testing.assert_close(alpha[0, :, pairs[1], pairs[0]].T, expected, **CLOSE)
    ours = (alpha @ psi).transpose(1, 2).flatten(2) + layer.b
    torch.testing.assert_close(ours[0], heard, **CLOSE)


def test_uniform_is_the_mean_over_neighbors(model):
    _, x, mask, neighbors = read("CC(=O)Oc1ccccc1C(=O)O")
    trace = []
    attend(model, x, mask, neighbors, mixed(torch.zeros(1, LAYERS)), trace)
    v, u = neighbors[0, 0].nonzero().T
    for layer in trace:
        psi = layer["psi"][0]  # (H, u, d)
        expected = scatter(psi[:, u], v, dim=1, reduce="mean")
        torch.testing.assert_close(layer["heard"][0], expected, **CLOSE)


@pytest.mark.parametrize("t", [0.0, 0.3, 1.0])
def test_rows_add_up_to_one(model, t):
    _, x, mask, neighbors = read(*MOLECULES)
    trace = []
    attend(model, x, mask, neighbors, mixed(torch.full((len(x), LAYERS), t)), trace)
    for layer in trace:
        total = layer["used"].sum(-1)  # (B, H, v)
        torch.testing.assert_close(total, mask[:, None].expand_as(total).double(), **CLOSE)


def test_masking_is_the_network_on_a_graph_without_that_edge(model):
    _, x, mask, neighbors = read("CC(N)=O")
    for layers in ([0], [1], [0, 1, 2]):
        edges = torch.tensor([[3, 1], [1, 1], [1, 3]])
        masked = without(neighbors[0], edges, layers)
        found = attend(model, x.expand(3, -1, -1), mask.expand(3, -1), masked)
        for row, (u, v) in enumerate(edges.tolist()):
            by_hand = neighbors.clone()
            by_hand[0, layers, v, u] = False
            torch.testing.assert_close(found[row : row + 1], own(model, x, mask, by_hand), **CLOSE)


def test_masking_nobody_is_the_identity(model):
    _, x, mask, neighbors = read("CC(N)=O")
    plain = attend(model, x, mask, neighbors)
    kept = without(neighbors[0], torch.tensor([[3, 1]]), [])
    stranger = without(neighbors[0], torch.tensor([[0, 3]]), [0, 1, 2])  # not bonded
    for same in (kept, stranger):
        torch.testing.assert_close(attend(model, x, mask, same), plain, atol=0, rtol=0)


def test_what_masking_changes_in_one_layer(model):
    """The sentence on the page: h'_v changes by alpha / (1 - alpha) (h'_v - psi(h_u))."""
    _, x, mask, neighbors = read("CC(N)=O")
    u, v, before, after = 3, 1, [], []
    attend(model, x, mask, neighbors, trace=before)
    attend(model, x, mask, without(neighbors[0], torch.tensor([[u, v]]), [0]), trace=after)
    alpha = before[0]["alpha"][0, :, v, u, None]
    heard, psi = before[0]["heard"][0, :, v], before[0]["psi"][0, :, u]
    expected = heard + alpha / (1 - alpha) * (heard - psi)
    torch.testing.assert_close(after[0]["heard"][0, :, v], expected, **CLOSE)


def test_who_hears_nobody_gets_zeros():
    alpha = normalize(torch.randn(1, 2, 3, 3, generator=torch.Generator().manual_seed(0)),
                      torch.zeros(1, 3, 3, dtype=torch.bool))  # fmt: skip
    assert (alpha == 0).all() and (uniform(torch.zeros(1, 3, 3, dtype=torch.bool)) == 0).all()


@given(strategies.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_shuffling_deals_the_same_weights_to_the_same_neighbors(seed):
    generator = torch.Generator().manual_seed(seed)
    open_ = torch.rand(2, 6, 6, generator=generator) < 0.5
    alpha = normalize(torch.randn(2, 4, 6, 6, generator=generator), open_)
    dealt = shuffled(torch.Generator().manual_seed(seed))(0, alpha, open_)
    again = shuffled(torch.Generator().manual_seed(seed))(0, alpha, open_)
    assert torch.equal(dealt, again)
    assert (dealt[~open_[:, None].expand_as(dealt)] == 0).all()
    torch.testing.assert_close(dealt.sort(-1).values, alpha.sort(-1).values, atol=0, rtol=0)


@given(strategies.permutations(range(8)))
@settings(max_examples=25, deadline=None)
def test_relabeled_atoms_permute_the_weights(order):
    model = make_model("gat", 0, width=16, layers=LAYERS).double().requires_grad_(False)
    _, x, mask, neighbors = read("O=Cc1ccccc1")
    p = torch.tensor(order)
    before, after = [], []
    output = attend(model, x, mask, neighbors, trace=before)
    other = attend(model, x[:, p], mask, neighbors[:, :, p][:, :, :, p], trace=after)
    torch.testing.assert_close(other, output, **CLOSE)
    for a, b in zip(before, after, strict=True):
        torch.testing.assert_close(a["alpha"][:, :, p][..., p], b["alpha"], **CLOSE)
