"""Several processes on one batch: torch's own collectives, or nothing at all in one process."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor


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


def start_group(device: str) -> tuple[Group, str]:
    """Join the processes that `torchrun` started; alone where it did not.

    Returns:
        The group, and the device of this process ("cuda:1" in the second of a machine, say).
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Group(), device
    on_gpu = device.startswith("cuda")
    local = int(os.environ.get("LOCAL_RANK", "0"))
    # Gradients go from GPU to GPU by nccl, what the processes agree on beside them by gloo. nccl
    # wants a GPU for each process: where several share one, gloo carries everything.
    shared = int(os.environ.get("LOCAL_WORLD_SIZE", "1")) > torch.cuda.device_count()
    backend = "cpu:gloo,cuda:nccl" if on_gpu and not shared else "gloo"
    if not dist.is_initialized():
        # Its functions keep the group that they find on import as a default argument. Imported
        # later (torch's optimizers do), they keep gloo's threads alive beyond `stop_group`, and
        # a thread that lives when the interpreter ends aborts the process.
        importlib.import_module("torch.distributed.nn.functional")

        dist.init_process_group(backend)
    if on_gpu:
        device = f"cuda:{local % torch.cuda.device_count()}"
        torch.cuda.set_device(device)
    return Group(dist.get_rank(), dist.get_world_size()), device


def stop_group(group: Group) -> None:
    """Leave the processes in good order."""
    if group.world > 1 and dist.is_initialized():
        dist.destroy_process_group()
