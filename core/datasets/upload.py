"""Points from a CSV file of the user, checked line by line and scaled into the square."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.datasets.points import DOMAIN

LARGEST, MOST = 1 << 20, 2000  # bytes, rows
NAMES = ({"x1", "x"}, {"x2", "y"}, {"label", "class", "target"})
FORM = "each line should be x1,x2,label, as 0.5,-1.2,1"

Table = NDArray[np.float64]


class Upload(NamedTuple):
    """Rows (x1, x2, label) as the setting `points` takes them, and what was done to them."""

    rows: tuple[tuple[float, float, float], ...]
    notes: tuple[str, ...]


def read_csv(data: bytes) -> Upload:
    """Read a file with the columns x1, x2, label, with or without a header.

    Two different labels, numbers or words, are two classes: -1 for the first in order, +1 for the
    other. More numbers are a regression, scaled to [-1, 1].

    Errors: `ValueError` with the number of the wrong line and what to do.
    """
    cells = _cells(data)
    columns, first = _columns(cells[0][1])
    cells = cells[first:]
    if not 2 <= len(cells) <= MOST:
        raise ValueError(f"The file has {len(cells)} points; 2 to {MOST} are allowed.")
    x = np.array([[_number(line, row, c) for c in columns[:2]] for line, row in cells])
    y, about_labels = _labels(cells, columns[2])
    x, about_points = _into_square(x)
    rows = np.column_stack([x, y]).round(3).tolist()
    return Upload(tuple(tuple(row) for row in rows), (*about_labels, *about_points))


def _cells(data: bytes) -> list[tuple[int, list[str]]]:
    """Non-empty lines, with their numbers, cut into cells."""
    if len(data) > LARGEST:
        raise ValueError(f"The file has {len(data):,} bytes; up to {LARGEST:,} are allowed.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(
            f"Line {line} is not text in UTF-8; save the table as CSV (UTF-8)."
        ) from None
    lines = [(i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise ValueError(f"The file is empty; {FORM}.")
    mark = next((mark for mark in ";\t" if mark in lines[0][1]), ",")
    if mark == ";":  # where ; separates cells, a comma may be the decimal point
        lines = [(i, line.replace(",", ".")) for i, line in lines]
    return [(i, [cell.strip().strip('"') for cell in line.split(mark)]) for i, line in lines]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _columns(row: list[str]) -> tuple[list[int], int]:
    """Where x1, x2 and label are, and 1 if the first line is a header."""
    if len(row) < 3:
        raise ValueError(f"Line 1 has {len(row)} columns, but {FORM}.")
    if any(_is_number(cell) for cell in row[:2]):
        return [0, 1, 2], 0
    names = [cell.lower() for cell in row]
    found = [next((i for i, name in enumerate(names) if name in known), -1) for known in NAMES]
    return (found if -1 not in found else [0, 1, 2]), 1


def _cell(line: int, row: list[str], column: int) -> str:
    if column >= len(row) or not row[column]:
        raise ValueError(f"Line {line} has too few values; {FORM}.")
    return row[column]


def _number(line: int, row: list[str], column: int) -> float:
    text = _cell(line, row, column)
    if not _is_number(text):
        raise ValueError(f"Line {line}: {text[:40]!r} is not a finite number; {FORM}.")
    return float(text)


def _labels(cells: list[tuple[int, list[str]]], column: int) -> tuple[Table, list[str]]:
    """Labels in [-1, 1], and how they came from those of the file."""
    texts = [_cell(line, row, column) for line, row in cells]
    numeric = sum(_is_number(text) for text in texts) > len(texts) / 2
    found: list[Any] = texts
    if numeric:
        found = [_number(line, row, column) for line, row in cells]
    kinds = sorted(set(found))
    if len(kinds) == 2:
        said = [] if kinds == [-1, 1] else [f"Label {kinds[0]} is now -1 and {kinds[1]} is +1."]
        return np.where([label == kinds[1] for label in found], 1.0, -1.0), said
    if not numeric or len(kinds) < 2:
        line = next(
            (i for (i, _), label in zip(cells, found, strict=True) if label not in kinds[:2]), 1
        )
        raise ValueError(
            f"Line {line}: the file has {len(kinds)} different labels; "
            "use two classes, or numbers for a regression."
        )
    low, high = kinds[0], kinds[-1]
    y = 2 * (np.array(found) - low) / (high - low) - 1
    return y, [
        f"{len(kinds)} different labels: a regression, scaled from {low:g}..{high:g} to -1..1."
    ]


def _into_square(x: Table) -> tuple[Table, list[str]]:
    """Scale each axis to [-5, 5] if points lie outside of the square, or all in its middle."""
    reach = np.abs(x).max()
    if 1.5 <= reach <= DOMAIN:
        return x, []
    low, high = x.min(0), x.max(0)
    scaled = 10 * (x / 2 - low / 2) / np.maximum(high / 2 - low / 2, 1e-300) - 5
    where = "outside of" if reach > DOMAIN else "crowded in the middle of"
    return scaled, [f"Points were {where} the square, so each axis was scaled to -5..5."]
