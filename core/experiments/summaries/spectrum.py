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


# Between these multiples of 2 pi / L, for 64 cells along an edge; twice as many for 128. Above a
# third of the cells, triangles would close around the edge of the grid.
EDGES = (0.5, 1.5, 2.5, 3.5, 5.5, 7.5, 10.5, 14.5, 20.5)
BANDS = len(EDGES) - 1


@lru_cache(maxsize=4)
def bands(n: int) -> Numbers:
    """Which modes of an n x n field lie in which band, 0 or 1. Shapes: (8, n, n)."""
    index = np.fft.fftfreq(n, 1 / n)
    radius = np.hypot(index[:, None], index)
    edges = np.array(EDGES) * (n / 64)
    pairs = zip(edges[:-1], edges[1:], strict=True)
    return np.stack([((low < radius) & (radius <= high)).astype(float) for low, high in pairs])


def band_centers(n: int, length: float) -> Numbers:
    """Wavenumber in the middle of each band. Shapes: (8,)."""
    edges = np.array(EDGES) * (n / 64) * 2 * np.pi / length
    return np.asarray((edges[:-1] + edges[1:]) / 2)


def bispectrum(field: Numbers) -> Numbers:
    """What three modes of a band have in common when they close to a triangle.

    The field is filtered to each band, I = F^-1[F 1_band]; the sum over its cells of I^3 is the sum
    of F(k1) F(k2) F(k3) over all triangles k1 + k2 + k3 = 0 in the band. Over (sum of I^2)^1.5
    times n it is the skewness of I: 0 on average where phases are random.

    Source: Scoccimarro (2015), Fast estimators for redshift-space clustering, for the transforms.
    Shapes: (B, n, n) -> (B, 8)
    """
    n = field.shape[-1]
    F, found = np.fft.rfft2(field), []
    for band in bands(n):
        band_field = np.fft.irfft2(F * band[:, : n // 2 + 1], s=(n, n))
        square = band_field**2
        found.append(n * (square * band_field).sum((-2, -1)) / square.sum((-2, -1)) ** 1.5)
    return np.stack(found, -1)


def bispectrum_scatter(field: Numbers) -> Numbers:
    """Scatter of `bispectrum` about 0 for Gaussian fields with the power of this one.

    Of a Gaussian field I with correlation rho(r), rho(0) = 1 and no mean, the sum of I^3 over n^2
    cells has the variance n^2 times the sum over r of 6 rho^3 (Wick's theorem).
    Shapes: (n, n) -> (8,)
    """
    n = field.shape[-1]
    F = np.fft.rfft2(field)
    rho = np.fft.irfft2((F.real**2 + F.imag**2) * bands(n)[:, :, : n // 2 + 1], s=(n, n))
    rho /= rho[:, :1, :1]
    return np.asarray(np.sqrt(np.maximum(6 * (rho**2 * rho).sum((-2, -1)), 0)) / n)


def window(n: int) -> Numbers:
    """Hann's window in both directions, of mean square 1: a picture fades out at its edges.

    Without it the jump from edge to edge puts a cross into the spectrum. Shapes: (n, n)
    """
    hann = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
    both = np.outer(hann, hann)
    return np.asarray(both / np.sqrt((both**2).mean()))
