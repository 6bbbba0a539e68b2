"""The pictures of the kernels page: photographs, made ones, drawn ones, and what visitors give."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.datasets.digits import written_digits
from core.datasets.images import OWN, PHOTOGRAPHS, Kept, opened, photograph, square

Bytes = NDArray[np.uint8]
Plane = NDArray[np.float64]
LARGE = 256  # pixels along an edge of a picture that somebody gives
PEN = 0.045  # radius of the pen, of the edge
KEPT = Kept()


def grid(edge: int) -> tuple[Plane, Plane]:
    """X to the right and y down, from -1 to 1. Shapes: (edge, edge) each."""
    at = (2 * np.arange(edge) + 1) / edge - 1
    y, x = np.meshgrid(at, at, indexing="ij")
    return x, y


def disk(x: Plane, y: Plane, rng: np.random.Generator) -> tuple[Plane, Plane]:
    """Axes in the plane of a round disk, which is seen tilted, and turned: along, and across."""
    turn, flat = rng.uniform(0, np.pi), rng.uniform(0.5, 1.0)
    c, s = np.cos(turn), np.sin(turn)
    return c * x + s * y, (c * y - s * x) / flat


def spiral(settings: Any, edge: int) -> Bytes:
    """An exponential disk with a bulge, and two or three arms along logarithmic spirals."""
    rng = np.random.default_rng(settings.which)
    u, v = disk(*grid(edge), rng)
    r, angle = np.hypot(u, v), np.arctan2(v, u)
    arms, sense, wound = rng.integers(2, 4), rng.choice((-1, 1)), rng.uniform(4, 7)
    wave = 0.5 * (1 + np.cos(arms * angle + sense * wound * np.log(r + 0.06))) ** 2
    light = np.exp(-r / 0.33) * (0.18 + 0.82 * wave) + 1.2 * np.exp(-((r / 0.09) ** 2))
    return _bytes(stars(light, rng))


def barred(settings: Any, edge: int) -> Bytes:
    """A bar through a bulge; two arms begin at its ends."""
    rng = np.random.default_rng(settings.which)
    u, v = disk(*grid(edge), rng)
    r, angle = np.hypot(u, v), np.arctan2(v, u)
    end, sense = rng.uniform(0.25, 0.4), rng.choice((-1, 1))
    bar = 0.8 * np.exp(-((u / end) ** 4) - (v / 0.07) ** 2)
    wave = 0.5 * (1 + np.cos(2 * angle + sense * 5 * np.log(np.maximum(r, 1e-3) / end))) ** 2
    arms = np.exp(-r / 0.33) * (0.15 + 0.85 * wave / (1 + (end / np.maximum(r, 1e-3)) ** 8))
    return _bytes(stars(bar + arms + np.exp(-((r / 0.1) ** 2)), rng))


def elliptical(settings: Any, edge: int) -> Bytes:
    """No arms: log light falls with the fourth root of the radius (de Vaucouleurs 1948)."""
    rng = np.random.default_rng(settings.which)
    r, half = np.hypot(*disk(*grid(edge), rng)), rng.uniform(0.2, 0.4)
    return _bytes(stars(0.2 * np.exp(-7.67 * ((r / half) ** 0.25 - 1)), rng))


def stars(light: Plane, rng: np.random.Generator) -> Plane:
    """The same sky with 14 stars in front of it."""
    x, y = grid(len(light))
    places, sizes = rng.uniform(-0.95, 0.95, (2, 14)), rng.uniform(0.2, 0.7, 14)
    for at_x, at_y, size in zip(*places, sizes, strict=True):
        light = light + size * np.exp(-((x - at_x) ** 2 + (y - at_y) ** 2) / 0.02**2)
    return light


def digit(settings: Any, edge: int) -> Bytes:
    """A written digit of scikit-learn, 8 x 8 pixels and a rim made larger; 0 to 9 take turns."""
    pixels = written_digits()[0][settings.which].reshape(8, 8)
    small = Image.fromarray(_bytes(np.pad(pixels / 16, 1)))
    return np.asarray(small.resize((edge, edge), Image.Resampling.BICUBIC))


def shapes(settings: Any, edge: int) -> Bytes:
    """A square, a disk, a triangle and a ring: edges of every direction."""
    x, y = grid(edge)
    inside = (np.abs(x + 0.5) < 0.33) & (np.abs(y + 0.5) < 0.33)
    inside |= np.hypot(x - 0.5, y + 0.5) < 0.36
    inside |= (y > 0.15) & (y < 0.85) & (np.abs(x + 0.5) < 0.5 * (y - 0.15))
    inside |= np.abs(np.hypot(x - 0.5, y - 0.5) - 0.28) < 0.07
    return _bytes(0.15 + 0.75 * inside)


def rings(settings: Any, edge: int) -> Bytes:
    """Rings that grow finer outward, up to what pixels can hold: they show aliasing."""
    x, y = grid(edge)
    return _bytes(0.5 + 0.5 * np.cos(np.pi * edge / 4 * (x**2 + y**2)))


def drawn(settings: Any, edge: int) -> Bytes:
    """What was drawn by hand: strokes of a round pen, white on black."""
    x, y = grid(edge)
    far = np.full(x.shape, np.inf)
    for stroke in strokes_of(settings.strokes):
        ends = stroke[1:] if len(stroke) > 1 else stroke
        for (x0, y0), (x1, y1) in zip(stroke, ends, strict=False):
            dx, dy = x1 - x0, y1 - y0
            t = ((x - x0) * dx + (y - y0) * dy) / max(dx**2 + dy**2, 1e-9)
            t = np.clip(t, 0, 1)
            far = np.minimum(far, np.hypot(x - x0 - t * dx, y - y0 - t * dy))
    return _bytes(0.5 + (2 * PEN - far) * edge / 4)


def strokes_of(rows: Any) -> list[list[tuple[float, float]]]:
    """Strokes as lists of points, of rows (number of the stroke, x, y)."""
    found: dict[float, list[tuple[float, float]]] = {}
    for number, x, y in rows:
        found.setdefault(number, []).append((x, y))
    return list(found.values())


MADE = {
    "galaxy": spiral, "barred galaxy": barred, "elliptical galaxy": elliptical, "digit": digit,
    "shapes": shapes, "rings": rings, "drawn": drawn,
}  # fmt: skip
NUMBERED, MOST = ("galaxy", "barred galaxy", "elliptical galaxy", "digit"), 99
SOURCES = (*PHOTOGRAPHS, *MADE, OWN)
COLORED = (*PHOTOGRAPHS, OWN)


def keep(data: bytes) -> str:
    """Take a picture of a visitor; the name under which it is found. Errors: `ValueError`."""
    return KEPT.keep(square(opened(data), LARGE, "RGB"))


def picture(settings: Any, edge: int) -> Bytes:
    """The picture in bytes, gray or in color.

    Shapes: (1, edge, edge) or (3, edge, edge), the first row on top
    """
    if settings.picture in MADE:
        return MADE[settings.picture](settings, edge)[None]
    found = KEPT.get(settings.image) if settings.picture == OWN else None
    color = _small(found, edge) if found is not None else _photograph(settings.picture, edge)
    if settings.color:
        return np.ascontiguousarray(color.transpose(2, 0, 1))
    return (color @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)[None]


@lru_cache(maxsize=16)
def _photograph(name: str, edge: int) -> Bytes:
    """Of an own image that is not there the temple. Shapes: (edge, edge, 3)."""
    return square(photograph(name if name in PHOTOGRAPHS else "temple"), edge, "RGB")


def _small(image: Any, edge: int) -> Bytes:
    """What was given, with fewer pixels. Shapes: (256, 256, 3) -> (edge, edge, 3)."""
    n = LARGE // edge
    return image.reshape(edge, n, edge, n, 3).mean((1, 3)).round().astype(np.uint8)


def _bytes(light: NDArray[Any]) -> Bytes:
    """Brightness from 0 to 1 as bytes."""
    return (255 * np.clip(light, 0, 1)).round().astype(np.uint8)
