"""Checkpoints: one `.safetensors` file with tensors by name and a JSON text in its header."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from core.qm9.data.cache import write_atomic

FORMAT = "inductive-playground-qm9-1"


class CheckpointError(ValueError):
    """A checkpoint can't be read or written; the message names the file and the remedy."""


@dataclass
class Checkpoint:
    """Tensors by name ("model.", "ema.", "optimizer.0.", "linear.") and what else a run needs."""

    tensors: dict[str, Tensor]
    info: dict[str, Any] = field(default_factory=dict)

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors under a prefix, with the prefix cut off."""
        start = prefix + "."
        return {k[len(start) :]: v for k, v in self.tensors.items() if k.startswith(start)}


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Write in one step, with a hash of all; on failure the file that was there before stays.

    Raises:
        CheckpointError: The disk is full or the folder can't be written.
    """
    header = {"format": FORMAT, "info": json.dumps(checkpoint.info)}
    tensors = {k: v.detach().cpu().contiguous().clone() for k, v in checkpoint.tensors.items()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        header["sha256"] = _digest(save(tensors, header))
        write_atomic(path, save(tensors, header))
    except OSError as error:
        raise CheckpointError(
            f"can't write {path} ({error.strerror or error}): free some disk space or choose "
            "another --out; the last good checkpoint is kept"
        ) from None


def read(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        CheckpointError: The file is missing, damaged, or not one of ours; NaN is damage, too.
    """
    try:
        # The whole file at once: a run may put a newer one in its place while we read.
        blob = path.read_bytes()
        header = json.loads(blob[8 : 8 + int.from_bytes(blob[:8], "little")])
        metadata = header.get("__metadata__") or {}
        if metadata.get("format") != FORMAT:
            raise CheckpointError(f"{path} is not a QM9 checkpoint of this program: train one")
        # Without a hash are the files from before there was one, which hold nothing else.
        if metadata.keys() != {"format", "info"} and metadata.get("sha256") != _digest(blob):
            raise ValueError("its hash is another one")
        found = Checkpoint(load(blob), json.loads(metadata["info"]))
        for name, value in found.tensors.items():
            if not name.startswith("interval.") and not value.isfinite().all():
                raise ValueError(f"{name} is not finite")
        return found
    except FileNotFoundError:
        raise CheckpointError(f"{path} does not exist: give a .safetensors file") from None
    except CheckpointError:
        raise
    except (SafetensorError, OSError, ValueError, KeyError, AttributeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CheckpointError(f"{path} is damaged ({reason}): train or download it again") from None


def _digest(blob: bytes) -> str:
    """SHA-256 of a file's data and of its header, in which the hash itself does not count."""
    end = 8 + int.from_bytes(blob[:8], "little")
    header = json.loads(blob[8:end])
    header["__metadata__"].pop("sha256", None)
    found = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    found.update(memoryview(blob)[end:])
    return found.hexdigest()


def flatten_optimizer(optimizer: torch.optim.Optimizer, prefix: str) -> dict[str, Tensor]:
    """The optimizer's state as named tensors."""
    out = {}
    for number, state in optimizer.state_dict()["state"].items():
        for name, value in state.items():
            tensor = value if isinstance(value, Tensor) else torch.tensor(float(value))
            out[f"{prefix}.{number}.{name}"] = tensor
    return out


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """The inverse of `flatten_optimizer`; `tensors` carry no prefix."""
    states: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, name = key.split(".", 1)
        states.setdefault(int(number), {})[name] = value
    whole = optimizer.state_dict()
    optimizer.load_state_dict({"state": states, "param_groups": whole["param_groups"]})


def commit() -> str:
    """The git commit of this program, or "unknown" outside a checkout."""
    folder = Path(__file__).parent
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return done.stdout.strip() if done.returncode == 0 else "unknown"
