"""Settings of the perceptron page, and what follows from them without any learning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.settings import Settings, setting
from core.settings.kinds import DATA_SEED, Choice, Integer, Number, SettingError, rare
from core.settings.lists import Rows

Numbers = NDArray[np.float64]
Points = tuple[Numbers, Numbers]

# All points made or clicked here lie on a grid of 1/8, and the offered learning rates are powers of
# two: then every sum of points is exact in float64, and "the weights repeat" is a plain ==.
GRID = 8
RATES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
GATES = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0)}
SMALL, LARGE = (-1.0, 2.0), (-6.5, 6.5)
MOST = 100


def gate(settings: Any) -> Points:
    """Four corners of the unit square: a truth table."""
    return CORNERS.copy(), np.array(GATES[settings.dataset], np.float64)


def xor_clouds(settings: Any) -> Points:
    """Normal clouds of spread 0.2 around the four corners of XOR."""
    rng = np.random.default_rng(settings.data_seed)
    corner = np.arange(settings.samples) % 4
    X = CORNERS[corner] + rng.normal(0, 0.2, (settings.samples, 2))
    return snap(X), _flip(np.array(GATES["xor"], np.float64)[corner], settings)


def separable(settings: Any) -> Points:
    """Both sides of a random line, at least `margin` away from it; noise turns labels round."""
    rng = np.random.default_rng(settings.data_seed)
    angle, offset = rng.uniform(0, 2 * np.pi), rng.uniform(-2, 2)
    X = snap(rng.uniform(-6, 6, (4000, 2)))
    distance = X @ [np.cos(angle), np.sin(angle)] - offset
    n = settings.samples
    above = X[distance >= settings.margin][: n // 2]
    below = X[distance <= -settings.margin][: n - n // 2]
    order = rng.permutation(n)
    t = np.concatenate([np.ones(len(above)), np.zeros(len(below))])
    return np.concatenate([above, below])[order], _flip(t[order], settings)


def given(settings: Any) -> Points:
    """Points that the user clicked, typed or uploaded; class 0 may be written as -1."""
    table = np.array(settings.points, np.float64).reshape(-1, 3)
    return table[:, :2], (table[:, 2] > 0).astype(np.float64)


DATASETS: dict[str, Callable[[Any], Points]] = {
    "separable": separable,
    "and": gate,
    "or": gate,
    "xor": gate,
    "xor clouds": xor_clouds,
    "points": given,
}
ORDERS = ("in turn", "shuffled once", "shuffled each pass")
STARTS = ("zero", "random")


@dataclass(frozen=True)
class PerceptronSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    dataset: str = setting("separable", Choice(DATASETS, label="Data", group="data"))
    points: tuple[tuple[float, ...], ...] = setting(
        ((0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0)),
        Rows(3, MOST, bound=6.0, label="Points", help="x1, x2 and the class, 0 or 1."),
    )
    order: str = setting("in turn", Choice(ORDERS, label="Order of visits", group="data"))
    samples: int = setting(24, Integer(4, MOST, step=2, label="Points", **rare("data")))
    margin: float = setting(
        0.5,
        Number(
            0, 2, step=0.125, label="Gap", help="No point is nearer to the line.", **rare("data")
        ),
    )
    noise: int = setting(0, Integer(0, 40, step=4, label="Wrong labels in %", **rare("data")))
    data_seed: int = setting(0, DATA_SEED)
    learning_rate: float = setting(
        1.0,
        Number(0.001, 100, stops=RATES, label="Learning rate η", help="How far a mistake moves w.",
               group="training"),
    )  # fmt: skip
    hidden: int = setting(
        0,
        Integer(0, 6, label="Hidden neurons", help="0 is the perceptron of 1958.", group="network"),
    )
    start: str = setting(
        "zero",
        Choice(STARTS, label="First weights", help="Random ones follow from the seed.",
               group="network", when=lambda settings: not settings.hidden),  # these can't be zeros
    )  # fmt: skip
    max_visits: int = setting(
        500, Integer(1, 20_000, label="Stop after (visits)", **rare("training"))
    )

    def check(self) -> None:
        """What only holds between settings."""
        if self.dataset == "points" and len(self.points) < 2:
            raise SettingError("points", self.points, "at least 2 points")
        for row in self.points:
            if row[2] not in (-1, 0, 1):
                raise SettingError("points", row, "x1, x2 and a class, 0 or 1")


def data(settings: Any) -> Points:
    """The points and their classes.

    Shapes: X (n, 2), t (n,) of 0 and 1, float64
    """
    return DATASETS[settings.dataset](settings)


def first_weights(settings: Any) -> Numbers:
    """w1, w2 and b of the perceptron at the start. Shapes: (3,)."""
    if settings.start == "zero":
        return np.zeros(3)
    return np.random.default_rng([settings.seed, 0]).integers(-16, 17, 3) / GRID


def order_of(settings: Any, n: int, turn: int) -> NDArray[np.int64]:
    """In which order the points are visited in pass number `turn`. Shapes: (n,)."""
    if settings.order == "in turn":
        return np.arange(n)
    key = [settings.seed, 1] if settings.order == "shuffled once" else [settings.seed, 1, turn]
    return np.random.default_rng(key).permutation(n)


def snap(X: Numbers) -> Numbers:
    """The nearest points of the grid."""
    return np.round(np.asarray(X, np.float64) * GRID) / GRID


def view(settings: Any) -> tuple[float, float]:
    """Both axes of the picture: close to the unit square as long as all points lie there."""
    X, _ = data(settings)
    return SMALL if X.min() >= SMALL[0] and X.max() <= SMALL[1] else LARGE


def edited(settings: Any, event: dict[str, Any]) -> Any:
    """Settings after a click: {"tool": "one" | "zero", x, y} or {"tool": "move" | "remove", index}.

    The data set becomes `points`, with all points that it had, in the same order.
    Errors: `SettingError` if there is no room for another point, or too few would be left.
    """
    X, t = data(settings)
    rows, tool = np.column_stack([X, t]).tolist(), event.get("tool")
    if tool in ("move", "remove") and not 0 <= int(event["index"]) < len(rows):
        raise SettingError("index", event["index"], f"a point, 0 to {len(rows) - 1}")
    at = snap(np.clip([float(event.get(axis, 0)) for axis in "xy"], -6, 6)).tolist()
    if tool in ("one", "zero"):
        rows.append([*at, float(tool == "one")])
    elif tool == "move":
        rows[int(event["index"])][:2] = at
    elif tool == "remove":
        rows.pop(int(event["index"]))
    return settings.replace(dataset="points", points=tuple(map(tuple, rows)))


def _flip(t: Numbers, settings: Any) -> Numbers:
    """Turn the labels of `noise` percent of the points round."""
    rng = np.random.default_rng([settings.data_seed, 1])
    wrong = rng.permutation(len(t))[: round(len(t) * settings.noise / 100)]
    t = t.copy()
    t[wrong] = 1 - t[wrong]
    return t
