"""Panels of the receptive-fields page: the cone, what was seen, and what comes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.receptive_fields.cones import CIRCLE, columns, origin
from core.experiments.receptive_fields.data import mask
from core.experiments.receptive_fields.energy import coarse
from core.experiments.receptive_fields.geometry import Geometry
from core.experiments.receptive_fields.pictures import RADII
from core.experiments.receptive_fields.settings import geometry, sound, trained
from core.experiments.receptive_fields.stack import reach
from core.figures.chart import FROM_ZERO, WIDE, Chart
from core.figures.style import BLUE, FAINT, GRAY, ORANGE, TEST, TRAIN
from core.stage import Panel, focus, readout

EXACT, HALF, MOST = ORANGE, "#56b4e9", TEST  # the square, r50, r90
DOTS = 900  # units that are still drawn one by one
NAMED = 14  # rows that are still named one by one


def panels(settings: Any) -> list[Panel]:
    """The stage: cone and photograph on the first screen, curves below."""
    g = geometry(settings)
    found = [cone_plot(g, settings)]
    if not sound(settings):
        found.append(seen_plot(g, settings))
    found += [growth_plot(g, settings), profile_plot(g, settings)]
    if not sound(settings):
        found.append(within_plot(g, settings))
    if max(map(len, g.fields)) > 1:
        found.append(position_plot(g))
    if trained(settings):
        found += [loss_plot(), spread_plot()]
    return found


def extent(g: Geometry) -> tuple[float, float]:
    """Left and right edge of the image, in pixels from the unit on top."""
    return -0.5 - origin(g), g.pixels - 0.5 - origin(g)


def places(g: Geometry, line: bool) -> Any:
    """Where the cells of a map or, along time, the pixels lie."""
    q = 1 if line else coarse(g.pixels)
    cells = np.arange(-(-g.pixels // q))
    return (q * cells + (q - 1) / 2 - origin(g)).astype(np.float32)


def part(size: int, index: str = "focus:layer") -> dict[str, Any]:
    """The equal part of a flat track that belongs to what is looked at."""
    return {"part": {"index": index, "size": size}}


def looked(g: Geometry) -> list[str]:
    """What is said of each row."""
    sizes = [" or ".join(map(str, found)) for found in g.fields]
    names = ["the input", *(f"layer {label}" for label in g.labels[1:])]
    if g.head:
        names[-1] = "the answer"
    return [f"{name} ({size} wide)" for name, size in zip(names, sizes, strict=True)]


def ticks(g: Geometry) -> dict[str, Any]:
    """Names of the rows on an axis, or of every few."""
    every = -(-g.rows // NAMED)
    shown = sorted({*range(0, g.rows - every, every), g.rows - 1})
    names = [g.labels[row] for row in shown]
    return {"tickmode": "array", "tickvals": shown, "ticktext": names, "tickfont": {"size": 10},
            "showgrid": False}  # fmt: skip


def cone_plot(g: Geometry, settings: Any) -> Panel:
    """Rows of units; what the one on top takes from them; the cone of the one pointed at."""
    down = (-0.5, g.rows - 0.5)
    across = "samples from the middle of the field" if sound(settings) else "pixels from the unit"
    p = Chart(across, "", extent(g), down, yaxis=ticks(g), legend=True, grid=False,
              uirevision=f"{g.pixels}", margin={"l": 78})  # fmt: skip
    p.image("places", extent(g), down, colors="sequential", smooth=False)
    p.image("glow", extent(g), down, colors="sequential", smooth=False)
    counts = np.cumsum([g.units[row] for row in range(g.rows - 1, -1, -1)])[::-1]
    dots = [(g.place(row, i) - origin(g), row) for row in range(g.rows) if counts[row] <= DOTS
            for i in range(g.units[row])]  # fmt: skip
    if dots:
        x, y = np.array(dots, np.float32).T
        p.points(x, y, name="units", size=3, color=FAINT)
    p.line(("cone_x", None), ("cone_y", None), name="leads to the unit pointed at",
           color=EXACT, width=2, fill="toself", fillcolor="rgba(245,147,34,0.3)",
           moved=part(2 * g.rows, "focus:unit"))  # fmt: skip
    top, k = g.rows - 1, columns(g)
    middle = min(k - 1, int((origin(g) + 0.5) / g.pixels * k))
    chosen = [
        focus("layer", top, by="row", tile=0, labels=looked(g)),
        focus("unit", top * k + middle, by="cell", tile=0),
    ]
    glow = f"glow: what {'the answer takes (measured)' if g.head else 'the top takes (expected)'}"
    return p.panel(
        "cone", title=f"The cone of a unit; {glow}", focused=f"Cone of {{focus:layer}}; {glow}",
        focus=chosen, width=470, height=330, grow=1.5,
        alt="Rows of units from the input below to the last layer on top; the units that lead to "
        "the one pointed at as a cone, and in each row how strongly the unit in the middle on top "
        "depends on each of them.",
    )  # fmt: skip


def seen_plot(g: Geometry, settings: Any) -> Panel:
    """A photograph through the field: as bright as the unit looks there."""
    left, right = extent(g)
    p = Chart("pixels from the unit", "", (left, right), (-right, -left), square=True, legend=True,
              grid=False, uirevision=f"{g.pixels}", margin={"l": 40})  # fmt: skip
    p.image("seen", (left, right), (-right, -left), g.rows - 1, origin="upper", colors="gray",
            smooth=False, instead={"track": "seen", "index": "focus:layer"})  # fmt: skip
    if g.head:
        rows, across = np.nonzero(mask(settings.target, settings.reach).numpy())
        shift = settings.reach + origin(g) - np.floor(origin(g))
        p.points(across - shift, shift - rows, name="the answer's pixels", size=4, color=TRAIN)
    p.line(("frame_x", None), ("frame_y", None), name="can see", color=EXACT, width=2.5,
           moved=part(5))  # fmt: skip
    p.line(("ring90_x", None), ("ring90_y", None), name="90 %", color=MOST, width=2.5,
           moved=part(CIRCLE))  # fmt: skip
    p.line(("ring50_x", None), ("ring50_y", None), name="50 %", color=HALF, width=2,
           moved=part(CIRCLE))  # fmt: skip
    return p.panel(
        "seen", title="What one number has seen", focused="Seen by {focus:layer}",
        width=340, height=330,
        alt="A photograph, bright where the unit's gradient is large; the square of its exact "
        "receptive field, and circles that hold half and nine tenths of its squared gradient.",
    )  # fmt: skip


def growth_plot(g: Geometry, settings: Any) -> Panel:
    """Exact and effective size, row by row."""
    unit, height = ("samples", 330) if sound(settings) else ("pixels", 250)
    p = Chart("layer", unit, yaxis=FROM_ZERO, legend=True, unified=True, **WIDE)
    rows = list(range(g.rows))
    p.line(rows, [sizes[-1] / 2 for sizes in g.fields], name="half the exact side", color=EXACT,
           mode="lines+markers", hover="can see %{y:g} to each side")  # fmt: skip
    if g.head:
        p.line(rows, ("r90_rows", None), name="r90", color=MOST, hover="r90 %{y:.1f}")
    p.line(rows, ("r90_expected_rows", None), name="r90, random weights", color=GRAY, dash="dash",
           hover="expected %{y:.1f}")  # fmt: skip
    return p.panel(
        "growth", title="What it can see and what it uses, by layer",
        focus=focus("layer", g.rows - 1, by="x", trace=0, labels=looked(g)), width=330,
        height=height,
        alt="For each layer half the side of the exact field, and the radius that holds nine "
        "tenths of the squared gradient.",
    )  # fmt: skip


def profile_plot(g: Geometry, settings: Any) -> Panel:
    """The field along a line, beside its expectation."""
    x = places(g, sound(settings))
    p = Chart("samples" if sound(settings) else "pixels from the unit", "share, peak 1", extent(g),
              (0, 1.08), legend=True)  # fmt: skip
    p.line(("frame_x", None), [0, 0, 1.04, 1.04, 0], name="can see", color=EXACT, width=1.5,
           moved=part(5))  # fmt: skip
    p.line(x, ("expected", None), name="random weights", color=GRAY, dash="dash",
           moved=part(len(x)), hover="expected %{y:.3f} at %{x:g}")  # fmt: skip
    if g.head:
        p.line(x, ("profile", None), name="measured", moved=part(len(x)),
               hover="measured %{y:.3f} at %{x:g}")  # fmt: skip
    return p.panel(
        "profile", title="Along a line", focused="Along a line: {focus:layer}", width=330,
        height=250, alt="Squared gradient summed over columns of pixels: measured, and expected "
        "over random weights, inside the exact field.",
    )  # fmt: skip


def within_plot(g: Geometry, settings: Any) -> Panel:
    """Share of the field within a radius: where it crosses a half is r50."""
    x = np.linspace(0, g.pixels / 2, RADII).astype(np.float32)
    p = Chart("radius in pixels", "share within", (0, g.pixels / 2), (0, 1.03), legend=True)
    p.level(0.5, "r50", HALF, axis="y")
    p.level(0.9, "r90", MOST, axis="y")
    p.line(x, ("within_expected", None), name="random weights", color=GRAY, dash="dash",
           moved=part(RADII), hover="expected %{y:.3f} within %{x:.1f}")  # fmt: skip
    if g.head:
        p.line(x, ("within", None), name="measured", moved=part(RADII),
               hover="%{y:.3f} within %{x:.1f}")  # fmt: skip
    return p.panel(
        "within", title="How much lies within a radius", focused="Within a radius: {focus:layer}",
        width=330, height=250,
        alt="Share of the squared gradient within a radius of the unit's center.",
    )  # fmt: skip


def position_plot(g: Geometry) -> Panel:
    """Size of the field by the position of the unit, where layers are transposed."""
    middle = g.middle[-1]
    units = range(max(0, middle - 16), min(g.units[-1], middle + 16))
    fields = [reach(g.path, i, i) for i in units]
    sizes = [last - first + 1 for first, last in fields]
    p = Chart("unit of the last layer", "pixels", yaxis=FROM_ZERO)
    p.bars(list(units), sizes, color=BLUE, hover="unit %{x} sees %{y}")
    return p.panel(
        "positions", title="The size depends on the position", width=330, height=250,
        alt="Size of the receptive field of neighboring units of the last layer, as bars.",
    )  # fmt: skip


def loss_plot() -> Panel:
    """The loss on images that are not trained on."""
    p = Chart("updates", "mean squared error", yaxis=FROM_ZERO, legend=True, unified=True, **WIDE)
    p.history("loss", name="held out", color=TRAIN)
    p.level(1, "always answering 0")
    return p.panel("loss", title="Loss", width=330, height=250,
                   alt="Mean squared error on held-out images over the updates.")  # fmt: skip


def spread_plot() -> Panel:
    """What training does to the effective field."""
    p = Chart("updates", "pixels", yaxis=FROM_ZERO, legend=True, unified=True, **WIDE)
    p.history("r90", name="r90", color=MOST)
    p.history("r50", name="r50", color=HALF)
    p.history("sd", name="standard deviation")
    p.history("sd_expected", name="theory, random weights", color=GRAY, dash="dash",
              moved={"dot": False})  # fmt: skip
    return p.panel(
        "spread", title="The effective field while training", width=330, height=250,
        alt="Radii that hold half and nine tenths of the squared gradient, and its standard "
        "deviation beside that of random weights, over the updates.",
    )  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers above the stage."""
    found = [
        readout("receptive_field", "Field", "d", color=EXACT),
        readout("jump", "Jump", ".3g"),
        readout("r90", "r90", ".1f", color=MOST),
        readout("r50", "r50", ".1f", color=HALF),
    ]
    theory = readout("sd_expected", "sd, random weights", ".2f")
    if not trained(settings):
        return [*found, theory]
    measured = readout("sd", "sd", ".2f", color=BLUE)
    return [*found, measured, theory, readout("loss", "Loss", ".3f", color=TRAIN)]
