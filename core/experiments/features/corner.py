"""Galaxies anywhere in the frame: how many does it take, with and without shuffled pixels?

Recorded by `python -m core.experiments.features.corner --seeds 3 --record`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core import piped
from core.command import RESULTS, command_line, keep, kept
from core.experiments.features.fits import Fit, Fits
from core.experiments.features.settings import FeaturesSettings
from core.figures.chart import Chart
from core.figures.style import BLUE, ORANGE
from core.work import in_terminal, print_table

SIZES = (40, 100, 300, 1000)
STEPS = 300
MODULE = "python -m core.experiments.features.corner"
RECORD = RESULTS / "features-corner.json"
NAMES = {
    ("cnn", False): "CNN",
    ("cnn", True): "CNN, pixels shuffled",
    ("mlp", False): "MLP",
    ("mlp", True): "MLP, pixels shuffled",
}
Found = dict[str, Any]


class Corner(Fits):
    """Both networks on galaxies anywhere, plain and shuffled, of four sizes."""

    def __init__(self, seeds: int = 1, steps: int = STEPS) -> None:
        """Smallest sizes first."""
        base = FeaturesSettings(where="anywhere", max_steps=steps)
        self.seeds, self.steps = seeds, steps
        super().__init__(
            Fit(base.replace(samples=n, shuffled=mixed, seed=seed, data_seed=seed), network)
            for n in SIZES for seed in range(seeds) for network, mixed in NAMES
        )  # fmt: skip

    @property
    def found(self) -> Found:
        """Sizes, and accuracies of each network at them: one list a size, an entry a seed."""
        return {
            "sizes": list(SIZES), "steps": self.steps, "command": self.command,
            "accuracy": {
                name: [
                    [score.test for fit, score in self.result
                     if (fit.network, fit.settings.shuffled) == key
                     and fit.settings.samples == n]
                    for n in SIZES
                ]
                for key, name in NAMES.items()
            },
        }  # fmt: skip

    @property
    def command(self) -> str:
        """What to type to get the same numbers without a browser."""
        return f"{MODULE} --seeds {self.seeds} --steps {self.steps}"


def recorded() -> Found:
    """What was found before, with its command."""
    return kept(RECORD)


def corner_figure(found: Found) -> go.Figure:
    """Accuracy over the number of training images, from the worst seed to the best."""
    p = Chart("training images", "accuracy anywhere", None, (0.35, 1.03), legend=True,
              xaxis={"type": "log", "tickvals": found["sizes"]}, height=330)  # fmt: skip
    p.level(0.5, "a coin")
    for (network, mixed), name in NAMES.items():
        rows = found["accuracy"][name]
        have = [(n, row) for n, row in zip(found["sizes"], rows, strict=True) if row]
        mid = [float(np.mean(row)) for _, row in have]
        up = [max(row) - m for (_, row), m in zip(have, mid, strict=True)]
        down = [m - min(row) for (_, row), m in zip(have, mid, strict=True)]
        p.line([n for n, _ in have], mid, name=name, color=BLUE if network == "cnn" else ORANGE,
               dash="dot" if mixed else "", mode="lines+markers", hover="%{x}: %{y:.1%}",
               error_y={"type": "data", "array": up, "arrayminus": down})  # fmt: skip
    return p.figure()


def said(found: Found) -> str:
    """What the curve says, in numbers."""
    parts = [
        f"{name} {np.mean(rows[1]):.0%}" for name, rows in found["accuracy"].items() if rows[1]
    ]
    return (
        f"From {found['sizes'][1]} galaxies, {found['steps']} updates: " + ", ".join(parts) + ". "
        "Accuracy on 200 new galaxies anywhere; bars reach from the worst seed to the best."
    )


def table(found: Found) -> list[dict[str, Any]]:
    """One row a size."""
    return [
        {"training images": n, **{name: float(np.mean(rows[k])) for name, rows in
                                  found["accuracy"].items() if rows[k]}}
        for k, n in enumerate(found["sizes"])
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it from the command line."""
    parser = command_line(MODULE, __doc__)
    parser.add_argument("--seeds", type=int, choices=range(1, 11), default=3)
    parser.add_argument("--steps", type=int, choices=range(1, 5001), default=STEPS, metavar="N")
    parser.add_argument("--record", action="store_true", help="keep the result in assets/results")
    given = parser.parse_args(arguments)
    work = Corner(given.seeds, given.steps)
    in_terminal(work)
    found = work.found
    if given.record:
        found["command"] += " --record"
        keep(RECORD, found)
    print_table(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
