"""Functions of one number on [-1, 1]: what the approximation page lets networks fit.

All of `FUNCTIONS` have one signature, f(x) -> y of the same shape, float64, with values from -1
to 1. Formulas and strokes of the mouse become such functions too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.datasets.formula import parse

Numbers = NDArray[np.float64]
Function = Callable[[Numbers], Numbers]
LOW, HIGH = -1.0, 1.0
TALLEST = 10.0  # values beyond this take small networks too long


def sine(x: Numbers) -> Numbers:
    """Two periods of a sine: smooth, with as much above 0 as below."""
    return np.sin(2 * np.pi * x)


def absolute(x: Numbers) -> Numbers:
    """|x| = relu(x) + relu(-x): two ReLUs represent it exactly."""
    return np.abs(x)


def parabola(x: Numbers) -> Numbers:
    """2 x^2 - 1: the simplest curve that no finite number of straight pieces equals."""
    return 2 * x**2 - 1


def bump(x: Numbers) -> Numbers:
    """A narrow hill at x = 0.2 on flat ground: most of the interval needs nothing."""
    return np.exp(-(((x - 0.2) / 0.15) ** 2))


def runge(x: Numbers) -> Numbers:
    """1/(1 + 25 x^2), on which polynomials through even points fail. Source: Runge (1901)."""
    return 1 / (1 + 25 * x**2)


def cusp(x: Numbers) -> Numbers:
    """sqrt|x|: continuous, with a slope that is infinite at x = 0."""
    return np.sqrt(np.abs(x))


def steps(x: Numbers) -> Numbers:
    """Four stairs from -0.9 to 0.9: not continuous."""
    return 0.6 * np.clip(np.floor(2 * x), -2, 1) + 0.3


def sawtooth(x: Numbers) -> Numbers:
    """Four ramps from -1 up to 1, with a jump after each: not continuous."""
    return 2 * np.mod(2 * x, 1) - 1


def zigzag(x: Numbers) -> Numbers:
    """Eight straight pieces up and down: 3 layers of 2 ReLUs, or 8 ReLUs side by side.

    Source: Telgarsky (2016), Benefits of depth in neural networks, arXiv 1602.04485.
    """
    return 2 * np.abs(2 * np.mod(2 * x, 1) - 1) - 1


def chirp(x: Numbers) -> Numbers:
    """A wave that gets faster from left to right: 3.5 periods of phase 1.75 pi (x + 1)^2."""
    return np.sin(np.pi * (x + 1) ** 2 * 1.75)


def weierstrass(x: Numbers) -> Numbers:
    """First 6 terms of a continuous, nowhere smooth series. Source: Weierstrass (1872)."""
    n = np.arange(6)
    return (0.5**n * np.cos(3**n * np.pi * x[..., None])).sum(-1) / (2 - 0.5**5)


FUNCTIONS: dict[str, Function] = {
    "sine": sine,
    "abs": absolute,
    "parabola": parabola,
    "bump": bump,
    "Runge": runge,
    "cusp": cusp,
    "steps": steps,
    "sawtooth": sawtooth,
    "zigzag": zigzag,
    "chirp": chirp,
    "Weierstrass": weierstrass,
}
# Height of the largest jump: no continuous function comes nearer than half of it everywhere.
JUMPS = {"steps": 0.6, "sawtooth": 2.0}


def from_formula(text: str) -> Function:
    """A formula in x, as `sin(3*x)`.

    Errors: `ValueError` with one sentence if it cannot be read, or has no value, or one beyond
    `TALLEST`, somewhere on the interval.
    """
    formula = parse(text, ("x",))
    x = np.linspace(LOW, HIGH, 2001)
    y = formula(x)
    height = np.nan_to_num(np.abs(y), nan=np.inf)
    at = int(height.argmax())
    if height[at] > TALLEST:
        raise ValueError(
            f"The formula is {y[at]:.4g} at x = {x[at]:.4g}; it must lie between {-TALLEST:g} and "
            f"{TALLEST:g} for all x from {LOW:g} to {HIGH:g}"
        )
    return formula


def from_points(rows: Sequence[Sequence[float]]) -> Function:
    """Straight lines between points (x, y) in the order of x, level beyond the outermost two."""
    table = np.array(sorted(map(tuple, rows)), np.float64).reshape(-1, 2)
    return lambda x: np.interp(x, table[:, 0], table[:, 1])


def draw(path: Sequence[Sequence[float]], before: Function, most: int = 64) -> list[list[float]]:
    """Points of the function that a stroke of the mouse makes of the function `before`.

    Where the stroke went, its height counts (the mean, where it went twice); elsewhere `before`
    stays. A stroke that reaches nearly to an end of the interval is continued to it. At most `most`
    points are kept, those without which the polygon would be farthest from the stroke.
    """
    x = np.linspace(LOW, HIGH, 401)
    half = (x[1] - x[0]) / 2
    stroke = _dense(np.clip(np.array(path, np.float64).reshape(-1, 2), -TALLEST, TALLEST), half)
    inside = stroke[(stroke[:, 0] >= LOW - half) & (stroke[:, 0] <= HIGH + half)]
    if not len(inside):
        return simplify(x, before(x), most)
    cell = np.clip(np.round((inside[:, 0] - LOW) / (2 * half)).astype(int), 0, len(x) - 1)
    count = np.bincount(cell, minlength=len(x))
    height = np.bincount(cell, inside[:, 1], len(x))
    hit = np.flatnonzero(count)
    reach = 0.05 * (HIGH - LOW) / (2 * half)  # cells from an end that count as the end
    first = 0 if hit[0] <= reach else hit[0]
    last = len(x) - 1 if hit[-1] >= len(x) - 1 - reach else hit[-1]
    y = np.asarray(before(x), np.float64).copy()
    y[first : last + 1] = np.interp(x[first : last + 1], x[hit], height[hit] / count[hit])
    return simplify(x, y, most)


def _dense(stroke: Numbers, step: float) -> Numbers:
    """A stroke with points so near that none of its cells is left out; the mouse may be quick."""
    if len(stroke) < 2:
        return stroke
    counts = np.maximum(1, np.ceil(np.abs(np.diff(stroke[:, 0])) / step)).astype(int)
    parts = [
        a + (b - a) * np.linspace(0, 1, n, endpoint=False)[:, None]
        for a, b, n in zip(stroke, stroke[1:], counts, strict=False)
    ]
    return np.concatenate([*parts, stroke[-1:]])


def simplify(x: Numbers, y: Numbers, most: int, close: float = 0.004) -> list[list[float]]:
    """At most `most` of the points, added where the polygon is farthest off until it is `close`.

    Source: Douglas and Peucker (1973), with vertical distance, since this is a function.
    """
    kept = [0, len(x) - 1]
    while len(kept) < most:
        off = np.abs(y - np.interp(x, x[kept], y[kept]))
        worst = int(off.argmax())
        if off[worst] <= close:
            break
        kept = sorted([*kept, worst])
    return [[round(float(x[i]), 3), round(float(y[i]), 3)] for i in kept]
