"""Settings of the patterns page, and the layers that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.experiments.patterns.data import TARGETS
from core.experiments.patterns.masks import (
    INPUTS,
    PRESETS,
    Mask,
    everybody,
    neighborhood,
    read_mask,
    window,
)
from core.settings import Settings, setting
from core.settings.kinds import DATA_SEED, VIEW, Choice, Flag, Integer, Text
from core.settings.kinds import rare as folded
from core.settings.lists import Changes, learning_rate, read_live

RATES = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1)
LIVE = {"learning_rate": learning_rate(1, RATES, "Adam's, for all of them.")}
SHOWN = Integer(0, 9999)
NAMES = {
    "mlp": "MLP",
    "cnn": "CNN",
    "gcn": "GNN (GCN)",
    "gat": "GNN (GAT)",
    "transformer": "Transformer",
    "own": "Your mask",
}
GNNS = ("GCN", "GAT")
DRAWN = "drawn"
WEIGHTS = ("by content", "fixed")


def verify_mask(text: str) -> None:
    """Whether it is one, of any size."""
    read_mask(text, 1)


@dataclass(frozen=True)
class PatternsSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    given: str = setting(
        "row",
        Choice(INPUTS, label="Input", group="data",
               help="8 tokens in a row, 4 × 4 pixels, the 8 carbons of styrene, or a star."),
    )  # fmt: skip
    target: str = setting(
        "mean of my kind",
        Choice(TARGETS, label="Every token is asked for …", group="data", wide=True),
    )
    samples: int = setting(
        400, Integer(10, 2000, 10, label="Training rows", group="data", wide=True)
    )
    data_seed: int = setting(0, DATA_SEED)
    gnn: str = setting(
        "GAT",
        Choice(GNNS, label="GNN shown", buttons=True, group=VIEW,
               help="Both learn. GCN has fixed weights, GAT content-dependent ones."),
    )  # fmt: skip
    reach: int = setting(1, Integer(1, 3, label="CNN: reach of the window", **folded("network")))
    positions: bool = setting(
        False,
        Flag(label="Tokens know their place", group="network",
             help="GAT, Transformer and your mask, if content-dependent, get it as n more numbers "
             "of each token. The others know it by their weights."),
    )  # fmt: skip
    own: str = setting("causal", Choice((*PRESETS, DRAWN), label="Your mask", group="network"))
    own_weights: str = setting(WEIGHTS[0], Choice(WEIGHTS, label="Its weights", group="network"))
    drawn: str = setting(
        "",
        Text(label="Drawn mask, row by row", longest=300, verify=verify_mask,
             help="As 100 110 111; or paint it on its picture.",
             when=lambda settings: settings.own == DRAWN, **folded("network")),
    )  # fmt: skip
    learning_rate: float = setting(0.02, LIVE["learning_rate"])
    batch_size: int = setting(50, Integer(1, 200, label="Batch size", **folded("training")))
    max_steps: int = setting(500, Integer(1, 20_000, label="Stop after", **folded("training")))
    # Of the race below the stage, as its part of the link: no control shows it here.
    race: str = setting("", Text(label="The race", group=VIEW, longest=300, when=lambda _: False))
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """Every change must be possible."""
        for _, name, value in self.changes:
            read_live({**LIVE, "row": SHOWN, "shuffle": SHOWN}, name, value)


def masks(settings: Any) -> dict[str, Mask]:
    """Who may look at whom in each of them."""
    n = INPUTS[settings.given]
    own = read_mask(settings.drawn, n) if settings.own == DRAWN else PRESETS[settings.own](n)
    return {
        "mlp": everybody(n),
        "cnn": window(settings.given, settings.reach),
        "gcn": neighborhood(settings.given),
        "gat": neighborhood(settings.given),
        "transformer": everybody(n),
        "own": own,
    }


def is_content(settings: Any, name: str) -> bool:
    """Whether the weights of one of them depend on the content."""
    own = settings.own_weights == WEIGHTS[0]
    return name in ("gat", "transformer") or (name == "own" and own)


def shown_row(settings: Any, step: float = np.inf) -> tuple[int, int]:
    """Number of the row on the stage at this step, and of its shuffle (0: as it came)."""
    row = shuffle = 0
    for at, name, value in settings.changes:
        if at <= step and name == "row":
            row, shuffle = int(value), 0
        elif at <= step and name == "shuffle":
            shuffle = int(value)
    return row, shuffle
