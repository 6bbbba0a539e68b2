"""UMAP on a click: a process of its own, whose stage can be read and which can be stopped."""

from __future__ import annotations

from core.experiments.qm9_explorer.space import STAGES, place_of
from core.work import PROCESSES, Process, join

KIND = "layouts"
MOST = 2  # at a time, for all who use this server
USUAL = (1.0, 5.0, 6.0, 12.0)  # seconds of each stage on two cores; the first use is slower


def found(model: str, seed: int) -> Process | None:
    """The layout of a network and a seed that is in the making, or was."""
    return PROCESSES.get((KIND, (model, seed)))


def start(model: str, seed: int) -> Process:
    """Make the layout of a network and a seed, or join who makes it already.

    Raises:
        RuntimeError: Too many are in the making; the message says what to do.
    """
    command = ["-m", "core.experiments.qm9_explorer.space", "--models", model]
    command += ["--seed", str(seed), "--out", str(place_of(model, seed))]
    return join(KIND, (model, seed), lambda: Process(command, read, "UMAP has stopped"), MOST)


def read(text: str, seconds: float) -> tuple[float, str]:
    """Share of the usual time, never past its stage, and what is done now."""
    stages = [int(line.split()[0]) for line in text.splitlines() if line[:1].isdigit()]
    stage = min(stages[-1] if stages else 0, len(USUAL))
    least, most = sum(USUAL[:stage]), sum(USUAL[: stage + 1])
    share = min(max(least, min(seconds, most)) / sum(USUAL), 1.0)
    return share, f"{STAGES[stage]}, {seconds:.0f} s of usually {sum(USUAL):.0f}"
