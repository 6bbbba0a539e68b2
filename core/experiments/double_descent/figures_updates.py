"""Panels of the two studies over updates: two scales of features, and first weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.double_descent.figures_sweep import drawn
from core.experiments.double_descent.problem import RUNS, UPDATES
from core.experiments.double_descent.scales import FAST, SLOW
from core.experiments.double_descent.settings import RELU
from core.experiments.double_descent.start import STARTS
from core.figures.chart import LOG, WIDE, Chart
from core.figures.style import BLUE, FAINT, GRAY, ORANGE, RED, TEST, TRAIN, TRUTH
from core.stage import Panel, line, readout

HEIGHT = 380
COLORS = (BLUE, TRAIN, ORANGE, RED)  # of the four starts


def _updates(y: str, **words: Any) -> Chart:
    """A chart over the updates, whose beginning is drawn as wide as the rest."""
    span = (0.0, float(np.log10(UPDATES)))
    return Chart("updates", y, span, xaxis=dict(LOG), legend=True, **words)


def scales(settings: Any) -> list[Panel]:
    """The stage of linear regression whose features have two scales."""
    return [scales_plot(settings), coefficients_plot(settings), parts_plot(settings)]


def of_scales(settings: Any) -> list[dict[str, Any]]:
    """Its numbers in a row."""
    return [
        readout("error_two", "Two layers: test error", ".3f", color=TEST),
        readout("fast_two", "of it fast features", ".3f", color=BLUE),
        readout("slow_two", "slow features", ".3f", color=ORANGE),
        readout("error_one", "One layer", ".3f", color=TRAIN),
        readout("gap", "From its closed form", ".1g", color=GRAY),
    ]


def scales_plot(settings: Any) -> Panel:
    """Test error over the updates."""
    p = _updates("mean squared error", yaxis={"rangemode": "tozero"})
    p.band("seeds", TEST, f"{RUNS} seeds")
    p.history("error_two", name="two layers", color=TEST, width=3)
    p.history("error_one", name="one layer", color=TRAIN, width=3)
    p.history("closed", name="its closed form", color=GRAY, dash="dash", moved={"dot": False})
    return p.panel(
        "error", title="Test error over the updates", width=480, height=HEIGHT, grow=1.6,
        alt="Test error of linear networks of one and of two layers over the updates, with the "
        "closed form of one layer on its curve.",
    )  # fmt: skip


def coefficients_plot(settings: Any) -> Panel:
    """Learned against true coefficients."""
    limits = (-0.65, 0.65)
    p = Chart("true", "learned by two layers", limits, limits, square=True, legend=True)
    p.line(limits, limits, color=FAINT, width=1)
    for name, color, size, rows in (
        (f"{FAST} fast features", BLUE, 6, range(FAST)),
        (f"{SLOW} slow ones", ORANGE, 12, range(FAST, FAST + SLOW)),
    ):
        p.points(xy="coefficients", name=name, color=color, size=size, moved={"order": [*rows]},
                 hover="true %{x:.3f}, learned %{y:.3f}")  # fmt: skip
    return p.panel(
        "coefficients", title="Coefficients, times the scale", width=330, height=HEIGHT,
        alt="Learned against true coefficients of one seed: the slow ones are learned last, and "
        "till then the fast ones scatter about the diagonal.",
    )  # fmt: skip


def parts_plot(settings: Any) -> Panel:
    """Test error of fast and slow features."""
    p = _updates("part of the test error", yaxis={"rangemode": "tozero"})
    p.history("fast_two", name="fast features", color=BLUE, width=2.5)
    p.history("slow_two", name="slow features", color=ORANGE, width=2.5)
    return p.panel(
        "parts", title="Where the error lies: two layers", width=330, height=270,
        alt="Test error of the fast and of the slow features over the updates: the fast ones get "
        "worse as long as the slow ones are not learned.",
    )  # fmt: skip


def starts(settings: Any) -> list[Panel]:
    """The stage of gradient descent from four starts."""
    return [
        starts_plot(settings),
        line_plot(settings),
        by_start("far", "distance / its norm", "Distance from least norm", (-7, 1.2)),
        by_start("train", "mean squared error", "Error on the samples", (-12, 2)),
    ]


def of_starts(settings: Any) -> list[dict[str, Any]]:
    """Its numbers in a row."""
    return [
        readout("loss", "From zero: test error", ".3f", color=BLUE),
        readout("last", f"From {STARTS[-1]:g}: test error", ".3f", color=RED),
        readout("train_loss", "From zero: on the samples", ".1g"),
        readout("far_zero", "From zero to least norm", ".1g"),
        readout("gap", "From its closed form", ".1g", color=GRAY),
    ]


def _named(start: float) -> str:
    return f"from {start:g}" if start else "from zero"


def by_start(track: str, y: str, title: str, limits: tuple[float, float]) -> Panel:
    """One number of each start over the updates."""
    p = _updates(y, yrange=limits, yaxis={**LOG, "dtick": 2}, **WIDE)
    for k, (start, color) in enumerate(zip(STARTS, COLORS, strict=True)):
        p.history(track, k, name=_named(start), color=color)
    return p.panel(
        track, title=title, width=330, height=270,
        alt=f"{title} over the updates, for first coefficients of four sizes.",
    )  # fmt: skip


def starts_plot(settings: Any) -> Panel:
    """Test error of each start."""
    p = _updates("mean squared error", yrange=(-1.6, 1.2), yaxis=LOG)
    for k, (start, color) in enumerate(zip(STARTS, COLORS, strict=True)):
        p.history("errors", k, name=_named(start), color=color, width=2.5)
    return p.panel(
        "errors", title="Test error by the size of the first coefficients", width=480,
        height=HEIGHT, grow=1.6,
        alt="Test error over the updates of gradient descent from zero and from three random "
        "starts: all fit the samples in the end, the largest start stays worst.",
    )  # fmt: skip


def line_plot(settings: Any) -> Panel:
    """Fits along the line."""
    given = settings.features, settings.noise, settings.data_seed, settings.seed
    along, f, x, y = drawn(*given)
    relu, G = settings.features == RELU, len(along)
    reach = float(np.abs(along).max())
    name = "x along the direction in which f changes" if relu else "x"
    p = Chart(name, "y", (-reach, reach), (-3, 3), legend=True)
    p.line(along, f, name="f", color=TRUTH, width=2, hover="f = %{y:.2f}")
    if not relu:
        p.points(x[: settings.n], y[: settings.n], name="samples", color=GRAY, size=5)
    for k in (len(STARTS) - 1, 0):
        p.line(along, ("fits", None), name=_named(STARTS[k]), color=COLORS[k], width=2.5,
               moved={"order": [*range(k * G, (k + 1) * G)]}, hover="%{y:.2f}")  # fmt: skip
    p.line(along, ("least_fit", None), name="least norm", color=GRAY, dash="dash")
    return p.panel(
        "fit", title="The fits", width=330, height=HEIGHT,
        caption=[line("Norm: {} from zero, {} from afar", ("norms", 0, ".3g"),
                      ("norms", len(STARTS) - 1, ".3g"))],
        alt="Fits of one seed along a line through the inputs: from zero, from afar, and the "
        "solution of least norm.",
    )  # fmt: skip
