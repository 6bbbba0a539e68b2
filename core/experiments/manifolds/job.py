"""Isomap and UMAP of new settings: a process of its own, so that no page waits for umap."""

from __future__ import annotations

from typing import Any

from core.experiments.manifolds.finished import STAGES, find, key
from core.experiments.manifolds.methods import SLOW
from core.work import Process, join

KIND = "maps"
MOST = 2  # at a time, for all who use this server
# Seconds of each stage with 1,000 points on two cores; umap's first use on a machine is slower.
USUAL = (3.0, 1.0, 3.0, 9.0)


def missing(settings: Any) -> tuple[str, ...]:
    """Methods whose map of these settings was not made before."""
    return tuple(method for method in SLOW if find(settings, method) is None)


def start(settings: Any) -> Process:
    """Make what is missing, or join who makes it already.

    Raises:
        RuntimeError: Too many are in the making; the message says what to do.
    """
    texts = settings.replace(changes=(), max_steps=1).to_link()
    command = ["-m", "core.experiments.manifolds.finished"]
    for name, text in texts.items():
        command += ["--set", f"{name}={text}"]
    names = tuple(key(settings, method) for method in SLOW)
    return join(KIND, names, lambda: Process(command, read, "The maps have stopped"), MOST)


def read(text: str, seconds: float) -> tuple[float, str]:
    """Share of the usual time, never past its stage, and what is done now."""
    stages = [int(row.split()[0]) for row in text.splitlines() if row[:1].isdigit()]
    stage = min(stages[-1] if stages else 0, len(USUAL))
    least, most = sum(USUAL[:stage]), sum(USUAL[: stage + 1])
    share = min(max(least, min(seconds, most)) / sum(USUAL), 0.99)
    return share, f"{STAGES[stage]}, {seconds:.0f} s of usually {sum(USUAL):.0f}"
