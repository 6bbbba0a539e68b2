"""Trained networks plus the linear model: graphs in, the 19 targets in their units out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.qm9.data.baseline import Baseline
from core.qm9.data.graphs import Graphs
from core.qm9.data.targets import targets_from_learned
from core.qm9.data.task import references_of
from core.qm9.networks.precision import products_in

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Predictor:
    """One or more trained networks (an ensemble) that share one linear model."""

    members: list[nn.Module]
    linear: Baseline
    dtype: torch.dtype = torch.float32

    @property
    def device(self) -> torch.device:
        """Where the networks lie."""
        return next(self.members[0].parameters()).device

    def outputs(self, graphs: Graphs, batch: int = 0) -> Array:
        """Standardized outputs of each member, (K, M, 14); `batch` at once, 0 for enough."""
        return np.stack(self._each(self.members, graphs, batch))

    def embeddings(self, graphs: Graphs, batch: int = 0) -> Array:
        """Molecules as points of the first member's map of chemical space, (M, d)."""
        summary: Callable[[Graphs], Tensor] = getattr(self.members[0], "summary")  # noqa: B009
        return self._each([summary], graphs, batch)[0]

    @torch.inference_mode()
    def _each(
        self, functions: Sequence[Callable[[Graphs], Tensor]], graphs: Graphs, batch: int
    ) -> list[Array]:
        """Functions of graphs, batch by batch, in this predictor's precision."""
        device = self.device
        batch = batch or (1024 if device.type == "cpu" else 16_384)  # a GPU is not full before
        graphs = graphs.to(device)
        empty = [torch.zeros(0)] if not len(graphs) else []
        parts: list[list[Tensor]] = [list(empty) for _ in functions]
        for index in torch.arange(len(graphs), device=device).split(batch):
            part = graphs.take(index)  # once for all members: it keeps what it has worked out
            with products_in(self.dtype, device):
                for found, function in zip(parts, functions, strict=True):
                    found.append(function(part).float().cpu())
        return [np.asarray(torch.cat(found).double().numpy()) for found in parts]

    def with_members(self, graphs: Graphs) -> tuple[Array, Array]:
        """The 19 targets, averaged over the members where they learn them, and those of each.

        Shapes:
            returns: (M, 19) and (K, M, 19)
        """
        graphs = graphs.to(self.device)
        references = references_of(graphs)
        learned = self.outputs(graphs) * self.linear.scale + self.linear.predict(graphs)
        each = np.stack([targets_from_learned(one, references) for one in learned])
        return targets_from_learned(learned.mean(0), references), each

    def predict(self, graphs: Graphs) -> Array:
        """The 19 targets, (M, 19)."""
        return self.with_members(graphs)[0]
