"""Training speed against PyTorch Geometric: same maths, layers, width, batch size and threads.

Both sides take turns in one process, PyTorch Geometric with its own DataLoader over a list in
memory and in the better of its two precisions; on a GPU also over a list that lies there, the
better of both. On a CPU one thread works, and its seconds count. The best steps of several turns
count, as other programs can only slow a step down. PyTorch Geometric is needed here and in tests
only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from core.models.graph import GATLayer, GCNLayer, normalized_adjacency, sum_pool
from core.models.links import Bonds, few_pairs
from core.models.mpnn import MPNNLayer, TypedMessages, mpnn_stack
from core.qm9.cli import pyg
from core.qm9.data import data, graphs
from core.qm9.data.graphs import Graphs
from core.qm9.networks.optim import adamw
from core.qm9.networks.precision import pick_precision, precision_here, products_in
from core.qm9.training.step import WARM_UP, Step

NETWORKS = ("gcn", "gat", "mpnn", "nnconv")
ROWS = (*NETWORKS, "loader")
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
        h = batch.x.to(precision_here(batch.x.device))
        context, pairs = self.context(batch, h.dtype), self.pairs(batch, h)
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

    def pairs(self, batch: Graphs, h: Tensor) -> dict[str, Any]:
        """The lists of bonded pairs where they pay, found once a batch."""
        # Where bf16 is native, `nnconv` is products alone, and those are fast enough on all pairs.
        reads = self.kind == "mpnn" or (self.kind == "nnconv" and h.dtype == torch.float32)
        if not (reads and few_pairs(h)):
            return {}
        return {"bonds": Bonds(batch.e.to(h.dtype), batch.adjacency)}


def dense_step(
    model: nn.Module, whole: Graphs, y: Tensor, batch: int, precision: torch.dtype
) -> Step:
    """Our step: rows of the whole data set in, as the training loop has it."""
    optimizer = adamw([{"params": list(model.parameters())}], (0.9, 0.999))

    def loss(rows: Tensor) -> Tensor:
        with products_in(precision, y.device):
            output = model(whole.take(rows))
        return (output.float() - y.index_select(0, rows)).abs().mean()

    return Step(loss, model, [optimizer], batch)


def ours(step: Step, rows: Iterator[Tensor]) -> Callable[[], int]:
    """A function that trains one step and returns its molecules."""

    def one() -> int:
        with step.turn():
            step(next(rows), 1e-3)
        return len(step.rows)

    return one


def theirs(
    model: nn.Module, batches: Iterator[tuple[Any, Tensor]], precision: torch.dtype
) -> Callable[[], int]:
    """A function that trains one step of theirs and returns its molecules."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    device = next(model.parameters()).device

    def one() -> int:
        batch, y = next(batches)
        batch, y = batch.to(device), y.to(device)
        with products_in(precision, device):
            output = model(batch)
        loss = (output.float() - y).abs().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return len(y)

    return one


def row_batches(molecules: int, size: int, device: torch.device) -> Iterator[Tensor]:
    """Our loader: shuffled rows, batch by batch, for ever."""
    generator = torch.Generator().manual_seed(0)
    while True:
        order = torch.randperm(molecules, generator=generator).to(device)
        yield from (rows for rows in order.split(size) if len(rows) == size)


def rate(step: Callable[[], int], seconds: float, device: torch.device) -> float:
    """Molecules per second in the best eight steps, or in fewer where these take too long.

    CPU seconds of this process, since waiting for a busy machine doesn't count, but on a GPU those
    on the wall; the best, since what other programs leave in the processor's cache does.
    """
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    begin, best = clock(), 0.0
    while clock() - begin < seconds:
        finish(device)
        start, part = clock(), 0
        for _ in range(8):
            part += step()
            if clock() - begin > seconds:
                break
        finish(device)
        best = max(best, part / max(clock() - start, 1e-9))
    return best


def finish(device: torch.device) -> None:
    """Wait for what a GPU has still to do."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def run(
    width: int = 128, layers: int = 4, batch: int = 256, seconds: float = 8.0,
    rows: Sequence[str] = ROWS, device: str = "cpu",
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
    lists = [items] if device == "cpu" else [items, [item.to(device) for item in items]]
    here = whole.to(device), y.to(device)
    return {row: _row(row, *here, lists, width, layers, batch, seconds) for row in rows}


def _row(
    row: str, whole: Graphs, y: Tensor, lists: list[list[Any]], d: int, layers: int, batch: int,
    seconds: float,
) -> dict[str, float]:  # fmt: skip
    """One row: both sides in turns of a quarter of the time, the best turn of each."""
    device = y.device
    our_rows = row_batches(len(whole), batch, device)
    if row == "loader":
        mine = [_loading((whole.take(rows), y.index_select(0, rows)) for rows in our_rows)]
        their = [_loading(pyg.batches(items, batch)) for items in lists]
    else:
        best = pick_precision("auto", device)
        dense = Dense(row, d, layers).to(device)
        mine = [ours(dense_step(dense, whole, y, batch, best), our_rows)]
        other = pyg.Model(row, d, layers, TARGETS).to(device)
        # NNConv needs seconds a step; a second precision would double the wait for nothing.
        kinds = [torch.float32] if row == "nnconv" else [torch.float32, torch.bfloat16]
        their = [theirs(other, pyg.batches(items, batch), k) for items in lists for k in kinds]
    found = {id(step): 0.0 for step in [*mine, *their]}
    for step in [*mine, *their]:
        for _ in range(WARM_UP + 2 if device.type == "cuda" else 1):
            step()
    for _ in range(4):
        for step in [*mine, *their]:
            found[id(step)] = max(found[id(step)], rate(step, seconds / 4, device))
    our, best_of_theirs = max(found[id(s)] for s in mine), max(found[id(s)] for s in their)
    ratio = round(our / best_of_theirs, 3)
    return {"ours": round(our, 1), "pyg": round(best_of_theirs, 1), "ratio": ratio}


def _loading(batches: Iterator[tuple[Any, Tensor]]) -> Callable[[], int]:
    """A step that only fetches a batch, features as floats included."""

    def step() -> int:
        batch, y = next(batches)
        batch.x.float()
        return len(y)

    return step
