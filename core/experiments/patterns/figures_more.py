"""More panels of the patterns page: matrices, the mask to paint on, layers until, costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.patterns.counts import cost
from core.experiments.patterns.masks import INPUTS
from core.experiments.patterns.settings import NAMES
from core.figures.chart import LOG, Chart
from core.figures.matrix import matrix
from core.figures.style import BLUE, GRAY, ORANGE, TEST, TRAIN
from core.stage import Panel, focus, line

COLORS = {
    "mlp": ORANGE,
    "cnn": BLUE,
    "gcn": TRAIN,
    "gat": TRAIN,
    "transformer": TEST,
    "own": GRAY,
}


def chosen(settings: Any) -> list[str]:
    """The four that are drawn: of both GNNs the one that the view asks for."""
    return ["mlp", "cnn", settings.gnn.lower(), "transformer"]


def labels(settings: Any) -> list[str]:
    """Numbers of the tokens."""
    return [str(i + 1) for i in range(INPUTS[settings.given])]


def matrices(settings: Any, names: Any) -> list[Panel]:
    """Weights as matrices: row i, column j."""
    found = []
    for name in ("target", *names):
        tokens = labels(settings)
        p = matrix(f"weights/{name}", tokens, tokens,
                   {"low": -0.6, "high": 0.6, "colors": "signed"},
                   hover="h%{y} takes %{z:.2f} of x%{x}", x="input j", y="output i")  # fmt: skip
        title = "What is asked for" if name == "target" else NAMES[name]
        found.append(p.panel(
            f"matrix-{name}", title=title, width=176, height=210,
            focus=focus("token", by="row"),
            alt=f"{title} as a matrix: row i is the output, column j the input; blue is positive.",
        ))  # fmt: skip
    return found


def own_mask(settings: Any) -> Panel:
    """The mask to paint on."""
    tokens = labels(settings)
    p = matrix("mask/own", tokens, tokens, {"low": 0, "high": 2, "colors": "sequential"},
               hover="", x="input j", y="output i may look at")  # fmt: skip
    n = len(tokens)
    where = np.arange(n)
    trace = p.points(np.tile(where, n), np.repeat(where, n), opacity=0, size=8)
    p.tools(trace, "draw", draw="Paint")
    return p.panel(
        "mask", title=f"Your mask ({settings.own}): paint it", width=220, height=270, grow=0.8,
        alt="Your mask as a matrix: dark where output i may look at input j. A click or a stroke "
        "turns cells on or off.",
    )  # fmt: skip


def until(settings: Any, names: Any) -> list[Panel]:
    """Layers until an input is heard of."""
    found = []
    for name in (*names, "own"):
        tokens = labels(settings)
        p = matrix(f"until/{name}", tokens, tokens,
                   {"low": 0, "high": 8, "colors": "sequential", "numbers": "d"},
                   hover="h%{y} has heard of x%{x} after layer %{z} (0: never)",
                   x="input j", y="output i")  # fmt: skip
        found.append(p.panel(
            f"until-{name}", title=f"{NAMES[name]}: layers until", width=300, height=240,
            caption=[line("Layers until output i has heard of input j; 0: never.", mark="muted")],
            alt=f"{NAMES[name]}: how many layers until output i has heard of input j; 0: never.",
        ))  # fmt: skip
    return found


LENGTHS = np.array([4, 8, 16, 32, 64, 128, 256, 512, 1024])


def cost_plots(settings: Any) -> list[Panel]:
    """Parameters and multiply-adds of a row of n tokens of 4 numbers."""
    found = []
    for k, what in enumerate(("parameters", "multiply-adds")):
        p = Chart("n, tokens in the row", what, legend=True, xaxis=LOG, yaxis=LOG)
        for name in ("mlp", "transformer", "gat", "gcn", "cnn"):
            # A graph of four bonds a token; a window of three.
            pairs = {"mlp": LENGTHS**2, "transformer": LENGTHS**2}.get(name, 5 * LENGTHS)
            spent = [cost(name, int(n), int(m), 3)[k] for n, m in zip(LENGTHS, pairs, strict=True)]
            p.line(LENGTHS, spent, name=NAMES[name], color=COLORS[name],
                   dash="dash" if name == "gcn" else "",
                   hover=f"n = %{{x}}: %{{y:,}} {what}")  # fmt: skip
        p.level(INPUTS[settings.given], "here", axis="x")
        found.append(p.panel(
            f"cost-{k}", title=f"{what.capitalize()} of one layer against n", width=360,
            height=300,
            alt=f"{what.capitalize()} of one layer against the number of tokens, both on "
            "logarithmic axes: a line for each architecture.",
        ))  # fmt: skip
    return found
