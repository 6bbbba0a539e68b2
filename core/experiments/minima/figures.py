"""Panels of the minima page: curvature against the edge, cuts through the valleys, losses."""

from __future__ import annotations

from typing import Any

from core.experiments.minima.experiment import LOOK
from core.experiments.minima.model import AXIS, FLAT, HANDLE, MOST, SHARP, training_loss
from core.experiments.minima.pictures import CUTS, places
from core.experiments.minima.settings import FULL, MODEL, SAM, SMALL, WAYS, said
from core.figures.chart import FROM_ZERO, Chart
from core.figures.style import BLUE, GRAY, ORANGE, RED, TEST, TRAIN
from core.stage import Panel, drag, line, readout

COLORS = {FULL: BLUE, SMALL: ORANGE, SAM: TRAIN}
HEIGHT = 350


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    measured, model = valleys(settings), figure_5()
    first, last = (model, measured) if settings.valleys == MODEL else (measured, model)
    return [sharpness(settings), first, equal_loss(settings), losses(settings), last]


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers that decide."""
    found = [readout("edge", "Edge 2/η", ".3g", color=RED)]
    for way in settings.ways:
        found.append(readout(f"sharpness_{WAYS[way]}", f"λ, {said(settings, way)}", ".1f",
                             color=COLORS[way]))  # fmt: skip
    for way in settings.ways:
        found.append(readout(f"test_{WAYS[way]}", f"Test loss, {said(settings, way)}", ".3f",
                             color=COLORS[way]))  # fmt: skip
    return found


def sharpness(settings: Any) -> Panel:
    """The largest eigenvalue of the Hessian over the updates, and the edge."""
    p = Chart("updates", "largest curvature λ", yaxis=FROM_ZERO, legend=True, unified=True)
    for way in settings.ways:
        p.history(f"sharpness_{WAYS[way]}", name=said(settings, way), color=COLORS[way], width=2.5)
    p.history("edge", name="edge 2/η", color=RED, dash="dash", shape="hv", moved={"dot": False})
    if SAM in settings.ways:
        p.history("edge_sam", name="edge of SAM", color=TRAIN, dash="dot", width=1.5,
                  moved={"dot": False})  # fmt: skip
    return p.panel(
        "sharpness", title="Curvature of the loss, where training is", width=300, height=HEIGHT,
        grow=1.3,
        alt="Largest eigenvalue of the Hessian of the training loss over the updates, for each way "
        "down, and the edge 2/η as a dashed line.",
    )  # fmt: skip


def valleys(settings: Any) -> Panel:
    """Training and test loss along each way's sharpest direction."""
    t = places(settings)
    p = Chart("distance along the sharpest direction", "loss", (t[0], t[-1]), (0, 0.8),
              legend=True)  # fmt: skip
    for way in settings.ways:
        name, color = WAYS[way], COLORS[way]
        p.line(t, (f"cut_{name}", None), name=said(settings, way), color=color, shape="spline",
               width=2.5, hover="training loss %{y:.3f}")  # fmt: skip
        last = "test, dashed" if way == settings.ways[-1] else ""
        p.line(t, (f"cut_test_{name}", None), name=last, color=color, dash="dash", shape="spline",
               legendgroup="test", hover="test loss %{y:.3f}")  # fmt: skip
    p.level(0, axis="x", dash="dot", width=1)
    return p.panel(
        "valleys", title="The valleys, cut where they are steepest", width=275, height=HEIGHT,
        grow=1.0, caption=[line(
            "Test shifted by " + ", ".join(["{}"] * len(settings.ways))
            + f"; cut anew every {CUTS * LOOK} updates",
            *((f"valley_{WAYS[way]}", 0, ".3f") for way in settings.ways),
        )],
        alt="Training loss, solid, and test loss, dashed, along the direction of the largest "
        "curvature through the present weights of each way down.",
    )  # fmt: skip


def equal_loss(settings: Any) -> Panel:
    """The same curvature over the training loss: who is sharper at equal loss."""
    p = Chart("training loss", "largest curvature λ", xaxis={"autorange": "reversed"},
              yaxis=FROM_ZERO, legend=True)  # fmt: skip
    for way in settings.ways:
        name = WAYS[way]
        p.history(f"sharpness_{name}", name=said(settings, way), color=COLORS[way],
                  moved={"x": (f"loss_{name}", 0)})  # fmt: skip
    return p.panel(
        "equal", title="At equal training loss", width=275, height=HEIGHT, grow=1.0,
        alt="Largest curvature over the training loss, which falls to the right, by way down.",
    )  # fmt: skip


def losses(settings: Any) -> Panel:
    """Training and test loss over the updates."""
    p = Chart("updates", "loss: half the squared error", yaxis=FROM_ZERO, legend=True, unified=True)
    for way in settings.ways:
        name, color = WAYS[way], COLORS[way]
        p.history(f"loss_{name}", name=said(settings, way), color=color)
        p.history(f"test_{name}", name=f"{said(settings, way)}, test", color=color, dash="dash")
    p.level(settings.goal)
    return p.panel(
        "losses", title=f"Loss, until it rests at {settings.goal:g}", width=400, height=300,
        grow=1.4,
        caption=[
            line("Right on held-out digits: " + ", ".join(
                f"{said(settings, way)} {{}}" for way in settings.ways), *(
                (f"accuracy_{WAYS[way]}", 0, ".1%") for way in settings.ways)),
            line("With cross-entropy λ would fall as answers grow sure, away from the edge: its "
                 "curvature in the logits, diag(p) − p pᵀ, goes to 0.", mark="muted"),
        ],
        alt="Training loss, solid, and test loss, dashed, of each way down over the updates.",
    )  # fmt: skip


def figure_5() -> Panel:
    """The chapter's picture: what a shift costs in a sharp valley and in a flat one."""
    p = Chart("weights θ", "loss", (AXIS[0], AXIS[-1]), (0, 1.08), legend=True)
    p.line(AXIS, training_loss(AXIS), name="training", color=BLUE, width=2.5,
           hover="training loss %{y:.2f}")  # fmt: skip
    p.line(AXIS, ("model_test", None), name="test: the same, shifted", color=TEST, dash="dash",
           hover="test loss %{y:.2f}")  # fmt: skip
    bottoms = [SHARP.at, SHARP.at, None, FLAT.at, FLAT.at]
    p.line(bottoms, ("model_bars", None), name="gap", color=RED, width=6)
    p.line([-MOST, MOST], [HANDLE, HANDLE], color=GRAY, width=3)
    p.note("drag: the shift δ", x=0, y=HANDLE - 0.03, yanchor="top")
    return p.panel(
        "model", title="Figure 5 as a model: shift the test loss", width=275, height=HEIGHT,
        grow=1.0, drag=drag("shift", "shift", along="x"),
        caption=[
            line("Gap at the sharp bottom {}, at the flat one {}",
                 ("model_gaps", 0, ".3f"), ("model_gaps", 1, ".3f")),
            line("½λδ² is {} and {}", ("model_gaps", 2, ".3f"), ("model_gaps", 3, ".3f"),
                 mark="muted"),
        ],
        alt="A loss with a sharp and a flat valley, and the same loss shifted; red bars show how "
        "far both lie apart at the bottoms of the training loss. A handle moves the shift.",
    )  # fmt: skip
