"""The pictures of the kernels page: photographs, made ones, drawn ones, and what visitors give."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.images import OWN, PHOTOGRAPHS, Kept, opened, photograph, square

Bytes = NDArray[np.uint8]
LARGE = 256  # pixels along an edge of a picture that somebody gives
PEN = 0.045  # radius of the pen, of the edge
KEPT = Kept()


def grid(edge: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """X to the right and y down, from -1 to 1. Shapes: (edge, edge) each."""
    at = (2 * np.arange(edge) + 1) / edge - 1
    y, x = np.meshgrid(at, at, indexing="ij")
    return x, y


def galaxy(settings: Any, edge: int) -> Bytes:
    """A spiral: an exponential disk, two arms along a logarithmic spiral, a bulge, a few stars."""
    x, y = grid(edge)
    u, v = x * 0.94 + y * 0.34, (y * 0.94 - x * 0.34) / 0.75  # turned and tilted
    r, angle = np.hypot(u, v), np.arctan2(v, u)
    arms = 0.5 * (1 + np.cos(2 * angle - 6 * np.log(r + 0.06))) ** 2
    light = np.exp(-r / 0.33) * (0.18 + 0.82 * arms) + 1.2 * np.exp(-((r / 0.09) ** 2))
    rng = np.random.default_rng(7)
    for sx, sy, size in zip(*rng.uniform(-0.95, 0.95, (2, 14)), rng.uniform(0.2, 0.7, 14),
                            strict=True):  # fmt: skip
        light = light + size * np.exp(-((x - sx) ** 2 + (y - sy) ** 2) / 0.02**2)
    return _bytes(light)


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


MADE = {"galaxy": galaxy, "shapes": shapes, "rings": rings, "drawn": drawn}
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
