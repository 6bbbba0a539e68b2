"""A trained network taken apart, against its own forward pass, PyTorch Geometric and SciPy."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import shortest_path
from scipy.spatial.distance import pdist
from torch_geometric.nn import GATConv, GCNConv, MessagePassing

from core.experiments.message_passing.analysis import (
    influence,
    outputs,
    predicted,
    relabeled,
    rounding,
    rounds,
    smoothing,
    spread,
    trained,
)
from core.molecules import from_smiles
from core.molecules.names import NAMES
from core.qm9.data.graphs import from_molecules
from core.qm9.networks import package

MODELS = ("gcn", "gat", "mpnn")
EVERY = pytest.mark.parametrize("name", MODELS)
SMALL = [smiles for smiles in NAMES.values() if len(from_smiles(smiles)) <= 9]
TIGHT = {"rtol": 1e-10, "atol": 1e-10}  # double precision


def graphs_of(smiles):
    return from_molecules([from_smiles(smiles)])


class TypedSum(MessagePassing):
    """PyTorch Geometric's own gathering and summing, with the weights of one of our layers."""

    def __init__(self, layer):
        super().__init__(aggr="add", flow="source_to_target")
        self.layer = layer

    def forward(self, h, edge_index, e):
        W_u, W_v, V_h = self.layer.from_h.weight.chunk(3)
        m = self.propagate(edge_index, u=h @ W_u.T, v=h @ W_v.T, e=e)
        return self.layer.V_2(torch.relu(h @ V_h.T + self.layer.V_m(m)))

    def message(self, u_j, v_i, e):
        return self.layer.W_2(torch.relu(u_j + v_i + self.layer.W_e(e)))


def geometric(name, layer, H, graphs):
    """What PyTorch Geometric's layer makes of H with the same weights."""
    to, source = graphs.adjacency[0].nonzero(as_tuple=True)
    edge_index = torch.stack([source, to])
    n, d = H.shape
    if name == "mpnn":
        return TypedSum(layer)(H, edge_index, graphs.e[0][to, source].double())
    if name == "gcn":
        theirs = GCNConv(d, d).double()
        theirs.lin.weight.data, theirs.bias.data = layer.W.data.T.clone(), layer.b.data.clone()
    else:
        theirs = GATConv(d, d // layer.heads, heads=layer.heads).double()
        theirs.lin.weight.data, theirs.bias.data = layer.W.data.clone(), layer.b.data.clone()
        theirs.att_src.data, theirs.att_dst.data = layer.a_from.data[None], layer.a_to.data[None]
    return torch.relu(theirs(H, edge_index))


@EVERY
@pytest.mark.parametrize("smiles", [NAMES["thymine"], NAMES["caffeine"], "C#N"])
@torch.no_grad()
def test_every_layer_is_pytorch_geometrics_with_the_same_weights(name, smiles):
    model, graphs = trained(name), graphs_of(smiles)
    for layer, one in zip(model.layers, rounds(model, graphs)[1], strict=True):
        # Ours takes c_vu from float32, where 1 / sqrt(3) is rounded.
        expected = geometric(name, layer, one.H, graphs)
        torch.testing.assert_close(one.out, expected, rtol=1e-5, atol=1e-5)


@EVERY
@torch.no_grad()
def test_states_and_outputs_are_those_of_the_models_own_forward(name):
    smiles = NAMES["caffeine"]
    start, found = rounds(trained(name), graphs_of(smiles))
    single, trace = package.load(name).predictor.members[0], []
    z = single(graphs_of(smiles), trace)[0]
    for one, theirs in zip(found, trace, strict=True):
        torch.testing.assert_close(one.h.float(), theirs["h"][0], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(
        outputs(trained(name), found[-1].h)[1].float(), z, rtol=1e-3, atol=1e-3
    )
    torch.testing.assert_close(start + found[0].out, found[0].h, **TIGHT)


@EVERY
@torch.no_grad()
def test_matrix_form_is_the_sum_over_edges(name):
    """(5.10) and (5.11): A_tilde H W, row by row, is the sum of c_vu W h_u over neighbors."""
    model = trained(name)
    for layer, one in zip(model.layers, rounds(model, graphs_of(NAMES["aspirin"]))[1], strict=True):
        assert rounding(layer, one) < 1e-11
        if one.W is not None:
            heads = (one.weights @ (one.H @ one.W)).unflatten(-1, (len(one.weights), -1))
            product = torch.cat([heads[i, :, i] for i in range(len(one.weights))], -1)
            torch.testing.assert_close(one.m, product, **TIGHT)
        torch.testing.assert_close(one.m, one.messages.sum(1), **TIGHT)


@EVERY
@pytest.mark.parametrize("smiles", ["CCCCCCCCC", NAMES["caffeine"], NAMES["cubane"], "C.O"])
def test_the_receptive_field_is_the_k_hop_neighborhood(name, smiles):
    molecule = from_smiles(smiles)
    hops = shortest_path(molecule.bond_codes > 0, unweighted=True)
    for atom in range(len(molecule)):
        found = influence(trained(name), graphs_of(smiles), atom)
        for k, row in enumerate(found):
            np.testing.assert_array_equal(row > 0, hops[atom] <= k)


@pytest.mark.parametrize("atom", [0, 4])
def test_what_lies_outside_the_field_changes_nothing_and_what_lies_inside_does(atom):
    """The gradient's promise, by really changing an atom (its number of hydrogens)."""
    smiles = NAMES["thymine"]
    molecule, field = from_smiles(smiles), influence(trained("gcn"), graphs_of(smiles), atom)[2]
    before = rounds(trained("gcn"), graphs_of(smiles))[1][1].h[atom]
    for u in range(len(molecule)):
        graphs = graphs_of(smiles)
        graphs.atoms[0, u, 10] += 1
        after = rounds(trained("gcn"), graphs)[1][1].h[atom]
        assert torch.equal(before, after) == (field[u] == 0)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SMALL), st.sampled_from(MODELS), st.integers(0, 2**31))
def test_another_order_of_the_atoms_changes_no_digit(smiles, name, seed):
    molecule = from_smiles(smiles)
    order = np.random.default_rng(seed).permutation(len(molecule))
    listed = relabeled(molecule, order)
    np.testing.assert_array_equal(listed.bond_codes, molecule.bond_codes[np.ix_(order, order)])
    before, after = predicted(name, molecule), predicted(name, listed)
    for key, value in before.items():
        assert after[key] == pytest.approx(value, rel=1e-11, abs=1e-11), key


def test_the_perceptron_on_a_list_gives_another_answer():
    """Where reading a molecule backwards makes another list, it makes another gap."""
    changed = []
    for smiles in SMALL:
        molecule = from_smiles(smiles)
        listed = relabeled(molecule, np.arange(len(molecule))[::-1].copy())
        if (listed.x != molecule.x).any() or (listed.bond_codes != molecule.bond_codes).any():
            changed.append(predicted("mlp", molecule)["gap"] != predicted("mlp", listed)["gap"])
    assert len(changed) > 20 and all(changed)


@EVERY
def test_predictions_are_those_of_the_package(name):
    graphs, molecule = graphs_of(NAMES["glycine"]), from_smiles(NAMES["glycine"])
    theirs = package.load(name).predictor.predict(graphs)[0]
    np.testing.assert_allclose(list(predicted(name, molecule).values()), theirs, rtol=1e-4)


def test_spread_is_scipys_mean_distance_of_unit_vectors():
    h = torch.randn(7, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    unit = h / h.norm(dim=1, keepdim=True)
    assert spread(h) == pytest.approx(pdist(unit.numpy()).mean(), rel=1e-12)
    assert spread(h[:1]) == 0 and spread(torch.ones(4, 3)) == pytest.approx(0, abs=1e-6)


@EVERY
def test_smoothing_begins_as_the_film_and_averaging_forgets_everything(name):
    graphs = graphs_of(NAMES["thymine"])
    model = trained(name)
    start, found = rounds(model, graphs)
    curves = smoothing(model, graphs, times=64)
    assert {len(values) for values in curves.values()} == {1 + 64 * len(found)}
    for k, h in enumerate([start, *(one.h for one in found)]):
        assert curves["network"][k] == pytest.approx(spread(h), rel=1e-9)
    # A_tilde has one largest eigenvalue, 1: what is left is a multiple of its eigenvector.
    assert curves["averaging"][-1] < 1e-6 and (np.diff(curves["averaging"]) < 1e-9).all()
