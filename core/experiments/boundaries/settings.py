"""Settings of the decision boundaries page, and what follows from them without any training."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.datasets.formula import parse
from core.datasets.points import (
    DATASETS,
    REGRESSIONS,
    Points,
    formula_points,
    given_points,
    split,
)
from core.models.mlp import ACTIVATIONS, INITIALIZATIONS, NORMALIZATIONS
from core.settings import SettingError, Settings, setting
from core.settings.kinds import Choice, Choices, Flag, Integer, Number, Text
from core.settings.lists import Changes, Integers, Rows
from core.training import LOSSES, OPTIMIZERS, REGULARIZATIONS

FEATURES = {
    "X1": lambda x: x[:, 0],
    "X2": lambda x: x[:, 1],
    "X1^2": lambda x: x[:, 0] ** 2,
    "X2^2": lambda x: x[:, 1] ** 2,
    "X1X2": lambda x: x[:, 0] * x[:, 1],
    "sin X1": lambda x: np.sin(x[:, 0]),
    "sin X2": lambda x: np.sin(x[:, 1]),
}
CORNERS = ((3.0, 3.0, 1.0), (-3.0, -3.0, 1.0), (-3.0, 3.0, -1.0), (3.0, -3.0, -1.0))
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
SHOWN = 300  # points drawn
FEWEST = 20  # drawn points up to this number are all trained on
LIVE = {
    "learning_rate": Number(
        1e-5, 10, stops=RATES, live=True, label="Learning rate", help="How far each step goes."
    ),
    "regularization_rate": Number(
        0, 10, stops=(0.0, *RATES), live=True, label="Regularization rate",
        help="How strongly weights are pulled to 0.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class BoundariesSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    dataset: str = setting(
        "xor",
        Choice(
            (*DATASETS, "formula", "points"),
            label="Data",
            help="points: your own, by click, as a table or from a CSV file.",
        ),
    )
    formula: str = setting(
        "x2 > 2*sin(x1)",
        Text(label="Formula", verify=parse, help="Blue where it is true or above 0."),
    )
    points: tuple[tuple[float, ...], ...] = setting(
        CORNERS,
        Rows(3, 2000, bound=6.0, label="Points", help="x1, x2, label from -1 to 1."),
    )
    samples: int = setting(400, Integer(20, 2000, step=20, label="Points"))
    noise: int = setting(0, Integer(0, 50, step=5, label="Noise in %"))
    train_share: int = setting(
        50, Integer(10, 100, step=10, label="Training share in %", help="The rest is the test set.")
    )
    data_seed: int = setting(0, Integer(0, 2**31 - 1, label="Data seed"))
    batch_size: int = setting(
        10, Integer(1, 500, label="Batch size", help="Points that one update looks at.")
    )
    features: tuple[str, ...] = setting(("X1", "X2"), Choices(FEATURES, least=1, label="Features"))
    hidden: tuple[int, ...] = setting(
        (6, 3), Integers(1, 16, most=8, label="Hidden layers", help="Neurons in each layer.")
    )
    activation: str = setting("tanh", Choice(ACTIVATIONS, label="Activation"))
    loss: str = setting(
        "cross-entropy",
        Choice(LOSSES, label="Loss", help="For classes; a regression always has squared error."),
    )
    optimizer: str = setting("momentum", Choice(OPTIMIZERS, label="Optimizer"))
    learning_rate: float = setting(0.01, LIVE["learning_rate"])
    regularization: str = setting("none", Choice(REGULARIZATIONS, label="Regularization"))
    regularization_rate: float = setting(0.0, LIVE["regularization_rate"])
    residual: bool = setting(
        False,
        Flag(label="Residual connections", help="Where a layer keeps the width (3.1)."),
    )
    normalization: str = setting("none", Choice(NORMALIZATIONS, label="Normalization"))
    initialization: str = setting("Glorot", Choice(INITIALIZATIONS, label="First weights"))
    init_scale: float = setting(1.0, Number(0, 10, step=0.1, label="Scale of first weights"))
    seeds: int = setting(
        1, Integer(1, 16, label="Networks at once", help="With seed, seed + 1, ...; same data.")
    )
    max_steps: int = setting(20_000, Integer(1, 500_000, label="Stop after"))
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """What only holds between settings."""
        if self.dataset == "formula" and not self.formula.strip():
            raise SettingError("formula", self.formula, "a formula, as x2 > 2*sin(x1)")
        if self.dataset == "points" and len(self.points) < 2:
            raise SettingError("points", self.points, "at least 2 points")
        for row in self.points:
            if not -1 <= row[2] <= 1:
                raise SettingError("points", row, "x1, x2 and a label from -1 to 1")
        if self.normalization == "batch" and min(self.batch_size, len(data(self)[0][0])) < 2:
            raise SettingError(
                "batch_size", self.batch_size, "at least 2, and 2 training points, with batch norm"
            )
        for _, name, value in self.changes:
            read_change(self, name, value)


# --- Pure functions of the settings ---------------------------------------------------------------


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


def widths(settings: Any) -> tuple[int, ...]:
    """Number of features, of neurons in each hidden layer, and of outputs: 1."""
    return (len(settings.features), *settings.hidden, 1)


def shown(settings: Any) -> tuple[Points, NDArray[np.bool_]]:
    """Up to `SHOWN` points to draw, training points first, and which of them are test points.

    Shapes: (X (P, 2), y (P,)), (P,)
    """
    (X, y), (X_test, y_test) = data(settings)
    first = min(len(X), max(SHOWN // 2, SHOWN - len(X_test)))
    rest = min(len(X_test), SHOWN - first)
    points = np.concatenate([X[:first], X_test[:rest]]), np.concatenate([y[:first], y_test[:rest]])
    return points, np.arange(first + rest) >= first


def parameters(settings: Any) -> int:
    """Number of weights and biases of one network."""
    d = widths(settings)
    return sum((a + 1) * b for a, b in zip(d, d[1:], strict=False))


def read_change(settings: Any, name: str, text: str) -> float:
    """The number that a change sets; `SettingError` if there is no such rate or weight."""
    if name in LIVE:
        return LIVE[name].check(name, LIVE[name].parse(name, text))
    value = Number(-1000, 1000).check(name, Number(-1000, 1000).parse(name, text))
    find_weight(settings, name)
    return value


def find_weight(settings: Any, name: str) -> tuple[str, int, tuple[int, ...]]:
    """`W1.0.2` -> ("W", layer 0, (0, 2)): layer 1, from feature 0 to neuron 2; `b1.2` its bias."""
    match = re.fullmatch(r"W(\d{1,2})\.(\d{1,3})\.(\d{1,3})|b(\d{1,2})\.(\d{1,3})", name)
    d = widths(settings)
    if match:
        kind = name[0]
        layer, *place = (int(part) for part in match.groups() if part is not None)
        shape = d[layer - 1 : layer + 1] if kind == "W" else d[layer : layer + 1]
        if 0 < layer < len(d) and all(i < size for i, size in zip(place, shape, strict=True)):
            return kind, layer - 1, tuple(place)
    raise SettingError(
        "change", name, f"{', '.join(LIVE)}, or a weight of the network {d}, as W1.0.0 or b1.0"
    )
