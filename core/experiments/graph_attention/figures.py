"""Panels of the graph attention page: molecules with weights on their bonds, and the equations."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.graph_attention.figures_words import equations, readouts
from core.experiments.graph_attention.settings import names_of
from core.experiments.graph_attention.study import SHUFFLES, Study, study
from core.figures.chart import FROM_ZERO, WIDE, Chart
from core.figures.matrix import matrix
from core.figures.style import BLUE, ORANGE
from core.molecules.picture import picture
from core.qm9.data.targets import TARGET
from core.stage import Panel, fold, graph, line, shade

__all__ = ["panels", "readouts"]


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    drawn = picture(settings.smiles)
    molecule, even = molecules(settings, drawn)
    return [
        molecule, *neighbors(settings), equations(settings),
        *fold("uniform", "Uniform weights, for comparison", even),
        *fold("ranks", "All bonds: weight against effect", ranks(settings)),
        *fold("matrix", "All weights as a matrix", matrix_of_weights(settings)),
        *fold("way", "The prediction, from uniform to learned", prediction(settings)),
        *fold("heads", "Each head", *heads(settings, drawn)),
    ]  # fmt: skip


def column(found: Study, head: int | None = None) -> int:
    """Column of the tracks `arrows` and `loops`: head 0 is the mean over heads."""
    return found.layer * (found.heads + 1) + (found.head if head is None else head)


def weights_on(column_: int) -> list[dict[str, Any]]:
    """Arrows as wide as alpha_uv, and a disc for the weight of an atom for itself."""
    return [shade("arrow", "arrows", column_), shade("halo", "loops", column_, soft=True)]


def molecules(settings: Any, drawn: dict[str, Any]) -> list[Panel]:
    """The molecule with the weights in use at this frame; beside it the left half of figure 12."""
    found = study(settings)
    head = "mean of the heads" if not found.head else f"head {found.head}"
    numbers = list(range(1, 1 + len(found.open)))  # beside each atom's letter, as in C2
    binds = [*weights_on(column(found)), shade("label", "labels", format=".2f")]
    alike = [shade("arrow", "even"), shade("halo", "even_loops", soft=True),
             shade("label", "even_labels", format=".2f")]  # fmt: skip
    return [
        graph(
            "molecule", drawn, binds, title=f"Attention: layer {found.layer + 1}, {head}",
            selected=found.v, numbers=numbers, width=440, height=440, grow=1.4, arrows=True,
            alt="The molecule; an arrow from u to v is as wide as the weight that v gives u, the "
            "disc under an atom as wide as the weight that it gives itself. A click on an atom "
            "looks at it, on an arrow silences that neighbor or lets it speak again.",
        ),
        graph(
            "even", drawn, alike, title="Uniform: 1 / |N(v)|", selected=found.v, numbers=numbers,
            width=280, height=440,
            alt="The same molecule with equal weights for all neighbors of an atom.",
        ),
    ]  # fmt: skip


def heads(settings: Any, drawn: dict[str, Any]) -> list[Panel]:
    """One small molecule for each head of the layer."""
    found = study(settings)
    return [
        graph(
            f"head{head}", drawn, weights_on(column(found, head)), letters=False,
            title=f"Head {head}", selected=found.v, width=200, height=220,
            alt=f"Weights of head {head} in layer {found.layer + 1} on the bonds.",
        )
        for head in range(1, found.heads + 1)
    ]  # fmt: skip


LAYERS = ("#56b4e9", "#0877bd", "#009e73", "#cc79a7")
MOST_NAMES = 24  # atoms whose names fit along an axis


def matrix_of_weights(settings: Any) -> Panel:
    """All weights as a matrix: row v, column u. Each row adds up to 1."""
    found, names = study(settings), names_of(settings.smiles)
    n = len(names)
    p = matrix(
        "matrix", names, names, {"low": 0, "high": 1, "colors": "sequential"}, hover="",
        x="u, who is heard", y="v, who listens", every=max(1, -(-n // MOST_NAMES)),
        uirevision=settings.smiles, **WIDE,
    )  # fmt: skip
    alpha = found.attention[found.layer]
    alpha = alpha[found.head - 1] if found.head else alpha.mean(0)
    v, u = np.nonzero(found.open)
    p.points(
        u, n - 1 - v, opacity=0, size=14, hover="%{text}<extra>learned</extra>",
        text=[f"{names[a]} gives {names[b]} {alpha[a, b]:.3f}" for a, b in zip(v, u, strict=True)],
    )  # fmt: skip
    return p.panel(
        "matrix", title="α: each row adds up to 1", width=300, height=300,
        alt="Matrix of weights: row v, column u, dark where v listens to u; each row adds up to 1.",
    )  # fmt: skip


def neighbors(settings: Any) -> list[Panel]:
    """What the atom gives each neighbor, beside what the prediction loses without that one."""
    found, names = study(settings.replace(silence=0)), names_of(settings.smiles)
    v = names[found.v]
    who = [names[u] + ("<br>itself" if u == found.v else "") for u in found.N_v]
    shown = np.concatenate([found.alpha_v, found.alpha_v.mean(0, keepdims=True)])
    given = Chart("", "α, mean over the heads", None, (0, max(0.6, 1.08 * float(shown.max()))),
                  legend=True, **GROUPS)  # fmt: skip
    _bars(given, who, shown, "mean of all", "%{y:.3f}")
    given.level(1 / len(who))
    change = Chart("", f"change of {TARGET[settings.target].title}", legend=True,
                   yaxis={"zeroline": True, "zerolinewidth": 1.5}, **GROUPS)  # fmt: skip
    _bars(change, who, found.change_v, "all together", "%{y:+.3g}")
    return [
        given.panel(
            "given", title=f"Attention: what {v} gives to whom", width=300, height=440,
            caption=[line(f"Dashed: uniform weights, {1 / len(who):.2f} each.")],
            alt=f"Bars: the weight that {v} gives each neighbor and itself in each layer.",
        ),
        change.panel(
            "masked", title=f"Perturbation: {v} no longer hears …", width=300, height=440,
            alt=f"Bars: change of the prediction when {v} no longer hears one neighbor, in each "
            "layer alone and in all layers.",
        ),
    ]  # fmt: skip


GROUPS: dict[str, Any] = {"barmode": "group", "bargap": 0.25, **WIDE}


def _bars(p: Chart, who: list[str], values: Any, last: str, hover: str) -> None:
    """A group for each neighbor, a bar for each layer and an orange one for all."""
    *each, every = values
    for layer, row in enumerate(each):
        p.bars(who, row, name=f"layer {layer + 1}", color=LAYERS[layer % len(LAYERS)],
               hover=f"%{{x}}: {hover}<extra>layer {layer + 1}</extra>")  # fmt: skip
    p.bars(who, every, name=last, color=ORANGE, hover=f"%{{x}}: {hover}<extra>{last}</extra>")


def prediction(settings: Any) -> Panel:
    """The property on the way from uniform to learned weights, and with shuffled ones."""
    found = study(settings)
    last, dealt = found.experiment.last, found.dealt
    every = np.concatenate([found.frames["prediction"], dealt])
    room = 0.08 * max(float(np.ptp(every)), 1e-3)
    limits = (float(every.min()) - room, float(every.max()) + room)
    p = Chart("step, from uniform to learned", TARGET[settings.target].title, (0, last * 1.12),
              limits, legend=True, **WIDE)  # fmt: skip
    p.points([last * 1.06] * SHUFFLES, dealt, name="learned, but shuffled", color=ORANGE, size=8,
             marker={"opacity": 0.7}, hover="shuffled: %{y:.4g}")  # fmt: skip
    p.history("prediction", name="prediction")
    if settings.path == "layer by layer":
        _layer_marks(p, found, last)
    return p.panel(
        "prediction", width=760, height=300, grow=2, title="The prediction on the way",
        alt="The predicted property over the steps from uniform to learned weights; beside it the "
        f"predictions of {SHUFFLES} random shuffles of the learned weights.",
    )  # fmt: skip


def _layer_marks(p: Chart, found: Study, last: int) -> None:
    """Which layer takes its weights when."""
    width = last / found.layers
    for layer in range(found.layers):
        p.note(f"layer {layer + 1}", x=(layer + 0.5) * width, yref="paper", y=0, yanchor="bottom")
        p.level((layer + 1) * width, axis="x", width=1, dash="dot")


def ranks(settings: Any) -> Panel:
    """Weight against the effect of masking, for all directed edges of the molecule."""
    found, names = study(settings.replace(silence=0)), names_of(settings.smiles)
    size, rho = np.abs(found.change_e), found.rank_correlation
    where = "all layers" if len(found.silent) > 1 else f"layer {found.layer + 1}"
    p = Chart(f"α, mean over the heads, {where}", f"|change of {TARGET[settings.target].title}|",
              xaxis=FROM_ZERO, yaxis=FROM_ZERO, legend=True, **WIDE)  # fmt: skip
    here = found.edges[:, 1] == found.v
    label = f"u → {names[found.v]}"
    for chosen, name, color in ((~here, "other edges", BLUE), (here, label, ORANGE)):
        p.points(
            found.alpha_e[chosen], size[chosen], name=name, color=color, size=9,
            text=[f"{names[u]} → {names[v]}" for u, v in found.edges[chosen]],
            marker={"opacity": 0.8}, hover="%{text}: α %{x:.3f}, change %{y:.3g}",
        )  # fmt: skip
    said = "none: too few edges" if np.isnan(rho) else f"{rho:.2f}".replace("-", "−")
    return p.panel(
        "ranks", width=360, height=440, title=f"All bonds, both ways: rank correlation {said}",
        alt="Scatter: weight of each directed edge against how far the prediction moves when it is "
        "masked.",
    )  # fmt: skip
