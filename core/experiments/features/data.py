"""What the networks learn from: spiral galaxies that wind one way or the other, and digits.

Both can stand anywhere in a frame. A mirrored spiral has the same pixels in other places, so no
histogram tells the two classes apart.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.datasets.digits import written_digits

Numbers = NDArray[np.float64]
Images = NDArray[np.float32]
EDGES = {"galaxies": 32, "digits": 16}  # pixels along an edge of the frame
REACH = {"galaxies": 8, "digits": 4}  # how far from the middle things may stand, in pixels
CLASSES = {
    "galaxies": ("counterclockwise", "clockwise"),
    "digits": tuple("0123456789"),
}
DIGITS = 1400  # of the 1,797 are there to train on
SPLITS = (0, DIGITS, DIGITS + 200, 1797)  # where digits of each split begin
TESTS = 100  # images that are held out


class Spirals(NamedTuple):
    """What decides the looks of n galaxies, their places apart. Shapes: (n,) each."""

    sense: NDArray[np.int64]  # 1: going outward along an arm is going clockwise; 0: the other way
    phase: Numbers
    size: Numbers  # scale length of the disk, in pixels
    pitch: Numbers  # radians that an arm turns while its radius grows e-fold
    bright: Numbers


def spirals(rng: np.random.Generator, n: int) -> Spirals:
    """Random galaxies; everything but the sense has the same distribution in both classes."""
    return Spirals(
        rng.integers(0, 2, n), rng.uniform(0, 2 * np.pi, n), rng.uniform(3, 5, n),
        rng.uniform(1.2, 1.8, n), rng.uniform(0.7, 1, n),
    )  # fmt: skip


def render(of: Spirals, x: Any, y: Any) -> Numbers:
    """Galaxies with their middle x, y pixels to the right and down of the middle of the frame.

    Equation: I = b exp(-r / s) (1 + cos(2 (angle - w ln(r + 1/2)) + phase)) / 2, w > 0 clockwise
    Shapes: (n,), (n,) or numbers -> (n, 32, 32), rows counted down
    """
    n = EDGES["galaxies"]
    down, right = np.mgrid[:n, :n] + 0.5 - n / 2
    dx = right - np.reshape(x, (-1, 1, 1))  # (n, 32, 32)
    dy = down - np.reshape(y, (-1, 1, 1))
    phase, size, pitch, bright = (part[:, None, None] for part in of[1:])
    winding = pitch * (2 * of.sense[:, None, None] - 1)
    r, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    arms = (1 + np.cos(2 * (angle - winding * np.log(r + 0.5)) + phase)) / 2
    return bright * np.exp(-r / size) * arms


def framed(digit: Numbers, x: Any, y: Any) -> Numbers:
    """Digits of 8 x 8 pixels in a frame of 16 x 16, whole pixels off its middle.

    Shapes: (n, 8, 8), (n,), (n,) or numbers -> (n, 16, 16)
    """
    found = np.zeros((len(digit), 16, 16))
    left, top = (np.broadcast_to(np.rint(v).astype(int) + 4, len(digit)) for v in (x, y))
    for k in range(len(digit)):
        found[k, top[k] : top[k] + 8, left[k] : left[k] + 8] = digit[k]
    return found


@lru_cache(maxsize=1)
def handwritten() -> tuple[Numbers, NDArray[np.int64]]:
    """1,797 digits of 8 x 8 pixels from 0 to 1 (scikit-learn, UCI), in a random order."""
    x, label = written_digits()
    order = np.random.default_rng(0).permutation(len(label))
    return x[order].reshape(-1, 8, 8) / 16, label[order]


class Things:
    """Galaxies or digits that can be drawn at any place; their noise stays with them."""

    def __init__(self, data: str, n: int, seed: int, split: int, noise: float) -> None:
        """Draw n of them.

        `split` is 0 to train on, 1 held out, 2 held out for choosing; of digits at most 1,400, 200
        and 197 are there. `noise` is that of galaxies.
        """
        self.data = data
        rng = np.random.default_rng([seed, 11, split])
        edge = EDGES[data]
        if data == "digits":
            x, y = handwritten()
            first, last = SPLITS[split], min(SPLITS[split] + n, SPLITS[split + 1])
            self.digits, self.label = x[first:last], y[first:last]
            self.noise = np.zeros((last - first, edge, edge))
            return
        self.spirals = spirals(rng, n)
        self.label = self.spirals.sense
        self.noise = noise * rng.standard_normal((n, edge, edge))

    def at(self, x: Any, y: Any, rows: Any = slice(None)) -> Images:
        """These of them, off the middle by so many pixels. Shapes: (n,), (n,) -> (n, N, N)."""
        if self.data == "digits":
            clean = framed(self.digits[rows], x, y)
        else:
            clean = render(Spirals(*(part[rows] for part in self.spirals)), x, y)
        return (clean + self.noise[rows]).astype(np.float32)


@lru_cache(maxsize=4)
def held_out(data: str, seed: int, noise: int, mixed: bool) -> tuple[Images, NDArray[np.int64]]:
    """100 images that are not trained on, moved to the right by 0, 1, ... pixels; their classes.

    Kept, since drawing them takes as long as a network needs to look at them.
    Shapes: (S, 100, N, N), (100,)
    """
    things = Things(data, TESTS, seed, 1, noise / 100)
    moved = np.stack([things.at(x, 0) for x in range(REACH[data] + 1)])
    if mixed:
        flat = moved.reshape(*moved.shape[:2], -1)
        moved = flat[..., order(moved.shape[-1], seed)].reshape(moved.shape)
    return moved, things.label


def places(settings: Any, n: int) -> Numbers:
    """Where the training images stand, x and y off the middle. Shapes: (n, 2)."""
    if settings.where == "centered":
        return np.zeros((n, 2))
    reach = REACH[settings.data]
    return np.random.default_rng([settings.data_seed, 12]).uniform(-reach, reach, (n, 2))


def training_images(settings: Any) -> tuple[Images, NDArray[np.int64]]:
    """All images to train on, and their classes. Shapes: (n, N, N), (n,)."""
    n = settings.samples
    things = Things(settings.data, n, settings.data_seed, 0, settings.noise / 100)
    x, y = places(settings, n).T
    return shuffled(settings, things.at(x, y)), things.label


@lru_cache(maxsize=8)
def order(edge: int, seed: int) -> NDArray[np.int64]:
    """In which order pixels stand where they are shuffled. Shapes: (N N,)."""
    return np.random.default_rng([seed, 13]).permutation(edge * edge)


def shuffled(settings: Any, x: Images) -> Images:
    """The same permutation of the pixels in every image, where that is set. Shapes: (n, N, N)."""
    if not settings.shuffled:
        return x
    flat = x.reshape(len(x), -1)
    return flat[:, order(x.shape[-1], settings.data_seed)].reshape(x.shape)
