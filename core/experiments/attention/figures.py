"""Panels of the attention page: all maps, arcs over the sequence, measures over the updates."""

from __future__ import annotations

from typing import Any

from core.experiments.attention import figures_more as more
from core.experiments.attention import problems
from core.experiments.attention.digits import SIDE, TOKENS
from core.experiments.attention.figures_hand import bench, silence
from core.experiments.attention.hand import SILENT
from core.experiments.attention.notes import head_name
from core.experiments.attention.settings import (
    depth_of,
    has_twin,
    looked_at,
    places,
    right_places,
    shown_sequence,
    tokens,
)
from core.experiments.attention.written import smiles_of
from core.figures.chart import Chart
from core.figures.style import BLUE, GRAY, ORANGE, RED, TEST, TRAIN
from core.molecules.drawing import of_smiles
from core.stage import Panel, focus, fold, line, links, readout, shade

HEIGHT = 330


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    shown = [maps(settings)]
    if settings.target == problems.MOLECULES:
        shown += [arcs(settings), measured(settings)]
    elif settings.target == problems.DIGITS:
        shown += [picture(settings), measured(settings), arcs(settings)]
    elif settings.target == problems.ADDITION:
        shown += [measured(settings), more.grid(), more.frequencies()]
    else:
        shown += [measured(settings), arcs(settings)]
    shown += [more.one_head(settings), more.weights_of(settings), more.answers(settings)]
    shown += [more.numbers(settings), more.lens(settings)]
    shown += fold("heads", "Each head: what is lost without it, entropy, and the loss",
                  *more.silenced(settings), more.entropies(settings),
                  more.losses(settings))  # fmt: skip
    shown += fold("hand", "By hand: drag q, k and v of the token that asks", *bench(settings))
    if problems.PROBLEMS[settings.target].stretches:
        shown += fold("longer", "Longer sequences than trained on", more.by_length(settings))
    return shown


def readouts(settings: Any) -> list[dict[str, Any]]:
    """Who is right, and whether the pattern is there."""
    many = "one layer" if settings.layers == 1 else f"{settings.layers} layers"
    shown = [readout("accuracy", many, ".2f"), readout("loss", "loss", ".2f")]
    if has_twin(settings):
        shown.append(readout("accuracy_one", "one layer", ".2f"))
    if settings.target in (problems.REVERSE, problems.SORT, problems.FIXED):
        shown.append(readout("whole", "whole sequences", ".2f"))
    if problems.PROBLEMS[settings.target].lookup:
        shown.append(readout("best_lookup", problems.PROBLEMS[settings.target].lookup, ".2f"))
    if problems.PROBLEMS[settings.target].lookup == "prefix matching":
        shown.append(readout("best_previous", "previous token", ".2f"))
    return shown


def maps(settings: Any) -> Panel:
    """Every head as a map: a row for each query, a column for each key; right places framed."""
    heads, layers = int(settings.heads), settings.layers
    names, n = tokens(settings), shown_sequence(settings).shape[1]
    p = Chart(grid=False, margin={"l": 30, "r": 6, "t": 20, "b": 22})
    p.layout.pop("xaxis"), p.layout.pop("yaxis")
    rows, columns = right_places(settings).nonzero(as_tuple=True)
    room = 30 if "16" in names else 60  # names of two signs: patches of a drawing
    for a in range(depth_of(settings)):
        layer, head = divmod(a, heads)
        x, y = ("x" + str(a + 1) * (a > 0), "y" + str(a + 1) * (a > 0))
        across, down = head == 0, layer == layers - 1
        p.layout[f"xaxis{x[1:]}"] = _side(head, heads, names, room, y, down)
        p.layout[f"yaxis{y[1:]}"] = _side(layers - 1 - layer, layers, names[::-1], 24, x, across)
        p.image("alpha", (-0.5, n - 0.5), (-0.5, n - 0.5), a, origin="upper", smooth=False,
                low=0, high=1, colors="sequential", xaxis=x, yaxis=y,
                **({"colorbar": "α"} if a == 0 else {}))  # fmt: skip
        p.points(columns.tolist(), (n - 1 - rows).tolist(), color=ORANGE, size=_cell(settings),
                 marker={"symbol": "square-open"}, edge=(ORANGE, 1), xaxis=x, yaxis=y)  # fmt: skip
        p.note(head_name(a, heads), x=0, xref=f"{x} domain", y=1, yref=f"{y} domain",
               xanchor="left", yanchor="bottom")  # fmt: skip
    labels = [head_name(a, heads) for a in range(depth_of(settings))]
    title, best = "Who asks whom: row query, column key", "the sharpest head"
    head = looked_at(settings)["head"]
    if problems.PROBLEMS[settings.target].lookup:
        title, best = f"{title}; framed: where the answer stands", "the best head"
    return p.panel(
        "maps", title=title,
        width=470, height=HEIGHT, grow=1.3, caption=silence(settings),
        switches={"name": SILENT, "track": "off", "labels": labels},
        focus=[focus("head", head, by="tile", labels=[*labels, best]),
               *(focus(name, by=by, tile="chosen") for name, by in
                 (("query", "row"), ("key", "column")))],
        alt="A map of attention for each head of each layer: a row for each query, a column for "
        "each key, dark where the weight is large. Cells where the answer stands have a frame. A "
        "click chooses head, query and key; a switch silences a head.",
    )  # fmt: skip


def _cell(settings: Any) -> float:
    """Size of a frame around a cell, in pixels."""
    n = shown_sequence(settings).shape[1]
    return max(3.0, 190 / n / max(1, settings.layers / 2) - 1)


def _side(k: int, of: int, names: list[str], room: int, other: str, named: bool) -> dict[str, Any]:
    """Axis number k of `of` along a side that has room for so many names of tokens."""
    n, wide = len(names), 1 / of
    gap = 0.06 / of if other.startswith("y") else 0.03  # between rows stands a line of words
    found = {"range": (-0.5, n - 0.5), "domain": (k * wide + gap, (k + 1) * wide - gap),
             "anchor": other, "showgrid": False, "zeroline": False, "ticks": "",
             "showticklabels": named}  # fmt: skip
    if named:
        every = -(-n * of // room)
        found |= {"tickmode": "array", "tickvals": list(range(0, n, every)),
                  "ticktext": names[::every], "tickfont": {"size": 9}, "tickangle": 0}  # fmt: skip
    return found


def measured(settings: Any) -> Panel:
    """Progress measures beside what they explain."""
    problem = problems.PROBLEMS[settings.target]
    p = Chart("updates", "", yrange=(-0.02, 1.04), legend=True, unified=True)
    many = "one layer" if settings.layers == 1 else f"{settings.layers} layers"
    p.history("accuracy", name=f"right, {many}", color=TRAIN, width=2.5)
    if has_twin(settings):
        p.history("accuracy_one", name="right, one layer", color=GRAY, dash="dot")
    if settings.target == problems.ADDITION:
        p.history("trained", name="right, pairs learned from", color=GRAY)
    if problem.lookup:
        p.history("best_lookup", name=f"{problem.lookup}, best head", color=TEST)
    if problem.lookup == "prefix matching":
        p.history("best_previous", name="previous token, best head", color=BLUE)
    return p.panel(
        "measures", title="Right answers, and where heads look", width=330, height=HEIGHT, grow=1.0,
        alt="Share of right answers on sequences not trained on, and the scores of the heads that "
        "look most at the token before and at the right place, over the updates.",
    )  # fmt: skip


def arcs(settings: Any) -> Panel:
    """Tokens as a line, or as the molecule lies; arcs lead from the query to what it looks at."""
    said = problems.PROBLEMS[settings.target].said
    nodes: list[Any] = tokens(settings)
    size: dict[str, Any] = {"width": 760, "height": 210, "grow": 2.4}
    text = (
        "Tokens shuffled: did outputs only move along with them, the difference would be 0; it is "
        "{} of the largest output."
    )
    caption = [line(text, ("moved", 0, ".1%"), mark="muted")]
    if settings.target == problems.DIGITS:
        size = {"width": 560, "height": 210, "grow": 1.6}
    if settings.target == problems.MOLECULES:
        drawn = of_smiles(smiles_of(settings.sequence))
        caption = [line("Atoms with one bond are asked. Each says where it is bonded to.")]
        nodes = [(name, atom[1], atom[2]) for name, atom in zip(nodes, drawn.atoms, strict=True)]
        size = {"width": 420, "height": HEIGHT, "grow": 1.0, "bonds": [b[:2] for b in drawn.bonds]}
    return links(
        "arcs", nodes, None,
        [shade("link", "alpha", index=["focus:head"], low=0.03, high=1, colors="sequential")],
        focus=focus("query", looked_at(settings)["query"], by="from", labels=places(settings)),
        title=said,
        focused=f"{said} Where {{focus:query}} looks, in {{focus:head}}",
        alt="The tokens, on a line or as the molecule lies; arcs lead from each query to the keys "
        "that it gives 3 % of its weight or more, in the head that is looked at.",
        caption=caption, **size,
    )  # fmt: skip


def picture(settings: Any) -> Panel:
    """The digit, and under its ink how much of its weight the query gives each patch."""
    n, best, edge = TOKENS, depth_of(settings), 2 * SIDE
    p = Chart("", "", (0, edge), (0, edge), grid=False, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    for axis in (p.layout["xaxis"], p.layout["yaxis"]):
        axis |= {"showticklabels": False, "ticks": "", "zeroline": False}
    p.image("over", (0, edge), (0, edge), best * n + n - 1, origin="upper", smooth=False,
            low=0, high=0.5, colors="sequential", colorbar="α, 0.5 and more",
            instead={"track": "over", "index": ["focus:head", "focus:query"]})  # fmt: skip
    p.points(xy="ink", color=GRAY, size=18, marker={"symbol": "square"}, hoverinfo="skip")
    p.line(xy="pen", color=RED, width=1.5)
    p.tools(0, draw="Draw")
    return p.panel(
        "picture", title="Where it looks in the picture",
        focused="Where {focus:query} looks, in {focus:head}", width=300, height=HEIGHT, grow=0.5,
        focus=focus("query", n - 1, by="cell", labels=places(settings)),
        caption=[line("The token ? is asked. It reads a {}, with probability {}.",
                      ("reads", 0, "d"), ("sure", 0, ".2f")),
                 line("Draw: one of your own (red) is moved and stretched to the whole height, as "
                      "the known ones were, and read as patches of 2 × 2 pixels with ink or "
                      "without.", mark="muted")],
        alt="The digit in gray squares on 16 patches; a patch is the darker the more weight the "
        "query gives it, in the head that is looked at. A click on a patch makes it the query.",
    )  # fmt: skip
