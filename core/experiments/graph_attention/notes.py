"""What a student should notice on the graph attention page, computed from the network's answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.graph_attention.settings import names_of, silenced
from core.film import Film
from core.qm9.data.targets import UNITS


def look(experiment: Any, film: Film) -> None:
    """Add each sentence once, where it first holds."""
    if not experiment.done or getattr(experiment, "_noted", False):
        return
    experiment._noted = True
    for found in (unknown_atom, no_neighbor, too_large, without_bonds, heard_most, moved):
        text = found(experiment, film)
        if text:
            film.note(
                "warning" if found in (unknown_atom, no_neighbor, too_large) else "info", text
            )


def unknown_atom(experiment: Any, film: Film) -> str:
    """The link's atom is not there."""
    wanted, study = experiment.settings.atom, experiment.study
    if wanted in (0, study.v + 1):
        return ""
    name = names_of(experiment.settings.smiles)[study.v]
    return f"This molecule has no atom {wanted}: {name} is looked at instead."


def no_neighbor(experiment: Any, film: Film) -> str:
    """The link silences somebody who is not heard anyway."""
    settings, names = experiment.settings, names_of(experiment.settings.smiles)
    if not settings.silence or silenced(settings) >= 0:
        return ""
    name = names[experiment.study.v]
    return f"Atom {settings.silence} is no neighbor of {name}: nobody is silenced."


def too_large(experiment: Any, film: Film) -> str:
    """The network has seen at most 9 heavy atoms."""
    n = len(experiment.study.open)
    return f"{n} heavy atoms: the network has seen at most 9, this extrapolates." if n > 9 else ""


def without_bonds(experiment: Any, film: Film) -> str:
    """Nobody to listen to."""
    if len(experiment.study.N_v) > 1:
        return ""
    return "This atom has no neighbor: it hears itself alone, with weight 1 in every layer."


def heard_most(experiment: Any, film: Film) -> str:
    """Who is heard most, and whose absence matters most."""
    study = experiment.study
    if len(study.N_v) < 2:
        return ""
    names = names_of(experiment.settings.smiles)
    alpha = study.alpha_v[study.silent].mean(0)
    change = np.abs(study.change_v[-1 if len(study.silent) > 1 else study.layer])
    heard, matters = (names[study.N_v[int(np.argmax(x))]] for x in (alpha, change))

    def itself(name: str) -> str:
        return "itself" if name == names[study.v] else name

    said = "the same" if heard == matters else f"but most depends on {itself(matters)}"
    where = "all layers" if len(study.silent) > 1 else f"layer {study.layer + 1}"
    return (
        f"{names[study.v]} gives {itself(heard)} the largest weight (mean over heads, {where}: "
        f"{alpha.max():.2f}), {said}: masked there, the prediction moves by {change.max():.3g} "
        f"{UNITS[experiment.settings.target]}."
    )


def moved(experiment: Any, film: Film) -> str:
    """From uniform to learned."""
    change = experiment.study.learned[0] - experiment.study.plain
    unit = UNITS[experiment.settings.target]
    return f"From uniform to learned weights the prediction moves by {change:+.3g} {unit}.".replace(
        "-", "−"
    )
