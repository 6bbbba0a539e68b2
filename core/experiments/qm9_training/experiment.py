"""Training on QM9, live: several architectures learn from the same molecules (appendix A)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import torch
from torch import Tensor

from core.experiment import Experiment
from core.experiments.qm9_training.data import problem
from core.experiments.qm9_training.notes import look
from core.experiments.qm9_training.pictures import Pictures
from core.experiments.qm9_training.settings import SIZES, STARTS, Qm9TrainingSettings
from core.film import Film
from core.qm9.data.data import is_cached
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.train import Run, TrainingError
from core.settings import Settings

SMOOTH = 0.1  # share of the newest batch in the training loss that is drawn
DIVERGED = (
    "Stopped after {} updates: the loss of {} is no longer a finite number. "
    "Lower the learning rate."
)


class Qm9Training(Experiment):
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

    Settings: ClassVar[type[Settings]] = Qm9TrainingSettings
    frame_every = 2

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
        task, parts = problem(settings.molecules, STARTS[settings.start])
        widths = SIZES[settings.size]
        self.runs = {}
        for name in settings.models:
            plan = TrainSettings(
                model=name,
                width=widths[name],
                subset=settings.molecules,
                epochs=settings.epochs,
                batch_size=settings.batch_size,
                lr=settings.learning_rate,
                seed=settings.seed,
                precision="fp32",  # bf16 is not everywhere, and a link shows the same everywhere
            )
            self.runs[name] = Run(plan, task, parts)
        with torch.no_grad():  # before the first update: the loss of the first batch
            self.means = {
                name: float(run.losses(run.batch_rows(0))) for name, run in self.runs.items()
            }

    def step(self, n: int) -> None:
        """Train each model n updates, or until the budget ends or a loss is no number."""
        for _ in range(n):
            if self.done:
                return
            self._update()
            if not self.done and all(run.done for run in self.runs.values()):
                self.done = f"Finished {self.settings.epochs} epochs, {self.steps} updates, as set."

    def _update(self) -> None:
        """One update of each model, on the same batch."""
        for name, run in self.runs.items():
            try:
                loss = run.advance(1)
            except TrainingError:
                self.done = DIVERGED.format(self.steps, name)
                self.means[name] = float("nan")
                continue
            self.means[name] += SMOOTH * (loss - self.means[name])
        self.steps += 1

    def loss(self) -> float:
        """Training loss of the first model."""
        return self.means[self.settings.models[0]]

    # --- What the page sees: not needed for training ------------------------------------------

    @staticmethod
    def ready() -> bool:
        """Whether making one is quick."""
        return is_cached()

    @cached_property
    def pictures(self) -> Pictures:
        """What all frames share."""
        run = next(iter(self.runs.values()))
        return Pictures(run.task, run.split)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        run = next(iter(self.runs.values()))
        found = {
            "loss": self.loss(),
            "molecules": float(self.steps * run.batch),
            "epoch": run.epoch,
        }
        found |= {f"{name}/loss": loss for name, loss in self.means.items()}
        return {**found, **self.pictures.take(self.runs)}

    def weights(self) -> Mapping[str, Tensor]:
        """Averaged weights of each model under its name, and what they need to predict."""
        run = next(iter(self.runs.values()))
        found = dict(run.task.linear.tensors())
        for name, run in self.runs.items():
            names = [key for key, _ in run.model.named_parameters()]
            found |= {f"{name}.{k}": v for k, v in zip(names, run.ema, strict=True)}
        return found

    def notes(self, film: Film) -> None:
        """Add what a student should notice."""
        look(self, film)
