"""What a student should notice on the kernels page, from its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.kernels.settings import WIDEST
from core.film import Film

Numbers = NDArray[np.float64]
SAME = 1e-9  # relative difference that is rounding


def look(run: Any, film: Film) -> None:
    """Say at the beginning what the kernel is, at the end what holds of it."""
    sheet = run.sheet
    if len(film) == 1:
        film.info(sums(sheet), 0)
        if (word := direction(sheet)) is not None:
            film.info(word, 0)
        if not np.abs(sheet.K).any():
            film.warning("All cells are 0: every output is 0, whatever the picture.", 0)
    if run.done:
        film.info(shifts(sheet))
        if sheet.stride > 1:
            film.info(aliasing(sheet))


def sums(sheet: Any) -> str:
    """What the sum of the weights says of flat parts of a picture."""
    whole, inner = flat(sheet)
    low, high = float(inner.min()), float(inner.max())
    small = 1e-6 * max(1.0, float(np.abs(sheet.K).sum()))
    each = sheet.K.sum((1, 2))
    gray = "" if np.ptp(each) < small or sheet.settings.layer == "depthwise" else " and gray"
    if max(-low, high) < small:
        border = ", away from the border" if np.abs(whole).max() > small else ""
        return (
            f"The weights add up to 0: where the picture is flat{gray}, the output is 0, and what "
            "is left are differences. The same brightness added to all pixels changes "
            f"nothing{border}."
        )
    if high - low > small:
        why = (
            f"Of a transposed layer with stride {sheet.up} each output sums only some of the "
            "weights" if sheet.up > 1 else "The channels' weights have other sums"
        )  # fmt: skip
        return (
            f"{why}: where the picture is flat{gray}, outputs lie between {low:.3g} and {high:.3g} "
            "times its brightness."
        )
    whose = "Each channel's weights" if sheet.settings.layer == "depthwise" else "The weights"
    return (
        f"{whose} add up to {high:.3g}: where the picture is flat{gray}, the output is {high:.3g} "
        "times its brightness."
    )


def flat(sheet: Any) -> tuple[Numbers, Numbers]:
    """The layer's own outputs of a picture that is 1 everywhere: all, and away from the border."""
    h: Numbers = sheet.layer(np.ones((sheet.C, 4 * WIDEST, 4 * WIDEST)))
    edge = -(-sheet.p // sheet.stride)
    return h, h[:, edge : h.shape[1] - edge, edge : h.shape[2] - edge]


def direction(sheet: Any) -> str | None:
    """What a flip does to this kernel."""
    K = sheet.K
    if np.allclose(K, K[:, ::-1, ::-1]):
        said = "looks the same turned by half a turn: flipped or not, the output is the same."
    elif np.allclose(K, -K[:, ::-1, ::-1]):
        said = "changes its sign when it is turned by half a turn: so does the output, flipped."
    else:
        return None
    return f"This kernel {said}"


def finished(sheet: Any) -> str:
    """What was computed, in numbers."""
    D, m, _ = sheet.h.shape
    each = sheet.k**2 * (1 if sheet.settings.layer == "depthwise" else sheet.C)
    whole = sheet.parameters[0]
    return (
        f"{D * m * m:,} outputs, each a sum of {each} products with the same {sheet.K.size} "
        f"weights. A fully connected layer between them would have {whole:,}."
    )


def shifts(sheet: Any) -> str:
    """Whether this layer commutes with the shift that is set."""
    by = f"{sheet.settings.down} down and {sheet.settings.right} to the right"
    error = float(sheet.errors[0])
    if error < SAME:
        return f"Shift test, {by}: both ways give the same, to rounding."
    one, other = sheet.shifts
    gap = np.abs(one - other)
    return (
        f"Shift test, {by}: both ways differ by {error:.0%} of the output (root mean square), "
        f"at most by {gap.max():.2g}; {(gap > 1e-9).mean():.0%} of the outputs differ at all."
    )


def aliasing(sheet: Any) -> str:
    """What a stride loses, and what a blur before it saves."""
    plain, soft = sheet.errors[3], sheet.errors[4]
    return (
        f"With stride 2 both ways of the shift test differ by {plain:.1%}, though the padding is "
        "circular: waves too short for every second pixel have turned into others. After a blur: "
        f"{soft:.1%}."
    )
