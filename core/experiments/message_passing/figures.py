"""Panels of the message-passing page: the molecule's tracks, the matrices, pooling, smoothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.experiments.message_passing.scene import Scene
from core.figures.style import BLUE, CATEGORIES, ORANGE, axes
from core.molecules.graph import FEATURE_NAMES
from core.stage import Panel, bind, plot, raster, readout, shade, tile

HEIGHT = 300
MINUS = "−"


def binds(scene: Scene) -> list[dict[str, Any]]:
    """What moves on the drawn molecule."""
    top, loud = scene.range, scene.loudest
    return [
        shade("atom", "color", label="h", low=-top, high=top, colors="signed"),
        shade("halo", "halo"),
        shade("message", "message", phase="phase", low=-loud, high=loud, colors="signed"),
    ]


def colors_said(scene: Scene) -> str:
    """Which channel the colors show, and their range."""
    d, top = scene.start.shape[1], f"{scene.range:.3g}"
    return f"Channel {scene.channel + 1} of {d}: {MINUS}{top} orange, 0 gray, +{top} blue"


def matrices(scene: Scene) -> list[Panel]:
    """Equation (5.11) with the numbers of this layer, or the messages where psi is a network."""
    names, d = scene.labels, scene.start.shape[1]
    shown = [f"channel {c + 1}" for c in scene.columns]
    every = [f"channel {c + 1}" for c in range(d)]
    first = f"channel {scene.channel + 1} and more"
    state = (-3.0, 3.0)
    top = max(float(one.m[:, scene.columns].abs().max()) for one in scene.rounds) or 1.0
    sums = (-top, top)
    weights = _weights(scene)
    wide: Any = {"width": 330, "grow": 2, "x": f"{d} channels"}
    H = _matrix(scene, "H", "H, normalized states h", every, names, state, **wide)
    product = f"{weights['sign']} H W, sums of messages"
    if scene.rounds[0].W is None:
        loud = (-scene.loudest, scene.loudest)
        title = f"Messages ψ in channel {scene.channel + 1}"
        psi = _matrix(scene, "psi", title, names, names, loud, x="from u", y="to v")
        middle, product = [psi], "m, sums of the messages"
    else:
        largest = max(
            float(one.W.detach().abs().max()) for one in scene.rounds if one.W is not None
        )
        limits = (-largest / 2, largest / 2)
        title = f"W, {len(shown)} of {d} columns"
        middle = [_matrix(scene, "W", title, shown, every, limits, x=first)]
    last = "σ( · + b), added to h" if scene.rounds[0].W is not None else "φ, added to h"
    return [
        _matrix(scene, "A", weights["title"], names, names, (0.0, weights["high"]),
                colors="sequential", x="from u", y="to v"),
        H,
        *middle,
        _matrix(scene, "product", product, shown, names, sums, x=first),
        _matrix(scene, "out", last, shown, names, sums, x=first),
    ]  # fmt: skip


def _weights(scene: Scene) -> Any:
    """How the matrix of weights between atoms is called."""
    head = f"α of head {scene.head + 1}, learned"
    return {
        "gcn": {"sign": "Ã", "title": "Ã, fixed weights c", "high": 1},
        "gat": {"sign": "α", "title": head, "high": 1},
        "mpnn": {"sign": "A", "title": "A, who is bonded to whom", "high": 1.5},
    }[scene.settings.model]


def _matrix(
    scene: Scene,
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[str],
    limits: tuple[float, float],
    colors: str = "signed",
    width: int = 220,
    grow: float = 1,
    x: str = "",
    y: str = "",
) -> Panel:
    """A matrix as a picture, first row on top; the row of the atom looked at is framed."""
    n, m = len(rows), len(columns)
    figure = axes(x, y, (-0.5, m - 0.5), (-0.5, n - 0.5), _ticks(columns), _ticks(rows, True))
    figure.add_trace(_hover(n, m))
    if len(rows) == len(scene.molecule):
        at = n - 1 - scene.atom
        frame = {"color": CATEGORIES[3], "width": 2.5}
        box = {"x0": -0.5, "x1": m - 0.5, "y0": at - 0.5, "y1": at + 0.5}
        figure.add_shape(type="rect", line=frame, **box)
    bottom = (
        34 if n <= 10 or list(columns) != scene.labels else 54
    )  # many names are written upright
    left = 42 if list(rows) == scene.labels else 12
    figure.update_layout(margin={"l": left, "r": 6, "t": 6, "b": bottom})
    painted = tile(
        name, (-0.5, m - 0.5), (-0.5, n - 0.5), low=limits[0], high=limits[1], colors=colors,
        origin="upper", smooth=False,
    )  # fmt: skip
    shown = {"title": title, "width": width, "height": HEIGHT, "grow": grow}
    alt = f"{title}: {n} rows, {m} columns; orange is negative, blue is positive."
    return raster(name, figure, [painted], [bind(0, "z", name)], alt=alt, **shown)


def _hover(n: int, m: int) -> go.Heatmap:
    """Invisible cells that say their number: the picture lies beneath."""
    return go.Heatmap(
        y=list(range(n - 1, -1, -1)), x=list(range(m)), z=[[0.0] * m] * n, opacity=0,
        showscale=False, hovertemplate="row %{y}, column %{x}: %{z:.3g}<extra></extra>",
    )  # fmt: skip


def _ticks(names: Sequence[str], down: bool = False) -> dict[str, Any]:
    """Names along an axis; of many columns only hovering tells."""
    n = len(names)
    values = [n - 1 - i for i in range(n)] if down else list(range(n))
    few = n <= 64 and not names[0].startswith("channel")
    size = 11 if n <= 14 else 9 if n <= 24 else 6
    shown = {"tickmode": "array", "tickvals": values, "ticktext": list(names), "showgrid": False}
    return {**shown, "showticklabels": few, "tickfont": {"size": size}, "ticks": ""}


def pooled(scene: Scene) -> Panel:
    """h_G as one row, filling up atom by atom."""
    d = scene.start.shape[1]
    names = [f"channel {c + 1}" for c in range(d)]
    figure = axes("", "", (-0.5, d - 0.5), (-0.5, 0.5), _ticks(names), _ticks(["h_G"]))
    figure.add_trace(_hover(1, d))
    figure.update_layout(margin={"l": 42, "r": 6, "t": 4, "b": 6})
    high = float(scene.last.sum(0).abs().max())
    cells = tile("pooled", (-0.5, d - 0.5), (-0.5, 0.5), low=-high, high=high, colors="signed",
                 smooth=False)  # fmt: skip
    words = {"title": "h_G, the sum of all normalized last states (5.12)", "width": 520}
    alt = "One cell for each channel of the pooled state; it fills when the atoms are summed."
    binds_ = [bind(0, "z", "pooled")]
    return raster("pooled", figure, [cells], binds_, height=74, grow=2, alt=alt, **words)


def features(scene: Scene) -> Panel:
    """What every atom starts with, figure 14 (c)."""
    names, rows, n = list(FEATURE_NAMES), scene.labels, len(scene.molecule)
    figure = axes("", "", (-0.5, 10.5), (-0.5, n - 0.5), _ticks(names), _ticks(rows, True))
    figure.add_trace(_hover(n, 11))
    figure.update_layout(margin={"l": 42, "r": 6, "t": 4, "b": 62})
    cells = tile("X", (-0.5, 10.5), (-0.5, n - 0.5), low=0, high=4, colors="sequential",
                 origin="upper", smooth=False)  # fmt: skip
    words = {"title": "Features, as in figure 14", "width": 300}
    alt = "One row for each atom, one column for each feature of appendix A."
    return raster("X", figure, [cells], [bind(0, "z", "X")], height=240, alt=alt, **words)


CURVES = {
    "network": ("the trained layers, then the same again", BLUE, "solid"),
    "bare": ("the same without norm and skip", CATEGORIES[3], "dash"),
    "averaging": ("no weights: h ← Ã h", ORANGE, "dot"),
}


def smoothing(scene: Scene) -> Panel:
    """How different atoms still are, over depth; the dot is where the film is."""
    layers = len(scene.rounds)
    deepest = len(scene.curves["network"]) - 1
    edge = (-0.6, deepest + 0.6)
    figure = axes("layers", "mean ‖ĥ_u − ĥ_v‖,  ĥ = h / ‖h‖", edge, (0, 1.5))
    for name, (said, color, dash) in CURVES.items():
        values = scene.curves[name]
        figure.add_scatter(
            x=list(range(len(values))), y=values.round(6).tolist(), name=said, mode="lines",
            line={"color": color, "width": 2, "dash": dash}, hovertemplate="%{x}: %{y:.3f}",
        )  # fmt: skip
    figure.add_vline(x=layers, line={"color": "#8c8c8c", "width": 1, "dash": "dot"})
    text = f"trained depth {layers}"
    place = {"x": layers, "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "top"}
    figure.add_annotation(text=text, showarrow=False, font={"size": 11}, **place)
    figure.add_scatter(x=[0], y=[0], mode="markers", name="now", showlegend=False,
                       marker={"size": 12, "color": BLUE}, hoverinfo="skip")  # fmt: skip
    legend = {"orientation": "h", "x": 0, "y": -0.24, "yanchor": "top", "font": {"size": 11}}
    figure.update_layout(margin={"l": 48, "r": 8, "t": 8, "b": 96}, legend=legend, showlegend=True)
    return plot(
        "smoothing",
        figure,
        [bind(3, "x", "reached", 0), bind(3, "y", "reached", 1)],
        title="Over-smoothing: do atoms become alike?",
        alt="Mean distance between the states of two atoms, each scaled to length 1, over depth.",
        width=300,
        height=430,
        grow=0.9,
    )


def readouts(scene: Scene) -> list[dict[str, Any]]:
    """The numbers under the film's bar."""
    return [
        readout("layer", "Round", "d"),
        readout("field", f"{scene.labels[scene.atom]} depends on atoms", "d"),
        readout("summed", "Atoms in h_G", "d"),
    ]
