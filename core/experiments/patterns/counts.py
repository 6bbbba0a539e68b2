"""What a layer costs: numbers that it learns, and multiplications for one input."""

from __future__ import annotations

from typing import NamedTuple

from core.experiments.patterns.data import D


class Cost(NamedTuple):
    """Parameters, and multiply-adds for one row of n tokens."""

    parameters: int
    products: int


def cost(name: str, n: int, pairs: int, places: int, d: int = D) -> Cost:
    """Of one layer on n tokens of d numbers, that map to d numbers each.

    `pairs` are those that may look (the ones in the mask), `places` those in the window of the
    CNN. Softmax, biases and LeakyReLU are no products and are not counted.
    """
    if name == "mlp":  # and your own mask, if fixed: one matrix for each pair
        return Cost(pairs * d * d + n * d, pairs * d * d)
    if name == "cnn":  # one matrix for each place in the window; zeros around are multiplied too
        return Cost(places * d * d + d, n * places * d * d)
    if name == "gcn":
        return Cost(d * d + d, n * d * d + pairs * d)
    if name == "gat":  # psi, two scores each, then the sum
        return Cost(d * d + 3 * d, n * d * d + 2 * n * d + pairs * d)
    return Cost(4 * d * d + 4 * d, 4 * n * d * d + 2 * pairs * d)
