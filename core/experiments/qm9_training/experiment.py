"""Training on QM9, live: several architectures learn from the same molecules (appendix A)."""

from __future__ import annotations

from typing import Any

import torch

from core.experiments.qm9_training.data import problem
from core.experiments.qm9_training.settings import SIZES, STARTS
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.train import Run, TrainingError
from core.words import counted

SMOOTH = 0.1  # share of the newest batch in the training loss that is drawn
DIVERGED = (
    "Stopped after {} updates: the loss of {} is no longer a finite number. "
    "Lower the learning rate."
)


class Training:
    """Train the models of `settings.models` in lockstep: same molecules, same order."""

    frame_every = 1

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
                self.done = (
                    f"Finished {counted(self.settings.epochs, 'epoch')}, "
                    f"{counted(self.steps, 'update')}, as set."
                )

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
