"""Molfiles and SDF as people have them: found by the counts line, and set in their columns anew."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rdkit import Chem

from core.molecules.graph import MoleculeError

ELEMENTS = frozenset(Chem.GetPeriodicTable().GetElementSymbol(z) for z in range(1, 119)) | {*"DT"}
HEAD = 50  # lines within which the counts line lies: it is the fourth
SIGNS = re.compile(r"^M\s+END\b|\bV[23]000\s*$|^\$\$\$\$", re.MULTILINE)
_ATOM = re.compile(r"\s*(-?\d*\.\d*)\s*(-?\d*\.\d*)\s*(-?\d*\.\d*)\s*\??\s*([A-Za-z*][\w*#]*)(.*)")
_COLUMNS = re.compile(r"(  \d| \d\d|\d{3}){3}")
_BOND = re.compile(r"[ \d]{9}|\s*\d+\s+\d+\s+\d")


def is_block(text: str) -> bool:
    """Whether a text means to be a Molfile or an SDF."""
    return bool(SIGNS.search(text)) or _start(text.split("\n")) is not None


def records(text: str) -> list[tuple[int, str]]:
    """The records of an SDF that hold anything, each with the number of its first line."""
    found, line = [], 1
    for block in re.split(r"^\$\$\$\$.*\n?", text, flags=re.MULTILINE):
        if block.strip():
            found.append((line, block))
        line += block.count("\n") + 1
    return found


def tidy(block: str) -> str:
    """A Molfile that RDKit reads, from one whose head, columns or end may be damaged.

    Raises:
        MoleculeError: What is missing, or the atom that is no element.
    """
    if "$RXN" in block:
        raise MoleculeError("the text is a reaction: paste one of its molecules")
    lines = block.split("\n")
    start = _start(lines)
    if start is None:
        raise MoleculeError(
            "the Molfile has no counts line, such as '  3  2  0 ... V2000', before its atoms: "
            "copy it from its first line on"
        )
    rest = [line for line in lines[start + 1 :] if line.strip()]
    end = next((i for i, line in enumerate(rest) if re.match(r"M\s+END\b|>|\$", line)), len(rest))
    if "V3000" in lines[start]:
        body = [re.sub(r"^M\s+V30\s+", "M  V30 ", line.replace("\t", " ")) for line in rest[:end]]
        return "\n".join(
            ["", "", "", "  0  0  0  0  0  0            999 V3000", *body, "M  END", ""]
        )
    atoms, bonds = _counted(lines[start])
    body = [*_atoms(rest[:end], atoms), *_bonds(rest[atoms:end], bonds)]
    body += _properties(rest[atoms + bonds : end])
    counts = f"{atoms:3d}{bonds:3d}  0  0  0  0  0  0  0  0999 V2000"
    return "\n".join(["", "", "", counts, *body, "M  END", ""])


def _start(lines: Sequence[str]) -> int | None:
    """Where the counts line is: it says its version, or an atom follows it."""
    for i, line in enumerate(lines[:HEAD]):
        if _counted(line) != (-1, -1):
            after = next((other for other in lines[i + 1 : i + HEAD] if other.strip()), "")
            if re.search(r"\bV[23]000\s*$", line) or _ATOM.match(after):
                return i
    return None


def _counted(line: str) -> tuple[int, int]:
    """Numbers of atoms and bonds: three columns each, or apart; -1 where it is no counts line."""
    columns = re.match(r"(  \d| \d\d|\d{3})(  \d| \d\d|\d{3})(?!\d)", line)
    apart = re.match(r"\s*(\d{1,3})\s+(\d{1,3})(?:\s|$)", line)
    found = columns or apart
    return (int(found[1]), int(found[2])) if found else (-1, -1)


def _atoms(lines: Sequence[str], count: int) -> list[str]:
    """The atom lines, each number in its columns."""
    found = [match for line in lines[:count] if (match := _ATOM.match(line))]
    if len(found) < count:
        raise _short("atoms", count, len(found))
    out = []
    for number, match in enumerate(found, 1):
        x, y, z, symbol, more = match.groups()
        if symbol.capitalize() not in ELEMENTS:
            raise MoleculeError(f"atom {number} is {symbol[:20]}, which is no element: draw it out")
        if match.start(4) != 31:  # not in its columns: then its numbers are told apart by blanks
            more = "".join(f"{part:>3}" for part in more.split())[1:]
        else:
            more = match.string[34:]
        place = "".join(f"{float(value.strip('.-') and value or 0):10.4f}" for value in (x, y, z))
        out.append(f"{place} {symbol.capitalize():<3}{more}")
    return out


def _short(what: str, count: int, there: int) -> MoleculeError:
    """The sentence on a Molfile that ends too early."""
    return MoleculeError(f"the Molfile lists {there} of the {count} {what} it counts: complete it")


def _bonds(lines: Sequence[str], count: int) -> list[str]:
    """The bond lines."""
    found = [line for line in lines[:count] if _BOND.match(line)]
    if len(found) < count:
        raise _short("bonds", count, len(found))
    apart = ["".join(f"{part:>3}" for part in line.split()) for line in found]
    pairs = zip(found, apart, strict=True)
    return [line if _COLUMNS.match(line) else other for line, other in pairs]


def _properties(lines: Sequence[str]) -> list[str]:
    """Charges, isotopes and the like; an abbreviation stands for atoms that are not there."""
    out = []
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        if alias := re.match(r"[AG]\s+(\d+)", line):
            raise MoleculeError(
                f"atom {alias[1]} is an abbreviation ({following.strip()[:20]}): draw it out"
            )
        if re.match(r"M\s+(CHG|ISO|RAD)\s", line):
            _, name, number, *values = line.split()
            line = f"M  {name}{number:>3}" + "".join(f"{value:>4}" for value in values)
        out.append(line)
    return out
