"""How much of the data a map in the plane keeps: neighbors, ranks, distances along the data.

Every score is 1 at best. A map that knows nothing does not get 0 from all of them, so each has its
null beside it: the same map with its points handed out at random (`shuffled`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist
from scipy.stats import rankdata
from sklearn.neighbors import kneighbors_graph

from core.intrinsic_dimension import two_nn

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
FROM = 100  # points from which distances along the data are measured to all others


class Scores(NamedTuple):
    """What `Reference.scores` measures; see there."""

    spearman: float
    kept: float
    trustworthiness: float
    continuity: float


class Transform(NamedTuple):
    """A shift, one factor and a rotation (with a reflection, if need be): see `aligned`.

    Shapes: mean (2,), rotation (2, 2)
    """

    mean: Array
    rotation: Array
    factor: float

    def __call__(self, points: Array) -> Array:
        """Shapes: (m, 2) -> (m, 2)."""
        return np.asarray((points - self.mean) @ self.rotation * self.factor)

    def back(self, points: Array) -> Array:
        """The inverse. Shapes: (m, 2) -> (m, 2)."""
        return np.asarray(points / self.factor @ self.rotation.T + self.mean)


class Reference:
    """The data that maps are held against: neighbors, ranks and distances, computed once.

    Args:
        X: The data, (n, d).
        k: How many neighbors of a point are looked at, at most n / 2.
        flat: Coordinates of the points on a sheet that can be laid flat without stretching, (n, p):
            their distances then are those along the sheet. Without it, the shortest paths stand
            for them; between parts without a path there is no distance.
        steps: Each step of such a path goes to one of so many neighbors.

    Errors: `ValueError` if k is not from 1 to half of the points.
    """

    def __init__(self, X: Array, k: int = 12, flat: Array | None = None, steps: int = 8) -> None:
        n = len(X)
        if not 1 <= k <= n / 2:
            raise ValueError(f"k = {k} neighbors: give a number from 1 to {n // 2}, half of {n}")
        self.k, self.from_ = k, np.linspace(0, n - 1, min(n, FROM)).astype(int)
        self.ranks = _ranks(X)  # (n, n)
        self.neighbors = np.argsort(self.ranks, axis=1)[:, 1 : k + 1]  # (n, k); first is itself
        found = geodesics(X, steps, self.from_) if flat is None else cdist(flat[self.from_], flat)
        self._reached = np.isfinite(found) & (found > 0)
        self.distances = rankdata(found[self._reached])

    def scores(self, map_: Array) -> Scores:
        """How much of the data the map (n, 2) keeps.

        spearman: rank correlation of distances in the map with those along the data.
        kept: share of each point's k nearest neighbors that are among its k nearest in the map.
        trustworthiness: 1 if no point has a neighbor in the map that is far away in the data;
            continuity: 1 if no neighbor in the data is far away in the map.
        Source: Venna and Kaski (2001), doi 10.1007/3-540-44668-0_68.
        """
        k, n = self.k, len(map_)
        near = _nearest(map_, k)  # (n, k)
        in_data = np.take_along_axis(self.ranks, near, 1)
        worst = n * k * (2 * n - 3 * k - 1) / 2
        trust = 1 - np.maximum(in_data - k, 0).sum() / worst
        kept = float((in_data <= k).mean())
        continuity = 1 - np.maximum(_ranks_of(map_, self.neighbors) - k, 0).sum() / worst
        return Scores(self.spearman(map_), kept, float(trust), float(continuity))

    def spearman(self, map_: Array) -> float:
        """Rank correlation of distances in the map with those along the data."""
        found = rankdata(cdist(map_[self.from_], map_)[self._reached])
        if found.min() == found.max():
            return 0.0  # all points on one place: no order at all
        return float(np.corrcoef(found, self.distances)[0, 1])

    def null(self, map_: Array, rng: np.random.Generator) -> Scores:
        """The same scores with the map's points handed out at random: what chance gives."""
        return self.scores(map_[rng.permutation(len(map_))])


def geodesics(X: Array, k: int, from_: Rows) -> Array:
    """Lengths of the shortest paths from some points to all, each step to one of k neighbors.

    Infinite between parts that are not connected. Source: Tenenbaum et al. (2000), Isomap.
    Shapes: (n, d), (L,) -> (L, n)
    """
    graph = kneighbors_graph(X, k, mode="distance")
    return np.asarray(dijkstra(graph, directed=False, indices=from_))


def aligned(map_: Array, reference: Array) -> tuple[Array, Transform]:
    """The map shifted, scaled and turned as near to the reference as that goes; no score changes.

    Both have mean 0 and a root mean square radius of 1 then. Shapes: (n, 2), (n, 2) -> (n, 2)
    """
    mean = map_.mean(0)
    centered, target = map_ - mean, reference - reference.mean(0)
    rotation, _ = orthogonal_procrustes(centered, target)
    factor = 1 / max(float(np.sqrt((centered**2).sum(1).mean())), 1e-12)
    transform = Transform(mean, rotation, factor)
    return transform(map_), transform


def intrinsic_dimension(X: Array) -> float:
    """The two-NN estimate (`two_nn`); NaN where there is none. Shapes: (n, d)."""
    try:
        return two_nn(X)
    except ValueError:
        return float("nan")


def _ranks(X: Array) -> NDArray[np.int32]:
    """Rank of j among the neighbors of i; 0 for i itself. Shapes: (n, d) -> (n, n)."""
    D = cdist(X, X)
    np.fill_diagonal(D, -1.0)  # of equal points each still is its own first
    order = np.argsort(D, axis=1)
    ranks = np.empty(D.shape, np.int32)
    np.put_along_axis(ranks, order, np.arange(len(X), dtype=np.int32)[None], 1)
    return ranks


def _nearest(points: Array, k: int) -> Rows:
    """The k nearest of each point, itself left out. Shapes: (n, 2) -> (n, k)."""
    _, near = cKDTree(points).query(points, k + 1)
    own = near == np.arange(len(points))[:, None]
    own[~own.any(1), k] = True  # itself is missing among many equal points: leave the last one out
    return near[~own].reshape(len(points), k)


def _ranks_of(points: Array, chosen: Rows) -> NDArray[np.int64]:
    """Rank of some points j among the neighbors of i. Shapes: (n, 2), (n, k) -> (n, k)."""
    found = np.empty(chosen.shape, np.int64)
    for rows in np.array_split(np.arange(len(points)), max(1, len(points) // 250)):
        D = cdist(points[rows], points)
        of = np.take_along_axis(D, chosen[rows], 1)
        for k in range(of.shape[1]):  # counted: a sorted row would tell all ranks, where few matter
            found[rows, k] = np.count_nonzero(of[:, k, None] > D, axis=1)
    return found
