"""The commands of `python -m core.qm9` that take time: train, bench, package, curves."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from core.qm9.data import data, shards, split
from core.qm9.data.baseline import fit
from core.qm9.data.task import make_task
from core.qm9.networks import package
from core.qm9.networks.settings import TrainSettings
from core.qm9.prediction import curves, evaluate, predict
from core.qm9.training import session, start
from core.qm9.training.distributed import Group, start_group, stop_group
from core.qm9.training.recipes import RECIPES
from core.qm9.training.train import Run


class UsageError(ValueError):
    """An option has a value that can't be used; the message says which would do."""


def show_progress(done: int, total: int) -> None:
    """A bar on stderr, so that stdout stays JSON."""
    if sys.stderr.isatty() or done == total:
        filled = 40 * done // total
        bar = "#" * filled + "." * (40 - filled)
        print(f"\rreading QM9 [{bar}] {done:,}/{total:,}", end="", file=sys.stderr, flush=True)
        if done == total:
            print(file=sys.stderr)


def train(options: argparse.Namespace) -> dict[str, Any] | list[dict[str, Any]]:
    """Train one run or the members of a recipe, or go on training."""
    runs = runs_of(options)
    settings = next(iter(runs.values()))
    torch.set_num_threads(max(options.threads, 1))
    device = pick_device(options.device)
    group, device = start_group(device)
    report = None if options.json or not group.first else show_line
    try:
        make = maker(options, settings, device, group)
        together = device.startswith("cuda") and group.world == 1  # a GPU has room for all
        blocks = [list(runs.items())] if together else [[one] for one in runs.items()]
        found: list[dict[str, Any]] = []
        for block in blocks:
            some = [(make(words), out) for out, words in block]
            for run, out in some:
                path = out / session.CHECKPOINT
                # Of a recipe's members some may not have begun.
                session.prepare(run, path, options.resume and (not options.recipe or path.exists()))
            found += session.train_all(some, report, options.save_seconds)
        return found if options.recipe else found[0]
    finally:
        stop_group(group)


def runs_of(options: argparse.Namespace) -> dict[Path, TrainSettings]:
    """Folder -> settings: one, or one for each member of a recipe."""
    out = Path(options.out)
    if not options.recipe:
        return {out: settings_of(options, TrainSettings())}
    if options.recipe not in RECIPES:
        known = ", ".join(RECIPES)
        raise UsageError(f"--recipe {options.recipe} is unknown: choose from {known}")
    recipe = RECIPES[options.recipe]
    first = settings_of(options, recipe.settings)
    seeds = range(first.seed, first.seed + (options.members or recipe.members))
    return {out / f"seed-{seed}": first.replace(seed=seed) for seed in seeds}


def maker(
    options: argparse.Namespace, settings: TrainSettings, device: str, group: Group
) -> Callable[[TrainSettings], Run]:
    """A function from settings that differ in the seed only to their run; the data is read once."""
    qm9 = data.load(show_progress)
    parts = split.split(len(qm9))
    geometry = data.load_geometry(show_progress) if settings.geometry else None
    if settings.subset:
        qm9, parts, rows = split.subset(qm9, parts, settings.subset)
        geometry = geometry.take(rows) if geometry else None
    begin = start.read(options.start, settings) if options.start else None
    task = make_task(qm9, parts.train, geometry, begin.simple if begin else fit)
    if options.shards:
        task = shards.through_disk(task, Path(options.shards))

    def make(words: TrainSettings) -> Run:
        run = Run(words, task, parts, device, group, options.graph)
        if options.start:
            start.read(options.start, words).into(run)
        return run

    return make


def settings_of(options: argparse.Namespace, first: TrainSettings) -> TrainSettings:
    """The declared settings out of the command line, which changes those of a recipe."""
    texts = {
        k: getattr(options, k) for k in TrainSettings.kinds() if getattr(options, k) is not None
    }
    if texts.get("targets", "").strip().lower() == "all":
        del texts["targets"]
    return TrainSettings.from_texts({**first.to_link(), **texts})


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
    elif "note" in record:
        print(f"note: {record['note']}", flush=True)
    elif "validation" in record:
        shown = ("gap", "homo", "lumo", "u0", "mu", "alpha")
        errors = {k: v for k, v in record["validation"].items() if k in shown}
        print("validation  " + "  ".join(f"{k} {v:.4f}" for k, v in errors.items()), flush=True)


def bench(options: argparse.Namespace) -> dict[str, Any]:
    """Training speed against PyTorch Geometric."""
    from core.qm9.cli import bench as measured

    only = tuple(part.strip() for part in options.only.split(",") if part.strip())
    unknown = [name for name in only if name not in measured.ROWS]
    if unknown:
        raise UsageError(f"--only {unknown[0]} is unknown: choose from {', '.join(measured.ROWS)}")
    device = pick_device(options.device)
    return measured.run(
        options.width, options.layers, options.batch_size, options.seconds, only or measured.ROWS,
        device,
    )  # fmt: skip


def package_(options: argparse.Namespace) -> dict[str, Any]:
    """Join runs."""
    out = Path(options.out)
    if out.suffix != ".safetensors":
        raise UsageError(f"--out {out} must end in .safetensors")
    torch.set_num_threads(1)
    qm9 = data.load(show_progress)
    library = predict.Library.of(qm9)
    runs = [Path(run) for run in options.runs]
    device = pick_device(options.device)
    return evaluate.make_package(out.stem, runs, out, qm9, library, options.test, device)


def check(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Compare this machine's device with its CPU."""
    from core.qm9.cli import check as compared

    torch.set_num_threads(1)
    return compared.run(pick_device(options.device), options.steps, options.seconds)


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
