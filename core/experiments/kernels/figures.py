"""Panels of the kernels page: the picture, the kernel, the outputs, and one of them in numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.kernels import figures_checks as below
from core.experiments.kernels.checks import counts
from core.experiments.kernels.figures_checks import reach
from core.experiments.kernels.figures_words import equation
from core.experiments.kernels.settings import CHANNELS
from core.experiments.kernels.sheet import MEGAPIXEL, Sheet, sheet_of, shown
from core.figures.chart import Chart
from core.figures.style import GRAY, ORANGE
from core.stage import Panel, drag, focus, made, readout

SIZE: dict[str, Any] = {"width": 212, "height": 330}
LARGE = SIZE | {"grow": 1.6}
BARE: dict[str, Any] = {"visible": False, "constrain": "domain"}
TOP = BARE | {"constraintoward": "top"}
EDGES = {"l": 6, "r": 6, "t": 4, "b": 4}
Range = tuple[float, float]


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    sheet = sheet_of(settings)
    return [
        picture(sheet), cells(sheet), output(sheet), equation(sheet), below.products(sheet),
        below.derivation(sheet), below.maps(sheet), below.shifts(sheet),
        below.who_commutes(sheet), below.matrix(sheet), below.fourier(sheet),
    ]  # fmt: skip


def followed(sheet: Sheet, tile: int) -> dict[str, Any]:
    """What is pointed at, and all that follows it."""
    s, m, reach = sheet.stride, sheet.h.shape[-1], sheet.settings.dilation * (sheet.k - 1) + 1
    makes = [
        made("place", "place", across=m),
        made("window", "box", across=m, step=s, shift=-sheet.p, wide=reach),
        made("cell", "box", across=m),
        made("patch", "window", "image", across=m, step=s, apart=sheet.settings.dilation,
             scale=1 / 255),
        made("products", "product", "patch", "used"),
        *(made(name, "total", "products") for name in ("rows", "sums", "total")),
    ]  # fmt: skip
    return focus("pixel", by="cell", tile=tile, makes=makes)


def pixels(x: Range, y: Range) -> Chart:
    """Axes in pixels, rows counted down."""
    return Chart("", "", x, y, xaxis=BARE, yaxis=TOP, square=True, margin=EDGES, grid=False)


def outlined(p: Chart, track: str) -> None:
    """An outline that is seen on light and dark."""
    p.line(xy=track, color="rgba(255,255,255,0.8)", width=4)
    p.line(xy=track, color=ORANGE, width=2)


def picture(sheet: Sheet) -> Panel:
    """What the window is slid over, padding included; pointing at it chooses an output."""
    P, p, k, d = sheet.image.shape[-1], sheet.p, sheet.k, sheet.settings.dilation
    n, s, m = P - 2 * p, sheet.stride, sheet.h.shape[-1]
    chart = pixels((-p, n + p), (n + p, -p))
    start = d * (k - 1) / 2 + 0.5 - s / 2 - p  # where the first window has its middle cell
    # Beneath the picture lie the outputs, each where its window has its middle: to be pointed at.
    chart.image("out", (start, start + s * m), (start + s * m, start), origin="upper")
    colors = "rgb" if sheet.C == 3 else "gray"
    chart.image("image", (-p, n + p), (n + p, -p), origin="upper", smooth=False, colors=colors)
    if p:
        chart.shape(type="rect", x0=0, x1=n, y0=0, y1=n,
                    line={"color": GRAY, "width": 1, "dash": "dot"})  # fmt: skip
    outlined(chart, "window")
    said = {"zero": "zeros", "reflect": "mirrored", "circular": "wrapped"}
    around = f", {said[sheet.settings.padding]} around" if p and sheet.up == 1 else ""
    title = f"Picture x, {n} × {n}{around or (' with zeros' if sheet.up > 1 else '')}"
    if sheet.settings.picture == "drawn":
        chart.tools(0, "draw", draw="Draw")
    return chart.panel(
        "picture", title=title, focus=followed(sheet, 0), **LARGE,
        alt="The picture; a square outline is the window of the kernel. Pointing at a place, or "
        "the arrow keys, move it.",
    )  # fmt: skip


def cells(sheet: Sheet) -> Panel:
    """The kernel as numbers in cells, each of which may be dragged."""
    C, k, top = sheet.C, sheet.k, reach(sheet.K)
    p = Chart("", "", (0, k), (C * k, 0), xaxis=BARE, yaxis=TOP, square=C == 1,
              margin=EDGES | ({"l": 46} if C > 1 else {}))  # fmt: skip
    p.image("kernel", (0, k), (C * k, 0), origin="upper", smooth=False, colors="signed",
            low=-top, high=top, numbers=".2g")  # fmt: skip
    for c in range(C if C > 1 else 0):
        p.note(CHANNELS[c], x=0, y=(c + 0.5) * k, xanchor="right", xshift=-4)
    for line in range(1, C):
        p.shape(type="line", x0=0, x1=k, y0=line * k, y1=line * k, line={"color": GRAY, "width": 3})
    flipped = ", slid flipped" if sheet.settings.flip else ""
    return p.panel(
        "kernel", title=f"Kernel W, {k} × {k}{flipped}: drag ↕", **SIZE, grow=0.5,
        drag=drag("K", "kernel", tile=0, low=-top, high=top),
        alt="The weights of the kernel in a grid; each cell is a handle that goes up and down.",
    )  # fmt: skip


def output(sheet: Sheet) -> Panel:
    """The outputs computed so far."""
    D, m, _ = sheet.h.shape
    low, high = shown(sheet.settings)
    p = pixels((0, m), (m, 0))
    signed = "diverging" if low < 0 < high else "gray"
    colors: dict[str, Any] = {"colors": "rgb"}
    if D == 1:
        colors = {"colors": signed, "colorbar": ("h", low, high)}
    p.image("out", (0, m), (m, 0), origin="upper", smooth=False, clip="seen", **colors)
    p.shape(type="rect", x0=0, x1=m, y0=0, y1=m, line={"color": GRAY, "width": 1, "dash": "dot"})
    outlined(p, "cell")
    what = f"{D} × " if D > 1 else ""
    return p.panel(
        "out", title=f"Output h, {what}{m} × {m}", focus=followed(sheet, 0), **LARGE,
        alt="The outputs of the layer in colors, as far as the window has come. Pointing at one "
        "shows its sum.",
    )  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The number that decides: how many weights are left."""
    sheet = sheet_of(settings)
    whole = counts(MEGAPIXEL**2, MEGAPIXEL**2, MEGAPIXEL, sheet.k**2)
    here = sheet.parameters
    return [
        readout("counts", f"Weights, for a megapixel: {power(whole[0])} → {power(whole[1])} →",
                f"d of {sheet.k} × {sheet.k}", column=2) if sheet.C == 1 else
        readout("counts", f"Weights: {power(here[0])} → {power(here[1])} →", "d", column=2),
        readout("computed", "outputs computed", "d"),
        readout("loss", "largest difference to torch's layer", ".1g"),
    ]  # fmt: skip


def power(number: int) -> str:
    """A large number in words that are quickly read: 4 × 10⁶, or 65,025."""
    if number < 100_000:
        return f"{number:,}"
    exponent = len(str(number)) - 1
    lead = number / 10**exponent
    raised = "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(exponent))
    short = f"{lead:.1f}".removesuffix(".0")
    return f"10{raised}" if short == "1" else f"{short} × 10{raised}"
