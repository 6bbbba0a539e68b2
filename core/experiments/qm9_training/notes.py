"""What a student should notice in a run of the QM9 training page, from its numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.qm9_training.data import yardsticks
from core.experiments.qm9_training.settings import STARTS
from core.film import Film
from core.qm9.data.targets import KEYS, TARGETS

BY_HEART = 0.6  # training loss over validation loss below which a model has learned by heart
BLIND = {"mlp", "deep-sets"}  # who does not pass messages along bonds
SYMBOLS = {t.key: t.symbol for t in TARGETS}
UNITS = {t.key: t.unit for t in TARGETS}


def look(experiment: Any, film: Film) -> None:
    """Called after each frame; the shown target is a matter of view, so all targets are watched."""
    settings = experiment.settings
    if len(film) == 1:
        _start(settings, film)
        return
    simple = yardsticks(settings.molecules, STARTS[settings.start])
    for key in ("gap", "u0_atom"):
        limit = float(simple.atoms[KEYS.index(key)])
        for name in settings.models:
            before, now = film[f"{name}/{key}"][-2:]
            if now < limit <= before:
                film.info(
                    f"{name} now beats counting atoms at the {SYMBOLS[key]} ({limit:.3g} "
                    f"{UNITS[key]}), after {int(film['molecules'][-1]):,} molecules."
                )
    if experiment.done:
        _end(settings, film)


def _start(settings: Any, film: Film) -> None:
    """What an untrained network answers."""
    words = (
        "the same for every molecule, near the mean of the training molecules"
        if settings.start == "the mean"
        else "what a linear model of atom and bond counts says, and a little noise"
    )
    film.info(f"Untrained, each network answers {words}.")


def _won(settings: Any, film: Film, ratio: dict[str, float]) -> str:
    """Who errs least over all targets and at the gap, and whether the graph has paid off."""
    gap = {name: float(film[f"{name}/gap"][-1]) for name in ratio}
    first, best = (min(found, key=found.__getitem__) for found in (ratio, gap))
    ratios, gaps = (
        ", ".join(f"{name} {found[name]:{form}}" for name in sorted(found, key=found.__getitem__))
        for found, form in ((ratio, ".1f"), (gap, ".3f"))
    )
    words = (
        f"In this run, with {settings.molecules:,} molecules and one seed, {first} errs least over "
        f"the 12 standard targets (mean error / chemical accuracy: {ratios}) and {best} at the gap "
        f"({gaps} eV)."
    )
    blind = set(ratio) & BLIND
    if first in blind != set(ratio):
        words += " Over all targets the graph has not paid off here: see the recorded curves."
    return words


def _end(settings: Any, film: Film) -> None:
    """Who won, by this run's own numbers, and who learned by heart."""
    last = {name: float(film[f"{name}/ratio"][-1]) for name in settings.models}
    if len(last) > 1 and all(value < 1e6 for value in last.values()):
        film.info(_won(settings, film, last))
    for name in settings.models:
        train, held_out = float(film[f"{name}/loss"][-1]), float(film[f"{name}/validation"][-1])
        if train < BY_HEART * held_out:
            film.warning(
                f"{name} learned by heart: loss {train:.3g} on the {settings.molecules:,} "
                f"molecules it trained on, {held_out:.3g} on others."
            )
