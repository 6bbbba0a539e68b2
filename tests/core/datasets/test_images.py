"""Photographs, middle squares, and pictures that somebody gives."""

import io

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from core.datasets.images import LARGEST, MOST, PHOTOGRAPHS, Kept, opened, photograph, square


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_photographs_are_scikit_learns(name):
    expected = load_sample_image(PHOTOGRAPHS[name])
    np.testing.assert_array_equal(np.asarray(photograph(name)), expected)


@pytest.mark.parametrize(("mode", "shape"), [("L", (4, 4)), ("RGB", (4, 4, 3))])
def test_the_middle_square(mode, shape):
    wide = np.zeros((8, 20), np.uint8)
    wide[:, 6:14] = np.repeat(np.arange(8)[None] * 30, 8, 0)
    found = square(Image.fromarray(wide), 4, mode)
    assert found.shape == shape and found.dtype == np.uint8
    assert found.reshape(4, 4, -1)[0, :, 0].tolist() == [15, 75, 135, 195]  # means of two


@pytest.mark.parametrize(
    ("data", "words"), [(b"no picture", "can be read"), (bytes(LARGEST + 1), "10 are allowed")]
)
def test_what_is_no_picture_is_refused(data, words):
    with pytest.raises(ValueError, match=words):
        opened(data)


def test_a_picture_that_breaks_off_is_refused():
    data = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (90, 90, 3), np.uint8)
    Image.fromarray(noise).save(data, "PNG")
    with pytest.raises(ValueError, match="can be read"):
        opened(data.getvalue()[:2000])


def test_the_last_pictures_are_kept_under_names_of_their_own():
    kept = Kept()
    names = [kept.keep(np.full((2, 2), k, np.uint8)) for k in range(MOST + 1)]
    assert len(set(names)) == MOST + 1 and kept.get(names[0]) is None
    assert kept.get(names[-1])[0, 0] == MOST
    kept.known(names[-1])
    with pytest.raises(ValueError, match="no longer here"):
        kept.known(names[0])
