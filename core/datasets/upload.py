"""Points from a CSV file of the user, checked line by line and scaled into the square."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.datasets.points import DOMAIN
from core.datasets.table import Row, TableError, UnclearColumns, is_number, read, text_of

LARGEST, MOST = 1 << 20, 2000  # bytes, rows
PAIRS = ("x1 x2", "x y", "x0 x1", "feature1 feature2", "feature0 feature1", "f1 f2", "f0 f1")
LABELS = {"label", "labels", "class", "classes", "target", "targets", "category", "species"}
INDEX = {"", "index", "id", "idx", "row", "rowid", "rowname", "rownames", "unnamed0", "no", "nr"}
MISSING = {"", "nan", "na", "n/a", "#n/a", "null", "none", "inf", "-inf", "+inf", "?"}
WANTED = "x1, x2 and the label"
FORM = "each line should be x1,x2,label, as 0.5,-1.2,1"
NARROW = 0.5  # an axis whose points lie nearer together is one line on the screen

Table = NDArray[np.float64]
Columns = tuple[int, int, int]


class Upload(NamedTuple):
    """Rows (x1, x2, label) as the setting `points` takes them, and what was done to them."""

    rows: tuple[tuple[float, float, float], ...]
    notes: tuple[str, ...]


def read_csv(data: bytes, columns: Columns | None = None) -> Upload:
    """Read a file of points with the columns x1, x2 and label, found by name.

    Two different labels, numbers or words, are two classes: -1 for the first in order, +1 for the
    other. More numbers are a regression, scaled to [-1, 1].

    Args:
        data: The file.
        columns: Which columns x1, x2 and label are, from 0, where their names don't tell.

    Errors: `UnclearColumns` where `columns` is needed; else `TableError` with the number of the
    wrong line and what to do.
    """
    table = [row for row in read(text_of(data, LARGEST)) if row.cells]
    if len(table[0].cells) < 3:
        raise TableError(f"Line {table[0].line} has {len(table[0].cells)} columns, but {FORM}.")
    headed = not table[0].cells[0] or not any(map(is_number, table[0].cells))
    about_columns: list[str] = []
    if columns is None:
        columns, about_columns = _columns(table, headed)
    rows = table[headed:]
    if not 2 <= len(rows) <= MOST:
        raise TableError(f"The file has {len(rows)} points; 2 to {MOST} are allowed.")
    rows = _with_points(rows, columns)
    x = np.array([[_number(row, c) for c in columns[:2]] for row in rows])
    y, about_labels = _labels(rows, columns[2])
    scaled, about_points = _into_square(x)
    found = np.column_stack([scaled, y]).round(3)
    if len(np.unique(found[:, :2], axis=0)) < len(np.unique(x, axis=0)):
        about_points.append("Some points lie so near to each other that they fall together.")
    notes = (*about_labels, *about_columns, *about_points)
    return Upload(tuple(tuple(row) for row in found.tolist()), notes)


# --- which column is which ------------------------------------------------------------------------


def _columns(table: list[Row], headed: bool) -> tuple[Columns, list[str]]:
    """Where x1, x2 and label are, and what is to be said of that."""
    width = len(table[0].cells)
    if not headed:
        if width > 3:
            raise UnclearColumns(table, WANTED)
        return (0, 1, 2), ["The file has no header: its columns are x1, x2 and the label."]
    plain = [_plain(cell) for cell in table[0].cells]
    names = {i: name for i, name in enumerate(plain) if name not in INDEX}
    found = _by_name(names) or _by_kind(names, table[1:])
    if found is None:
        raise UnclearColumns(table, WANTED)
    head = [cell or "without a name" for cell in table[0].cells]
    said = []
    if not any(pair.split() == [plain[i] for i in found[:2]] for pair in PAIRS):
        x1, x2, label = (head[i] for i in found)
        said = [f"x1 is {x1}, x2 is {x2}, the label is {label}."]
    left = [head[i] for i in range(width) if i not in found]
    return found, said + ([f"Left out: column {', '.join(left)}."] if left else [])


def _plain(name: str) -> str:
    """A name without case, unit in brackets, and signs: X_1 (cm) and x₁ are x1."""
    bare = re.sub(r"[(\[].*", "", unicodedata.normalize("NFKC", name).lower())
    return re.sub(r"[\W_]", "", bare)


def _by_name(names: dict[int, str]) -> Columns | None:
    """The only x1, x2 and label that the names allow."""
    where = {name: i for i, name in names.items()}
    if len(where) < len(names):
        twice = {name for name in where if list(names.values()).count(name) > 1}
        where = {name: i for name, i in where.items() if name not in twice}
    known = LABELS & {*names.values()}
    label = where.get(next(iter(known))) if len(known) == 1 else None
    pair = next((p for p in map(str.split, PAIRS) if all(name in where for name in p)), None)
    if pair is None:
        rest = [i for i in names if i != label]
        two = label is not None and len(rest) == 2 and names[rest[0]] != names[rest[1]]
        return (rest[0], rest[1], label) if label is not None and two else None
    x1, x2 = where[pair[0]], where[pair[1]]
    rest = [i for i, name in names.items() if i not in (x1, x2)]
    if label is None and not known:
        if "y" in where and where["y"] in rest:
            label = where["y"]
        elif len(rest) == 1 and not re.fullmatch(r"(x|f|feature)\d+", names[rest[0]]):
            label = rest[0]
    return None if label is None else (x1, x2, label)


def _by_kind(names: dict[int, str], rows: Sequence[Row]) -> Columns | None:
    """Of three columns two hold numbers and one words: words are labels."""
    words = [i for i in names if not any(is_number(row.cells[i]) for row in rows)]
    if len(names) != 3 or len(words) != 1 or LABELS & {*names.values()} or not rows:
        return None
    x1, x2 = (i for i in names if i != words[0])
    return x1, x2, words[0]


# --- numbers and labels ---------------------------------------------------------------------------


def _with_points(rows: list[Row], columns: Columns) -> list[Row]:
    """Decimal commas become points, where the file leaves no doubt that they are such."""
    numbers = [(row.line, cell) for row in rows for i in columns if is_number(cell := row.cells[i])]
    commas = [(line, cell) for line, cell in numbers if "," in cell]
    if not commas:
        return rows
    line, cell = commas[0]
    sure = any(not re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", cell) for _, cell in commas)
    if not sure or any("." in cell for _, cell in numbers):
        raise TableError(
            f"Line {line}: {cell!r} may have a decimal comma or separate thousands: "
            "write numbers with a decimal point."
        )
    return [
        Row(r.line, tuple(c.replace(",", ".") if is_number(c) else c for c in r.cells))
        for r in rows
    ]


def _number(row: Row, column: int) -> float:
    text = row.cells[column].replace("\u2212", "-")
    if not text:
        raise TableError(f"Line {row.line} has too few values; {FORM}.")
    if not is_number(text) or not math.isfinite(float(text)):
        raise TableError(f"Line {row.line}: {text[:40]!r} is not a finite number; {FORM}.")
    return float(text)


def _labels(rows: list[Row], column: int) -> tuple[Table, list[str]]:
    """Labels in [-1, 1], and how they came from those of the file."""
    texts = [row.cells[column] for row in rows]
    for row, text in zip(rows, texts, strict=True):
        if text.lower() in MISSING:
            raise TableError(f"Line {row.line} has no label ({text!r}): fill it in or take it out.")
    numeric = sum(map(is_number, texts)) > len(texts) / 2
    found: list[Any] = [_number(row, column) for row in rows] if numeric else texts
    kinds = sorted(set(found))
    if len(kinds) == 2:
        said = [] if kinds == [-1, 1] else [f"Label {kinds[0]} is now -1 and {kinds[1]} is +1."]
        return np.where([label == kinds[1] for label in found], 1.0, -1.0), said
    if not numeric or len(kinds) < 2:
        lines = (r.line for r, label in zip(rows, found, strict=True) if label not in kinds[:2])
        raise TableError(
            f"Line {next(lines, rows[0].line)}: the file has {len(kinds)} different labels; "
            "use two classes, or numbers for a regression."
        )
    low, high = kinds[0], kinds[-1]
    y = 2 * (np.array(found) / 2 - low / 2) / (high / 2 - low / 2) - 1
    return y, [
        f"{len(kinds)} different labels: a regression, scaled from {low:g}..{high:g} to -1..1."
    ]


def _into_square(x: Table) -> tuple[Table, list[str]]:
    """Scale to [-5, 5] what is not in the square, or too small in it to be seen.

    Both axes, or one alone where the points would lie on a line.
    """
    low, high, reach = x.min(0), x.max(0), np.abs(x).max()
    spread = high / 2 - low / 2
    narrow = (spread < NARROW / 2) & (spread > 0)
    if not (reach > DOMAIN or reach < 1.5 or narrow.any()):
        return x, []
    share = (x / 2 - low / 2) / np.where(spread > 0, spread, 1)
    scaled = np.where(spread > 0, 10 * share - 5, 0)
    if reach > DOMAIN or reach < 1.5:
        where = "outside of" if reach > DOMAIN else "crowded in the middle of"
        return scaled, [f"Points were {where} the square, so each axis was scaled to -5..5."]
    names = [
        f"x{i + 1} ran from {low[i]:g} to {high[i]:g} only, so it was scaled to -5..5."
        for i in np.flatnonzero(narrow)
    ]
    return np.where(narrow, scaled, x), names
