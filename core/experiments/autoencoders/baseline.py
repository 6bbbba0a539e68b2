"""What is known of the samples before anything is trained: PCA's errors and the dimension."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.experiments.autoencoders.data import FACTORS, load
from core.experiments.autoencoders.experiment import corrupted
from core.experiments.autoencoders.settings import MOST_D
from core.intrinsic_dimension import two_nn

Numbers = NDArray[np.float64]
SHOWN = 10  # test samples in the row of inputs and outputs


@dataclass(frozen=True)
class Baseline:
    """The samples less their mean, and PCA of those trained on.

    Shapes: mean (D,), train (n, D), test (m, D) clean, seen (m, D) with noise, odd (k, D);
    label (n + m,); components (r, D), variances (r,); errors (33,), PCA's error on the test
    samples as (4.1) has it, for d = 0, 1, ..., 32; shown (10,) rows of `test`
    """

    mean: Numbers
    train: Numbers
    test: Numbers
    seen: Numbers
    odd: Numbers
    label: Numbers
    components: Numbers
    variances: Numbers
    errors: Numbers
    noise: float
    dimension: float
    shown: NDArray[np.int64]

    def project(self, x: Numbers, d: int) -> Numbers:
        """PCA's reconstruction from d numbers. Shapes: (n, D) -> (n, D)."""
        V = self.components[:d]
        return x @ V.T @ V

    @cached_property
    def everything(self) -> Numbers:
        """All samples, those trained on first. Shapes: (n + m, D)."""
        return np.concatenate([self.train, self.test])

    @property
    def variance(self) -> float:
        """Error of a reconstruction that is always the mean."""
        return float(self.errors[0])


def baseline(settings: Any) -> Baseline:
    """Of these settings; the same for all that share data and noise."""
    names = ("data", "left_out", "noise", "level", "data_seed")
    return _baseline(type(settings)().replace(**{n: getattr(settings, n) for n in names}))


@lru_cache(maxsize=6)
def _baseline(settings: Any) -> Baseline:
    data = load(settings)
    mean = data.x[: data.train].mean(0)
    train, test = data.x[: data.train] - mean, data.x[data.train :] - mean
    raw = torch.from_numpy(data.x[data.train :]).float()
    rng = torch.Generator().manual_seed(settings.data_seed + 1)
    noisy = corrupted(settings, raw, rng).double().numpy() - mean
    seen = test if settings.noise == "none" else noisy
    # Equation: x = U S V^T, the components are the rows of V^T, the variances S^2 / n
    _, S, V = np.linalg.svd(train, full_matrices=False)
    # Of d components: |x - V V^T y|^2 = |x|^2 - 2 (V^T x) (V^T y) + |V^T y|^2, summed up to d
    a, b = test @ V.T, seen @ V.T
    gains = (2 * a * b - b**2).mean(0)[:MOST_D]
    errors = (test**2).sum(1).mean() - np.concatenate([[0], np.cumsum(gains)])
    label = data.label
    return Baseline(
        mean, train, test, seen, data.odd - mean, label, V, S**2 / len(train),
        np.append(errors, np.full(MOST_D + 1 - len(errors), errors[-1])),
        float(((seen - test) ** 2).sum(1).mean()), two_nn(train),
        _shown(settings, label, len(train)),
    )  # fmt: skip


def _shown(settings: Any, label: Numbers, train: int) -> NDArray[np.int64]:
    """Ten test samples: one of each class, or evenly along the factor."""
    test = label[train:]
    order = np.argsort(test, kind="stable")
    if settings.data in FACTORS:
        return order[np.linspace(0, len(order) - 1, SHOWN).astype(int)]
    first = [int(np.flatnonzero(test == c)[0]) for c in np.unique(test)]
    spare = [k for k in range(len(test)) if k not in first]
    return np.array((first + spare)[:SHOWN])
