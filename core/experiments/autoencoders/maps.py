"""The latent map: codes in a plane, what of it holds data, and the way back from it to codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Numbers = NDArray[np.float64]
EDGE = 1.15  # of a map in units of its spread
PRIOR_EDGE = 4.0  # of a variational one, whose codes are on the scale of N(0, 1)
CELLS, WIDTH = 40, 1.2  # of the map of coverage, and the kernel in cells
INSIDE = 99.5  # percent of the codes, along each axis, between -1 and 1


@dataclass(frozen=True)
class Plane:
    """A plane through the codes: z = center + unit (u, v) axes, plus what lies off the plane.

    Shapes: center (d,), axes (2, d) with orthonormal rows; for d = 1 the second row is 0
    """

    center: Numbers
    axes: Numbers
    unit: float

    def flat(self, z: Numbers) -> Numbers:
        """Where codes lie on the map. Shapes: (n, d) -> (n, 2)."""
        return (z - self.center) @ self.axes.T / self.unit

    def code(self, uv: Numbers) -> Numbers:
        """The codes in the plane at these places. Shapes: (n, 2) -> (n, d)."""
        return self.center + self.unit * uv @ self.axes


def plane_of(z: Numbers, like: Numbers, prior: bool) -> Plane:
    """The plane that a map shows: of two numbers these themselves, of more the widest plane.

    That of the two principal axes of the codes, turned to lie as nearly as possible like the
    samples' own principal components (orthogonal Procrustes), so that a film does not jump.
    A `prior` map has its middle at 0 and the scale of the codes; any other is measured in the
    spread: half the longer side of the box that holds 99.5 % of the codes along each axis.

    Shapes: z (n, d), like (n, 2)
    """
    d, z = z.shape[1], np.clip(np.nan_to_num(z), -1e6, 1e6)
    center = z.mean(0)
    if d <= 2:
        axes = np.eye(2, d)
    else:
        C = z - z.mean(0)
        axes = np.linalg.eigh(C.T @ C)[1][:, [-1, -2]].T  # (2, d)
        U, _, Vt = np.linalg.svd(like.T @ (C @ axes.T))
        axes = U @ Vt @ axes
    if prior:
        return Plane(np.zeros(d), axes, 1.0)
    cut = (100 - INSIDE) / 2
    low, high = np.percentile((z - center) @ axes.T, [cut, 100 - cut], axis=0)  # (2,), (2,)
    spread = float((high - low).max()) / 2
    return Plane(center + (low + high) / 2 @ axes, axes, spread or 1.0)


def flat(plane: Plane, z: Numbers, label: Numbers, edge: float) -> Numbers:
    """Where codes lie on a map; those of one number have heights by their label.

    Shapes: z (n, d), label (n,) -> (n, 2)
    """
    uv = plane.flat(z)
    if z.shape[1] == 1:
        share = (label - label.min()) / max(1e-9, float(np.ptp(label)))
        uv[:, 1] = edge * (1.6 * share - 0.8)
    return np.clip(np.nan_to_num(uv), -99, 99)


def coverage(uv: Numbers, edge: float) -> Numbers:
    """Samples within the kernel of each cell of the map, row 0 at the lower edge.

    Shapes: (n, 2) -> (40, 40)
    """
    counts = np.histogram2d(uv[:, 1], uv[:, 0], CELLS, [[-edge, edge]] * 2)[0]
    return gaussian_filter(counts, WIDTH, mode="constant") * 2 * np.pi * WIDTH**2


def around(uv: Numbers, at: Numbers, edge: float) -> int:
    """Samples in a disc as large as that kernel. Shapes: uv (n, 2), at (2,)."""
    far = np.sqrt(2) * WIDTH * 2 * edge / CELLS
    return int((np.linalg.norm(uv - at, axis=1) < far).sum())


def cell_of(at: Numbers, edge: float) -> tuple[int, int]:
    """Row and column of a place on the map of coverage, the nearest one from outside."""
    column, row = np.clip((at + edge) / (2 * edge) * CELLS, 0, CELLS - 1).astype(int)
    return int(row), int(column)


def grid(edge: float, n: int) -> Numbers:
    """Middles of n x n cells, from the top left, row by row. Shapes: (n n, 2)."""
    middles = edge * ((2 * np.arange(n) + 1) / n - 1)
    v, u = np.meshgrid(middles[::-1], middles, indexing="ij")
    return np.stack([u.ravel(), v.ravel()], 1)
