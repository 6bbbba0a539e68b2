"""Figure 5 as a model: curvature by differences, and what a shift costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from core.experiments.minima.model import AXIS, FLAT, MOST, SHARP, tracks, training_loss
from core.experiments.minima.pictures import Minima


@pytest.mark.parametrize("valley", [SHARP, FLAT])
def test_valleys_lie_where_they_say_and_are_as_curved(valley):
    found = minimize_scalar(training_loss, (valley.at - 0.1, valley.at, valley.at + 0.1))
    assert found.x == pytest.approx(valley.at, abs=0.01)
    h = 1e-3
    three = training_loss(valley.at + np.array([-h, 0, h]))
    assert (three[0] - 2 * three[1] + three[2]) / h**2 == pytest.approx(valley.curvature, rel=0.02)


def test_both_bottoms_are_equally_deep():
    assert training_loss(SHARP.at) == pytest.approx(training_loss(FLAT.at), abs=0.02)


@given(st.floats(-0.05, 0.05))
def test_a_small_shift_costs_half_the_curvature_times_its_square(shift):
    gaps = tracks(shift)["model_gaps"]
    np.testing.assert_allclose(gaps[:2], gaps[2:], rtol=0.1, atol=2e-3)


@given(st.floats(0.05, MOST))
def test_the_sharp_bottom_always_pays_more(shift):
    for way in (shift, -shift):
        gaps = tracks(way)["model_gaps"]
        assert gaps[0] > gaps[1] > 0


def test_a_drag_moves_the_test_loss_and_nothing_else():
    experiment = Minima(Minima.Settings.defaults().replace(hidden=(4,), samples=100))
    before = experiment.snapshot()
    experiment.change("shift", "0.5,0.1")
    after = experiment.snapshot()
    moved = {name for name in before if not np.array_equal(before[name], after[name], True)}
    assert moved == {"model_test", "model_bars", "model_gaps", "shift"}
    assert AXIS[after["model_test"][:112].argmin()] == pytest.approx(SHARP.at + 0.5, abs=0.03)
