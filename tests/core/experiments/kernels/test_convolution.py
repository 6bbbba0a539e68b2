"""Our layers against torch's over random shapes, and as a sum written out."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from core.experiments.kernels.convolution import (
    PADDINGS,
    convolve,
    depthwise,
    flip,
    outputs,
    pad,
    stuff,
)

SIDE, STRIDE, DILATION = st.sampled_from((1, 2, 3, 4, 5, 7)), st.integers(1, 4), st.integers(1, 3)
EDGE, CHANNELS = st.integers(19, 30), st.integers(1, 4)
CASES = given(SIDE, STRIDE, DILATION, EDGE, EDGE, CHANNELS, CHANNELS, st.integers(0, 2**31))
MODES = {"zero": "constant", "reflect": "reflect", "circular": "circular"}


def numbers(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


def tensor(*arrays):
    return [torch.from_numpy(np.ascontiguousarray(array)) for array in arrays]


@CASES
@settings(max_examples=120, deadline=None)
def test_convolve_is_conv2d(k, stride, dilation, H, W, C, D, seed):
    x, K = numbers(seed, (C, H, W), (D, C, k, k))
    z, weight = tensor(x, K)
    expected = F.conv2d(z[None], weight, stride=stride, dilation=dilation)[0].numpy()
    np.testing.assert_allclose(convolve(x, K, stride, dilation), expected, atol=1e-10)
    assert outputs(x, k, stride, dilation) == expected.shape[1:]


@CASES
@settings(max_examples=60, deadline=None)
def test_depthwise_is_conv2d_in_groups(k, stride, dilation, H, W, C, D, seed):
    x, K = numbers(seed, (C, H, W), (C, k, k))
    z, weight = tensor(x, K[:, None])
    expected = F.conv2d(z[None], weight, stride=stride, dilation=dilation, groups=C)[0].numpy()
    np.testing.assert_allclose(depthwise(x, K, stride, dilation), expected, atol=1e-10)


@CASES
@settings(max_examples=60, deadline=None)
def test_a_stuffed_picture_and_a_turned_kernel_make_a_transposed_layer(
    k, stride, dilation, H, W, C, D, seed
):
    x, K = numbers(seed, (C, H, W), (C, D, k, k))
    z, weight = tensor(x, K)
    reach = dilation * (k - 1)
    for taken in {0, reach // 2}:
        expected = F.conv_transpose2d(
            z[None], weight, stride=stride, padding=taken, dilation=dilation
        )[0].numpy()
        slid = pad(stuff(x, stride), "zero", reach - taken)
        found = convolve(slid, flip(K).transpose(1, 0, 2, 3), 1, dilation)
        np.testing.assert_allclose(found, expected, atol=1e-10)


@given(st.sampled_from(sorted(MODES)), st.integers(0, 12), EDGE, CHANNELS, st.integers(0, 99))
@settings(deadline=None)
def test_padding_is_torchs(padding, p, edge, C, seed):
    (x,) = numbers(seed, (C, edge, edge))
    expected = F.pad(*tensor(x), (p,) * 4, MODES[padding]).numpy()
    np.testing.assert_array_equal(pad(x, padding, p), expected)
    assert pad(x, "valid", p) is x and set(PADDINGS) == {*MODES, "valid"}


def test_the_sum_of_the_chapter_written_out():
    """(5.5) with four nested sums, for one output."""
    x, K = numbers(3, (2, 6, 7), (3, 2, 3, 3))
    h = convolve(x, K)
    i, j, c = 2, 4, 1
    total = sum(
        K[c, d, a + 1, b + 1] * x[d, i + 1 + a, j + 1 + b]
        for d in range(2) for a in (-1, 0, 1) for b in (-1, 0, 1)
    )  # fmt: skip
    assert h[c, i, j] == pytest.approx(total)


def test_flipped_it_is_the_convolution_of_mathematics():
    """Of two kernels one after the other: symmetric in both, as polynomials multiply."""
    from scipy.signal import convolve2d

    x, K = numbers(4, (1, 12, 12), (1, 1, 3, 3))
    np.testing.assert_allclose(
        convolve(x, flip(K))[0], convolve2d(x[0], K[0, 0], mode="valid"), atol=1e-12
    )


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="13 wide does not fit"):
        convolve(np.zeros((1, 12, 30)), np.zeros((1, 1, 7, 7)), 1, 2)
