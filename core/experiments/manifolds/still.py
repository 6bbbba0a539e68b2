"""What stands still on the page: the points, PCA, what maps are held against, maps made before."""

from __future__ import annotations

import time
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.embedding import Reference, aligned, intrinsic_dimension
from core.experiments.manifolds.data import known, standardized
from core.experiments.manifolds.methods import TSNE, affinities, principal
from core.experiments.manifolds.settings import of_data
from core.experiments.manifolds.sheet import net

Array = NDArray[np.float64]
SCORED = 12  # neighbors of each point that the scores look at
KNOWN = 8  # maps, and affinities, whose numbers are kept: every run of these points begins alike


class Still:
    """The points of some settings and all that follows from them alone.

    Attributes (n points of D numbers):
        shape: The points and what is known of them.
        X: (n, D), standardized: mean 0, and variance 1 over all coordinates.
        cloud: (n, 3), the points as they are drawn: as they are, or their first principal
            components where D is not 3.
        pca: (n, 2), in units of X; `directions` (2, D), `shares` (2,) of the variance.
        target: (n, 2), what all maps are aligned to: the sheet laid flat, if known, else PCA.
        reference: What scores are measured against.
        dimension: By two-NN.
        seconds: Of one core, that PCA took.
    """

    def __init__(self, settings: Any) -> None:
        self.shape = known(settings)
        self.X, self.mean, self.scale = standardized(self.shape.X)
        started = time.thread_time()
        places, directions, shares = principal(self.X, 3)
        self.seconds = time.thread_time() - started
        self._three = directions  # (3, D)
        self.pca, self.directions, self.shares = places[:, :2], directions[:2], shares[:2]
        self.cloud = self.lifted(self.X)
        flat = self.shape.flat
        self.target = self.pca if flat is None else flat[:, :2]
        self.reference = Reference(self.X, SCORED, flat)
        self.dimension = intrinsic_dimension(self.X)
        self._affinities = lru_cache(maxsize=KNOWN)(partial(affinities, self.X))
        self._known: dict[bytes, NDArray[np.float32]] = {}

    def lifted(self, X: Array) -> Array:
        """Standardized points as the cloud shows them. Shapes: (m, D) -> (m, 3)."""
        if X.shape[1] == 3:
            return X * self.scale + self.mean
        return np.asarray(X @ self._three.T)

    def restored(self, places: Array) -> Array:
        """PCA's way back, a plane among the points. Shapes: (m, 2) -> (m, D)."""
        return np.asarray(places @ self.directions)

    def tsne(self, perplexity: int) -> TSNE:
        """t-SNE before its first iteration."""
        return TSNE(self.X, perplexity, known=self._affinities(perplexity))

    def measured(self, map_: Array, null: Any = None) -> NDArray[np.float32]:
        """Scores of a map, then their null unless it is given: (8,), each four as in `Scores`.

        Maps with their null are those that runs begin and end with: what was found is kept.
        """
        if null is not None:
            return self._measured(map_, null)
        name = map_.tobytes()
        if name not in self._known:
            if len(self._known) >= KNOWN:
                self._known.clear()
            null = self.reference.null(map_, np.random.default_rng(0))
            self._known[name] = self._measured(map_, null)
        return self._known[name].copy()

    def _measured(self, map_: Array, null: Any) -> NDArray[np.float32]:
        found = np.array([*self.reference.scores(map_), *null], np.float32)
        return np.where(np.abs(found) < 0.005, 0, found)  # nobody wants to read 1.3e-3 for chance


@lru_cache(maxsize=3)
def _still(settings: Any) -> Still:
    return Still(settings)


def still(settings: Any) -> Still:
    """What stands still under these settings; made once, and kept for a few."""
    return _still(of_data(settings))


class Map:
    """A map that is finished: `xy` (n, 2) aligned, `scores` (8,), a net (EDGE * EDGE, 3) on call.

    `lost` is the share of variance that its way back loses, NaN where it has none.
    """

    def __init__(self, of: Still, found: Array, restored: Any = None, **words: Any) -> None:
        self._of, self._found, self.restored = of, found, restored
        self.xy, self._aligned = aligned(found, of.target)
        self.scores = of.measured(found)
        self.seconds: float = words.get("seconds", float("nan"))
        self.origin: str = words.get("origin", "")
        self.lost = float("nan")
        if restored:
            self.lost = float(((of.X - restored(found)) ** 2).sum() / (of.X**2).sum())

    def net(self) -> Array:
        """The map's own sheet among the points, as the cloud shows them."""
        return self._of.lifted(net(self._found, self.restored, self._of.X))

    def decoded(self, places: Array) -> Array:
        """The map's way back from places as they are drawn. Shapes: (m, 2) -> (m, D)."""
        return np.asarray(self.restored(self._aligned.back(places)))


def pca(settings: Any) -> Map:
    """PCA's map."""
    return _pca(of_data(settings))


@lru_cache(maxsize=3)
def _pca(settings: Any) -> Map:
    of = still(settings)
    return Map(of, of.pca, of.restored)
