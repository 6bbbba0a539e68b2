"""Measuring a model on a part of the split: errors, coverage, groups; the card of a package."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.qm9 import conformal, graphs, package
from core.qm9.data import Qm9
from core.qm9.graphs import Graphs
from core.qm9.package import Package
from core.qm9.predict import Library
from core.qm9.predictor import Predictor
from core.qm9.targets import BENCHMARK, KEYS, TARGETS
from core.qm9.train import robust_mean

Array = NDArray[np.float64]


def error_ratio(mae: dict[str, float]) -> float:
    """Mean over the 12 standard targets of MAE / chemical accuracy."""
    accuracy = {t.key: t.chemical_accuracy for t in TARGETS}
    return float(np.mean([mae[key] / float(accuracy[key] or 1) for key in BENCHMARK]))


def measure(model: Package, batch: Graphs, y: Array) -> dict[str, Any]:
    """Errors and coverage of a model on some molecules.

    Shapes:
        y: (M, 19), the targets of the M graphs

    Returns:
        "n", "mae" (the median for A, B, C), "rmse", "error_ratio", and where the model is
        calibrated "coverage" by target, and "groups" with n, mae, coverage and sampling error.
    """
    errors = np.abs(model.predictor.predict(batch) - y)
    group = conformal.group_of(batch)
    mae = {k: robust_mean(errors[:, i], k) for i, k in enumerate(KEYS)}
    rmse = {k: float(np.sqrt((errors[:, i] ** 2).mean())) for i, k in enumerate(KEYS)}
    found: dict[str, Any] = {
        "n": len(batch),
        "mae": mae,
        "rmse": rmse,
        "error_ratio": error_ratio(mae),
    }
    groups: dict[str, Any] = {}
    share = None if model.width is None else conformal.coverage(errors, group, model.width)
    for g, name in enumerate(conformal.GROUPS):
        part = errors[group == g]
        if not len(part):
            continue
        means = {k: robust_mean(part[:, i], k) for i, k in enumerate(KEYS)}
        groups[name] = {"n": len(part), "mae": means, "error_ratio": error_ratio(means)}
        if share:
            groups[name]["coverage"] = share[name]
            groups[name]["sampling_error"] = conformal.sampling_error(len(part))
    found["groups"] = groups
    if share:
        found["coverage"] = share["all"]
    return found


def graphs_of(data: Qm9, rows: NDArray[np.int64]) -> Graphs:
    """The graphs of some rows, without expanding the others."""
    return graphs.from_qm9(data.take(rows))


def make_package(
    name: str, runs: list[Path], out: Path, data: Qm9, library: Library, test: bool,
    device: str = "cpu",
) -> dict[str, Any]:  # fmt: skip
    """Join finished runs into a package: calibrate on validation, and look at test if asked to.

    Returns:
        The card.
    """
    saved, _ = package.members_of(runs)
    rows, y = library.parts.validation, library.y
    members = package.stored_members(runs, device)
    linear = package.load(str(runs[0])).predictor.linear
    model = Package(name, Predictor(members, linear), None)
    part = graphs_of(data, rows)
    errors = np.abs(model.predictor.predict(part) - y[rows])
    model.width = conformal.calibrate(errors, conformal.group_of(part))
    card: dict[str, Any] = {
        "name": name,
        "seeds": [one.info["settings"]["seed"] for one in saved],
        "epochs": [round(one.info["epochs"], 3) for one in saved],
        "minutes": [round(one.info["seconds"] / 60, 2) for one in saved],
        "commit": [one.info["commit"] for one in saved],
        "made": datetime.date.today().isoformat(),
        "parameters": sum(p.numel() for p in members[0].parameters()),
        "split": library.parts.hash,
        "validation": measure(model, part, y[rows]),
    }
    if test:
        rows = library.parts.test
        part = graphs_of(data, rows)
        card["test"] = measure(model, part, y[rows])
        alone = [Package(name, Predictor([member], linear), None) for member in members]
        each = [measure(one, part, y[rows]) for one in alone]
        card["test"]["alone"] = [{k: one[k] for k in ("error_ratio", "mae")} for one in each]
    package.write(out, runs, model.width, card)
    return card
