"""Panels of the boundaries page: decision map, network, hidden space, learning curves."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.boundaries.data import shown
from core.experiments.boundaries.figures_scores import confusion, loss_curves, probe_bars, readouts
from core.experiments.boundaries.pictures import NET, RANGES, feature_maps
from core.experiments.boundaries.settings import widths
from core.figures.style import SQUARE_X, SQUARE_Y, axes, by_label
from core.stage import Panel, bind, focus, network, plot, raster, tile

__all__ = [
    "confusion", "decision_map", "has_test", "hidden_space", "loss_curves", "network_panel",
    "probe_bars", "readouts",
]  # fmt: skip

EDGE = (-6.0, 6.0)
WHO = {"a/": " (now)", "b/": " (pinned)"}
TOOLS = {
    "trace": [0, 1],
    "kinds": [
        {"id": "blue", "label": "+ Blue"},
        {"id": "orange", "label": "+ Orange"},
        {"id": "move", "label": "Move"},
        {"id": "remove", "label": "Remove"},
    ],
}


def has_test(settings: Any) -> bool:
    """Whether there are test points; a handful of drawn points is trained on as a whole."""
    return bool(shown(settings)[1].any())


def decision_map(
    settings: Any, prefix: str = "", edit: bool = True, levels: int | None = None, test: bool = True
) -> Panel:
    """What the network says everywhere in the square, and the points that teach and test it."""
    (X, y), held_out = shown(settings)
    bare = {"showgrid": False}
    figure = axes(
        "x<sub>1</sub>", "x<sub>2</sub>", EDGE, EDGE, {**bare, **SQUARE_X}, {**bare, **SQUARE_Y}
    )
    for name, mask, marker in (
        ("training point", ~held_out, {"size": 8, "line": {"color": "white", "width": 1}}),
        ("test point", held_out, {"size": 7, "symbol": "circle", "opacity": 0.55,
                                  "line": {"color": "black", "width": 1}}),
    ):  # fmt: skip
        figure.add_scatter(
            x=X[mask, 0],
            y=X[mask, 1],
            mode="markers",
            name=name,
            visible=bool(test or name != "test point"),
            marker=by_label(y[mask], **marker),
            customdata=np.flatnonzero(mask),
            hovertemplate=f"{name}<br>x1 = %{{x:.2f}}<br>x2 = %{{y:.2f}}<br>label %{{text}}"
            "<extra></extra>",
        )
    words: dict[str, Any] = {"tools": TOOLS} if edit else {}
    neuron = {"track": f"{prefix}neurons", "index": f"focus:{prefix}neuron"}
    return raster(
        f"{prefix}map",
        figure,
        [tile(f"{prefix}map", EDGE, EDGE, instead=neuron, levels=levels)],
        title="Decision map" + WHO.get(prefix, ""),
        focused=f"Output of {{focus:{prefix}neuron}}" + WHO.get(prefix, ""),
        alt="Map of the network's output over the square from -6 to 6: blue where it is positive, "
        "orange where negative, with the points of both classes on it.",
        width=320,
        height=370,
        grow=1.2,
        **words,
    )


def network_panel(settings: Any, prefix: str = "") -> Panel:
    """The network: each neuron as the map of what it computes, each link as its weight."""
    d = widths(settings)
    maps = feature_maps(settings)
    names = [str(i + 1) for i in range(len(d) - 1)]
    layers = enumerate(d[1:-1], 1)
    neurons = [f"neuron {i + 1} of layer {layer}" for layer, width in layers for i in range(width)]
    inputs = [
        {"label": label, "map": base64.b64encode(image.tobytes()).decode()}
        for label, image in zip(settings.features, maps, strict=True)
    ]
    return network(
        f"{prefix}network",
        title="Network" + WHO.get(prefix, ""),
        alt=f"Network with {d[0]} features, hidden layers of {list(d[1:-1])} neurons, one output; "
        "line width shows the size of a weight, blue positive, orange negative.",
        inputs=inputs,
        sizes=list(d),
        weights=[f"{prefix}W{n}" for n in names],
        biases=[f"{prefix}b{n}" for n in names],
        maps=f"{prefix}neurons" if d[1:-1] else None,
        focus=focus(f"{prefix}neuron", labels=neurons, stays=False),
        output=f"{prefix}map",
        outputs=["y"],
        activation=settings.activation,
        residual=settings.residual,
        norm="" if settings.normalization == "none" else "norm",
        hint="Point at a neuron for its equation with these weights; click to edit them.",
        width=390,
        height=370,
        grow=1.5,
    )


def hidden_space(settings: Any, layer: int, prefix: str = "", three: bool = False) -> Panel:
    """Where layer `layer` puts the points, and the sheet that the input square becomes.

    Up to 3 neurons are shown as they are. Wider layers are projected: first the direction along
    which a linear probe separates the classes best, then the main directions across it.
    """
    (_, y), _ = shown(settings)
    width = widths(settings)[layer]
    direct = width <= 3
    bound = RANGES.get(settings.activation) if direct and not settings.residual else None
    limits = (-1.15 * bound, 1.15 * bound) if bound else None
    units = tuple(f"h<sub>{layer},{i + 1}</sub>" for i in range(3))
    names = units if direct else ("probe direction", "main direction", "second direction")
    letters = "xyz" if three else "xy"
    figure = _cube(names, limits) if three else axes(names[0], names[1], limits, limits)
    kind = go.Scatter3d if three else go.Scatter
    empty: dict[str, Any] = dict.fromkeys(letters, [])
    line = {"color": "rgba(128,128,128,0.55)", "width": 1}
    figure.add_trace(kind(mode="lines", line=line, hoverinfo="skip", **empty))
    hover = "%{x:.2f}, %{y:.2f}" + (", %{z:.2f}" if three else "") + "<extra></extra>"
    marker = by_label(y, size=3 if three else 6)
    figure.add_trace(kind(mode="markers", marker=marker, hovertemplate=hover, **empty))
    binds = []
    for column, letter in enumerate(letters):
        binds.append(bind(0, letter, f"{prefix}sheet{layer}", column, order=grid_lines(NET)))
        binds.append(bind(1, letter, f"{prefix}hidden{layer}", column))
    return plot(
        f"{prefix}hidden{'3' if three else ''}",
        figure,
        binds,
        fit=limits is None and not three,
        title=f"Hidden space of layer {layer}" + ("" if direct else f", {width} neurons projected"),
        alt=f"The points in the coordinates that hidden layer {layer} computes, with the sheet "
        "that the input square has become.",
        width=320,
        height=370,
    )


def _cube(names: Sequence[str], limits: tuple[float, float] | None) -> go.Figure:
    """Three titled axes that one can turn."""
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    scene: dict[str, Any] = {
        f"{letter}axis": {"title": {"text": name}, "range": limits}
        for letter, name in zip("xyz", names, strict=True)
    }
    scene |= {"aspectmode": "cube", "camera": {"eye": {"x": 1.7, "y": 1.7, "z": 0.9}}}
    return go.Figure(layout={"uirevision": "kept", "margin": margin, "scene": scene})


def grid_lines(n: int) -> list[int]:
    """Order of the points of an n x n grid that makes lines both ways; -1 lifts the pen."""
    grid = np.arange(n * n).reshape(n, n)
    order: list[int] = []
    for row in (*grid[::2], *grid.T[::2]):
        order += [*row.tolist(), -1]
    return order
