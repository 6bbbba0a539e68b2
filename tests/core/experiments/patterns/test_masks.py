"""Masks: the graph against NetworkX and RDKit, what is painted, layers until one is heard."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from rdkit import Chem

from core.experiments.patterns.masks import (
    INPUTS,
    PRESETS,
    bonds,
    layers_until,
    neighborhood,
    painted,
    read_mask,
    window,
    write_mask,
)

MASKS = st.integers(1, 16).flatmap(lambda n: arrays.arrays(bool, (n, n)))


def test_graphs_are_those_that_they_are_called():
    known = {
        "row": nx.hypercube_graph(3),
        "grid": nx.grid_2d_graph(4, 4),
        "star": nx.star_graph(7),
    }
    for name, graph in known.items():
        assert nx.is_isomorphic(nx.Graph(bonds(name)), graph), name
    styrene = Chem.MolFromSmiles("C=Cc1ccccc1")
    atoms = nx.Graph([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in styrene.GetBonds()])
    assert nx.is_isomorphic(nx.Graph(bonds("molecule")), atoms)


@pytest.mark.parametrize("name", INPUTS)
def test_everybody_may_look_at_itself(name):
    for mask in (window(name), neighborhood(name)):
        assert mask.diagonal().all() and (mask == mask.T).all() and not mask.all()


@given(MASKS)
def test_a_mask_survives_its_text(mask):
    assert (read_mask(write_mask(mask), len(mask)) == mask).all()


def test_rows_that_were_not_drawn_look_at_themselves():
    expected = [[0, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert read_mask("01", 3).astype(int).tolist() == expected


@pytest.mark.parametrize("text", ["102", "1" * 17, "1 " * 17, "<b>"])
def test_what_is_no_mask_is_refused(text):
    with pytest.raises(ValueError, match="digits 0 and 1"):
        read_mask(text, 8)


@given(MASKS, st.data())
def test_a_click_turns_one_cell(mask, data):
    n = len(mask)
    row, column = (data.draw(st.integers(0, n - 1)) for _ in range(2))
    after = painted(mask, [[column, n - 1 - row]])
    assert np.argwhere(after != mask).tolist() == [[row, column]]


def test_a_stroke_makes_all_its_cells_alike():
    mask = np.eye(4, dtype=bool)
    after = painted(mask, [[1.0, 3.0], [3.2, 3.1], [9.0, 3.0]])
    assert after[0].tolist() == [True, True, True, True] and (after[1:] == mask[1:]).all()
    assert not painted(mask, [[0.0, 3.0], [3.0, 0.0]]).any()  # from a cell that was on, all go off


@given(MASKS)
def test_layers_until_are_shortest_paths(mask):
    """NetworkX finds them as paths from j to i; a cell on the diagonal needs its own link."""
    n = len(mask)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((int(j), int(i)) for i, j in np.argwhere(mask))
    paths = dict(nx.all_pairs_shortest_path_length(graph))
    found = layers_until(mask)
    for i in range(n):
        for j in range(n):
            expected = int(mask[i, i]) if i == j else paths[j].get(i, 0)
            assert found[i, j] == expected


def test_presets_have_their_names():
    assert (PRESETS["causal"](5) == np.tril(np.ones((5, 5)))).all()
    assert PRESETS["global token"](5).sum() == 5 + 4 + 4
