"""Panels of the recurrence page: the race, hidden states through time, the gradient's way back."""

from __future__ import annotations

from typing import Any

from core.experiments.recurrence import figures_time as through_time
from core.experiments.recurrence.beginnings import TRANSFORMER
from core.experiments.recurrence.figures_time import HEIGHT
from core.experiments.recurrence.pictures import TWIN, members
from core.experiments.recurrence.sequences import PROBLEMS
from core.experiments.recurrence.settings import PLAIN
from core.figures.chart import FROM_ZERO, LOG, WIDE, Chart
from core.figures.style import BLUE, CLEAR, GRAY, ORANGE, TEST, TRAIN
from core.stage import Panel, readout

COLORS = {"RNN": ORANGE, "LSTM": BLUE, "GRU": TRAIN, TRANSFORMER: TEST}


def said(name: str) -> str:
    """A member of the race, as legends have it."""
    return name.replace(TWIN, ", default")


def look(name: str, cell: str) -> dict[str, Any]:
    """Name, color and dash of its curves: default twins are dashed."""
    return {"name": said(name), "color": COLORS[cell], "dash": "dot" if TWIN in name else ""}


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    shown = [race(settings), through_time.states(settings), gradient(settings)]
    if PROBLEMS[settings.target].features == 1:
        shown.append(through_time.signal(settings))
    if PROBLEMS[settings.target].anytime:
        shown.append(by_lag(settings))
    if set(settings.cells) - {TRANSFORMER}:
        shown.append(through_time.unrolled(settings))
    if set(settings.cells) - {"RNN", TRANSFORMER}:
        shown.append(through_time.gates(settings))
    if "RNN" in settings.cells:
        shown.append(through_time.numbers(settings))
    return [*shown, lengths(settings), loss(settings)]


def readouts(settings: Any) -> list[dict[str, Any]]:
    """Who remembers, in numbers."""
    return [
        readout(f"accuracy_{name}", PLAIN if TWIN in name else name, ".0%", column=0)
        for name in members(settings)
    ]


def race(settings: Any) -> Panel:
    """Share of new sequences answered rightly, over the updates."""
    p = Chart("updates", "", yrange=(-0.02, 1.04), legend=True, unified=True,
              yaxis={"tickformat": ".0%"})  # fmt: skip
    chance = PROBLEMS[settings.target].chance
    for name, (cell, _) in members(settings).items():
        track = f"accuracy_{name}"
        if settings.seeds > 1:
            p.band(track, COLORS[cell], f"{settings.seeds} seeds")
        p.history(track, "median", **look(name, cell))
    p.level(chance, "by chance")
    return p.panel(
        "race", title=f"Right after T = {settings.length} steps", width=330, height=HEIGHT,
        grow=1.0,
        alt="Share of new sequences that each network answers rightly, over the updates; default "
        "twins are dotted.",
    )  # fmt: skip


def gradient(settings: Any) -> Panel:
    """What is left of the gradient, by lag, on a logarithmic axis; W_h alone in gray."""
    T = settings.length
    lags = list(range(T))
    p = Chart("lag: steps before the last", "relative size", (0, T - 1), (-12, 4.2),
              yaxis={**LOG, "dtick": 4}, legend=True, unified=True, **WIDE)  # fmt: skip
    if "RNN" in settings.cells:
        p.line(lags, ("bound", None), name="norm<sup>lag</sup>", color=GRAY, dash="dash", width=1.5,
               hover="%{y:.2g}")  # fmt: skip
        p.line(lags, ("rate", None), name="radius<sup>lag</sup>", color=GRAY, dash="dot", width=1.5,
               hover="%{y:.2g}")  # fmt: skip
        p.line(lags, ("alone", None), name="W<sub>h</sub> alone", color=GRAY, width=4,
               hover="%{y:.2g}", opacity=0.5)  # fmt: skip
    for name, (cell, _) in members(settings).items():
        p.line(lags, (f"gradient_{name}", None), hover="%{y:.2g}", **look(name, cell))
    return p.panel(
        "gradient", title="Gradient on its way back", width=330, height=HEIGHT, grow=1.0,
        alt="Norm of the gradient at the state of each step over that at the last one, by lag, "
        "on a logarithmic axis, beside the norm and the radius of Wₕ to the power of the lag.",
    )  # fmt: skip


def by_lag(settings: Any) -> Panel:
    """The same networks, asked earlier and later than they were trained."""
    T = settings.length
    steps = list(range(1, 2 * T + 1))
    p = Chart("asked after this many steps", "", (1, 2 * T), (-0.02, 1.04), legend=True,
              unified=True, yaxis={"tickformat": ".0%"})  # fmt: skip
    for name, (cell, _) in members(settings).items():
        if settings.seeds > 1:
            p.line([*steps, *steps[::-1]], (f"band_{name}", None), color=CLEAR, width=1,
                   fill="toself", fillcolor=COLORS[cell])  # fmt: skip
        p.line(steps, (f"by_lag_{name}", None), hover="%{y:.0%}", **look(name, cell))
    p.level(T, "T", axis="x")
    p.level(PROBLEMS[settings.target].chance)
    return p.panel(
        "by_lag", title="Right when asked earlier, or later", width=330, height=HEIGHT, grow=1.0,
        alt="Share of right answers when the networks are asked after 1 to 2 T steps; they were "
        "trained to answer after T." + (" Bands: from the least to the greatest of all seeds." if
                                         settings.seeds > 1 else ""),
    )  # fmt: skip


def lengths(settings: Any) -> Panel:
    """How long gradients are before they are clipped."""
    p = Chart("updates", "norm of the gradient", yaxis=LOG, legend=True, unified=True)
    for name, (cell, _) in members(settings).items():
        p.history(f"length_{name}", **look(name, cell))
    if settings.clip:
        p.level(settings.clip, "clipped here")
    return p.panel(
        "lengths", title="Gradient before clipping", width=330, height=270,
        alt="Norm of each network's gradient before it is clipped, over the updates.",
    )  # fmt: skip


def loss(settings: Any) -> Panel:
    """Loss on new sequences."""
    kind = "squared error" if settings.target == "adding" else "cross-entropy in nats"
    p = Chart("updates", kind, yaxis=FROM_ZERO, legend=True, unified=True)
    for name, (cell, _) in members(settings).items():
        p.history(f"loss_{name}", **look(name, cell))
    return p.panel("loss", title="Loss on new sequences", width=330, height=270,
                   alt="Loss of each network on 256 new sequences, over the updates.")  # fmt: skip
