"""Formulas typed by a user, such as `x2 > 2*sin(x1)`: parsed against a whitelist, never executed.

f = parse("x1*x2 > 0")
f(x1, x2)               # float64, the shape of the inputs; 1.0 where true, 0.0 where not
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LONGEST, DEEPEST, LARGEST = 200, 25, 100  # characters, nesting, numbers and operations

CONSTANTS = {"pi": math.pi, "e": math.e}


def _sigmoid(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(x / 2))


def _relu(x: Array) -> Array:
    return np.maximum(x, 0)


def _step(x: Array) -> Array:
    return np.where(x > 0, 1.0, 0.0)


# Name -> (function, number of arguments; 0 stands for two or more).
FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "sin": (np.sin, 1),
    "cos": (np.cos, 1),
    "tan": (np.tan, 1),
    "asin": (np.arcsin, 1),
    "acos": (np.arccos, 1),
    "atan": (np.arctan, 1),
    "atan2": (np.arctan2, 2),
    "sinh": (np.sinh, 1),
    "cosh": (np.cosh, 1),
    "tanh": (np.tanh, 1),
    "exp": (np.exp, 1),
    "log": (np.log, 1),
    "sqrt": (np.sqrt, 1),
    "abs": (np.abs, 1),
    "sign": (np.sign, 1),
    "floor": (np.floor, 1),
    "ceil": (np.ceil, 1),
    "round": (np.round, 1),
    "step": (_step, 1),
    "relu": (_relu, 1),
    "sigmoid": (_sigmoid, 1),
    "min": (np.minimum, 0),
    "max": (np.maximum, 0),
}

BINARY: dict[type[ast.operator], Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
}
UNARY: dict[type[ast.unaryop], Callable[..., Any]] = {
    ast.USub: np.negative,
    ast.UAdd: np.positive,
    ast.Not: np.logical_not,
}
COMPARE: dict[type[ast.cmpop], Callable[..., Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


class Formula:
    """A checked formula; call it with one array for each of its names."""

    def __init__(self, text: str, names: Sequence[str], tree: ast.expr) -> None:
        self.text, self.names, self.tree = text, tuple(names), tree

    def __call__(self, *values: Any) -> Array:
        """The formula's value, in float64, which holds 9**9**9 as inf instead of computing it.

        Where it has no value (log(-1), 0/0) the result is nan; that is for the caller to judge.

        Shapes: the inputs broadcast together, and so does the result.
        """
        known = [np.asarray(value, np.float64) for value in values]
        shape = np.broadcast_shapes(*(value.shape for value in known))
        scope = dict(zip(self.names, known, strict=True))
        with np.errstate(all="ignore"):
            result = np.asarray(_value(self.tree, scope), np.float64)
        return np.broadcast_to(result, shape).copy()


def parse(text: str, names: Sequence[str] = ("x1", "x2")) -> Formula:
    """Check a formula in the variables `names`.

    Errors: `ValueError` with one sentence that says what is wrong and what is allowed.
    """
    if len(text) > LONGEST:
        raise ValueError(
            f"The formula is {len(text)} characters long; up to {LONGEST} are allowed."
        )
    odd = re.search(r"[^A-Za-z0-9_ .,()+\-*/%^<>=!]", text)
    if odd:
        raise ValueError(f"The formula has {odd[0]!r} in it, {_allowed(names)}")
    try:
        # `^` is what mathematicians type for a power; stripped, because Python reads indentation.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.replace("^", "**").strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"The formula cannot be read{_where(error, text)}.") from None
    _verify(tree, names)
    return Formula(text, names, tree)


def _allowed(names: Sequence[str]) -> str:
    known = ", ".join([*names, *CONSTANTS])
    return (
        f"but only numbers, {known}, + - * / % ^, comparisons, and, or, not, and these functions "
        f"are allowed: {' '.join(FUNCTIONS)}."
    )


def _where(error: BaseException, text: str) -> str:
    """Point at what Python's parser stumbled over, in words for somebody who never met Python."""
    if not text.strip():
        return ": it is empty; try x1*x2 > 0"
    if text.count("(") != text.count(")"):
        return f": it opens {text.count('(')} brackets and closes {text.count(')')}"
    if re.search(r"[0-9)]\s*[A-Za-z(]", text) and not re.search(r"\b(and|or|not)\b", text):
        return "; write the multiplication sign, as in 2*x1"
    if re.search(r"(?<![<>=!])=(?!=)", text):
        return "; compare with ==, < or >"
    return "; it should look like x2 > 2*sin(x1) or x1^2 + x2^2 - 9"


def _verify(tree: ast.expr, names: Sequence[str]) -> None:
    """Walk without recursion over everything that Python's parser may have found."""
    todo: list[tuple[ast.expr, int]] = [(tree, 1)]
    count = 0
    while todo:
        node, depth = todo.pop()
        count += 1
        if depth > DEEPEST or count > LARGEST:
            raise ValueError(
                f"The formula is too complicated: up to {LARGEST} numbers and operations, nested "
                f"up to {DEEPEST} deep, are allowed."
            )
        todo += [(part, depth + 1) for part in _parts(node, names)]


def _parts(node: ast.expr, names: Sequence[str]) -> list[ast.expr]:
    """What a node is made of, if it is on the whitelist."""
    match node:
        case ast.Constant(value=bool() | complex() | str() | bytes() | None):
            pass
        case ast.Constant(value=int() | float()):
            return []
        case ast.Name(id=name):
            if name in names or name in CONSTANTS:
                return []
            if name in FUNCTIONS:
                raise ValueError(f"The function {name} needs brackets, as in {name}({names[0]}).")
            raise ValueError(f"The formula uses {name}, {_allowed(names)}")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return [left, right]
        case ast.UnaryOp(op=unary, operand=operand) if type(unary) in UNARY:
            return [operand]
        case ast.BoolOp(values=values):
            return values
        case ast.Compare(left=left, ops=ops, comparators=others):
            if all(type(compare) in COMPARE for compare in ops):
                return [left, *others]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return _arguments(name, args)
        case ast.Call(func=ast.Name(id=name)):
            raise ValueError(f"The formula calls {name}, {_allowed(names)}")
    raise ValueError(f"The formula has {ast.unparse(node)[:40]!r} in it, {_allowed(names)}")


def _arguments(name: str, args: list[ast.expr]) -> list[ast.expr]:
    needed = FUNCTIONS[name][1]
    if len(args) != needed if needed else len(args) < 2:
        words = {0: "two or more arguments", 1: "one argument", 2: "two arguments"}[needed]
        raise ValueError(f"The function {name} takes {words}, not {len(args)}.")
    return args


def _value(node: ast.expr, scope: dict[str, Array]) -> Any:
    """Evaluate a verified tree with numpy, in float64."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id=name):
            return scope[name] if name in scope else np.float64(CONSTANTS[name])
        case ast.BinOp(left=left, op=op, right=right):
            return _number(BINARY[type(op)](_value(left, scope), _value(right, scope)))
        case ast.UnaryOp(op=unary, operand=operand):
            return _number(UNARY[type(unary)](_value(operand, scope)))
        case ast.BoolOp(op=op, values=values):
            join = np.logical_and if isinstance(op, ast.And) else np.logical_or
            return _number(reduce(join, [_value(value, scope) for value in values]))
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [_value(side, scope) for side in (left, *others)]
            tests = [
                COMPARE[type(compare)](a, b)
                for compare, a, b in zip(ops, sides, sides[1:], strict=False)
            ]
            return _number(reduce(np.logical_and, tests))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _number(reduce_call(name, [_value(arg, scope) for arg in args]))
    raise TypeError(f"{ast.dump(node)} was not verified")  # unreachable after `_verify`


def reduce_call(name: str, args: list[Any]) -> Any:
    """Call a whitelisted function; `min` and `max` take any number of arguments."""
    function, needed = FUNCTIONS[name]
    return function(*args) if needed else reduce(function, args)


def _number(value: Any) -> Any:
    """True and false as 1 and 0, so that they can be added and multiplied."""
    return np.asarray(value, np.float64)
