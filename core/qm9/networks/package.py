"""Models ready for use: averaged weights of one or more runs, the linear part, the intervals.

A package is a `.safetensors` file with a `.json` card beside it that people can read. It holds no
optimizer state. Its large matrices are stored in 8 bits with a scale for each row, the rest in 16
bits, so that five networks take the room of three; errors are measured on what was stored.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core import ROOT
from core.qm9.data.baseline import Baseline
from core.qm9.data.cache import write_atomic
from core.qm9.data.targets import KEYS
from core.qm9.networks import checkpoint as ckpt
from core.qm9.networks.conformal import CELLS, Calibration
from core.qm9.networks.models import QM9_MODELS
from core.qm9.networks.precision import pick_precision
from core.qm9.networks.predictor import Predictor
from core.qm9.networks.settings import TrainSettings

FOLDER = ROOT / "assets" / "checkpoints"
LARGE = 4096  # entries from which a matrix is stored in 8 bits
SCALE = ".scale"
MEASURED = ("name", "validation", "test", "tiny")  # what a calibration writes anew on a card


@dataclass
class Package:
    """A predictor, what its intervals are made from where it is calibrated, and its card."""

    name: str
    predictor: Predictor
    calibration: Calibration | None
    card: dict[str, Any] = field(default_factory=dict)


def locate(name: str, folder: Path = FOLDER) -> Path:
    """The file of a shipped model by name, or of a path.

    Raises:
        CheckpointError: Neither exists; the message lists the shipped ones.
    """
    path = Path(name)
    if path.is_dir():
        path = path / "checkpoint.safetensors"
    if path.suffix == ".safetensors" or path.exists():
        return path
    shipped = folder / f"{name}.safetensors"
    if shipped.is_file():
        return shipped
    known = sorted(p.stem for p in folder.glob("*.safetensors"))
    listed = ", ".join(known) if known else "none: train one with `python -m core.qm9 train`"
    raise ckpt.CheckpointError(f"model {name!r} is unknown: give a path, or one of {listed}")


def load(name: str, device: str = "cpu", precision: str = "fp32") -> Package:
    """Load a shipped model by name, a package by path, or a training checkpoint by path.

    Raises:
        CheckpointError: Unknown name, or a damaged file.
    """
    path = locate(name)
    saved = ckpt.read(path)
    predictor = predictor_of(saved, path, device, precision)
    label = path.stem if path.parent == FOLDER else str(path)
    return Package(label, predictor, calibration_of(saved), saved.info)


def predictor_of(
    saved: ckpt.Checkpoint, path: Path, device: str = "cpu", precision: str = "fp32"
) -> Predictor:
    """The networks of a package, or the averaged one of a run, with the linear part.

    Raises:
        CheckpointError: Something is missing or has another shape; `path` is named.
    """
    try:
        own = TrainSettings.from_json(saved.info["settings"])
        members = [_member(own, part, device) for part in weights_of(saved)]
        linear = Baseline.from_tensors(saved.part("linear"))
    except (KeyError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ckpt.CheckpointError(
            f"{path} is damaged ({reason}): train or download it again"
        ) from None
    return Predictor(members, linear, pick_precision(precision, torch.device(device)))


def calibration_of(saved: ckpt.Checkpoint) -> Calibration | None:
    """The intervals of a package; None for a run, or where the cells were others than today's."""
    found = {k: v.double().numpy() for k, v in saved.part("interval").items()}
    shapes = {k: v.shape for k, v in found.items()}
    wanted = {"floor": (len(KEYS),), "factor": (len(CELLS), len(KEYS))}
    return Calibration(**found) if shapes == wanted else None


def _member(settings: TrainSettings, tensors: dict[str, Tensor], device: str) -> torch.nn.Module:
    """One trained network in full precision."""
    model = settings.network()
    model.load_state_dict(tensors, strict=True)
    return model.to(device).eval()


def weights_of(saved: ckpt.Checkpoint) -> list[dict[str, Tensor]]:
    """The weights of each member of a package, or the averaged ones of a run."""
    found = [int(k.split(".")[1]) for k in saved.tensors if k.startswith("member.")]
    parts = [saved.part(f"member.{i}") for i in range(1 + max(found, default=-1))]
    return [unpack(part) for part in parts or [saved.part("ema")]]


def pack(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights as they are stored: name -> int8 and name.scale -> (rows, 1), or name -> 16 bits."""
    out: dict[str, Tensor] = {}
    for name, value in tensors.items():
        if value.ndim != 2 or value.numel() < LARGE:
            out[name] = value.half()
            continue
        scale = (value.abs().amax(1, keepdim=True) / 127).clamp(min=1e-30)
        out[name] = (value / scale).round().clamp(-127, 127).to(torch.int8)
        out[name + SCALE] = scale
    return out


def unpack(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The inverse of `pack`, in full precision; weights that were not packed stay what they are."""
    return {
        k: v.float() * tensors[k + SCALE] if k + SCALE in tensors else v.float()
        for k, v in tensors.items()
        if not k.endswith(SCALE)
    }


def members_of(runs: list[Path]) -> tuple[list[ckpt.Checkpoint], dict[str, Any]]:
    """The checkpoints of finished runs that differ in the seed only, and their settings.

    Raises:
        CheckpointError: The runs differ in more than the seed, or one of them is no run.
    """
    saved = [ckpt.read(locate(str(run))) for run in runs]
    first = dict(saved[0].info["settings"])
    for run, one in zip(runs, saved, strict=True):
        if not one.part("ema"):
            raise ckpt.CheckpointError(f"{run} is a package already: give it alone, or give runs")
        for name, value in one.info["settings"].items():
            if name != "seed" and value != first[name]:
                raise ckpt.CheckpointError(
                    f"{run} has {name} = {value}, the first run {first[name]}: "
                    "members of one model may differ in the seed only"
                )
    return saved, first


def join(runs: list[Path]) -> ckpt.Checkpoint:
    """Finished runs as one package without intervals; a single package as it is.

    Returns:
        The tensors as they are stored, and the part of the card that tells where they come from.

    Raises:
        CheckpointError: The runs don't belong together.
    """
    first = ckpt.read(locate(str(runs[0])))
    if len(runs) == 1 and first.part("member.0"):
        kept = {k: v for k, v in first.tensors.items() if k.startswith(("member.", "linear."))}
        return ckpt.Checkpoint(kept, {k: v for k, v in first.info.items() if k not in MEASURED})
    saved, settings = members_of(runs)
    tensors = {
        f"member.{i}.{k}": v
        for i, one in enumerate(saved)
        for k, v in pack(one.part("ema")).items()
    }
    tensors |= {f"linear.{k}": v for k, v in first.part("linear").items()}
    return ckpt.Checkpoint(tensors, history(saved) | {"settings": settings})


def history(saved: list[ckpt.Checkpoint]) -> dict[str, Any]:
    """Where the members of a package come from: seeds, commands, what they began with."""
    info = [one.info for one in saved]
    return {
        "seeds": [one["settings"]["seed"] for one in info],
        "epochs": [round(one["epochs"], 3) for one in info],
        "minutes": [round(one["seconds"] / 60, 2) for one in info],
        "commit": [one["commit"] for one in info],
        "made": datetime.date.today().isoformat(),
        "parameters": sum(v.numel() for v in saved[0].part("ema").values()),
        "start": [one["start"] for one in info if one.get("start")],
        "commands": [train_command(one["settings"], one.get("start")) for one in info],
        "members": len(saved),
    }


def write(
    path: Path, tensors: dict[str, Tensor], calibration: Calibration, card: dict[str, Any]
) -> None:
    """Write a package and its card.

    Raises:
        CheckpointError: The disk is full.
    """
    intervals = {f"interval.{k}": torch.from_numpy(v) for k, v in vars(calibration).items()}
    ckpt.write(path, ckpt.Checkpoint(tensors | intervals, card))
    write_atomic(path.with_suffix(".json"), (json.dumps(card, indent=1) + "\n").encode())


def train_command(settings: dict[str, Any], start: dict[str, Any] | None = None) -> str:
    """The command line that trains a member."""
    texts = TrainSettings.from_json(settings).to_link()
    options = "".join(f" --{name.replace('_', '-')} {text}" for name, text in texts.items())
    model = "" if "model" in texts else f" --model {settings['model']}"
    options += f" --start {start['from']}" if start else ""
    return f"python -m core.qm9 train{model}{options} --out runs/{settings['model']}"


def shipped(folder: Path = FOLDER) -> list[str]:
    """Names of the models that come with the program, best first, in the order of QM9_MODELS."""
    found = {p.stem for p in folder.glob("*.safetensors")}
    order = ["best", *(n for n in QM9_MODELS if n != "best")]
    return [n for n in order if n in found] + sorted(found - set(order))
