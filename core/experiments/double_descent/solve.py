"""Least squares of minimum norm, and ridge, for many training sets at once, exactly."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

RANK = 1e-12  # singular values below this share of the largest count as 0


class Spectrum(NamedTuple):
    """Phi = U diag(s) V^T of every seed, with r = min(n, p) singular values.

    Shapes: U (S, n, r), s (S, r), V (S, p, r)
    """

    U: Tensor
    s: Tensor
    V: Tensor


def decompose(Phi: Tensor) -> Spectrum:
    """Singular values and vectors.

    Shapes: Phi (S, n, p)

    A wide matrix is turned into a square one first: its SVD costs as much as that of n x n.
    """
    if Phi.shape[-1] > Phi.shape[-2]:
        Q, R = torch.linalg.qr(Phi.mT)  # Phi = R^T Q^T
        U, s, Vh = torch.linalg.svd(R.mT, full_matrices=False)
        return Spectrum(U, s, Q @ Vh.mT)
    U, s, Vh = torch.linalg.svd(Phi, full_matrices=False)
    return Spectrum(U, s, Vh.mT)


def filters(s: Tensor, ridge: float) -> Tensor:
    """What divides each direction, s / (s^2 + lambda): 1 / s without ridge, 0 where s is 0."""
    there = s > RANK * s[..., :1]
    return torch.where(there, s / (s * s + ridge), torch.zeros_like(s))


class Fit(NamedTuple):
    """What a fit is, for every seed.

    Shapes: a (S, p) coefficients, train (S,) mean squared error on its samples, norm (S,) of a,
    used (S,) effective degrees of freedom: the trace of what turns y into the fit on the samples
    """

    a: Tensor
    train: Tensor
    norm: Tensor
    used: Tensor


def fit(Phi: Tensor, y: Tensor, ridge: float = 0.0) -> tuple[Fit, Spectrum]:
    """The a that minimizes |Phi a - y|^2 + ridge |a|^2; of all that do, the one of least norm.

    Equation: a = V diag(s / (s^2 + lambda)) U^T y
    Shapes: Phi (S, n, p), y (S, n)
    """
    spectrum = decompose(Phi)
    U, s, V = spectrum
    g = filters(s, ridge)
    c = (U.mT @ y[..., None])[..., 0]  # (S, r)
    a = (V @ (g * c)[..., None])[..., 0]  # (S, p)
    left = y - (U @ (g * s * c)[..., None])[..., 0]
    return Fit(a, left.square().mean(-1), a.norm(dim=-1), (g * s).sum(-1)), spectrum


def weight_of_noise(phi: Tensor, spectrum: Spectrum, ridge: float) -> Tensor:
    """Mean over points of |s(x)|^2, where the prediction is s(x) y: noise comes through times this.

    Times n it is the effective number of parameters at new points.
    Source: Curth, Jeffares, van der Schaar (2023), arXiv 2310.18988.
    Shapes: phi (S, m, p) -> (S,)
    """
    s_of_x = (phi @ spectrum.V) * filters(spectrum.s, ridge)[:, None]  # (S, m, r); U keeps lengths
    return s_of_x.square().sum(-1).mean(-1)
