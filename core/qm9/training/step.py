"""One training step: run operation by operation, or recorded once as a CUDA graph and replayed.

A step of these networks is a thousand short kernels. On a GPU the host needs longer to start one
than the GPU to run it, so that the GPU is idle nine tenths of the time; a recorded graph is started
as a whole. It is the same code both ways: what differs between two steps (which molecules, learning
rate, decay) lies in tensors that the step reads.
Source: CUDA C++ Programming Guide, "CUDA Graphs".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import torch
from torch import Tensor, nn

from core.qm9.data.data import MAX_ATOMS
from core.qm9.networks.optim import update_ema
from core.qm9.training.distributed import Group

WARM_UP = 3  # steps that run for real before one is recorded: optimizers make their state in them


class Recorded(Protocol):
    """Work that was recorded and can be done again."""

    def replay(self) -> None:
        """Do it."""


class Step:
    """A batch's rows in, weights moved, the loss added to `total`, without waiting for the device.

    Attributes:
        total: Sum of the losses since it was last set to zero, without axes.
        why: Why steps are not replayed though they were to be; empty where all is well.
    """

    def __init__(
        self, loss: Callable[[Tensor], Tensor], model: nn.Module,
        optimizers: Sequence[torch.optim.Optimizer], batch: int, *,
        clip: float = 0.0, ema: Sequence[Tensor] = (), group: Group | None = None,
        graph: bool = True,
    ) -> None:  # fmt: skip
        """Get ready; nothing runs yet.

        Args:
            loss: From the rows of a batch, (batch,), to the loss.
            model: Whose parameters are trained.
            optimizers: Share the parameters among them.
            batch: Rows of this process in each step.
            clip: Largest norm of the gradient, 0 for any.
            ema: Averaged weights that follow the parameters.
            group: The processes that share a batch.
            graph: Record the step where there is a GPU.
        """
        self.loss, self.optimizers, self.clip, self.ema = loss, optimizers, clip, list(ema)
        self.parameters, self.group = list(model.parameters()), group or Group()
        device = self.parameters[0].device
        self.rate, self.decay, self.total = (torch.zeros((), device=device) for _ in range(3))
        self.rows = torch.zeros(batch, dtype=torch.int64, device=device)
        on_gpu = device.type == "cuda" and torch.cuda.is_available()
        self.stream = torch.cuda.Stream(device) if on_gpu else None
        self.left = WARM_UP if graph and device.type == "cuda" else -1  # steps before recording
        self.recorded: list[Recorded] = []
        self.why = ""

    def __call__(self, rows: Tensor, rate: float, decay: float = 0.0) -> None:
        """Train one step on some rows, (batch,)."""
        self.rows.copy_(rows)
        self.rate.fill_(rate)
        self.decay.fill_(decay)
        if self.left == 0:
            self.record()
        self.left -= 1
        for number, part in enumerate(self.parts):
            if number:
                self.group.sum(self.flat)
            if self.recorded:
                self.recorded[number].replay()
            else:
                part()

    @property
    def parts(self) -> list[Callable[[], None]]:
        """What happens before and after processes exchange gradients; alone it is one piece."""
        return [self.whole] if self.group.world == 1 else [self.backward, self.update]

    def whole(self) -> None:
        """The step of a single process."""
        self.backward()
        self.update()

    def backward(self) -> None:
        """Loss and gradients of this process's share."""
        for parameter in self.parameters:
            parameter.grad = None
        loss = self.loss(self.rows)
        loss.backward()
        self.flat = loss.detach().view(1)
        if self.group.world > 1:  # all in one message: these networks are small
            self.flat = torch.cat([self.flat, *(g.flatten() for g in self.gradients)])

    @property
    def gradients(self) -> list[Tensor]:
        """Of the parameters that the loss depends on."""
        return [p.grad for p in self.parameters if p.grad is not None]

    @torch.no_grad()
    def update(self) -> None:
        """Clip, move the weights, average them."""
        gradients = self.gradients
        if self.group.world > 1:
            parts = self.flat[1:].split([g.numel() for g in gradients])
            torch._foreach_copy_(
                gradients, [p.view_as(g) for p, g in zip(parts, gradients, strict=True)]
            )
        if self.clip:
            nn.utils.clip_grad_norm_(self.parameters, self.clip)
        for optimizer in self.optimizers:
            for one in optimizer.param_groups:
                one["lr"] = self.rate
            optimizer.step()
        if self.ema:
            update_ema(self.ema, [p.detach() for p in self.parameters], self.decay)
        self.total += self.flat[0]

    def record(self) -> None:
        """Record the parts; where that fails, stay with single operations and say why."""
        found: list[Recorded] = []
        try:
            for part in self.parts:
                found.append(record(part, self.stream, found))
            self.recorded = found
        except RuntimeError as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            self.why = f"steps run operation by operation, as no CUDA graph can be made: {reason}"

    @contextmanager
    def turn(self) -> Iterator[None]:
        """On a GPU, a stream of its own: several runs can then share the device."""
        if self.stream is None:
            yield
            return
        self.stream.wait_stream(torch.cuda.current_stream(self.stream.device))
        with torch.cuda.stream(self.stream):
            yield


def record(
    part: Callable[[], None], stream: torch.cuda.Stream | None, before: Sequence[Recorded]
) -> Recorded:
    """A part as a CUDA graph, in the memory of those before it."""
    graph = torch.cuda.CUDAGraph()
    pool = before[0].pool() if before and isinstance(before[0], torch.cuda.CUDAGraph) else None
    # thread_local: the thread of nccl that looks after its messages must not spoil a recording.
    with torch.cuda.graph(graph, pool=pool, stream=stream, capture_error_mode="thread_local"):
        part()
    return graph


def compile_parts(model: nn.Module, backend: str = "inductor") -> None:
    """Let torch fuse the layers, each on its own: layers of one kind are then compiled once."""
    # Sums over the atoms of a molecule are short: one thread adds them up, where torch's compiler
    # would rather have several share what is longer than 8.
    options = {"unroll_reductions_threshold": MAX_ATOMS} if backend == "inductor" else None
    for module in model.modules():
        if isinstance(module, nn.ModuleList):
            for layer in module:
                layer.compile(backend=backend, dynamic=False, options=options)
