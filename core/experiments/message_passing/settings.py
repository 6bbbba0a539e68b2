"""Settings of the message-passing page, and what follows from them without any network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.molecules import Molecule, from_smiles, names
from core.qm9.data.targets import KEYS
from core.settings import Settings, setting
from core.settings.kinds import Choice, Flag, Integer

MODELS = ("gcn", "gat", "mpnn")
THYMINE = "Cc1c[nH]c(=O)[nH]c1=O"


@dataclass(frozen=True)
class MessagePassingSettings(Settings):
    """What decides the film; nothing is trained here."""

    smiles: str = setting(THYMINE, names.smiles())
    model: str = setting(
        "gcn",
        Choice(MODELS, label="Network", help="Trained on QM9, with the app.", group="network"),
    )
    target: str = setting("gap", Choice(KEYS, label="Property", group="network"))
    atom: int = setting(
        5, Integer(1, 64, label="Atom", help="The one whose numbers are written out; or click it.")
    )
    channel: int = setting(
        0,
        Integer(0, 512, label="Channel", help="0: where atoms differ most."),  # see the page
    )
    relabel: bool = setting(
        False, Flag(label="Other labels", help="List the atoms in an order drawn from the seed.")
    )


@lru_cache(maxsize=64)
def _read(smiles: str) -> Molecule:
    return from_smiles(smiles)


def molecule(settings: Any) -> Molecule:
    """The molecule with its atoms as in the SMILES."""
    return _read(settings.smiles)


def order(settings: Any) -> NDArray[np.int64]:
    """Which atom of the SMILES stands in each row. Shapes: (n,)."""
    n = len(molecule(settings))
    if not settings.relabel:
        return np.arange(n)
    return shuffled(n, settings.seed)


def shuffled(n: int, seed: int) -> NDArray[np.int64]:
    """An order other than 0, 1, 2, ..., as far as there is another one. Shapes: (n,)."""
    rng = np.random.default_rng(seed)
    found = rng.permutation(n)
    while n > 1 and (found == np.arange(n)).all():
        found = rng.permutation(n)
    return found


def looked_at(settings: Any) -> int:
    """The atom of the SMILES, from 0, whose numbers are written out."""
    return int(min(settings.atom, len(molecule(settings)))) - 1


def labels(settings: Any) -> list[str]:
    """What the atom in each row is called: C1, N2, ..."""
    symbols = molecule(settings).symbols
    return [f"{symbols[old]}{row + 1}" for row, old in enumerate(order(settings))]
