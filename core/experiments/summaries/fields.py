"""Square fields that repeat at their edges, made of white noise; lengths in Mpc/h."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from core.experiments.summaries.cosmology import slice_power
from core.experiments.summaries.spectrum import rings
from core.experiments.summaries.twins import ranked

Numbers = NDArray[np.float64]
CELL = 2.0  # Mpc/h: edge of a cell


def colored(white: Numbers, power: Callable[[Numbers], Numbers], length: float) -> Numbers:
    """A Gaussian field with this P(k): white noise, its modes scaled by sqrt(P / cell area).

    White noise of variance 1 has P(k) = cell area; being real, it keeps the result real.
    Shapes: (..., n, n) -> (..., n, n)
    """
    n = white.shape[-1]
    k = rings(n, length).grid
    P = power(np.where(k > 0, k, 1.0)) * (k > 0)  # the mean is 0
    return np.asarray(np.fft.ifft2(np.fft.fft2(white) * np.sqrt(P * n**2 / length**2)).real)


def linear(white: Numbers, matter: float, sigma_8: float) -> Numbers:
    """A Gaussian density contrast with the P(k) of a slice of the universe."""
    length = CELL * white.shape[-1]
    return colored(white, lambda k: slice_power(k, matter, sigma_8), length)


def tilted(white: Numbers, slope: float) -> Numbers:
    """A Gaussian field with P(k) proportional to k^slope, of variance 1 on average.

    Shapes: (..., n, n) -> (..., n, n)
    """
    n = white.shape[-1]
    length = CELL * n
    k = rings(n, length).grid
    total = np.where(k > 0, np.where(k > 0, k, 1.0) ** slope, 0).sum() / length**2
    return colored(white, lambda k: k**slope / total, length)


def log_normal(white: Numbers, matter: float, sigma_8: float) -> Numbers:
    """exp(g - variance / 2) - 1 of a Gaussian density contrast g: never emptier than empty.

    Source: Coles and Jones (1991). Shapes: (..., n, n) -> (..., n, n)
    """
    g = linear(white, matter, sigma_8)
    variance = slice_variance(white.shape[-1], matter, sigma_8)
    return np.asarray(np.expm1(g - variance / 2))


def slice_variance(n: int, matter: float, sigma_8: float) -> float:
    """Variance of `linear` on average: the sum of P over all modes but the mean, over L^2."""
    k = rings(n, CELL * n).grid
    P = slice_power(np.where(k > 0, k, 1.0), matter, sigma_8) * (k > 0)
    return float(P.sum() / (CELL * n) ** 2)


def web(white: Numbers, matter: float, sigma_8: float) -> Numbers:
    """Where matter flows together: walls, filaments and knots, values replaced by rank.

    Four particles a cell, moved by the Zel'dovich approximation x = q + psi(q) with
    div psi = -delta, are shared out among the cells next to them (cloud in cell). Equal cells,
    such as empty ones, are told apart by the linear field. Then values become those of a normal
    distribution, rank by rank: no number of the histogram tells the web from a Gaussian field.

    Source: Zel'dovich (1970). Shapes: (B, n, n) -> (B, n, n), mean 0, variance 1
    """
    n = white.shape[-1]
    delta = linear(white, matter, sigma_8)
    counts = np.stack([cloud_in_cell(*moved, n) for moved in zip(*displaced(delta), strict=True)])
    return ranked(counts + 1e-6 * delta, np.tile(normal_values(n * n), (len(white), 1)))


def displaced(delta: Numbers) -> tuple[Numbers, Numbers]:
    """Places of the particles in cells: x = q + psi, psi = i k / k^2 delta in Fourier space.

    Twice as many a row as there are cells: one a cell would show as a lattice in empty regions.
    Shapes: (B, n, n) -> (B, 2 n, 2 n) twice, along rows and along columns
    """
    n = delta.shape[-1]
    k = 2 * np.pi * np.fft.fftfreq(n)
    k2 = k[:, None] ** 2 + k**2
    k2[0, 0] = 1
    F = np.fft.fft2(delta) / k2
    F[..., n // 2, :] = F[..., :, n // 2] = 0  # of these there is no sign, so no direction
    # One complex transform gives both: real part along rows, imaginary part along columns.
    fine = np.zeros((*F.shape[:-2], 2 * n, 2 * n), complex)
    low = np.r_[: n // 2, -(n // 2) : 0]
    fine[..., low[:, None], low] = 4 * (1j * (k[:, None] * F) - k * F)
    psi = np.fft.ifft2(fine)
    q = np.arange(2 * n) / 2
    return q[:, None] + psi.real, q + psi.imag


def cloud_in_cell(x: Numbers, y: Numbers, n: int) -> Numbers:
    """Particles shared out among the four cells around each, over their mean number.

    Shapes: (m, m) each, places in cells -> (n, n)
    """
    i, j = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    a, b = x - i, y - j
    rows, columns = (np.stack([k, k + 1]) % n for k in (i, j))  # (2, m, m): remainders cost most
    found = np.zeros(n * n)
    for down, across in ((1 - a, 0), (a, 1)):
        row = rows[across] * n
        for right, share in ((0, 1 - b), (1, b)):
            place = row + columns[right]
            found += np.bincount(place.ravel(), (down * share).ravel(), n * n)
    return found.reshape(n, n) * (n * n / x.size)


@lru_cache(maxsize=4)
def normal_values(count: int) -> Numbers:
    """Values at the middle of `count` equal shares of a normal distribution, rising, variance 1."""
    inverse = NormalDist().inv_cdf
    values = np.array([inverse((i + 0.5) / count) for i in range(count)])
    return np.asarray(values / values.std())
