"""The three acts of the perceptron's history, as settings: it learns, it cannot, one more layer."""

from __future__ import annotations

from typing import Any

from core.experiments.perceptron.settings import data
from core.experiments.perceptron.theory import separate

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


def act_of(settings: Any) -> str:
    """Which act these settings belong to, whoever made them: it depends on the points alone."""
    if settings.hidden:
        return HIDDEN
    return LEARNS if separate(*data(settings)).gamma > 0 else CANNOT
