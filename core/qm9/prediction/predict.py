"""A drawn molecule in, its 19 properties with intervals out, and what QM9 itself says about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.molecules import Molecule, from_smiles
from core.qm9.data import graphs, targets
from core.qm9.data.task import references_of
from core.qm9.networks import conformal
from core.qm9.networks.package import Package
from core.qm9.prediction.library import Library

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Property:
    """One predicted target; `low` and `high` bound the 90 % interval, None where there is none."""

    value: float
    low: float | None
    high: float | None
    unit: str
    dft: float | None


@dataclass(frozen=True)
class Prediction:
    """What is said about one molecule; `row` and `split` are None where QM9 doesn't hold it.

    `group` is that of its intervals, one of `conformal.CELLS`, or "outside" where QM9 holds nothing
    like it; `lacking` says what QM9 lacks then, and is empty otherwise.
    """

    molecule: Molecule
    row: int | None
    split: str | None
    group: str
    properties: dict[str, Property]
    warnings: list[str]
    lacking: str

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
        model: What `core.qm9.networks.package.load` returns.
        library: QM9 to look the molecules up in; None to skip that.

    Raises:
        MoleculeError: A text is no molecule of H, C, N, O, F; the message says why.
    """
    molecules = [from_smiles(s) if isinstance(s, str) else s for s in smiles]
    batch = graphs.from_molecules(molecules)
    values, members = model.predictor.with_members(batch)
    values = conformal.possible(values)
    ends = np.full((2, *values.shape), np.nan)
    if model.calibration:
        ends = np.stack(model.calibration.ends(values, members, batch))
    numbers = np.stack([values, *ends], 1)  # (M, 3, 19)
    cells = conformal.cell_of(batch).tolist()
    return [_one(m, n, c, library) for m, n, c in zip(molecules, numbers, cells, strict=True)]


def _one(molecule: Molecule, numbers: Array, cell: int, library: Library | None) -> Prediction:
    """Put one molecule's values with their ends, (3, 19), and DFT values together."""
    row = library.find(molecule) if library else None
    found = doubts(molecule, library)
    truth = library.y[row] if library and row is not None else None
    if library and row is not None and not library.holds(row, molecule):
        truth = None
        other = library.isomer(row) or "which its geometry does not tell"
        found.append((f"QM9 holds another isomer ({other}): its DFT values are not these.", ""))
    lacking = next((missing for _, missing in found if missing), "")
    properties = {}
    for t, target in enumerate(targets.TARGETS):
        value, *ends = numbers[:, t].tolist()
        low, high = (None, None) if lacking or np.isnan(ends).any() else ends
        dft = None if truth is None else float(truth[t])
        properties[target.key] = Property(value, low, high, target.unit, dft)
    where = library.part_of[row] if library and row is not None else None
    group = conformal.OUTSIDE if lacking else conformal.CELLS[cell]
    said = [words for words, _ in found]
    return Prediction(molecule, row, where, group, properties, said, lacking)


def doubts(molecule: Molecule, library: Library | None = None) -> list[tuple[str, str]]:
    """Reasons not to trust a prediction: a short sentence, and what QM9 lacks to calibrate on."""
    size = len(molecule)
    found = []
    if size > conformal.LARGEST:
        words = f"{size} heavy atoms: the model has seen at most 9, this extrapolates."
        found.append((words, "molecule with more than 9 heavy atoms"))
    if molecule.charged:
        words = "Formal charges: 0.4 % of QM9, and errors are several times the usual ones."
        found.append((words, ""))
    if int(molecule.atoms[:, 4].sum()):
        words = "The charges do not add up to zero: QM9 holds neutral molecules only."
        found.append((words, "molecule with a net charge"))
    if molecule.radicals:
        words = "Unpaired electrons: QM9 holds none, and the model can't see them."
        found.append((words, "molecule with unpaired electrons"))
    if "." in molecule.smiles:
        words = "Several fragments: QM9 holds single molecules only."
        found.append((words, "set of several molecules"))
    if molecule.isomer:
        words = "Stereo marks are ignored: the model sees bonds only, isomers get equal numbers."
        found.append((words, ""))
    return found + (_unseen(molecule, library) if library else [])


def _unseen(molecule: Molecule, library: Library) -> list[tuple[str, str]]:
    """Atoms and bonds that QM9 lacks: it holds no carboxylic acid, for one, and no ethene."""
    atoms = [tuple(row) for row in molecule.atoms.tolist()]
    if set(atoms) - library.types:
        words = "An atom in a state that QM9 does not hold (element, bonds, hydrogens)."
        return [(words, "atom like one of this molecule")]
    bonds = {(*sorted((atoms[i], atoms[j])), code) for i, j, code in molecule.bonds.tolist()}
    if bonds - library.bonds:
        words = "A bond that QM9 does not hold, between two such atoms (element, bonds, hydrogens)."
        return [(words, "bond like one of this molecule")]
    return []


def warnings(molecule: Molecule, library: Library | None = None) -> list[str]:
    """The sentences of `doubts`; empty where there are none."""
    return [words for words, _ in doubts(molecule, library)]


def withheld(said: Prediction, lacking: str) -> Prediction:
    """The same without intervals, since QM9 lacks something to calibrate on."""
    bare = {key: replace(p, low=None, high=None) for key, p in said.properties.items()}
    return replace(said, group=conformal.OUTSIDE, properties=bare, lacking=lacking)


def residuals(model: Package, library: Library, rows: NDArray[np.int64]) -> Array:
    """Prediction minus DFT of some rows of QM9, (R, 19)."""
    batch = graphs.from_molecules([library.data.molecule(int(r)) for r in rows])
    return np.asarray(model.predictor.predict(batch) - library.y[rows])


__all__ = ["Library", "Prediction", "Property", "predict", "references_of", "residuals", "warnings"]
