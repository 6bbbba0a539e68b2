"""The chapter's thesis in numbers: test error of the six architectures against training molecules.

Every cell is one run with the same budget of epochs, batch size and learning rate for all six; the
linear part is fitted on the cell's own molecules, so that nobody sees more than the size says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.qm9.data import data
from core.qm9.data.cache import write_atomic
from core.qm9.data.split import split, subset
from core.qm9.data.targets import error_ratio
from core.qm9.data.task import make_task
from core.qm9.networks.checkpoint import commit
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.train import Run

SIX = ("mlp", "deep-sets", "gcn", "gat", "mpnn", "transformer")
BUDGETS = {  # molecules -> (epochs, batch size)
    1_000: (60, 64),
    5_000: (25, 128),
    20_000: (20, 256),
    110_000: (20, 256),
}
SEEDS = (0, 1, 2)
LR = 2e-3


@dataclass(frozen=True)
class Cell:
    """One run of the table."""

    model: str
    molecules: int
    seed: int

    @property
    def settings(self) -> TrainSettings:
        """The settings of the run; nothing depends on the model."""
        epochs, batch = BUDGETS[self.molecules]
        return TrainSettings(
            model=self.model, subset=self.molecules, seed=self.seed, epochs=epochs,
            batch_size=batch, lr=LR, validate_every=0,
        )  # fmt: skip

    @property
    def name(self) -> str:
        """File name of the result."""
        return f"{self.model}-{self.molecules}-{self.seed}.json"


def run_cells(
    cells: Sequence[Cell], folder: Path, report: Callable[[Cell, dict[str, Any]], None]
) -> None:
    """Run the cells that have no result in `folder` yet, seed by seed; one file a cell."""
    qm9 = data.load()
    parts = split(len(qm9))
    task, size, small = None, 0, parts
    for cell in sorted(cells, key=lambda c: (c.seed, c.molecules)):
        path = folder / cell.name
        if path.exists():
            continue
        if task is None or size != cell.molecules:
            size = cell.molecules
            some, small, _ = subset(qm9, parts, size)
            task = make_task(some, small.train)
        run = Run(cell.settings, task, small)
        while not run.done:
            run.advance(50)
        mae = run.validate("test")
        found = {
            "model": cell.model, "molecules": size, "seed": cell.seed, "mae": mae,
            "error_ratio": error_ratio(mae), "validation": error_ratio(run.validate()),
            "seconds": round(run.seconds, 1), "steps": run.step, "commit": commit(),
            "parameters": sum(p.numel() for p in run.model.parameters()),
        }  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(path, json.dumps(found).encode())
        report(cell, found)


def collect(folder: Path, cards: Path, out: Path, command: str) -> dict[str, Any]:
    """One JSON table out of the cells, and of the shipped models for the full training split."""
    cells = [json.loads(p.read_text()) for p in sorted(folder.glob("*.json"))]
    for name in SIX:
        card_path = cards / f"{name}.json"
        if card_path.is_file() and not any(
            c["model"] == name and c["molecules"] == 110_000 for c in cells
        ):
            card = json.loads(card_path.read_text())
            cells.append({
                "model": name, "molecules": 110_000, "seed": card["seeds"][0],
                "mae": card["test"]["mae"], "error_ratio": card["test"]["error_ratio"],
                "seconds": 60 * sum(card["minutes"]), "parameters": card["parameters"],
            })  # fmt: skip
    table = {name: summary([c for c in cells if c["model"] == name]) for name in SIX}
    budgets = {str(n): {"epochs": e, "batch_size": b} for n, (e, b) in BUDGETS.items()}
    whole = {"command": command, "lr": LR, "budgets": budgets, "table": table, "cells": cells}
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(out, (json.dumps(whole, indent=1) + "\n").encode())
    return whole


def summary(cells: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Mean and spread over seeds of each size: error ratio, and MAE of each target."""
    found: dict[str, Any] = {}
    for size in sorted({c["molecules"] for c in cells}):
        same = [c for c in cells if c["molecules"] == size]
        ratio = [c["error_ratio"] for c in same]
        keys = same[0]["mae"]
        found[str(size)] = {
            "seeds": len(same),
            "error_ratio": {"mean": float(np.mean(ratio)), "std": float(np.std(ratio))},
            "mae": {k: float(np.mean([c["mae"][k] for c in same])) for k in keys},
            "mae_std": {k: float(np.std([c["mae"][k] for c in same])) for k in keys},
        }
    return found
