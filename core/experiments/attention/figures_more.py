"""Further panels of the attention page: one head in numbers, what heads are worth, addition."""

from __future__ import annotations

from typing import Any

from core.experiments.attention.figures_hand import named, said_off
from core.experiments.attention.measures import lengths
from core.experiments.attention.notes import head_name
from core.experiments.attention.problems import DIGITS, PROBLEMS
from core.experiments.attention.rules import P
from core.experiments.attention.settings import (
    depth_of,
    has_twin,
    looked_at,
    places,
    tokens,
)
from core.figures.chart import FROM_ZERO, Chart
from core.figures.matrix import matrix
from core.figures.style import BLUE, GRAY, ORANGE, TEST, TRAIN
from core.stage import Panel, focus, line, words

HEIGHT, FEW = 300, 4  # pixels of a panel; numbers of a vector that are written out


def one_head(settings: Any) -> Panel:
    """The head that is looked at, large: a click chooses query and key."""
    names = tokens(settings)
    n, best = len(names), depth_of(settings)
    p = matrix("alpha", names, names, {"low": 0, "high": 1, "colors": "sequential"}, hover="",
               x="key j", y="query i", every=1 if n <= 32 else 2)  # fmt: skip
    p.tiles[0] |= {"index": best, "instead": {"track": "alpha", "index": "focus:head"}}
    here = places(settings)
    at = looked_at(settings)
    return p.panel(
        "one", title="One head", focused="α of {focus:head}", width=330, height=HEIGHT, grow=1.0,
        focus=[focus("query", at["query"], by="row", labels=here),
               focus("key", at["key"], by="column", labels=here)],
        alt="The map of the head that is looked at, with a row for each query and a column for "
        "each key; a click chooses both.",
    )  # fmt: skip


def weights_of(settings: Any) -> Panel:
    """One row of the map as bars: what the query gives each key."""
    names = tokens(settings)
    p = Chart("", "α", None, (0, 1.05), xaxis={**named(names), "title": {"text": "key j"}})
    p.bars(list(range(len(names))), ("alpha", None), color=BLUE,
           moved={"index": ["focus:head", "focus:query"]}, hover="%{y:.3f}")  # fmt: skip
    return p.panel(
        "weights", title="Weights of one query", focused="What {focus:query} gives whom",
        width=330, height=HEIGHT, grow=1.0,
        focus=focus("key", by="x"),
        alt="Bars: the weight that the query gives each key, in the head that is looked at; they "
        "add up to 1.",
    )  # fmt: skip


def answers(settings: Any) -> Panel:
    """What the network says at the query."""
    problem = PROBLEMS[settings.target]
    names = problem.answers or problem.names
    p = Chart("", "probability", None, (0, 1.05), xaxis=named(list(names), 1 + len(names) // 20))
    p.bars(list(range(len(names))), ("answer", None), color=TRAIN,
           moved={"index": ["focus:query"]}, hover="%{y:.3f}")  # fmt: skip
    p.points(list(range(len(names))), ("answer_all", None), color=GRAY, size=5,
             moved={"index": ["focus:query"]}, hoverinfo="skip")  # fmt: skip
    return p.panel(
        "answers", title="The answer", focused="The answer at {focus:query}",
        width=330, height=HEIGHT, grow=1.0, caption=said_off(" Dots: with all heads."),
        alt="Bars: the probability of each answer at the place that is looked at, without heads "
        "that are off; dots: with all of them.",
    )  # fmt: skip


def numbers(settings: Any) -> Panel:
    """Equation (6.4) with the numbers of this frame, for the query and key that are looked at."""
    at = {"i": "focus:query", "j": "focus:key"}
    d = settings.width // int(settings.heads)

    def first(track: str, place: str) -> list[tuple[str, Any, str]]:
        return [(track, ["focus:head", at[place], c], ".2f") for c in range(FEW)]

    vector, weight, h = "({}, {}, {}, {}, …)", "α<sub>ij</sub>", "h<sub>i</sub>"
    sum_, fits = f"Σ<sub>j</sub> {weight} v<sub>j</sub>", "q<sub>i</sub> · k<sub>j</sub>"
    pair, seen = ["focus:head", "focus:query", "focus:key"], ("seen", [*at.values()], 1)
    score = ("score", pair, ".3f")
    lines = [
        line(f"{h} = {sum_},  {weight} = softmax<sub>j</sub>({fits} / √d)   (6.4)", mark="head"),
        line("{focus:head}: i = {focus:query}, j = {focus:key}", mark="muted"),
        line(f"q<sub>i</sub> = {vector}", *first("q", "i")),
        line(f"k<sub>j</sub> = {vector}", *first("k", "j")),
        line(f"{fits} / √{d} = {{}}", score, when=seen),
        line(f"{weight} = exp({{}}) / Σ<sub>j</sub> exp({fits} / √d) = exp({{}}) / {{}} = {{}}",
             score, score, ("sums", pair[:2], ".4g"), ("alpha", pair, ".3f"), when=seen),
        line(f"j stands after i, where the mask lets nobody look: its score is −∞, {weight} = 0",
             when=("seen", pair[1:], 0)),
        line(f"v<sub>j</sub> = {vector}", *first("v", "j")),
        line(f"{h} = {sum_} = {vector}", *first("heard", "i")),
    ]  # fmt: skip
    return words(
        "numbers", lines, title="In numbers", width=420, height=HEIGHT, grow=1.2,
        alt="The equation of attention with the numbers of this frame.",
    )  # fmt: skip


def lens(settings: Any) -> Panel:
    """Probability of the right answer, read from the stream after each layer."""
    names = tokens(settings)
    rows = ["embedded", *(f"layer {k + 1}" for k in range(settings.layers))]
    n, m = len(rows), len(names)
    p = Chart("", "", (-0.5, m - 0.5), (-0.5, n - 0.5), grid=False, xaxis=named(names),
              yaxis={"tickmode": "array", "tickvals": list(range(n)), "ticktext": rows,
                     "ticks": ""}, margin={"l": 74})  # fmt: skip
    p.image("lens", (-0.5, m - 0.5), (-0.5, n - 0.5), smooth=False, low=0, high=1,
            colors="sequential", colorbar="probability of the right answer")  # fmt: skip
    untold = line("Nobody has said which digit the drawing is: there is no right answer.",
                  when=("told", 0, 0))  # fmt: skip
    return p.panel(
        "lens", title="Logit lens: when does it know?", width=420, height=HEIGHT, grow=1.2,
        caption=said_off("") + [untold] * (settings.target == DIGITS),
        alt="For each token that is asked, the probability of the right answer if the stream of "
        "numbers is read after each layer already.",
    )  # fmt: skip


def silenced(settings: Any) -> list[Panel]:
    """Accuracy without each head, and the loss, which moves where accuracy does not."""
    heads = int(settings.heads)
    labels = [head_name(a, heads).replace(", ", "<br>") for a in range(depth_of(settings))]
    xaxis = named([*labels, "all<br>heads"], 1 + len(labels) // 9)
    right = Chart("", "right answers", None, (0, 1.05), xaxis=xaxis)
    loss = Chart("", "loss", xaxis=xaxis, yaxis=FROM_ZERO)
    colors = [BLUE] * len(labels) + [TRAIN]
    for p, track, form in ((right, "without", ".0%"), (loss, "without_loss", ".3f")):
        p.bars(list(range(len(colors))), (track, None), color=colors, hover=f"%{{y:{form}}}")
    size: dict[str, Any] = {"width": 420, "height": HEIGHT, "grow": 1.2}
    return [
        right.panel(
            "silenced", title="Right answers without one head", **size,
            alt="Bars: share of right answers when one head is silent, for each head, and with "
            "all.",
        ),
        loss.panel(
            "losses_without", title="Loss without one head", **size,
            alt="Bars: cross-entropy when one head is silent, for each head, and with all of them.",
        ),
    ]  # fmt: skip


def losses(settings: Any) -> Panel:
    """The loss on new sequences over the updates, with all heads and without each."""
    p = Chart("updates", "cross-entropy", legend=True, unified=True, yaxis=FROM_ZERO)
    p.history("loss", name="all heads", color=TRAIN, width=2.5)
    _each_head(p, "without_loss", settings, "without ")
    return p.panel(
        "loss", title="Loss on new sequences, without one head", width=420, height=HEIGHT, grow=1.2,
        alt="Curves: cross-entropy on sequences that nothing is trained on, over the updates, with "
        "all heads and without each.",
    )  # fmt: skip


def entropies(settings: Any) -> Panel:
    """Entropy of each head's weights."""
    p = Chart("updates", "bits", legend=True, unified=True, yaxis=FROM_ZERO)
    _each_head(p, "entropy", settings)
    return p.panel(
        "entropy", title="Entropy of the weights: 0 looks at one token", width=420, height=HEIGHT,
        grow=1.2, alt="Mean entropy of each head's weights over the updates, in bits.",
    )  # fmt: skip


def _each_head(p: Chart, track: str, settings: Any, before: str = "") -> None:
    """A curve of each head: a color for each layer, a dash for each of its heads."""
    heads = int(settings.heads)
    for a in range(depth_of(settings)):
        p.history(track, a, name=before + head_name(a, heads),
                  color=(BLUE, ORANGE, TEST, GRAY)[a // heads],
                  dash=("", "dash", "dot", "dashdot")[a % heads])  # fmt: skip


def by_length(settings: Any) -> Panel:
    """The same networks on shorter and longer sequences."""
    sizes = lengths(settings)
    p = Chart("tokens", "right answers", None, (0, 1.05), legend=True, unified=True)
    p.line(sizes, ("by_length", None), name=f"layers: {settings.layers}", color=TRAIN,
           mode="lines+markers", hover="%{y:.0%}")  # fmt: skip
    if has_twin(settings):
        p.line(sizes, ("by_length_one", None), name="one layer", color=GRAY, mode="lines+markers",
               hover="%{y:.0%}")  # fmt: skip
    p.level(sizes[2], "trained on", axis="x")
    return p.panel(
        "by_length", title=f"Shorter and longer, positions: {settings.positions}", width=420,
        height=HEIGHT, grow=1.0,
        alt="Share of right answers on sequences from half to twice the length trained on.",
    )  # fmt: skip


def grid() -> Panel:
    """All pairs of modular addition."""
    p = Chart("b", "a", (-0.5, P - 0.5), (-0.5, P - 0.5), grid=False)
    p.image("grid", (-0.5, P - 0.5), (-0.5, P - 0.5), smooth=False, low=0, high=1,
            colors="sequential", colorbar="probability of the right sum")  # fmt: skip
    return p.panel(
        "grid", title="All pairs, learned from or not", width=330, height=HEIGHT, grow=1.0,
        alt="A map with a cell for each pair a, b: the probability of the right sum modulo 29.",
    )  # fmt: skip


def frequencies() -> Panel:
    """Fourier view of the embedding."""
    p = Chart("frequency", "share of the variance", None, None, yaxis=FROM_ZERO)
    p.bars(list(range(1, (P + 1) // 2)), ("spectrum", None), color=ORANGE, hover="%{y:.1%}")
    return p.panel(
        "frequencies", title="The embedding of 0 … 28, by frequency", width=330, height=HEIGHT,
        grow=1.0, alt="Bars: share of the embedding's variance at each frequency over the numbers.",
    )  # fmt: skip
