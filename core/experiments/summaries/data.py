"""What the judges are trained and tested on: fields of 64 x 64 cells, made as they are needed.

Fields come in chunks, each from a seed of its own, so that they are the same whatever else is made.
A field and its twin lie in one chunk, and so in one split: apart, the nearest neighbor in P(k)
would be the twin, with the other label.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.experiments.summaries.cosmology import MATTER
from core.experiments.summaries.fields import CELL, linear, log_normal, web
from core.experiments.summaries.spectrum import bispectrum, power_spectrum
from core.experiments.summaries.twins import same_histogram, turned

Array = NDArray[np.float32]
N, CHUNK = 64, 16  # cells along an edge, fields made at a time
LENGTH = N * CELL
ROUNDS = 20  # of `same_histogram`: more change P(k) no further
TEST = 10  # chunks to test on
FIDUCIAL = (0.3, 0.8)  # Omega_m and sigma_8 where they are not asked for
AMPLITUDE = (0.6, 1.0)  # sigma_8, uniform, where it is asked for; Omega_m is uniform in MATTER
QUANTILES = 32  # numbers that stand for the histogram

FIELDS = {"Gaussian": linear, "log-normal": log_normal, "web": web}
TWIN, PARAMETERS = "or its twin", "parameters"
QUESTIONS = {  # question -> which field, and what is asked
    "web or its twin": ("web", TWIN),
    "Gaussian field or its twin": ("Gaussian", TWIN),
    "parameters, Gaussian": ("Gaussian", PARAMETERS),
    "parameters, log-normal": ("log-normal", PARAMETERS),
}
PHASES, HISTOGRAM = "P(k)", "P(k) and histogram"
TWINS = (HISTOGRAM, PHASES)  # what a twin shares with its field


class Sample(NamedTuple):
    """B fields: logarithm of P(k) (B, 32), quantiles (B, 32), bispectrum (B, 8), pixels (B, n, n).

    Answers y (B, d) are 1 for a field and 0 for its twin, or (Omega_m, sigma_8) in units of the
    scatter of what they are drawn from, about its middle.
    """

    power: Array
    quantiles: Array
    bispectrum: Array
    pixels: Array
    y: Array


def asks(question: str) -> str:
    """TWIN or PARAMETERS."""
    return QUESTIONS[question][1]


def answers(question: str) -> int:
    """How many numbers a judge gives."""
    return 2 if asks(question) == PARAMETERS else 1


@lru_cache(maxsize=256)  # 70 MB
def chunk(question: str, twin: str, seed: int, split: int, index: int) -> Sample:
    """16 fields with answers; split 0 is for training, 1 for testing."""
    rng = np.random.default_rng([seed, split, index])
    kind, asked = QUESTIONS[question]
    fields, y = drawn(rng, kind) if asked == PARAMETERS else pairs(rng, kind, twin)
    return Sample(*(np.asarray(part, np.float32) for part in (*summaries(fields), fields, y)))


def drawn(rng: np.random.Generator, kind: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Fields of 16 universes, and their parameters. Shapes: (16, n, n), (16, 2)."""
    u = rng.uniform(-1, 1, (CHUNK, 2))
    matter, sigma_8 = from_answers(u * np.sqrt(3)).T
    white = rng.standard_normal((CHUNK, N, N))
    make = FIELDS[kind]
    fields = [make(w, float(m), float(s)) for w, m, s in zip(white, matter, sigma_8, strict=True)]
    return np.stack(fields), u * np.sqrt(3)


def from_answers(y: NDArray[Any]) -> NDArray[Any]:
    """Answers as Omega_m and sigma_8. Shapes: (B, 2) -> (B, 2)."""
    low, high = np.array([MATTER, AMPLITUDE]).T
    return (low + high) / 2 + y * (high - low) / np.sqrt(12)


def pairs(rng: np.random.Generator, kind: str, twin: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """8 fields, then their twins. Shapes: (16, n, n), (16, 1)."""
    white, noise = rng.standard_normal((2, CHUNK // 2, N, N))
    fields = FIELDS[kind](white, *FIDUCIAL)
    twins = np.stack([turned(*pair, 1.0) for pair in zip(fields, noise, strict=True)])
    if twin == HISTOGRAM:
        twins = same_histogram(fields, twins, ROUNDS)
    y = np.repeat([[1.0], [0.0]], CHUNK // 2, axis=0)
    return np.concatenate([fields, twins]), y


def summaries(fields: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The logarithm of P(k), quantiles from the lowest to the highest cell, and the bispectrum.

    Shapes: (B, n, n) -> (B, n // 2), (B, 32), (B, 8)
    """
    values = np.sort(fields.reshape(len(fields), -1), axis=1)
    places = np.linspace(0, values.shape[1] - 1, QUANTILES).round().astype(int)
    return np.log(power_spectrum(fields, LENGTH)), values[:, places], bispectrum(fields)
