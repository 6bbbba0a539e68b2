"""QM9 for the training page: a small part of it, held once in memory, and the simplest models."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.qm9.data.baseline import Baseline
from core.qm9.data.data import load
from core.qm9.data.graphs import Graphs
from core.qm9.data.split import Split, split, subset
from core.qm9.data.task import Task, make_task

Array = NDArray[np.float64]
SAMPLE = 400  # validation molecules that every frame is measured on
GROUPS = ("C only", "with N", "with O", "with F")


@lru_cache(maxsize=4)
def problem(molecules: int, simple: Callable[..., Baseline]) -> tuple[Task, Split]:
    """The first `molecules` of the training split and the first 400 of validation.

    Not a random draw: a larger training set holds the smaller one.
    """
    qm9 = load()
    some, parts, _ = subset(qm9, split(len(qm9)), molecules, SAMPLE)
    return make_task(some, parts.train, None, simple), parts


def atom_counts(graphs: Graphs) -> Array:
    """Numbers of C, N, O, F and H atoms of each molecule.

    Shapes:
        returns: (M, 5)
    """
    number = graphs.atoms[..., 5]
    heavy = [(number == z).sum(1) for z in (6, 7, 8, 9)]
    return np.asarray(torch.stack([*heavy, graphs.atoms[..., 10].sum(1)], 1).double().numpy())


def groups(graphs: Graphs) -> NDArray[np.bool_]:
    """Which molecules have no heavy atom but C, and which have N, O, F; they may overlap.

    Shapes:
        returns: (4, M)
    """
    some = atom_counts(graphs)[:, 1:4] > 0  # N, O, F
    return np.stack([~some.any(1), *some.T])


class Yardsticks:
    """What one gets without a network: the training mean, and a line through atom counts.

    Shapes:
        mean, atoms: (19,), mean absolute error on the sample
        predicted: (M, 19), by atom counts
        sizes: 4 numbers, molecules of the sample in each of GROUPS
    """

    def __init__(self, task: Task, parts: Split) -> None:
        train, rows = parts.train, parts.validation
        y, y_train = task.y[rows], task.y[train]
        X = with_one(atom_counts(task.graphs.take(torch.from_numpy(train))))  # (n, 6)
        weight: Any = np.linalg.lstsq(X, y_train, rcond=None)[0]  # (6, 19)
        sample = task.graphs.take(torch.from_numpy(rows))
        self.predicted = with_one(atom_counts(sample)) @ weight
        self.sizes: list[int] = groups(sample).sum(1).tolist()
        self.mean = np.abs(y - y_train.mean(0)).mean(0)
        self.atoms = np.abs(y - self.predicted).mean(0)


def with_one(X: Array) -> Array:
    """A column of ones for the constant."""
    return np.column_stack([np.ones(len(X)), X])


@lru_cache(maxsize=4)
def yardsticks(molecules: int, simple: Callable[..., Baseline]) -> Yardsticks:
    """Of the same molecules as `problem`."""
    return Yardsticks(*problem(molecules, simple))
