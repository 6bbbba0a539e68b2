"""The slide as a film: the window goes over the picture, and the outputs come out one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment
from core.experiments.kernels.notes import finished, look
from core.experiments.kernels.script import script
from core.experiments.kernels.settings import KernelsSettings, cell
from core.experiments.kernels.sheet import Sheet, columns, sheet_of, shown
from core.film import Film, to_bytes
from core.settings import Settings

MOST, LEAST, BYTES = 48, 16, 3_000_000  # frames of a slide, and what a film may hold
ACROSS = 8  # frames in which the window crosses the picture once


class Kernels(Experiment):
    """Slide a kernel over a picture; a step is a stretch of the way, not an update of weights.

    Tracks of a snapshot (C input and D output channels, kernels of k x k, picture padded to P x P,
    m x m outputs):
        image     uint8 (C, P, P): the padded picture; x is this over 255
        kernel    float32 (C k, k): W, the channels one below the other, as set
        used      float32 (C k, k): as it is slid, perhaps flipped
        out       uint8 (D, m, m): the outputs computed so far, between the `limits`
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
        maps      uint8 (n, 48, 48): what each known kernel finds
        counts    float32 (3,): weights of (5.1), (5.2), (5.3) for this picture
        fourier   largest difference between the sum and the product of the Fourier transforms
        loss      largest difference to torch's own layer: rounding
        computed  outputs computed so far
    """

    Settings: ClassVar[type[Settings]] = KernelsSettings
    at_once = True

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
        self.sheet = sheet_of(settings)
        self.limits = shown(settings)  # they stay while cells are dragged: so do colors
        self._drawn: tuple[Sheet, dict[str, Any], Any] | None = None
        held = sum(np.asarray(track).nbytes for track in self.drawn[0].values())
        frames = (BYTES // (held + self.sheet.h.size)) // ACROSS * ACROSS
        self.last = int(min(MOST, max(LEAST, frames)))

    def step(self, n: int) -> None:
        """Go n stretches on, at most to the last one."""
        if self.done:
            return
        self.steps = min(self.steps + n, self.last)
        if self.steps == self.last:
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

    def notes(self, film: Film) -> None:
        """Add what a student should notice."""
        look(self, film)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        still, out = self.drawn
        return {**still, **self._moving(out)}

    # --- parts of a snapshot ----------------------------------------------------------------------

    @property
    def drawn(self) -> tuple[dict[str, Any], NDArray[np.uint8]]:
        """What is the same all along the way, and all outputs in bytes: made once for a kernel."""
        if self._drawn is None or self._drawn[0] is not self.sheet:
            self._drawn = self.sheet, self._still(), to_bytes(self.sheet.h, *self.limits)
        return self._drawn[1:]

    def _still(self) -> dict[str, Any]:
        sheet = self.sheet
        one, other = sheet.shifts
        arrays = {"errors": sheet.errors, "counts": sheet.parameters}
        return {
            "image": sheet.image,
            "kernel": columns(sheet.K),
            "used": columns(sheet.used),
            "matrix": sheet.matrix.astype(np.float16),
            "shifted": np.stack([one, other, one - other]).astype(np.float16),
            "spectra": sheet.spectra,
            "maps": sheet.maps,
            **{name: np.array(value, np.float32) for name, value in arrays.items()},
            "gap": float(np.abs(one - other).max()),
            "fourier": sheet.fourier,
            "loss": sheet.difference,
        }

    def _moving(self, out: NDArray[np.uint8]) -> dict[str, Any]:
        """The window, what it sees, and the outputs so far."""
        sheet, m = self.sheet, self.sheet.h.shape[-1]
        i, j, seen = self.way(m)
        patch = sheet.patch(i, j)
        products = patch * sheet.used
        return {
            "out": np.where(seen, out, self._nothing()),
            "place": np.array([i, j], np.float32),
            "window": box(i * sheet.stride - sheet.p, j * sheet.stride - sheet.p,
                          sheet.settings.dilation * (sheet.k - 1) + 1),
            "cell": box(i, j, 1),
            "patch": columns(patch),
            "products": columns(products),
            "rows": products.sum(2).ravel().astype(np.float32),
            "sums": products.sum((1, 2)).astype(np.float32),
            "total": products.sum(keepdims=True).ravel().astype(np.float32),
            "computed": float(seen.sum() * len(sheet.h)),
        }  # fmt: skip

    def way(self, m: int) -> tuple[int, int, NDArray[np.bool_]]:
        """Row and column of the window now, and which of m x m outputs have been computed.

        The window crosses strip after strip; all rows of a strip are computed as it passes. In the
        end it rests where it found most.
        """
        if self.steps == self.last:
            return *self.sheet.strongest, np.ones((m, m), bool)
        strips = self.last // ACROSS
        strip, t = divmod(self.steps, ACROSS)
        ends = [round(m * s / strips) for s in range(strips + 1)]
        until = round(m * t / ACROSS)
        seen = np.zeros((m, m), bool)
        seen[: ends[strip]] = True
        seen[ends[strip] : ends[strip + 1], :until] = True
        i = (ends[strip] + ends[strip + 1] - 1) // 2
        return min(max(i, 0), m - 1), min(max(until, 0), m - 1), seen

    def _nothing(self) -> NDArray[np.uint8]:
        """What is drawn where nothing is computed as yet: 0."""
        return to_bytes(np.zeros(()), *self.limits)


def box(row: float, column: float, size: float) -> NDArray[np.float32]:
    """Corners of a square, x and y, the first one again at the end. Shapes: (5, 2)."""
    y, x = row + size * np.array([0, 0, 1, 1, 0]), column + size * np.array([0, 1, 1, 0, 0])
    return np.stack([x, y], 1).astype(np.float32)
