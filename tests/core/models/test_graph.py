"""Graph layers against PyTorch Geometric's, and what reordering and padding must not change."""

import pytest
import torch
from torch_geometric.nn import GATConv, GCNConv, NNConv, RGCNConv

from core.models.graph import GATLayer, GCNLayer, neighborhood, normalized_adjacency, sum_pool
from core.models.mpnn import MPNNLayer, TypedMessages, mpnn_stack
from core.qm9.cli.pyg import message_layer

CLOSE = {"atol": 1e-5, "rtol": 1e-5}
D = 8


@pytest.fixture
def graph():
    """A random graph of 7 nodes with typed bonds: h, e, A, mask, and PyG's edge list."""
    g = torch.Generator().manual_seed(0)
    codes = torch.triu(
        torch.randint(0, 5, (7, 7), generator=g) * torch.randint(0, 2, (7, 7), generator=g), 1
    )
    codes = codes + codes.T
    h = torch.randn(1, 7, D, generator=g)
    e = torch.nn.functional.one_hot(codes, 5)[..., 1:].float()[None]
    to, source = codes.nonzero(as_tuple=True)
    edges = torch.stack([source, to])
    return h, e, (codes > 0).float()[None], torch.ones(1, 7, dtype=torch.bool), edges


def layers():
    """Each layer as a function of (h, e, A, mask), with weights from a fixed seed."""
    torch.manual_seed(1)
    gcn, gat, mpnn, typed = GCNLayer(D, D), GATLayer(D, D), MPNNLayer(D, 4), TypedMessages(D, D)
    return {
        "gcn": lambda h, e, A, m: gcn(h, normalized_adjacency(neighborhood(A, m))),
        "gat": lambda h, e, A, m: gat(h, neighborhood(A, m)),
        "mpnn": lambda h, e, A, m: mpnn(h, e, A),
        "typed": lambda h, e, A, m: typed(h, e),
    }


@pytest.mark.parametrize("name", list(layers()))
def test_reordering_the_nodes_reorders_the_output(name, graph):
    h, e, A, mask, _ = graph
    layer, p = layers()[name], torch.tensor([3, 0, 6, 2, 5, 1, 4])
    moved = layer(h[:, p], e[:, p][:, :, p], A[:, p][:, :, p], mask)
    torch.testing.assert_close(moved, layer(h, e, A, mask)[:, p], **CLOSE)


@pytest.mark.parametrize("name", list(layers()))
def test_padding_changes_nothing(name, graph):
    h, e, A, mask, _ = graph
    layer = layers()[name]
    pad = torch.nn.functional.pad
    more = layer(
        pad(h, (0, 0, 0, 3)), pad(e, (0, 0, 0, 3, 0, 3)), pad(A, (0, 3, 0, 3)), pad(mask, (0, 3))
    )
    torch.testing.assert_close(more[:, :7], layer(h, e, A, mask), **CLOSE)


@pytest.mark.parametrize("d_out", [D // 2, D, 3 * D])  # the order of the products follows it
def test_gcn_equals_pyg(graph, d_out):
    h, _, A, mask, edges = graph
    ours, theirs = GCNLayer(D, d_out), GCNConv(D, d_out)
    with torch.no_grad():
        theirs.lin.weight.copy_(ours.W.T)
        theirs.bias.copy_(torch.randn(d_out)), ours.b.copy_(theirs.bias)
    expected = torch.relu(theirs(h[0], edges))
    A_tilde = normalized_adjacency(neighborhood(A, mask))
    torch.testing.assert_close(ours(h, A_tilde)[0], expected, **CLOSE)


def test_gcn_matrix_form_equals_the_sum_of_5_10(graph):
    h, _, A, mask, _ = graph
    layer = GCNLayer(D, D)
    loops = A[0] + torch.eye(7)
    degree = loops.sum(1)
    expected = torch.zeros(7, D)
    for v in range(7):
        for u in range(7):
            if loops[v, u]:
                expected[v] += (degree[v] * degree[u]) ** -0.5 * (h[0, u] @ layer.W)
    out = layer(h, normalized_adjacency(neighborhood(A, mask)))[0]
    torch.testing.assert_close(out, torch.relu(expected), **CLOSE)


def test_gat_equals_pyg_with_its_attention(graph):
    h, _, A, mask, edges = graph
    ours, theirs = GATLayer(D, D, 4), GATConv(D, D // 4, heads=4)
    with torch.no_grad():
        theirs.lin.weight.copy_(ours.W)
        theirs.att_src[0].copy_(ours.a_from), theirs.att_dst[0].copy_(ours.a_to)
        theirs.bias.copy_(torch.randn(D)), ours.b.copy_(theirs.bias)
    trace = {}
    out = ours(h, neighborhood(A, mask), trace)
    expected, (pairs, alpha) = theirs(h[0], edges, return_attention_weights=True)
    torch.testing.assert_close(out[0], expected, **CLOSE)
    for (u, v), weights in zip(pairs.T.tolist(), alpha, strict=True):
        torch.testing.assert_close(trace["attention"][0, :, v, u], weights, **CLOSE)


def test_attention_of_each_node_sums_to_one_over_neighbors_only(graph):
    h, _, A, mask, _ = graph
    trace = {}
    GATLayer(D, D, 2)(h, neighborhood(A, mask), trace)
    alpha = trace["attention"]
    torch.testing.assert_close(alpha.sum(-1), torch.ones(1, 2, 7), **CLOSE)
    assert (alpha[:, :, ~neighborhood(A, mask)[0]] == 0).all()


def test_mpnn_equals_pyg_message_passing(graph):
    h, e, A, _, edges = graph
    ours, theirs = MPNNLayer(D, 4), message_layer(D, 4)
    with torch.no_grad():
        W_u, W_v, V_h = ours.from_h.weight.chunk(3)
        theirs.psi[0].weight.copy_(torch.cat([W_u, W_v, ours.W_e.weight], 1))
        theirs.psi[0].bias.copy_(ours.W_e.bias)
        theirs.psi[2].weight.copy_(ours.W_2.weight)
        theirs.phi[0].weight.copy_(torch.cat([V_h, ours.V_m.weight], 1))
        theirs.phi[0].bias.copy_(ours.V_m.bias)
        theirs.phi[2].weight.copy_(ours.V_2.weight), theirs.phi[2].bias.copy_(ours.V_2.bias)
    expected = theirs(h[0], edges, e[0][edges[1], edges[0]])
    torch.testing.assert_close(ours(h, e, A)[0], expected, **CLOSE)


def test_traced_messages_add_up_to_what_the_layer_used(graph):
    h, e, A, mask, _ = graph
    trace = {}
    mpnn = MPNNLayer(D, 4)
    out = mpnn(h, e, A, trace)
    m = trace["messages"].sum(2)
    own = mpnn.from_h(h).chunk(3, -1)[2]
    torch.testing.assert_close(mpnn.V_2(torch.relu(own + mpnn.V_m(m))), out, **CLOSE)
    gcn = GCNLayer(D, D)
    out = gcn(h, normalized_adjacency(neighborhood(A, mask)), trace)
    torch.testing.assert_close(torch.relu(trace["messages"].sum(2) + gcn.b), out, **CLOSE)
    typed = TypedMessages(D, D)
    out = typed(h, e, trace)
    torch.testing.assert_close(trace["messages"].sum(2) + typed.W_own(h), out, **CLOSE)


def test_typed_messages_equal_nnconv_and_rgcn(graph):
    h, e, _, _, edges = graph
    ours = TypedMessages(D, D)
    attributes = e[0][edges[1], edges[0]]
    by_type = ours.W.weight.view(D, 4, D)  # (out, type, in)
    nnconv = NNConv(D, D, torch.nn.Linear(4, D * D, bias=False), aggr="add")
    rgcn = RGCNConv(D, D, 4, aggr="add")
    with torch.no_grad():
        nnconv.nn.weight.copy_(by_type.permute(2, 0, 1).reshape(D * D, 4))
        nnconv.lin.weight.copy_(ours.W_own.weight), nnconv.bias.copy_(ours.W_own.bias)
        rgcn.weight.copy_(by_type.permute(1, 2, 0))
        rgcn.root.copy_(ours.W_own.weight.T), rgcn.bias.copy_(ours.W_own.bias)
    torch.testing.assert_close(ours(h, e)[0], nnconv(h[0], edges, attributes), **CLOSE)
    torch.testing.assert_close(ours(h, e)[0], rgcn(h[0], edges, attributes.argmax(1)), **CLOSE)


def test_pooling_leaves_padding_out():
    h, mask = torch.ones(2, 3, 4), torch.tensor([[True, True, False], [True, False, False]])
    assert sum_pool(h, mask)[:, 0].tolist() == [2, 1]


def test_heads_must_divide_the_width():
    with pytest.raises(ValueError, match="heads = 3 must divide d_out = 8"):
        GATLayer(8, 8, heads=3)


def test_a_fused_stack_equals_its_layers(graph):
    h, e, A, _, _ = graph
    layers = [MPNNLayer(D, 4) for _ in range(3)]
    expected = h
    for layer in layers:
        expected = layer(expected, e, A)
    torch.testing.assert_close(mpnn_stack(layers, h, e, A), expected, **CLOSE)
