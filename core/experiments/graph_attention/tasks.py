"""Guided experiments of the graph attention page; each answer is computed from the network."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.graph_attention.settings import names_of, usual_error
from core.film import Film
from core.qm9.data.targets import TARGET
from core.task import task

OXYGEN, CARBON, ITSELF = "The oxygen", "The ring's carbon", "The carbonyl carbon itself"
AGREE, LOOSE, OPPOSITE = "They agree", "Hardly related", "Rather the opposite"
SMALL, LARGE = "By less than its usual error", "By more than its usual error"
STEPS = 60
CLEAR = 0.5  # rank correlation from which two orders are said to agree


@task(
    "**The carbonyl carbon of benzaldehyde.** It hears its oxygen, a carbon of the ring, and "
    "itself. Silenced in all layers, which of the three moves the predicted LUMO most?",
    (OXYGEN, CARBON, ITSELF),
    {"smiles": "O=Cc1ccccc1", "target": "lumo"},
    STEPS,
)
def who_matters(film: Film, experiment: Any) -> tuple[str, str]:
    """Whom the carbonyl carbon of benzaldehyde can spare least, and whom it weighs most."""
    study = experiment.study
    kinds = {"O": OXYGEN, "C": CARBON}
    names = names_of(experiment.settings.smiles)
    said = [ITSELF if u == study.v else kinds[names[u][0]] for u in study.N_v]
    change, alpha = study.change_v[-1], study.alpha_v.mean(0)
    came = said[int(np.abs(change).argmax())]
    unit = TARGET[experiment.settings.target].unit
    parts = ", ".join(
        f"{names[u]}: weight {a:.2f}, change {c:+.3f} {unit}"
        for u, a, c in zip(study.N_v, alpha, change, strict=True)
    ).replace("-", "−")
    heard = said[int(alpha.argmax())].lower()
    return came, (
        f"Silent in all layers, beside the mean weight over heads and layers: {parts}. "
        f"The largest weight belongs to {heard}."
    )


@task(
    "**Weights as an explanation.** Order all bonds of acetamide, both ways, by weight; then "
    "by how far the predicted dipole moment moves without them. How do the two orders compare?",
    (AGREE, LOOSE, OPPOSITE),
    {"smiles": "CC(N)=O", "target": "mu", "layer": 2, "head": "mean"},
    STEPS,
)
def ranks_agree(film: Film, experiment: Any) -> tuple[str, str]:
    """Rank correlation over the directed edges of one molecule."""
    rho = experiment.study.rank_correlation
    came = AGREE if rho >= CLEAR else OPPOSITE if rho <= -CLEAR else LOOSE
    number = f"{rho:.2f}".replace("-", "−")
    return came, (
        f"The rank correlation over {len(experiment.study.edges)} directed edges is {number}. One "
        "small molecule can go either way; the sample below says what holds on average."
    )


@task(
    "**Does it need its attention at all?** Give every neighbor of every atom in benzaldehyde "
    "the same weight, in all layers. How far does the predicted LUMO move?",
    (SMALL, LARGE),
    {"smiles": "O=Cc1ccccc1", "target": "lumo", "path": "all at once"},
    STEPS,
)
def needs_attention(film: Film, experiment: Any) -> tuple[str, str]:
    """How far equal weights move the prediction, in units of the network's usual error."""
    key = experiment.settings.target
    usual = usual_error("gat", key)
    moved, unit = float(film["loss"][-1]), TARGET[key].unit
    dealt = float(np.abs(experiment.study.dealt - experiment.study.learned[0]).mean())
    return (LARGE if moved > usual else SMALL), (
        f"It moves by {moved:.3g} {unit}; the mean error on molecules it has not seen is "
        f"{usual:.3g} {unit}. Learned weights that are shuffled among the same neighbors move it "
        f"by {dealt:.3g} {unit} on average."
    )


TASKS = (who_matters, ranks_agree, needs_attention)
