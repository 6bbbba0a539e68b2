"""Formulas: right where they are right, and nothing but ValueError where they are not."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.formula import FUNCTIONS, LONGEST, parse

X1, X2 = np.meshgrid(np.linspace(-3, 3, 7), np.linspace(-2, 2, 5))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x1 + 2*x2", X1 + 2 * X2),
        ("x1^2 + x2**2 - 9", X1**2 + X2**2 - 9),
        ("-x1^2", -(X1**2)),
        ("2^-1", np.full_like(X1, 0.5)),
        ("x2 > 2*sin(x1)", 2 * np.sin(X1) < X2),
        ("-1 < x1 < 1 and not x2 > 0", (X1 > -1) & (X1 < 1) & ~(X2 > 0)),
        ("x1 > 0 or x2 >= 1", (X1 > 0) | (X2 >= 1)),
        ("min(x1, x2, 0) + max(x1, x2)", np.minimum(np.minimum(X1, X2), 0) + np.maximum(X1, X2)),
        ("x1 % 2", X1 % 2),
        ("atan2(x2, x1)", np.arctan2(X2, X1)),
        ("  exp(-x1*x1) * pi ", np.exp(-X1 * X1) * math.pi),
        ("step(x1) + sign(x2) + abs(x1)", (X1 > 0) + np.sign(X2) + abs(X1)),
        ("(x1 > 0) + (x2 > 0) == 1", ((X1 > 0) ^ (X2 > 0))),
        ("sqrt(x1)", np.where(X1 >= 0, np.sqrt(np.abs(X1)), np.nan)),
        ("(" * 90 + "x1" + ")" * 90, X1),
        ("relu(x1) * sigmoid(x2)", np.maximum(X1, 0) / (1 + np.exp(-X2))),
    ],
)
def test_is_what_numpy_computes(text, expected):
    found = parse(text)(X1, X2)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "empty"),
        ("(x1", "brackets"),
        ("2x1", "multiplication sign"),
        ("x1 = 2", "=="),
        ("x3 + 1", "x3"),
        ("sin", "needs brackets"),
        ("sin(x1, x2)", "one argument"),
        ("max(x1)", "two or more"),
        ("open(x1)", "open"),
        ("x1.real", "x1.real"),
        ("__import__('os')", "'"),
        ("x1 if x2 else 0", "if"),
        ("lambda: x1", ":"),
        ("x1 // 2", "//"),
        ("True", "True"),
        ("2j", "2j"),
        ("x1 is x2", "is"),
        ("sin(*x1)", "*x1"),
        ("x1" * 150, "characters"),
        ("-" * 60 + "x1", "complicated"),
        ("(" * 99 + "x1" + ")" * 98, "brackets"),
        ("+".join(["1"] * 100), "complicated"),
        ("x1, x2", "x1, x2"),
        ("x1 + \x00", "x00"),
        ("x1;x2", ";"),
        ("(y := 2)", ":"),
    ],
)
def test_refusals_say_what_is_wrong(text, hint):
    with pytest.raises(ValueError, match=r"formula|function") as error:
        parse(text)
    assert hint in str(error.value)
    assert "\n" not in str(error.value)


def test_huge_powers_are_infinite_at_once():
    """Whole numbers of Python would take for ever, and all memory."""
    assert np.isinf(parse("9**9**9**9")(0, 0))
    assert np.isinf(parse("9" * 199)(0, 0)) == np.isinf(float("9" * 199))
    assert np.isinf(parse("1e999")(0, 0))


def test_other_names_and_broadcast():
    f = parse("t*2", names=("t",))
    assert f(np.zeros((3, 1, 2))).shape == (3, 1, 2)
    assert parse("1")(np.zeros((4, 1)), np.zeros(3)).shape == (4, 3)
    with pytest.raises(ValueError, match="x1"):
        parse("x1", names=("t",))


words = st.sampled_from(
    [*FUNCTIONS, "x1", "x2", "pi", "e", "and", "or", "not", "if", "for", "None"]
)
marks = st.sampled_from(list("+-*/%^<>=!().,_ 0123456789") + ["**", "==", "1e9", "'", "[", "\n"])


@given(st.lists(st.one_of(words, marks), max_size=80).map("".join) | st.text(max_size=LONGEST + 5))
@settings(max_examples=600, deadline=10_000)
def test_any_text_is_a_formula_or_a_value_error(text):
    try:
        formula = parse(text)
    except ValueError as error:
        assert str(error).endswith(".")
        return
    assert formula(X1, X2).shape == X1.shape


numbers = st.floats(-3, 3).map(lambda v: f"({v:.3f})")
trees = st.recursive(
    st.sampled_from(["x1", "x2"]) | numbers,
    lambda t: st.tuples(t, st.sampled_from(["+", "-", "*"]), t).map(lambda p: f"({''.join(p)})"),
    max_leaves=8,
)


@given(trees)
@settings(deadline=None)
def test_agrees_with_python_itself(text):
    if len(text) <= LONGEST:
        reference = eval(text, {"x1": 0.7, "x2": -1.3})  # our own text, in a test
        assert parse(text)(0.7, -1.3) == pytest.approx(reference, abs=1e-12)
