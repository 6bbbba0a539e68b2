"""A race at equal budgets: equal parameters, equal multiply-adds, and each network at its best.

    python -m core.experiments.features.budgets --record

Every entry has its own learning rate, and at its best its own width or pooling too: those that did
best on images held out for that. Reported is the accuracy on others.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

import torch

from core import ROOT, piped
from core.experiments.features.fits import Fit, Fits
from core.experiments.features.network import RIVALS_EQUAL, cnn_cost, hidden, mlp_cost
from core.experiments.features.settings import RIVALS, FeaturesSettings
from core.work import in_terminal, print_table

BEST = "each at its best"
CNN_RATES, MLP_RATES = (0.005, 0.02), (0.0005, 0.002)
# What is learned, and after how many updates it ends.
PROBLEMS: dict[str, dict[str, Any]] = {
    "galaxies anywhere": {"where": "anywhere", "samples": 1000, "max_steps": 300},
    "the same, augmented": {
        "where": "anywhere",
        "augment": True,
        "samples": 1000,
        "max_steps": 300,
    },
    "galaxies in the middle": {"samples": 1000, "max_steps": 300},
    "digits in the middle": {"data": "digits", "samples": 1400, "max_steps": 1000},
}
RECORD = ROOT / "assets/results/features-budgets.json"
Row = dict[str, Any]


def entries(problem: str, seed: int = 0) -> list[Fit]:
    """All that is tried: the CNN with two rates and two poolings, the MLP with rates and widths."""
    base = FeaturesSettings(**PROBLEMS[problem], seed=seed)
    cnn = [Fit(base.replace(learning_rate=rate, pooling=pooling), "cnn")
           for pooling in ("max", "none") for rate in CNN_RATES]  # fmt: skip
    mlp = [Fit(base.replace(mlp_rate=rate, mlp=width), "mlp")
           for width in RIVALS for rate in MLP_RATES]  # fmt: skip
    return cnn + mlp


class Budgets(Fits):
    """All entries of one problem."""

    def __init__(self, problem: str) -> None:
        """Nothing is trained yet."""
        self.problem = problem
        super().__init__(entries(problem))

    @property
    def command(self) -> str:
        """What to type to get the same numbers without a browser."""
        return f"python -m core.experiments.features.budgets --problem '{self.problem}'"

    @property
    def rows(self) -> list[Row]:
        """The race so far: for each budget the CNN and the MLP."""
        found = []
        for budget in (*RIVALS_EQUAL, BEST):
            for network in ("cnn", "mlp"):
                tried = [(fit, score) for fit, score in self.result
                         if fit.network == network and allowed(fit, budget)]  # fmt: skip
                if tried:
                    found.append(row(budget, *max(tried, key=lambda pair: pair[1].validation)))
        return found


def allowed(fit: Fit, budget: str) -> bool:
    """Whether an entry keeps this budget: the CNN of the page, and an MLP that costs as much."""
    if budget == BEST:
        return True
    return fit.settings.pooling == "max" if fit.network == "cnn" else fit.settings.mlp == budget


def row(budget: str, fit: Fit, score: Any) -> Row:
    """One entry in words and numbers."""
    settings, mlp = fit.settings, fit.network == "mlp"
    cost = (mlp_cost if mlp else cnn_cost)(settings)
    many = hidden(settings)
    units = f"{many:,} hidden unit{'s' if many > 1 else ''}"
    return {
        "budget": budget,
        "network": f"MLP, {units}" if mlp else f"CNN, pooling: {settings.pooling}",
        "parameters": cost.parameters,
        "multiply-adds": cost.products,
        "learning rate": settings.mlp_rate if mlp else settings.learning_rate,
        "accuracy": score.test,
    }


def recorded() -> dict[str, Any]:
    """What was found before, with its command: problem -> rows."""
    found: dict[str, Any] = json.loads(RECORD.read_text())
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m core.experiments.features.budgets", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--problem", choices=PROBLEMS, help="only this one")
    parser.add_argument("--record", action="store_true", help="keep the result in assets/results")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)  # networks this small lose time by sharing their work
    found: dict[str, Any] = recorded()["problems"] if RECORD.exists() else {}
    for problem in [given.problem] if given.problem else PROBLEMS:
        work = Budgets(problem)
        in_terminal(work, f"{problem} ")
        found[problem] = work.rows
        print_table([{"problem": problem, **entry} for entry in work.rows])
    if given.record:
        command = "python -m core.experiments.features.budgets --record"
        RECORD.write_text(json.dumps({"command": command, "problems": found}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
