"""Measuring a model on a part of the split: errors, coverage, groups; the card of a package."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.qm9.data import graphs
from core.qm9.data.data import Qm9
from core.qm9.data.graphs import Graphs
from core.qm9.data.targets import KEYS, error_ratio, robust_mean
from core.qm9.networks import conformal, package
from core.qm9.networks.conformal import Calibration
from core.qm9.networks.package import Package
from core.qm9.networks.predictor import Predictor
from core.qm9.prediction.predict import Library

Array = NDArray[np.float64]
Rows = NDArray[np.int64]


def measure(model: Package, batch: Graphs, y: Array) -> dict[str, Any]:
    """Errors and coverage of a model on some molecules.

    Shapes:
        y: (M, 19), the targets of the M graphs

    Returns:
        "n", "mae" (the median for A, B, C), "rmse", "error_ratio", and where the model is
        calibrated "coverage" by target, and "groups" by size, charge and rings with n, mae,
        coverage and sampling error.
    """
    values, members = model.predictor.with_members(batch)
    errors, inside = np.abs(values - y), None  # of the networks, as in training: nothing cut at 0
    if model.calibration:
        ends = model.calibration.ends(conformal.possible(values), members, batch)
        inside = covered(ends, y)
    found = _errors(errors)
    found["rmse"] = {k: float(np.sqrt((errors[:, i] ** 2).mean())) for i, k in enumerate(KEYS)}
    found["groups"] = {}
    for name, part in conformal.groups_of(batch).items():
        if part.any():
            found["groups"][name] = group = _errors(errors[part])
            if inside is not None:
                group["coverage"] = shares(inside[part])
                group["sampling_error"] = conformal.sampling_error(int(part.sum()))
    return found if inside is None else found | {"coverage": shares(inside)}


def _errors(errors: Array) -> dict[str, Any]:
    """Number of molecules and mean absolute error of each target."""
    mae = {k: robust_mean(errors[:, i], k) for i, k in enumerate(KEYS)}
    return {"n": len(errors), "mae": mae, "error_ratio": error_ratio(mae)}


def covered(ends: tuple[Array, Array], y: Array) -> Array:
    """1 where the truth lies inside, 0 where not, NaN where a target has no finite value."""
    inside = (ends[0] <= y) & (y <= ends[1])
    return np.where(np.isnan(conformal.straight(y)), np.nan, inside)


def shares(inside: Array) -> dict[str, float | None]:
    """Share of molecules inside their interval for each target; None where none has a truth."""
    known = (~np.isnan(inside)).sum(0)
    hits = np.nansum(inside, 0)
    pairs = zip(KEYS, hits.tolist(), known.tolist(), strict=True)
    return {key: hit / n if n else None for key, hit, n in pairs}


def graphs_of(data: Qm9, rows: Rows) -> Graphs:
    """The graphs of some rows, without expanding the others."""
    return graphs.from_qm9(data.take(rows))


def calibrate(model: Package, library: Library) -> Calibration:
    """Intervals from validation, and for up to 6 heavy atoms from training molecules as well.

    QM9 holds nearly all molecules that small, and almost all of them are in the training split.
    Their errors are made larger by the factor that unseen molecules of up to 7 heavy atoms err
    more than trained ones. Test molecules have no part in it.
    """
    small = library.parts.train[library.data.sizes[library.parts.train] <= 7]
    held, apart, cell = _errors_and_spread(model, library, library.parts.validation)
    trained, close, kind = _errors_and_spread(model, library, small)
    floor = conformal.usual(apart)
    held, trained = held / (apart + floor), trained / (close + floor)
    a, b = (np.isin(code, conformal.SMALL) for code in (cell, kind))
    if a.any() and b.any():
        more = np.nanmean(held[a], 0) / np.nanmean(trained[b], 0)
        tiny = np.isin(kind, conformal.TINY)
        held = np.concatenate([held, trained[tiny] * np.maximum(more, 1.0)])
        cell = np.concatenate([cell, kind[tiny]])
    return Calibration(floor, conformal.calibrate(held, cell))


def _errors_and_spread(
    model: Package, library: Library, rows: Rows
) -> tuple[Array, Array, conformal.Codes]:
    """Absolute errors (R, 19), spreads (R, 19) and cells (R,) of some rows of QM9."""
    batch = graphs_of(library.data, rows)
    values, members = model.predictor.with_members(batch)
    truth = conformal.straight(library.y[rows])
    errors = np.abs(conformal.straight(conformal.possible(values)) - truth)
    return errors, conformal.spread(members), conformal.cell_of(batch)


def _tiny(model: Package, library: Library, test: bool) -> dict[str, Any]:
    """Coverage of all molecules of up to 6 heavy atoms, trained on or not, by size."""
    rows = np.flatnonzero(library.data.sizes <= 6)
    if not test:
        rows = np.setdiff1d(rows, library.parts.test)
    if not len(rows):
        return {}
    groups = measure(model, graphs_of(library.data, rows), library.y[rows])["groups"]
    trained = np.isin(rows, library.parts.train)
    found = {}
    for name, part in conformal.groups_of(graphs_of(library.data, rows)).items():
        if part.any() and name in conformal.SIZES:
            found[name] = {"n": int(part.sum()), "trained": int(trained[part].sum()),
                           "coverage": groups[name]["coverage"]}  # fmt: skip
    return found


def make_package(
    name: str, runs: list[Path], out: Path, data: Qm9, library: Library, test: bool,
    device: str = "cpu",
) -> dict[str, Any]:  # fmt: skip
    """Join finished runs into a package, or take one as it is: calibrate it, measure it, write it.

    Returns:
        The card.
    """
    joined = package.join(runs)
    predictor = package.predictor_of(joined, runs[0], device)
    model = Package(name, predictor, None)
    model.calibration = calibrate(model, library)
    rows, y = library.parts.validation, library.y
    card: dict[str, Any] = {
        "name": name,
        **joined.info,
        "calibrated": datetime.date.today().isoformat(),
        "split": library.parts.hash,
        "validation": measure(model, graphs_of(data, rows), y[rows]),
        "tiny": _tiny(model, library, test),
    }
    if test:
        rows = library.parts.test
        part = graphs_of(data, rows)
        card["test"] = measure(model, part, y[rows])
        alone = [Package(name, Predictor([m], predictor.linear), None) for m in predictor.members]
        each = [measure(one, part, y[rows]) for one in alone]
        card["test"]["alone"] = [{k: one[k] for k in ("error_ratio", "mae")} for one in each]
    package.write(out, joined.tensors, model.calibration, card)
    return card
