"""What each command of `python -m core.qm9` does; returns what --json prints."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import torch

from core.molecules import MoleculeError, from_smiles
from core.qm9 import checkpoint, curves, data, evaluate, package, predict, session, split, targets
from core.qm9.cli import Command
from core.qm9.distributed import start_group, stop_group
from core.qm9.models import QM9_MODELS
from core.qm9.settings import TrainSettings
from core.qm9.source import DataError
from core.qm9.task import make_task
from core.qm9.train import Run, TrainingError
from core.settings import SettingError


class UsageError(ValueError):
    """An option has a value that can't be used; the message says which would do."""


EXPECTED = (
    UsageError, DataError, TrainingError, checkpoint.CheckpointError, MoleculeError, SettingError,
)  # fmt: skip


def show_progress(done: int, total: int) -> None:
    """A bar on stderr, so that stdout stays JSON."""
    if sys.stderr.isatty() or done == total:
        filled = 40 * done // total
        bar = "#" * filled + "." * (40 - filled)
        print(f"\rreading QM9 [{bar}] {done:,}/{total:,}", end="", file=sys.stderr, flush=True)
        if done == total:
            print(file=sys.stderr)


def info(options: argparse.Namespace) -> dict[str, Any]:
    """Counts of the data set."""
    qm9 = data.load(show_progress)
    parts = split.split(len(qm9))
    return {
        "molecules": len(qm9),
        "failed": qm9.failed,
        "charged": int(qm9.charged.sum()),
        "atom_types": len(qm9.types),
        "heavy_atoms": {str(n): int((qm9.sizes == n).sum()) for n in range(1, 10)},
        "split": {name: len(parts[name]) for name in split.SPLITS} | {"sha256": parts.hash},
        "duplicates": [qm9.canonical[rows[0]] for rows in split.duplicates(qm9)],
        "straddling": [
            {"smiles": qm9.canonical[rows[0]], "parts": [parts.name_of(r) for r in rows]}
            for rows in split.straddling(qm9, parts)
        ],
        "targets": [
            {"key": t.key, "symbol": t.symbol, "meaning": t.meaning, "unit": t.unit}
            for t in targets.TARGETS
        ],
        "models": list(QM9_MODELS),
        "shipped": package.shipped(),
        "cache": str(data.cache_folder()),
    }


def graph(options: argparse.Namespace) -> dict[str, Any]:
    """Node and edge tables of one molecule."""
    molecule = from_smiles(options.smiles)
    x, e = molecule.x.astype(int).tolist(), molecule.e
    return {
        "atoms": [
            {"symbol": s, "features": row} for s, row in zip(molecule.symbols, x, strict=True)
        ],
        "bonds": [
            {"i": int(i), "j": int(j), "features": e[i, j].astype(int).tolist()}
            for i, j, _ in molecule.bonds
        ],
    }


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Train, or go on training."""
    settings = settings_of(options)
    torch.set_num_threads(max(options.threads, 1))
    device = pick_device(options.device)
    group, device = start_group(device)
    try:
        qm9 = data.load(show_progress)
        parts = split.split(len(qm9))
        geometry = data.load_geometry(show_progress) if settings.geometry else None
        run = Run(settings, make_task(qm9, parts.train, geometry), parts, device, group)
        report = None if options.json or not group.first else show_line
        out = Path(options.out)
        return session.train(run, out, options.resume, report, options.save_seconds)
    finally:
        stop_group(group)


def settings_of(options: argparse.Namespace) -> TrainSettings:
    """The declared settings out of the command line."""
    texts = {k: getattr(options, k) for k in TrainSettings.kinds() if getattr(options, k) is not None}
    if texts.get("targets", "").strip().lower() == "all":
        del texts["targets"]
    return TrainSettings.from_texts(texts)


def pick_device(name: str) -> str:
    """A device that is here.

    Raises:
        UsageError: The device is unknown or not on this machine.
    """
    here = ["cpu"]
    if torch.cuda.is_available():
        here.insert(0, "cuda")
    if torch.backends.mps.is_available():
        here.insert(0, "mps")
    if name == "auto":
        return here[0]
    if name.split(":")[0] not in here:
        raise UsageError(f"--device {name} is not on this machine: use auto or {', '.join(here)}")
    return name


def show_line(record: dict[str, Any]) -> None:
    """One line of progress for people."""
    if "loss" in record:
        left = time.strftime("%H:%M:%S", time.gmtime(record["seconds_left"]))
        print(
            f"step {record['step']:,}/{record['steps']:,}  epoch {record['epoch']:.2f}  "
            f"loss {record['loss']:.4f}  {record['molecules_per_second']:,.0f} molecules/s  "
            f"{left} left",
            flush=True,
        )
    elif "validation" in record:
        shown = ("gap", "homo", "lumo", "u0", "mu", "alpha")
        errors = {k: v for k, v in record["validation"].items() if k in shown}
        print("validation  " + "  ".join(f"{k} {v:.4f}" for k, v in errors.items()), flush=True)


def evaluate_(options: argparse.Namespace) -> dict[str, Any]:
    """Errors and coverage on a part of the split."""
    if options.split not in split.SPLITS:
        known = ", ".join(split.SPLITS)
        raise UsageError(f"--split {options.split} is unknown: choose from {known}")
    model = package.load(options.model)
    qm9 = data.load(show_progress)
    library = predict.Library.of(qm9)
    rows = library.parts[options.split]
    found = evaluate.measure(model, evaluate.graphs_of(qm9, rows), library.y[rows])
    coverage = found.get("coverage")
    head = {"model": model.name, "split": options.split, "n": found["n"], "mae": found["mae"]}
    return {**head, "coverage": coverage, "rmse": found["rmse"], "groups": found["groups"],
            "error_ratio": found["error_ratio"]}  # fmt: skip


def predict_(options: argparse.Namespace) -> dict[str, Any] | list[dict[str, Any]]:
    """Properties of one or more molecules; one object, or a list where there are several."""
    molecules = [from_smiles(s) for s in options.smiles]
    model = package.load(options.model)
    try:
        library: predict.Library | None = predict.Library.of(data.load(show_progress))
    except DataError as error:
        print(f"note: no look-up in QM9: {error}", file=sys.stderr)
        library = None
    found = predict.predict(molecules, model, library)
    for one in found:
        for warning in one.warnings:
            print(f"note: {one.molecule.smiles}: {warning}", file=sys.stderr)
    shapes = [one.to_json() for one in found]
    return shapes[0] if len(shapes) == 1 else shapes


def bench(options: argparse.Namespace) -> dict[str, Any]:
    """Training speed against PyTorch Geometric."""
    from core.qm9 import bench as measured

    only = tuple(part.strip() for part in options.only.split(",") if part.strip())
    unknown = [name for name in only if name not in measured.ROWS]
    if unknown:
        raise UsageError(f"--only {unknown[0]} is unknown: choose from {', '.join(measured.ROWS)}")
    return measured.run(
        options.width, options.layers, options.batch_size, options.seconds, only or measured.ROWS
    )


def export(options: argparse.Namespace) -> dict[str, Any]:
    """Write an ONNX file."""
    from core.qm9 import export as onnx

    return onnx.export(package.load(options.model), Path(options.onnx))


def package_(options: argparse.Namespace) -> dict[str, Any]:
    """Join runs."""
    out = Path(options.out)
    if out.suffix != ".safetensors":
        raise UsageError(f"--out {out} must end in .safetensors")
    torch.set_num_threads(1)
    qm9 = data.load(show_progress)
    library = predict.Library.of(qm9)
    runs = [Path(run) for run in options.runs]
    return evaluate.make_package(out.stem, runs, out, qm9, library, options.test)


def curves_(options: argparse.Namespace) -> dict[str, Any]:
    """Run what is missing of the learning curves, then collect."""
    names = [m.strip() for m in options.models.split(",") if m.strip()] or list(curves.SIX)
    sizes = [int(s) for s in options.sizes.split(",") if s.strip().isdigit()]
    for wrong in [m for m in names if m not in curves.SIX]:
        raise UsageError(f"--models {wrong} is unknown: choose from {', '.join(curves.SIX)}")
    for size in [s for s in sizes if s not in curves.BUDGETS]:
        raise UsageError(f"--sizes {size} is unknown: choose from {list(curves.BUDGETS)}")
    torch.set_num_threads(1)
    folder = Path(options.runs)
    cells = [curves.Cell(m, n, s) for m in names for n in sizes for s in curves.SEEDS]

    def report(cell: curves.Cell, found: dict[str, Any]) -> None:
        line = f"{cell.name[:-5]}: error ratio {found['error_ratio']:.2f}, {found['seconds']:.0f} s"
        print(line, file=sys.stderr, flush=True)

    curves.run_cells(cells, folder, report)
    if not options.out:
        return {"runs": [c.name for c in cells]}
    command = "python -m core.qm9 " + " ".join(sys.argv[1:])
    return curves.collect(folder, package.FOLDER, Path(options.out), command)


COMMANDS: dict[str, Command] = {
    "info": info,
    "graph": graph,
    "train": train,
    "evaluate": evaluate_,
    "predict": predict_,
    "bench": bench,
    "export": export,
    "package": package_,
    "curves": curves_,
}


def show(command: str, result: Any) -> None:
    """The result for people: indented JSON, which names everything."""
    if command == "predict" and isinstance(result, dict):
        print(f"{result['smiles']}  " + (f"in QM9 ({result['split']})" if result["in_qm9"] else "not in QM9"))
        for key, p in result["properties"].items():
            interval = "" if p["low"] is None else f"  [{p['low']:.4g}, {p['high']:.4g}]"
            dft = "" if p["dft"] is None else f"  DFT {p['dft']:.5g}"
            print(f"{key:8s} {p['value']:12.5g}{interval} {p['unit']}{dft}")
    elif command == "train":
        print(f"{result['state']}: {result['checkpoint']}")
    else:
        print(json.dumps(result, indent=1, ensure_ascii=False))
