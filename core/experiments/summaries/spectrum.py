"""The power spectrum of a square field that repeats at its edges, and what it throws away."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


class Rings(NamedTuple):
    """The modes of an n x n field, ordered by the size of their wavenumber.

    Shapes: k (r,) mean wavenumber of each ring; modes (r,) how many lie in it, k and -k both;
    ring (n, n) to which ring a mode belongs, r for those that belong to none; grid (n, n) its k.
    """

    k: Numbers
    modes: NDArray[np.int64]
    ring: NDArray[np.int64]
    grid: Numbers


@lru_cache(maxsize=16)
def rings(n: int, length: float) -> Rings:
    """Rings one fundamental 2 pi / L wide, up to the Nyquist wavenumber pi n / L.

    Args:
        n: Cells along an edge.
        length: Edge L; k comes in its inverse unit.
    """
    index = np.fft.fftfreq(n, 1 / n)
    radius = np.hypot(index[:, None], index)
    ring = np.rint(radius).astype(np.int64) - 1
    last = n // 2
    ring[(ring < 0) | (ring >= last)] = last  # the mean, and the corners beyond Nyquist
    grid = 2 * np.pi / length * radius
    modes = np.bincount(ring.ravel(), minlength=last + 1)[:last]
    k = np.bincount(ring.ravel(), grid.ravel(), last + 1)[:last] / modes
    return Rings(k, modes, ring, grid)


def mode_power(field: Numbers, length: float) -> Numbers:
    """P of each mode: |F|^2 L^2 / n^4, in the squared unit of the field times that of L squared.

    Its sum over all modes but the mean, over L^2, is the variance of the field (Parseval).
    Shapes: (..., n, n) -> (..., n, n)
    """
    n = field.shape[-1]
    F = np.fft.fft2(field)
    return np.asarray((F.real**2 + F.imag**2) * (length**2 / n**4))


def power_spectrum(field: Numbers, length: float) -> Numbers:
    """P(k): the mean of |F|^2 L^2 / n^4 over each ring.

    Shapes: (..., n, n) -> (..., n // 2)
    """
    n = field.shape[-1]
    found, P = rings(n, length), mode_power(field, length).reshape(-1, n * n)
    last, count = n // 2, len(P)
    place = (found.ring.ravel() + (last + 1) * np.arange(count)[:, None]).ravel()
    sums = np.bincount(place, P.ravel(), count * (last + 1)).reshape(count, last + 1)
    return np.asarray((sums[:, :last] / found.modes).reshape(*field.shape[:-2], last))


def scatter(n: int, length: float) -> Numbers:
    """Relative scatter of P(k) from one Gaussian sky to the next: sqrt(2 / N_k).

    N_k counts k and -k, which a real field ties together: only half of them are independent.
    Shapes: (n // 2,)
    """
    return np.asarray(np.sqrt(2 / rings(n, length).modes))


def window(n: int) -> Numbers:
    """Hann's window in both directions, of mean square 1: a picture fades out at its edges.

    Without it the jump from edge to edge puts a cross into the spectrum. Shapes: (n, n)
    """
    hann = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
    both = np.outer(hann, hann)
    return np.asarray(both / np.sqrt((both**2).mean()))
