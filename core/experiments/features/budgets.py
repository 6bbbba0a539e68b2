"""A race at equal budgets: equal parameters, equal multiply-adds, and each network at its best.

    python -m core.experiments.features.budgets --record

Every entry has its own learning rate, and at its best its own width or pooling too: those that did
best on images held out for that, on average over the seeds. Reported is the accuracy on others:
mean, lowest and highest of the seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import mean
from typing import Any

from core import piped
from core.command import RESULTS, command_line, keep, kept
from core.experiments.features.fits import Fit, Fits, Score
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
SEEDS = 3
MODULE = "python -m core.experiments.features.budgets"
RECORD = RESULTS / "features-budgets.json"
Row = dict[str, Any]
FORMATS = {
    **dict.fromkeys(("accuracy", "lowest", "highest"), "percent"),
    **dict.fromkeys(("parameters", "multiply-adds"), "localized"),
}


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

    def __init__(self, problem: str, seeds: int = 1) -> None:
        """Nothing is trained yet; one seed is done after the other."""
        self.problem, self.seeds = problem, seeds
        super().__init__(fit for seed in range(seeds) for fit in entries(problem, seed))

    @property
    def command(self) -> str:
        """What to type to get the same numbers without a browser."""
        return f"{MODULE} --problem '{self.problem}' --seeds {self.seeds}"

    @property
    def rows(self) -> list[Row]:
        """The race so far: for each budget the CNN and the MLP."""
        tried: dict[Fit, list[Score]] = {}  # what differs in its seed alone is one entry
        for fit, score in self.result:
            tried.setdefault(fit._replace(settings=fit.settings.replace(seed=0)), []).append(score)
        found = []
        for budget in (*RIVALS_EQUAL, BEST):
            for network in ("cnn", "mlp"):
                those = [
                    (fit, scores) for fit, scores in tried.items()
                    if fit.network == network and allowed(fit, budget)
                ]  # fmt: skip
                if those:
                    found.append(row(budget, *max(those, key=validated)))
        return found


def validated(entry: tuple[Fit, list[Score]]) -> float:
    """Accuracy on the images to choose by, mean over the seeds."""
    return mean(score.validation for score in entry[1])


def allowed(fit: Fit, budget: str) -> bool:
    """Whether an entry keeps this budget: the CNN of the page, and an MLP that costs as much."""
    if budget == BEST:
        return True
    return fit.settings.pooling == "max" if fit.network == "cnn" else fit.settings.mlp == budget


def row(budget: str, fit: Fit, scores: list[Score]) -> Row:
    """One entry in words and numbers; its accuracy is the mean over the seeds."""
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
        "accuracy": round(mean(score.test for score in scores), 4),
        "lowest": min(score.test for score in scores),
        "highest": max(score.test for score in scores),
    }


def said(seeds: int) -> str:
    """What the numbers of the table are."""
    over = f"mean, lowest and highest of {seeds} seeds" if seeds > 1 else "one seed"
    return (
        f"Accuracy on new images, {over}; at the learning rate (and the width or pooling) that did "
        "best on others that were held out for choosing."
    )


def recorded() -> dict[str, Any]:
    """What was found before, with its command and the number of seeds: problem -> rows."""
    return kept(RECORD)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it from the command line."""
    parser = command_line(MODULE, __doc__)
    parser.add_argument("--problem", choices=PROBLEMS, help="only this one")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"default {SEEDS}")
    parser.add_argument("--record", action="store_true", help="keep the result in assets/results")
    given = parser.parse_args(arguments)
    if given.seeds < 1:
        parser.error("--seeds must be 1 or more")
    if given.record and given.problem:
        parser.error("--record writes all problems: give no --problem")
    found: dict[str, list[Row]] = {}
    for problem in [given.problem] if given.problem else PROBLEMS:
        work = Budgets(problem, given.seeds)
        in_terminal(work, f"{problem} ")
        found[problem] = work.rows
        print_table([{"problem": problem, **entry} for entry in work.rows])
    if given.record:
        command = f"{MODULE} --seeds {given.seeds} --record"
        keep(RECORD, {"command": command, "seeds": given.seeds, "problems": found})
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
