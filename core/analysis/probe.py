"""What a layer has learned: linear probes of its activations, and three axes to draw them in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LARGEST = 1e6


def bounded(H: Array) -> Array:
    """Activations whose squares stay numbers: huge ones say no more than infinite ones."""
    return np.nan_to_num(np.clip(np.asarray(H, np.float64), -LARGEST, LARGEST))


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


def axes(H: Array, w: Array, previous: Array | None) -> Array:
    """Orthonormal axes of a picture of H: up to three coordinates as they are, else chosen.

    The first axis is the probe's direction w, the two others span the directions of largest
    variance orthogonal to it. Signs, and the turn within that plane, are those nearest to the
    `previous` axes (orthogonal Procrustes), so that a film of pictures does not jump.

    Shapes: H (n, d), w (d,) -> (d, 3); for d < 3 the last columns are 0.
    """
    d = H.shape[1]
    if d <= 3:
        return np.eye(d, 3)
    length = np.linalg.norm(w)
    first = w / length if length > 0 else np.eye(d)[0]
    H = bounded(H)
    C = H - H.mean(0)
    C = C - np.outer(C @ first, first)
    # The probe's own direction has variance 0 now; pushed below 0, it can never be chosen again.
    plane = np.linalg.eigh(C.T @ C - np.outer(first, first))[1][:, [-1, -2]]  # (d, 2)
    wanted = np.eye(d)[:, :2] if previous is None else previous[:, 1:]
    U, _, Vt = np.linalg.svd(plane.T @ wanted)
    return np.column_stack([first, plane @ (U @ Vt)])
