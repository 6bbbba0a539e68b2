"""Settings of the kernels page: the picture, the kernel, and how it is slid."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.kernels.convolution import PADDINGS
from core.experiments.kernels.data import (
    COLORED,
    KEPT,
    MOST,
    NUMBERED,
    PEN,
    SOURCES,
    strokes_of,
)
from core.experiments.kernels.presets import OWN, PRESETS
from core.settings import SettingError, Settings, setting
from core.settings.kinds import Choice, Flag, Integer, Number, Text, rare
from core.settings.lists import Rows

Numbers = NDArray[np.float64]
SIDES, EDGES = ("1", "3", "5", "7"), ("32", "64", "128", "256")
LAYERS = ("convolution", "depthwise", "transposed")
WIDEST = 12  # rows and columns that a window reaches beyond its first cell
LARGEST = 50.0  # of one weight
MIXES = {
    "mean of colors": (1 / 3, 1 / 3, 1 / 3),
    "red − green": (1.0, -1.0, 0.0),
    "blue − yellow": (-0.5, -0.5, 1.0),
}
CHANNELS = ("red", "green", "blue")


def squared(text: str) -> str:
    """How a side is written in a menu."""
    return f"{text} × {text}"


def _colored(settings: Any) -> bool:
    return settings.picture in COLORED


def _numbered(settings: Any) -> bool:
    return settings.picture in NUMBERED


def _mixed(settings: Any) -> bool:
    return channels(settings) > 1 and settings.layer != "depthwise" and settings.kernel != OWN


@dataclass(frozen=True)
class KernelsSettings(Settings):
    """What decides the film; nothing is trained here."""

    kernel: str = setting(
        "horizontal edge", Choice((*PRESETS, OWN), label="Kernel", group="kernel", wide=True)
    )
    side: str = setting("3", Choice(SIDES, label="Its size", group="kernel", said=squared))
    angle: float = setting(
        45.0, Number(0, 175, step=5, label="Angle in °", group="kernel",
                     when=lambda settings: settings.kernel == "Gabor"),
    )  # fmt: skip
    mix: str = setting(
        next(iter(MIXES)), Choice(MIXES, label="Channels", group="kernel", when=_mixed,
                                  help="How the kernel counts in each input channel."),
    )  # fmt: skip
    cells: tuple[tuple[float, ...], ...] = setting(
        tuple((float(v),) for v in PRESETS["horizontal edge"](3, 0).ravel()),
        Rows(1, 3 * 49, bound=LARGEST, label="Own kernel, row by row"),
    )
    flip: bool = setting(
        False, Flag(label="Flip the kernel", group="kernel",
                    help="(5.2) is a cross-correlation; flipped, it is a convolution as "
                    "mathematics has it."),
    )  # fmt: skip
    picture: str = setting("temple", Choice(SOURCES, label="Picture", group="picture"))
    edge: str = setting("128", Choice(EDGES, label="Pixels", group="picture", said=squared))
    which: int = setting(
        0, Integer(0, MOST, label="Which one", group="picture", when=_numbered,
                   help="Decides how a galaxy lies and winds, and its stars; or which digit."),
    )  # fmt: skip
    color: bool = setting(
        False, Flag(label="In color: 3 channels", group="picture", when=_colored)
    )  # fmt: skip
    layer: str = setting("convolution", Choice(LAYERS, label="Layer", group="layer"))
    padding: str = setting("zero", Choice(PADDINGS, label="Padding", group="layer"))
    stride: int = setting(1, Integer(1, 4, label="Stride", group="layer"))
    dilation: int = setting(
        1, Integer(1, 6, label="Dilation", group="layer", help="How far apart the cells lie.")
    )
    right: int = setting(3, Integer(0, 16, label="Shift to the right", **rare("shift test")))
    down: int = setting(2, Integer(0, 16, label="Shift down", **rare("shift test")))
    seed: int = setting(
        0, Integer(0, 2**31 - 1, label="Seed", **rare("shift test"),
                   help="Decides the weights of the MLP in the shift test."),
    )  # fmt: skip
    strokes: tuple[tuple[float, ...], ...] = setting(
        (), Rows(3, 300, bound=1000.0, label="Strokes: number, x, y"),
    )  # fmt: skip
    image: str = setting("", Text(longest=16, verify=KEPT.known, label="Own image"))

    def check(self) -> None:
        """What only holds between settings."""
        reach = self.dilation * (int(self.side) - 1)
        if reach > WIDEST:
            most = WIDEST // max(1, int(self.side) - 1)
            allowed = f"up to {most} here, so that a window is at most {WIDEST + 1} pixels wide"
            raise SettingError("dilation", self.dilation, allowed)
        if self.layer == "transposed" and self.padding not in ("zero", "valid"):
            raise SettingError(
                "padding", self.padding, "zero or valid in a transposed layer, as in PyTorch"
            )
        if isqrt(own_side_squared(self.cells)) ** 2 != own_side_squared(self.cells):
            allowed = "1, 9, 25 or 49 numbers, or three times as many for three channels"
            raise SettingError("cells", len(self.cells), allowed)


def own_side_squared(cells: Any) -> int:
    """Cells of one channel of an own kernel; 0 is no square of an odd side, and 2 no square."""
    n = len(cells)
    for one in (n, n // 3 if n % 3 == 0 else 0):
        if one in (1, 9, 25, 49):
            return one
    return 2


def channels(settings: Any) -> int:
    """Input channels of the picture."""
    return 3 if settings.color and settings.picture in COLORED else 1


def kernel(settings: Any) -> Numbers:
    """The kernel of each input channel, as set, before any flip.

    Shapes: (C, k, k)
    """
    C, k = channels(settings), int(settings.side)
    if settings.kernel == OWN:
        return fitted(np.array(settings.cells), C, k)
    K = PRESETS[settings.kernel](k, settings.angle)
    weigh = MIXES[settings.mix] if C > 1 and settings.layer != "depthwise" else (1.0,) * C
    return np.stack([w * K for w in weigh])


def bank(settings: Any) -> Numbers:
    """Every known kernel as an output channel c, W_abcc' of (5.5).

    A depthwise layer sums over no channels: its kernels are those of the gray picture.
    Shapes: (D, C, k, k)
    """
    summed = channels(settings) > 1 and settings.layer != "depthwise"
    weigh = np.array(MIXES[settings.mix] if summed else (1.0,))
    side = max(3, int(settings.side))
    return np.stack([weigh[:, None, None] * K(side, settings.angle) for K in PRESETS.values()])


def fitted(cells: Numbers, C: int, k: int) -> Numbers:
    """Own cells in k x k for C channels: what is too large is cut off, what is missing is 0."""
    one = own_side_squared(cells)
    side, held = isqrt(one), len(cells) // one
    K = cells.reshape(held, side, side)
    cut = (side - k) // 2
    K = (
        K[:, cut : side - cut, cut : side - cut]
        if cut > 0
        else np.pad(K, ((0, 0),) + ((-cut,) * 2,) * 2)
    )
    if held == C:
        return K
    return np.repeat(K, C, axis=0) / C if held == 1 else K.sum(0, keepdims=True)


def own(settings: Any, K: Numbers) -> Any:
    """The settings with this kernel, (C, k, k), as an own one."""
    rows = tuple((float(v),) for v in K.ravel())
    return settings.replace(kernel=OWN, cells=rows)


def cell(name: str, text: str, K: Numbers) -> tuple[int, int, int, float]:
    """Channel, row, column and value of a change by hand, as `K.0.2` to 0.5.

    Rows count on through all channels. Errors: `SettingError` if there is no such cell, or it may
    not have this value.
    """
    C, k, _ = K.shape
    what, *place = name.split(".")
    if what != "K" or len(place) != 2 or not all(part.isdecimal() for part in place):
        raise SettingError("change", name, "a cell, as K.0.2: row 0, column 2")
    row, column = (int(part) for part in place)
    if row >= C * k or column >= k:
        raise SettingError("change", name, f"a cell up to K.{C * k - 1}.{k - 1}")
    number = Number(-LARGEST, LARGEST)
    return row // k, row % k, column, round(number.check(name, number.parse(name, text)), 2)


def edited(settings: Any, changes: Any) -> Any:
    """The settings after cells of the kernel were dragged: pairs of name and value."""
    K = kernel(settings).copy()
    for name, text in changes:
        c, a, b, value = cell(str(name), str(text), K)
        K[c, a, b] = value
    return own(settings, K)


def stroked(settings: Any, path: Any) -> Any:
    """The settings after a stroke over the picture, in pixels: it goes on with what was drawn."""
    n = int(settings.edge)
    points = [(2 * float(x) / n - 1, 2 * float(y) / n - 1) for x, y in path]
    kept, last = [], None
    for x, y in points:
        if last is None or abs(x - last[0]) + abs(y - last[1]) > PEN:
            kept.append((round(min(1.0, max(-1.0, x)), 2), round(min(1.0, max(-1.0, y)), 2)))
            last = (x, y)
    past = settings.strokes if settings.picture == "drawn" else ()
    number = len(strokes_of(past))
    rows = (*past, *((float(number), x, y) for x, y in kept))
    return settings.replace(picture="drawn", strokes=rows)
