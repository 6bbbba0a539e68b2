"""Webs and log-normal fields, the pairs that judges learn from, and pictures from outside."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy.stats import norm

from core.experiments.summaries import given
from core.experiments.summaries.data import (
    CHUNK,
    HISTOGRAM,
    PHASES,
    QUESTIONS,
    TWIN,
    asks,
    chunk,
    from_answers,
    summaries,
)
from core.experiments.summaries.fields import (
    cloud_in_cell,
    displaced,
    linear,
    log_normal,
    normal_values,
    slice_variance,
    web,
)


def white(seed, n=64, many=4):
    return np.random.default_rng(seed).standard_normal((many, n, n))


def test_displacements_flow_together_where_matter_is_dense():
    """div psi = -delta, by differences on a field so smooth that they are exact enough."""
    n = 64
    x = 2 * np.pi * np.arange(n) / n
    delta = (np.cos(x)[:, None] + np.sin(2 * x))[None]
    rows, columns = displaced(delta)
    psi = [rows[0] - np.arange(2 * n)[:, None] / 2, columns[0] - np.arange(2 * n) / 2]
    div = sum(np.roll(p, -1, axis) - np.roll(p, 1, axis) for axis, p in enumerate(psi))
    np.testing.assert_allclose(div[::2, ::2], -delta[0], atol=0.01)


def test_particles_are_shared_out_and_none_is_lost():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-20, 90, (2, 128, 128))
    counts = cloud_in_cell(x, y, 64)
    assert counts.mean() == pytest.approx(1) and counts.min() >= 0
    one = cloud_in_cell(np.array([[3.25]]), np.array([[63.5]]), 64) / 64**2
    assert one[3, 63] == pytest.approx(0.375) and one[4, 0] == pytest.approx(0.125)
    np.testing.assert_allclose(cloud_in_cell(x + 64, y - 128, 64), counts, atol=1e-9)


def test_the_web_has_exactly_the_histogram_of_a_normal_distribution():
    fields = web(white(1), 0.3, 0.8)
    values = np.sort(fields.reshape(4, -1), 1)
    np.testing.assert_array_equal(values, np.tile(normal_values(64**2), (4, 1)))
    assert np.abs(norm.ppf((np.arange(4096) + 0.5) / 4096) / values[0] - 1).max() < 1e-3
    assert fields.var() == pytest.approx(1)


def test_the_web_moves_with_its_noise():
    noise = white(2)
    moved = web(np.roll(noise, (5, -9), (1, 2)), 0.3, 0.8)
    same = np.isclose(moved, np.roll(web(noise, 0.3, 0.8), (5, -9), (1, 2)), atol=1e-6)
    assert same.mean() > 0.999  # cells as good as equal may change their rank


def test_a_log_normal_field_is_the_exponential_of_a_gaussian_one():
    noise = white(3, many=40)
    g, made = linear(noise, 0.3, 0.8), log_normal(noise, 0.3, 0.8)
    np.testing.assert_allclose(np.log1p(made), g - slice_variance(64, 0.3, 0.8) / 2, rtol=1e-9)
    assert made.min() > -1 and made.mean() == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_chunk_is_the_same_whatever_else_was_made(question):
    twin = HISTOGRAM
    first = chunk(question, twin, 3, 0, 2)
    chunk.cache_clear()
    chunk(question, twin, 3, 0, 1), chunk(question, twin, 3, 1, 2)
    for one, other in zip(first, chunk(question, twin, 3, 0, 2), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (chunk(question, twin, 3, 1, 2).pixels != first.pixels).any()


@pytest.mark.parametrize("twin", [HISTOGRAM, PHASES])
def test_field_and_twin_lie_in_one_chunk_and_share_what_is_promised(twin):
    found = chunk("web or its twin", twin, 0, 0, 0)
    half = CHUNK // 2
    assert found.y.ravel().tolist() == [1] * half + [0] * half
    np.testing.assert_allclose(found.power[:half], found.power[half:], atol=5e-3)
    same = found.quantiles[:half] == found.quantiles[half:]
    assert same.all() if twin == HISTOGRAM else not same.all(1).any()
    pairs = zip(found.pixels[:half], found.pixels[half:], strict=True)
    assert all(abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.3 for a, b in pairs)


def test_answers_are_parameters_in_units_of_their_scatter():
    y = np.concatenate([chunk("parameters, Gaussian", PHASES, 0, 0, i).y for i in range(30)])
    assert y.mean(0) == pytest.approx([0, 0], abs=0.15) and y.std(0) == pytest.approx(1, abs=0.1)
    matter, sigma_8 = from_answers(y).T
    assert 0.1 <= matter.min() < 0.12 and 0.48 < matter.max() <= 0.5
    assert 0.6 <= sigma_8.min() < 0.62 and 0.98 < sigma_8.max() <= 1.0


def test_summaries_of_a_field_do_not_see_where_things_are():
    pixels = chunk("web or its twin", HISTOGRAM, 0, 0, 0).pixels.astype(float)
    for one, other in zip(summaries(pixels), summaries(np.roll(pixels, 17, 1)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)
    assert {asks(question) for question in QUESTIONS} == {TWIN, "parameters"}


def encoded(image, kind="PNG"):
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def test_a_picture_from_outside_is_cut_to_its_middle_square_in_gray():
    array = np.zeros((100, 300, 3), np.uint8)
    array[:50, 100:200] = 255  # the upper half of the middle
    found = given.given(given.keep(encoded(Image.fromarray(array))))
    assert found.shape == (128, 128)
    np.testing.assert_allclose(found[:60], 0)  # the first row is the lowest
    np.testing.assert_allclose(found[-60:], 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no picture", "PNG or JPEG"),
        (encoded(Image.new("L", (9, 9), 7)), "all of one gray"),
        (encoded(Image.new("1", (8000, 7000))), "8000 x 7000 pixels; 50 million"),
        (bytes(10_000_001), "10 MB; 10 are allowed"),
        (encoded(Image.new("L", (9, 9)), "GIF"), "PNG or JPEG"),
        (encoded(Image.effect_noise((99, 99), 50))[:900], "PNG or JPEG"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(data, said):
    with pytest.raises(ValueError, match=said):
        given.keep(data)


def test_only_the_last_pictures_are_kept():
    rng = np.random.default_rng(0)
    names = [given.keep(encoded(Image.fromarray(rng.integers(0, 255, (9, 9), np.uint8))))
             for _ in range(given.MOST + 1)]  # fmt: skip
    assert given.given(names[0]) is None and given.given(names[-1]) is not None
    with pytest.raises(ValueError, match="no longer here"):
        given.known(names[0])
