"""Shifts, the matrix of a layer, Fourier; against SciPy and linear algebra."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import correlate
from scipy.signal import resample
from torch import nn

from core.experiments.kernels import checks
from core.experiments.kernels.convolution import convolve, depthwise, pad
from core.experiments.kernels.data import picture
from core.experiments.kernels.presets import PRESETS
from core.experiments.kernels.settings import KernelsSettings, bank
from core.experiments.kernels.sheet import Sheet, limits
from core.film import to_bytes

RNG = np.random.default_rng(0)
X = RNG.uniform(size=(1, 24, 24))
SHIFT = st.tuples(st.integers(-30, 30), st.integers(-30, 30))


def layer(K, padding="circular", stride=1, dilation=1):
    p = dilation * (K.shape[-1] - 1) // 2
    return lambda x: convolve(pad(x, padding, p), K[None, None], stride, dilation)


@given(SHIFT, st.sampled_from((1, 3, 5)), st.integers(1, 3), st.integers(0, 99))
@settings(deadline=None)
def test_around_the_edges_a_convolution_commutes_with_every_shift(by, k, dilation, seed):
    K = np.random.default_rng(seed).standard_normal((k, k))
    one, other = checks.both_ways(layer(K, dilation=dilation), X, by)
    np.testing.assert_array_equal(one, other)


def test_with_zeros_around_only_the_border_differs():
    K = RNG.standard_normal((3, 3))
    one, other = checks.both_ways(layer(K, "zero"), X, (2, 3))
    differs = np.abs(one - other)[0] > 1e-12
    assert differs[[0, -1]].any() and not differs[4:-1, 5:-1].any()


@given(SHIFT)
@settings(deadline=None)
def test_a_stride_commutes_with_shifts_of_slow_waves_and_with_its_own(by):
    """Slow waves survive every second pixel; of fast ones only shifts by the stride do."""
    y, x = np.meshgrid(*[2 * np.pi * np.arange(24) / 24] * 2, indexing="ij")
    slow = np.cos(3 * x + 1)[None] + np.sin(2 * y + 4 * x)[None]
    K = RNG.standard_normal((3, 3))
    one, other = checks.both_ways(layer(K, stride=2), slow, by, up=2)
    np.testing.assert_allclose(one, other, atol=1e-10)
    even = (2 * by[0], 2 * by[1])
    one, other = checks.both_ways(layer(K, stride=2), X, even, up=2)
    np.testing.assert_allclose(one, other, atol=1e-10)


def test_a_stride_aliases_and_a_blur_helps():
    errors = checks.shift_errors(X, PRESETS["horizontal edge"](3, 0)[None, None], 1, (1, 1), 0)
    circular, zero, stride, blurred, mlp = errors
    assert circular == 0 and zero > 0.05 and mlp > 0.3
    assert stride > 0.2 and blurred < 0.5 * stride


@pytest.mark.parametrize("m", [7, 8])
def test_finer_is_the_interpolation_by_fourier(m):
    h = RNG.standard_normal((2, m, m))
    ours = checks.finer(h, 3)
    expected = resample(resample(h, 3 * m, axis=1), 3 * m, axis=2)
    if m % 2:  # of an even number SciPy splits the shortest wave in two
        np.testing.assert_allclose(ours, expected, atol=1e-12)
    np.testing.assert_allclose(ours[:, ::3, ::3], h, atol=1e-12)


def test_the_matrix_does_what_the_layer_does_and_holds_its_weights_only():
    K = RNG.standard_normal((3, 3))
    many = np.broadcast_to(K, (64, 3, 3))
    M = checks.matrix(lambda x: depthwise(pad(x, "zero", 1), many), 8)
    x = RNG.uniform(size=(1, 8, 8))
    np.testing.assert_allclose(M @ x.ravel(), layer(K, "zero")(x).ravel(), atol=1e-12)
    assert set(np.unique(M)) == {0.0, *K.ravel()}
    toeplitz = M.reshape(8, 8, 8, 8)  # W_ijkl depends on k - i and l - j alone (5.2)
    np.testing.assert_array_equal(toeplitz[2, 3, 1:4, 2:5], K)
    np.testing.assert_array_equal(toeplitz[2, 3, 1:4, 2:5], toeplitz[5, 4, 4:7, 3:6])


@given(st.sampled_from((1, 3, 5, 7)), st.integers(1, 2), st.integers(0, 99))
@settings(deadline=None)
def test_the_product_of_the_spectra_is_the_sum(k, dilation, seed):
    K = np.random.default_rng(seed).standard_normal((k, k))
    assert checks.fourier_error(X[0], K, dilation) < 1e-10  # 1e-5 would do
    if dilation == 1:
        expected = correlate(X[0], K, mode="wrap")
        np.testing.assert_allclose(checks.by_fourier(X[0], K, 1), expected, atol=1e-10)


def test_without_conj_it_is_the_flipped_kernel():
    K = RNG.standard_normal((3, 3))
    product = np.fft.ifft2(np.fft.fft2(checks.spread(K, 24, 1)) * np.fft.fft2(X[0])).real
    np.testing.assert_allclose(product, checks.by_fourier(X[0], K[::-1, ::-1], 1), atol=1e-12)


def test_weights_of_a_megapixel_as_the_chapter_has_them():
    n = 1000
    assert checks.counts(n * n, n * n, n, 9) == (10**12, 1999**2, 9)


def test_random_weights_follow_from_the_seed():
    a, b, c = (checks.fully_connected(8, seed) for seed in (0, 0, 1))
    for one, same, other in zip(a, b, c, strict=True):
        assert (one == same).all() and (one != other).any() and one.shape == (64, 64)
    assert (a[0] != a[1]).any()


@torch.no_grad()
def test_the_mlp_is_that_of_torch_and_commutes_with_no_shift():
    W, V = checks.fully_connected(24, 0)
    n = 24 * 24
    net = nn.Sequential(nn.Linear(n, n, bias=False), nn.ReLU(), nn.Linear(n, n, bias=False))
    net[0].weight.data, net[2].weight.data = torch.from_numpy(W), torch.from_numpy(V)
    expected = net(torch.from_numpy(X).float().flatten())
    ours = checks.mlp(X, W, V)
    np.testing.assert_allclose(ours.ravel(), expected, rtol=1e-3, atol=1e-4)
    assert 0.2 < ours.std() / X.std() < 5  # neither dies nor blows up
    assert np.abs(checks.mlp(-X, W, V) + ours).max() > 0.1  # not linear
    one, other = checks.both_ways(lambda x: checks.mlp(x, W, V), X, (1, 1))
    assert checks.apart(one, other) > 0.3


def test_the_mlps_part_of_the_shift_test_is_computed_once_for_a_picture_and_a_shift():
    """Its two full matrices were most of what a slider waited for, and hold no kernel."""
    x, by = X[:, :12, :12], (2, 3)
    found = [checks.shift_errors(x, RNG.standard_normal((1, 1, 3, 3)), d, by, 4) for d in (1, 2)]
    weights = checks.fully_connected(12, 4)
    expected = checks.apart(*checks.both_ways(lambda z: checks.mlp(z, *weights), x, by))
    assert found[0][4] == found[1][4] == expected and found[0][1] != found[1][1]
    before = checks.mlp_error.cache_info().misses
    checks.shift_errors(x, np.ones((1, 1, 5, 5)), 1, by, 4)
    assert checks.mlp_error.cache_info().misses == before
    checks.shift_errors(x, np.ones((1, 1, 5, 5)), 1, (1, 3), 4)
    checks.shift_errors(1 - x, np.ones((1, 1, 5, 5)), 1, by, 4)
    assert checks.mlp_error.cache_info().misses == before + 2


def test_nothing_is_not_apart():
    assert checks.apart(np.zeros(3), np.zeros(3)) == 0


@pytest.mark.parametrize("mix", ["mean of colors", "blue − yellow"])
def test_the_output_channels_side_by_side_are_those_of_torchs_layer(mix):
    """(5.5) with D output and C input channels; without colors, and depthwise, with one of them."""
    asked = KernelsSettings(color=True, mix=mix, side="5", angle=30, stride=2)
    W = bank(asked)
    assert W.shape == (len(PRESETS), 3, 5, 5)
    x = torch.from_numpy(picture(asked, 64)[:, 8:-8, 8:-8] / 255.0)
    h = nn.functional.conv2d(nn.functional.pad(x[None], (2,) * 4, "reflect"), torch.from_numpy(W))[
        0
    ].numpy()
    for found, K, expected in zip(Sheet(asked).maps, W, h, strict=True):
        np.testing.assert_array_equal(found, to_bytes(expected, *limits(K)))
    gray = Sheet(asked.replace(color=False)).maps
    assert bank(asked.replace(color=False)).shape[1] == 1 and (gray != Sheet(asked).maps).any()
    np.testing.assert_array_equal(Sheet(asked.replace(layer="depthwise")).maps, gray)
    assert Sheet(asked.replace(dilation=2, stride=1)).maps is Sheet(asked).maps  # made once
