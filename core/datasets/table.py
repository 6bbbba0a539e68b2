"""Tables that people upload: bytes to rows of cells, strictly, with the number of each line.

Both uploads read through here. The cells are those of Python's `csv` module; a file that can be
read in two ways is refused, by a sentence that names the line.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import NamedTuple

MARKS = "\t;,"  # what may lie between cells; of several that fit, the first
BOMS = {
    b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16",
}  # fmt: skip
MAGIC = {
    b"PK\x03\x04": "a zip file (.zip)", b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"\x1f\x8b": "a gzip file (.gz)", b"BZh": "a bzip2 file (.bz2)", b"\xfd7zXZ": "an .xz file",
    b"%PDF": "a PDF file", b"PAR1": "a Parquet file", b"SQLite format": "an SQLite file",
    b"\x89PNG": "a picture (.png)", b"\xff\xd8\xff": "a picture (.jpg)", b"{\\rtf": "an RTF file",
}  # fmt: skip
ZIPPED = {b"xl/": "an Excel workbook (.xlsx)", b".spreadsheet": "an OpenDocument table (.ods)"}
SEPARATOR = re.compile(r'\s*"?sep=(.)"?[,;\s]*', re.IGNORECASE)
NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)


class TableError(ValueError):
    """A file that can't be read as it is; one sentence with the line and the remedy."""


class UnclearColumns(TableError):
    """The header does not tell which column is which; the user has to: `columns` shows them."""

    def __init__(self, table: Sequence[Row], wanted: str) -> None:
        """Show each column by its first two cells."""
        pairs = zip(*(row.cells for row in table[:2]), strict=True)
        self.columns = tuple(f"{i}: {', '.join(pair)[:60]}" for i, pair in enumerate(pairs, 1))
        super().__init__(f"The names of the columns don't tell which hold {wanted}: choose.")


class Row(NamedTuple):
    """One record; a blank one has no cells."""

    line: int
    cells: tuple[str, ...]


def text_of(data: bytes, most: int) -> str:
    """The text of a file with lines that end in LF: UTF-8, UTF-16 or UTF-32.

    Errors: `TableError` on more than `most` bytes, and on what is no text.
    """
    if len(data) > most:
        raise TableError(
            f"The file has {len(data):,} bytes; up to {most:,} are allowed: split it into parts."
        )
    kind = next((name for magic, name in MAGIC.items() if data.startswith(magic)), "")
    if kind.startswith("a zip"):
        kind = next((name for part, name in ZIPPED.items() if part in data), kind)
    if kind:
        raise TableError(f"The file is {kind}, not a table as text: save it as CSV (UTF-8).")
    try:
        text = data.decode(_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n?|\n", data[: error.start])) + 1
        raise TableError(
            f"Line {line} is not text in UTF-8: save the table as CSV (UTF-8)."
        ) from None
    if "\0" in text:
        raise TableError("The file holds null characters, so it is no text: save it as CSV.")
    # Not str.splitlines: a name may hold U+2028, which ends no line of a CSV.
    return re.sub(r"\r\n?", "\n", text)


def _encoding(data: bytes) -> str:
    """By its mark; without one, UTF-16 shows by the zero bytes of its digits and commas."""
    marked = next((code for mark, code in BOMS.items() if data.startswith(mark)), "")
    if marked or len(data) % 2 or b"\0" not in data:
        return marked or "utf-8"
    return "utf-16-be" if data[::2].count(0) > data[1::2].count(0) else "utf-16-le"


def is_number(cell: str) -> bool:
    """Whether a cell is a number, with a point or a comma."""
    return bool(NUMBER.fullmatch(cell.replace("\u2212", "-")))


def read(text: str) -> list[Row]:
    """The records of a CSV from its header, or first record, on; blank ones stay, without cells.

    What lies before is passed over: `sep=;` as Excel writes it, comments after #, blank lines. A
    comment is the header where it has as many cells and no numbers, as numpy.savetxt writes it.

    Errors: `TableError` naming the line: wrong quotes, or fewer or more cells than the first has.
    """
    lines = text.rstrip().split("\n")
    start, marks, comment = preamble(lines)
    if start == len(lines):
        raise TableError("The file is empty: it holds no lines of text.")
    comma = marks if len(marks) == 1 else ","
    wide = [mark for mark in marks if len(_split(lines[start], mark)) > 1] or [comma]
    errors: dict[int, TableError] = {}
    for mark in wide:
        try:
            rows = _records(lines, start, mark)
        except TableError as error:
            errors[len(_split(lines[start], mark))] = error
            continue
        head = _split(comment, mark)
        return [Row(start, head), *rows] if _heads(head, rows[0].cells) else rows
    raise errors[max(errors)]


def preamble(lines: Sequence[str]) -> tuple[int, str, str]:
    """Lines before the first that counts, the separators that are possible, the last comment."""
    marks, comment = MARKS, ""
    for number, line in enumerate(lines):
        if said := SEPARATOR.fullmatch(line):
            marks = said[1]
        elif line.lstrip().startswith("#"):
            comment = line.lstrip().lstrip("#")
        elif line.strip(' \t,;"'):
            return number, marks, comment
    return len(lines), marks, comment


def _split(line: str, mark: str) -> tuple[str, ...]:
    """The cells of one line that ends where the record ends, or may not."""
    rows = csv.reader([line], delimiter=mark, skipinitialspace=True)
    return tuple(cell.strip() for cell in next(rows, []))


def _heads(comment: tuple[str, ...], first: tuple[str, ...]) -> bool:
    """Whether a comment is the header of what follows it."""
    named = len(comment) == len(first) > 1 and all(comment) and not any(map(is_number, comment))
    return named and any(map(is_number, first))


def _records(lines: Sequence[str], start: int, mark: str) -> list[Row]:
    """All records, each as wide as the first."""
    reader = csv.reader(
        (line + "\n" for line in lines[start:]), delimiter=mark, strict=True, skipinitialspace=True
    )
    rows: list[Row] = []
    while True:
        line = start + reader.line_num + 1
        try:
            cells = tuple(cell.strip() for cell in next(reader))
        except StopIteration:
            return rows
        except csv.Error as error:
            why = "a quote is opened and not closed" if "end of data" in str(error) else error
            raise TableError(f"Line {line} is no CSV ({why}): check its quotes.") from None
        width = len(rows[0].cells) if rows else _used(cells)
        if not any(cells):
            cells = ()
        elif not any(cells[width:]):  # spreadsheets write separators after the last cell
            cells = cells[:width]
        if cells and len(cells) != width:
            many = "few" if len(cells) < width else "many"
            raise TableError(
                f"Line {line} has too {many} cells: {len(cells)}, where line {rows[0].line} has "
                f"{width}; a cell with {mark!r} in it needs quotes around it."
            )
        _swallowed(cells, mark, width, line)
        rows.append(Row(line, cells))


def _used(cells: Sequence[str]) -> int:
    """Cells up to the last that holds something."""
    return max((i for i, cell in enumerate(cells, 1) if cell), default=0)


def _swallowed(cells: Sequence[str], mark: str, width: int, line: int) -> None:
    """Refuse a quoted cell whose own lines are records: its quote stands there by mistake."""
    inner = [part for cell in cells for part in cell.split("\n")[1:]]
    rows = [len(_split(part, mark)) == width and f"{mark} " not in part for part in inner]
    if width > 1 and inner and all(rows):  # in prose, a blank follows the comma
        raise TableError(
            f"Line {line} opens a quote that closes {len(inner)} lines below, around what look "
            "like lines of their own: check its quotes."
        )
