"""Panels of the graph attention page: the matrix of weights, and what masking does."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.graph_attention.settings import names_of
from core.experiments.graph_attention.study import SHUFFLES, Study, study
from core.figures.style import BLUE, ORANGE, RIVAL, axes, curve
from core.qm9.data.targets import TARGETS
from core.stage import Panel, history, plot, raster, tile

TARGET = {t.key: t for t in TARGETS}
LAYERS = ("#56b4e9", "#0877bd", "#009e73", "#cc79a7")
ABOVE: dict[str, Any] = {
    "showlegend": True,
    "legend": {"orientation": "h", "x": 0, "y": 1.01, "xanchor": "left", "yanchor": "bottom",
               "font": {"size": 12}, "itemwidth": 30},
}  # fmt: skip
MOST_NAMES = 24  # atoms whose names fit along an axis


def words_of(key: str) -> str:
    """Symbol and unit of a property."""
    return f"{TARGET[key].symbol} ({TARGET[key].unit})"


def matrix(settings: Any) -> Panel:
    """All weights as a matrix: row v, column u. Each row adds up to 1."""
    found, names = study(settings), names_of(settings.smiles)
    n = len(names)
    every = max(1, -(-n // MOST_NAMES))
    places = list(range(0, n, every))
    ticks = {"tickvals": places, "ticktext": [names[i] for i in places], "showgrid": False}
    down = {**ticks, "tickvals": [n - 1 - i for i in places]}
    limits = (-0.5, n - 0.5)
    figure = axes("u, who is heard", "v, who listens", limits, limits, ticks, down,
                  uirevision=settings.smiles, margin={"l": 62, "r": 10, "t": 10, "b": 50},
                  )  # fmt: skip
    alpha = found.attention[found.layer]
    alpha = alpha[found.head - 1] if found.head else alpha.mean(0)
    v, u = np.nonzero(found.open)
    figure.add_scatter(
        x=u.tolist(), y=(n - 1 - v).tolist(), mode="markers", opacity=0, marker={"size": 14},
        text=[f"{names[a]} gives {names[b]} {alpha[a, b]:.3f}" for a, b in zip(v, u, strict=True)],
        hovertemplate="%{text}<extra>learned</extra>",
    )  # fmt: skip
    tiles = [tile("matrix", limits, limits, low=0, high=1, colors="sequential", smooth=False,
                  origin="upper")]  # fmt: skip
    return raster(
        "matrix", figure, tiles, title="α: each row adds up to 1", width=300, height=300,
        alt="Matrix of weights: row v, column u, dark where v listens to u; each row adds up to 1.",
    )  # fmt: skip


def neighbors(settings: Any) -> list[Panel]:
    """What the atom gives each neighbor, beside what the prediction loses without that one."""
    found, names = study(settings), names_of(settings.smiles)
    v = names[found.v]
    who = [names[u] + ("<br>itself" if u == found.v else "") for u in found.N_v]
    shown = np.concatenate([found.alpha_v, found.alpha_v.mean(0, keepdims=True)])
    figure = _bars(who, shown, found.layers, "mean of all", "α, mean over the heads", "%{y:.3f}")
    share = 1 / len(who)
    figure.update_yaxes(range=(0, max(0.6, 1.08 * float(shown.max()))))
    figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=share, y1=share,
                     line={"color": RIVAL, "dash": "dash", "width": 1.5})  # fmt: skip
    figure.add_annotation(xref="paper", x=1, y=share, text=f"uniform {share:.2f}", xanchor="right",
                          yanchor="bottom", showarrow=False, font={"size": 11})  # fmt: skip
    change = _bars(who, found.change_v, found.layers, "all together",
                   f"change of {words_of(settings.target)}", "%{y:+.3g}")  # fmt: skip
    change.update_yaxes(zeroline=True, zerolinewidth=1.5)
    return [
        plot("given", figure, title=f"Attention: what {v} gives to whom", width=330, height=330,
             alt=f"Bars: the weight that {v} gives each neighbor and itself in each layer."),
        plot("masked", change, title=f"Perturbation: {v} no longer hears …", width=330, height=330,
             alt=f"Bars: change of the prediction when {v} no longer hears one neighbor, in each "
             "layer alone and in all layers."),
    ]  # fmt: skip


def _bars(who: list[str], values: Any, layers: int, last: str, title: str, hover: str) -> Any:
    """Grouped bars: a group for each neighbor, a bar for each layer and an orange one for all."""
    figure = axes("", title, None, None, margin={"l": 62, "r": 10, "t": 42, "b": 40},
                  barmode="group", bargap=0.25, **ABOVE)  # fmt: skip
    figure.update_layout(legend_title={"text": "layer ", "font": {"size": 12}})
    for layer in range(layers):
        figure.add_bar(
            x=who, y=_plain(values[layer]), name=str(layer + 1),
            marker={"color": LAYERS[layer % len(LAYERS)]}, hovertemplate=f"%{{x}}: {hover}",
        )  # fmt: skip
    figure.add_bar(x=who, y=_plain(values[-1]), name=last, marker={"color": ORANGE},
                   hovertemplate=f"%{{x}}: {hover}")  # fmt: skip
    return figure


def _plain(values: Any) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def prediction(settings: Any) -> Panel:
    """The property on the way from uniform to learned weights, and with shuffled ones."""
    found = study(settings)
    last, dealt = found.experiment.last, found.dealt
    every = np.concatenate([found.frames["prediction"], dealt])
    room = 0.08 * max(float(np.ptp(every)), 1e-3)
    limits = (float(every.min()) - room, float(every.max()) + room)
    figure = axes("step, from uniform to learned", words_of(settings.target), (0, last * 1.12),
                  limits, margin={"l": 62, "r": 10, "t": 42, "b": 46}, **ABOVE)  # fmt: skip
    figure.add_scatter(
        x=[last * 1.06] * SHUFFLES, y=dealt.tolist(), mode="markers", name="learned, but shuffled",
        marker={"color": ORANGE, "size": 8, "opacity": 0.7},
        hovertemplate="shuffled: %{y:.4g}<extra></extra>",
    )  # fmt: skip
    figure.add_trace(curve("prediction", BLUE))
    if settings.path == "layer by layer":
        _layer_marks(figure, found, last)
    return plot(
        "prediction", figure, [history(1, "prediction")], width=760, height=300, grow=2,
        title="The prediction on the way",
        alt="The predicted property over the steps from uniform to learned weights; beside it the "
        f"predictions of {SHUFFLES} random shuffles of the learned weights.",
    )  # fmt: skip


def _layer_marks(figure: Any, found: Study, last: int) -> None:
    """Which layer takes its weights when."""
    width = last / found.layers
    for layer in range(found.layers):
        figure.add_annotation(x=(layer + 0.5) * width, yref="paper", y=0, text=f"layer {layer + 1}",
                              yanchor="bottom", showarrow=False, font={"size": 11})  # fmt: skip
        figure.add_vline(x=(layer + 1) * width, line={"color": RIVAL, "width": 1, "dash": "dot"})


def ranks(settings: Any) -> Panel:
    """Weight against the effect of masking, for all directed edges of the molecule."""
    found, names = study(settings), names_of(settings.smiles)
    size = np.abs(found.change_e)
    rho = found.rank_correlation
    where = "all layers" if len(found.silent) > 1 else f"layer {found.layer + 1}"
    figure = axes(f"α, mean over the heads, {where}", f"|change of {words_of(settings.target)}|",
                  None, None, margin={"l": 62, "r": 10, "t": 42, "b": 46}, **ABOVE)  # fmt: skip
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(rangemode="tozero")
    here = found.edges[:, 1] == found.v
    label = f"u → {names[found.v]}"
    for chosen, name, color in ((~here, "other edges", BLUE), (here, label, ORANGE)):
        figure.add_scatter(
            x=found.alpha_e[chosen].tolist(), y=_plain(size[chosen]), mode="markers", name=name,
            marker={"color": color, "size": 9, "opacity": 0.8},
            text=[f"{names[u]} → {names[v]}" for u, v in found.edges[chosen]],
            hovertemplate="%{text}: α %{x:.3f}, change %{y:.3g}<extra></extra>",
        )  # fmt: skip
    said = "none: too few edges" if np.isnan(rho) else f"{rho:.2f}".replace("-", "−")
    return plot(
        "ranks", figure, title=f"All bonds, both ways: rank correlation {said}", width=360,
        height=330,
        alt="Scatter: weight of each directed edge against how far the prediction moves when it is "
        "masked.",
    )  # fmt: skip
