"""A checkpoint beside the shipped models, on the same validation molecules."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from core.qm9.data import data
from core.qm9.data.graphs import from_qm9
from core.qm9.data.split import split
from core.qm9.data.targets import TARGETS, error_ratio, from_published
from core.qm9.data.task import references_of
from core.qm9.networks import package
from core.qm9.prediction import evaluate

MOLECULES = 1000


@lru_cache(maxsize=1)
def _sample() -> Any:
    """Graphs and targets of the first 1000 validation molecules."""
    qm9 = data.load()
    some = qm9.take(split(len(qm9)).validation[:MOLECULES])
    graphs = from_qm9(some)
    return graphs, from_published(some.published, references_of(graphs))


@lru_cache(maxsize=16)
def errors(path: Path, changed: float) -> dict[str, float]:
    """Mean absolute error of each target; `changed` is the file's time, so that news is seen.

    Raises:
        CheckpointError: The file is missing or damaged.
    """
    graphs, y = _sample()
    return evaluate.measure(package.load(str(path)), graphs, y)["mae"]


def table(checkpoint: Path) -> list[dict[str, Any]]:
    """One row a target: the checkpoint's error, then that of each shipped model.

    Raises:
        CheckpointError: The file is missing or damaged.
    """
    mine = errors(checkpoint, checkpoint.stat().st_mtime if checkpoint.exists() else 0.0)
    paths = {name: package.locate(name) for name in package.shipped()}
    others = {name: errors(path, path.stat().st_mtime) for name, path in paths.items()}
    ratio = {
        "target": "mean error / chemical accuracy", "unit": "",
        "this run": error_ratio(mine),
        **{name: error_ratio(found) for name, found in others.items()},
    }  # fmt: skip
    rows = [
        {
            "target": t.symbol, "unit": t.unit, "this run": mine[t.key],
            **{name: found[t.key] for name, found in others.items()},
        }
        for t in TARGETS
    ]  # fmt: skip
    return [ratio, *rows]
