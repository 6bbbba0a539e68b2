"""A drawn molecule in, its 19 properties with intervals out, and what QM9 itself says about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.molecules import Molecule, from_smiles
from core.qm9 import conformal, graphs, targets
from core.qm9.library import Library
from core.qm9.package import Package
from core.qm9.task import references_of

Array = NDArray[np.float64]
NEVER_NEGATIVE = ("mu", "alpha", "r2", "zpve", "cv", "a", "b", "c")


@dataclass(frozen=True)
class Property:
    """One predicted target; `low` and `high` bound the 90 % interval, None where not calibrated."""

    value: float
    low: float | None
    high: float | None
    unit: str
    dft: float | None


@dataclass(frozen=True)
class Prediction:
    """What is said about one molecule; `row` and `split` are None where QM9 doesn't hold it."""

    molecule: Molecule
    row: int | None
    split: str | None
    group: str
    properties: dict[str, Property]
    warnings: list[str]

    def to_json(self) -> dict[str, Any]:
        """The shape that `python -m core.qm9 predict --json` prints."""
        return {
            "smiles": self.molecule.smiles,
            "in_qm9": self.row is not None,
            "split": self.split,
            "properties": {key: dict(vars(p)) for key, p in self.properties.items()},
        }


def predict(
    smiles: Sequence[str | Molecule], model: Package, library: Library | None = None
) -> list[Prediction]:
    """Predict some molecules.

    Args:
        smiles: SMILES texts or parsed molecules.
        model: What `core.qm9.package.load` returns.
        library: QM9 to look the molecules up in; None to skip that.

    Raises:
        MoleculeError: A text is no molecule of H, C, N, O, F; the message says why.
    """
    molecules = [from_smiles(s) if isinstance(s, str) else s for s in smiles]
    batch = graphs.from_molecules(molecules)
    values = model.predictor.predict(batch)
    group = conformal.group_of(batch)
    widths = None if model.width is None else model.width[group]
    return [
        _one(m, v, None if widths is None else widths[i], conformal.GROUPS[group[i]], library)
        for i, (m, v) in enumerate(zip(molecules, values, strict=True))
    ]


def _one(
    molecule: Molecule, values: Array, width: Array | None, group: str, library: Library | None
) -> Prediction:
    """Put one molecule's numbers, interval and DFT values together."""
    row = library.find(molecule) if library else None
    truth = library.y[row] if library and row is not None else None
    properties = {}
    for t, target in enumerate(targets.TARGETS):
        low = high = None
        if width is not None and np.isfinite(width[t]):
            low, high = float(values[t] - width[t]), float(values[t] + width[t])
            if target.key in NEVER_NEGATIVE:  # but far from QM9 the value itself may be below 0
                low = max(low, min(float(values[t]), 0.0))
        dft = None if truth is None else float(truth[t])
        properties[target.key] = Property(float(values[t]), low, high, target.unit, dft)
    where = library.part_of[row] if library and row is not None else None
    return Prediction(molecule, row, where, group, properties, warnings(molecule, library))


def warnings(molecule: Molecule, library: Library | None = None) -> list[str]:
    """Reasons not to trust a prediction, in short sentences; empty where there are none."""
    found = []
    if len(molecule) > 9:
        found.append(
            f"{len(molecule)} heavy atoms: the model has seen at most 9, this extrapolates."
        )
    if molecule.charged:
        found.append("Formal charges: 0.4 % of QM9, and errors are several times the usual ones.")
    if int(molecule.atoms[:, 4].sum()):
        found.append("The charges do not add up to zero: QM9 holds neutral molecules only.")
    if molecule.radicals:
        found.append("Unpaired electrons: QM9 holds none, and the model can't see them.")
    if "." in molecule.smiles:
        found.append("Several fragments: QM9 holds single molecules only.")
    if library:
        unseen = {tuple(int(v) for v in row) for row in molecule.atoms} - library.types
        if unseen:
            found.append("An atom in a state that QM9 does not hold (element, bonds, hydrogens).")
    return found


def residuals(model: Package, library: Library, rows: NDArray[np.int64]) -> Array:
    """Prediction minus DFT of some rows of QM9, (R, 19)."""
    batch = graphs.from_molecules([library.data.molecule(int(r)) for r in rows])
    return np.asarray(model.predictor.predict(batch) - library.y[rows])


__all__ = ["Library", "Prediction", "Property", "predict", "references_of", "residuals", "warnings"]
