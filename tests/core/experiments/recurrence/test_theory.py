"""The gradient's way back through W_h, and first weights, against numpy and exact powers."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from core.experiments.recurrence.beginnings import MATRICES, first_weights, keeping
from core.experiments.recurrence.pace import READERS, linear_by_doubling
from core.experiments.recurrence.pictures import Recurrence
from core.experiments.recurrence.settings import RecurrenceSettings
from core.experiments.recurrence.theory import way_back

UNTIMED = how(deadline=None)  # a machine may be busy


def random(seed):
    return torch.Generator().manual_seed(seed)


@UNTIMED
@given(s=st.floats(0.5, 1.5), d=st.integers(2, 12), seed=st.integers(0, 100))
def test_an_orthogonal_matrix_times_s_gives_powers_of_s(s, d, seed):
    Q = MATRICES["orthogonal"](d, random(seed))
    np.testing.assert_allclose(Q @ Q.T, np.eye(d), atol=1e-12)
    back = way_back(s * Q, torch.randn(3, d, generator=random(seed)), 51)
    for curve in (back.alone, back.bound, back.rate):
        np.testing.assert_allclose(curve, s ** np.arange(51), rtol=1e-9)


@UNTIMED
@given(d=st.integers(2, 10), seed=st.integers(0, 100))
def test_the_norm_bounds_what_any_matrix_does(d, seed):
    W = torch.randn(d, d, generator=random(seed), dtype=torch.float64)
    u = torch.randn(4, d, generator=random(seed + 1), dtype=torch.float64)
    back = way_back(W, u, 20)
    assert (back.alone <= back.bound * (1 + 1e-9)).all() and back.radius <= back.norm * (1 + 1e-9)
    powers = [np.linalg.matrix_power(W.numpy(), k) for k in range(20)]
    sizes = np.array([np.sqrt(((u.numpy() @ P.T) ** 2).sum(1).mean()) for P in powers])
    np.testing.assert_allclose(back.alone, sizes / sizes[0], rtol=1e-9)


def test_the_radius_is_the_rate_in_the_long_run():
    W = MATRICES["Gaussian, radius"](32, random(0))
    back = way_back(W, torch.randn(4, 32, generator=random(1)), 400)
    assert back.radius == pytest.approx(1) and back.norm > 1.5
    decay = float((back.alone[-1] / back.alone[-200]) ** (1 / 199))
    assert decay == pytest.approx(back.radius, abs=0.01)
    assert back.bound[-1] > 1e50  # the bound is far away


def test_gaussian_by_norm_has_norm_one_and_vanishes():
    """Section 2.7 of the notes on science: 9e-14 after 50 steps at norm 1."""
    W = MATRICES["Gaussian, norm"](32, random(0))
    assert np.linalg.norm(W.numpy(), 2) == pytest.approx(1)
    back = way_back(W, torch.randn(64, 32, generator=random(1)), 51)
    assert 1e-16 < float(back.alone[-1]) < 1e-10


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.1])
def test_a_linear_cell_on_the_page_obeys_the_law_to_three_digits(scale):
    """The film's gradients are autograd's, through the cell; the law is s^lag."""
    settings = RecurrenceSettings(
        activation="linear", scale=scale, length=51, cells=("RNN",), beside=False
    )
    shown = Recurrence(settings).snapshot()
    np.testing.assert_allclose(shown["gradient_RNN"], scale ** np.arange(51.0), rtol=1e-3)
    assert shown["norm"] == pytest.approx(scale, rel=1e-5)
    assert shown["radius"] == pytest.approx(scale, rel=1e-5)


def test_tanh_only_shrinks_what_an_orthogonal_matrix_carries():
    shown = Recurrence(RecurrenceSettings(cells=("RNN",))).snapshot()
    assert (shown["gradient_RNN"] <= shown["alone"] * (1 + 1e-5)).all()


def test_chrono_biases_spread_over_one_to_T():
    """Tallec and Ollivier (2018): log U(1, T - 1), so that sigmoid(b) = 1 - 1 / (1 + u)."""
    b = keeping("chrono", 100, 5000, random(0))
    times = torch.exp(b)
    assert times.min() >= 1 and times.max() <= 99
    assert float(times.mean()) == pytest.approx(50, rel=0.05)
    assert (keeping("keep 3", 100, 5, random(0)) == 3).all()


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_a_twin_differs_only_in_what_is_set(cell):
    settings = RecurrenceSettings()
    ours, plain = (first_weights(cell, 6, 8, 8, settings, flag, 3) for flag in (False, True))
    for name in ("W_x", "W_y", "b_y"):
        assert torch.equal(ours[name], plain[name])
    assert (ours["W_h"] != plain["W_h"]).all()
    block = slice(6, 12)  # f of the LSTM, z of the GRU
    assert (ours["b"][0, block] >= 0).all() and (plain["b"][0].abs() <= 1 / np.sqrt(6)).all()
    later = slice(12, None)
    assert torch.equal(ours["b"][0, later], plain["b"][0, later])
    if cell == "LSTM":
        assert torch.equal(ours["b"][0, :6], -ours["b"][0, block])


@UNTIMED
@given(T=st.integers(1, 70), d=st.integers(1, 4), seed=st.integers(0, 100))
def test_doubling_is_the_recurrence(T, d, seed):
    x = torch.randn(T, d, generator=random(seed), dtype=torch.float64)
    a = torch.rand(d, generator=random(seed), dtype=torch.float64)
    h, expected = np.zeros(d), []
    for x_t in x.numpy():
        h = a.numpy() * h + x_t
        expected.append(h)
    np.testing.assert_allclose(linear_by_doubling(x, torch.eye(d), a), expected, atol=1e-12)


@pytest.mark.parametrize("name", READERS)
def test_readers_do_not_look_ahead(name):
    x = torch.randn(12, 4, generator=random(0))
    W, a = torch.randn(4, 4, generator=random(1)), torch.rand(4, generator=random(2))
    other = x.clone()
    other[7:] += 1
    one, two = READERS[name](x, W, a), READERS[name](other, W, a)
    torch.testing.assert_close(one[:7], two[:7])
    assert (one[7:] - two[7:]).abs().max() > 1e-3
