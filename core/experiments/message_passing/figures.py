"""Panels of the message-passing page: the molecule's tracks, the matrices, pooling, smoothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.experiments.message_passing.figures_words import labels, worked
from core.experiments.message_passing.scene import Scene, scene_of
from core.figures.chart import Chart
from core.figures.matrix import matrix
from core.figures.style import BLUE, CATEGORIES, ORANGE
from core.molecules.graph import FEATURE_NAMES
from core.molecules.picture import picture
from core.stage import Panel, fold, graph, readout, shade

MINUS = "−"


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    scene = scene_of(settings)
    return [
        molecule(scene), worked(scene), pooled(scene), labels(scene), features(scene),
        *fold("matrices", "The matrices of this layer, with their numbers", *matrices(scene)),
        *fold("smoothing", "Over-smoothing: what many layers do to the states", smoothing(scene)),
    ]  # fmt: skip


def molecule(scene: Scene) -> Panel:
    """The molecule in the colors of the chosen channel, and what moves on it."""
    d, top, loud = scene.start.shape[1], scene.range, scene.loudest
    binds = [
        shade("atom", "color", label="h", low=-top, high=top, colors="signed"),
        shade("halo", "halo"),
        shade("message", "message", phase="phase", low=-loud, high=loud, colors="signed"),
        shade("edge", "sent", format=".2f"),
    ]
    colors = f"{MINUS}{top:.3g} orange, 0 gray, +{top:.3g} blue"
    return graph(
        "molecule", picture(scene.settings.smiles), binds, selected=scene.drawn,
        numbers=scene.numbers, width=460, height=430, grow=1.4,
        title=f"Channel {scene.channel + 1} of {d}: {colors}",
        alt="The molecule; the color of an atom is one channel of its state; beside the bonds of "
        "the atom looked at stand the messages that it gets.",
    )  # fmt: skip


def matrices(scene: Scene) -> list[Panel]:
    """Equation (5.11) with the numbers of this layer, or the messages where psi is a network."""
    names, d = scene.labels, scene.start.shape[1]
    shown, every = ([f"channel {c + 1}" for c in which] for which in (scene.columns, range(d)))
    first = f"channel {scene.channel + 1} and more"
    top = max(float(one.m[:, scene.columns].abs().max()) for one in scene.rounds) or 1.0
    sign, weights, high = _weights(scene)
    W = [float(one.W.detach().abs().max()) for one in scene.rounds if one.W is not None]
    if W:
        title, half = f"W, {len(shown)} of {d} columns", max(W) / 2
        middle = _matrix(scene, "W", title, every, shown, half, x=first)
        product, last = f"{sign} H W, sums of messages", "σ( · + b), added to h"
    else:
        title = f"Messages ψ in channel {scene.channel + 1}"
        middle = _matrix(scene, "psi", title, names, names, scene.loudest, x="from u", y="to v")
        product, last = "m, sums of the messages", "φ, added to h"
    return [
        _matrix(scene, "A", weights, names, names, high, 0, "sequential", x="from u", y="to v"),
        _matrix(scene, "H", "H, normalized states h", names, every, 3.0, width=330, grow=2,
                x=f"{d} channels"),
        middle,
        _matrix(scene, "product", product, names, shown, top, x=first),
        _matrix(scene, "out", last, names, shown, top, x=first),
    ]  # fmt: skip


def _weights(scene: Scene) -> tuple[str, str, float]:
    """The matrix of weights between atoms: its sign, its title, its largest number."""
    head = f"α of head {scene.head + 1}, learned"
    kinds: dict[str, tuple[str, str, float]] = {
        "gcn": ("Ã", "Ã, fixed weights c", 1),
        "gat": ("α", head, 1),
        "mpnn": ("A", "A, who is bonded to whom", 1.5),
    }
    return kinds[scene.settings.model]


def _matrix(
    scene: Scene, name: str, title: str, rows: Sequence[str], columns: Sequence[str], high: float,
    low: float | None = None, colors: str = "signed", width: int = 220, grow: float = 1,
    **titles: Any,
) -> Panel:  # fmt: skip
    """A matrix as a picture; the row of the atom looked at is framed."""
    limits = {"low": -high if low is None else low, "high": high, "colors": colors}
    # Many names are written upright.
    upright = len(rows) > 10 and list(columns) == scene.labels
    margin = {"l": 42 if list(rows) == scene.labels else 12, "r": 6, "b": 54 if upright else 34}
    p = matrix(name, rows, columns, limits, margin=margin, **titles,
               framed=scene.atom if len(rows) == len(scene.molecule) else None)  # fmt: skip
    alt = (
        f"{title}: {len(rows)} rows, {len(columns)} columns; orange is negative, blue is positive."
    )
    return p.panel(name, title=title, width=width, height=300, grow=grow, alt=alt)


def pooled(scene: Scene) -> Panel:
    """h_G as one row, filling up atom by atom."""
    channels = [f"channel {c + 1}" for c in range(scene.start.shape[1])]
    high = float(scene.last.sum(0).abs().max())
    limits = {"low": -high, "high": high, "colors": "signed"}
    p = matrix("pooled", ["h<sub>G</sub>"], channels, limits,
               margin={"l": 42, "r": 6, "t": 4, "b": 6})  # fmt: skip
    return p.panel(
        "pooled", title="The molecule: the sum of all normalized last states (5.12)", width=520,
        height=74, grow=2,
        alt="One cell for each channel of the pooled state; it fills when the atoms are summed.",
    )  # fmt: skip


def features(scene: Scene) -> Panel:
    """What every atom starts with, figure 14 (c)."""
    limits = {"low": 0, "high": 4, "colors": "sequential"}
    p = matrix("X", scene.labels, list(FEATURE_NAMES), limits,
               margin={"l": 42, "r": 6, "t": 4, "b": 62})  # fmt: skip
    p.layout["xaxis"]["tickangle"] = -90  # slanted, long names of narrow columns collide
    return p.panel(
        "X", title="Features, as in figure 14", width=300, height=240,
        alt="One row for each atom, one column for each feature of appendix A.",
    )  # fmt: skip


CURVES = {
    "network": ("the trained layers, then the same again", BLUE, "solid"),
    "bare": ("the same without norm and skip", CATEGORIES[3], "dash"),
    "averaging": ("no weights: h ← Ã h", ORANGE, "dot"),
}


def smoothing(scene: Scene) -> Panel:
    """How different atoms still are, over depth; the dot is where the film is."""
    layers = len(scene.rounds)
    edge = (-0.6, len(scene.curves["network"]) - 0.4)
    p = Chart(
        "layers", "mean ‖ĥ<sub>u</sub> − ĥ<sub>v</sub>‖,  ĥ = h / ‖h‖", edge, (0, 1.5), legend=True
    )
    for name, (said, color, dash) in CURVES.items():
        values = scene.curves[name]
        p.line(list(range(len(values))), values.round(6).tolist(), name=said, color=color,
               dash=dash, hover=f"%{{x}}: %{{y:.3f}}<extra>{said}</extra>")  # fmt: skip
    p.level(layers, f"trained depth {layers}", axis="x", dash="dot", width=1)
    p.points(xy="reached", size=12)
    return p.panel(
        "smoothing", title="Over-smoothing: do atoms become alike?", width=300, height=430,
        grow=0.9,
        alt="Mean distance between the states of two atoms, each scaled to length 1, over depth.",
    )  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers under the film's bar."""
    scene = scene_of(settings)
    return [
        readout("layer", "Round", "d"),
        readout("field", f"{scene.labels[scene.atom]} depends on atoms", "d"),
        readout("summed", "Atoms in the sum", "d"),
    ]
