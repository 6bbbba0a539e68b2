"""What each frame of the QM9 training page shows: predictions for 400 validation molecules."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.func import functional_call

from core.experiment import Experiment
from core.experiments.qm9_training.data import groups
from core.experiments.qm9_training.experiment import Training
from core.experiments.qm9_training.notes import look
from core.experiments.qm9_training.settings import SHOWN, Qm9TrainingSettings
from core.film import half
from core.qm9.data.data import is_cached
from core.qm9.data.targets import KEYS, error_ratio, targets_from_learned
from core.qm9.training.train import Run

Array = NDArray[np.float64]
COLUMNS = [KEYS.index(key) for key in SHOWN]


class Pictures:
    """The sample of a task, and what a model makes of it."""

    def __init__(self, training: Training) -> None:
        run = next(iter(training.runs.values()))
        task, parts = run.task, run.split
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
            predicted.append(y[:, COLUMNS])
            elements.append([error[group][:, COLUMNS].mean(0) for group in self.groups])
        by_group = np.array(elements).transpose(1, 0, 2)  # (4, K, T)
        return {
            **found,
            "predicted": half(np.concatenate(predicted, 1)),
            "elements": by_group.reshape(-1, len(COLUMNS)).astype(np.float32),
        }


def standardized_loss(outputs: Array, labels: Array) -> float:
    """Mean absolute error as in training: a missing label counts as no error."""
    return float((np.abs(outputs - np.nan_to_num(labels)) * np.isfinite(labels)).mean())


class Qm9Training(Training, Experiment):
    """Train the models of `settings.models` in lockstep: same molecules, same order, same budget.

    Tracks of a snapshot (K models, M = 400 validation molecules, T = 9 targets of SHOWN):
        predicted         float16 (M, K * T): column k * T + t is target t by model k, in its unit
        elements          float32 (4 * K, T): row g * K + k is the mean absolute error of model k
                          on the molecules of GROUPS[g]
        NAME/TARGET       mean absolute error of a model on the sample, in the target's unit
        NAME/loss         training loss: mean absolute error of the 14 standardized quantities,
                          averaged over about ten batches
        NAME/validation   the same of the sample
        NAME/ratio        mean over the 12 standard targets of error / chemical accuracy
        NAME/parameters   counted
        loss              of the first model
        molecules, epoch  what each model has seen so far
    Predictions are those of the averaged weights, as in a full run.
    """

    Settings = Qm9TrainingSettings
    notes = look
    pictures = cached_property(Pictures)
    test_every = 6

    @staticmethod
    def ready() -> bool:
        """Whether making one is quick."""
        return is_cached()

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        run = next(iter(self.runs.values()))
        found = {
            "loss": self.loss(),
            "molecules": float(self.steps * run.batch),
            "epoch": run.epoch,
        }
        found |= {f"{name}/loss": loss for name, loss in self.means.items()}
        return {**found, **self.tested(lambda: self.pictures.take(self.runs))}

    def weights(self) -> Mapping[str, Tensor]:
        """Averaged weights of each model under its name, and what they need to predict."""
        run = next(iter(self.runs.values()))
        found = dict(run.task.linear.tensors())
        for name, run in self.runs.items():
            names = [key for key, _ in run.model.named_parameters()]
            found |= {f"{name}.{k}": v for k, v in zip(names, run.ema, strict=True)}
        return found
