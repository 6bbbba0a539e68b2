"""Panels of a sweep over widths or training sets: error, fit, norm, bias and variance."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.double_descent.problem import FEATURES
from core.experiments.double_descent.settings import RELU, WIDTH, sizes, threshold
from core.experiments.double_descent.sweep import DRAWN
from core.experiments.double_descent.tracks import EARLY, FLAT, PEAK, RISEN
from core.figures.chart import LOG, Chart
from core.figures.style import BLUE, FAINT, GRAY, ORANGE, RED, TEST, TRAIN, TRUTH
from core.stage import Panel, drag, focus, line, readout

Numbers = NDArray[np.float64]
ERRORS = (-2.3, 2.5)  # powers of ten on the axis of errors
HEIGHT = 380


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    return [error_plot(settings), fit_plot(settings), norm_plot(settings), parts_plot(settings),
            used_plot(settings)]  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers in a row."""
    what = "width" if settings.grows == WIDTH else "n"
    return [
        readout("size", what.capitalize() if len(what) > 1 else what, "d"),
        readout("loss", "Test error", ".3g", color=TEST),
        readout("highest_at", "Highest at", "d", color=RED),
        readout("highest", "Highest error", ".3g"),
        readout("least_at", "Least at", "d", color=TRAIN),
        readout("least", "Least error", ".3g"),
    ]


def _sizes(settings: Any, y: str, **words: Any) -> tuple[Chart, Numbers]:
    """A chart over the sizes of a sweep, with the threshold marked."""
    x = np.array(sizes(settings), np.float64)
    wide = settings.grows == WIDTH
    name = "width p: number of features" if wide else "number of samples n"
    limits = (float(np.log10(x[0] / 1.1)), float(np.log10(x[-1] * 1.1)))
    ticks = [v for v in (1, 2, 5, 10, 20, 40, 80, 160, 320, 640) if x[0] <= v <= x[-1]]
    axis = {"type": "log", "tickmode": "array", "tickvals": ticks, "ticktext": [*map(str, ticks)]}
    p = Chart(name, y, limits, xaxis=axis, legend=True, **words)
    p.level(threshold(settings), f" {'p' if wide else 'n'} = {threshold(settings)}", RED, "dot",
            axis="x")  # fmt: skip
    return p, x


def error_plot(settings: Any) -> Panel:
    """Test error over the sizes: median and band, training error, and the handle."""
    p, x = _sizes(settings, "mean squared error", yrange=ERRORS, yaxis=LOG)
    p.line(xy="band", name="10 to 90 % of 20 seeds", color=TEST, width=0, fill="toself")
    p.line(x, ("train", None), name="on the samples", color=TRAIN,
           hover="on the samples: %{y:.3g}")  # fmt: skip
    median = p.line(x, ("error", None), name="test, median", color=TEST, width=3.5,
                    hover="%{x}: test error %{y:.3g}")  # fmt: skip
    p.line(("place", 0), [10.0 ** ERRORS[0], 10.0 ** ERRORS[1]], moved={"order": [0, 0]},
           color=GRAY, width=1)  # fmt: skip
    return p.panel(
        "error", title="Test error: drag the handle, or point", width=480, height=HEIGHT, grow=1.6,
        drag=drag("shown", "place", along="x"), caption=_peak(settings),
        focus=focus("size", by="x", trace=median, stays=False, labels=[*map(str, sizes(settings))]),
        alt="Test error over the size on logarithmic axes, with a peak where as many features as "
        "samples meet; a handle below chooses the size whose fit is drawn.",
    )  # fmt: skip


def _peak(settings: Any) -> list[dict[str, Any]]:
    """How high it has risen, and once all sizes are there, whether that was a peak."""
    what = f"{'width' if settings.grows == WIDTH else 'n ='} {{}}"
    values = ("peak_at", 0, "d"), ("peak", 0, ".3g")
    return [
        line("It has not risen so far", when=("peaked", 0, EARLY)),
        line(f"So far it has risen most at {what}: test error {{}}", *values,
             when=("peaked", 0, RISEN)),
        line(f"Peak at {what}: test error {{}}", *values, when=("peaked", 0, PEAK)),
        line("No peak", when=("peaked", 0, FLAT)),
    ]  # fmt: skip


@lru_cache(maxsize=16)
def drawn(features: str, noise: float, data_seed: int, seed: int) -> tuple[Numbers, ...]:
    """Where the line lies, the function on it, and all samples of the first seed: x and y."""
    from types import SimpleNamespace

    samples = FEATURES[features](SimpleNamespace(noise=noise, data_seed=data_seed), seed)
    x = samples.x[0, :, 0]
    return (*(part.numpy() for part in (samples.along, samples.f_line, x, samples.y[0])),)


def fit_plot(settings: Any) -> Panel:
    """The function, and the fits of eight seeds to samples of their own."""
    given = settings.features, settings.noise, settings.data_seed, settings.seed
    along, f, x, y = drawn(*given)
    relu = settings.features == RELU
    reach = float(np.abs(along).max())
    name = "x along the direction in which f changes" if relu else "x"
    p = Chart(name, "y", (-reach, reach), (-3, 3), legend=True)
    G = len(along)
    order = [k for s in range(DRAWN) for k in (*range(s * G, (s + 1) * G), -1)]
    p.line(np.append(np.tile(along, DRAWN), np.nan)[order], ("fits", None), color=FAINT, width=1,
           name=f"{DRAWN} training sets", moved={"order": order})  # fmt: skip
    p.line(along, f, name="f", color=TRUTH, width=2, hover="f = %{y:.2f}")
    if not relu and settings.grows == WIDTH:
        p.points(x[: settings.n], y[: settings.n], name="samples", color=ORANGE, size=6)
    p.line(along, ("fit", None), name="fit of the first", color=BLUE, width=3,
           hover="fit: %{y:.2f}")  # fmt: skip
    p.line(along, ("every", None), moved={"part": {"index": "focus:size", "size": G}}, color=RED,
           width=3)  # fmt: skip
    what = "Width" if settings.grows == WIDTH else "n ="
    return p.panel(
        "fit", title="The fit at the handle", focused=f"Red: at {what.lower()} {{focus:size}}",
        width=330, height=HEIGHT,
        caption=[line(f"{what} {{}}: norm of the coefficients {{}}", ("drawn", 0, "d"),
                      ("drawn_norm", 0, ".3g"))],
        alt="The function, and the fits of eight training sets along a line through the inputs, at "
        "the size that the handle chooses.",
    )  # fmt: skip


def norm_plot(settings: Any) -> Panel:
    """Norm of the coefficients."""
    p, x = _sizes(settings, "norm of a", yrange=(-1.2, 3.2), yaxis=LOG)
    p.line(xy="norm_band", name="10 to 90 %", color=BLUE, width=0, fill="toself")
    p.line(x, ("norm", None), name="median", width=2.5, hover="%{x}: norm %{y:.3g}")
    return p.panel(
        "norm", title="Norm of the solution", width=300, height=270,
        alt="Norm of the coefficients over the size, with a peak at the same place.",
    )  # fmt: skip


def parts_plot(settings: Any) -> Panel:
    """Squared bias and variance."""
    limits = (-2.0, 4.0) if settings.features == RELU else (-4.0, 7.0)
    p, x = _sizes(settings, "mean squared error", yrange=limits, yaxis=LOG)
    p.line(x, ("mean_error", None), name="sum: mean test error", color=TEST, dash="dash",
           hover="mean error %{y:.3g}")  # fmt: skip
    p.line(x, ("bias", None), name="bias²", color=BLUE, hover="%{x}: bias² %{y:.3g}")
    p.line(x, ("variance", None), name="variance", color=ORANGE, hover="%{x}: variance %{y:.3g}")
    return p.panel(
        "parts", title="Bias and variance over 20 seeds", width=300, height=270,
        caption=[line("bias² is that of the mean of 20 fits: a twentieth of the variance is in it",
                      mark="muted")],
        alt="Squared bias, variance and their sum over the size: the peak is variance.",
    )  # fmt: skip


def used_plot(settings: Any) -> Panel:
    """Effective degrees of freedom on samples and on new points."""
    p, x = _sizes(settings, "effective parameters", yrange=(0, 5), yaxis=LOG)
    p.line(x, ("used", None), name="on the samples", color=TRAIN, hover="%{x}: %{y:.3g}")
    p.line(x, ("used_new", None), name="at new points", color=TEST, hover="%{x}: %{y:.3g}")
    return p.panel(
        "used", title="Effective degrees of freedom", width=300, height=270,
        alt="Degrees of freedom over the size: on the samples they reach the threshold and "
        "stay, at new points they peak there and fall again.",
    )  # fmt: skip
