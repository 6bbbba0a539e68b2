"""Guided experiments of the patterns page: questions, and answers computed from the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.experiments.patterns.settings import NAMES
from core.film import Film
from core.task import rivals, task

LEARNED = 0.05  # error on new rows, of 1
MLP, CNN, GNN, TRANSFORMER = "the MLP", "the CNN", "the GNN", "the Transformer"
WHO = {"mlp": MLP, "cnn": CNN, "gat": GNN, "transformer": TRANSFORMER}
ONE, OTHER, BOTH, NEITHER = "only the MLP", "only the CNN", "both", "neither"
HARDLY, HALF, ALL = "hardly anything", "about half", "nearly all of it"
GCN, GAT = "only the GCN", "only the GAT"


def errors(film: Film) -> dict[str, float]:
    """Error of each on new rows at the end."""
    return dict(zip(NAMES, film["test"][-1].tolist(), strict=True))


def listed(found: dict[str, float], names: Any = WHO) -> str:
    """Some errors in a row."""
    return ", ".join(f"{NAMES[name]} {found[name]:.2g}" for name in names)


def pair(found: dict[str, float], one: str, other: str, said: tuple[str, str]) -> str:
    """Which of two has learned it."""
    first, second = (found[name] < LEARNED for name in (one, other))
    if first == second:
        return BOTH if first else NEITHER
    return said[0] if first else said[1]


@task(
    "Every token is asked for the mean over its own kind (A, B or C), and in every row the "
    "kinds lie elsewhere. **Whose error is the smallest?**",
    (*WHO.values(),),
    {},
    300,
)
def by_content(film: Film, experiment: Any) -> tuple[str, str]:
    """Content decides: only weights that depend on it can follow, and only a query that asks."""
    found = errors(film)
    return WHO[min(WHO, key=lambda name: found[name])], (
        f"Errors on new rows (1: a constant): {listed(found)}. Fixed weights cannot follow kinds "
        "that lie elsewhere in every row. The GAT's weights depend on content, but it may look "
        "only along bonds, and its score is a sum of one number from each end: it ranks the "
        "neighbors alike for all that ask."
    )


@task(
    "Every token is asked for a weighted mean of itself and its two neighbors, and there are "
    "20 rows to learn from. **Who learns it?**",
    (ONE, OTHER, BOTH, NEITHER),
    {"target": "local smoothing", "samples": 20},
    300,
    rivals({"samples": 400}),
)
def few_rows(film: Film, experiment: Any, others: Sequence[Any]) -> tuple[str, str]:
    """Sharing of weights replaces data."""
    found = errors(film)
    later = dict(zip(NAMES, others[0].snapshot()["test"].tolist(), strict=True))
    return pair(found, "mlp", "cnn", (ONE, OTHER)), (
        f"Errors on new rows: {listed(found, ('mlp', 'cnn'))}. For the value of one output the MLP "
        "has 33 numbers to find, more than there are rows; the CNN has 13, the same for all eight "
        f"outputs of every row. With 400 rows: {listed(later, ('mlp', 'cnn'))}."
    )


@task(
    "Every token is asked for the value of the token at its right. **How much of it does the "
    "Transformer learn, if tokens do not know their place?**",
    (HARDLY, HALF, ALL),
    {"target": "copy of the right one"},
    300,
    rivals({"positions": True}),
)
def without_place(film: Film, experiment: Any, others: Sequence[Any]) -> tuple[str, str]:
    """Permutation equivariance, and what lifts it."""
    left = errors(film)["transformer"]
    after = float(others[0].snapshot()["test"][[*NAMES].index("transformer")])
    came = HARDLY if left > 0.7 else HALF if left > 0.2 else ALL
    return came, (
        f"{left:.0%} of the variance is left. Without places a shuffle of the tokens only shuffles "
        "the outputs of attention, and nobody is right of anybody. With *Tokens know their place* "
        f"switched on {after:.1%} is left after as many updates."
    )


@task(
    "A star: one token in the middle, seven bonded to it. Each is asked for the mean over its "
    "bonded ones and itself. **Which GNN learns it?**",
    (GCN, GAT, BOTH, NEITHER),
    {"given": "star", "target": "mean of my bonds"},
    300,
)
def on_a_star(film: Film, experiment: Any) -> tuple[str, str]:
    """Fixed normalization against a softmax."""
    found = errors(film)
    return pair(found, "gcn", "gat", (GCN, GAT)), (
        f"Errors on new rows: {listed(found, ('gcn', 'gat'))}. The GCN's weights are fixed before "
        "it learns: 1/√(|N(v)| |N(u)|) is 1/4 from a leaf to the middle, where the mean wants 1/8. "
        "A softmax of equal scores is a mean, whatever the number of neighbors."
    )


@task(
    "Every token copies the value of one partner. Who belongs to whom was drawn once and is "
    "the same in all rows. **Whose error is the smallest?**",
    (*WHO.values(),),
    {"target": "copy by fixed wiring"},
    300,
)
def by_list(film: Film, experiment: Any) -> tuple[str, str]:
    """No order, no graph, no content: one number for each pair."""
    found = errors(film)
    return WHO[min(WHO, key=lambda name: found[name])], (
        f"Errors on new rows: {listed(found)}. Such a wiring is one weight for each pair, the same "
        "in all rows, and that is what an MLP is. It pays with n² value matrices."
    )


TASKS = (by_content, few_rows, without_place, on_a_star, by_list)
