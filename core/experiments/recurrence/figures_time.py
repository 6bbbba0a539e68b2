"""Panels of the recurrence page that run through time: states, gates, the unrolled network."""

from __future__ import annotations

from typing import Any

from core.experiments.recurrence.notes import named
from core.experiments.recurrence.pictures import FOLLOWED, shown_members
from core.experiments.recurrence.sequences import COPIED, MNIST_1D
from core.experiments.recurrence.unroll import letters, shown_sequence
from core.experiments.recurrence.unroll import unrolled as parts
from core.figures.chart import WIDE, Chart
from core.figures.style import BLUE, TEST
from core.models.recurrent import CELLS
from core.stage import Panel, line, links, shade, words

GATED = [cell for cell, kind in CELLS.items() if kind.keeper is not None]
HEIGHT = 226  # of the panels above: two rows of them on a screen of 720 lines
MOST_LETTERS = 64  # that can be told apart on an axis
SIGMA = {"tanh": "tanh", "ReLU": "ReLU", "linear": ""}


def states(settings: Any) -> Panel:
    """Hidden states of all cells while they read, one row of pixels a unit."""
    p = _through_time(settings, "hidden", shown_members(settings), colorbar=("h", -1, 1))
    first = COPIED if settings.target == "copy" else 1
    if settings.target in ("first symbol", "copy"):
        p.shape(type="rect", x0=0.5, x1=first + 0.5, y0=0, y1=1, yref="paper",
                line={"color": TEST, "width": 2})  # fmt: skip
    title = {"first symbol": f"Remember {letters(settings)[0]}: hidden states while it reads",
             MNIST_1D: f"It reads a {asked(settings)}: hidden states"}  # fmt: skip
    return p.panel(
        "states", title=title.get(settings.target, "Hidden states while it reads"),
        width=430, height=HEIGHT, grow=1.4,
        alt="Hidden states of each cell, a row of pixels for each unit, through the steps of the "
        "sequence below: blue above 0, orange below. What must be remembered is framed.",
        **({"caption": before(settings)} if settings.sequences[1:] else {}),
    )  # fmt: skip


def before(settings: Any) -> list[dict[str, Any]]:
    """Words under the states of a frame that still read something else, before an edit."""
    found = settings.sequences
    return [
        line(f"This frame still read {text or 'what chance had drawn'}: the edit came after "
             f"{found[k + 1][0]} updates.", when=("reading", 0, k), mark="muted")
        for k, (_, text) in enumerate(found[:-1])
    ]  # fmt: skip


def asked(settings: Any) -> int:
    """The answer after the sequence on the stage."""
    return int(shown_sequence(settings).y[0, -1])


def signal(settings: Any) -> Panel:
    """What is read, where it is one number a step."""
    T, values = settings.length, shown_sequence(settings).x[0, :, 0].tolist()
    digit, name = settings.target == MNIST_1D, asked(settings)
    p = Chart("step", "value" if digit else "flux less continuum", (0.5, T + 0.5), **WIDE)
    p.line(list(range(1, T + 1)), values, color=BLUE, mode="lines+markers",
           hover="step %{x}: %{y:.2f}")  # fmt: skip
    if not digit:
        p.shape(type="rect", x0=name * T / 8 + 0.5, x1=(name + 1) * T / 8 + 0.5, y0=0, y1=1,
                yref="paper", line={"color": TEST, "width": 2})  # fmt: skip
    what = f"This signal is a {name}" if digit else "This spectrum; the eighth with the line"
    return p.panel("signal", title=what, width=430, height=HEIGHT, grow=1.0,
                   alt="The values that the networks read, one at each step.")  # fmt: skip


def gates(settings: Any) -> Panel:
    """The gates that keep the past."""
    gated = [name for name in shown_members(settings) if name.split("_")[0] in GATED]
    p = _through_time(settings, "keep", gated, colors="sequential", colorbar=("kept", 0, 1))
    return p.panel(
        "gates", title="Gates: what is kept at each step", width=430, height=270, grow=1.0,
        alt="The forget gate f of the LSTM and the update gate z of the GRU, a row of pixels for "
        "each unit, through the steps of the sequence: 1 keeps all, 0 nothing.",
    )  # fmt: skip


def _through_time(settings: Any, track: str, names: list[str], **painted: Any) -> Chart:
    T, n, read = settings.length, len(names), letters(settings)
    shown = range(T) if T <= MOST_LETTERS else range(0, T, 4)
    every = 4 if settings.target in ("adding", "spectral line") else 1
    if settings.target == MNIST_1D:  # its values stand in a panel of their own
        read = [f"{t + 1}" if (t + 1) % 5 == 0 else "·" for t in range(T)]
        shown, every = range(4, T, 5), 1
    marks = [t for t in shown if t % every == 0 or read[t] != "·"]
    xaxis = {"tickmode": "array", "tickvals": [t + 1 for t in marks], "ticks": "",
             "ticktext": [read[t] for t in marks], "tickangle": 0,
             "tickfont": {"size": 12 if T <= 24 else 9 if T <= 48 else 7}}  # fmt: skip
    yaxis = {"tickmode": "array", "tickvals": [n - k - 0.5 for k in range(n)], "ticks": "",
             "ticktext": [_tick(name) for name in names]}  # fmt: skip
    p = Chart("", "", (0.5, T + 0.5), (0, n), xaxis=xaxis, yaxis=yaxis, grid=False)
    unlabeled = {key: value for key, value in painted.items() if key != "colorbar"}
    for k, name in enumerate(names):
        p.image(f"{track}_{name}", (0.5, T + 0.5), (n - k - 0.96, n - k - 0.04), smooth=False,
                **(painted if k == 0 else unlabeled))  # fmt: skip
    return p


def _tick(name: str) -> str:
    """A member's name in two short lines."""
    return named(name).replace(" by ", "<br>").replace("transformer", "trans-<br>former")


def unrolled(settings: Any) -> Panel:
    """Figure 9; arrows between states are as wide as the gradient that comes back along them."""
    recurrent = (n for n in shown_members(settings) if n.split("_")[0] in CELLS)
    name, found = next(recurrent), parts(settings)
    return links(
        "unrolled", found.nodes, found.pairs,
        [shade("link", f"flow_{name}", low=0, high=1, colors="sequential"),
         shade("node", f"unit_{name}", low=-1, high=1)],
        arrows=True, title=f"{named(name)}, unrolled: the same weights at every step",
        width=560, height=270, grow=1.4,
        alt="The network unrolled through time: letters below, hidden states above them, the "
        "answer over the last. Arrows between states are strong where the gradient of the loss "
        "comes back, faint where less than a millionth of it does.",
        caption=[line("Arrows between h: how much of the gradient comes back along them, from a "
                      "millionth (faint) to all. Color of h: its first unit.", mark="muted"),
                 *before(settings)],
    )  # fmt: skip


def numbers(settings: Any) -> Panel:
    """Equation (5.6) with the numbers of this frame, at step 2 and at the last one."""
    sigma = SIGMA[settings.activation]
    lines = [
        line(
            "h<sub>t</sub> = σ(W<sub>h</sub> h<sub>t−1</sub> + W<sub>x</sub> x<sub>t</sub> + b)   "
            "(5.6), plain RNN",
            mark="head",
        )
    ]
    for place, t in enumerate((2, settings.length)):
        lines.append(line(f"t = {t}, first units", mark="muted"))
        for unit in range(FOLLOWED):
            first = 4 * (FOLLOWED * place + unit)
            values = [("terms", first + part, ".3f()" if part else ".3f") for part in range(3)]
            values.append(("terms", first + 3, ".3f"))
            lines.append(line(f"{sigma}({{}} + {{}} + {{}}) = {{}}", *values))
    both = ("norm", 0, ".3f"), ("radius", 0, ".3f")
    lines.append(line("W<sub>h</sub>: norm {}, radius {}", *both, mark="muted"))
    return words(
        "numbers", lines, title="In numbers", width=340, height=330,
        alt="The equation of the recurrent network with the numbers of this frame.",
    )  # fmt: skip
