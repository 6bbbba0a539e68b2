"""Training speed against PyTorch Geometric: same maths, layers, width, batch size and threads.

Both sides take turns in one process on one thread, PyTorch Geometric with its own DataLoader over a
list in memory and in the better of its two precisions. The best steps of several turns count, as
other programs can only slow a step down. PyTorch Geometric is needed here and in tests only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from core.models.graph import GATLayer, GCNLayer, normalized_adjacency, sum_pool
from core.models.links import Bonds
from core.models.mpnn import MPNNLayer, TypedMessages, mpnn_stack
from core.qm9 import data, graphs, pyg
from core.qm9.graphs import Graphs
from core.qm9.optim import pick_precision

ROWS = ("gcn", "gat", "mpnn", "nnconv", "loader")
MOLECULES = 8192
TARGETS = 19


class Dense(nn.Module):
    """Our side: some layers of one kind from the 11 features on, sum, read out."""

    def __init__(self, kind: str, d: int, layers: int) -> None:
        """Make the model of one row."""
        super().__init__()
        make: dict[str, Callable[[int], nn.Module]] = {
            "gcn": lambda d_in: GCNLayer(d_in, d),
            "gat": lambda d_in: GATLayer(d_in, d, 4),
            "mpnn": lambda d_in: MPNNLayer(d, 4, d_in),
            "nnconv": lambda d_in: TypedMessages(d_in, d, 4),
        }
        self.kind = kind
        self.layers = nn.ModuleList(make[kind](d if i else 11) for i in range(layers))
        self.readout = nn.Linear(d, TARGETS)

    def forward(self, batch: Graphs) -> Tensor:
        """Predict, (B, 19)."""
        fast = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else None
        h = batch.x.to(fast or torch.float32)
        context, pairs = self.context(batch, h.dtype), self.pairs(batch, h.dtype)
        if self.kind == "mpnn":
            layers = [cast(MPNNLayer, layer) for layer in self.layers]
            return self.readout(sum_pool(mpnn_stack(layers, h, *context, **pairs), batch.mask))
        for layer in self.layers:
            h = layer(h, *context, **pairs)
            # GCNLayer holds its ReLU already, as (5.11) is written.
            h = h if self.kind == "gcn" else torch.relu(h)
        return self.readout(sum_pool(h, batch.mask))

    def context(self, batch: Graphs, dtype: torch.dtype) -> tuple[Tensor, ...]:
        """What the layers read beside h, in the precision of h from the start."""
        if self.kind == "gcn":
            return (normalized_adjacency(batch.near).to(dtype),)
        if self.kind == "gat":
            return (batch.near,)
        e = batch.e.to(dtype)
        return (e, batch.adjacency) if self.kind == "mpnn" else (e,)

    def pairs(self, batch: Graphs, dtype: torch.dtype) -> dict[str, Any]:
        """The lists of bonded pairs, found once a batch."""
        # Where bf16 is native, `nnconv` is products alone, and those are fast enough on all pairs.
        reads = self.kind == "mpnn" or (self.kind == "nnconv" and dtype == torch.float32)
        return {"bonds": Bonds(batch.e.to(dtype), batch.adjacency)} if reads else {}


def _steps(
    model: nn.Module, batches: Iterator[tuple[Any, Tensor]], precision: torch.dtype
) -> Callable[[], int]:
    """A function that trains one step and returns its molecules."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    enabled = precision == torch.bfloat16

    def step() -> int:
        batch, y = next(batches)
        with torch.autocast("cpu", precision, enabled=enabled):
            output = model(batch)
        loss = (output.float() - y).abs().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return len(y)

    return step


def dense_batches(whole: Graphs, y: Tensor, size: int) -> Iterator[tuple[Graphs, Tensor]]:
    """Our loader: shuffled batches by index, for ever."""
    generator = torch.Generator().manual_seed(0)
    while True:
        for rows in torch.randperm(len(whole), generator=generator).split(size):
            if len(rows) == size:
                yield whole.take(rows), y.index_select(0, rows)


def rate(step: Callable[[], int], seconds: float) -> float:
    """Molecules per CPU second of this process, in the best eight steps.

    CPU seconds, since waiting for a busy machine doesn't count; the best, since what other programs
    leave in the processor's cache does.
    """
    begin, best = time.process_time(), 0.0
    while time.process_time() - begin < seconds:
        start, part = time.process_time(), 0
        for _ in range(8):
            part += step()
            if time.process_time() - begin > seconds:
                break
        best = max(best, part / max(time.process_time() - start, 1e-9))
    return best


def run(
    width: int = 128, layers: int = 4, batch: int = 256, seconds: float = 8.0,
    rows: Sequence[str] = ROWS,
) -> dict[str, Any]:  # fmt: skip
    """Measure the rows.

    Returns:
        For each row molecules per second of ours and of PyTorch Geometric, and their ratio.

    Raises:
        DataError: PyTorch Geometric is not installed.
    """
    pyg.require()
    torch.set_num_threads(1)
    qm9 = data.load()
    whole = graphs.from_qm9(qm9).take(torch.arange(0, len(qm9), len(qm9) // MOLECULES)[:MOLECULES])
    generator = torch.Generator().manual_seed(0)
    y = torch.randn(len(whole), TARGETS, generator=generator)
    items = pyg.as_list(whole, y)
    return {row: _row(row, whole, items, y, width, layers, batch, seconds) for row in rows}


def _row(
    row: str, whole: Graphs, items: list[Any], y: Tensor, d: int, layers: int, batch: int,
    seconds: float,
) -> dict[str, float]:  # fmt: skip
    """One row: both sides in turns of a quarter of the time, the best turn of each."""
    if row == "loader":
        ours = [_loading(dense_batches(whole, y, batch))]
        theirs = [_loading(pyg.batches(items, batch))]
    else:
        best = pick_precision("auto", torch.device("cpu"))
        dense, other = Dense(row, d, layers), pyg.Model(row, d, layers, TARGETS)
        ours = [_steps(dense, dense_batches(whole, y, batch), best)]
        # NNConv needs seconds a step; a second precision would double the wait for nothing.
        kinds = [torch.float32] if row == "nnconv" else [torch.float32, torch.bfloat16]
        theirs = [_steps(other, pyg.batches(items, batch), kind) for kind in kinds]
    for step in [*ours, *theirs]:
        step()
    found = {id(step): 0.0 for step in [*ours, *theirs]}
    for _ in range(4):
        for step in [*ours, *theirs]:
            found[id(step)] = max(found[id(step)], rate(step, seconds / 4))
    mine, their = max(found[id(s)] for s in ours), max(found[id(s)] for s in theirs)
    return {"ours": round(mine, 1), "pyg": round(their, 1), "ratio": round(mine / their, 3)}


def _loading(batches: Iterator[tuple[Any, Tensor]]) -> Callable[[], int]:
    """A step that only fetches a batch, features as floats included."""

    def step() -> int:
        batch, y = next(batches)
        batch.x.float()
        return len(y)

    return step
