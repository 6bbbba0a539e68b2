"""Guided experiments of the summaries page: questions, and answers computed from the run."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.summaries.data import HISTOGRAM, PHASES
from core.experiments.summaries.judges import NAMES
from core.experiments.summaries.sky import field_of, measured
from core.film import Film
from core.task import Task

NOBODY, ONLY_CNN = "nobody", "the CNN alone"
BI_TOO, HIST_TOO, P_TOO = "the bispectrum too", "the histogram too", "even P(k)"
TELL = (NOBODY, ONLY_CNN, BI_TOO, HIST_TOO, P_TOO)
P_WINS, CNN_WINS, EQUAL = "the judge of P(k)", "the CNN on pixels", "no clear difference"
SAME, LITTLE, MUCH = "not at all", "by some percent", "beyond recognition"
FIRST, SECOND, NEITHER = (
    "like the one with its amplitudes",
    "like the one with its phases",
    "neither",
)
ABOVE = 0.6  # accuracy that no coin reaches on 160 fields (its scatter is 0.04)
CLEAR = 0.05  # of R^2


def who_tells(film: Film, experiment: Any) -> tuple[str, str]:
    """Which judges do better than a coin."""
    score = {name: float(film[f"score_{name}"][-1]) for name in NAMES}
    came = NOBODY
    for name, option in zip(("cnn", "bispectrum", "histogram", "power"), TELL[1:], strict=True):
        came = option if score[name] > ABOVE else came
    said = ", ".join(f"{NAMES[name]} {value:.0%}" for name, value in score.items())
    shared = "P(k) and the histogram" if experiment.settings.twin == HISTOGRAM else "P(k)"
    return came, (
        f"Of 160 new fields: {said}. A field and its twin share {shared}; what differs is how the "
        "phases fit together, and that is what makes a filament."
    )


def who_wins(film: Film, experiment: Any) -> tuple[str, str]:
    """P(k) against the CNN on the parameters."""
    score = {name: float(film[f"score_{name}"][-1]) for name in NAMES}
    gap = score["power"] - score["cnn"]
    came = EQUAL if abs(gap) < CLEAR else P_WINS if gap > 0 else CNN_WINS
    of = film["scores"][-1]
    pairs = {name: f"{of[row, 1]:.2f} and {of[row, 2]:.2f}" for row, name in enumerate(NAMES)}
    gaussian = experiment.settings.question.endswith("Gaussian")
    why = ("Of a Gaussian field P(k) is all that there is to know: the CNN can only find its way "
           "back to it, from the same few fields." if gaussian else
           "A log-normal field is skewed, more so the larger σ₈ is: that is in the pixels, not "
           "in P(k).")  # fmt: skip
    said = ", ".join(f"{NAMES[name]} {pairs[name]}" for name in ("power", "cnn", "mlp"))
    return came, f"R² of Ωₘ and σ₈ on 160 new fields: {said}. {why}"


def dissolved(film: Film, experiment: Any) -> tuple[str, str]:
    """How far P(k) went when all phases were turned."""
    change, different = float(film["change"][-1]), float(film["different"][-1])
    came = SAME if change < 1e-6 else LITTLE if change < 0.1 else MUCH
    return came, (
        f"Its largest relative change is {change:.1g}, while the fields differ by {different:.2f} "
        "times their own scatter. P(k) is made of |F|² alone, and a turned phase leaves |F| alone."
    )


def swapped(film: Film, experiment: Any) -> tuple[str, str]:
    """Which of the two pictures the mixture resembles, as a correlation."""
    stage = experiment.stage
    mixed = measured(stage)["twin"].ravel()
    amplitudes, phases = (
        float(np.corrcoef(mixed, field_of(stage, source).ravel())[0, 1])
        for source in (stage.source, stage.towards)
    )
    came = FIRST if amplitudes > max(phases, 0.2) else SECOND if phases > 0.2 else NEITHER
    return came, (
        f"Its correlation with the picture of its amplitudes ({stage.source}) is "
        f"{amplitudes:.2f}, with that of its phases ({stage.towards}) {phases:.2f}. Where things "
        "are is written in the phases."
    )


TASKS = (
    Task(
        "A cosmic web, and its twin with **the same P(k) and the same histogram**. Five judges are "
        "trained on 800 fields. **Who will tell web from twin?**",
        TELL, {}, 150, who_tells,
    ),
    Task(
        "All phases of the web are turned to random ones, nothing else. **How much does P(k) "
        "change?**",
        (SAME, LITTLE, MUCH), {"twin": PHASES, "phases": 100}, 0, dissolved,
    ),
    Task(
        "The same twins, but with random phases alone: nobody takes care of their histogram. **Who "
        "will tell web from twin?**",
        TELL, {"twin": PHASES}, 150, who_tells,
    ),
    Task(
        "Gaussian fields from 800 universes: **who finds Ωₘ and σ₈ best?**",
        (P_WINS, CNN_WINS, EQUAL),
        {"question": "parameters, Gaussian", "source": "Gaussian"},
        200, who_wins,
    ),
    Task(
        "The amplitudes of the temple with the phases of the flower. **What will it look like?**",
        (FIRST, SECOND, NEITHER),
        {"source": "temple", "towards": "flower", "twin": PHASES}, 0, swapped,
    ),
)  # fmt: skip
