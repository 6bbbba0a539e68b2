"""What each frame of the QM9 training page shows: predictions for 400 validation molecules."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.func import functional_call

from core.experiments.qm9_training.data import groups
from core.experiments.qm9_training.settings import SHOWN
from core.qm9.data.split import Split
from core.qm9.data.targets import KEYS, error_ratio, targets_from_learned
from core.qm9.data.task import Task
from core.qm9.training.train import Run

Array = NDArray[np.float64]
COLUMNS = [KEYS.index(key) for key in SHOWN]
LARGEST = 6e4  # what a half-precision number holds; a diverged model goes beyond


class Pictures:
    """The sample of a task, and what a model makes of it."""

    def __init__(self, task: Task, parts: Split) -> None:
        rows = torch.from_numpy(parts.validation)
        self.graphs, self.labels = task.graphs.take(rows), task.labels[rows].double().numpy()
        self.y, self.references = task.y[parts.validation], task.references[parts.validation]
        self.simple, self.scale = task.linear.predict(self.graphs), task.linear.scale
        self.groups = groups(self.graphs)  # (4, M)

    @torch.no_grad()
    def outputs(self, run: Run) -> Array:
        """Standardized quantities by the averaged weights, (M, 14)."""
        names = [name for name, _ in run.model.named_parameters()]
        averaged = dict(zip(names, run.ema, strict=True))
        found = functional_call(run.model, averaged, (self.graphs,))
        return np.asarray(found.double().numpy())

    def predict(self, outputs: Array) -> Array:
        """The 19 targets in their units, (M, 19)."""
        with np.errstate(over="ignore"):  # rotational constants of an untrained network
            return targets_from_learned(outputs * self.scale + self.simple, self.references)

    def take(self, runs: dict[str, Run]) -> dict[str, Any]:
        """One frame, see `Qm9Training`."""
        predicted, elements = [], []
        found: dict[str, Any] = {}
        for name, run in runs.items():
            outputs = self.outputs(run)
            y = self.predict(outputs)  # (M, 19)
            error = np.abs(y - self.y)
            mae = dict(zip(KEYS, error.mean(0).tolist(), strict=True))
            found |= {f"{name}/{key}": mae[key] for key in SHOWN}
            found[f"{name}/ratio"] = error_ratio(mae)
            found[f"{name}/validation"] = standardized_loss(outputs, self.labels)
            found[f"{name}/parameters"] = sum(p.numel() for p in run.model.parameters())
            predicted.append(np.clip(y[:, COLUMNS], -LARGEST, LARGEST))
            elements.append([error[group][:, COLUMNS].mean(0) for group in self.groups])
        by_group = np.array(elements).transpose(1, 0, 2)  # (4, K, T)
        return {
            **found,
            "predicted": np.concatenate(predicted, 1).astype(np.float16),
            "elements": by_group.reshape(-1, len(COLUMNS)).astype(np.float32),
        }


def standardized_loss(outputs: Array, labels: Array) -> float:
    """Mean absolute error as in training: a missing label counts as no error."""
    return float((np.abs(outputs - np.nan_to_num(labels)) * np.isfinite(labels)).mean())
