import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import nn

from core.experiments.features.explain import (
    agreement,
    ascend,
    before_relu,
    excited,
    occlusion,
    odds,
    saliency,
    windows,
)
from core.experiments.features.network import Convolutional, receptive_field
from core.experiments.features.pictures import needles


def net(stride=1):
    torch.manual_seed(0)
    return Convolutional(32, 3, 4, stride, "max", "circular")


def test_odds_are_those_of_the_probabilities():
    z = torch.randn(5, 4).double()
    p = z.softmax(-1)
    for c in range(4):
        torch.testing.assert_close(odds(z, c), (p[:, c] / (1 - p[:, c])).log())


def test_saliency_is_the_slope_of_the_log_odds():
    """By finite differences, in double precision."""
    cnn, x = net().double(), torch.rand(32, 32).double()
    found = saliency(cnn, x, 1)
    for row, column in ((3, 4), (16, 16), (30, 7)):
        step = torch.zeros(32, 32).double()
        step[row, column] = 1e-6
        with torch.no_grad():
            slope = (odds(cnn((x + step)[None]), 1) - odds(cnn((x - step)[None]), 1)) / 2e-6
        assert float(found[row, column]) == pytest.approx(abs(float(slope)), abs=1e-6)


def test_occlusion_of_a_linear_network_is_known():
    """Of w . x each pixel that is covered takes w (x - mean) away."""
    w = torch.randn(256)
    linear = nn.Sequential(nn.Flatten(), nn.Linear(256, 2))
    with torch.no_grad():
        linear[1].weight.copy_(torch.stack([w, 0 * w]))
    x = torch.rand(16, 16)
    found = occlusion(linear, x, 0).flatten()
    lost = (w.view(16, 16) * (x - x.mean())).detach()
    for value, (rows, columns) in zip(found, windows(16), strict=True):
        assert float(value) == pytest.approx(float(lost[rows, columns].sum()), abs=1e-4)


def test_windows_cover_every_pixel():
    seen = np.zeros((32, 32))
    for rows, columns in windows(32):
        seen[rows, columns] += 1
    assert seen.min() >= 1


@pytest.mark.parametrize("stride", [1, 4])
def test_the_best_patch_alone_makes_the_channel_answer_as_much(stride):
    """Cut out and put in the middle of a frame, it gives what it gave in its image."""
    cnn, x = net(stride), torch.rand(12, 32, 32)
    found = excited(cnn, x)
    r, jump = receptive_field(cnn.stack)
    with torch.no_grad():
        assert found.values[0] == pytest.approx(cnn.maps(x)[-1].amax((0, 2, 3)), abs=1e-6)
        frame = torch.zeros(4, 64, 64)
        middle = 32 // jump
        low = middle * jump - r // 2
        frame[:, low : low + r, low : low + r] = found.patch
        answers = cnn.maps(frame)[-1][torch.arange(4), torch.arange(4), middle, middle]
    torch.testing.assert_close(answers, found.values[0], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("stride", [1, 4])
def test_gradient_ascent_raises_every_channel_within_the_bounds(stride):
    cnn = net(stride)
    r, jump = receptive_field(cnn.stack)
    made, value = ascend(cnn, 4, r, jump)
    assert made.min() >= 0 and made.max() <= 1 and made.shape == (4, r, r)
    with torch.no_grad():
        gray = before_relu(cnn, torch.full((1, 32, 32), 0.5))[0, :, 4, 4].relu()
    assert (value > gray).all()


def test_agreement_is_spearmans():
    rng = torch.Generator().manual_seed(0)
    salient, covered = torch.rand(16, 16, generator=rng), torch.randn(8, 8, generator=rng)
    sums = [float(salient[window].sum()) for window in windows(16)]
    wanted = spearmanr(sums, covered.abs().flatten()).statistic
    assert agreement(salient, covered) == pytest.approx(wanted, abs=1e-9)
    assert agreement(salient, torch.zeros(8, 8)) == 0


def test_needles_point_left_up_and_right():
    tips = needles(np.array([0, 0.5, 1]))[:, 1]
    np.testing.assert_allclose(tips, [[-1, 0], [0, 1], [1, 0]], atol=1e-6)
