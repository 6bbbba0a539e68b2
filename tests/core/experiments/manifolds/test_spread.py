"""Five seeds: how far maps lie apart, and the work in slices."""

from itertools import combinations

import numpy as np
import pytest
from scipy.spatial import procrustes
from sklearn.manifold import trustworthiness

from core.experiments.manifolds.settings import ManifoldsSettings
from core.experiments.manifolds.spread import Spread, apart
from core.experiments.manifolds.still import still

SMALL = ManifoldsSettings(samples=200, perplexity=15, umap_neighbors=8)


def test_maps_that_are_turned_are_not_apart_and_random_ones_are():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 500, 2))
    turned = 3 * a @ np.array([[0.6, -0.8], [0.8, 0.6]]) * [1, -1] + 5
    assert apart(a, turned) < 1e-9
    assert 1.2 < apart(a, b) < np.sqrt(2)
    both = [(c - c.mean(0)) / np.sqrt(((c - c.mean(0)) ** 2).sum(1).mean()) for c in (a, b)]
    scale_free = 2 - 2 * np.sqrt(1 - procrustes(*both)[2])  # SciPy also shrinks the second one
    assert apart(a, b) == pytest.approx(np.sqrt(scale_free))


def test_every_score_of_the_maps_has_its_spread():
    work, rng = Spread(SMALL), np.random.default_rng(0)
    for name, lost in (("ae", 0.1), ("tsne", np.nan), ("umap", 0.3)):
        for k, seed in enumerate(work.seeds[: 1 if name == "umap" else 4]):
            noisy = still(SMALL).pca + k * rng.normal(size=(200, 2)) / 5
            work._keep(name, seed, noisy, lost + k / 100)
    rows = {(row["method"], row["score"]): row for row in work.result}
    assert {name for name, _ in rows} == {"Autoencoder", "t-SNE"}  # one map has no spread
    assert ("Autoencoder", "variance lost") in rows and ("t-SNE", "variance lost") not in rows
    lost = rows["Autoencoder", "variance lost"]
    assert [lost[name] for name in ("least", "median", "most")] == pytest.approx([0.1, 0.115, 0.13])
    found = np.array([still(SMALL).reference.scores(work.maps["tsne", seed])
                      for seed in work.seeds[:4]])  # fmt: skip
    trust = [trustworthiness(still(SMALL).X, work.maps["tsne", seed], n_neighbors=12)
             for seed in work.seeds[:4]]  # fmt: skip
    for k, score in enumerate(("Spearman", "neighbors kept", "trustworthy", "continuous")):
        row, values = rows["t-SNE", score], trust if score == "trustworthy" else found[:, k]
        wanted = min(values), np.median(values), max(values)
        assert (row["least"], row["median"], row["most"]) == pytest.approx(wanted, abs=1e-5)
        assert row["seeds"] == 4 and float(row["by chance"]) < row["least"] < row["most"]
    pairs = [apart(work.maps["tsne", a], work.maps["tsne", b])
             for a, b in combinations(work.seeds[:4], 2)]  # fmt: skip
    assert rows["t-SNE", "two seeds differ by"]["median"] == pytest.approx(np.median(pairs))


def test_the_first_seed_is_the_page_s_own():
    work = Spread(SMALL.replace(seed=7))
    assert work.seeds == [7, 8, 9, 10, 11] and work.result == [] and work.fraction == 0
