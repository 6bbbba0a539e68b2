"""Data sets larger than memory: the same arrays, cut into memory-mapped files.

QM9 is 45 bytes a molecule compact and 190 bytes as tensors, so 10 million molecules still fit in
memory (2 GB); 100 million (19 GB) don't fit on every device. Then the tensors lie in shards on
disk, a batch maps only the pages it needs, and epochs shuffle the shards and then within each.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.qm9.data.cache import write_atomic
from core.qm9.data.graphs import Graphs
from core.qm9.data.source import DataError
from core.qm9.data.task import Task

FIELDS = tuple(f.name for f in fields(Graphs))
SHARD = 65_536


def write(folder: Path, parts: Iterable[tuple[Graphs, Tensor]], shard: int = SHARD) -> None:
    """Cut graphs and labels into shards; the index is written last, so that half a set is none.

    Args:
        folder: Where the files go.
        parts: Graphs and labels, part by part, padded to the same number of atoms: a generator
            never has to hold more than one part and one shard.
        shard: Molecules in a shard.

    Raises:
        DataError: The disk is full or the folder can't be written.
    """
    molecules = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, arrays in enumerate(_stretches(parts, shard)):
            molecules += len(arrays["labels"])
            for name, tensor in arrays.items():
                np.save(folder / f"{number:05d}-{name}.npy", tensor.cpu().numpy())
        index = json.dumps({"molecules": molecules, "shard": shard})
        write_atomic(folder / "index.json", index.encode())
    except OSError as error:
        raise DataError(
            f"can't write {folder} ({error.strerror}): free some disk space, or choose another"
        ) from None


def _stretches(parts: Iterable[tuple[Graphs, Tensor]], shard: int) -> Iterator[dict[str, Tensor]]:
    """Parts of any size as arrays of `shard` molecules; the last ones may be shorter."""
    rest: dict[str, Tensor] = {}
    for graphs, labels in parts:
        new = {**{name: getattr(graphs, name) for name in FIELDS}, "labels": labels}
        rest = {name: torch.cat([rest[name], new[name]]) for name in new} if rest else new
        while len(rest["labels"]) >= shard:
            yield {name: tensor[:shard] for name, tensor in rest.items()}
            rest = {name: tensor[shard:] for name, tensor in rest.items()}
    if rest and len(rest["labels"]):
        yield rest


@dataclass(frozen=True, eq=False)
class Shards:
    """Graphs and labels on disk; `take` reads what a batch needs and nothing else."""

    folder: Path
    molecules: int
    shard: int
    maps: list[dict[str, NDArray[Any]]]
    device: torch.device = torch.device("cpu")

    @classmethod
    def open(cls, folder: Path) -> Shards:
        """Map the shards of a folder.

        Raises:
            DataError: The folder holds no complete set of shards.
        """
        try:
            index = json.loads((folder / "index.json").read_text())
            count = -(-index["molecules"] // index["shard"])
            maps = [
                {
                    name: np.load(
                        folder / f"{number:05d}-{name}.npy", mmap_mode="r", allow_pickle=False
                    )
                    for name in (*FIELDS, "labels")
                }
                for number in range(count)
            ]
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"{folder} holds no complete shards ({error}): remove it") from None
        return cls(folder, index["molecules"], index["shard"], maps)

    def __len__(self) -> int:
        """Number of molecules."""
        return self.molecules

    def to(self, device: torch.device | str) -> Shards:
        """Deliver batches to another device."""
        return dataclasses.replace(self, device=torch.device(device))

    def rows(self, name: str, index: Tensor) -> Tensor:
        """Rows of one array, in the order of the index, on the device."""
        wanted = index.cpu().numpy()
        number = wanted // self.shard
        out = np.empty((len(wanted), *self.maps[0][name].shape[1:]), self.maps[0][name].dtype)
        for one in np.unique(number):
            here = np.flatnonzero(number == one)
            out[here] = self.maps[one][name][wanted[here] - one * self.shard]
        return torch.from_numpy(out).to(self.device)

    def take(self, index: Tensor) -> Graphs:
        """The molecules of an index as resident graphs."""
        return Graphs(*(self.rows(name, index) for name in FIELDS))

    @property
    def labels(self) -> Labels:
        """The labels, indexed like a tensor."""
        return Labels(self)


@dataclass(frozen=True)
class Labels:
    """Labels on disk that index like a tensor."""

    shards: Shards

    def __getitem__(self, index: Tensor) -> Tensor:
        """Labels of some molecules, (b, 14)."""
        return self.shards.rows("labels", index)

    def to(self, device: torch.device | str) -> Labels:
        """Deliver to another device."""
        return Labels(self.shards.to(device))


def through_disk(task: Task, folder: Path, shard: int = SHARD) -> Task:
    """The same task with graphs and labels on disk; written first where the folder is empty."""
    if not (folder / "index.json").exists():
        write(folder, [(task.graphs, task.labels)], shard)
    opened = Shards.open(folder)
    if len(opened) != len(task.graphs):
        raise DataError(
            f"{folder} holds {len(opened):,} molecules, not {len(task.graphs):,}: remove it"
        )
    return dataclasses.replace(task, graphs=opened, labels=opened.labels)  # type: ignore[arg-type]
