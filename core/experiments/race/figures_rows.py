"""What is recorded of the race: a picture, a table, and sentences that follow from the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.experiments.race import entries
from core.experiments.race.data import LAYOUTS, MNIST_1D, PLAIN, SHUFFLED
from core.experiments.race.entries import EQUAL, NAMES, PUBLISHED
from core.experiments.race.figures import COLORS, recipe
from core.experiments.race.record import BATCH, UPDATES, VARIANTS, Row, made
from core.experiments.race.settings import RaceSettings
from core.figures.chart import Chart
from core.figures.style import GRAY
from core.models.families import FLATTEN

# Percent, as the README of greydanus/mnist1d has them; those of people on plain and shuffled too.
PUBLISHED_ACCURACY = {
    PLAIN: {"linear": 32, "mlp": 68, "cnn": 94, "gru": 91},
    SHUFFLED: {"linear": 32, "mlp": 68, "cnn": 56, "gru": 57},
}
PEOPLE, SOURCE = 95.8, "README of greydanus/mnist1d"
CHANCE = 10


def in_budget(rows: Sequence[Row], budget: str, data: str = "") -> list[Row]:
    """The rows of one budget, on one kind of data or both."""
    return [row for row in rows if VARIANTS[row["model"], row["variant"]].budget == budget
            and row["data"] in (data, data or row["data"])]  # fmt: skip


def label(row: Row) -> str:
    """Family, and what is special about it."""
    end = "" if row["variant"] in (EQUAL, PUBLISHED) else f", {row['variant']}"
    return NAMES[row["model"]] + end


def mean(row: Row) -> float:
    """Accuracy in percent."""
    return float(row["accuracy"]["mean"])


def accuracy_figure(rows: Sequence[Row], budget: str) -> go.Figure:
    """Accuracy of each network, the best on top; a ring on shuffled signals, if they are there."""
    shown = sorted(in_budget(rows, budget, PLAIN), key=mean)
    p = Chart("right on 1,000 new signals, %", "", (0, 103), (-0.6, len(shown) - 0.2), legend=True,
              yaxis={"type": "category", "automargin": True})  # fmt: skip
    p.level(CHANCE, "guessing", axis="x")
    p.level(PEOPLE, "people", axis="x")
    colors = {label(row): COLORS[row["model"]] for row in shown}
    for data, symbol in ((PLAIN, "circle"), (SHUFFLED, "circle-open")):
        found = {label(row): row for row in in_budget(rows, budget, data)}
        if not found:
            continue
        names = [name for name in colors if name in found]
        # Colors are of networks: the legend's mark has none of them.
        look: dict[str, Any] = {"symbol": symbol, "line": {"width": 2.5 * (data == SHUFFLED)}}
        p.points([None], [None], name=data, size=13, color=GRAY, marker=look, legendgroup=data)
        p.points(
            [mean(found[name]) for name in names], names, name=data, size=13,
            color=[colors[name] for name in names],
            marker=look, legendgroup=data, showlegend=False,
            error_x={"type": "data", "array": [found[n]["accuracy"]["sd"] for n in names],
                     "color": GRAY, "thickness": 1.5},
            hover=f"%{{y}}, {data}: %{{x:.1f}} %",
        )  # fmt: skip
    return p.figure(height=110 + 40 * len(colors), margin={"l": 10, "r": 10, "t": 30, "b": 45})


def table(rows: Sequence[Row], budget: str) -> list[dict[str, Any]]:
    """One line a network: how often it is right, what it costs, how it was trained."""
    shuffled = {label(row): row for row in in_budget(rows, budget, SHUFFLED)}
    found = []
    for row in sorted(in_budget(rows, budget, PLAIN), key=mean, reverse=True):
        entry, name = made(row["model"], row["variant"]), label(row)
        line = {"network": name, "plain, %": said(row)}
        if shuffled:
            line["shuffled, %"] = said(shuffled[name]) if name in shuffled else "not recorded"
        if budget == PUBLISHED:
            line["published, %"] = str(PUBLISHED_ACCURACY[PLAIN][row["model"]])
        found.append(line | {
            "parameters": row["parameters"],
            "multiply-adds": entry.multiply_adds,
            "seconds of training": row["seconds"],
            "learning rate": entry.rate,
            "weight decay": entry.decay,
        })  # fmt: skip
    return found


def said(row: Row) -> str:
    """Mean and spread of a row."""
    return f"{mean(row):.1f} ± {row['accuracy']['sd']:.1f}"


def best(rows: Sequence[Row]) -> Row:
    """The row that is right most often."""
    return max(rows, key=mean)


def sentence(rows: Sequence[Row], budget: str) -> str:
    """What the picture says, from its numbers."""
    plain, shuffled = (in_budget(rows, budget, data) for data in (PLAIN, SHUFFLED))
    if not plain:
        return ""
    first = best(plain)
    text = f"Best on plain signals: {label(first)} with {said(first)} %."
    others = [row for row in shuffled if row["model"] != "linear"]
    if not others:
        return text
    top, low = best(others), min(others, key=mean)
    return (
        f"{text} On shuffled ones: {label(top)} with {said(top)} %; the networks with layers lie "
        f"between {mean(low):.1f} and {mean(top):.1f} %."
    )


def terms(budget: str) -> str:
    """What is equal in this budget, and what each family has for itself."""
    linear = entries.entry(
        "linear", LAYOUTS[MNIST_1D], EQUAL, entries.OVERLAPPING, FLATTEN
    ).parameters
    sizes = (
        "The networks have the sizes that MNIST-1D's maker gave them, and constant learning rates."
        if budget == PUBLISHED
        else f"Each family has the width that comes nearest to {entries.BUDGET:,} parameters; "
        f"learning rates fall to 0. The linear map has no width: with its {linear} parameters it "
        f'is recorded under "{PUBLISHED}", and runs in the race below.'
    )
    text = (
        f"{sizes} Each family has a rate of its own, set by a few trials on these 1,000 signals; "
        f"all make {UPDATES[budget]:,} updates of {BATCH} signals."
    )
    return f"{text} {departures()}" if budget == PUBLISHED else text


def departures() -> str:
    """Where the training differs from that of the published numbers."""
    other = [NAMES[name] for name, rate in entries.CONSTANT.items() if rate != entries.RECIPE_RATE]
    rate = max(entries.CONSTANT.values())
    live = RaceSettings()
    return (
        f"The published recipe is {recipe()}: here {' and '.join(other)} learn at {rate:g}, and "
        f"the race below makes {live.updates:,} updates of {live.batch_size} unless you set more."
    )
