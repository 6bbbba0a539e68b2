"""Panels of the summaries page: two skies, their summaries, and the judges that read them."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.summaries.given import OWN, M, given
from core.experiments.summaries.judges import NAMES
from core.experiments.summaries.pictures import STRIP, wavenumbers
from core.experiments.summaries.settings import NOISE, shown
from core.experiments.summaries.sky import BINS, histogram_range, kind_of, length, theory
from core.experiments.summaries.spectrum import band_centers, scatter
from core.figures.chart import LOG, WIDE, Chart
from core.figures.style import BLUE, CATEGORIES, CLEAR, GRAY, ORANGE
from core.stage import Panel, drag, line, readout

COLORS = dict(zip(NAMES, (BLUE, CATEGORIES[2], CATEGORIES[3], GRAY, ORANGE), strict=True))
BOTH = (("field", BLUE, 6), ("twin", ORANGE, 2))  # the thin line on the thick one
DASHES = dict(zip(NAMES, ("", "dot", "", "dash", ""), strict=True))
SIZE: dict[str, Any] = {"width": 212, "height": 330}
BAND = "rgba(140,140,140,0.45)"


def panels(settings: Any) -> list[Panel]:
    """The stage, as the last change by hand left it."""
    settings = shown(settings)
    found = [field_picture(settings), twin_picture(settings), power_plot(settings)]
    found += [race(settings), histogram_plot(settings), bispectrum_plot(settings)]
    found += [ratio_plot(settings), modes(settings)]
    return [*found, parameters()] if settings.regression else found


def _square(settings: Any, track: str) -> Chart:
    """A field over a square of 100 x 100, with room below it for what can be dragged."""
    kind, edge = kind_of(settings), 100
    bare: dict[str, Any] = {"visible": False, "constrain": "domain"}
    p = Chart("", "", (0, edge), (STRIP, edge), xaxis=bare, yaxis=bare, square=True,
              margin={"l": 12, "r": 12, "t": 4, "b": 4})  # fmt: skip
    p.image(track, (0, edge), (0, edge), colors=kind.colors, smooth=False,
            colorbar=(kind.value, kind.low, kind.high))  # fmt: skip
    return p


def field_picture(settings: Any) -> Panel:
    """The sky, or the picture, which may be shifted."""
    L, unit, name = length(settings), kind_of(settings).unit, names(settings)[0]
    p = _square(settings, "field")
    p.note("drag the dot: a shift", x=50, y=STRIP / 3)
    return p.panel(
        "field", title=f"{name[0].upper()}{name[1:]}, {L:g} {unit} wide",
        drag=drag("shift", "shift"), **SIZE,
        alt="The field in colors, as large as its twin beside it. The dot in its middle is a "
        "handle that shifts it around the edges.",
    )  # fmt: skip


def twin_picture(settings: Any) -> Panel:
    """Its twin, and how far the phases are turned, which may be dragged."""
    title, end = "Its twin: phases turned to random", "random"
    if settings.towards != NOISE:
        title = f"Phases turned to those of: {settings.towards}"
        end = "the other's"
    p, y = _square(settings, "twin"), STRIP / 3
    p.line([0, 100], [y, y], color=GRAY, width=3)
    for x, text in ((0, "own"), (100, end)):
        p.note(text, x=x, y=y - 4, yanchor="top", xanchor="right" if x else "left")
    return p.panel(
        "twin", title=title, drag=drag("phases", "phases", along="x"), **SIZE,
        alt="The twin in the same colors: the same power spectrum, other phases. A handle below "
        "it turns the phases, from its own to random ones.",
    )  # fmt: skip


def names(settings: Any) -> tuple[str, str]:
    """What the field is called, and the unit of its power spectrum."""
    said = {"web": "a cosmic web", "log-normal": "a log-normal field",
            "Gaussian": "a Gaussian field"}  # fmt: skip
    if settings.source == OWN and given(settings.image) is None:
        said[OWN] = "no image yet: the temple"
    unit = "(Mpc/h)²" if kind_of(settings).unit == "Mpc/h" else "pixels²"
    return said.get(settings.source, settings.source), unit


def _axis_of_k(settings: Any) -> tuple[str, dict[str, Any]]:
    unit = "h/Mpc" if kind_of(settings).unit == "Mpc/h" else "1/pixel"
    return f"k in {unit}", {**LOG, "dtick": 1}


def power_plot(settings: Any) -> Panel:
    """P(k) of both on each other, and what skies of these settings have."""
    k, (title, axis) = wavenumbers(settings).astype(np.float32), _axis_of_k(settings)
    p = Chart(title, f"P(k) in {names(settings)[1]}", xaxis=axis, yaxis=LOG, legend=True, **WIDE)
    _band(settings, p, k)
    _both(p, k, "power", "P(%{x:.3f}) = %{y:.4g}")
    return p.panel(
        "power", title="Power spectrum P(k)", **SIZE,
        alt="Power spectra of field and twin over the wavenumber, on logarithmic axes: one line "
        "on the other.",
    )  # fmt: skip


def _both(p: Chart, x: Any, track: str, hover: str, **look: Any) -> None:
    """A track of the field and its twin, one on the other."""
    for row, (name, color, width) in enumerate(BOTH):
        p.line(x, (track, None), moved={"index": row}, name=name, color=color, width=width,
               hover=f"{name}: {hover}", **look)  # fmt: skip


def _band(settings: Any, p: Chart, k: Any) -> None:
    """Theory where it is known, and the scatter about it from sky to sky."""
    if np.isnan(theory(settings)).any():
        return
    name = "√(2/N) if Gaussian" if settings.source == "log-normal" else "√(2/N)"
    p.line(np.append(k, k[::-1]), ("band", None), name=name, color=CLEAR, width=1,
           fill="toself", fillcolor=BAND)  # fmt: skip
    p.line(k, ("theory", None), name="theory", color=GRAY, width=1.5, dash="dash",
           hover="theory: P(%{x:.3f}) = %{y:.4g}")  # fmt: skip


def ratio_plot(settings: Any) -> Panel:
    """P(k) over what is expected: the scatter of one sky."""
    k, (title, axis) = wavenumbers(settings).astype(np.float32), _axis_of_k(settings)
    known = not np.isnan(theory(settings)).any()
    over = "theory" if known else "P of the field"
    p = Chart(title, f"P(k) / {over}", None, (0, 2.5), xaxis=axis, legend=True)
    if known:
        spread = scatter_of(settings)
        p.line(np.append(k, k[::-1]), np.append(1 + spread, (1 - spread)[::-1]),
               name="√(2/N)", color=CLEAR, width=1, fill="toself", fillcolor=BAND)  # fmt: skip
    _both(p, k, "ratio", "%{y:.3f} at k = %{x:.3f}")
    return p.panel(
        "ratio", title=f"P(k) over {over}", width=250, height=280,
        alt="Ratio of both power spectra to what is expected, over the wavenumber.",
    )  # fmt: skip


def scatter_of(settings: Any) -> Any:
    """sqrt(2 / N_k) of the stage's rings, below 1."""
    return np.minimum(scatter(M, length(settings)), 0.999)


def histogram_plot(settings: Any) -> Panel:
    """How many cells have which value."""
    kind = kind_of(settings)
    low, high = histogram_range(kind)
    width = (high - low) / BINS
    x = low + width * (np.arange(BINS) + 0.5)
    p = Chart(kind.value, "cells in %", (low, high), yaxis={"rangemode": "tozero"}, legend=True)
    _both(p, x, "histograms", "%{y:.2f}% at %{x:.2f}", shape="hvh")
    return p.panel(
        "histogram", title="Histogram of the cells", width=250, height=280,
        caption=[line("{} of the twin's cells are in another bin.", ("moved", 0, ".2%"))],
        alt="Share of cells over their value, for field and twin.",
    )  # fmt: skip


def bispectrum_plot(settings: Any) -> Panel:
    """What P(k) cannot see: how the phases of three modes fit together."""
    k = band_centers(M, length(settings)).astype(np.float32)
    title, axis = _axis_of_k(settings)
    p = Chart(title, "skewness of the band", None, None, xaxis=axis, legend=True)
    p.line(np.append(k, k[::-1]), ("triangles_band", None), name="random phases", color=CLEAR,
           width=1, fill="toself", fillcolor=BAND)  # fmt: skip
    _both(p, k, "triangles", "%{y:.2f} at k = %{x:.3f}", mode="lines+markers")
    return p.panel(
        "bispectrum", title="Bispectrum: triangles in a band of k", width=250, height=280,
        alt="Skewness of field and twin, filtered to bands of the wavenumber, and how far that "
        "scatters about 0 if phases are random.",
    )  # fmt: skip


def modes(settings: Any) -> Panel:
    """The power of each mode: where a cross betrays the edges of a picture."""
    edge = np.pi / kind_of(settings).cell
    unit = "h/Mpc" if kind_of(settings).unit == "Mpc/h" else "1/pixel"
    x, y = (f"k<sub>{letter}</sub> in {unit}" for letter in "xy")
    p = Chart(x, y, (-edge, edge), (-edge, edge), square=True, grid=False)
    p.image("modes", (-edge, edge), (-edge, edge), colors="sequential", smooth=False,
            colorbar=("log₁₀ of |F|² over its largest", -8, 0))  # fmt: skip
    return p.panel(
        "modes", title="|F|² of every mode", width=250, height=280,
        alt="Squared amplitude of each mode of the field in the plane of wavenumbers, on a "
        "logarithmic scale.",
    )  # fmt: skip


def race(settings: Any) -> Panel:
    """How well each judge does on fields that it was not trained on."""
    asked = "R² on new fields" if settings.regression else "right on new fields"
    limits = (-0.55, 1.05) if settings.regression else (0.35, 1.03)
    yaxis = {} if settings.regression else {"tickformat": ".0%"}
    p = Chart("updates", asked, None, limits, yaxis=yaxis, legend=True, unified=True)
    level, who = (0, "a constant") if settings.regression else (0.5, "a coin")
    p.level(level)
    p.note(who, x=0, xref="x domain", xanchor="left", y=level, yanchor="top")
    for name in NAMES:
        p.history(f"score_{name}", name=NAMES[name], color=COLORS[name], dash=DASHES[name],
                  width=3 if name == "cnn" else 2, hovertemplate="%{y:.2f}")  # fmt: skip
    title = "Ωₘ and σ₈?" if settings.regression else "Field or twin?"
    return p.panel(
        "race", title=f"Five judges: {title}", **SIZE,
        alt="Score of the judges of P(k), histogram, bispectrum and pixels, over the updates.",
    )  # fmt: skip


def parameters() -> Panel:
    """R^2 of each parameter, for each judge."""
    p = Chart("", "R² on new fields", None, (-1.05, 1.05), legend=True, barmode="group")
    for column, (name, color) in enumerate((("Ωₘ", BLUE), ("σ₈", ORANGE)), start=1):
        p.bars(list(NAMES.values()), ("scores", column), color=color, name=name,
               hover=f"{name}: R² = %{{y:.2f}}")  # fmt: skip
    return p.panel(
        "parameters", title="Each parameter by itself", width=420, height=280,
        alt="For each judge, the share of the variance of both parameters that it explains.",
    )  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers under the stage."""
    form = ".2f" if settings.regression else ".1%"
    scores = [readout(f"score_{name}", NAMES[name], form, color=COLORS[name]) for name in NAMES]
    return [readout("change", "Largest change of P(k)", ".1g"), *scores]
