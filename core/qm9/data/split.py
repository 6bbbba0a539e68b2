"""The one split of QM9 that every number of this program uses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.qm9.data.data import Qm9

TRAIN, VALIDATION, TEST = 110_000, 10_000, 10_831
SPLITS = ("train", "validation", "test")
INDEX_HASH = "77989252ff8c8309ea7b219943daf0d125303346daf87750b1f0bafcc1198c12"


@dataclass(frozen=True)
class Split:
    """Row numbers of the three parts."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]

    def __getitem__(self, name: str) -> NDArray[np.int64]:
        """One part by name.

        Raises:
            ValueError: The name is none of SPLITS.
        """
        if name not in SPLITS:
            raise ValueError(f"split {name!r} is unknown: choose from {', '.join(SPLITS)}")
        return getattr(self, name)

    @property
    def hash(self) -> str:
        """SHA-256 of the row numbers as little-endian 64-bit integers, in this order."""
        rows = np.concatenate([self.train, self.validation, self.test]).astype("<i8")
        return hashlib.sha256(rows.tobytes()).hexdigest()

    def name_of(self, row: int) -> str:
        """Which part a row belongs to."""
        return next(name for name in SPLITS if row in self[name])


def split(molecules: int = TRAIN + VALIDATION + TEST) -> Split:
    """`numpy.random.RandomState(0).permutation(130831)`, cut at 110,000 and 120,000.

    A smaller number of molecules (a test's subset) is cut in the same proportions.
    """
    order = np.random.RandomState(0).permutation(molecules)
    total = TRAIN + VALIDATION + TEST
    first = molecules * TRAIN // total
    second = molecules * (TRAIN + VALIDATION) // total
    return Split(order[:first], order[first:second], order[second:])


def subset(
    data: Qm9, parts: Split, train: int, held_out: int | None = None
) -> tuple[Qm9, Split, NDArray[np.int64]]:
    """A smaller data set: the first `train` training rows and (the first of) the held-out ones.

    Args:
        data: The whole data set.
        parts: Its split.
        train: Number of training molecules to keep; the others are not even loaded.
        held_out: Number of validation and of test molecules to keep; None for all.

    Returns:
        The data set, its split, and the row in `data` of each of its rows.
    """
    kept = [parts.train[:train], parts.validation[:held_out], parts.test[:held_out]]
    ends = np.cumsum([len(rows) for rows in kept])
    rows = np.concatenate(kept)
    places = np.split(np.arange(len(rows)), ends[:-1])
    return data.take(rows), Split(*places), rows


def duplicates(data: Qm9) -> list[tuple[int, ...]]:
    """Groups of rows that share one canonical SMILES (87 pairs)."""
    return [tuple(rows) for rows in data.rows.values() if len(rows) > 1]


def straddling(data: Qm9, parts: Split) -> list[tuple[int, ...]]:
    """The groups of `duplicates` whose members lie in different parts."""
    part = np.zeros(len(data), int)
    for number, name in enumerate(SPLITS):
        part[parts[name]] = number
    return [rows for rows in duplicates(data) if len({int(part[r]) for r in rows}) > 1]
