"""Panels for what only some runs have: strange samples, linear and variational autoencoders."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.autoencoders import held_out
from core.experiments.autoencoders.anomalies import BINS
from core.experiments.autoencoders.baseline import baseline
from core.experiments.autoencoders.data import FACTORS, ODD
from core.experiments.autoencoders.figures_cells import colors, gallery
from core.experiments.autoencoders.maps import EDGE
from core.figures.chart import FROM_ZERO, LOG, WIDE, Chart
from core.figures.style import BLUE, ORANGE, RED, RIVAL
from core.stage import Panel, drag

NEAR = 0.01  # degrees
MANY = 3  # digits whose names are too long for a legend


def strange_name(settings: Any) -> str:
    """What is strange in these data."""
    many, names = len(settings.left_out), ", ".join(settings.left_out)
    digits = f"{many} digits" if many > MANY else f"digit{'s' * (many > 1)} {names}"
    return ODD.get(settings.data, digits)


def strange_panels(settings: Any) -> list[Panel]:
    """Errors of strange samples, the ROC curve, the worst reconstructions; none without such."""
    if not len(baseline(settings).odd):
        return []
    return [errors_plot(settings), roc_plot(), worst_plot(settings)]


def errors_plot(settings: Any) -> Panel:
    """Histogram of the error of a sample, and the threshold."""
    low, high = held_out.scores_between(baseline(settings))
    x = low + (np.arange(BINS) + 0.5) * (high - low) / BINS
    powers = np.arange(np.ceil(low), np.floor(high) + 1)
    p = Chart("squared error of a sample", "percent of the samples", (low, high), legend=True,
              xaxis={"tickmode": "array", "tickvals": powers,
                     "ticktext": [f"{10.0**power:g}" for power in powers]},
              yaxis=FROM_ZERO, barmode="overlay")  # fmt: skip
    p.bars(x, ("normal_errors", None), color=BLUE, name="held out", opacity=0.65,
           hover="%{y:.1f} %")  # fmt: skip
    p.bars(x, ("odd_errors", None), color=ORANGE, name=strange_name(settings), opacity=0.65,
           hover="%{y:.1f} %")  # fmt: skip
    p.line(("threshold", None), [0, 25], moved={"order": [0, 0]}, color=RED, dash="dash", width=3,
           name="threshold")  # fmt: skip
    return p.panel(
        "errors", title="Who is strange? Drag the threshold", width=360, height=250,
        drag=drag("threshold", "threshold", along="x"),
        alt="Histograms of the reconstruction error of held-out and of strange samples, with a "
        "threshold to drag.",
    )  # fmt: skip


def roc_plot() -> Panel:
    """Caught against false alarms, with the place of the threshold."""
    p = Chart("false alarms", "strange ones caught", (-0.02, 1.02), (-0.02, 1.02), square=True)
    p.line([0, 1], [0, 1], color=RIVAL, dash="dash", width=1)
    p.line(xy="roc", width=2.5, hover="%{x:.0%} false alarms, %{y:.0%} caught")
    p.points(xy="here", color=ORANGE, size=12, edge=("white", 1.5),
             hover="at the threshold: %{x:.1%} false alarms, %{y:.1%} caught")  # fmt: skip
    return p.panel(
        "roc", title="ROC curve", width=230, height=250, grow=0.7,
        alt="Share of strange samples that are caught against the share of false alarms, for every "
        "threshold.",
    )  # fmt: skip


def worst_plot(settings: Any) -> Panel:
    """The held-out and strange samples with the largest errors."""
    p = gallery(settings, "worst", ["input", "output"], held_out.WORST, 0.25)
    p.points(np.arange(held_out.WORST) + 0.5, np.full(held_out.WORST, 2.12), size=9,
             color=("worst_odd", None), scale={"colors": "category"})  # fmt: skip
    return p.panel(
        "worst", title=f"Largest errors (orange: {strange_name(settings)})", width=330, height=250,
        alt="The samples with the largest reconstruction errors and their reconstructions; a dot "
        "above each says whether it is a strange one.",
    )  # fmt: skip


def latent_panels(settings: Any) -> list[Panel]:
    """What a variational latent space says, and the plain one beside it."""
    return [kl_plot(settings), rival_plot(settings)]


def angle_plot() -> Panel:
    """Angle between the decoder's subspace and that of PCA."""
    p = Chart("updates", "largest angle in degrees", yaxis=LOG, **WIDE)
    p.history("angle", name="angle", color=ORANGE)
    p.level(NEAR, f"{NEAR:g} degrees")
    return p.panel(
        "angle", title="Is it PCA? Angle between the subspaces", width=290, height=300,
        alt="Largest principal angle between the space the decoder spans and that of the first "
        "principal components, over the updates.",
    )  # fmt: skip


def kl_plot(settings: Any) -> Panel:
    """KL divergence of each latent dimension."""
    x = np.arange(1, settings.d + 1)
    named = {"tickmode": "array", "tickvals": x[:: 1 if settings.d <= 12 else 4]}
    p = Chart("latent dimension, sorted", "KL in nats", (0.4, settings.d + 0.6),
              yaxis=FROM_ZERO, xaxis=named, legend=True)  # fmt: skip
    p.bars(x, ("kl", None), name="KL", hover="dimension %{x}: %{y:.2f} nats")
    if settings.beta > 0 and settings.noise == "none":
        best = held_out.kl_of_linear(baseline(settings).variances[: settings.d], settings.beta)
        p.points(x[: len(best)], best, name="best linear one", color=ORANGE, size=8,
                 hover="component %{x}: %{y:.2f} nats")  # fmt: skip
    p.level(held_out.COLLAPSED, "unused below", width=1)
    return p.panel(
        "kl", title="What each dimension says of a sample", width=290, height=300,
        alt="KL divergence of each latent dimension from the prior, and what the best linear "
        "variational autoencoder would have; near 0 a dimension has collapsed.",
    )  # fmt: skip


def rival_plot(settings: Any) -> Panel:
    """The plain autoencoder of the same d beside it."""
    limits = (-EDGE, EDGE)
    names = ("z₁ / spread", "z₂ / spread") if settings.d == 2 else ("first axis / spread", "second")
    p = Chart(*names, limits, limits, square=True)
    what = FACTORS.get(settings.data, "class")
    p.points(xy="rival_map", color=colors(settings), size=4, marker={"opacity": 0.8})
    return p.panel(
        "rival", title="Latent map without β: plain", width=290, height=300,
        alt=f"Codes of a plain autoencoder of the same d, colored by {what}.",
    )  # fmt: skip


def prior_plot(settings: Any) -> Panel:
    """Samples of the prior, and of a normal distribution fitted to the plain one's codes."""
    p = gallery(settings, "prior", ["variational", "plain"], held_out.PRIOR)
    return p.panel(
        "prior", title="Made up: z drawn from N(0, 1); plain: from a normal fit to its codes",
        width=500, height=150, grow=2,
        alt="Ten samples decoded from random codes by the variational autoencoder, and ten by the "
        "plain one.",
    )  # fmt: skip
