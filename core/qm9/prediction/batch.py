"""Many molecules at once: a list of SMILES, a CSV or an SDF in, predictions for every line out.

Every line of the file keeps its number and its place; a line that is no molecule stays in the
output with the reason. The predictions are those of `predict.predict`, as for a drawn molecule.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from core.datasets import table as tables
from core.molecules import Molecule, MoleculeError
from core.molecules.blocks import is_block, records
from core.molecules.text import canonical, molecule
from core.qm9.data.targets import TARGETS
from core.qm9.networks.package import Package
from core.qm9.prediction.library import Library
from core.qm9.prediction.predict import Prediction, predict
from core.work import Slices

MOST_LINES, MOST_BYTES = 10_000, 2_000_000
BLOCK = 64
HEADER = ("line", "input", "smiles", "qm9_split", "group", "warnings", "error")


BatchError = tables.TableError
"""A file that can't be read at all; one sentence with the remedy."""


@dataclass(frozen=True)
class Line:
    """A line of the file: its number from 1, the text in the place of a SMILES, or a Molfile."""

    number: int
    text: str
    block: str = ""


def lines_of(content: bytes, column: int | None = None) -> list[Line]:
    """The molecules of a CSV, of an SDF, or of a list with one SMILES a line.

    In a CSV the column of SMILES is found by its name, or is `column`, from 0. In a list, what
    follows the SMILES after a space or a tab (a name) is left alone. Empty lines at the end do not
    count; others are kept.

    Raises:
        UnclearColumns: No name or several tell which column holds SMILES: give `column`.
        TableError: Too large, too many lines, no text, no proper CSV, or nothing in it.
    """
    text = tables.text_of(content, MOST_BYTES)
    if is_block(text):
        found = _blocks(text)
    else:
        rows = text.rstrip().split("\n")
        start, _, _ = tables.preamble(rows)
        if start == len(rows):
            raise tables.TableError("The file holds no lines of text: write one SMILES on each.")
        listed = column is None and _listed(rows[start])
        found = _list(rows, start) if listed else _table(tables.read(text), column)
    if not found:
        raise tables.TableError("The file holds a header and no lines: write one molecule on each.")
    if len(found) > MOST_LINES:
        raise tables.TableError(
            f"{len(found):,} lines are more than {MOST_LINES:,}: split the file into parts."
        )
    return found


def _blocks(text: str) -> list[Line]:
    """The records of an SDF, by their titles."""
    parts = records(text)
    titles = [block.split("\n", 1)[0].strip() for _, block in parts]
    return [
        Line(line, f"record {i} of {len(parts)}" + f": {title}" * bool(title), block)
        for i, ((line, block), title) in enumerate(zip(parts, titles, strict=True), 1)
    ]


def _listed(first: str) -> bool:
    """Whether lines begin with a SMILES: this one does, or there is nothing else on it."""
    return not any(mark in first for mark in tables.MARKS) or _is_smiles(first.split()[0])


def _is_smiles(word: str) -> bool:
    try:
        return bool(canonical(word))
    except MoleculeError:
        return False


def _list(rows: list[str], start: int) -> list[Line]:
    """The first word of each line, after a header that names it."""
    words = [(row.split() or [""])[0].strip('"') for row in rows]
    first = start + _named(words[start])
    return [Line(number, word) for number, word in enumerate(words[first:], first + 1)]


def _named(name: str) -> bool:
    """Whether a column says that it holds SMILES: smiles, canonical_smiles, Structure, ..."""
    plain = re.sub(r"[\W_]", "", name.lower())
    return plain.startswith("smiles") or plain.endswith(("smiles", "smi")) or plain == "structure"


def _table(table: list[tables.Row], column: int | None) -> list[Line]:
    """Lines of a CSV, by the column that is named; without a name the user must choose."""
    head = table[0].cells
    named = [i for i, name in enumerate(head) if _named(name)]
    plain = [i for i in named if head[i].lower() == "smiles"]
    if column is None:
        fits = plain if len(plain) == 1 else named
        if len(fits) != 1:
            raise tables.UnclearColumns(table, "SMILES")
        column = fits[0]
    elif not named and any(tables.is_number(cell) or _is_smiles(cell) for cell in head):
        table = [tables.Row(0, ()), *table]  # no header
    return [Line(row.line, row.cells[column] if row.cells else "") for row in table[1:]]


class Batch(Slices):
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
                self.molecules.append(molecule(line.block or line.text))
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
