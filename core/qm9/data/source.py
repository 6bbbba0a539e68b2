"""Reading QM9 out of the PyPI package `qm9pack`, which ships all 130,831 molecules as CSV files.

The package is found by its spec and never imported: importing it needs `pkg_resources`, which
setuptools no longer carries. Source of the data: Ramakrishnan et al., Sci. Data 1, 140022 (2014),
without the 3,054 molecules of figshare file 3195404 that failed the consistency check.
"""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem

from core.molecules import Molecule, MoleculeError, from_rdkit

MOLECULES = 130_831
FIRST_MOLECULE, LAST_MOLECULE = 1, 133_885  # their numbers; some are missing
PARTS = ("qm9_part1.csv", "qm9_part2.csv", "qm9_part3.csv")
RAW_COLUMNS = {  # CSV column -> published decimals
    "RotA_GHz": 5,
    "RotB_GHz": 5,
    "RotC_GHz": 5,
    "Dipole_debye": 4,
    "Polarizability_bohr3": 2,
    "HOMO_au": 4,
    "LUMO_au": 4,
    "HOMO_LUMO_gap_au": 4,
    "R2_bohr2": 4,
    "ZPVE_au": 6,
    "InternalEnergy_0K_au": 6,
    "InternalEnergy_298K_au": 6,
    "Enthalphy_298K_au": 6,
    "GibbsFreeEnergy_298K_au": 6,
    "Heatcapacity_Cv_cal_mol_K": 3,
}
SCALES = np.array([10.0**d for d in RAW_COLUMNS.values()])
_NUMBERS = {"H": 1, "C": 6, "N": 7, "O": 8, "F": 9}

Progress = Callable[[int, int], None]


class DataError(RuntimeError):
    """QM9 can't be read or stored; the message names the file and the remedy."""


@dataclass(frozen=True)
class Row:
    """One molecule as published; `raw` holds the 15 published numbers as integers of SCALES."""

    index: int
    smiles: str
    molecule: Molecule
    raw: NDArray[np.int64]
    numbers: NDArray[np.uint8]
    xyz: NDArray[np.float64]
    charges: NDArray[np.float64]


def find_files(package: str = "qm9pack") -> list[Path]:
    """Paths of the three CSV parts.

    Raises:
        DataError: The package or one of its files is missing.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise DataError(f"package {package} is not installed: pip install qm9pack==1.0.3")
    folder = Path(spec.origin).parent / "data"
    paths = [folder / name for name in PARTS]
    for path in paths:
        if not path.is_file():
            raise DataError(f"{path} is missing: pip install --force-reinstall qm9pack==1.0.3")
    return paths


def read_rows(
    paths: list[Path],
    failed: list[str],
    progress: Progress | None = None,
    expected: int = MOLECULES,
) -> Iterator[Row]:
    """Yield every molecule of the CSV files, in file order.

    Args:
        paths: The CSV parts.
        failed: Receives "index SMILES: reason" of each molecule that RDKit can't sanitize.
        progress: Called with (rows done, rows expected).
        expected: Number of rows that the files together must hold.

    Raises:
        DataError: A file is truncated or has other columns than expected.
    """
    done = 0
    for path in paths:
        with open(path, newline="", encoding="utf-8") as stream:
            reader = csv.reader(stream)
            header = next(reader, [])
            for record in reader:
                done += 1
                row = _parse(path, header, record, failed)
                if row is not None:
                    yield row
                if progress and (done % 1000 == 0 or done == expected):
                    progress(done, expected)
    if done != expected:
        raise DataError(
            f"{paths[0].parent} holds {done:,} molecules, not {expected:,} (truncated file?): "
            "pip install --force-reinstall qm9pack==1.0.3"
        )


def _parse(path: Path, header: list[str], record: list[str], failed: list[str]) -> Row | None:
    """One CSV record, or None where RDKit refuses the molecule."""
    try:
        field = dict(zip(header, record, strict=True))
        values = np.array([float(field[name]) for name in RAW_COLUMNS])
        symbols = field["Elements"].strip("[]").replace("'", "").split(",")
        numbers = np.array([_NUMBERS[s.strip()] for s in symbols], np.uint8)
        xyz = _numbers(field["XYZ_Ang"]).reshape(len(numbers), 3)
        charges = _numbers(field["Mulliken_pop"]).reshape(len(numbers))
        index, smiles = int(field["Index"]), field["SMILES"]
    except (KeyError, ValueError) as error:
        raise DataError(
            f"{path} is truncated or damaged near {record[:1]} ({error}): "
            "pip install --force-reinstall qm9pack==1.0.3"
        ) from None
    try:
        molecule = _molecule(smiles)
    except MoleculeError as error:
        failed.append(f"{index} {smiles}: {error}")
        return None
    return Row(
        index, smiles, molecule, np.rint(values * SCALES).astype(np.int64), numbers, xyz, charges
    )


def _numbers(text: str) -> NDArray[np.float64]:
    """A bracketed list as numbers; Mathematica wrote it, hence `0.` and `1.5*^-6`."""
    plain = text.replace("[", "").replace("]", "").replace("*^", "e")
    return np.array(plain.split(","), float)


def _molecule(smiles: str) -> Molecule:
    """Parse without the drawn-molecule checks of `from_smiles`, which cost time 130,831 times."""
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        raise MoleculeError("RDKit can't sanitize it")
    return from_rdkit(mol)
