"""Least squares of minimum norm and ridge, against LAPACK, NumPy and scikit-learn."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from core.experiments.double_descent.solve import decompose, fit, weight_of_noise

SHAPES = [(12, 5), (12, 12), (12, 40)]


def problem(n, p, seed=0, seeds=3):
    rng = np.random.default_rng(seed)
    Phi, y = rng.standard_normal((seeds, n, p)), rng.standard_normal((seeds, n))
    return torch.from_numpy(Phi), torch.from_numpy(y)


@given(n=st.integers(1, 30), p=st.integers(1, 60), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_minimum_norm_is_that_of_lapack_and_of_the_pseudo_inverse(n, p, seed):
    Phi, y = problem(n, p, seed)
    found, spectrum = fit(Phi, y)
    worst = float((spectrum.s[:, 0] / spectrum.s[:, -1]).max())  # condition
    lstsq = torch.linalg.lstsq(Phi, y[..., None], driver="gelsd").solution[..., 0]
    size = 1 + float(lstsq.abs().max())
    assert float((found.a - lstsq).abs().max()) < 1e-13 * worst**2 * size + 1e-12
    by_numpy = np.linalg.pinv(Phi.numpy()) @ y.numpy()[..., None]
    assert np.abs(found.a.numpy() - by_numpy[..., 0]).max() < 1e-13 * worst**2 * size + 1e-12
    np.testing.assert_allclose(found.norm, np.linalg.norm(by_numpy[..., 0], axis=1), rtol=1e-6)


@pytest.mark.parametrize(("n", "p"), SHAPES)
@pytest.mark.parametrize("ridge", [1e-3, 0.3, 10.0])
def test_ridge_is_that_of_scikit_learn(n, p, ridge):
    Phi, y = problem(n, p)
    found, _ = fit(Phi, y, ridge)
    for k in range(len(Phi)):
        theirs = Ridge(ridge, fit_intercept=False, solver="svd").fit(Phi[k].numpy(), y[k].numpy())
        np.testing.assert_allclose(found.a[k], theirs.coef_, atol=1e-9)
        left = theirs.predict(Phi[k].numpy()) - y[k].numpy()
        assert float(found.train[k]) == pytest.approx(float((left**2).mean()), rel=1e-8)


@pytest.mark.parametrize(("n", "p"), SHAPES)
@pytest.mark.parametrize("ridge", [0.0, 0.3])
def test_effective_parameters_are_a_trace_and_a_norm(n, p, ridge):
    """Of the matrix that turns answers into predictions, written out."""
    Phi, y = problem(n, p)
    new = torch.from_numpy(np.random.default_rng(1).standard_normal((3, 7, p)))
    found, spectrum = fit(Phi, y, ridge)
    weights = weight_of_noise(new, spectrum, ridge)
    for k in range(3):
        A = Phi[k].numpy()
        inverse = np.linalg.pinv(A) if not ridge else np.linalg.solve(
            A.T @ A + ridge * np.eye(p), A.T
        )  # fmt: skip
        assert float(found.used[k]) == pytest.approx(np.trace(A @ inverse), rel=1e-8)
        s_of_x = new[k].numpy() @ inverse
        assert float(weights[k]) == pytest.approx((s_of_x**2).sum(1).mean(), rel=1e-6)


def test_the_order_of_the_samples_does_not_matter():
    Phi, y = problem(12, 40)
    order = torch.randperm(12, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(fit(Phi[:, order], y[:, order])[0].a, fit(Phi, y)[0].a)


def test_what_cannot_be_told_apart_is_shared_equally():
    """A feature given twice gets half of the coefficient each: no other sharing is as short."""
    Phi, y = problem(12, 5)
    once, twice = fit(Phi, y)[0].a, fit(torch.cat([Phi, Phi], 2), y)[0].a
    torch.testing.assert_close(twice, torch.cat([once, once], 1) / 2)


def test_a_wide_matrix_is_its_factors():
    Phi, _ = problem(12, 40)
    U, s, V = decompose(Phi)
    torch.testing.assert_close(U @ torch.diag_embed(s) @ V.mT, Phi)
    np.testing.assert_allclose(s, np.linalg.svd(Phi.numpy(), compute_uv=False))
