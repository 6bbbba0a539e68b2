"""Samples of the autoencoders page: sources, factors, and what is strange."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.constants import Boltzmann, Planck, speed_of_light
from sklearn.datasets import load_digits

from core.datasets import mnist1d
from core.experiments.autoencoders.data import (
    CLASSES,
    KNOWN_D,
    SHAPES,
    SIGNALS,
    colored,
    disk,
    lit,
    load,
)
from core.experiments.autoencoders.settings import OF_CLASSES, SAMPLES, AutoencodersSettings
from core.intrinsic_dimension import two_nn
from core.settings import SettingError


def loaded(data, left_out=(), data_seed=0):
    return load(AutoencodersSettings(data=data, left_out=left_out, data_seed=data_seed))


@pytest.mark.parametrize("data", SHAPES)
def test_shapes_split_and_seed(data):
    found = loaded(data)
    assert found.x.shape[1] == np.prod(SHAPES[data]) and len(found.label) == len(found.x)
    assert found.train == round(0.8 * len(found.x)) and np.isfinite(found.x).all()
    assert found.x.min() > -0.3 and found.x.max() < 1.3
    other = loaded(data, data_seed=1)
    assert (found.x[:9] != other.x[:9]).any()


def test_digits_are_scikit_learns_in_another_order():
    found, given = loaded("digits"), load_digits()
    rows = {tuple(image): label for image, label in zip(given.data / 16, given.target, strict=True)}
    assert len(found.x) == len(given.data) and len(found.odd) == 0
    assert all(rows[tuple(x)] == label for x, label in zip(found.x, found.label, strict=True))


@pytest.mark.parametrize("data", OF_CLASSES)
@pytest.mark.parametrize("out", ["3", "37", "012356789"])
def test_digits_that_are_left_out_are_what_is_strange(data, out):
    found, everything = loaded(data, tuple(out)), loaded(data)
    strange = np.isin(everything.label, [int(digit) for digit in out])
    assert sorted(set(found.label)) == sorted(set(range(10)) - set(map(int, out)))
    assert len(found.odd) == strange.sum() and len(found.x) == (~strange).sum()
    rows = set(map(bytes, everything.x[strange]))
    assert {bytes(x) for x in found.odd} == rows and not rows & set(map(bytes, found.x))


def test_a_left_out_digit_is_nothing_to_galaxies():
    assert (loaded("galaxies", ("3",)).x == loaded("galaxies").x).all()


@pytest.mark.parametrize(
    ("text", "wanted"), [("3", ("3",)), ("none", ()), ("", ()), ("7,3", ("3", "7"))]
)
def test_links_from_when_one_digit_was_left_out_open_the_same(text, wanted):
    settings, problems = AutoencodersSettings.from_link({"left_out": text})
    assert settings.left_out == wanted and problems == []
    again, problems = AutoencodersSettings.from_link(settings.to_link(complete=True))
    assert again == settings and problems == []


def test_one_digit_at_least_is_trained_on():
    with pytest.raises(SettingError, match="up to 9 of the 10"):
        AutoencodersSettings(left_out=CLASSES)


def test_signals_are_rows_of_the_shipped_table_and_nothing_is_seeded():
    states = np.random.get_state()[1].copy(), random.getstate()
    shipped, settings = mnist1d.load(), AutoencodersSettings(data=SIGNALS, data_seed=8)
    assert settings.signals.shape == (SAMPLES, 41)
    rows = {bytes(x): y for x, y in zip(
        np.concatenate([shipped.x, shipped.x_test]).astype(np.float16),
        [*shipped.y, *shipped.y_test], strict=True)}  # fmt: skip
    found = load(settings)
    back = (8 * found.x - 4).astype(np.float16)
    assert [rows[bytes(x)] for x in back] == found.label.tolist()
    assert len(set(map(bytes, back))) == SAMPLES and sorted(set(found.label)) == list(range(10))
    np.testing.assert_array_equal(states[0], np.random.get_state()[1])
    assert states[1] == random.getstate()


@pytest.mark.parametrize("data", KNOWN_D)
def test_the_samples_have_as_many_dimensions_as_factors(data):
    assert two_nn(loaded(data).x) == pytest.approx(KNOWN_D[data], rel=0.12)


def test_a_round_disk_falls_exponentially():
    rng = SimpleNamespace(uniform=lambda low, high, n: np.full(n, low))  # bright 0.5, size 1, e 0
    (image,), _ = disk(rng, 1)
    y, x = np.mgrid[:16, :16] - 7.5
    np.testing.assert_allclose(image, 0.5 * np.exp(-np.hypot(x, y)), rtol=1e-12)


def test_continua_are_plancks_and_lines_are_redshifted():
    rng = SimpleNamespace(uniform=lambda low, high, n: np.full(n, (low + high) / 2))
    continuum, line, z = (part[0] for part in lit(rng, 1))
    wave = np.linspace(400, 900, 64) * 1e-9  # meters
    hot = Planck * speed_of_light / (wave * Boltzmann * 6250)
    B = wave**-5 / np.expm1(hot)
    np.testing.assert_allclose(continuum, 0.6 * B / B.max(), rtol=1e-4)
    center = (line * wave).sum() / line.sum()
    assert center * 1e9 == pytest.approx(656.3 * 1.15, abs=0.5) and z == 0.5


@pytest.mark.parametrize("slope", [-3.0, -1.0])
def test_fields_have_their_power_spectrum(slope):
    fields = colored(np.random.default_rng(0), 4000, slope).reshape(-1, 16, 16)
    power = (np.abs(np.fft.fft2(fields - fields.mean((1, 2), keepdims=True))) ** 2).mean(0)
    ratio = power[0, 4] / power[0, 2]
    assert ratio == pytest.approx(2.0**slope, rel=0.1)
    assert fields.std() == pytest.approx(0.15, rel=0.02)
