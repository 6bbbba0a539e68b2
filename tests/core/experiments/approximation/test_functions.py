import numpy as np
import pytest

from core.experiments.approximation.functions import (
    FUNCTIONS,
    JUMPS,
    absolute,
    draw,
    from_formula,
    from_points,
    simplify,
    sine,
    zigzag,
)

X = np.linspace(-1, 1, 4001)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_lie_between_minus_one_and_one(name):
    y = FUNCTIONS[name](X)
    assert y.shape == X.shape and y.dtype == np.float64
    assert np.isfinite(y).all() and np.abs(y).max() <= 1 + 1e-12
    assert y.max() - y.min() > 0.5  # something to see


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_those_named_in_jumps_jump(name):
    largest = np.abs(np.diff(FUNCTIONS[name](X))).max()
    if name in JUMPS:
        assert largest == pytest.approx(JUMPS[name], rel=0.02)
    else:
        assert largest < 0.05


def test_zigzag_is_three_layers_of_two_relus():
    """Telgarsky: the tent map t(u) = 2 relu(u) - 4 relu(u - 1/2), three times, has 8 pieces."""
    u = (X + 1) / 2
    for _ in range(3):
        u = 2 * np.maximum(u, 0) - 4 * np.maximum(u - 0.5, 0)
    np.testing.assert_allclose(1 - 2 * u, zigzag(X), atol=1e-12)


def test_formula():
    np.testing.assert_allclose(from_formula("sin(2*pi*x)")(X), sine(X), atol=1e-12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/x", "x = 0"),
        ("20*x", "between -10 and 10"),
        ("log(x)", "nan at x = -1"),
        ("y + 1", "y"),
        ("import os", "cannot be read"),
    ],
)
def test_bad_formulas_are_refused_with_a_reason(text, words):
    with pytest.raises(ValueError, match=words):
        from_formula(text)


def test_points_are_joined_by_lines_and_level_beyond():
    f = from_points([(0.5, 1.0), (-0.5, -1.0)])  # in any order
    np.testing.assert_allclose(f(np.array([-1, -0.5, 0, 0.25, 1])), [-1, -1, 0, 0.5, 1])


def test_a_stroke_changes_what_it_passes_over_and_nothing_else():
    path = [(x, 0.5) for x in np.linspace(-0.3, 0.3, 7)]
    f = from_points(draw(path, absolute))
    x = np.linspace(-1, 1, 801)
    under, beside = np.abs(x) < 0.29, np.abs(x) > 0.31
    np.testing.assert_allclose(f(x[under]), 0.5, atol=0.01)
    np.testing.assert_allclose(f(x[beside]), np.abs(x[beside]), atol=0.01)


def test_a_stroke_in_either_direction_is_the_same_function():
    path = [(x, float(np.sin(3 * x))) for x in np.linspace(-1, 1, 50)]
    assert draw(path, sine) == draw(path[::-1], sine)


def test_a_stroke_that_goes_back_is_still_a_function():
    rows = draw([(-0.5, 0), (0.5, 0.4), (-0.2, 0.8), (0.9, -0.5)], sine)
    xs = [x for x, _ in rows]
    assert xs == sorted(set(xs)) and xs[0] == -1 and xs[-1] == 1


def test_a_wild_stroke_stays_within_the_rows_that_a_link_carries():
    rng = np.random.default_rng(0)
    rows = draw(np.stack([np.linspace(-1.2, 1.2, 900), rng.normal(0, 30, 900)], 1), sine)
    assert 2 <= len(rows) <= 64
    assert all(-1 <= x <= 1 and -10 <= y <= 10 for x, y in rows)


def test_a_stroke_outside_leaves_the_function():
    f = from_points(draw([(3, 0), (4, 1)], sine))
    np.testing.assert_allclose(f(X), sine(X), atol=0.01)


def test_simplify_keeps_corners():
    x = np.linspace(-1, 1, 401)
    assert simplify(x, np.abs(x), 64) == [[-1, 1], [0, 0], [1, 1]]
