"""The pictures of the kernels page: sizes, kinds, and what they are made of."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from core.experiments.kernels.data import NUMBERED, SOURCES, picture
from core.experiments.kernels.settings import KernelsSettings


@pytest.mark.parametrize("source", SOURCES)
def test_every_picture_in_every_size(source):
    for edge in (32, 64, 128, 256):
        found = picture(KernelsSettings(picture=source), edge)
        assert found.shape == (1, edge, edge) and found.dtype == np.uint8
        assert source == "drawn" or np.ptp(found) > 100


@pytest.mark.parametrize("source", NUMBERED)
def test_a_number_chooses_one_of_many(source):
    first, second, again = (
        picture(KernelsSettings(picture=source, which=which), 64) for which in (0, 1, 0)
    )
    assert (first == again).all() and np.abs(first - 1.0 * second).mean() > 2


def test_a_digit_is_scikit_learns_made_larger():
    x = picture(KernelsSettings(picture="digit", which=13), 160)[0].astype(float)
    small = x.reshape(10, 16, 10, 16).mean((1, 3))
    assert np.corrcoef(small[1:-1, 1:-1].ravel(), load_digits().images[13].ravel())[0, 1] > 0.97


def test_light_of_an_elliptical_galaxy_falls_with_the_fourth_root():
    """Along a ray without stars log light is a line in r ** (1/4)."""
    light = picture(KernelsSettings(picture="elliptical galaxy", which=3), 256)[0, 128, 128:]
    root = (np.arange(128) + 0.5) ** 0.25
    seen = (light > 20) & (light < 250)  # neither of few steps nor cut off
    assert seen.sum() > 30
    assert np.corrcoef(root[seen], np.log(light[seen].astype(float)))[0, 1] < -0.999
