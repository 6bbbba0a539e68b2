"""What stands on the stage: a sky or a picture, its twin, and what is measured of both."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.experiments.summaries.cosmology import slice_power
from core.experiments.summaries.data import HISTOGRAM
from core.experiments.summaries.fields import CELL, linear, log_normal, tilted, web
from core.experiments.summaries.given import OWN, PHOTOGRAPHS, M, given, photograph
from core.experiments.summaries.settings import MIDDLE, NOISE, place
from core.experiments.summaries.spectrum import (
    bispectrum,
    bispectrum_scatter,
    mode_power,
    power_spectrum,
    rings,
    window,
)
from core.experiments.summaries.twins import same_histogram, same_power, turned

Numbers = NDArray[np.float64]
BINS = 48  # of the histogram
ROUNDS = 40  # of `same_histogram`, which keeps skewed values worse: more than in the race
ENOUGH = 1e-4  # change of a round after which others gain nothing: a web is there after a dozen


class Kind(NamedTuple):
    """How a field is drawn: edge of a cell and its unit, lowest and highest value, their name."""

    cell: float
    unit: str
    low: float
    high: float
    value: str
    colors: str


COSMOS = {
    "web": Kind(CELL, "Mpc/h", -3, 3, "density (rank), σ", "sequential"),
    "log-normal": Kind(CELL, "Mpc/h", -1, 4, "density contrast δ", "sequential"),
    "Gaussian": Kind(CELL, "Mpc/h", -2.5, 2.5, "density contrast δ", "diverging"),
    "power law": Kind(CELL, "Mpc/h", -2.5, 2.5, "field value", "diverging"),
}
PICTURE = Kind(1.0, "pixels", 0, 1, "brightness", "gray")


def kind_of(settings: Any) -> Kind:
    """How the field of these settings is drawn."""
    return COSMOS.get(settings.source, PICTURE)


def length(settings: Any) -> float:
    """Edge of the stage's field."""
    return M * kind_of(settings).cell


def field_of(settings: Any, source: str = "") -> Numbers:
    """The field on the stage, or another `source` under the same settings. Shapes: (128, 128)."""
    source = source or settings.source
    if source == OWN:
        found = given(settings.image)
        return photograph(next(iter(PHOTOGRAPHS))) if found is None else _faded(found, settings)
    if source in PHOTOGRAPHS:
        return _faded(photograph(source), settings)
    return _drawn(source, settings.matter, settings.sigma_8, settings.slope, settings.sky)


def _faded(picture: Numbers, settings: Any) -> Numbers:
    """A picture that fades to its mean at the edges, if that is set."""
    if not settings.window:
        return picture
    fade = window(M)
    mean = (picture * fade).sum() / fade.sum()
    return np.asarray(mean + (picture - mean) * fade / fade.max())


@lru_cache(maxsize=64)
def _drawn(source: str, matter: float, sigma_8: float, slope: float, sky: int) -> Numbers:
    white = np.random.default_rng([sky, 7]).standard_normal((1, M, M))
    if source == "power law":
        return tilted(white, slope)[0]
    makers = {"web": web, "log-normal": log_normal, "Gaussian": linear}
    return makers[source](white, matter, sigma_8)[0]


def twin_of(settings: Any, field: Numbers) -> Numbers:
    """The field with other phases: its P(k) to rounding and, if wanted, nearly its histogram.

    Shapes: (128, 128)
    """
    twin, random = field, settings.towards == NOISE
    if settings.phases:
        other = (np.random.default_rng([settings.member, 8]).standard_normal((M, M)) if random
                 else field_of(settings, settings.towards))  # fmt: skip
        twin = turned(field, other, settings.phases / 100)
        if random and settings.twin == HISTOGRAM:
            near = same_histogram(field[None], twin[None], ROUNDS, ENOUGH)
            twin = same_power(field, near[0])
    return twin


def theory(settings: Any) -> Numbers:
    """P(k) that skies of these settings have on average, (64,); NaN where none is known."""
    k = rings(M, length(settings)).k
    if settings.source == "Gaussian":
        return slice_power(k, settings.matter, settings.sigma_8)
    if settings.source == "power law":
        grid = rings(M, length(settings)).grid
        total = (grid[grid > 0] ** settings.slope).sum() / length(settings) ** 2
        return np.asarray(k**settings.slope / total)
    if settings.source == "log-normal":
        return _log_normal_power(settings.matter, settings.sigma_8)
    return np.full(len(k), np.nan)


@lru_cache(maxsize=64)
def _log_normal_power(matter: float, sigma_8: float) -> Numbers:
    """P(k) of exp(g - variance / 2) - 1: its correlation is exp(xi) - 1 (Coles and Jones 1991)."""
    L = M * CELL
    found = rings(M, L)
    P = slice_power(np.where(found.grid > 0, found.grid, 1.0), matter, sigma_8) * (found.grid > 0)
    xi = np.fft.ifft2(P).real * M**2 / L**2
    modes = np.fft.fft2(np.expm1(xi)).real * L**2 / M**2
    last = M // 2
    sums = np.bincount(found.ring.ravel(), modes.ravel(), last + 1)[:last]
    return np.asarray(sums / found.modes)


def histogram(settings: Any, field: Numbers) -> Numbers:
    """Share of cells in each of 48 bins, in %; what lies beyond counts in the outermost.

    Shapes: (128, 128) -> (48,)
    """
    kind = kind_of(settings)
    low, high = histogram_range(kind)
    inside = np.clip(field, low, np.nextafter(high, low))
    return np.asarray(np.histogram(inside, BINS, (low, high))[0] * (100 / field.size))


def histogram_range(kind: Kind) -> tuple[float, float]:
    """Lowest and highest value that the histogram tells apart."""
    reach = 0.25 * (kind.high - kind.low) if kind.colors != "gray" else 0.1
    return kind.low - reach, kind.high + reach


def measured(settings: Any) -> dict[str, Any]:
    """The field, shifted by whole cells, its twin, and all that is measured of them."""
    field, L = field_of(settings), length(settings)
    twin = twin_of(settings, field)
    moved = zip(place(settings.shift), MIDDLE, strict=True)
    right, up = (round((to - middle) / 100 * M) for to, middle in moved)
    field = np.roll(field, (up, right), (0, 1))
    power = power_spectrum(np.stack([field, twin]), L)
    bins = np.stack([histogram(settings, part) for part in (field, twin)])
    floor = 1e-12 * power[0].max()  # where there is nothing, rounding is all that changes
    return {
        "field": field,
        "twin": twin,
        "power": power,
        "change": float((np.abs(power[1] - power[0]) / np.maximum(power[0], floor)).max()),
        "different": float(np.std(twin - field) / np.std(field)),
        "histograms": bins,
        "moved": float(np.abs(bins[1] - bins[0]).sum() / 200),
        "triangles": bispectrum(np.stack([field, twin])),
        "triangles_scatter": bispectrum_scatter(field),
        "modes": np.fft.fftshift(mode_power(field, L)),
    }
