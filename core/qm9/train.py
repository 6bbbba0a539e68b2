"""The training loop: deterministic by step, so that a killed run resumes to the same weights.

Batch s of a run depends on the seed and s only, the schedule on s and the number of steps. A
checkpoint holds weights, averaged weights, optimizer state and s, and nothing else is needed.
"""

from __future__ import annotations

import math
import time
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from core.qm9.best import Best, Guess
from core.qm9.distributed import Group
from core.qm9.models import make_model
from core.qm9.optim import make_optimizers, pick_precision, rate_at, update_ema
from core.qm9.predictor import Predictor
from core.qm9.settings import TrainSettings
from core.qm9.split import Split
from core.qm9.targets import KEYS, LEARNED
from core.qm9.task import Task


class TrainingError(RuntimeError):
    """A run can't go on; the message says what happened and what to change."""


def loss_weights(settings: TrainSettings) -> Tensor:
    """Weight of each learned quantity in the loss, (14,): 0 unless a chosen target needs it."""
    stressed = needed_outputs(settings.emphasis)
    return needed_outputs(settings.targets) * (1 + stressed * (settings.emphasis_factor - 1))


def needed_outputs(targets: tuple[str, ...]) -> Tensor:
    """1 for each learned quantity that a chosen target is composed of, (14,)."""
    uses = {
        "homo": ["homo", "lumo", "gap"], "lumo": ["homo", "lumo", "gap"],
        "gap": ["homo", "lumo", "gap"], "a": ["log_a"], "b": ["log_b"], "c": ["log_c"],
    }  # fmt: skip
    for suffix in ("", "_atom"):
        uses["u0" + suffix] = ["u0_atom"]
        uses["u" + suffix] = uses["h" + suffix] = ["u0_atom", "u-u0"]
        uses["g" + suffix] = ["u0_atom", "u-u0", "g-h"]
    wanted = {name for key in targets for name in uses.get(key, [key])}
    return torch.tensor([float(name in wanted) for name in LEARNED])


class Run:
    """One training run: `advance(n)` trains n steps, `save` and `restore` go through a file."""

    def __init__(
        self,
        settings: TrainSettings,
        task: Task,
        split: Split,
        device: str = "cpu",
        group: Group | None = None,
    ) -> None:
        """Build model, optimizers and resident data from the seed."""
        self.settings, self.task, self.split = settings, task, split
        self.device, self.group = torch.device(device), group or Group()
        self.dtype = pick_precision(settings.precision, self.device)
        self.rows = torch.from_numpy(split.train[: settings.subset or None]).to(self.device)
        self.graphs, self.labels = task.graphs.to(device), task.labels.to(device)
        if self.graphs.shard:
            self.rows = self.rows.sort().values  # so that neighbors in an epoch share a shard
        self.extra = task.labels_3d if settings.geometry else None
        model = make_model(settings.model, settings.seed, settings.width, settings.layers)
        self.model: nn.Module = model.to(self.device)
        self.ema = [p.detach().clone() for p in self.model.parameters()]
        self.optimizers = make_optimizers(
            self.model, settings.optimizer, settings.lr, settings.weight_decay
        )
        self.weights = loss_weights(settings).to(self.device)
        self.batch = min(settings.batch_size, len(self.rows))
        self.steps_per_epoch = max(len(self.rows) // self.batch, 1)
        self.total = max(round(settings.epochs * self.steps_per_epoch), 1)
        self.step, self.seconds = 0, 0.0
        self.history: list[dict[str, Any]] = []
        self.start: dict[str, Any] = {}  # whose weights it began with, if not its seed's
        self.forward = torch.compile(self.losses) if settings.compile else self.losses

    @property
    def done(self) -> bool:
        """True where the schedule has ended."""
        return self.step >= self.total

    @property
    def epoch(self) -> float:
        """Epochs done."""
        return self.step / self.steps_per_epoch

    def batch_rows(self, step: int) -> Tensor:
        """Rows of one global batch; a function of seed and step alone."""
        epoch, position = divmod(step, self.steps_per_epoch)
        generator = torch.Generator().manual_seed(self.settings.seed * 1_000_003 + epoch)
        if getattr(self, "_order_epoch", None) != epoch:
            order = epoch_order(len(self.rows), self.graphs.shard, generator)
            self._order = order.to(self.device)
            self._order_epoch = epoch
        part = self._order[position * self.batch : (position + 1) * self.batch]
        return self.rows[self.group.share(part)]

    def losses(self, rows: Tensor) -> Tensor:
        """Loss of this process's share of a batch; the shares add up to the batch's loss."""
        graphs = self.graphs.take(rows)
        enabled = self.dtype == torch.bfloat16
        with torch.autocast(self.device.type, self.dtype, enabled=enabled):
            if self.extra is None:
                output = self.model(graphs)
            else:
                model = cast(Best, self.model)
                h, early = model.rounds(graphs)
                guess = model.geometry(h, graphs.pairs)
                output = model.read(h, guess.distance, graphs)
        labels = self.labels[rows]
        # Only missing labels count as zero: a NaN from the network must stay one.
        error = (output.float() - labels.nan_to_num()).abs() * labels.isfinite()
        # Dividing by the global batch, not by the known labels, keeps ranks and one process equal.
        loss = (error * self.weights).sum() / (self.batch * self.weights.sum())
        if self.extra is not None:
            geometry = self.geometry_loss(rows, guess) + 0.5 * self.geometry_loss(rows, early)
            loss = loss + self.settings.geometry * geometry
        return loss

    def geometry_loss(self, rows: Tensor, guess: Guess) -> Tensor:
        """Mean error of the guessed distances and charges, each over the typical batch."""
        assert self.extra is not None
        total = torch.zeros((), device=self.device)
        known = (self.extra.distance[rows], self.extra.charge[rows], self.extra.hydrogen[rows])
        for value, truth, count in zip(guess, known, (72, 9, 72), strict=True):
            truth = truth.to(self.device).float()
            error = (value.float() - truth.nan_to_num()).abs() * truth.isfinite()
            total = total + error.sum() / (self.batch * count)
        return total

    def train_step(self) -> Tensor:
        """One optimizer step; returns the loss without waiting for the device."""
        rate = rate_at((self.step + 1) / self.total) * self.settings.lr
        loss = self.forward(self.batch_rows(self.step))
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
            for part in optimizer.param_groups:
                part["lr"] = rate
        loss.backward()
        self.group.sum_gradients(self.model)
        nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip)
        for optimizer in self.optimizers:
            optimizer.step()
        self.step += 1
        # An average over more than a twentieth of the run would remember its unfinished start.
        decay = min(self.settings.ema, self.step / (self.step + 10), 1 - 20 / (self.total + 20))
        update_ema(self.ema, [p.detach() for p in self.model.parameters()], decay)
        return self.group.sum(loss.detach())

    def advance(self, steps: int) -> float:
        """Train some steps; returns their mean loss.

        Raises:
            TrainingError: The loss is not finite.
        """
        begin = time.monotonic()
        losses: list[Tensor] = []
        while len(losses) < steps and not self.done:
            losses.append(self.train_step())
        loss = float(torch.stack(losses).mean()) if losses else math.nan
        self.seconds += time.monotonic() - begin
        if losses and not math.isfinite(loss):
            raise TrainingError(
                f"loss is {loss} at step {self.step}: lower --lr (now {self.settings.lr:g}) or "
                "use --precision fp32; the last good checkpoint is kept"
            )
        return loss

    def plan_minutes(self, minutes: float) -> None:
        """Set the number of steps from a measured rate, so that the schedule ends in time."""
        self.advance(3)
        begin, first = time.monotonic(), self.step
        self.advance(10)
        each = (time.monotonic() - begin) / max(self.step - first, 1)
        self.total = max(self.step + 1, round(minutes * 60 / max(self.group.maximum(each), 1e-6)))

    def predictor(self) -> Predictor:
        """The model with averaged weights, ready to predict."""
        s = self.settings
        model = make_model(s.model, s.seed, s.width, s.layers).to(self.device)
        with torch.no_grad():
            for parameter, value in zip(model.parameters(), self.ema, strict=True):
                parameter.copy_(value)
        return Predictor([model], self.task.linear, self.dtype)

    def validate(self, part: str = "validation") -> dict[str, float]:
        """Mean absolute error of each chosen target on one part of the split."""
        rows = self.split[part]
        graphs = self.graphs.take(torch.from_numpy(rows).to(self.device))
        error = np.abs(self.predictor().predict(graphs) - self.task.y[rows])
        chosen = self.settings.targets
        return {k: robust_mean(error[:, i], k) for i, k in enumerate(KEYS) if k in chosen}


def epoch_order(molecules: int, shard: int, generator: torch.Generator) -> Tensor:
    """A random order of all molecules; on disk, of the shards and then within each.

    A batch then reads one or two shards, so that a data set far larger than memory streams.
    """
    if not shard:
        return torch.randperm(molecules, generator=generator)
    parts = list(torch.arange(molecules).split(shard))
    mixed = [parts[int(i)] for i in torch.randperm(len(parts), generator=generator)]
    return torch.cat([p[torch.randperm(len(p), generator=generator)] for p in mixed])


def robust_mean(error: np.ndarray, key: str) -> float:
    """Mean error; rotational constants by the median, as linear molecules have no finite A."""
    return float(np.median(error) if key in ("a", "b", "c") else error.mean())
