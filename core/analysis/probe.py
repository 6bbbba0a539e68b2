"""What a layer has learned: linear probes of its activations, and three axes to draw them in."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LARGEST = 1e6


def bounded(H: Array) -> Array:
    """Activations whose squares stay numbers: huge ones say no more than infinite ones."""
    H = np.asarray(H, np.float64)
    flat = H.ravel(order="K")
    with np.errstate(over="ignore"):
        if flat @ flat <= LARGEST**2:  # then none is huge, and none is nan: as it nearly always is
            return H
    return np.nan_to_num(np.clip(H, -LARGEST, LARGEST))


def ridge(H: Array, y: Array, alpha: float = 1e-3) -> tuple[Array, float]:
    """Least squares of y on h with a little ridge, in closed form: w, b with y ~ h w + b.

    Equation: w = (C^T C + alpha 1)^-1 C^T (y - mean y), C = H - mean H; as scikit-learn's `Ridge`.
    Shapes: H (n, d), y (n,) -> w (d,)
    """
    H = bounded(H)
    mean, center = H.sum(0) / len(H), y.sum() / len(y)
    C = H - mean
    # Not `solve`: beside activations of a million alpha is lost, and equal columns are singular.
    gram = C.T @ C + alpha * np.eye(H.shape[1])
    w = np.linalg.lstsq(gram, C.T @ (y - center), rcond=None)[0]
    return w, float(center - mean @ w)


def score(prediction: Array, y: Array, regression: bool) -> float:
    """Accuracy of signs for labels -1 and +1, R^2 for a regression; nan without points."""
    if len(y) == 0:
        return float("nan")
    if not regression:
        return np.count_nonzero((prediction > 0) == (y > 0)) / len(y)
    spread = float(((y - y.mean()) ** 2).sum())
    # Cut off where a diverging network would leave the numbers that a film can hold.
    error = float((np.clip(y - prediction, -1e15, 1e15) ** 2).sum())
    return 1 - error / spread if spread else float("nan")


def axes(H: Array, w: Array, previous: Array | None, kept: int = 3) -> Array:
    """Axes of a picture of H: up to `kept` coordinates (2 or 3) as they are, else chosen.

    The first axis is the direction w, the two others span the directions of largest
    variance orthogonal to it. Signs, and the turn within that plane, are those nearest to the
    `previous` axes (orthogonal Procrustes), so that a film of pictures does not jump.

    Shapes: H (n, d), w (d,) -> (d, 3); for d < 3 the last columns are 0.
    """
    d = H.shape[1]
    if d <= kept:
        return np.eye(d, 3)
    w = bounded(w)
    length = np.linalg.norm(w)
    first = w / length if length > 0 else np.eye(d)[0]
    H = bounded(H)
    C = H - H.sum(0) / len(H)
    C -= (C @ first)[:, None] * first
    # The direction w itself has variance 0 now; pushed below 0, it can never be chosen again.
    plane = np.linalg.eigh(C.T @ C - first[:, None] * first)[1][:, [-1, -2]]  # (d, 2)
    wanted = np.eye(d)[:, :2] if previous is None else previous[:, 1:]
    return np.column_stack([first, plane @ nearest_turn(plane.T @ wanted)])


def nearest_turn(M: Array) -> Array:
    """The rotation or reflection nearest to M, (2, 2): U V^T of its M = U S V^T, in closed form."""
    (a, b), (c, d) = M.tolist()
    sign = 1 if a * d - b * c >= 0 else -1
    x, y = a + sign * d, c - sign * b
    length = math.hypot(x, y)
    if not length:
        return np.eye(2)
    return np.array([[x, -sign * y], [y, sign * x]]) / length


def crossing(w: Array, b: float, places: Array) -> Array:
    """Ends of the line w . x + b = 0 in the box around these places; nan where it is not in sight.

    Shapes: w (2,), places (n, 2) -> (2, 2)
    """
    nowhere, (u, v) = np.full((2, 2), np.nan), w.tolist()
    length = math.hypot(u, v)
    if not (0 < length < math.inf and math.isfinite(b)):
        return nowhere
    foot, along = (-b * u / length**2, -b * v / length**2), (-v / length, u / length)
    first, last = -math.inf, math.inf  # how far along the line the box lies
    columns = places.T.copy()  # along which numpy looks ten times as fast
    box = zip(foot, along, columns.min(1).tolist(), columns.max(1).tolist(), strict=True)
    for start, slope, low, high in box:
        a, z = (low, high) if low < high else (low - 1, high + 1)  # one neuron alone has one axis
        if abs(slope) < 1e-9:
            if not a <= start <= z:
                return nowhere
            continue
        near, far = sorted(((a - start) / slope, (z - start) / slope))
        first, last = max(first, near), min(last, far)
    return foot + np.outer([first, last], along) if first < last else nowhere
