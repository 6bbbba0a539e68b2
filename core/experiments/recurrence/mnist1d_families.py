"""The four families that race on MNIST-1D, as its maker built them; the seeds of one are one net.

Every weight has a leading axis S of seeds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from torch import Tensor

from core.datasets.mnist1d import CLASSES, LENGTH
from core.models import families
from core.models.families import Shapes, Weights

UNITS, CHANNELS, CELLS = 100, 25, 6  # widths of the published networks


class Family(NamedTuple):
    """A kind of network: its output, shapes of its weights with their fan-in, and its rate.

    A published accuracy is that of its maker, in percent; `learning_rate` is Adam's, constant:
    the best of 0.003, 0.01, 0.02 and 0.03, of those that were tried, on the same 1,000 signals.
    """

    out: Callable[[Tensor, Weights], Tensor]
    shapes: Shapes
    learning_rate: float
    published: int


FAMILIES = {
    "linear": Family(families.linear, families.dense("", LENGTH, CLASSES), 0.01, 32),
    "MLP": Family(families.mlp, families.mlp_shapes(LENGTH, UNITS, CLASSES), 0.01, 68),
    "CNN": Family(
        partial(families.cnn, grid=(LENGTH,), strides=(2, 2, 2), end=families.FLATTEN),
        families.cnn_shapes(((5,), (3,), (3,)), CHANNELS, 5, CLASSES),
        0.02, 94,
    ),
    "GRU": Family(
        partial(families.gru_both_ways, tokens=LENGTH),
        families.gru_shapes(LENGTH, LENGTH, CELLS, CLASSES),
        0.02, 91,
    ),
}  # fmt: skip


def first_weights(family: str, seeds: int) -> dict[str, Tensor]:
    """The first weights of seeds 0, 1, ... as `core.models.families` draws them."""
    return families.first_weights(FAMILIES[family].shapes, range(seeds))
