"""Panels of the race over the number of samples: curves that sink while the networks learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.race import data, entries
from core.experiments.race.data import DIGITS, MOLECULES, SETS, unit
from core.experiments.race.entries import NAMES
from core.experiments.race.figures_molecules import two_molecules
from core.experiments.race.settings import RaceSettings
from core.figures.chart import Chart
from core.figures.style import BLUE, CLEAR, GRAY, ORANGE, TEST, TRAIN, faint
from core.stage import Panel, line, readout

COLORS = {
    "linear": GRAY, "mlp": ORANGE, "cnn": BLUE, "gru": "#8465c9", "gnn": TRAIN, "transformer": TEST,
}  # fmt: skip
DASHES = {"linear": "dot", "mlp": "dash", "cnn": "", "gru": "dashdot", "gnn": "longdash",
          "transformer": ""}  # fmt: skip
HIGHEST, GUESS = {"%": 100, "eV": 1.4}, {"%": "guessing", "eV": "always the median"}
HIGH = 320
MOLECULE = (
    "4,000 molecules of QM9, of at most 9 heavy atoms, and 1,000 held out: how wide is the gap "
    "between HOMO and LUMO? All read the same padded list of atoms, each with its features and "
    "its row of bonds. Only the GNN takes the bonds as its graph. Shuffled, the atoms of all "
    "molecules are listed in one other order."
)


def panels(settings: RaceSettings, timed: bool = True) -> list[Panel]:
    """Error over samples, error over updates with all of them, and what the networks see.

    `timed` unless the film was recorded without seconds.
    """
    return [over_sizes(settings, timed), over_updates(settings), seen(settings)]


def cost_lines(settings: RaceSettings, timed: bool) -> list[dict[str, Any]]:
    """What each network costs, a line for each family."""
    found = []
    for name, entry in settings.runners.items():
        words = (
            f"{NAMES[name]}: {entry.parameters:,} parameters, {entry.multiply_adds:,} multiply-adds"
        )
        seconds = [(f"seconds:{name}", 0, ".2f")] if timed else []
        found.append(line(words + ", {} s of training" * timed, *seconds, mark="muted"))
    return found


def over_sizes(settings: RaceSettings, timed: bool = True) -> Panel:
    """Test error over the number of training samples at the present update."""
    sizes, form = list(settings.sizes), _form(settings)
    ticks = {"type": "log", "tickvals": sizes, "ticktext": [f"{size:,}" for size in sizes]}
    p = Chart("training samples", *_errors(settings), xaxis=ticks, legend=True)
    p.level(data.guessing(settings.data), GUESS[unit(settings.data)])
    for name in settings.runners:
        look: dict[str, Any] = {"legendgroup": NAMES[name], "showlegend": False}
        p.line(sizes, (f"low:{name}", None), color=CLEAR, **look)
        p.line(sizes, (f"high:{name}", None), color=CLEAR, fill="tonexty",
               fillcolor=faint(COLORS[name]), **look)  # fmt: skip
        hover = f"{NAMES[name]}, %{{x:,}} samples: %{{y:{form}}} {unit(settings.data)}"
        p.line(sizes, (f"error:{name}", None), name=NAMES[name], color=COLORS[name], width=3,
               dash=DASHES[name], mode="lines+markers", legendgroup=NAMES[name],
               hover=hover)  # fmt: skip
    order = ", shuffled" if settings.shuffled else ""
    return p.panel(
        "over_sizes", title=f"Test error over training samples: {settings.data}{order}",
        alt=f"Test error of each family over the number of training samples of {settings.data}"
        f"{order}; bands reach from the best of {settings.seeds} seeds to the worst.",
        width=480, height=HIGH, grow=2, caption=cost_lines(settings, timed),
    )  # fmt: skip


def over_updates(settings: RaceSettings) -> Panel:
    """Test error with all samples while training goes on."""
    p = Chart("updates", *_errors(settings), legend=True, unified=True)
    for name in settings.runners:
        p.band(f"all:{name}", COLORS[name], f"{settings.seeds} seeds")
        p.history(f"error:{name}", len(settings.sizes) - 1, name=NAMES[name], color=COLORS[name],
                  dash=DASHES[name])  # fmt: skip
    return p.panel(
        "over_updates", title=f"With all {settings.sizes[-1]:,} samples",
        alt="Test error of each family over the updates, with all samples.", width=330, height=HIGH,
    )  # fmt: skip


def seen(settings: RaceSettings) -> Panel:
    """Three samples as the networks get them."""
    s, kind = data.samples(settings.data, settings.shuffled), settings.data
    if kind == MOLECULES:
        return two_molecules(settings.shuffled, HIGH)
    first = [int(np.flatnonzero(s.y == label)[0]) for label in (0, 1, 7)]
    if kind == DIGITS:
        p = _images(s.x[first].numpy())
    else:
        names = [f"{s.y[row]} near 0" if kind == SETS else f"a {s.y[row]}" for row in first]
        p = Chart("place in the list", "value", legend=True)
        for row, name, color in zip(first, names, (BLUE, ORANGE, TRAIN), strict=True):
            p.line(list(range(s.x.shape[1])), s.x[row].tolist(), name=name, color=color,
                   mode="markers" if kind == SETS else "lines+markers",
                   marker={"size": 4})  # fmt: skip
    order = "in the shuffled order" if settings.shuffled else "as they are"
    return p.panel("seen", title=f"Three samples, {order}",
                   alt=f"Three samples of {kind}, {order}.", width=260, height=HIGH)  # fmt: skip


def _errors(settings: RaceSettings) -> tuple[str, None, tuple[float, float]]:
    """Words of the axis, and its ends."""
    end = unit(settings.data)
    words = "test error in %" if end == "%" else f"mean absolute error in {end}"
    return words, None, (0, HIGHEST[end])


def _form(settings: RaceSettings) -> str:
    """How an error is written."""
    return ".1f" if unit(settings.data) == "%" else ".3f"


def _images(x: Any) -> Chart:
    """Digits one above the other."""
    rows, columns = data.LAYOUTS[DIGITS].grid
    p = Chart("", "", (-0.5, columns - 0.5), square=True, grid=False, yaxis={"visible": False},
              xaxis={"visible": False})  # fmt: skip
    cells: list[list[float | None]] = []
    for image in x.reshape(-1, rows, columns).tolist():
        cells += [*image, [None] * columns]
    scale = [[0, "#ffffff"], [1, "#222222"]]
    p.add("heatmap", {"z": cells[::-1]}, colorscale=scale, showscale=False, xgap=1, ygap=1,
          hover="%{z:.2f}")  # fmt: skip
    return p


def readouts(settings: RaceSettings) -> list[dict[str, Any]]:
    """The error of each family with all samples."""
    last = len(settings.sizes) - 1
    words = _errors(settings)[0]
    what = f"{words[0].upper()}{words[1:]}: "
    return [
        readout(f"error:{name}", what * (not k) + NAMES[name], _form(settings), column=last)
        for k, name in enumerate(settings.runners)
    ]


def costs(settings: RaceSettings) -> str:
    """Which budget this is, and how each network is trained, in sentences."""
    runners, out = settings.runners, [n for n in settings.families if n not in settings.runners]
    each = ", ".join(f"{NAMES[name]} {entry.rate:g}" for name, entry in runners.items())
    words = [MOLECULE] if settings.data == MOLECULES else []
    if settings.raced_at != settings.budget:
        words.append(f"Nobody has published these networks for {settings.data}: raced are those "
                     f"with {entries.EQUAL}.")  # fmt: skip
    if settings.raced_at == entries.EQUAL and "linear" in runners:
        words.append(f"The linear map has no width: it keeps {runners['linear'].parameters:,} "
                     "parameters.")  # fmt: skip
    words.append(f"Learning rates: {each}; {settings.updates:,} updates of {settings.batch_size} "
                 "samples.")  # fmt: skip
    if out:
        words.append(f"Not published for MNIST-1D, so not in this race: "
                     f"{', '.join(NAMES[name] for name in out)}.")  # fmt: skip
    if settings.raced_at == entries.PUBLISHED:
        words.append(f"The published recipe: {recipe()}.")
    words.append(f"Bands reach from the best to the worst of {settings.seeds} seeds.")
    return " ".join(words)


def of_seconds(settings: RaceSettings, timed: bool) -> str:
    """What the seconds under the picture are, or where there are some."""
    if timed:
        many = settings.seeds * len(settings.sizes)
        return f"Seconds are of one core, all {many} networks of a family as one."
    return (
        "This film was recorded without its seconds of training: the table above has those of "
        "MNIST-1D, and a race of your own measures them."
    )


def recipe() -> str:
    """How the published networks were trained by their maker."""
    return (f"Adam at {entries.RECIPE_RATE:g} for all four, {entries.RECIPE_UPDATES:,} updates "
            f"of {entries.RECIPE_BATCH} signals")  # fmt: skip
