"""Panels of the boundaries page: decision map, network, hidden space, learning curves."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.boundaries_pictures import NET, RANGES, feature_maps
from core.experiments.boundaries_settings import is_regression, shown, widths
from core.figures.style import (
    BLUE,
    SQUARE_X,
    SQUARE_Y,
    TEST,
    TRAIN,
    axes,
    by_label,
    curve,
    legend,
    log_switch,
)
from core.stage import Panel, bind, history, network, plot, raster, readout, tile

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
    return raster(
        f"{prefix}map",
        figure,
        [tile(f"{prefix}map", EDGE, EDGE, focusable=True, levels=levels)],
        title="Decision map" + WHO.get(prefix, ""),
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
        output=f"{prefix}map",
        outputs=["y"],
        activation=settings.activation,
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
    (_, y), held_out = shown(settings)
    width = widths(settings)[layer]
    direct = width <= 3
    names = [f"h<sub>{layer},{i + 1}</sub>" for i in range(3)] if direct else [
        "probe direction", "main direction", "second direction"]  # fmt: skip
    bound = RANGES.get(settings.activation) if direct and not settings.residual else None
    limits = (-1.15 * bound, 1.15 * bound) if bound else None
    sheet, points = f"{prefix}sheet{layer}", f"{prefix}hidden{layer}"
    order = grid_lines(NET)
    words = {
        "title": f"Hidden space of layer {layer}"
        + ("" if direct else f" ({width} neurons, projected)"),
        "alt": f"The points in the coordinates that hidden layer {layer} computes, with the sheet "
        "that the input square has become.",
        "width": 320,
        "height": 370,
    }
    marker = by_label(y, size=3 if three else 6)
    columns = enumerate("xyz" if three else "xy")
    binds = []
    for column, axis in columns:
        binds += [bind(0, axis, sheet, column, order=order), bind(1, axis, points, column)]
    if three:
        figure = go.Figure(
            layout={"uirevision": "kept", "margin": {"l": 0, "r": 0, "t": 0, "b": 0}}
        )
        figure.update_scenes(
            {
                f"{axis}axis": {"title": {"text": name}, "range": limits}
                for axis, name in zip("xyz", names, strict=True)
            }
        )
        kind = go.Scatter3d
    else:
        figure = axes(names[0], names[1] if width > 1 else "", limits, limits)
        kind = go.Scatter
    line = {"color": "rgba(128,128,128,0.55)", "width": 1}
    empty: dict[str, Any] = dict.fromkeys("xyz" if three else "xy", [])
    figure.add_trace(kind(mode="lines", line=line, hoverinfo="skip", **empty))
    figure.add_trace(
        kind(
            mode="markers",
            marker=marker,
            hovertemplate="%{x:.2f}, %{y:.2f}<extra></extra>",
            **empty,
        )
    )
    return plot(f"{prefix}hidden{'3' if three else ''}", figure, binds, fit=limits is None, **words)


def grid_lines(n: int) -> list[int]:
    """Order of the points of an n x n grid that makes lines both ways; -1 lifts the pen."""
    grid = np.arange(n * n).reshape(n, n)
    order: list[int] = []
    for row in (*grid[::2], *grid.T[::2]):
        order += [*row.tolist(), -1]
    return order


@lru_cache(maxsize=64)
def loss_curves(seeds: int, prefix: str = "", rival: bool = False) -> Panel:
    """Training and test loss over the updates; several seeds as a band from worst to best."""
    figure = legend(log_switch(axes("updates", "loss", None, None)))
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(margin={"l": 52, "r": 10, "t": 30, "b": 40}, hovermode="x unified")
    binds = []
    if seeds > 1:
        for track, color in (("loss_seeds", TRAIN), ("test_loss_seeds", TEST)):
            for column, words in (("min", {}), ("max", {"fill": "tonexty"})):
                binds.append(history(len(figure.data), f"{prefix}{track}", column, dot=False))
                figure.add_trace(
                    curve(f"{column} of {seeds} seeds", color, line={"width": 0},
                          fillcolor=_faint(color), showlegend=False, **words)
                )  # fmt: skip
    for track, name, color in (("loss", "training", TRAIN), ("test_loss", "test", TEST)):
        binds.append(history(len(figure.data), f"{prefix}{track}"))
        figure.add_trace(curve(name, color))
    if rival:
        binds.append(history(len(figure.data), "b/test_loss"))
        figure.add_trace(curve("test, pinned run", "#8c8c8c", line={"dash": "dash"}))
    return plot(
        f"{prefix}loss",
        figure,
        binds,
        title="Loss",
        alt="Training and test loss over the number of updates.",
        width=330,
        height=260,
    )


@lru_cache(maxsize=64)
def probe_bars(layers: int, regression: bool = False, prefix: str = "") -> Panel:
    """How well a straight cut separates the classes in the input and after each layer."""
    names = ["input", *(f"layer {i + 1}" for i in range(layers))]
    what = "R<sup>2</sup>" if regression else "accuracy"
    figure = axes("", f"linear probe {what}", None, (0, 1.05))
    figure.add_bar(
        x=names,
        y=[0] * len(names),
        marker={"color": BLUE},
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    return plot(
        f"{prefix}probe",
        figure,
        [bind(0, "y", f"{prefix}probe")],
        title="Separable by a straight cut?",
        alt="Accuracy of a linear probe on the input and on each hidden layer.",
        width=240,
        height=260,
        grow=0.7,
    )


@lru_cache(maxsize=4)
def confusion(prefix: str = "") -> Panel:
    """Test points by true and predicted class."""
    figure = axes("predicted", "true", None, None)
    names = ["orange", "blue"]
    figure.add_heatmap(
        x=names, y=names, z=[[0, 0], [0, 0]], texttemplate="%{z}", showscale=False,
        colorscale=[[0, "rgba(8,119,189,0.05)"], [1, "rgba(8,119,189,0.75)"]],
        hovertemplate="true %{y}, predicted %{x}: %{z}<extra></extra>", textfont={"size": 16},
    )  # fmt: skip
    figure.update_layout(margin={"l": 70, "r": 10, "t": 10, "b": 40})
    return plot(
        f"{prefix}confusion",
        figure,
        [bind(0, "z", f"{prefix}confusion")],
        title="Confusion on test points",
        alt="Number of test points by true and predicted class.",
        width=220,
        height=260,
        grow=0.6,
    )


def readouts(settings: Any, prefix: str = "", who: str = "") -> list[dict[str, Any]]:
    """The numbers under the stage."""
    share = "r2" if is_regression(settings) else "accuracy"
    name, form = ("R²", ".3f") if share == "r2" else ("accuracy", ".1%")
    found = [
        readout(f"{prefix}loss", who + "Training loss", color=TRAIN),
        readout(f"{prefix}test_loss", who + "Test loss", color=TEST),
        readout(f"{prefix}{share}", f"{who}Training {name}", form, color=TRAIN),
        readout(f"{prefix}test_{share}", f"{who}Test {name}", form, color=TEST),
    ]
    if settings.activation == "linear" and settings.normalization == "none":
        for i, feature in enumerate(settings.features):
            found.append(readout(f"{prefix}W_prime", f"W′ {feature}", column=i))
        found.append(readout(f"{prefix}b_prime", "b′"))
    return found


def _faint(color: str) -> str:
    r, g, b = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r},{g},{b},0.18)"
