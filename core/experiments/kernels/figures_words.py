"""The equation of one output, worked out with its numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.kernels.settings import CHANNELS
from core.experiments.kernels.sheet import Sheet
from core.figures.style import LOWERED
from core.stage import Panel, line, words


def equation(sheet: Sheet) -> Panel:
    """One output as the sum that it is, for what is pointed at or where the slide is."""
    settings = sheet.settings
    number = "(5.5)" if sheet.C > 1 else "(5.3)"
    place = ("place", 0, "d"), ("place", 1, "d")
    lines = [line("Row i = {}, column j = {}", *place, mark="head")]
    if sheet.C > 1:
        lines += channels(sheet)
    elif sheet.k <= 3:
        lines += terms(sheet)
    else:
        lines += rows(sheet)
    if sheet.C == 1:
        lines.append(line("h = {}, their sum", ("total", 0, ".3f"), mark="right"))
    if settings.layer == "transposed":
        lines.append(line("W is turned by half a turn: as if x W were added at every place.",
                          mark="muted"))  # fmt: skip
    elif settings.flip:
        lines.append(line("Flipped: a strict convolution.", mark="muted"))
    elif sheet.k > 1:
        lines.append(line("No flip: cross-correlation.", mark="muted"))
    return words(
        "equation", lines, title=f"{number}: Σ W·x of one window", width=212, height=364,
        alt="The products of the weights with what the window sees, and their sum.",
    )  # fmt: skip


def offset(a: int, b: int, settings: Any, k: int) -> str:
    """A weight by its offset from the middle: W₋₁,₀."""
    r = k // 2
    return f"W{a - r},{b - r}".translate(LOWERED).replace(",", " ")


def terms(sheet: Sheet) -> list[dict[str, Any]]:
    """Every product."""
    k, found = sheet.k, []
    for n in range(k * k):
        name = offset(n // k, n % k, sheet.settings, k)
        numbers = ("used", n, ".2g"), ("patch", n, ".3f"), ("products", n, ".3f")
        found.append(line(f"{name} x = {{}} · {{}} = {{}}", *numbers))
    return found


def rows(sheet: Sheet) -> list[dict[str, Any]]:
    """The sum over each row of the window."""
    r = sheet.k // 2
    return [
        line(f"row a = {a - r}: Σ W·x = {{}}".replace("= -", "= −"), ("rows", a, ".3f"))
        for a in range(sheet.k)
    ]


def channels(sheet: Sheet) -> list[dict[str, Any]]:
    """The sum over the window in each channel; and over the channels, unless they stay apart."""
    found = [line(f"{name}: Σ W·x = {{}}", ("sums", c, ".3f")) for c, name in enumerate(CHANNELS)]
    if sheet.settings.layer == "depthwise":
        return [
            *found,
            line("Depthwise: channels are not summed, each is an output.", mark="right"),
        ]
    sums = [("sums", c, ".2f()") for c in range(sheet.C)]
    found.append(line("Σ over channels c′:", mark="head"))
    found.append(line("h = {} + {} + {} = {}", *sums, ("total", 0, ".3f"), mark="right"))
    return found
