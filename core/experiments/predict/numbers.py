"""How predicted numbers are written, so that what stands side by side agrees."""

from __future__ import annotations

from decimal import Decimal

from core.qm9.prediction.predict import Property


def number(value: float | Decimal, digits: int, sign: bool = False) -> str:
    """A number with a true minus, and a plus where asked for; what is written 0 has no sign."""
    text = f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"
    text = text if float(text) else text.lstrip("+-")
    return text.replace("-", "−")


def apart(value: float, other: float, digits: int) -> str:
    """How far two numbers are apart as they are written, with a sign: what a reader subtracts."""
    first, second = (Decimal(f"{v:.{digits}f}") for v in (value, other))
    return number(first - second, digits, sign=True)


def interval(p: Property, digits: int) -> str:
    """Its interval as text; a dash where there is none."""
    if p.low is None or p.high is None:
        return "–"
    return f"{number(p.low, digits)} to {number(p.high, digits)}"
