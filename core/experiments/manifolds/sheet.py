"""A map's own sheet, carried back among the data: a net over the map, lifted node by node.

The strongest picture of "unrolled": where the map keeps the sheet, its net lies in it; where the
map lays two turns of a roll on each other, the net cuts through the room between them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator
from scipy.spatial import cKDTree

Array = NDArray[np.float64]
EDGE = 21  # nodes of the net along each side
NEAR = 6  # points whose mean stands for a node, where the map has no way back of its own
REACH = 0.75  # of a cell: as far from its node may the nearest point lie


def net(map_: Array, lift: Callable[[Array], Array] | None, X: Array) -> Array:
    """Nodes among the data, NaN where no point of the map is near.

    `lift` is the map's own way back, (m, 2) -> (m, D): a decoder, or PCA's plane. Without one, a
    node is the mean of the points that are nearest to it in the map, weighted by nearness.
    Shapes: map_ (n, 2), X (n, D) -> (EDGE * EDGE, D), row by row
    """
    nodes = nodes_of(map_)
    cell = (nodes[-1] - nodes[0]) / (EDGE - 1)
    # In units of cells, so that "near" is the same both ways.
    distance, rows = cKDTree(map_ / cell).query(nodes / cell, min(NEAR, len(map_)))
    if lift is None:
        weight = 1 / (distance + 0.1)
        lifted = (X[rows] * (weight / weight.sum(1, keepdims=True))[..., None]).sum(1)
    else:
        lifted = lift(nodes)
    return np.where((distance[:, :1] <= REACH), lifted, np.nan)


def nodes_of(map_: Array) -> Array:
    """A grid over the map, row by row. Shapes: (n, 2) -> (EDGE * EDGE, 2)."""
    low, high = map_.min(0), map_.max(0)
    y, x = np.mgrid[:EDGE, :EDGE].reshape(2, -1)
    return np.asarray(low + np.stack([x, y], 1) * np.maximum(high - low, 1e-9) / (EDGE - 1))


def between(map_: Array, lifted: Array) -> Callable[[Array], Array]:
    """A way back that is known at the nodes, and linear between them.

    Where no point of the map is near, a method can only guess: the nearest node with one counts.
    Shapes: map_ (n, 2), lifted (EDGE * EDGE, D); then (m, 2) -> (m, D)
    """
    nodes = nodes_of(map_)
    cell = (nodes[-1] - nodes[0]) / (EDGE - 1)
    near = cKDTree(map_ / cell).query(nodes / cell)[0] <= REACH
    known = lifted[near][cKDTree(nodes[near] / cell).query(nodes / cell)[1]]
    x, y = np.linspace(nodes[0], nodes[-1], EDGE).T
    inside = RegularGridInterpolator((y, x), known.reshape(EDGE, EDGE, -1))
    return lambda at: np.asarray(inside(np.clip(at, nodes[0], nodes[-1])[:, ::-1]))
