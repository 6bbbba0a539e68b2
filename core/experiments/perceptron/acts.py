"""The three acts of the perceptron's history, as settings: it learns, it cannot, one more layer."""

from __future__ import annotations

from typing import Any

from core.experiments.perceptron import ABOUT
from core.experiments.perceptron.settings import data
from core.experiments.perceptron.theory import separate

# In place of those of one neuron: (2.6) has no slope, and Rosenblatt's rule no hidden layer.
WITH_HIDDEN = (
    (r"h = \tanh(Vx + c)", "2.1"),
    (r"p = \frac{1}{1 + e^{-(w \cdot h + b)}}", "2.3"),
    (r"w \leftarrow w + \eta\,(t - p)\,h, \quad V \leftarrow V + \eta\,(t - p)\,"
     r"[w \odot (1 - h^2)]\,x^\top", "3.2"),
)  # fmt: skip
LEARNS, CANNOT, HIDDEN = "It learns", "It cannot", "One hidden layer"
ACTS: dict[str, dict[str, Any]] = {
    LEARNS: {},
    CANNOT: {"dataset": "xor"},
    HIDDEN: {
        "dataset": "xor",
        "hidden": 2,
        "seed": 6,
        "learning_rate": 0.5,
        "max_visits": 4000,
    },
}


def equations(settings: Any) -> tuple[tuple[str, str], ...]:
    """What the network of these settings computes, and how it learns."""
    return WITH_HIDDEN if settings.hidden else ABOUT.equations


def act_of(settings: Any) -> str:
    """Which act these settings belong to, whoever made them: it depends on the points alone."""
    if settings.hidden:
        return HIDDEN
    return LEARNS if separate(*data(settings)).gamma > 0 else CANNOT
