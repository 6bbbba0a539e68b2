"""Angles between subspaces against SciPy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import subspace_angles

from core.analysis.subspace import largest_angle


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**31), st.floats(1e-7, 3))
def test_as_scipy_has_it(d, seed, far):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((d, 9))
    B = A + far * rng.standard_normal((d, 9))
    wanted = np.degrees(subspace_angles(A.T, B.T).max())
    assert largest_angle(A, B) == pytest.approx(wanted, rel=1e-5, abs=1e-9)


def test_it_is_of_the_spaces_not_of_the_rows():
    rng = np.random.default_rng(0)
    A, mix = rng.standard_normal((3, 8)), rng.standard_normal((3, 3))
    assert largest_angle(A, mix @ A) < 1e-10
    assert largest_angle(np.eye(4)[:2], np.eye(4)[2:]) == pytest.approx(90)


def test_what_has_diverged_has_no_angle():
    assert np.isnan(largest_angle(np.full((1, 3), np.inf), np.eye(3)[:1]))
