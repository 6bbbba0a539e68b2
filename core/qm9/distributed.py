"""Several processes on one batch: torch's own collectives, or nothing at all in one process."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True)
class Group:
    """The processes of one run, as `torchrun` starts them."""

    rank: int = 0
    world: int = 1

    @property
    def first(self) -> bool:
        """True in the one process that writes files."""
        return self.rank == 0

    def share(self, rows: Tensor) -> Tensor:
        """This process's part of a global batch."""
        return rows[self.rank :: self.world]

    def sum(self, value: Tensor) -> Tensor:
        """Sum of a tensor over the processes."""
        if self.world > 1:
            dist.all_reduce(value)
        return value

    def maximum(self, value: float) -> float:
        """Largest of a number over the processes, so that all of them plan alike."""
        if self.world == 1:
            return value
        found = torch.tensor(value, dtype=torch.float64)
        dist.all_reduce(found, op=dist.ReduceOp.MAX)
        return float(found)

    def sum_gradients(self, model: nn.Module) -> None:
        """Add up all gradients in one message: these networks are small."""
        if self.world == 1:
            return
        gradients = [p.grad for p in model.parameters() if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat)
        for gradient, part in zip(
            gradients, flat.split([g.numel() for g in gradients]), strict=True
        ):
            gradient.copy_(part.view_as(gradient))


def start_group(device: str) -> tuple[Group, str]:
    """Join the processes that `torchrun` started; alone where it did not.

    Returns:
        The group, and the device of this process ("cuda:1" in the second of a machine, say).
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Group(), device
    # Gradients go from GPU to GPU by nccl, what the processes agree on beside them by gloo.
    on_gpu = device.startswith("cuda")
    backend = "cpu:gloo,cuda:nccl" if on_gpu else "gloo"
    if not dist.is_initialized():
        # Its functions keep the group that they find on import as a default argument. Imported
        # later (torch's optimizers do), they keep gloo's threads alive beyond `stop_group`, and
        # a thread that lives when the interpreter ends aborts the process.
        import torch.distributed.nn.functional  # noqa: F401

        dist.init_process_group(backend)
    if on_gpu:
        device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
        torch.cuda.set_device(device)
    return Group(dist.get_rank(), dist.get_world_size()), device


def stop_group(group: Group) -> None:
    """Leave the processes in good order."""
    if group.world > 1 and dist.is_initialized():
        dist.destroy_process_group()
