"""Settings of the decision boundaries page, its network, and which weights can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.datasets.formula import parse
from core.datasets.points import DATASETS, thumbnails
from core.experiments.boundaries.data import FEATURES, data, symbol
from core.models.mlp import ACTIVATIONS, INITIALIZATIONS, NORMALIZATIONS
from core.settings import SettingError, Settings, setting
from core.settings.kinds import DATA_SEED, VIEW, Choice, Choices, Flag, Integer, Number, Text, rare
from core.settings.lists import Changes, Integers, Rows, learning_rate
from core.training import LOSSES, REGULARIZATIONS, read_change
from core.updates import OPTIMIZERS

CORNERS = ((3.0, 3.0, 1.0), (-3.0, -3.0, 1.0), (-3.0, 3.0, -1.0), (3.0, -3.0, -1.0))
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
LAYERS = ("last", *map(str, range(1, 9)))
LIVE = {
    "learning_rate": learning_rate(10, RATES, "How far each step goes."),
    "regularization_rate": Number(
        0, 10, stops=(0.0, *RATES), live=True, label="Regularization rate",
        help="How strongly weights are pulled to 0.", **rare("training"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class BoundariesSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    dataset: str = setting(
        "xor",
        Choice((*DATASETS, "formula", "points"), label="Data", group="data", pictures=thumbnails,
               wide=True, help="points: your own, by click, as a table or from a CSV file."),
    )  # fmt: skip
    formula: str = setting(
        "x2 > 2*sin(x1)",
        Text(label="Formula", verify=parse, help="Blue where it is true or above 0.", group="data",
             when=lambda settings: settings.dataset == "formula"),
    )  # fmt: skip
    points: tuple[tuple[float, ...], ...] = setting(
        CORNERS,
        Rows(3, 2000, bound=6.0, label="Points", help="x1, x2, label from -1 to 1."),
    )
    samples: int = setting(400, Integer(20, 2000, step=20, label="Points", **rare("data")))
    noise: int = setting(0, Integer(0, 50, step=5, label="Noise in %", group="data"))
    train_share: int = setting(
        50, Integer(10, 100, 10, label="Training share in %", help="Others test.", **rare("data"))
    )
    data_seed: int = setting(0, DATA_SEED)
    features: tuple[str, ...] = setting(
        ("X1", "X2"),
        Choices(FEATURES, least=1, label="Features", said=symbol),
    )
    activation: str = setting("tanh", Choice(ACTIVATIONS, label="Activation", group="network"))
    seeds: int = setting(
        1,
        Integer(1, 16, label="Networks at once", help="With seed, seed + 1, ...", group="network"),
    )
    hidden: tuple[int, ...] = setting(
        (6, 3),
        Integers(1, 16, 8, label="Hidden layers", help="How many; beside it the neurons of each."),
    )  # fmt: skip
    loss: str = setting(
        "cross-entropy",
        Choice(LOSSES, label="Loss", help="A regression has squared error.", **rare("training")),
    )
    optimizer: str = setting("momentum", Choice(OPTIMIZERS, label="Optimizer", group="training"))
    learning_rate: float = setting(0.01, LIVE["learning_rate"])
    batch_size: int = setting(
        10, Integer(1, 500, label="Batch size", help="Points in one update.", **rare("training"))
    )
    regularization: str = setting(
        "none", Choice(REGULARIZATIONS, label="Regularization", **rare("training"))
    )
    regularization_rate: float = setting(0.0, LIVE["regularization_rate"])
    residual: bool = setting(
        False,
        Flag(label="Residual connections", help="At equal widths (3.1).", **rare("network")),
    )
    normalization: str = setting(
        "none", Choice(NORMALIZATIONS, label="Normalization", **rare("network"))
    )
    initialization: str = setting(
        "Glorot", Choice(INITIALIZATIONS, label="First weights", **rare("network"))
    )
    init_scale: float = setting(
        1.0, Number(0, 10, step=0.1, label="Scale of first weights", **rare("network"))
    )
    max_steps: int = setting(20_000, Integer(1, 500_000, label="Stop after", **rare("training")))
    layer: str = setting("last", Choice(LAYERS, label="Hidden space of layer", **rare(VIEW)))
    three: bool = setting(False, Flag(label="Hidden space in 3-D", **rare(VIEW)))
    test: bool = setting(True, Flag(label="Show test points", **rare(VIEW)))
    discrete: bool = setting(False, Flag(label="Two colors only", **rare(VIEW)))
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
            read_change(LIVE, widths(self), name, value)


def widths(settings: Any) -> tuple[int, ...]:
    """Number of features, of neurons in each hidden layer, and of outputs: 1."""
    return (len(settings.features), *settings.hidden, 1)


def layer_shown(settings: Any) -> int:
    """Which hidden layer's space is drawn, from 1; the last one there is, if there are so many."""
    last = len(settings.hidden)
    return last if settings.layer == "last" else min(int(settings.layer), last)


def parameters(settings: Any) -> int:
    """Number of weights and biases of one network."""
    d = widths(settings)
    return sum((a + 1) * b for a, b in zip(d, d[1:], strict=False))
