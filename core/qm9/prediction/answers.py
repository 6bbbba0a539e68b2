"""What the shipped models say of a molecule, remembered, since a page asks again and again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from core.molecules import from_smiles
from core.molecules.edits import Edit, edits
from core.molecules.stereo import MARKS
from core.qm9.data.targets import KEYS
from core.qm9.networks import package
from core.qm9.networks.package import Package
from core.qm9.prediction.contributions import Contributions, contributions
from core.qm9.prediction.library import at_hand, library
from core.qm9.prediction.predict import Prediction, predict

Array = NDArray[np.float64]
BINS = 48
FEWEST = 40  # test molecules that make a mean error worth showing


@cache
def models() -> dict[str, Package]:
    """All shipped models by name, best first, loaded once a process (0.6 s)."""
    return {name: package.load(name) for name in package.shipped()}


def best() -> Package:
    """The model that the page's numbers come from."""
    return next(iter(models().values()))


def known() -> bool:
    """Whether QM9 is there to look molecules up in, which no prediction has to wait for."""
    return at_hand() is not None


def answer(smiles: str, model: str = "") -> Prediction:
    """What a shipped model, at first the best, says of a molecule.

    Raises:
        MoleculeError: As `predict`.
        ValueError: The model has no inputs for so many atoms.
    """
    return _answer(smiles, model, known())


@lru_cache(maxsize=512)
def _answer(smiles: str, model: str, known: bool) -> Prediction:
    return predict([smiles], models()[model] if model else best(), at_hand())[0]


@lru_cache(maxsize=512)
def isomer(row: int) -> str:
    """The isomer that a row of QM9 holds, by its geometry; empty where there is but one."""
    found = library().isomer(row)
    return found if MARKS & set(found) else ""


def side_by_side(
    smiles: str, target: str, group: str = ""
) -> dict[str, tuple[float | None, float | None, str]]:
    """Each model's prediction of a target, its mean absolute error on test molecules, and why not.

    The error is that of the molecule's group, as on the model's card: zwitterions err more. None
    where there are too few of them to tell, or none at all as the molecule is unlike QM9: `group`
    is that of a prediction that has been judged on more than its atoms.
    """
    found: dict[str, tuple[float | None, float | None, str]] = {}
    name_of_group = group or answer(smiles).group
    for name, model in models().items():
        measured = model.card.get("test", {}).get("groups", {}).get(name_of_group, {"n": 0})
        error = measured["mae"][target] if measured["n"] >= FEWEST else None
        try:
            found[name] = answer(smiles, name).properties[target].value, error, ""
        except ValueError as reason:
            found[name] = None, error, str(reason)
    return found


@lru_cache(maxsize=512)
def shares(smiles: str) -> Contributions | None:
    """Contribution of each atom to each target; None where the best model has none."""
    try:
        return contributions(from_smiles(smiles), best())
    except ValueError:
        return None


@dataclass(frozen=True)
class Mutation:
    """A single-atom edit, its prediction, and by how much the target moves."""

    edit: Edit
    prediction: Prediction
    change: float


@lru_cache(maxsize=64)
def _edited(smiles: str, known: bool) -> tuple[tuple[Edit, Prediction], ...]:
    """All edits and their predictions, in batches of like size."""
    made = edits(smiles)
    molecules = [from_smiles(edit.smiles) for edit in made]
    # 64 atoms have 64 times the pairs of 8: fewer molecules at once keep them in the cache.
    size = max(1, 4096 // max([len(m) ** 2 for m in molecules], default=1))
    said: list[Prediction] = []
    for start in range(0, len(made), size):
        said += predict(molecules[start : start + size], best(), at_hand())
    return tuple(zip(made, said, strict=True))


def mutations(smiles: str, target: str) -> list[Mutation]:
    """Every single-atom edit, from the one that lowers the target most to the one that raises it.

    Raises:
        MoleculeError: As `edits`.
    """
    before = answer(smiles).properties[target].value
    found = [
        Mutation(e, p, p.properties[target].value - before) for e, p in _edited(smiles, known())
    ]
    return sorted(found, key=lambda m: (m.change, m.edit.smiles))


def digits(target: str) -> int:
    """Decimals worth showing: the last one is below the model's mean absolute error."""
    card = best().card
    error = (card.get("test") or card.get("validation") or {}).get("mae", {}).get(target)
    if not error or not math.isfinite(error):
        return 3
    return max(0, 1 + math.floor(0.5 - math.log10(error)))


def coverage(prediction: Prediction, target: str) -> tuple[float, int] | None:
    """Share of test molecules of this molecule's group inside their interval, and how many."""
    group = best().card.get("test", {}).get("groups", {}).get(prediction.group)
    return (group["coverage"][target], group["n"]) if group and "coverage" in group else None


def population(prediction: Prediction, target: str) -> tuple[float, int, int] | None:
    """Share inside of all molecules as small as this one, how many, how many were trained on.

    None for more than 6 heavy atoms, where the test split says it.
    """
    group = best().card.get("tiny", {}).get(prediction.group)
    return (group["coverage"][target], group["n"], group["trained"]) if group else None


@dataclass(frozen=True)
class Spread:
    """How a target is distributed over QM9.

    Shapes:
        heights: (BINS,), share of the fullest bin, over [low, high], which holds 99.8 %
        ranks: (1001,), the quantiles from 0 to 1
    """

    low: float
    high: float
    heights: Array
    ranks: Array

    def below(self, value: float) -> float:
        """Share of QM9 that lies below a value."""
        return float(np.searchsorted(self.ranks, value)) / len(self.ranks)

    def at(self, value: float) -> float:
        """Where a value lies between low (0) and high (1), not beyond either."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def spreads() -> dict[str, Spread]:
    """The distribution of each target over QM9; none before QM9 has been read once."""
    return _spreads() if known() else {}


@cache
def _spreads() -> dict[str, Spread]:
    """Counted once a process."""
    found = {}
    for key, column in zip(KEYS, library().y.T, strict=True):
        ranks = np.quantile(column, np.linspace(0, 1, 1001))
        low, high = ranks[1], ranks[-2]
        counts, _ = np.histogram(column, BINS, (low, high))
        found[key] = Spread(float(low), float(high), counts / counts.max(), ranks)
    return found


def rounded(values: Array, total: float, places: int) -> Array:
    """Round so that the rounded numbers add up to the rounded total, and equal ones stay equal.

    As with largest remainders, but equal values move together or not at all; what is left then
    goes to the first.
    """
    unit = 10.0**-places
    scaled = np.asarray(values) / unit
    whole = np.rint(scaled)
    missing = int(round(total / unit - whole.sum()))
    toward = int(np.sign(missing))
    found, where, sizes = np.unique(scaled[1:], return_inverse=True, return_counts=True)
    ahead = toward * (np.rint(found) - found)  # who is there already must not move on
    for k in np.argsort(ahead, kind="stable"):
        if sizes[k] <= abs(missing) and ahead[k] < 0:
            whole[1:][where == k] += toward
            missing -= toward * int(sizes[k])
    whole[0] += missing
    return np.asarray(np.round(whole * unit, places))


def ready() -> bool:
    """Whether networks are in memory, and QM9 where it is there at all: answers take a moment."""
    return bool(models.cache_info().currsize and (_spreads.cache_info().currsize or not known()))


def make_ready() -> None:
    """Load what every answer needs, about 2 s once a process."""
    models()
    spreads()
    answer("C")  # the tables in which a molecule is looked up


def take_home_script(smiles: str) -> str:
    """A script that asks the command line for this molecule, in the folder of this program."""
    command = ["-m", "core.qm9", "predict", smiles, "--model", best().name, "--json"]
    return (
        '"""Predict one molecule; run this in the folder of the Inductive Playground."""\n\n'
        "import json\nimport subprocess\nimport sys\n\n"
        f"command = [sys.executable, *{command!r}]\n"
        "answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)\n"
        'print(answer["smiles"])\n'
        'for key, p in answer["properties"].items():\n'
        "    print(f\"{key:8s} {p['value']:12.5g} {p['unit']}\")\n"
    )
