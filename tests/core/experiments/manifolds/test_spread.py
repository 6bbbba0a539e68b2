"""Five seeds: how far maps lie apart, and the work in slices."""

import numpy as np
import pytest
from scipy.spatial import procrustes

from core.experiments.manifolds.settings import ManifoldsSettings
from core.experiments.manifolds.spread import Spread, apart

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


def test_the_first_seed_is_the_page_s_own():
    work = Spread(SMALL.replace(seed=7))
    assert work.seeds == [7, 8, 9, 10, 11] and work.result == [] and work.fraction == 0
