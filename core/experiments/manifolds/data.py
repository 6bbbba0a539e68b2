"""What the page manifolds learns from: points of a rule, drawn sheets, or tables of real things."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.manifolds.shapes import SHAPES, Shape, drawn

Array = NDArray[np.float64]


def made(settings: Any) -> Shape:
    """The points by their rule, without noise; of a table its rows, `settings.table`."""
    rng = np.random.default_rng([settings.data_seed, 3])
    make = SHAPES.get(settings.dataset)
    if make is not None:
        return make(settings.samples, rng)
    if settings.dataset == "drawn":
        return drawn(settings, settings.samples, rng)
    return Shape(np.asarray(settings.table, np.float64), np.zeros(0), "")


def points(settings: Any, shape: Shape) -> Array:
    """The points with their noise: in percent of their root mean square distance from the middle.

    Shapes: (n, d)
    """
    X = shape.X
    if not settings.noise:
        return X
    rng = np.random.default_rng([settings.data_seed, 4])
    size = float(np.sqrt(X.var(0).sum()))
    return X + settings.noise / 100 * size * rng.normal(size=X.shape) / np.sqrt(X.shape[1])


def standardized(X: Array) -> tuple[Array, Array, float]:
    """Points with mean 0 and variance 1 over all their coordinates, the mean, and the scale.

    One scale for all coordinates: the shape stays as it is. Shapes: (n, d) -> (n, d), (d,)
    """
    mean, scale = X.mean(0), float(X.std(0).max() and np.sqrt(X.var(0).mean()))
    return (X - mean) / (scale or 1.0), mean, scale or 1.0


@lru_cache(maxsize=4)
def known(settings: Any) -> Shape:
    """The points with their noise, and all that is known of them; `settings` as of the data."""
    from core.experiments.manifolds import tables  # not in scripts: they hold their table

    shape = (tables.shape if settings.dataset in tables.TABLES else made)(settings)
    return shape._replace(X=points(settings, shape))
