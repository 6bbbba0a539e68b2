"""Training that starts from a trained model, or from a smaller one of its kind: `train --start`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.qm9.data.baseline import Array, Baseline
from core.qm9.data.graphs import Graphs
from core.qm9.networks import checkpoint as ckpt
from core.qm9.networks import package
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.train import Run


@dataclass(frozen=True)
class Start:
    """Weights to start from, the linear model that they were trained beside, and whose they are."""

    weights: dict[str, Tensor]
    linear: Baseline
    origin: dict[str, Any]

    def simple(self, graphs: Graphs, learned: Array) -> Baseline:
        """The linear part is not fitted anew: the weights were trained on the rest of this one."""
        return self.linear

    def into(self, run: Run) -> None:
        """Give a fresh run these weights.

        Raises:
            CheckpointError: They belong to another architecture.
        """
        run.start = self.origin
        grow(run.model, self.weights, self.origin["from"])
        for average, parameter in zip(run.ema, run.model.parameters(), strict=True):
            average.copy_(parameter.detach())  # in place: the step knows it


def read(name: str, settings: TrainSettings) -> Start:
    """The member of a shipped model, package or run that a seed picks: seed modulo their number.

    Raises:
        CheckpointError: There is no such model, it is damaged, or another architecture.
    """
    path = package.locate(name)
    saved = ckpt.read(path)
    theirs = saved.info["settings"]["model"]
    if theirs != settings.model:
        raise ckpt.CheckpointError(
            f"--start {name} is a {theirs}, not a {settings.model}: add --model {theirs}"
        )
    parts = package.weights_of(saved)
    member = settings.seed % len(parts)
    if not parts[member] or not saved.part("linear"):
        raise ckpt.CheckpointError(f"--start {name} is damaged (no weights): choose another one")
    origin = {
        "from": name,
        "member": member,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "commands": saved.info.get("commands", [package.train_command(saved.info["settings"])]),
        "commit": saved.info.get("commit"),
    }
    return Start(parts[member], Baseline.from_tensors(saved.part("linear")), origin)


@torch.no_grad()
def grow(model: nn.Module, weights: dict[str, Tensor], name: str) -> None:
    """Copy weights into a model that may have grown: new inputs weigh nothing, so it says the same.

    Parts that the weights lack stay as the seed made them.

    Raises:
        CheckpointError: A weight is missing from the model or larger than there.
    """
    own = model.state_dict()
    for key, value in weights.items():
        mine = own.get(key)
        fits = mine is not None and mine.shape[:1] == value.shape[:1]
        if mine is None or not fits or mine.numel() < value.numel():
            raise ckpt.CheckpointError(
                f"--start {name} has another shape at {key}: use its --width and --layers"
            )
        mine.zero_()
        mine[tuple(slice(0, n) for n in value.shape)] = value
