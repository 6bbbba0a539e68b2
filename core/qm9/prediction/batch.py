"""Many molecules at once: a list of SMILES or a CSV file in, predictions for every line out.

Every line of the file keeps its number and its place; a line that is no molecule stays in the
output with the reason. The predictions are those of `predict.predict`, as for a drawn molecule.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from core.molecules import Molecule, MoleculeError, from_smiles
from core.molecules.text import canonical
from core.qm9.data.targets import TARGETS
from core.qm9.networks.package import Package
from core.qm9.prediction.library import Library
from core.qm9.prediction.predict import Prediction, predict
from core.work import Work

MOST_LINES, MOST_BYTES = 10_000, 2_000_000
BLOCK = 64
HEADER = ("line", "input", "smiles", "qm9_split", "group", "warnings", "error")


class BatchError(ValueError):
    """A file that can't be read at all; one sentence with the remedy."""


@dataclass(frozen=True)
class Line:
    """A line of the file: its number from 1, and the text in the place of a SMILES."""

    number: int
    text: str


def lines_of(content: bytes) -> list[Line]:
    """The lines of a CSV file with a column `smiles`, or of a list with one SMILES a line.

    In a list, what follows the SMILES after a space or a tab (a name) is left alone. Empty lines
    at the end do not count; others are kept.

    Raises:
        BatchError: Too large, too many lines, no text, or nothing in it.
    """
    if len(content) > MOST_BYTES:
        raise BatchError(
            f"the file has {len(content):,} bytes, more than {MOST_BYTES:,}: split it into parts"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BatchError("the file is no text in UTF-8: save it as CSV or plain text") from None
    rows = text.rstrip().splitlines() if "\0" not in text else []
    if not rows:
        raise BatchError("the file holds no lines of text: write one SMILES on each")
    lines = _table(rows) or [Line(n, (r.split() or [""])[0]) for n, r in enumerate(rows, 1)]
    if len(lines) > MOST_LINES:
        raise BatchError(
            f"{len(lines):,} lines are more than {MOST_LINES:,}: split the file into parts"
        )
    return lines


def _table(rows: list[str]) -> list[Line]:
    """Lines of a CSV whose header names a column `smiles`; none where it does not."""
    head = rows[0].lower()
    if "smiles" not in head:
        return []
    comma = max(",;\t", key=head.count)
    names = [name.strip().strip('"') for name in head.split(comma)]
    if "smiles" not in names:
        return []
    at = names.index("smiles")
    csv.field_size_limit(MOST_BYTES)
    reader = csv.reader(rows[1:], delimiter=comma)
    found, before = [], 0
    try:
        for cells in reader:
            text = cells[at].strip() if len(cells) > at else ""
            found.append(Line(before + 2, text))  # the header is line 1
            before = reader.line_num
    except csv.Error as error:
        raise BatchError(f"line {before + 2} is no CSV ({error}): check its quotes") from None
    if not found:
        raise BatchError("the file holds a header and no lines: write one molecule on each")
    return found


class Batch(Work):
    """Predictions for many lines, made bit by bit; `result` is the table at any time."""

    verb = "predicting"

    def __init__(self, lines: list[Line], model: Package, library: Library | None) -> None:
        """Take the lines; nothing is computed yet."""
        self.lines, self.model, self.library = lines, model, library
        self.molecules: list[Molecule | None] = []
        self.errors: dict[int, str] = {}  # position -> why it is no molecule
        self.found: dict[int, str] = {}  # position -> its line of the output, 1 KB each
        self.order: list[int] = []

    @property
    def fraction(self) -> float:
        """Share of the work that is done: reading a line takes a quarter of its time, measured."""
        ready = len(self.found) + len(self.errors)
        return 0.25 * len(self.molecules) / len(self.lines) + 0.75 * ready / len(self.lines)

    @property
    def done(self) -> bool:
        """Whether every line has its prediction or its reason."""
        return len(self.found) + len(self.errors) == len(self.lines)

    @property
    def words(self) -> str:
        """How many lines are predicted, and how many refused."""
        good, bad = len(self.found), len(self.errors)
        return f"{good:,} predicted, {bad:,} refused, of {len(self.lines):,} lines"

    def advance(self) -> None:
        """Read some lines, or predict a block of them."""
        if len(self.molecules) < len(self.lines):
            self._read()
        else:
            self._predict()

    def _read(self) -> None:
        """Read some lines; at the end order them by size: a block is padded to its largest."""
        start = len(self.molecules)
        for at, line in enumerate(self.lines[start : start + BLOCK], start):
            try:
                self.molecules.append(from_smiles(canonical(line.text)))
            except MoleculeError as error:
                self.molecules.append(None)
                self.errors[at] = str(error)
        if len(self.molecules) == len(self.lines):
            sizes = {at: len(m) for at, m in enumerate(self.molecules) if m is not None}
            self.order = sorted(sizes, key=lambda at: sizes[at])

    def _predict(self) -> None:
        """Predict the next block: as many molecules as have the pairs of 64 with 9 atoms."""
        rest = self.order[len(self.found) :]
        first = self.molecules[rest[min(BLOCK, len(rest)) - 1]]
        size = max(1, min(BLOCK, BLOCK * 81 // max(len(first or ()), 1) ** 2))
        block = rest[:size]
        molecules = [m for at in block if (m := self.molecules[at]) is not None]
        said = predict(molecules, self.model, self.library)
        for at, one in zip(block, said, strict=True):
            self.found[at] = _text(_row(self.lines[at], one, ""))

    @property
    def result(self) -> str:
        """Everything so far as CSV: each line of the input in its place, with its number."""
        columns = [f"{t.key}{part} ({t.unit})" for t in TARGETS for part in ("", "_low", "_high")]
        texts = [_text([*HEADER, *columns])]
        for at, line in enumerate(self.lines):
            why = self.errors.get(at, "not predicted: stopped before")
            texts.append(self.found.get(at) or _text(_row(line, None, why)))
        return "".join(texts)


def _text(cells: list[object]) -> str:
    """One line of CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _row(line: Line, said: Prediction | None, error: str) -> list[object]:
    """One line of the output."""
    if said is None:
        return [line.number, line.text, "", "", "", "", error, *[""] * (3 * len(TARGETS))]
    where = said.split or "not in QM9"
    head = [line.number, line.text, said.molecule.smiles, where, said.group]
    numbers: list[object] = []
    for p in said.properties.values():
        numbers += [f"{p.value:.8g}", *("" if v is None else f"{v:.8g}" for v in (p.low, p.high))]
    return [*head, " ".join(said.warnings), "", *numbers]
