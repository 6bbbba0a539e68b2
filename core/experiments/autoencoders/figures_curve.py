"""Error against the latent dimension: in the player as it trains, and of several seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.autoencoders.baseline import Baseline, baseline
from core.experiments.autoencoders.data import KNOWN_D
from core.experiments.autoencoders.settings import MOST_D, dims
from core.experiments.autoencoders.sweep import is_recorded, recorded
from core.figures.chart import Chart
from core.figures.style import BLUE, CATEGORIES, CLEAR, GRAY, ORANGE, RIVAL, faint
from core.stage import Panel

TICKS = [1, 2, 4, 8, 16, 32]
SKY = CATEGORIES[4]  # seen on white and on black
MIDDLE = 6  # of the axis: words stand at the left of lines beyond


def empty(settings: Any, base: Baseline) -> Chart:
    """Axes with PCA's curve, the error of the mean, and the dimension of the data."""
    p = Chart(
        "latent dimension d", "squared error, held out", (-0.05, np.log10(40)),
        (0, 1.2 * base.variance), legend=True,
        xaxis={"type": "log", "tickmode": "array", "tickvals": TICKS},
    )  # fmt: skip
    p.line(np.arange(1, MOST_D + 1), base.errors[1:], name="PCA", color=RIVAL, dash="dash",
           hover="PCA: %{y:.3g}")  # fmt: skip
    p.level(base.variance, "always the mean", width=1)
    known = KNOWN_D.get(settings.data)
    at = known or base.dimension
    p.level(at, axis="x", dash="dot", width=1, color=GRAY)
    text = f"known dimension {known}" if known else f"two-NN estimate {base.dimension:.1f}"
    p.note(text, x=np.log10(at), y=1, yref="y domain", yanchor="top",
           xanchor="left" if at < MIDDLE else "right")  # fmt: skip
    return p


def curve_plot(settings: Any) -> Panel:
    """Error on held-out samples against d: the networks as they train, and PCA."""
    base, shown = baseline(settings), dims(settings)
    p = empty(settings, base)
    if is_recorded(settings):
        found = recorded()
        errors = found["errors"]
        p.line([*found["d"], *found["d"][::-1]], [*errors.min(0), *errors.max(0)[::-1]],
               name=f"{len(errors)} seeds at the end", color=CLEAR, width=1, fill="toself",
               fillcolor=faint(SKY, 0.4))  # fmt: skip
    order = sorted(range(len(shown)), key=lambda k: shown[k])
    p.line([shown[k] for k in order], ("test_loss_by_d", None), mode="lines+markers",
           moved={"order": order}, name="autoencoder", color=BLUE, marker={"size": 7},
           hover="d = %{x}: %{y:.3g}")  # fmt: skip
    p.points([settings.d], ("test_loss_by_d", None), moved={"order": [0]}, color=ORANGE, size=12,
             edge=("white", 1.5), name="d as set", hover="d = %{x}: %{y:.3g}")  # fmt: skip
    return p.panel(
        "curve", title="Error against d", width=280, height=400,
        alt="Reconstruction error on held-out samples against the latent dimension, of "
        "autoencoders and of PCA, with the intrinsic dimension of the data marked.",
    )  # fmt: skip


def sweep_figure(settings: Any, latent: Any, errors: Any) -> go.Figure:
    """Every seed a dot, their median a line, their spread a band.

    Shapes: latent (K,), errors (S, K)
    """
    p = empty(settings, baseline(settings))
    p.line(latent, errors.min(0), width=0)
    p.line(latent, errors.max(0), width=0, name="best to worst", fill="tonexty",
           fillcolor=faint(BLUE))  # fmt: skip
    p.points(np.tile(latent, len(errors)), errors.ravel(), name="one seed", size=5,
             marker={"opacity": 0.5}, hover="d = %{x}: %{y:.3g}")  # fmt: skip
    p.line(latent, np.median(errors, 0), name="median of seeds", width=3, mode="lines+markers",
           marker={"size": 7}, hover="d = %{x}: median %{y:.3g}")  # fmt: skip
    return p.figure(height=400, margin={"l": 60, "r": 10, "t": 30, "b": 50})
