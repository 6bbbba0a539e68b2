"""What each command of `python -m core.qm9` does; returns what --json prints."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.molecules import MoleculeError, from_smiles, stereo, text
from core.qm9.cli import commands_run
from core.qm9.data import cache, data, split, targets
from core.qm9.data.source import DataError
from core.qm9.networks import checkpoint, package
from core.qm9.networks.models import QM9_MODELS
from core.qm9.prediction import evaluate, predict
from core.qm9.training.train import TrainingError
from core.settings import SettingError

Command = Callable[[argparse.Namespace], Any]
EXPECTED = (
    commands_run.UsageError, DataError, TrainingError, checkpoint.CheckpointError, MoleculeError,
    SettingError,
)  # fmt: skip


def info(options: argparse.Namespace) -> dict[str, Any]:
    """Counts of the data set."""
    qm9 = data.load(commands_run.show_progress)
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
        "cache": str(cache.cache_folder()),
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


def evaluate_(options: argparse.Namespace) -> dict[str, Any]:
    """Errors and coverage on a part of the split."""
    if options.split not in split.SPLITS:
        known = ", ".join(split.SPLITS)
        raise commands_run.UsageError(f"--split {options.split} is unknown: choose from {known}")
    model = package.load(options.model, commands_run.pick_device(options.device))
    qm9 = data.load(commands_run.show_progress)
    library = predict.Library.of(qm9)
    rows = library.parts[options.split]
    found = evaluate.measure(model, evaluate.graphs_of(qm9, rows), library.y[rows])
    coverage = found.get("coverage")
    head = {"model": model.name, "split": options.split, "n": found["n"], "mae": found["mae"]}
    return {**head, "coverage": coverage, "rmse": found["rmse"], "groups": found["groups"],
            "error_ratio": found["error_ratio"]}  # fmt: skip


def predict_(options: argparse.Namespace) -> dict[str, Any] | list[dict[str, Any]]:
    """Properties of one or more molecules; one object, or a list where there are several."""
    molecules = [text.molecule(s) for s in options.smiles]
    model = package.load(options.model, commands_run.pick_device(options.device))
    try:
        library: predict.Library | None = predict.Library.of(data.load(commands_run.show_progress))
    except DataError as error:
        print(f"note: no look-up in QM9: {error}", file=sys.stderr)
        library = None
    found = predict.predict(molecules, model, library)
    for one in found:
        for warning in one.warnings:
            print(f"note: {one.molecule.smiles}: {warning}", file=sys.stderr)
    shapes = [one.to_json() for one in found]
    for one, shape in zip(found, shapes, strict=True):
        shape["isomer"] = library.isomer(one.row) if library and one.row is not None else ""
    return shapes[0] if len(shapes) == 1 else shapes


def export(options: argparse.Namespace) -> dict[str, Any]:
    """Write an ONNX file."""
    from core.qm9.prediction import export as onnx

    return onnx.export(package.load(options.model), Path(options.onnx))


COMMANDS: dict[str, Command] = {
    "info": info,
    "graph": graph,
    "train": commands_run.train,
    "evaluate": evaluate_,
    "predict": predict_,
    "bench": commands_run.bench,
    "check": commands_run.check,
    "export": export,
    "package": commands_run.package_,
    "curves": commands_run.curves_,
}


def show(command: str, result: Any) -> None:
    """The result for people: indented JSON, which names everything."""
    if command == "predict" and isinstance(result, dict):
        print(
            f"{result['smiles']}  "
            + (f"in QM9 ({result['split']})" if result["in_qm9"] else "not in QM9")
            + (f" as {result['isomer']}" if stereo.MARKS & set(result["isomer"]) else "")
        )
        for key, p in result["properties"].items():
            interval = "" if p["low"] is None else f"  [{p['low']:.4g}, {p['high']:.4g}]"
            dft = "" if p["dft"] is None else f"  DFT {p['dft']:.5g}"
            print(f"{key:8s} {p['value']:12.5g}{interval} {p['unit']}{dft}")
    elif command == "train":
        for one in result if isinstance(result, list) else [result]:
            print(f"{one['state']}: {one['checkpoint']}")
    elif command == "check":
        from core.qm9.cli.check import table

        print(table(result))
    else:
        print(json.dumps(result, indent=1, ensure_ascii=False))
