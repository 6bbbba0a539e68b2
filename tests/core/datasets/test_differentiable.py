"""Formulas over tensors: values as the checked formula has them, slopes against differences."""

import numpy as np
import pytest
import torch

from core.datasets import formula
from core.datasets.differentiable import TENSOR_FUNCTIONS, differentiable

TEXTS = (
    "x1^2 + 3*x2", "sin(x1)*cos(2*x2) - exp(-x1^2)", "max(x1, x2, 0.3) + min(x1, -x2)",
    "x1 > x2 and x1 < 2", "-x1 % 0.7", "atan2(x1, x2) + sigmoid(x1)", "(x1 < 0.5) * relu(x2)",
    "not x1 > 0", "2^x1 + pi", "1", "x1*x2 + 9**9**9 * 0", "abs(x1) ^ 1.5", "x1 == x2 or x1 != x2",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_values_are_those_of_the_formula(text):
    parsed = formula.parse(text)
    x = np.random.default_rng(0).normal(size=(2, 200))
    found = differentiable(parsed)(*torch.from_numpy(x))
    np.testing.assert_allclose(found, parsed(*x), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", formula.FUNCTIONS)
def test_every_function_is_there_and_has_the_same_values(name):
    parsed = formula.parse(f"{name}(x1)" if formula.FUNCTIONS[name][1] == 1 else f"{name}(x1, x2)")
    x = np.random.default_rng(1).normal(size=(2, 200))
    found = differentiable(parsed)(*torch.from_numpy(x))
    np.testing.assert_allclose(found, parsed(*x), rtol=1e-12, atol=1e-12)
    assert set(TENSOR_FUNCTIONS) == set(formula.FUNCTIONS)


@pytest.mark.parametrize("text", TEXTS[:3])
def test_slopes_against_differences(text):
    f = differentiable(formula.parse(text))
    x = torch.from_numpy(np.random.default_rng(2).normal(size=(2, 50))).requires_grad_()
    (slopes,) = torch.autograd.grad(f(*x).sum(), x)
    with torch.no_grad():
        steps = [torch.zeros(2, 1, dtype=x.dtype).index_fill(0, torch.tensor(i), 1e-6)
                 for i in range(2)]  # fmt: skip
        expected = torch.stack([(f(*(x + e)) - f(*(x - e))) / 2e-6 for e in steps])
    torch.testing.assert_close(slopes, expected, rtol=1e-5, atol=1e-6)


def test_a_square_has_a_slope_at_zero():
    x = torch.zeros(1, dtype=torch.float64).requires_grad_()
    (slope,) = torch.autograd.grad(differentiable(formula.parse("x1^2", ("x1",)))(x).sum(), x)
    assert float(slope) == 0
