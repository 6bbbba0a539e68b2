"""What a student should notice while a molecule passes through, from the very numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.message_passing.film import POOL, READ_OUT, UPDATE
from core.film import Film
from core.qm9.data.targets import TARGET

SEEN = 9  # heavy atoms of the largest molecules of QM9
HOPS = ("itself alone", "its neighbors", "atoms 2 bonds away", "atoms {} bonds away")


def look(run: Any, film: Film) -> None:
    """Say where the film is, once at the end of every round and at pooling and readout."""
    now, scene = run.moments[run.steps], run.scene
    n, name = len(scene.molecule), scene.labels[scene.atom]
    if now.stage == UPDATE and now.t == 1:
        done = now.layer + 1
        count = int((scene.influence[done] > 0).sum())
        before = int((scene.influence[done - 1] > 0).sum())
        heard = HOPS[min(done, 3)].format(done)
        if n == 1:
            text = "it is alone, and hears from nobody."
        elif before == n:
            text = f"it had heard from all {n} atoms before, and hears more of them."
        elif count == before:
            text = f"no atom is farther away: it has heard from {count} of {n}."
        else:
            text = f"it now depends on {count} of {n} atoms, through {heard}."
        film.info(f"Round {done} done for {name}: {text}", film.steps[-1])
    elif now.stage == POOL and now.t == 1:
        film.info(
            f"The molecule is the sum over all {n} atoms, in whatever order."
            if n > 1
            else "The molecule is its only atom.",
            film.steps[-1],
        )
    elif now.stage == READ_OUT:
        film.note("warning" if n > SEEN else "info", read_out(scene), film.steps[-1])


def read_out(scene: Any) -> str:
    """What the network says of the molecule in the end."""
    n = len(scene.molecule)
    target = TARGET[scene.settings.target]
    value = f"{shown(scene.target)} {target.unit}"
    text = f"Read out from the sum: {target.symbol} ({target.meaning}) = {value}."
    if n > SEEN:
        text += f" {n} heavy atoms: the network was trained on at most {SEEN}, this extrapolates."
    return text


def shown(value: float) -> str:
    """A prediction in as many digits as the page shows."""
    return f"{value:.6f}".replace("-", "−")
