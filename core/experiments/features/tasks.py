"""Guided experiments of the features page: questions, and answers computed from the run."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.features.network import RIVALS_EQUAL, cnn_cost, hidden, mlp_cost
from core.film import Film
from core.task import task

CNN, MLP, BOTH, NEITHER = "the CNN", "the MLP", "both", "neither"
HOLDS, FALLS = "it stays", "it falls, and rises again"
LEARNS, CHANCE = "it learns it all the same", "it does no better than a coin"
FEW, SOME, MANY = "fewer than 10", "about 50", "more than 500"
NO_MATTER, MATTERS = "yes, nearly as well", "no, far from it"
KNOWS = 0.8  # accuracy from which on a network knows its classes


@task(
    "Both networks learn from galaxies **in the middle** of the frame. Then new ones stand "
    "**8 pixels to the right**. Who still knows which way they wind?",
    (CNN, MLP, BOTH, NEITHER), {}, 120,
)  # fmt: skip
def who_knows(film: Film, experiment: Any) -> tuple[str, str]:
    """Who still knows the galaxies that were moved the farthest."""
    cnn, mlp = (float(film[f"far_{who}"][-1]) for who in ("cnn", "mlp"))
    known = (cnn > KNOWS, mlp > KNOWS)
    came = {(True, False): CNN, (False, True): MLP, (True, True): BOTH}.get(known, NEITHER)
    middle = [float(film[f"accuracy_{who}"][-1]) for who in ("cnn", "mlp")]
    return came, (
        f"In the middle the CNN knows {middle[0]:.0%} and the MLP {middle[1]:.0%} of 100 new "
        f"galaxies, 8 pixels to the right {cnn:.0%} and {mlp:.0%}. The CNN's kernels meet the same "
        "pixels in another place; for the MLP those are other inputs, whose weights learned "
        "nothing."
    )


@task(
    "The same with a CNN of **stride 4**, as most networks have it: it looks at every fourth "
    "place. The galaxies are moved by 1, 2, ... 8 pixels. What does its accuracy do?",
    (HOLDS, FALLS), {"stride": "4"}, 180,
)  # fmt: skip
def strided(film: Film, experiment: Any) -> tuple[str, str]:
    """Accuracy of a CNN with stride 4 over the shift."""
    cnn = film["by_shift"][-1][0]
    between = float(min(cnn[k] for k in range(len(cnn)) if k % 4))
    came = FALLS if between < cnn[::4].mean() - 0.15 else HOLDS
    return came, (
        "Moved by 0 to 8 pixels it knows " + ", ".join(f"{value:.0%}" for value in cnn) + ". A "
        "shift by 4, the stride, shifts its maps by one cell; between, they have other values: "
        "aliasing. Equivariance holds for the shifts that the stride lets through."
    )


@task(
    "100 galaxies **anywhere** in the frame, and the **pixels of all images are shuffled** in "
    "one and the same way. Does the CNN learn which way they wind?",
    (LEARNS, CHANCE), {"where": "anywhere", "samples": 100, "shuffled": True}, 120,
)  # fmt: skip
def strangers(film: Film, experiment: Any) -> tuple[str, str]:
    """The CNN on shuffled pixels."""
    seen = film["by_shift"][-1][0]
    came = LEARNS if seen.mean() > KNOWS else CHANCE
    return came, (
        f"Over all shifts it knows {seen.mean():.0%}, while its loss on the training images is "
        f"{float(film['loss'][-1]):.2f}. No pixel is lost, only who is near whom: weight sharing "
        "and locality help where the world is that way, and nowhere else."
    )


@task(
    "A fair race at **equal parameters**: how many hidden units does the MLP get, on 32 × 32 "
    "pixels?",
    (FEW, SOME, MANY), {"mlp": RIVALS_EQUAL[0]}, 20,
)  # fmt: skip
def units(film: Film, experiment: Any) -> tuple[str, str]:
    """Hidden units of an MLP with the CNN's parameters."""
    settings = experiment.settings
    found = hidden(settings)
    came = FEW if found < 10 else MANY if found > 500 else SOME
    cnn, mlp = cnn_cost(settings), mlp_cost(settings)
    many = hidden(settings.replace(mlp=RIVALS_EQUAL[1]))
    return came, (
        f"{found}: each has a weight for each of {mlp.products // found - 2:,} pixels, and the CNN "
        f"has {cnn.parameters:,} parameters in all. With as many multiply-adds as the CNN "
        f"({cnn.products:,}) it would have {many:,}. Equal in one currency is not equal in another."
    )


@task(
    "**Augmentation**: each galaxy is moved anew whenever it is trained on. Does the MLP learn "
    "from that what the CNN is built to know, in 120 updates?",
    (NO_MATTER, MATTERS), {"augment": True}, 120,
)  # fmt: skip
def augmented(film: Film, experiment: Any) -> tuple[str, str]:
    """The MLP, shown its galaxies in ever new places."""
    cnn, mlp = (float(np.mean(film["by_shift"][-1][k])) for k in range(2))
    came = NO_MATTER if mlp > cnn - 0.1 else MATTERS
    return came, (
        f"Over all shifts the MLP knows {mlp:.0%}, the CNN {cnn:.0%}, after the same "
        f"{experiment.steps} updates. Augmentation has to show what the CNN is built to know: the "
        "same galaxy at each of 289 places."
    )


TASKS = (who_knows, strided, strangers, units, augmented)
