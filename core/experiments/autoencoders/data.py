"""What the autoencoders learn from: digits, signals, galaxies, spectra and random fields.

Every set has samples of a known shape, and strange ones, which are never trained on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.digits import written_digits

Numbers = NDArray[np.float64]
CLASSES = tuple("0123456789")
SIGNALS = "MNIST-1D"  # rows of a table, `settings.signals`
SHAPES: dict[str, tuple[int, ...]] = {
    "digits": (8, 8), SIGNALS: (40,), "galaxies": (16, 16), "spectra": (64,), "fields": (16, 16)
}  # fmt: skip
FACTORS = {"galaxies": "size", "spectra": "redshift", "fields": "brightness of the upper half"}
KNOWN_D = {"galaxies": 4, "spectra": 3}  # factors that the samples are made from
ODD = {
    "galaxies": "merging pairs",
    "spectra": "two objects in one spectrum",
    "fields": "rougher fields",
}
TEST = 0.2  # share of the samples that is held out


@dataclass(frozen=True)
class Samples:
    """Samples x in about [0, 1], and what is known of them.

    Shapes: x (n, D); label (n,), the class, or a factor from 0 to 1; odd (m, D), of another kind
    """

    x: Numbers
    label: Numbers
    odd: Numbers


@lru_cache(maxsize=4)
def digits(seed: int) -> Samples:
    """1,797 handwritten digits of 8 x 8 pixels (scikit-learn, UCI); strange: classes left out."""
    x, label = written_digits()
    return Samples(x / 16, label.astype(float), x[:0])


def mnist_1d(signals: NDArray[np.float16]) -> Samples:
    """Digits as signals of 40 numbers from about -4 to 4, each row with its digit: (n, 41)."""
    x, label = signals[:, :-1].astype(float), signals[:, -1].astype(float)
    return Samples((x + 4) / 8, label, x[:0])


def disk(rng: np.random.Generator, n: int, center: float = 0.0) -> tuple[Numbers, Numbers]:
    """Exponential disks on 16 x 16 pixels: brightness, size, and two numbers of ellipticity.

    Equation: I(R) = I_0 exp(-R / h), R the elliptical radius. Shapes: (n, 16, 16), (n,) the size
    """
    y, x = np.mgrid[:16, :16] - 7.5
    bright, size = rng.uniform(0.5, 1, n), rng.uniform(1.0, 3.0, n)
    e, angle = 0.6 * np.sqrt(rng.uniform(0, 1, n)), rng.uniform(0, 2 * np.pi, n)
    way = rng.uniform(0, 2 * np.pi, n)
    x0, y0 = center * np.cos(way), center * np.sin(way)
    dx, dy = x - x0[:, None, None], y - y0[:, None, None]  # (n, 16, 16)
    a, b = (e * np.cos(angle))[:, None, None], (e * np.sin(angle))[:, None, None]
    R = np.sqrt((1 - a) * dx**2 + (1 + a) * dy**2 - 2 * b * dx * dy)
    return bright[:, None, None] * np.exp(-R / size[:, None, None]), (size - 1) / 2


@lru_cache(maxsize=4)
def galaxies(seed: int) -> Samples:
    """1,600 galaxies of four factors; strange: pairs that merge."""
    rng = np.random.default_rng([seed, 7])
    x, size = disk(rng, 1600)
    odd = np.clip(disk(rng, 300)[0] + disk(rng, 300, 4.5)[0], 0, 1.2)
    return Samples(x.reshape(len(x), -1), size, odd.reshape(len(odd), -1))


def lit(rng: np.random.Generator, n: int) -> tuple[Numbers, Numbers, Numbers]:
    """Spectra from 400 to 900 nm: black bodies of 3,500 to 9,000 K with an H-alpha line, z < 0.3.

    Equation: B ~ wavelength^-5 / (exp(hc / (wavelength k T)) - 1), the largest value being 1.
    Shapes: continuum (n, 64), line (n, 64), redshift over 0.3 (n,)
    """
    wave = np.linspace(400, 900, 64)
    T, z, strength = rng.uniform(3500, 9000, n), rng.uniform(0, 1, n), rng.uniform(0.15, 0.5, n)
    B = wave**-5 / np.expm1(1.4388e7 / (wave * T[:, None]))  # hc/k in nm K
    line = np.exp(-0.5 * ((wave - 656.3 * (1 + 0.3 * z[:, None])) / 12) ** 2)  # 12 nm wide
    return 0.6 * B / B.max(1, keepdims=True), strength[:, None] * line, z


@lru_cache(maxsize=4)
def spectra(seed: int) -> Samples:
    """1,600 spectra of three factors; strange: two objects in one spectrum, so two lines."""
    rng = np.random.default_rng([seed, 8])
    continuum, line, z = lit(rng, 1600)
    other, first, _ = lit(rng, 300)
    return Samples(continuum + line, z, other + first + lit(rng, 300)[1])


def colored(rng: np.random.Generator, n: int, slope: float) -> Numbers:
    """Periodic Gaussian fields of 16 x 16 pixels with P(k) ~ k^slope: colored white noise.

    Shapes: (n, 256), each of mean 0.5
    """
    k = np.hypot(*np.meshgrid(np.fft.fftfreq(16), np.fft.fftfreq(16)))
    k[0, 0] = np.inf  # no mean
    amplitude = k ** (slope / 2)
    amplitude *= 16 * 0.15 / np.sqrt((amplitude**2).sum())  # standard deviation 0.15
    white = np.fft.fft2(rng.standard_normal((n, 16, 16)))
    return 0.5 + np.fft.ifft2(white * amplitude).real.reshape(n, -1)


@lru_cache(maxsize=4)
def fields(seed: int) -> Samples:
    """1,600 Gaussian random fields, P(k) ~ k^-3; strange: rougher ones, P(k) ~ k^-1."""
    rng = np.random.default_rng([seed, 9])
    x, odd = colored(rng, 1600, -3.0), colored(rng, 300, -1.0)
    label = x.reshape(-1, 16, 16)[:, :8].mean((1, 2))  # upper half: nothing else to color by
    return Samples(x, (label - label.min()) / np.ptp(label), odd)


MAKERS: dict[str, Callable[[int], Samples]] = {  # by the data seed
    "digits": digits,
    "galaxies": galaxies,
    "spectra": spectra,
    "fields": fields,
}


@dataclass(frozen=True)
class Data:
    """Samples in a random order, the first of them to train on.

    Shapes: x (n, D), label (n,), odd (m, D); `train` is the number of rows trained on
    """

    x: Numbers
    label: Numbers
    odd: Numbers
    train: int


def load(settings: Any) -> Data:
    """The samples of the settings, split; classes that are left out are what is strange."""
    if settings.data == SIGNALS:
        found = mnist_1d(settings.signals)
    else:
        found = MAKERS[settings.data](settings.data_seed)
    x, label, odd = found.x, found.label, found.odd
    if settings.left_out and not len(odd):
        out = np.isin(label, [CLASSES.index(name) for name in settings.left_out])
        x, label, odd = x[~out], label[~out], x[out]
    order = np.random.default_rng([settings.data_seed, 4]).permutation(len(x))
    return Data(x[order], label[order], odd, round((1 - TEST) * len(x)))
