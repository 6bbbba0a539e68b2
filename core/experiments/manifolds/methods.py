"""Maps that stand still once they are made: PCA, Isomap, UMAP; and t-SNE, step by step.

All come from libraries: scikit-learn, umap-learn and openTSNE. UMAP is imported only where it is
asked for, since that takes seconds and as many again at its first use.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import Isomap
from sklearn.neighbors import NearestNeighbors

Array = NDArray[np.float64]
EARLY = 250  # iterations in which t-SNE pulls neighbors together, as openTSNE's own default has it
EXAGGERATION = 12.0
THETA = 0.5  # of Barnes and Hut: how coarse what is far away may be


def principal(X: Array, count: int = 2) -> tuple[Array, Array, Array]:
    """The directions of largest variance: places of the points, the directions, their shares.

    Shapes: (n, D) -> (n, count), (count, D), (count,); with fewer dimensions the rest is 0
    """
    fitted = PCA(min(count, *X.shape), svd_solver="full").fit(X)
    places, found = fitted.transform(X), fitted.components_
    short = count - places.shape[1]
    return (
        np.pad(places, ((0, 0), (0, short))),
        np.pad(found, ((0, short), (0, 0))),
        np.pad(fitted.explained_variance_ratio_, (0, short)),
    )


def isomap(X: Array, settings: Any) -> Array:
    """Isomap, scikit-learn's: classical scaling of the lengths of shortest paths. (n, D) -> (n, 2).

    Parts without a path between them are joined where they are nearest, as scikit-learn does.
    """
    return np.asarray(Isomap(n_neighbors=settings.neighbors, eigen_solver="dense").fit_transform(X))


def fitted_umap(X: Array, settings: Any) -> Any:
    """UMAP, umap-learn's, fitted to points (n, D): its `inverse_transform` leads back to them."""
    from umap import UMAP

    made = UMAP(n_neighbors=settings.umap_neighbors, min_dist=settings.min_dist, n_jobs=1,
                random_state=settings.seed % 2**31)  # fmt: skip
    return made.fit(X)


def umap(X: Array, settings: Any) -> Array:
    """UMAP's map: (n, D) -> (n, 2)."""
    return np.asarray(fitted_umap(X, settings).embedding_, float)


SLOW = {"isomap": isomap, "umap": umap}


def gradient_only(embedding: Any, P: Any, should_eval_error: bool = False, **words: Any) -> Any:
    """Error and gradient by openTSNE, but no error after a call: in a film a third of its time."""
    from openTSNE.tsne import kl_divergence_bh

    return (0.0, embedding) if should_eval_error else kl_divergence_bh(embedding, P, **words)


def affinities(X: Array, perplexity: int) -> Any:
    """How near points are to each other for t-SNE, openTSNE's: a third of the first frame's work.

    Shapes: X (n, D)
    """
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    # Neighbors by scikit-learn: openTSNE's own search imports numba, for seconds.
    near = NearestNeighbors(n_neighbors=3 * perplexity).fit(X).kneighbors()
    index = PrecomputedNeighbors(*reversed(near))
    return PerplexityBasedNN(knn_index=index, perplexity=perplexity, n_jobs=1)


class TSNE:
    """t-SNE by openTSNE at any iteration: `at(i)` goes on to it, never back.

    It begins with the PCA map, made small, or with a seed at random places. The first `EARLY`
    iterations exaggerate attraction, the others do not. `known` are the points' `affinities`.
    """

    def __init__(
        self, X: Array, perplexity: int, seed: int | None = None, known: Any = None
    ) -> None:
        from openTSNE import TSNEEmbedding
        from openTSNE.initialization import rescale

        own = copy(known or affinities(X, perplexity))
        # openTSNE would multiply and divide at each call: maps would depend on how often one looks.
        own.P = own.P * EXAGGERATION
        start = principal(X)[0].copy()
        if seed is not None:
            start = np.random.default_rng([seed, 5]).normal(size=start.shape)
        start = rescale(start)
        self.embedding = TSNEEmbedding(
            start, own, negative_gradient_method="bh", theta=THETA, n_jobs=1
        )
        self.iteration = 0

    def at(self, iteration: int) -> Array:
        """The map after so many iterations in all, (n, 2)."""
        n = len(self.embedding)
        while self.iteration < iteration:
            early = self.iteration < EARLY
            until = min(iteration, EARLY) if early else iteration
            self.embedding.optimizer(
                self.embedding,
                self.embedding.affinities.P,
                until - self.iteration,
                gradient_only,
                learning_rate=n / EXAGGERATION if early else n,  # Belkina et al. (2019)
                momentum=0.5 if early else 0.8,
                theta=THETA,
            )
            self.iteration = until
            if until == EARLY:
                self.embedding.affinities.P /= EXAGGERATION
        return np.asarray(self.embedding, float)
