"""Panels below the first row of the kernels page: what the layer is, and what holds of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.kernels.checks import counts
from core.experiments.kernels.presets import PRESETS
from core.experiments.kernels.settings import CHANNELS, LARGEST, bank
from core.experiments.kernels.sheet import DARK, MEGAPIXEL, SMALL, Sheet, limits, tiny
from core.figures.chart import LOG, Chart
from core.figures.matrix import images
from core.figures.style import BLUE, GRAY, ORANGE
from core.stage import Panel, line
from core.words import counted

BARE: dict[str, Any] = {"visible": False}
DOWN: dict[str, Any] = {"autorange": "reversed"}  # the first bar on top
SHORT = {"horizontal edge": "edge"}  # a map is narrow
GAP = 0.6  # between two grids, in cells
HIGH = 260


def reach(K: Any) -> float:
    """How far a cell of this kernel may be dragged, and its colors go."""
    return min(LARGEST, max(2.0, round(1.5 * float(np.abs(K).max()))))


def products(sheet: Sheet) -> Panel:
    """Patch, kernel as it is slid, and their products, cell by cell."""
    k, C = sheet.k, sheet.C
    top = reach(sheet.K)
    step = k + GAP * k / 3
    p = Chart("", "", (0, 2 * step + k), (C * k, -0.42 * k * C / 3), xaxis=BARE, yaxis=BARE,
              margin={"l": 44 if C > 1 else 6, "r": 6, "t": 4, "b": 4})  # fmt: skip
    painted: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("patch", "x", {"colors": "gray", "low": 0, "high": 1}),
        ("used", "W flipped" if sheet.settings.flip else "W", {"colors": "signed", "low": -top,
                                                              "high": top}),
        ("products", "W · x", {"colors": "signed", "low": -top, "high": top}),
    )  # fmt: skip
    for n, (track, title, colors) in enumerate(painted):
        left = n * step
        p.image(track, (left, left + k), (C * k, 0), origin="upper", smooth=False,
                numbers=".2g" if track == "used" else ".2f", **colors)  # fmt: skip
        p.note(title, x=left + k / 2, y=0, yanchor="bottom", font={"size": 13})
        if n:
            p.note("·" if n == 1 else "=", x=left - GAP * k / 6, y=C * k / 2, font={"size": 18})
    for c in range(C if C > 1 else 0):
        p.note(CHANNELS[c], x=0, y=(c + 0.5) * k, xanchor="right", xshift=-4)
    return p.panel(
        "products", title="What the window sees, times the kernel", width=420, height=HIGH,
        alt="Three grids: the pixels in the window, the weights, and their products.",
    )  # fmt: skip


def derivation(sheet: Sheet) -> Panel:
    """How many weights are left after each assumption, for a megapixel and for this picture."""
    steps = ["any to any<br>(5.1)", "same everywhere<br>(5.2)", "only near<br>(5.3)"]
    p = Chart("weights", "", (-0.3, 13), xaxis={**LOG, "dtick": 3}, yaxis=DOWN, legend=True,
              barmode="group", margin={"l": 108})  # fmt: skip
    n, k = len(sheet.x[0]), sheet.k
    both = {
        "a megapixel, 1 channel": counts(MEGAPIXEL**2, MEGAPIXEL**2, MEGAPIXEL, k * k),
        f"this picture, {n} × {n}": sheet.parameters,
    }
    for (name, found), color in zip(both.items(), (BLUE, ORANGE), strict=True):
        p.bars(list(found), steps, color=color, name=name, hover="%{x:,}", lying=True)
    return p.panel(
        "derivation", title="Weights along the derivation", width=330, height=HIGH,
        alt="Bars on a logarithmic axis: the number of weights of a fully connected layer, of one "
        "with shared weights, and of a local one.",
    )  # fmt: skip


def maps(sheet: Sheet) -> Panel:
    """Several kernels in parallel, each of which finds its own pattern: output channels."""
    W = bank(sheet.settings)
    D, C, k, _ = W.shape
    p = images("maps", D, 4, [SHORT.get(name, name) for name in PRESETS], colors="gray")
    for tile, K in zip(p.tiles, W, strict=True):
        low, high = limits(K)
        tile["colors"] = "diverging" if low < 0 < high else "gray"
    said = "each sums over red, green and blue; " if C > 1 else ""
    return p.panel(
        "maps", title=f"{D} kernels in parallel: output channels of (5.5)", width=330, height=330,
        caption=[line(f"{said}{D} out × {C} in × {k} × {k} = {W.size:,} weights".capitalize())],
        alt="The same small picture through every known kernel, an output channel each.",
    )  # fmt: skip


def shifts(sheet: Sheet) -> Panel:
    """The shift test of this layer: both ways, and what is between them."""
    r = sheet.shifts[0].shape[-1]
    low, high = limits(sheet.K[:1])
    top = max(abs(low), abs(high))
    names = ("shift, then layer", "layer, then shift", "difference")
    p = Chart("", "", (0, 3.1 * r), (r, -0.14 * r), xaxis=BARE, yaxis=BARE | {"scaleanchor": "x"},
              margin={"l": 6, "r": 6, "t": 4, "b": 4})  # fmt: skip
    for n, name in enumerate(names):
        left = 1.05 * n * r
        p.image("shifted", (left, left + r), (r, 0), n, origin="upper", smooth=False, low=-top,
                high=top, **({"colorbar": "h"} if n == 2 else {}))  # fmt: skip
        p.note(name, x=left + r / 2, y=0, yanchor="bottom")
    settings = sheet.settings
    return p.panel(
        "shifts", width=420, height=HIGH,
        title=f"Shift test, {SMALL} × {SMALL}: {settings.down} down, {settings.right} right",
        caption=[line("Largest difference: {}", ("gap", 0, ".2g"))],
        alt="The small picture shifted and then convolved, convolved and then shifted, and the "
        "difference, which is 0 everywhere where the layer is equivariant.",
    )  # fmt: skip


def who_commutes(sheet: Sheet) -> Panel:
    """How far both ways are apart, for this layer and five others."""
    names = ["this layer", "circular, stride 1", "zeros around", "stride 2", "blur, stride 2",
             "MLP, random"]  # fmt: skip
    p = Chart("difference over output", "", (0, 1.6), xaxis={"tickformat": ".0%"}, yaxis=DOWN,
              margin={"l": 116})  # fmt: skip
    p.bars(("errors", None), names, color=[ORANGE, BLUE, BLUE, BLUE, BLUE, GRAY],
           hover="%{y}: %{x:.2%}", lying=True)  # fmt: skip
    return p.panel(
        "commutes", title="Which layers commute with this shift?", width=330, height=HIGH,
        alt="Bars: root mean square of the difference of both ways, over that of the output. This "
        "layer, four with the same kernel, and an MLP with one hidden layer and random weights.",
    )  # fmt: skip


def matrix(sheet: Sheet) -> Panel:
    """The same layer as a matrix of (5.1): few different numbers, on few diagonals."""
    M, n = sheet.matrix, tiny(sheet.settings)
    rows, inputs = M.shape
    top = max(0.01, float(np.abs(M).max()))
    p = Chart("pixel (k, l)", "output (i, j)", (0, inputs), (rows, 0), grid=False)
    p.image("matrix", (0, inputs), (rows, 0), origin="upper", smooth=False, colors="signed",
            low=-top, high=top, colorbar="weight")  # fmt: skip
    different = len(np.unique(M.round(9)[M != 0]))
    return p.panel(
        "matrix", width=330, height=330,
        title=f"The layer as a matrix, picture {n} × {n}: {counted(different, 'weight')} and 0",
        alt="The matrix of the fully connected layer that does the same: the kernel on diagonals, "
        "0 elsewhere.",
    )  # fmt: skip


def fourier(sheet: Sheet) -> Panel:
    """Convolution theorem: a product of the spectra."""
    e = 0.5
    names = ("|F[x]|", "|F[W]|", "their product")
    p = Chart("", "", (-e, 3.2 - e), (-e, e + 0.14), xaxis=BARE, yaxis=BARE | {"scaleanchor": "x"},
              margin={"l": 6, "r": 6, "t": 4, "b": 4})  # fmt: skip
    scale = ("log₁₀ over the largest", DARK, 0)
    for n, name in enumerate(names):
        left = 1.08 * n - e
        p.image("spectra", (left, left + 1), (-e, e), n, smooth=False, colors="sequential",
                **({"colorbar": scale} if n == 2 else {}))  # fmt: skip
        p.note(name, x=left + 0.5, y=e, yanchor="bottom")
    conj = "F[W]" if sheet.settings.flip else "conj F[W]"
    return p.panel(
        "fourier", title=f"F[h] = {conj} · F[x], up to ±½ wave a pixel", width=420, height=HIGH,
        alt="Absolute values of the Fourier transforms of picture, kernel, and output, the slowest "
        "waves in the middle.",
        caption=[line("Largest difference of h to the sum (5.3), both around the edges: {}",
                      ("fourier", 0, ".1g"))],
    )  # fmt: skip
