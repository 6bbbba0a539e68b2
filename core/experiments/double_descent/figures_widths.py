"""Panels of trained networks of many widths: error over parameters, and over updates, too."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.double_descent.network import POINTS, WIDTHS, parameters
from core.experiments.double_descent.problem import RUNS
from core.figures.chart import LOG, Chart
from core.figures.style import GRAY, RED, TEST, TRAIN
from core.stage import Panel, line, readout

HEIGHT = 380
ERRORS = (-2.3, 0.9)  # powers of ten


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    return [error_plot(), map_plot()]


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers in a row."""
    return [
        readout("peak_at", "Largest at parameters", "d", color=RED),
        readout("peak", "Test error there", ".3g", color=TEST),
        readout("least_at", "Best width", "d", color=TRAIN),
        readout("least", "Its test error", ".3g"),
        readout("loss", f"Test error at width {WIDTHS[-1]}", ".3g", color=GRAY),
    ]


def error_plot() -> Panel:
    """Test and training error over the number of parameters."""
    x = np.array([parameters(width) for width in WIDTHS], np.float64)
    few = [width for width in WIDTHS if width not in (3, 5, 6, 10, 13)]
    ticks = [f"{width}<br>{parameters(width):,}" for width in few]
    axis = {"type": "log", "tickmode": "array", "ticktext": ticks,
            "tickvals": [parameters(width) for width in few]}  # fmt: skip
    limits = (float(np.log10(x[0] / 1.2)), float(np.log10(x[-1] * 1.2)))
    p = Chart("width, and parameters below", "mean squared error", limits, ERRORS, xaxis=axis,
              yaxis=LOG, legend=True, margin={"b": 60})  # fmt: skip
    p.level(POINTS, f" {POINTS} parameters = {POINTS} samples", RED, "dot", axis="x")
    p.line(xy="band", name=f"{RUNS} seeds", color=TEST, width=0, fill="toself")
    p.line(x, ("train", None), name="on the samples", color=TRAIN, mode="lines+markers",
           marker={"size": 5, "color": TRAIN},
           hover="%{x} parameters: %{y:.3g}")  # fmt: skip
    p.line(x, ("error", None), name="test, median", color=TEST, width=3.5, mode="lines+markers",
           marker={"size": 7, "color": TEST},
           hover="%{x} parameters: test error %{y:.3g}")  # fmt: skip
    return p.panel(
        "error", title="Test error of trained networks", width=480, height=HEIGHT, grow=1.6,
        caption=[line("{} of 12 widths fit all 100 samples from every seed", ("fitted", 0, "d"))],
        alt="Test error of networks over their number of parameters, while they train; a peak "
        "rises where there are about as many parameters as samples.",
    )  # fmt: skip


def map_plot() -> Panel:
    """Test error over updates and width."""
    rows = len(WIDTHS)
    p = Chart("updates", "width", yrange=(0, rows), grid=False, yaxis={
        "tickmode": "array", "tickvals": [k + 0.5 for k in range(rows)],
        "ticktext": [*map(str, WIDTHS)]})  # fmt: skip
    p.image("log_error", None, (0, rows), 0, over="steps", low=-1.2, high=0.4, colors="sequential",
            colorbar="log₁₀ of the test error",
            hover="update %{x}: %{z:.2~g}<extra></extra>", raised=True)  # fmt: skip
    return p.panel(
        "map", title="Over updates and width", width=330, height=HEIGHT,
        alt="Heat map of the test error: updates across, width upwards; the ridge stands where "
        "networks can just fit the samples.",
    )  # fmt: skip
