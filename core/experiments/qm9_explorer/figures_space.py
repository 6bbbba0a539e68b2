"""A molecule in space, as balls and sticks to turn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.experiments.qm9_explorer.figures_molecule import COLORS as FLAT
from core.molecules.geometry import SYMBOLS

Array = NDArray[np.float64]
RADII = {"H": 0.24, "C": 0.36, "N": 0.36, "O": 0.36, "F": 0.34}  # Angstrom, for the eye only
STICK = 0.1
BALLS = {**FLAT, "C": "#78828f"}  # lighter than on paper: shadow darkens it
LIGHT = {"ambient": 0.72, "diffuse": 0.45, "specular": 0.25, "roughness": 0.5, "fresnel": 0.1}


@cache
def ball(rings: int = 9, sides: int = 16) -> tuple[Array, NDArray[np.int64]]:
    """A unit sphere: vertices (V, 3) in rings between two poles, triangles (T, 3) seen outside."""
    up = np.pi * np.arange(1, rings + 1) / (rings + 1)
    around = 2 * np.pi * np.arange(sides) / sides
    height, angle = (grid.ravel() for grid in np.meshgrid(up, around, indexing="ij"))
    across = np.sin(height)
    belt = np.stack([across * np.cos(angle), across * np.sin(angle), np.cos(height)], 1)
    points = np.concatenate([belt, [[0, 0, 1], [0, 0, -1]]])
    k = np.arange(rings * sides).reshape(rings, sides)
    here, after = k[:-1].ravel(), np.roll(k, -1, 1)[:-1].ravel()
    north, south = np.full(sides, len(belt)), np.full(sides, len(belt) + 1)
    faces = [np.stack(corners, 1) for corners in (
        (here, here + sides, after), (after, here + sides, after + sides),
        (north, k[0], np.roll(k[0], -1)), (south, np.roll(k[-1], -1), k[-1]),
    )]  # fmt: skip
    return points, np.concatenate(faces)


def stick(a: Array, b: Array, sides: int = 10) -> tuple[Array, NDArray[np.int64]]:
    """An open cylinder from a to b: vertices (2 sides, 3), triangles (2 sides, 3)."""
    axis = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
    other = np.eye(3)[np.abs(axis).argmin()]
    u = np.cross(axis, other)
    u /= np.linalg.norm(u)
    angle = 2 * np.pi * np.arange(sides) / sides
    circle = STICK * (np.cos(angle)[:, None] * u + np.sin(angle)[:, None] * np.cross(axis, u))
    k, after = np.arange(sides), (np.arange(sides) + 1) % sides
    faces = np.concatenate(
        [np.stack([k, after, k + sides], 1), np.stack([after, after + sides, k + sides], 1)]
    )
    return np.concatenate([a + circle, b + circle]), faces


def geometry(
    numbers: Sequence[int], xyz: Array, bonds: Sequence[tuple[int, int]], names: Sequence[str]
) -> go.Figure:
    """Balls and sticks, one mesh an element; each stick changes color at its middle.

    Shapes:
        numbers: (a,), atomic numbers
        xyz: (a, 3), in Angstrom
        names: (a,), what the hover text calls each atom
    """
    symbols = [SYMBOLS[int(z)] for z in numbers]
    figure, view = go.Figure(), camera(xyz)
    for symbol in sorted(set(symbols)):
        parts = [_ball_at(xyz[i], RADII[symbol]) for i, s in enumerate(symbols) if s == symbol]
        for i, j in bonds:
            middle = (xyz[i] + xyz[j]) / 2
            parts += [stick(xyz[k], middle) for k in (i, j) if symbols[k] == symbol]
        _mesh(figure, symbol, parts, view["eye"])
    figure.add_scatter3d(
        x=xyz[:, 0], y=xyz[:, 1], z=xyz[:, 2], mode="markers",
        marker={"size": 16, "opacity": 0.01, "color": [BALLS[s] for s in symbols]}, text=names,
        hovertemplate="%{text}<br>(%{x:.3f}, %{y:.3f}, %{z:.3f}) Å<extra></extra>",
    )  # fmt: skip
    hidden = {"visible": False, "showspikes": False}
    figure.update_layout(
        height=380, margin={"l": 0, "r": 0, "t": 0, "b": 0}, showlegend=False,
        scene={
            "aspectmode": "data", "xaxis": hidden, "yaxis": hidden, "zaxis": hidden,
            "camera": view, "dragmode": "orbit",
        },
    )  # fmt: skip
    return figure


def _ball_at(center: Array, radius: float) -> tuple[Array, NDArray[np.int64]]:
    points, faces = ball()
    return points * radius + center, faces


def _mesh(
    figure: go.Figure,
    symbol: str,
    parts: Sequence[tuple[Array, NDArray[np.int64]]],
    eye: dict[str, float],
) -> None:
    """All balls and half sticks of an element, lit from where one looks at first."""
    starts = np.cumsum([0, *(len(points) for points, _ in parts)])
    points = np.concatenate([points for points, _ in parts]).astype(np.float32)
    faces = np.concatenate([f + start for (_, f), start in zip(parts, starts, strict=False)])
    x, y, z = points.T
    i, j, k = faces.T.astype(np.int32)
    figure.add_mesh3d(
        x=x, y=y, z=z, i=i, j=j, k=k, color=BALLS[symbol], name=symbol, lighting=LIGHT,
        lightposition={axis: 1e4 * value for axis, value in eye.items()}, hoverinfo="skip",
    )  # fmt: skip


def camera(xyz: Array) -> dict[str, Any]:
    """Look along the direction in which the molecule is thinnest, its length across the picture."""
    _, _, axes = np.linalg.svd(xyz - xyz.mean(0), full_matrices=True)
    eye, up = axes[2] * 2.3 + axes[1] * 0.6, axes[1]
    return {
        "eye": dict(zip("xyz", map(float, eye), strict=True)),
        "up": dict(zip("xyz", map(float, up), strict=True)),
    }
