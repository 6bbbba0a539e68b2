"""What a layer has learned: linear probes of its activations, and three axes to draw them in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LARGEST = 1e6


def bounded(H: Array) -> Array:
    """Activations whose squares stay numbers: huge ones say no more than infinite ones."""
    H = np.asarray(H, np.float64)
    if np.abs(H).max(initial=0) <= LARGEST:  # as it nearly always is, and not where there is a nan
        return H
    return np.nan_to_num(np.clip(H, -LARGEST, LARGEST))


def ridge(H: Array, y: Array, alpha: float = 1e-3) -> tuple[Array, float]:
    """Least squares of y on h with a little ridge, in closed form: w, b with y ~ h w + b.

    Equation: w = (C^T C + alpha 1)^-1 C^T (y - mean y), C = H - mean H; as scikit-learn's `Ridge`.
    Shapes: H (n, d), y (n,) -> w (d,)
    """
    H = bounded(H)
    mean, center = H.mean(0), y.mean()
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
        return float(np.mean((prediction > 0) == (y > 0)))
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
    C = H - H.mean(0)
    C = C - np.outer(C @ first, first)
    # The direction w itself has variance 0 now; pushed below 0, it can never be chosen again.
    plane = np.linalg.eigh(C.T @ C - np.outer(first, first))[1][:, [-1, -2]]  # (d, 2)
    wanted = np.eye(d)[:, :2] if previous is None else previous[:, 1:]
    U, _, Vt = np.linalg.svd(plane.T @ wanted)
    return np.column_stack([first, plane @ (U @ Vt)])


def crossing(w: Array, b: float, places: Array) -> Array:
    """Ends of the line w . x + b = 0 in the box around these places; nan where it is not in sight.

    Shapes: w (2,), places (n, 2) -> (2, 2)
    """
    low, high = places.min(0), places.max(0)
    flat = high <= low  # one neuron alone has one axis
    low, high = np.where(flat, low - 1, low), np.where(flat, high + 1, high)
    nowhere, length = np.full((2, 2), np.nan), float(np.hypot(*w))
    if not (0 < length < np.inf and np.isfinite(b)):
        return nowhere
    foot, along = -b * w / length**2, np.array([-w[1], w[0]]) / length
    first, last = -np.inf, np.inf  # how far along the line the box lies
    for start, slope, a, z in zip(foot, along, low, high, strict=True):
        if abs(slope) < 1e-9:
            if not a <= start <= z:
                return nowhere
            continue
        near, far = sorted(((a - start) / slope, (z - start) / slope))
        first, last = max(first, near), min(last, far)
    return foot + np.outer([first, last], along) if first < last else nowhere
