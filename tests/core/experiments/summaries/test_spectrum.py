"""P(k) against SciPy and powerbox, what leaves it alone, and the spectra of a universe."""

import numpy as np
import pytest
from colossus.cosmology import cosmology as colossus
from hypothesis import given, settings
from hypothesis import strategies as some
from powerbox import get_power
from scipy import integrate
from scipy.signal import periodogram
from scipy.stats import skew

from core.experiments.summaries import cosmology, sky, twins
from core.experiments.summaries.data import HISTOGRAM
from core.experiments.summaries.fields import colored, linear, slice_variance, tilted
from core.experiments.summaries.settings import SummariesSettings
from core.experiments.summaries.spectrum import (
    bands,
    bispectrum,
    bispectrum_scatter,
    mode_power,
    power_spectrum,
    rings,
    scatter,
    window,
)
from core.experiments.summaries.twins import ranked, same_histogram, same_power, turned

N, L = 32, 48.0
SEEDS = some.integers(0, 2**31 - 1)


def noise(seed, n=N, many=()):
    return np.random.default_rng(seed).standard_normal((*many, n, n)) + 0.7


def test_power_of_every_mode_is_that_of_scipy_where_the_field_has_one_dimension():
    """A field that is the same in all columns is a series; its P is n dx times its periodogram."""
    series = noise(0)[0]
    field = np.repeat(series[:, None], N, 1)
    k, expected = periodogram(series, fs=N / L, detrend=False, return_onesided=False)
    np.testing.assert_allclose(mode_power(field, L)[:, 0], expected * L, rtol=1e-12)
    np.testing.assert_allclose(rings(N, L).grid[:, 0], 2 * np.pi * np.abs(k), atol=1e-12)
    assert mode_power(field, L)[:, 1:].max() < 1e-20


def test_rings_are_those_of_powerbox():
    field = noise(1)
    edges = 2 * np.pi / L * (np.arange(N // 2 + 1) + 0.5)
    found = get_power(field, L, bins=edges, dimensionless=False, k_weights=1)
    np.testing.assert_allclose(power_spectrum(field, L), found.power, rtol=1e-9)


@settings(deadline=None)
@given(SEEDS)
def test_parseval(seed):
    """The sum of P over all modes but the mean, over L^2, is the variance."""
    field = noise(seed)
    P = mode_power(field, L)
    assert (P.sum() - P[0, 0]) / L**2 == pytest.approx(field.var(), rel=1e-12)


@settings(deadline=None)
@given(SEEDS, some.integers(-40, 40), some.integers(-40, 40))
def test_shifts_and_turns_leave_it_alone(seed, right, up):
    field = noise(seed)
    P = power_spectrum(field, L)
    for other in (np.roll(field, (up, right), (0, 1)), field.T, field[::-1], -field):
        np.testing.assert_allclose(power_spectrum(other, L), P, rtol=1e-9)


@settings(deadline=None)
@given(SEEDS, SEEDS, some.floats(0, 1))
def test_other_phases_leave_it_alone(seed, other, share):
    """To 1e-6, as the page promises, and the mean stays; the picture does not."""
    field, white = noise(seed), noise(other + 2**31)
    twin = turned(field, white, share)
    np.testing.assert_allclose(mode_power(twin, L), mode_power(field, L), rtol=1e-6, atol=1e-15)
    assert twin.mean() == pytest.approx(field.mean())
    assert share < 0.9 or np.corrcoef(twin.ravel(), field.ravel())[0, 1] < 0.5


def test_phases_turned_all_the_way_are_those_of_the_other():
    field, other = noise(0), noise(1)
    found, wanted = np.fft.fft2(turned(field, other, 1.0)), np.fft.fft2(other)
    unit = found / np.abs(found) - wanted / np.abs(wanted)
    alone = np.zeros((N, N), bool)
    alone[np.ix_([0, N // 2], [0, N // 2])] = True
    assert np.abs(unit[~alone]).max() < 1e-9
    np.testing.assert_allclose(turned(field, other, 0.0), field, atol=1e-12)


def test_a_twin_may_keep_the_histogram_too():
    white, other = noise(2, many=(3,)), noise(3, many=(3,))
    fields = colored(white, lambda k: k**-2.0, L)
    start = np.stack([turned(*pair, 1.0) for pair in zip(fields, other, strict=True)])
    twins = same_histogram(fields, start, 20)
    np.testing.assert_array_equal(
        np.sort(twins.reshape(3, -1), 1), np.sort(fields.reshape(3, -1), 1)
    )
    change = power_spectrum(twins, L) / power_spectrum(fields, L) - 1
    assert np.abs(change).max() < 0.03
    assert all(np.corrcoef(a.ravel(), b.ravel())[0, 1] < 0.5
               for a, b in zip(fields, twins, strict=True))  # fmt: skip


@pytest.mark.parametrize("source", ["web", "Gaussian", "log-normal"])
@pytest.mark.parametrize("phases", [20, 100])
def test_the_stage_makes_no_rounds_that_gain_nothing(monkeypatch, source, phases):
    wanted = SummariesSettings(source=source, phases=phases, twin=HISTOGRAM)
    field, made = sky.field_of(wanted), []
    monkeypatch.setattr(twins, "ranked", lambda *a: made.append(1) or ranked(*a))
    early = sky.twin_of(wanted, field)
    rounds = len(made)
    monkeypatch.setattr(sky, "ENOUGH", 0.0)
    late = sky.twin_of(wanted, field)
    assert len(made) - rounds == sky.ROUNDS

    def apart(twin):  # from the histogram of the field, over its scatter
        return np.std(np.sort(twin.ravel()) - np.sort(field.ravel())) / field.std()

    assert apart(early) < apart(late) + 2e-4
    assert rounds < 18 or source == "log-normal"


@pytest.mark.parametrize("other", ["noise", "one wave", "nothing"])
def test_amplitudes_of_one_and_phases_of_the_other(other):
    """Also where the other has no phase to speak of, being 0 there."""
    field, wave = noise(4), np.cos(2 * np.pi * np.arange(N) / N)
    phases = {
        "noise": noise(5),
        "one wave": wave + np.zeros((N, 1)),
        "nothing": np.zeros((N, N)),
    }
    found = same_power(field, phases[other])
    np.testing.assert_allclose(power_spectrum(found, L), power_spectrum(field, L), rtol=1e-9)
    wanted = np.abs(np.fft.fft2(field)) * np.exp(1j * np.angle(np.fft.fft2(phases[other])))
    if other == "noise":
        np.testing.assert_allclose(np.fft.fft2(found), wanted, atol=1e-9 * np.abs(wanted).max())


def test_many_skies_scatter_about_the_theory_by_the_root_of_two_over_n():
    """400 Gaussian skies: mean and scatter of P(k), each within what 400 skies can tell."""
    P = power_spectrum(linear(noise(4, 64, (400,)) - 0.7, 0.3, 0.8), 128.0)
    theory = cosmology.slice_power(rings(64, 128.0).k, 0.3, 0.8)
    error = scatter(64, 128.0) / 20
    inner = slice(4, None)  # below, P changes within a ring
    assert np.abs((P.mean(0) / theory - 1)[inner] / error[inner]).max() < 5
    assert (P.std(0) / P.mean(0) / scatter(64, 128.0)) == pytest.approx(np.ones(32), abs=0.25)
    assert rings(64, 128.0).modes.tolist()[:3] == [8, 12, 16]  # k and -k both


def test_slopes_and_variance_are_as_asked():
    fields = tilted(noise(5, 64, (100,)) - 0.7, -2.0)
    k = rings(64, 128.0).k
    slope = np.polyfit(np.log(k), np.log(power_spectrum(fields, 128.0).mean(0)), 1)[0]
    assert slope == pytest.approx(-2, abs=0.05) and fields.var() == pytest.approx(1, abs=0.1)
    assert linear(noise(6, 64, (100,)) - 0.7, 0.3, 0.8).var() == pytest.approx(
        slice_variance(64, 0.3, 0.8), rel=0.05
    )


def test_the_bispectrum_is_the_sum_over_triangles():
    """Of the two lowest bands, mode by mode, over what makes it a skewness; so SciPy has it."""
    field = noise(7, 64)
    F = np.fft.fft2(field)
    found = bispectrum(field[None])[0]
    for band in range(2):
        modes = [tuple(mode) for mode in np.argwhere(bands(64)[band])]
        total = sum(
            F[a] * F[b] * F[c] for a in modes for b in modes for c in modes
            if all((a[i] + b[i] + c[i]) % 64 == 0 for i in (0, 1))
        )  # fmt: skip
        power = sum(abs(F[mode]) ** 2 for mode in modes)
        assert found[band] == pytest.approx((total / power**1.5).real, rel=1e-9)
    for band, value in zip(bands(64), found, strict=True):
        assert value == pytest.approx(skew(np.fft.ifft2(F * band).real, axis=None), rel=1e-9)


def test_gaussian_fields_and_twins_scatter_as_they_should():
    fields = linear(noise(8, 64, (400,)) - 0.7, 0.3, 0.8)
    expected = np.mean([bispectrum_scatter(field) for field in fields], 0)
    found = bispectrum(fields)
    assert np.abs(found.mean(0) / expected).max() < 4 / 20
    assert found.std(0) / expected == pytest.approx(np.ones(8), abs=0.15)
    twins = np.stack([turned(fields[0], white, 1.0) for white in noise(9, 64, (200,))])
    # Below a dozen modes a band, |F| that is held fixed tells on the scatter.
    assert (bispectrum(twins).std(0) / bispectrum_scatter(fields[0]))[2:] == pytest.approx(
        np.ones(6), abs=0.2
    )


@settings(deadline=None)
@given(SEEDS, some.integers(-40, 40))
def test_the_bispectrum_does_not_see_where_and_turns_its_sign(seed, shift):
    field = np.exp(noise(seed, 64))[None]
    B = bispectrum(field)
    for other in (np.roll(field, shift, 2), 3 * field + 1, field.transpose(0, 2, 1)):
        np.testing.assert_allclose(bispectrum(other), B, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(bispectrum(-field), -B, rtol=1e-6, atol=1e-9)


def test_the_window_has_mean_square_one_and_takes_the_cross_away():
    hann = window(64)
    assert (hann**2).mean() == pytest.approx(1)
    ramp = np.add.outer(np.arange(64.0), np.zeros(64))  # jumps from edge to edge
    along = [mode_power(field, 64.0)[8:24, 0].max() for field in (ramp, (ramp - 31.5) * hann)]
    assert along[1] < 1e-3 * along[0]


@pytest.mark.parametrize(("matter", "sigma_8"), [(0.1, 0.6), (0.3, 0.8), (0.5, 1.0)])
def test_power_and_sigma_8_are_those_of_colossus(matter, sigma_8):
    """Without baryons Sugiyama's (1995) transfer function is that of BBKS."""
    known = {"flat": True, "H0": 70, "Om0": matter, "Ob0": 1e-8, "ns": cosmology.TILT,
             "sigma8": sigma_8, "Tcmb0": 2.7}  # fmt: skip
    universe = colossus.setCosmology("", known, relspecies=False, persistence="")
    k = np.geomspace(1e-3, 10, 40)
    expected = universe.matterPowerSpectrum(k, model="sugiyama95")
    np.testing.assert_allclose(cosmology.power(k, matter, sigma_8), expected, rtol=2e-3)
    P = cosmology.power(cosmology.K, matter, sigma_8)
    for radius in (4.0, 8.0, 16.0):
        wanted = universe.sigma(radius, ps_args={"model": "sugiyama95"})
        assert cosmology.sigma(P, radius) == pytest.approx(wanted, rel=2e-3)


def test_the_power_of_a_slice_is_the_integral_of_its_definition():
    for k in (0.02, 0.2, 2.0):

        def integrand(kz, k=k):
            sinc = np.sinc(kz * cosmology.THICKNESS / (2 * np.pi))
            return cosmology.power(np.hypot(k, np.array([kz])), 0.3, 0.8)[0] * sinc**2 / np.pi

        expected = integrate.quad(integrand, 0, 4, limit=400, epsrel=1e-4)[0]
        found = cosmology.slice_power(np.array([k]), 0.3, 0.8)[0]
        assert found == pytest.approx(expected, rel=0.02)


def test_beyond_the_table_there_is_nothing():
    with pytest.raises(ValueError, match="matter = 0.6: give Omega_m from 0.1 to 0.5"):
        cosmology.slice_power(np.array([0.1]), 0.6, 0.8)
