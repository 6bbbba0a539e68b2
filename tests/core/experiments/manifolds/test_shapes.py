"""The data sets: against scikit-learn and SciPy, and what must hold of sheets, knots and links."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.ndimage import rotate
from scipy.spatial.distance import cdist
from sklearn.datasets import load_digits, make_swiss_roll

from core.experiments.manifolds import shapes, tables
from core.experiments.manifolds.data import known, made, points, standardized
from core.experiments.manifolds.settings import ManifoldsSettings, of_data

RNG = np.random.default_rng


def test_the_roll_is_that_of_scikit_learn():
    X, t = make_swiss_roll(400, random_state=0)
    u = (t / (1.5 * np.pi) - 1) / 2
    found = shapes.rolled(u, X[:, 1] / 21)
    np.testing.assert_allclose(found.X, X, atol=1e-9)
    for one, arc in zip(t[:5], found.flat[:5, 0] - found.flat[0, 0], strict=True):
        length, _ = quad(lambda s: np.sqrt(1 + s**2), t[0], one)  # of (t cos t, t sin t)
        assert arc == pytest.approx(length, abs=1e-6)


@pytest.mark.parametrize("name", ["swiss roll", "S-curve"])
def test_a_sheet_is_laid_flat_without_stretching(name):
    shape = shapes.SHAPES[name](3000, RNG(0))
    bent, flat = cdist(shape.X, shape.X), cdist(shape.flat, shape.flat)
    assert (bent <= flat + 1e-9).all()  # no straight way is longer than that along the sheet
    near = (flat > 0) & (flat < 0.01 * flat.max())
    np.testing.assert_allclose(bent[near], flat[near], rtol=0.02)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=2, max_size=30))
def test_any_drawn_sheet_is_laid_flat_without_stretching(profile):
    if len(profile) < 2 or np.ptp(np.array(profile), axis=0).max() < 0.3:
        return
    given_ = ManifoldsSettings(dataset="drawn", profile=tuple(profile), samples=200, perplexity=10)
    shape = made(given_)
    assert (cdist(shape.X, shape.X) <= cdist(shape.flat, shape.flat) + 1e-9).all()
    assert shape.flat[:, 0].max() <= np.linalg.norm(np.diff(given_.profile, axis=0), axis=1).sum()


def test_the_window_of_the_roll_is_empty():
    X = shapes.roll_with_hole(2000, RNG(1)).X
    u = (np.hypot(X[:, 0], X[:, 2]) / (1.5 * np.pi) - 1) / 2
    (a, b), (c, d) = shapes.WINDOW
    v = X[:, 1] / shapes.HEIGHT
    inside = (u > a + 1e-9) & (u < b - 1e-9) & (v > c) & (v < d)
    assert len(X) == 2000 and not inside.any()
    assert ((u > a) & (u < b)).sum() > 100  # above and below it there are points


def test_points_of_the_torus_lie_on_it():
    x, y, z = shapes.torus(500, RNG(0)).X.T
    np.testing.assert_allclose((np.hypot(x, y) - 2) ** 2 + z**2, 0.64)


def test_the_rings_are_linked_once():
    """Gauss's linking number, from the two rings in the order of their angle."""
    shape = shapes.linked_rings(1000, RNG(0))
    rings = [shape.X[shape.color == k] for k in (0, 1)]
    first = rings[0][np.argsort(np.arctan2(rings[0][:, 1], rings[0][:, 0]))]
    second = rings[1][np.argsort(np.arctan2(rings[1][:, 2], rings[1][:, 0] - 1))]
    (a, da), (b, db) = (
        ((c + np.roll(c, -1, 0)) / 2, np.roll(c, -1, 0) - c) for c in (first, second)
    )
    apart = a[:, None] - b[None]
    cross = np.cross(da[:, None], db[None])
    number = ((apart * cross).sum(-1) / np.linalg.norm(apart, axis=-1) ** 3).sum() / (4 * np.pi)
    assert abs(number) == pytest.approx(1, abs=0.02)


def test_the_object_is_turned_by_its_angle():
    shape = shapes.rotated(300, RNG(0))
    images = shape.X.reshape(-1, shapes.SIDE, shapes.SIDE)
    i = int(np.abs(shape.color - 1.0).argmin())
    turned = rotate(images[i], np.degrees(shape.color[i] - 2.0), reshape=False, order=3)
    other = images[int(np.abs(shape.color - 2.0).argmin())]
    assert np.abs(turned - other).mean() < 0.02 < np.abs(images[i] - other).mean()


@pytest.mark.parametrize("name", [*shapes.SHAPES, "drawn", *tables.TABLES])
def test_every_data_set_has_its_points_and_colors(name):
    given_ = ManifoldsSettings(dataset=name, samples=300)
    shape = known(of_data(given_))
    assert len(shape.X) == len(shape.color) == 300 and np.isfinite(shape.X).all() and shape.said
    again = known.__wrapped__(of_data(given_))
    np.testing.assert_array_equal(shape.X, again.X)
    other = known(of_data(given_.replace(data_seed=1)))
    assert (other.X != shape.X).any()
    Z, mean, scale = standardized(shape.X)
    np.testing.assert_allclose(Z.mean(0), 0, atol=1e-6)
    assert Z.var(0).mean() == pytest.approx(1)
    np.testing.assert_allclose(Z * scale + mean, shape.X, atol=1e-6)
    pictures = tables.pictures(given_, shape.X)
    assert pictures is None or pictures[0].size in (shape.X.shape[1], tables.STRIPES * 40)


def test_noise_is_a_share_of_the_size():
    plain = made(ManifoldsSettings())
    noisy = points(ManifoldsSettings(noise=10), plain)
    size = np.sqrt(plain.X.var(0).sum())
    assert np.sqrt(((noisy - plain.X) ** 2).sum(1).mean()) == pytest.approx(0.1 * size, rel=0.1)


def test_digits_are_scikit_learns():
    settings_ = ManifoldsSettings(dataset="digits", samples=500)
    found, (X, y) = tables.shape(settings_), load_digits(return_X_y=True)
    rows = tables.rows(settings_)
    np.testing.assert_array_equal(found.X, X[rows])
    np.testing.assert_array_equal(found.color, y[rows])


def test_the_shipped_table_is_that_of_mnist1d():
    from mnist1d.data import get_dataset_args, make_dataset

    package, ours = make_dataset(get_dataset_args()), tables.load()
    np.testing.assert_array_equal(ours["mnist1d_digit"], package["y"][: tables.ROWS])
    np.testing.assert_allclose(ours["mnist1d"], package["x"][: tables.ROWS], atol=2e-3)


def test_molecules_have_names_that_chemistry_knows():
    from rdkit import Chem

    settings_ = ManifoldsSettings(dataset="QM9 embeddings", samples=300)
    names = tables.names(settings_)
    assert len(names) == 300 and all(Chem.MolFromSmiles(name) for name in names)
    gap = tables.shape(settings_).color
    assert gap.min() > 0 and 5 < np.median(gap) < 9  # eV
