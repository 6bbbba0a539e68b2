"""Twins of a field: other phases, the same power spectrum, and if wanted the same histogram."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def turned(field: Numbers, other: Numbers, share: float) -> Numbers:
    """The field with each phase turned by `share` of the way to the phase that `other` has there.

    |F| stays, so P(k) stays to rounding. With white noise as `other` and share 1 the phases are
    random: taken from a real field, they fit together at k and -k, as phases drawn one by one in
    half of the plane would not. The modes without a partner, the mean among them, stay.

    Shapes: (n, n) each -> (n, n)
    """
    F = np.fft.fft2(field)
    way = np.angle(np.fft.fft2(other) * F.conj())
    half = field.shape[-1] // 2
    way[0, 0] = way[0, half] = way[half, 0] = way[half, half] = 0
    return np.asarray(np.fft.ifft2(F * np.exp(1j * share * way)).real)


def ranked(field: Numbers, values: Numbers) -> Numbers:
    """The field whose lowest cell has the lowest of `values`, and so on: their histogram.

    Shapes: field (B, n, n), values (B, n * n) in rising order -> (B, n, n)
    """
    flat = field.reshape(len(field), -1)
    found = np.empty_like(values)
    for row, order, sorted_ in zip(found, np.argsort(flat, axis=1), values, strict=True):
        row[order] = sorted_
    return found.reshape(field.shape)


def same_histogram(field: Numbers, start: Numbers, rounds: int, enough: float = 0.0) -> Numbers:
    """A field near `start` with the histogram of `field`, exactly, and nearly its P(k).

    By turns it gets the amplitudes |F| and the values of `field`; it ends with the values. Fewer
    rounds are made if one changes cells by less than `enough` (root mean square over the scatter).
    Source: Schreiber and Schmitz (1996), Improved surrogate data for nonlinearity tests.

    Shapes: (B, n, n) each -> (B, n, n)
    """
    values = np.sort(field.reshape(len(field), -1), axis=1)
    size, twin = np.abs(np.fft.rfft2(field)), start
    tiny = np.finfo(size.dtype).tiny
    for _ in range(rounds):
        F = np.fft.rfft2(twin)
        F *= size / np.maximum(np.abs(F), tiny)
        before, twin = twin, ranked(np.fft.irfft2(F, s=field.shape[-2:]), values)
        if enough and np.std(twin - before) < enough * np.std(field):
            break
    return twin


def same_power(field: Numbers, twin: Numbers) -> Numbers:
    """The twin with the amplitudes |F| of the field: its P(k), to rounding.

    After `same_histogram` it is the last half round, and the histogram is kept only nearly.
    Shapes: (..., n, n) each -> (..., n, n)
    """
    phase = np.angle(np.fft.rfft2(twin))
    F = np.abs(np.fft.rfft2(field)) * np.exp(1j * phase)
    return np.asarray(np.fft.irfft2(F, s=field.shape[-2:]))
