"""The bench of the attention page: q, k and v of one query, to be dragged."""

from __future__ import annotations

from typing import Any

from core.experiments.attention.hand import LIMIT
from core.experiments.attention.notes import head_name
from core.experiments.attention.problems import PROBLEMS
from core.experiments.attention.settings import looked_at, silent, tokens
from core.figures.chart import Chart
from core.figures.style import BLUE, ORANGE
from core.stage import Panel, drag, line

HEIGHT, FEW = 330, 4
AT = [("off_said", 1, "d"), ("off_said", 2, "d")]  # layer and head of the one that is off
MANY = ("off_said", 3, "d")
CELLS = {"low": -LIMIT, "high": LIMIT, "colors": "signed", "smooth": False, "origin": "upper"}


def silence(settings: Any) -> list[dict[str, Any]]:
    """Which heads are off, and what that costs: in this frame, whenever they were switched off."""
    lookup = PROBLEMS[settings.target].lookup
    measured = [("loss", "loss", ".2f"), ("right", "accuracy", ".0%")]
    measured += [(lookup, "lookup", ".2f")] if lookup else []
    text = ", ".join(
        f"{name} {{}} ({'with all: ' * (not k)}{{}})" for k, (name, *_) in enumerate(measured)
    )
    values = [
        (track, 0, form)
        for _, name, form in measured
        for track in (f"{name}_off", "best_lookup" if name == "lookup" else name)
    ]
    return [
        *_silent_here(settings),
        line(f"Layer {{}}, head {{}} is off: {text}.", *AT, *values, when=("off_said", 0, 1)),
        line(f"{{}} heads are off: {text}.", MANY, *values, when=("off_said", 0, 2)),
    ]


def _silent_here(settings: Any) -> list[dict[str, Any]]:
    """Of a frame that was made with all heads: what it costs to leave out those that are off now.

    All heads are left out one by one in each frame; several at once only where they were off.
    """
    off, here = silent(settings), ("off_said", 0, 0)
    if not off:
        words = (
            "All heads speak. The switch over a map silences its head, in any frame of the film; "
            "training goes on with all."
        )
        return [line(words, when=here, mark="muted")]
    names = [head_name(a, int(settings.heads)) for a in off[:FEW]]
    alone = [("without_loss", a, ".2f") for a in off[:FEW]]
    if len(off) == 1:
        text = (
            f"Without {names[0]} this frame has loss {{}} (with all: {{}}), right {{}} ({{}}). Its "
            "maps are with all heads, those of the newest frame without this one."
        )
        right = [("without", off[0], ".0%"), ("accuracy", 0, ".0%")]
        return [line(text, *alone, ("loss", 0, ".2f"), *right, when=here)]
    each = "; ".join(f"without {name} {{}}" for name in names)
    text = (
        f"The newest frame is without {len(off)} heads. This one has loss {{}} with all; with one "
        f"left out, {each}."
    )
    return [line(text, ("loss", 0, ".2f"), *alone, when=here)]


def said_off(words: str) -> list[dict[str, Any]]:
    """On a panel of the shown sequence: without which heads it is, and `words` where one is off."""
    return [
        line("With all heads.", when=("off_said", 0, 0), mark="muted"),
        line(f"Without layer {{}}, head {{}}.{words}", *AT, when=("off_said", 0, 1)),
        line(f"Without {{}} heads.{words}", MANY, when=("off_said", 0, 2)),
    ]


def bench(settings: Any) -> list[Panel]:
    """Its panels."""
    return [
        cells(settings, "k", "kⱼ: what each key says of itself", HEIGHT),
        weights(settings),
        cells(settings, "v", "vⱼ: what each has to say", HEIGHT),
        cells(settings, "q", "q: what the token asks for", 150),
    ]


def cells(settings: Any, part: str, title: str, height: int) -> Panel:
    """One part as a sheet of cells, a row for each token, to be dragged up and down."""
    e = settings.width // int(settings.heads)
    query = looked_at(settings)["query"]
    names = tokens(settings)[query : query + 1] if part == "q" else tokens(settings)
    n = len(names)
    yaxis = {**named(names[::-1], 1 if n <= 32 else 2), "ticks": ""}
    p = Chart("number", "", (-0.5, e - 0.5), (-0.5, n - 0.5), yaxis=yaxis, grid=False,
              margin={"l": 34})  # fmt: skip
    p.image(f"hand_{part}", (-0.5, e - 0.5), (-0.5, n - 0.5), colorbar=part, **CELLS)
    return p.panel(
        f"hand_{part}", title=title, width=330, height=height, grow=1.0,
        drag=drag(part, f"hand_{part}", tile=0, low=-LIMIT, high=LIMIT),
        alt=f"A sheet of cells: the numbers of {part}, a row for each token. A cell is dragged up "
        "and down.",
    )  # fmt: skip


def weights(settings: Any) -> Panel:
    """Weights as learned and as set by hand."""
    names = tokens(settings)
    p = Chart("", "α", None, (0, 1.05), legend=True, barmode="group",
              xaxis={**named(names), "title": {"text": "key j"}})  # fmt: skip
    places_ = list(range(len(names)))
    for column, (name, color) in enumerate((("learned", BLUE), ("by hand", ORANGE))):
        p.bars(places_, ("hand_alpha", column), name=name, color=color, hover="%{y:.3f}")
    vector = "({}, {}, {}, {}, …)"
    said = [line("Of token {}, in layer {}, head {}. A click on a map chooses others.",
                 *(("hand_at", c, "d") for c in range(3)), mark="muted")]  # fmt: skip
    said += [
        line(f"Σ α v, {name}: {vector}", *(("hand_h", [row, c], ".2f") for c in range(FEW)))
        for row, name in enumerate(("learned", "by hand"))
    ]
    return p.panel(
        "by_hand", title="What the token gives whom, as learned and by hand", width=420,
        height=HEIGHT, grow=1.2, caption=said,
        alt="Bars: weights of one query as learned, and with the cells and the temperature "
        "that are set by hand.",
    )  # fmt: skip


def named(names: list[str], every: int = 1) -> dict[str, Any]:
    """An axis of names."""
    return {"tickmode": "array", "tickvals": list(range(0, len(names), every)),
            "ticktext": names[::every], "tickangle": 0,
            "tickfont": {"size": 11 if len(names) <= 32 else 8}}  # fmt: skip
