"""Rows of the benchmark's table, and how they are printed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

HEAD = ("what", "measured", "budget", "ratio", "rival or limit")


@dataclass(frozen=True)
class Row:
    """One measurement. `most` says whether the budget is the most or the least that is good."""

    what: str
    value: float
    unit: str
    budget: float
    most: bool = True
    beside: str = ""  # what a rival needs, or what the display allows
    detail: str = ""  # spread, circumstances

    @property
    def ratio(self) -> float:
        """Measured over budget."""
        return self.value / self.budget

    @property
    def good(self) -> bool:
        """Whether it lies within its budget."""
        return self.ratio <= 1 if self.most else self.ratio >= 1

    def cells(self) -> tuple[str, ...]:
        """Texts of the columns."""
        bound = "≤" if self.most else "≥"
        verdict = "" if self.good else " !"
        measured = f"{number(self.value)} {self.unit}" + (
            f" ({self.detail})" if self.detail else ""
        )
        budget = f"{bound} {number(self.budget)} {self.unit}"
        return self.what, measured, budget, f"{self.ratio:.2f}{verdict}", self.beside


def number(value: float) -> str:
    """Three digits: 0.123, 12.3, 123."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def spread(values: Sequence[float]) -> str:
    """Least, median and most of repeated measurements."""
    least, middle, most = (number(v) for v in (min(values), median(values), max(values)))
    return f"{least} to {most}, median {middle}, n = {len(values)}"


def table(rows: Sequence[Row]) -> str:
    """All rows under one head, columns aligned; ! marks what misses its budget."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    lines.insert(1, tuple("-" * width for width in widths))
    texts = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(text.rstrip() for text in texts)


def as_json(rows: Sequence[Row]) -> str:
    """The rows as a JSON list, with ratio and verdict."""
    return json.dumps([{**asdict(row), "ratio": row.ratio, "good": row.good} for row in rows])
