import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.experiments.features.data import (
    DIGITS,
    Spirals,
    Things,
    framed,
    handwritten,
    order,
    render,
    shuffled,
    spirals,
    training_images,
)
from core.experiments.features.experiment import rolled
from core.experiments.features.settings import FeaturesSettings


def mirrored(of):
    """Left and right exchanged: another sense, and an angle a becomes pi - a."""
    return Spirals(1 - of.sense, -of.phase, of.size, of.pitch, of.bright)


def test_a_mirrored_galaxy_winds_the_other_way_with_the_same_pixels():
    of = spirals(np.random.default_rng(1), 6)
    a, b = render(of, 0, 0), render(mirrored(of), 0, 0)
    np.testing.assert_allclose(a[:, :, ::-1], b, atol=1e-12)
    np.testing.assert_allclose(np.sort(a.reshape(6, -1)), np.sort(b.reshape(6, -1)), atol=1e-12)


def test_sense_one_turns_clockwise_on_its_way_out():
    """The brightest angle grows with the radius; rows count down, so that is clockwise."""
    of = Spirals(np.array([1]), np.array([0.0]), np.array([9.0]), np.array([1.5]), np.array([1.0]))
    image = render(of, 0, 0)[0]
    down, right = np.mgrid[:32, :32] + 0.5 - 16
    r, angle = np.hypot(down, right), np.arctan2(down, right)
    crests = []
    for radius in (4, 5, 6, 7):
        ring = (np.abs(r - radius) < 0.7) & (image > 0)
        # twice the angle, since there are two arms
        crests.append(np.angle((image * np.exp(2j * angle))[ring].sum()))
    steps = np.diff(np.unwrap(crests))
    assert (steps > 0.2).all()


@given(st.integers(-8, 8), st.integers(-8, 8))
@settings(max_examples=15, deadline=None)
def test_whole_pixels_move_a_galaxy_as_a_whole(x, y):
    of = spirals(np.random.default_rng(2), 1)
    moved, still = render(of, x, y)[0], render(of, 0, 0)[0]
    inner = slice(8, 24)
    at = np.roll(moved, (-y, -x), (0, 1))
    np.testing.assert_allclose(at[inner, inner], still[inner, inner], atol=1e-12)


def test_digits_are_those_of_scikit_learn_at_their_places():
    from sklearn.datasets import load_digits

    x, y = handwritten()
    found = load_digits()
    assert sorted(y) == sorted(found.target) and x.sum() == found.data.sum() / 16
    frames = framed(x[:3], np.array([0, -4, 4]), np.array([0, 4, -4]))
    for frame, digit, (top, left) in zip(frames, x, ((4, 4), (8, 0), (0, 8)), strict=False):
        np.testing.assert_array_equal(frame[top : top + 8, left : left + 8], digit)
        assert frame.sum() == pytest.approx(digit.sum())


def test_splits_share_no_digit_and_no_galaxy():
    sizes = [len(Things("digits", 9999, 0, split, 0).label) for split in range(3)]
    assert sizes == [DIGITS, 200, 197]
    parts = [Things("digits", 9999, 0, split, 0).digits for split in range(3)]
    assert sum(part.sum() for part in parts) == pytest.approx(handwritten()[0].sum())
    phases = [Things("galaxies", 50, 0, split, 0).spirals.phase for split in range(3)]
    assert len(np.unique(np.concatenate(phases))) == 150


def test_noise_stays_where_a_galaxy_moves():
    things = Things("galaxies", 4, 0, 1, 0.1)
    clean = Things("galaxies", 4, 0, 1, 0.0)
    for x in (0, 5):
        np.testing.assert_allclose(things.at(x, 0) - clean.at(x, 0), things.noise, atol=1e-6)


def test_shuffling_keeps_every_pixel_and_is_the_same_for_all():
    plain = FeaturesSettings(samples=20)
    x, y = training_images(plain)
    mixed, same = training_images(plain.replace(shuffled=True))
    assert (y == same).all() and (x != mixed).any()
    np.testing.assert_array_equal(np.sort(x.reshape(20, -1)), np.sort(mixed.reshape(20, -1)))
    back = np.argsort(order(32, 0))
    np.testing.assert_array_equal(mixed.reshape(20, -1)[:, back], x.reshape(20, -1))
    assert shuffled(plain, x) is x


def test_rolled_is_torchs_roll():
    x = torch.randn(3, 8, 8)
    found = rolled(x, [1, -2, 5], [0, 3, -9])
    for k, (right, down) in enumerate(((1, 0), (-2, 3), (5, -9))):
        assert torch.equal(found[k], x[k].roll((down, right), (0, 1)))
