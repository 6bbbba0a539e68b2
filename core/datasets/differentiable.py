"""A checked formula over tensors, so that torch can differentiate it.

f = differentiable(parse("x1^2 + cos(x2)"))
f(x1, x2).sum().backward()
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import torch
from torch import Tensor

from core.datasets.formula import CONSTANTS, Formula


def _tensor_step(x: Tensor) -> Tensor:
    return (x > 0).to(x.dtype)


# The names of `core.datasets.formula.FUNCTIONS`, of which `min` and `max` take two or more.
TENSOR_FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "sin": torch.sin, "cos": torch.cos, "tan": torch.tan, "asin": torch.asin, "acos": torch.acos,
    "atan": torch.atan, "atan2": torch.atan2, "sinh": torch.sinh, "cosh": torch.cosh,
    "tanh": torch.tanh, "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "abs": torch.abs,
    "sign": torch.sign, "floor": torch.floor, "ceil": torch.ceil, "round": torch.round,
    "step": _tensor_step, "relu": torch.relu, "sigmoid": torch.sigmoid,
    "min": torch.minimum, "max": torch.maximum,
}  # fmt: skip
TENSOR_BINARY: dict[type[ast.operator], Callable[..., Tensor]] = {
    ast.Add: torch.add, ast.Sub: torch.sub, ast.Mult: torch.mul, ast.Div: torch.div,
    ast.Mod: torch.remainder, ast.Pow: torch.pow,
}  # fmt: skip
TENSOR_UNARY: dict[type[ast.unaryop], Callable[..., Tensor]] = {
    ast.USub: torch.neg, ast.UAdd: torch.positive, ast.Not: torch.logical_not,
}  # fmt: skip
TENSOR_COMPARE: dict[type[ast.cmpop], Callable[..., Tensor]] = {
    ast.Lt: torch.lt, ast.LtE: torch.le, ast.Gt: torch.gt, ast.GtE: torch.ge,
    ast.Eq: torch.eq, ast.NotEq: torch.ne,
}  # fmt: skip


def differentiable(formula: Formula) -> Callable[..., Tensor]:
    """The formula as a function of one tensor for each of its names.

    Where it has no value the result is nan. Where it has a jump or a corner the slope is that of
    one side, or 0, as torch has it.

    Shapes: the inputs broadcast together, and so does the result.
    """

    def value(*values: Tensor) -> Tensor:
        scope = dict(zip(formula.names, values, strict=True))
        like = torch.zeros_like(sum(values[1:], values[0]))
        return _tensor_value(formula.tree, scope, like) + like

    return value


def _tensor_value(node: ast.expr, scope: dict[str, Tensor], like: Tensor) -> Tensor:
    """Evaluate a verified tree; `like` (zeros) gives numbers their type and shape."""

    def of(part: ast.expr) -> Tensor:
        return _tensor_value(part, scope, like)

    match node:
        case ast.Constant(value=int() | float() as number):
            return like + (float(number) if abs(number) < 1e308 else math.inf)
        case ast.Name(id=name):
            return scope[name] if name in scope else like + CONSTANTS[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _as_number(_applied(op, of(left), right, of), like)
        case ast.UnaryOp(op=unary, operand=operand):
            return _as_number(TENSOR_UNARY[type(unary)](of(operand)), like)
        case ast.BoolOp(op=join, values=parts):
            both = torch.logical_and if isinstance(join, ast.And) else torch.logical_or
            return _as_number(reduce(both, [of(part) for part in parts]), like)
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [of(side) for side in (left, *others)]
            tests = [TENSOR_COMPARE[type(compare)](a, b)
                     for compare, a, b in zip(ops, sides, sides[1:], strict=False)]  # fmt: skip
            return _as_number(reduce(torch.logical_and, tests), like)
        case ast.Call(func=ast.Name(id=name), args=args):
            known = [of(part) for part in args]
            function = TENSOR_FUNCTIONS[name]
            made = reduce(function, known) if name in ("min", "max") else function(*known)
            return _as_number(made, like)
    raise TypeError(f"{ast.dump(node)} was not verified")  # unreachable after `parse`


def _applied(
    op: ast.operator, left: Tensor, right: ast.expr, of: Callable[[ast.expr], Tensor]
) -> Tensor:
    """A power with a written exponent keeps it a number: else its slope at 0 is none (0 log 0)."""
    match op, right:
        case ast.Pow(), ast.Constant(value=int() | float() as exponent) if abs(exponent) < 1e308:
            return torch.pow(left, float(exponent))
    return TENSOR_BINARY[type(op)](left, of(right))


def _as_number(value: Any, like: Tensor) -> Tensor:
    """True and false as 1 and 0, so that they can be added and multiplied."""
    return torch.as_tensor(value, dtype=like.dtype)
