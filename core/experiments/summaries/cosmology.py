"""Matter power spectra of a flat universe, from two numbers: Omega_m and sigma_8.

Lengths are in Mpc/h, wavenumbers k in h/Mpc; h and the tilt n_s are held fixed.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
HUBBLE, TILT = 0.7, 0.965  # H_0 / (100 km/s/Mpc), and the n_s of the first fluctuations
RADIUS = 8.0  # Mpc/h: sigma_8 is the scatter of the mean density in spheres of this radius
THICKNESS = 32.0  # Mpc/h: the sky is a slice of this depth, seen from above
MATTER = (0.1, 0.5)  # Omega_m between which slices are tabulated
K = np.geomspace(1e-4, 1e2, 3000)  # h/Mpc, where integrals are taken


def transfer(k: Numbers, matter: float) -> Numbers:
    """How much of a fluctuation survives the time of radiation, 1 at large scales.

    Source: Bardeen, Bond, Kaiser and Szalay (1986), equation G3, with Gamma = Omega_m h.
    """
    q = k / (matter * HUBBLE)
    terms = 1 + 3.89 * q + (16.1 * q) ** 2 + (5.46 * q) ** 3 + (6.71 * q) ** 4
    return np.asarray(np.log1p(2.34 * q) / (2.34 * q) * terms**-0.25)


def top_hat(x: Numbers) -> Numbers:
    """A sphere of radius 1 in Fourier space; its series near 0, where digits cancel."""
    near = x < 1e-2
    y = np.where(near, 1.0, x)
    return np.where(near, 1 - x**2 / 10, 3 * (np.sin(y) - y * np.cos(y)) / y**3)


def sigma(power: Numbers, radius: float = RADIUS) -> float:
    """Scatter of the mean density contrast in spheres: the root of int k^2 P W^2 dk / (2 pi^2).

    Shapes: power (3000,) on the grid K, in (Mpc/h)^3
    """
    variance = np.trapezoid(K**3 * power * top_hat(K * radius) ** 2, np.log(K)) / (2 * np.pi**2)
    return float(np.sqrt(variance))


def shape(k: Numbers, matter: float) -> Numbers:
    """P(k) up to its amplitude: k^n_s T(k)^2."""
    return np.asarray(k**TILT * transfer(k, matter) ** 2)


def power(k: Numbers, matter: float, sigma_8: float) -> Numbers:
    """P(k) in three dimensions, in (Mpc/h)^3, with this sigma_8.

    Shapes: k (n,) -> (n,)
    """
    return shape(k, matter) * (sigma_8 / sigma(shape(K, matter))) ** 2


def slice_power(k: Numbers, matter: float, sigma_8: float) -> Numbers:
    """P(k) of a slice seen from above, in (Mpc/h)^2; k lies in the plane.

    The slice averages along z: P_2(k) = int P(sqrt(k^2 + k_z^2)) sinc^2(k_z d / 2) dk_z / (2 pi).
    It costs 40 ms, so it is tabulated over Omega_m; sigma_8 only scales it by its square.
    Shapes: k (n,) -> (n,)
    Errors: `ValueError` beyond the table.
    """
    if not MATTER[0] <= matter <= MATTER[1]:
        raise ValueError(f"matter = {matter:g}: give Omega_m from {MATTER[0]:g} to {MATTER[1]:g}")
    nodes, ks, table = _table()
    at = (matter - nodes[0]) / (nodes[1] - nodes[0])
    low = min(int(at), len(nodes) - 2)
    row = table[low] * (low + 1 - at) + table[low + 1] * (at - low)  # ln P, linear in Omega_m
    return np.asarray(sigma_8**2 * np.exp(np.interp(np.log(k), np.log(ks), row)))


@lru_cache(maxsize=1)
def _table() -> tuple[Numbers, Numbers, Numbers]:
    """Omega_m (m,), k (n,), and the logarithm of `projected` there with sigma_8 = 1, (m, n)."""
    nodes, ks = np.linspace(*MATTER, 41), np.geomspace(1e-3, 10, 160)
    return nodes, ks, np.log(np.stack([projected(ks, matter) for matter in nodes]))


def projected(k: Numbers, matter: float) -> Numbers:
    """The integral of `slice_power` itself, with sigma_8 = 1. Shapes: k (n,) -> (n,)."""
    kz = np.concatenate([[0.0], np.geomspace(1e-4, 2 * np.pi * 16 / THICKNESS, 400)])
    window = np.sinc(kz * THICKNESS / (2 * np.pi)) ** 2
    P = shape(np.hypot(k[:, None], kz), matter) / sigma(shape(K, matter)) ** 2
    return np.asarray(2 * np.trapezoid(P * window, kz, axis=1) / (2 * np.pi))
