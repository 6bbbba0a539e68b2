"""Panels below the first row: confusion, curves, what excites channels, what verdicts rest on."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.features.data import CLASSES, EDGES
from core.figures.chart import Chart
from core.figures.matrix import matrix
from core.figures.style import BLUE, ORANGE
from core.stage import Panel, fold, layer, line, network

HEIGHT = 240
NAMES = (("cnn", "CNN", BLUE), ("mlp", "MLP", ORANGE))
BARE: dict[str, Any] = {"showgrid": False, "ticks": "", "showticklabels": False}


def below(settings: Any) -> list[Panel]:
    """All of them."""
    confused = [confusion(settings, k) for k in range(2)]
    return [accuracy(settings), *confused, excites(settings), *looked(settings), loss(),
            *fold("network", "The whole CNN as a network", whole(settings))]  # fmt: skip


def confusion(settings: Any, k: int) -> Panel:
    """Of which class it says what, over all shifts."""
    names, name = list(CLASSES[settings.data]), NAMES[k][1]
    short = ["counter", "clockwise"] if len(names) == 2 else names
    painted = {"low": 0, "high": 1, "colors": "sequential", "numbers": ".2f", "index": k}
    p = matrix("confusion", short, short, painted, x=f"{name} says", y="is", hover="",
               margin={"l": 62, "b": 46} if len(names) == 2 else {"l": 44, "b": 46})  # fmt: skip
    return p.panel(
        f"confusion_{NAMES[k][0]}", title=f"Confusion of the {name}, all shifts", width=230,
        height=HEIGHT, alt=f"Share of each class that the {name} calls by each name, over all "
        "shifts of the held-out images.",
    )  # fmt: skip


def accuracy(settings: Any) -> Panel:
    """In the middle and far away, over the updates."""
    p = Chart("updates", "accuracy", yrange=(0, 1.04), legend=True, unified=True)
    for who, name, color in NAMES:
        p.history(f"accuracy_{who}", name=f"{name}, middle", color=color, dash="dot", width=1.5)
        p.history(f"far_{who}", name=f"{name}, moved far", color=color, width=2.5)
    return p.panel(
        "accuracy", title="Accuracy on new images", width=300, height=HEIGHT,
        alt="Accuracy of CNN and MLP on held-out images over the updates, unmoved and moved far.",
    )  # fmt: skip


def loss() -> Panel:
    """Cross-entropy of both on the batches."""
    p = Chart("updates", "cross-entropy", legend=True, unified=True, yaxis={"rangemode": "tozero"})
    p.history("loss", name="CNN", color=BLUE)
    p.history("loss_mlp", name="MLP", color=ORANGE)
    return p.panel("loss", title="Loss of a batch", width=260, height=HEIGHT,
                   alt="Cross-entropy of CNN and MLP on each batch over the updates.")  # fmt: skip


def excites(settings: Any) -> Panel:
    """For each channel of the last layer the strongest patch of an image, and a made one."""
    C = settings.channels
    rows = (("best", "from data"), ("made", "made"))
    p = Chart("channel of layer 3", "", (0, C), (0, 2), square=True, xaxis={
        **BARE, "tickmode": "array", "showticklabels": True,
        "tickvals": [c + 0.5 for c in range(C)], "ticktext": [str(c + 1) for c in range(C)]},
        yaxis={**BARE, "tickmode": "array", "tickvals": [1.5, 0.5], "showticklabels": True,
               "ticktext": [text for _, text in rows]},
        margin={"l": 66, "r": 4, "t": 4, "b": 40})  # fmt: skip
    for r, (track, _) in enumerate(rows):
        for c in range(C):
            p.image(track, (c + 0.04, c + 0.96), (1 - r + 0.04, 1 - r + 0.96), c, origin="upper",
                    smooth=False, colors="gray")  # fmt: skip
    said = [
        line("from data: " + "  ".join(["{}"] * C), *(("excites", c, ".2g") for c in range(C)),
             mark="muted"),
        line("made: " + "  ".join(["{}"] * C), *(("excites", C + c, ".2g") for c in range(C)),
             mark="muted"),
    ]  # fmt: skip
    return p.panel(
        "excites", title="What excites each channel of layer 3 most", width=420, height=HEIGHT,
        grow=1.5, caption=said,
        alt="For each channel of the last layer the patch of 100 training images that it answers "
        "to most, and one made by gradient ascent; below how much it answers.",
    )  # fmt: skip


def looked(settings: Any) -> list[Panel]:
    """Saliency, and occlusion as its check."""
    n = EDGES[settings.data]
    axes: dict[str, Any] = {"xaxis": BARE, "yaxis": BARE, "square": True, "grid": False,
                            "margin": dict.fromkeys("lrtb", 6)}  # fmt: skip
    p = Chart("", "", (0, n), (n, 0), **axes)
    p.image("salient", (0, n), (n, 0), origin="upper", smooth=False, colors="sequential")
    q = Chart("", "", (0, 8), (8, 0), **axes)
    q.image("occluded", (0, 8), (8, 0), origin="upper", smooth=False, colors="diverging",
            low=-SPAN, high=SPAN, colorbar="fall of the log-odds")  # fmt: skip
    return [
        p.panel("salient", title="Saliency of the CNN", width=200, height=HEIGHT, grow=0.8,
                alt="How much each pixel moves the log-odds of the CNN's verdict."),
        q.panel("occluded", title="Check: covered there", width=200, height=HEIGHT, grow=0.8,
                caption=[line("rank correlation with saliency {}", ("agreement", 0, ".2f"))],
                alt="By how much the log-odds of the CNN's verdict fall when a patch is covered."),
    ]  # fmt: skip


def whole(settings: Any) -> Panel:
    """From the picture to the verdict: maps, a number a channel, weights, classes."""
    C, names = settings.channels, list(CLASSES[settings.data])
    pooled = settings.pooling != "none"
    look: dict[str, Any] = {"low": 0, "high": 255, "colors": "gray", "origin": "upper"}
    share: dict[str, Any] = {"low": 0, "high": 1, "colors": "sequential"}
    columns = [layer("maps", 1, "image", caption="picture", **look)]
    columns += [layer("maps", C, f"maps{k}", caption=f"layer {k}", **look) for k in (1, 2, 3)]
    weights: list[str | None] = [None, None, None]
    if pooled:
        columns.append(layer("units", C, "pooled", caption=f"{settings.pooling} pool", **share))
        weights.append(None)
    columns.append(layer("units", len(names), "verdict", caption="probability", shape="square",
                         labels=["↺", "↻"] if len(names) == 2 else names, **share))  # fmt: skip
    weights.append("last" if pooled else None)
    return network(
        "network", title="The whole CNN", width=620, height=420, grow=2, layers=columns,
        weights=weights,
        hint=POOLED if pooled else UNPOOLED,
        alt="The convolutional network from left to right: the picture, the feature maps of three "
        "layers, what the pool leaves of each channel, and the probability of each class.",
    )  # fmt: skip


SPAN = float(np.log(100))  # of log-odds, where the color ends
POOLED = (
    "Maps have a place for everything; the pool keeps one number of each, here as a share of the "
    "largest. Lines are weights: blue positive, orange negative."
)
UNPOOLED = "Each pixel of the last maps has a weight of its own to each class."
