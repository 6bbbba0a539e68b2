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

from core.qm9.data.split import Split
from core.qm9.data.targets import KEYS, LEARNED, robust_mean
from core.qm9.data.task import Task
from core.qm9.networks.best import Best
from core.qm9.networks.geometry import Guess
from core.qm9.networks.optim import make_optimizers, rate_at
from core.qm9.networks.precision import pick_precision, products_in
from core.qm9.networks.predictor import Predictor
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.distributed import Group
from core.qm9.training.step import WARM_UP, Step, compile_parts


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
    """One training run: `advance(n)` trains n steps; `training.state` takes it through a file."""

    def __init__(
        self,
        settings: TrainSettings,
        task: Task,
        split: Split,
        device: str = "cpu",
        group: Group | None = None,
        graph: bool = True,
    ) -> None:
        """Build model, optimizers and resident data from the seed.

        Args:
            settings: What is trained, and how.
            task: The data, of which
            split: says what is for training.
            device: Where everything lies.
            group: The processes that share each batch.
            graph: Replay steps as a CUDA graph where there is a GPU.
        """
        self.settings, self.task, self.split = settings, task, split
        self.device, self.group = torch.device(device), group or Group()
        self.dtype = pick_precision(settings.precision, self.device)
        self.rows = torch.from_numpy(split.train[: settings.subset or None]).to(self.device)
        self.graphs, self.labels = task.graphs.to(device), task.labels.to(device)
        if self.graphs.shard:
            self.rows = self.rows.sort().values  # so that neighbors in an epoch share a shard
        self.extra = task.labels_3d.to(device) if settings.geometry and task.labels_3d else None
        self.model: nn.Module = settings.network().to(self.device)
        self.ema = [p.detach().clone() for p in self.model.parameters()]
        kind, decay = settings.optimizer, settings.weight_decay
        self.optimizers = make_optimizers(self.model, kind, decay, self.dtype)
        self.weights = loss_weights(settings).to(self.device)
        self.batch = min(settings.batch_size, len(self.rows))
        self.steps_per_epoch = max(len(self.rows) // self.batch, 1)
        self.total = max(round(settings.epochs * self.steps_per_epoch), 1)
        self.step, self.seconds, self.launched = 0, 0.0, 0
        self.history: list[dict[str, Any]] = []
        self.start: dict[str, Any] = {}  # whose weights it began with, if not its seed's
        if settings.compile and self.device.type == "cuda":  # a CPU would be slower for it
            compile_parts(self.model)
        self.stepper = self.make_step(graph)

    def make_step(self, graph: bool) -> Step:
        """What trains one step; shards on disk are read by the host, which no graph can do."""
        share = len(self.group.share(torch.arange(self.batch)))
        step = Step(
            self.losses, self.model, self.optimizers, share, clip=self.settings.clip,
            ema=self.ema, group=self.group, graph=graph and not self.graphs.shard,
        )  # fmt: skip
        if graph and self.graphs.shard and self.device.type == "cuda":
            step.why = "steps run operation by operation, as the molecules lie on disk"
        return step

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
        with products_in(self.dtype, self.device):
            if self.extra is None:
                output = self.model(graphs)
            else:
                model = cast(Best, self.model)
                h, z, early = model.rounds(graphs)
                guess = model.geometry(h, graphs.pairs, z)
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
            truth = truth.float()
            error = (value.float() - truth.nan_to_num()).abs() * truth.isfinite()
            total = total + error.sum() / (self.batch * count)
        return total

    def train_step(self) -> None:
        """One optimizer step, without waiting for the device."""
        rate = rate_at((self.step + 1) / self.total) * self.settings.lr
        done = self.step + 1
        # An average over more than a twentieth of the run would remember its unfinished start.
        decay = min(self.settings.ema, done / (done + 10), 1 - 20 / (self.total + 20))
        self.stepper(self.batch_rows(self.step), rate, decay)
        self.step += 1

    def launch(self, steps: int) -> None:
        """Start some steps, or as many as are left; on a GPU they may still run afterwards."""
        begin = time.monotonic()
        with self.stepper.turn():
            while self.launched < steps and not self.done:
                self.train_step()
                self.launched += 1
        self.seconds += time.monotonic() - begin

    def collect(self) -> float:
        """Wait for what was launched; returns its mean loss, NaN where there was nothing to do.

        Raises:
            TrainingError: The loss is not finite.
        """
        begin = time.monotonic()
        with self.stepper.turn():
            loss = float(self.stepper.total) / self.launched if self.launched else math.nan
            self.stepper.total.zero_()
        self.seconds += time.monotonic() - begin
        launched, self.launched = self.launched, 0
        if launched and not math.isfinite(loss):
            raise TrainingError(
                f"loss is {loss} at step {self.step}: lower --lr (now {self.settings.lr:g}) or "
                "use --precision fp32; the last good checkpoint is kept"
            )
        return loss

    def advance(self, steps: int) -> float:
        """Train some steps; returns their mean loss.

        Raises:
            TrainingError: The loss is not finite.
        """
        self.launch(steps)
        return self.collect()

    def plan_minutes(self, minutes: float) -> None:
        """Set the number of steps from a measured rate, so that the schedule ends in time."""
        self.advance(WARM_UP + 1)  # the first ones are slower, and the next is recorded
        begin, first = time.monotonic(), self.step
        self.advance(10)
        each = (time.monotonic() - begin) / max(self.step - first, 1)
        self.total = max(self.step + 1, round(minutes * 60 / max(self.group.maximum(each), 1e-6)))

    def predictor(self) -> Predictor:
        """The model with averaged weights, ready to predict."""
        model = self.settings.network().to(self.device)
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
