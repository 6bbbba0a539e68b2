"""The slide as a film: the window goes over the picture, and the outputs come out one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment
from core.experiments.kernels.notes import finished, look
from core.experiments.kernels.script import script
from core.experiments.kernels.settings import KernelsSettings, cell
from core.experiments.kernels.sheet import Sheet, columns, sheet_of, shown
from core.film import to_bytes
from core.film.values import freeze

STRIPS, ACROSS = 6, 8  # how often the window crosses the picture, in so many frames each
LAST = STRIPS * ACROSS


class Kernels(Experiment):
    """Slide a kernel over a picture; a step is a stretch of the way, not an update of weights.

    Tracks of a snapshot (C input and D output channels, kernels of k x k, picture padded to P x P,
    m x m outputs):
        image     uint8 (C, P, P): the padded picture; x is this over 255
        kernel    float32 (C k, k): W, the channels one below the other, as set
        used      float32 (C k, k): as it is slid, perhaps flipped
        out       uint8 (D, m, m): all outputs, between the `limits`
        seen      float32 (6, 2): around those that are computed so far, x and y in outputs
        place     float32 (2,): row and column of the output that the window makes now
        window    float32 (5, 2): outline of the window on the padded picture, x and y in pixels
        cell      float32 (5, 2): outline of the output
        patch     float32 (C k, k): what the window sees
        products  float32 (C k, k): patch times used
        rows      float32 (C k,): sums of the products over a row of the window
        sums      float32 (C,): over the window, in each input channel
        total     float32 (1,): over the channels too: h at `place`, unless the layer is depthwise
        matrix    float16 (m'², n'²): the layer of channel 1 on a tiny picture
        shifted   float16 (3, r, r): the small picture shifted and convolved, convolved and shifted,
                  and the difference
        errors    float32 (6,): how far both are apart, see `checks.shift_errors`; this layer first
        gap       largest difference between both of them
        spectra   uint8 (3, 64, 64): log10 of |F| over its largest, from -4 to 0
        maps      uint8 (n, 48, 48): what each known kernel finds, an output channel each
        counts    float32 (3,): weights of (5.1), (5.2), (5.3) for this picture
        fourier   largest difference between the sum and the product of the Fourier transforms
        loss      largest difference to torch's own layer: rounding
        computed  outputs computed so far
    """

    Settings = KernelsSettings
    notes = look
    at_once = True

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
        self.sheet = sheet_of(settings)
        self.limits = shown(settings)  # they stay while cells are dragged: so do colors
        self._still: tuple[Sheet, dict[str, Any]] | None = None

    def step(self, n: int) -> None:
        """Go n stretches on, at most to the last one."""
        if self.done:
            return
        self.steps = min(self.steps + n, LAST)
        if self.steps == LAST:
            self.done = finished(self.sheet)

    def change(self, name: str, value: str) -> None:
        """Set a cell of the kernel by hand: `K.0.2` is row 0, column 2. Errors: `SettingError`."""
        c, a, b, number = cell(name, value, self.sheet.K)
        K = self.sheet.K.copy()
        K[c, a, b] = number
        self.sheet = self.sheet.changed(K)

    def weights(self) -> Mapping[str, Tensor]:
        """The kernel, as it is slid. Shapes: (C, k, k)."""
        return {"kernel": torch.from_numpy(self.sheet.used.astype(np.float32))}

    def script(self) -> str:
        """The same layer as a program of its own, which prints the difference to torch's."""
        return script(self.sheet)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        return {**self.still, **self._moving()}

    # --- parts of a snapshot ----------------------------------------------------------------------

    @property
    def still(self) -> dict[str, Any]:
        """What is the same all along the way: made once for a kernel."""
        if self._still is None or self._still[0] is not self.sheet:
            self._still = self.sheet, freeze(self._whole())
        return self._still[1]

    def _whole(self) -> dict[str, Any]:
        sheet = self.sheet
        one, other = sheet.shifts
        arrays = {"errors": sheet.errors, "counts": sheet.parameters}
        return {
            "image": sheet.image,
            "kernel": columns(sheet.K),
            "used": columns(sheet.used),
            "out": to_bytes(sheet.h, *self.limits),
            "matrix": sheet.matrix.astype(np.float16),
            "shifted": np.stack([one, other, one - other]).astype(np.float16),
            "spectra": sheet.spectra,
            "maps": sheet.maps,
            **{name: np.array(value, np.float32) for name, value in arrays.items()},
            "gap": float(np.abs(one - other).max()),
            "fourier": sheet.fourier,
            "loss": sheet.difference,
        }

    def _moving(self) -> dict[str, Any]:
        """The window, what it sees, and how far the outputs are."""
        sheet, m = self.sheet, self.sheet.h.shape[-1]
        i, j, seen = self.way(m)
        patch = sheet.patch(i, j)
        products = patch * sheet.used
        return {
            "seen": np.array(seen, np.float32),
            "place": np.array([i, j], np.float32),
            "window": box(i * sheet.stride - sheet.p, j * sheet.stride - sheet.p,
                          sheet.settings.dilation * (sheet.k - 1) + 1),
            "cell": box(i, j, 1),
            "patch": columns(patch),
            "products": columns(products),
            "rows": products.sum(2).ravel().astype(np.float32),
            "sums": products.sum((1, 2)).astype(np.float32),
            "total": products.sum(keepdims=True).ravel().astype(np.float32),
            "computed": float(area(seen) * len(sheet.h)),
        }  # fmt: skip

    def way(self, m: int) -> tuple[int, int, list[tuple[int, int]]]:
        """Row and column of the window now, and corners around those of m x m outputs computed.

        The window crosses strip after strip; all rows of a strip are computed as it passes. In the
        end it rests where it found most.
        """
        if self.steps == LAST:
            return *self.sheet.strongest, stairs(m, m, m, m)
        strip, t = divmod(self.steps, ACROSS)
        top, bottom = (round(m * s / STRIPS) for s in (strip, strip + 1))
        until = round(m * t / ACROSS)
        i = (top + bottom - 1) // 2
        return min(max(i, 0), m - 1), min(max(until, 0), m - 1), stairs(m, top, bottom, until)


def stairs(m: int, top: int, bottom: int, until: int) -> list[tuple[int, int]]:
    """Corners, x and y: m columns down to row `top`, from there to `bottom` those to `until`."""
    return [(0, 0), (m, 0), (m, top), (until, top), (until, bottom), (0, bottom)]


def area(corners: list[tuple[int, int]]) -> int:
    """How many cells lie inside `stairs`."""
    (_, (m, _), (_, top), (until, _), (_, bottom), _) = corners
    return m * top + until * (bottom - top)


def box(row: float, column: float, size: float) -> NDArray[np.float32]:
    """Corners of a square, x and y, the first one again at the end. Shapes: (5, 2)."""
    y, x = row + size * np.array([0, 0, 1, 1, 0]), column + size * np.array([0, 1, 1, 0, 0])
    return np.stack([x, y], 1).astype(np.float32)
