"""What the boundaries page learns from: points, their split, and the features of a point."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.datasets.points import (
    DATASETS,
    DOMAIN,
    REGRESSIONS,
    Points,
    formula_points,
    given_points,
    split,
)

FEATURES = {
    "X1": lambda x: x[:, 0],
    "X2": lambda x: x[:, 1],
    "X1^2": lambda x: x[:, 0] ** 2,
    "X2^2": lambda x: x[:, 1] ** 2,
    "X1X2": lambda x: x[:, 0] * x[:, 1],
    "sin X1": lambda x: np.sin(x[:, 0]),
    "sin X2": lambda x: np.sin(x[:, 1]),
}
SIGNS = str.maketrans({"X": "x", "1": "₁", "2": "₂"})
SHOWN = 300  # points drawn
FEWEST = 20  # drawn points up to this number are all trained on


def symbol(feature: str) -> str:
    """A feature as the chapter writes it: X1^2 is x₁²."""
    return feature.replace("^2", "²").translate(SIGNS)


def from_rule(settings: Any) -> Points:
    """One of the named data sets."""
    make = DATASETS[settings.dataset]
    return make(settings.samples, settings.noise / 100, settings.data_seed)


def from_formula(settings: Any) -> Points:
    """A class given by a formula."""
    noise, seed = settings.noise / 100, settings.data_seed
    return formula_points(settings.formula, settings.samples, noise, seed)


def from_rows(settings: Any) -> Points:
    """Points drawn or uploaded."""
    return given_points(settings.points)


SOURCES = {"formula": from_formula, "points": from_rows}


def data(settings: Any) -> tuple[Points, Points]:
    """Training and test set; a handful of drawn points is trained on as a whole.

    Shapes: (X (n, 2), y (n,)), (X (m, 2), y (m,)), float32
    """
    X, y = SOURCES.get(settings.dataset, from_rule)(settings)
    few = settings.dataset == "points" and len(X) < FEWEST
    return split(X, y, 1.0 if few else settings.train_share / 100, settings.data_seed)


def is_regression(settings: Any) -> bool:
    """Whether labels are numbers; drawn points are classes if all labels are -1 or +1."""
    drawn = settings.dataset == "points" and any(row[2] not in (-1, 1) for row in settings.points)
    return drawn or settings.dataset in REGRESSIONS


def featurize(settings: Any, X: NDArray[np.float32]) -> Tensor:
    """The features that the network reads.

    Shapes: (n, 2) -> (n, d_0)
    """
    columns = [FEATURES[name](X) for name in settings.features]
    return torch.from_numpy(np.stack(columns, 1).astype(np.float32))


def grid(side: int, centers: bool = True) -> NDArray[np.float32]:
    """Points of a side x side grid over the square: centers of pixels, or knots up to the edge.

    Shapes: (side * side, 2), x1 runs fastest, both from low to high
    """
    edge = DOMAIN * (1 - 1 / side) if centers else DOMAIN
    line = np.linspace(-edge, edge, side, dtype=np.float32)
    x2, x1 = np.meshgrid(line, line, indexing="ij")
    return np.stack([x1.ravel(), x2.ravel()], 1)


def shown(settings: Any) -> tuple[Points, NDArray[np.bool_]]:
    """Up to `SHOWN` points to draw, training points first, and which of them are test points.

    Shapes: (X (P, 2), y (P,)), (P,)
    """
    (X, y), (X_test, y_test) = data(settings)
    first = min(len(X), max(SHOWN // 2, SHOWN - len(X_test)))
    rest = min(len(X_test), SHOWN - first)
    points = np.concatenate([X[:first], X_test[:rest]]), np.concatenate([y[:first], y_test[:rest]])
    return points, np.arange(first + rest) >= first
