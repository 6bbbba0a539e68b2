"""Guided experiments of the message-passing page; each answer is computed from the run itself."""

from typing import Any

import numpy as np

from core.film import Film
from core.task import task

WHOLE = 1000  # frames; the film is shorter


@task(
    "**How far does a message get?** A chain of nine carbon atoms, four rounds. On how many "
    "atoms does the state of the first one depend then?",
    ("4", "5", "9"),
    {"smiles": "CCCCCCCCC", "atom": 1},
    WHOLE,
)
def _chain(film: Film, experiment: Any) -> tuple[str, str]:
    field = [int((row > 0).sum()) for row in experiment.scene.influence]
    return str(field[-1]), (
        f"Atoms that it depends on, before the first and after every round: {field}. A bond a "
        "round: what lies farther away has an exact gradient of 0."
    )


@task(
    "**Another order.** List the atoms of glycine in another order. Whose prediction of the "
    "gap changes?",
    ("Neither", "Only the MLP's", "Only the GCN's", "Both"),
    {"smiles": "NCC(=O)O", "atom": 3, "relabel": True, "seed": 1},
    WHOLE,
)
def _labels(film: Film, experiment: Any) -> tuple[str, str]:
    said = [
        f"{name.upper()} {a:.6f} and {b:.6f} eV" for name, a, b in experiment.scene.comparison()
    ]
    changed = [round(a, 6) != round(b, 6) for _, a, b in experiment.scene.comparison()]
    came = {(False, True): "Only the MLP's", (True, False): "Only the GCN's", (True, True): "Both"}
    return came.get((changed[0], changed[1]), "Neither"), (
        f"Before and after: {'; '.join(said)}. A sum does not know the order of its terms; a list "
        "of inputs does."
    )


def kinds(h: Any) -> int:
    """How many different states there are among the atoms, up to rounding."""
    return len(np.unique(h.numpy().round(6), axis=0))


@task(
    "**Where is the nitrogen?** Pyridine is benzene with one N. Its five carbon atoms start "
    "almost alike. After how many rounds are all three kinds of carbon told apart?",
    ("After 1", "After 2", "After 3", "Never"),
    {"smiles": "c1ccncc1", "atom": 4},
    WHOLE,
)
def _pyridine(film: Film, experiment: Any) -> tuple[str, str]:
    found = [kinds(h) for h in experiment.scene.states]
    first = next((i for i, k in enumerate(found) if k == 4), -1)
    came = {1: "After 1", 2: "After 2", 3: "After 3"}.get(first, "Never")
    return came, (
        f"Kinds of atoms before the first and after every round: {found}. Carbon learns how far "
        "away the nitrogen is, one bond a round; the two sides of the ring stay equal for ever."
    )


@task(
    "**Deeper and deeper.** Go through 32 layers instead of 4. What makes the atoms of "
    "caffeine more alike: averaging over neighbors without any weights, or the network?",
    ("Averaging", "The network"),
    {"smiles": "Cn1c(=O)c2c(ncn2C)n(C)c1=O", "atom": 3},
    WHOLE,
)
def _smooth(film: Film, experiment: Any) -> tuple[str, str]:
    curves = experiment.scene.curves
    last = {name: float(values[-1]) for name, values in curves.items()}
    came = "Averaging" if last["averaging"] < last["network"] else "The network"
    return came, (
        f"Mean distance of two atoms in {len(curves['network']) - 1} layers: from "
        f"{curves['averaging'][0]:.2f} to {last['averaging']:.3f} by averaging alone, to "
        f"{last['bare']:.3f} by the trained layers without norm and skip, and to "
        f"{last['network']:.3f} with both. A skip carries an atom's own state along."
    )


TASKS = (_chain, _labels, _pyridine, _smooth)
