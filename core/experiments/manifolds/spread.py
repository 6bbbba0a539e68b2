"""The same map from five seeds? What chance alone changes, for every method that draws lots.

The autoencoder has other first weights and batches, UMAP another layout to begin with; t-SNE, which
on the page begins with PCA's map, here begins with random places. PCA and Isomap draw no lots.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.analysis.embedding import aligned
from core.experiments.manifolds import job
from core.experiments.manifolds.experiment import Training
from core.experiments.manifolds.finished import find
from core.experiments.manifolds.methods import TSNE, principal
from core.experiments.manifolds.settings import MAPS
from core.experiments.manifolds.still import still
from core.work import Slices

Array = NDArray[np.float64]
SEEDS = 5
UPDATES, ITERATIONS, CHUNK = 1500, 500, 25  # of the autoencoder, of t-SNE, between two looks
SCORES = ("Spearman", "neighbors kept", "trustworthy", "continuous")
LOST, APART = "variance lost", "two seeds differ by"
WAIT = 0.05  # seconds between two looks for a map of UMAP, which another process makes


class Spread(Slices):
    """Maps of five seeds in slices of time; `result` has rows for each method with two so far."""

    verb = "computing"

    def __init__(self, settings: Any) -> None:
        """Begin with the page's seed; UMAP's maps are wished for at once."""
        self.settings = settings.fresh().replace(max_steps=UPDATES)
        self.seeds = [(settings.seed + k) % 2**31 for k in range(SEEDS)]
        self.maps: dict[tuple[str, int], Array] = {}
        self.scores: dict[tuple[str, int], Array] = {}  # four, their null, variance lost: (9,)
        self._made, self._work = 0, self._all()
        self._total = SEEDS * (UPDATES // CHUNK + ITERATIONS // CHUNK + 20)

    def _all(self) -> Iterator[int]:
        """Yields the work that was done, in chunks."""
        for seed in self.seeds:
            if find(self.settings.replace(seed=seed), "umap") is None:
                job.start(self.settings.replace(seed=seed))
        for seed in self.seeds:
            run = Training(self.settings.replace(seed=seed))
            while not run.done:
                run.step(CHUNK)
                yield 1
            with torch.no_grad():
                self._keep(
                    "ae", seed, principal(run.encode(run.x)[0].double().numpy())[0], run.loss()
                )
        for seed in self.seeds:
            tsne = TSNE(still(self.settings).X, self.settings.perplexity, seed)
            for iteration in range(CHUNK, ITERATIONS + 1, CHUNK):
                tsne.at(iteration)
                yield 1
            self._keep("tsne", seed, tsne.at(ITERATIONS))
        for seed in self.seeds:
            wish = self.settings.replace(seed=seed)
            while (made := find(wish, "umap")) is None:
                if not job.start(wish).going:
                    self.failed = "UMAP was stopped: start the five seeds again."
                    return
                time.sleep(WAIT)
                yield 0
            self._keep("umap", seed, made.xy, made.lost)
            yield 20

    def _keep(self, name: str, seed: int, map_: Array, lost: float = float("nan")) -> None:
        """A map, with all scores that stand under it; `lost` is NaN where there is no way back."""
        self.maps[name, seed] = map_
        self.scores[name, seed] = np.append(still(self.settings).measured(map_), lost)

    def advance(self) -> None:
        """A little of it."""
        self._made += next(self._work, self._total)

    @property
    def fraction(self) -> float:
        """Share of the work that is done."""
        return min(1.0, self._made / self._total)

    @property
    def words(self) -> str:
        """How many maps there are."""
        return f"{len(self.maps)} of {3 * SEEDS} maps"

    @property
    def result(self) -> list[dict[str, Any]]:
        """A row for each method and score: least, median and most of its seeds, and by chance.

        The last row of a method says how far the maps of two seeds are apart.
        """
        rows = []
        for name in ("ae", "tsne", "umap"):
            seeds = [seed for seed in self.seeds if (name, seed) in self.maps]
            if len(seeds) < 2:
                continue
            found = np.array([self.scores[name, seed] for seed in seeds])  # (seeds, 9)
            for k, score in enumerate(SCORES):
                chance = f"{np.median(found[:, 4 + k]):.3f}"
                rows.append(_row(name, score, len(seeds), found[:, k], chance))
            if np.isfinite(found[:, -1]).all():
                rows.append(_row(name, LOST, len(seeds), found[:, -1]))
            pairs = [
                apart(self.maps[name, a], self.maps[name, b]) for a, b in combinations(seeds, 2)
            ]
            rows.append(_row(name, APART, len(seeds), np.array(pairs)))
        return rows


def _row(method: str, score: str, seeds: int, values: Array, chance: str = "") -> dict[str, Any]:
    """One row of the table."""
    least, median, most = np.quantile(values, (0, 0.5, 1)).tolist()
    row = {"method": MAPS[method], "score": score, "seeds": seeds, "least": least}
    return {**row, "median": median, "most": most, "by chance": chance}


def apart(one: Array, other: Array) -> float:
    """Root mean square distance of the points of two maps, aligned as well as can be: 0 if equal.

    In units of the map's own root mean square radius; two maps at random are about 1.4 apart.
    Shapes: (n, 2), (n, 2)
    """
    target = aligned(other, other)[0]
    return float(np.sqrt(((aligned(one, target)[0] - target) ** 2).sum(1).mean()))
