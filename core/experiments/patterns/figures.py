"""Panels of the patterns page: who looks at whom, the sum in numbers, the race, the mask."""

from __future__ import annotations

from typing import Any

from core.experiments.patterns.counts import Cost, cost
from core.experiments.patterns.figures_more import COLORS, cost_plots, matrices, own_mask, until
from core.experiments.patterns.figures_more import chosen as chosen_names
from core.experiments.patterns.masks import INPUTS, bonds, coordinates
from core.experiments.patterns.pictures import stage_row
from core.experiments.patterns.references import reference_name
from core.experiments.patterns.settings import (
    NAMES,
    is_content,
    masks,
)
from core.figures.chart import LOG, Chart
from core.figures.style import LOWERED
from core.stage import Panel, focus, fold, line, links, readout, shade, words

FIRST = {"grid": 5}  # token that is looked at first: one inside; elsewhere number 3
WIDEST = 0.6  # weight of the widest arrow
INDEX = [*NAMES]
RANGE = 1.5  # of the colors of values


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    names = chosen_names(settings)
    return [
        asked(settings),
        *(arrows(settings, name) for name in names),
        race(settings),
        *([sums(settings, names)] if INPUTS[settings.given] <= 8 else []),
        own_mask(settings),
        arrows(settings, "own"),
        *fold("matrices", "The same as matrices", *matrices(settings, (*names, "own"))),
        *fold("reach", "Who has heard of whom after L layers?", *until(settings, names)),
        *fold("cost", "Parameters and multiply-adds against n", *cost_plots(settings)),
    ]


def readouts(settings: Any) -> list[dict[str, Any]]:
    """Errors on new rows."""
    return [
        readout("test", ("" if k else "Error on new rows: ") + NAMES[name], ".3f",
                column=INDEX.index(name), color=COLORS[name])
        for k, name in enumerate(chosen_names(settings))
    ]  # fmt: skip


def down(i: int) -> str:
    """A number below the line, counted from 1."""
    return str(i + 1).translate(LOWERED)


def costs(settings: Any, name: str) -> Cost:
    """What a layer of these settings costs."""
    n, mask = INPUTS[settings.given], masks(settings)[name]
    wide = 2 * settings.reach + 1
    places = wide**2 if settings.given == "grid" else wide
    kind = name
    if name == "own":
        kind = "transformer" if is_content(settings, name) else "mlp"
    d = 4 + (n if settings.positions and is_content(settings, name) else 0)
    return cost(kind, n, int(mask.sum()), places, d)


# --- who looks at whom ------------------------------------------------------------------------


def nodes(settings: Any) -> list[tuple[str, float, float]]:
    """Outputs above, inputs below; a grid or a molecule lies in perspective."""
    given, letters = settings.given, ["ABC"[k] for k in stage_row(settings)[:, 1:].argmax(1)]
    n = len(letters)
    if given == "grid":
        at = [(c + 0.3 * (3 - r), -0.8 * r) for r, c in coordinates(given)]
        lift = 4.4
    elif given == "molecule":
        ring = [(0.5, 0.0), (1.6, -0.35), (1.9, -1.1), (1.1, -1.5), (0.0, -1.15), (-0.3, -0.4)]
        at, lift = [*ring, (-1.3, 0.0), (-2.3, -0.5)], 3.6
    elif given == "star":
        rim = [(1.7, 0.0), (1.1, -0.75), (0.1, -0.95), (-1.2, -0.7), (-1.7, 0.05),
               (-0.9, 0.7), (0.5, 0.8)]  # fmt: skip
        at, lift = [(0.0, 0.0), *rim], 3.4
    else:
        at, lift = [(float(i), 0.0) for i in range(n)], 4.0
    # Where outputs are small their names would lie on the arrows: the captions say them.
    named = given in ("row", "star")
    above = [(f"h{down(i)}" if named else "", x, y + lift) for i, (x, y) in enumerate(at)]
    return [*above, *((letters[i], x, y) for i, (x, y) in enumerate(at))]


def picture(settings: Any, name: str, **words: Any) -> Panel:
    """Arrows from inputs to outputs, as wide as the weight."""
    n = INPUTS[settings.given]
    names, first = [f"h{down(i)}" for i in range(n)], FIRST.get(settings.given, 3)
    return links(
        f"arrows-{name}", nodes(settings), [(n + j, i) for i in range(n) for j in range(n)],
        [
            shade("link", f"weights/{name}", low=-0.3, high=0.3, colors="signed"),
            shade("width", f"arrows/{name}", high=WIDEST),
            shade("node", f"nodes/{name}", low=-RANGE, high=RANGE, colors="signed"),
        ],
        focus=focus("token", first, by="to", labels=names, count=n), arrows=True,
        bonds=[(n + i, n + j) for i, j in bonds(settings.given)] if shows_bonds(name) else [],
        width=300, height=172, **words,
    )  # fmt: skip


def shows_bonds(name: str) -> bool:
    """Whose picture has the graph."""
    return name in ("gcn", "gat", "target")


DETAILS = {
    "mean of my kind": "the content says who",
    "local smoothing": "the place says who",
    "copy of the right one": "the place says who",
    "mean of my bonds": "the graph says who",
    "copy by fixed wiring": "a list says who",
}


def asked(settings: Any) -> Panel:
    """What every token is asked for."""
    return picture(
        settings, "target", title="What is asked for",
        caption=[
            line(f"{settings.target[0].upper()}{settings.target[1:]}: {DETAILS[settings.target]}"),
            line("{focus:token} = {}", ("nodes/target", "focus:token", ".2f"), mark="muted"),
        ],
        alt="Row of inputs below, colored by their values, with the letters of their kinds; row of "
        "outputs above. Arrows show whose values the task takes.",
    )  # fmt: skip


WHO = {
    "mlp": "All",
    "cnn": "Window",
    "gcn": "Bonds",
    "gat": "Bonds",
    "transformer": "All",
    "own": "As painted",
}


def arrows(settings: Any, name: str) -> Panel:
    """Who looks at whom in one of them."""
    how = "by content" if is_content(settings, name) else "fixed"
    paid = costs(settings, name)
    k = INDEX.index(name)
    return picture(
        settings, name, title=NAMES[name],
        caption=[
            line(f"{WHO[name]} · {how} · {paid.parameters:,} parameters · {paid.products:,} "
                 "multiply-adds"),
            line(f"{{focus:token}} = {{}}, asked {{}} · {reference_name(settings, name)}: "
                 "±{}", (f"nodes/{name}", "focus:token", ".2f"),
                 ("nodes/target", "focus:token", ".2f"), ("apart", k, ".1g"), mark="muted"),
        ],
        alt=f"{NAMES[name]}: arrows from inputs to outputs, blue where α times V is positive, "
        "orange where it is negative, as wide as it is large.",
    )  # fmt: skip


def race(settings: Any) -> Panel:
    """Errors on new rows."""
    p = Chart(
        "updates", "error", yaxis=LOG | {"dtick": None, "nticks": 5}, legend=True, unified=True
    )
    for name in NAMES:
        p.history("test", INDEX.index(name), name=NAMES[name], color=COLORS[name],
                  dash="dot" if name == "own" else "dash" if name == "gcn" else "")  # fmt: skip
    p.level(1, "a constant")
    return p.panel(
        "race", title="Whose mask fits the task?", width=300, height=208,
        alt="Error on new rows over the updates, one curve for each architecture; 1 is that of a "
        "constant.",
    )  # fmt: skip


def sums(settings: Any, names: list[str]) -> Panel:
    """The same sum in numbers, for the output that is looked at."""
    n = INPUTS[settings.given]
    values = [("nodes/target", n + j, ".2f") for j in range(n)]
    lines = [
        line("{focus:token} = Σⱼ αV · valueⱼ + what kinds and bias add", mark="head"),
        line("αV may be negative: a softmax α is positive, V need not be.", mark="muted"),
        line("values: " + ", ".join("{}" for _ in range(n)), *values),
    ]
    for name in ("target", *names, "own"):
        w = [(f"weights/{name}", ["focus:token", j], ".2f") for j in range(n)]
        out = (f"nodes/{name}", "focus:token", ".2f")
        rest = [] if name == "target" else [(f"rest/{name}", "focus:token", ".2f")]
        said = "asked for" if name == "target" else NAMES[name]
        more = " + {}" if rest else ""
        lines.append(line(f"{said}: " + "  ".join("{}" for _ in range(n)) + f"{more} → {{}}",
                          *w, *rest, out))  # fmt: skip
    return words(
        "sums", lines, title="One sum, five times: αV of {focus:token}", width=400,
        height=270, grow=1.6,
        alt="What the values are multiplied by for the output looked at, α times V, in each "
        "architecture, and what they add up to.",
    )  # fmt: skip
