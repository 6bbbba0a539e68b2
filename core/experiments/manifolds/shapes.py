"""Data sets made by a rule: sheets, curves and clouds whose true parameters are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
HEIGHT = 21.0  # of a roll, as scikit-learn has it
WINDOW = ((0.38, 0.62), (0.3, 0.7))  # of the roll with a hole: shares of its angle and its height
SIDE = 16  # pixels of an image of an object
# Where the bright spots of the object lie, how wide and how bright they are.
SPOTS = ((0.0, 0.0, 2.6, 0.5), (3.4, 0.6, 1.3, 1.0), (-2.6, 2.8, 1.0, 0.8), (-1.0, -4.2, 0.9, 0.9))
CLUSTERS = ((0.4, 0.3), (0.25, 1.0), (0.15, 0.15), (0.1, 0.6), (0.1, 1.6))  # share, deviation
WIDTH = 2.0  # of a drawn sheet
WIDE = 10  # dimensions of clusters and of noise


class Shape(NamedTuple):
    """Points and what is known of them.

    X: (n, d). color: (n,), the true parameter that they are colored by, `said` what it is.
    flat: (n, p), coordinates on the sheet laid flat, if it can be without stretching.
    kinds: whether the color is a class.
    """

    X: Array
    color: Array
    said: str
    flat: Array | None = None
    kinds: bool = False


Rng = np.random.Generator


def rolled(u: Array, v: Array) -> Shape:
    """A sheet rolled into a spiral, at angles t = 3 pi / 2 (1 + 2u); u, v in [0, 1], (n,).

    Its length is the arc of the spiral, (t sqrt(1 + t^2) + arsinh t) / 2. Source: scikit-learn's
    `make_swiss_roll`, after Tenenbaum et al. (2000).
    """
    t = 1.5 * np.pi * (1 + 2 * u)
    arc = (t * np.sqrt(1 + t**2) + np.arcsinh(t)) / 2
    flat = np.stack([arc - arc.min(), HEIGHT * v], 1)
    X = np.stack([t * np.cos(t), HEIGHT * v, t * np.sin(t)], 1)
    return Shape(X, flat[:, 0], "distance along the sheet", flat)


def swiss_roll(n: int, rng: Rng) -> Shape:
    """A rolled-up sheet."""
    return rolled(rng.uniform(size=n), rng.uniform(size=n))


def roll_with_hole(n: int, rng: Rng) -> Shape:
    """The same with a window cut out: distances around it are no straight lines on the sheet."""
    u, v = rng.uniform(size=(2, 3 * n + 50))
    (a, b), (c, d) = WINDOW
    kept = np.flatnonzero(~((u > a) & (u < b) & (v > c) & (v < d)))[:n]
    return rolled(u[kept], v[kept])._replace(flat=None)


def s_curve(n: int, rng: Rng) -> Shape:
    """A sheet bent like the letter S: two half circles of radius 1."""
    t, v = 3 * np.pi * (rng.uniform(size=n) - 0.5), 2 * rng.uniform(size=n)
    X = np.stack([np.sin(t), v, np.sign(t) * (np.cos(t) - 1)], 1)
    return Shape(X, t, "distance along the sheet", np.stack([t, v], 1))


def torus(n: int, rng: Rng) -> Shape:
    """The surface of a ring: no map in the plane keeps all of its neighbors."""
    a, b = 2 * np.pi * rng.uniform(size=(2, n))
    r = 2 + 0.8 * np.cos(b)
    return Shape(
        np.stack([r * np.cos(a), r * np.sin(a), 0.8 * np.sin(b)], 1), a, "angle around the ring"
    )


def trefoil(n: int, rng: Rng) -> Shape:
    """A knotted closed curve: one dimension, a circle for who lives on it."""
    t = 2 * np.pi * rng.uniform(size=n)
    X = [np.sin(t) + 2 * np.sin(2 * t), np.cos(t) - 2 * np.cos(2 * t), -np.sin(3 * t)]
    return Shape(np.stack(X, 1), t, "place along the knot")


def linked_rings(n: int, rng: Rng) -> Shape:
    """Two circles, each through the other: in the plane they must cross or be cut apart."""
    t, second = 2 * np.pi * rng.uniform(size=n), np.arange(n) % 2 == 1
    X = np.stack([np.cos(t), np.sin(t), np.zeros(n)], 1)
    X[second] = X[second][:, [0, 2, 1]] + [1, 0, 0]
    return Shape(X, second.astype(float), "ring", kinds=True)


def clusters(n: int, rng: Rng) -> Shape:
    """Five heaps in ten dimensions, of unlike number and width: what is left of that in a map?"""
    shares, widths = np.array(CLUSTERS).T
    which = rng.choice(len(CLUSTERS), n, p=shares)
    centers = 4 * rng.normal(size=(len(CLUSTERS), WIDE)) / np.sqrt(WIDE / 2)
    X = centers[which] + widths[which, None] * rng.normal(size=(n, WIDE))
    return Shape(X, which.astype(float), "heap", kinds=True)


def noise(n: int, rng: Rng) -> Shape:
    """Random numbers in ten dimensions: there is nothing to find."""
    X = rng.normal(size=(n, WIDE))
    return Shape(X, X[:, 0], "first of ten random numbers")


def rotated(n: int, rng: Rng) -> Shape:
    """Images of one object, turned by any angle: a circle in a space of 256 pixels."""
    angle = 2 * np.pi * rng.uniform(size=n)
    c, s = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    X = np.zeros((n, SIDE, SIDE))
    for a, b, width, bright in SPOTS:
        X += bright * np.exp(
            -((x - c * a + s * b) ** 2 + (y - s * a - c * b) ** 2) / (2 * width**2)
        )
    return Shape(np.clip(X, 0, 1).reshape(n, -1), angle, "angle of the object")


def drawn(settings: Any, n: int, rng: Rng) -> Shape:
    """A sheet whose profile was drawn by hand: it can be laid flat, whatever the curve.

    The profile is `settings.profile`, (x, y) with straight lines between.
    """
    path = np.array(settings.profile)
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    arc, v = rng.uniform(0, along[-1], n), rng.uniform(size=n)
    x, y = (np.interp(arc, along, path[:, column]) for column in (0, 1))
    X = np.stack([x, WIDTH * v, y], 1)
    return Shape(X, arc, "distance along the sheet", np.stack([arc, WIDTH * v], 1))


SHAPES: dict[str, Callable[[int, Rng], Shape]] = {
    "swiss roll": swiss_roll,
    "roll with a hole": roll_with_hole,
    "S-curve": s_curve,
    "torus": torus,
    "trefoil knot": trefoil,
    "linked rings": linked_rings,
    "clusters": clusters,
    "noise": noise,
    "turned object": rotated,
}
