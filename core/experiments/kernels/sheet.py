"""Everything that is computed for one picture and one kernel: the layer, and what holds of it."""

from __future__ import annotations

from copy import copy
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.kernels import checks
from core.experiments.kernels.convolution import Array, convolve, depthwise, flip, pad, stuff
from core.experiments.kernels.data import picture
from core.experiments.kernels.reference import by_torch
from core.experiments.kernels.settings import bank, channels, kernel
from core.film import to_bytes

Numbers = NDArray[np.float64]
SMALL, SEEN, MAPS = 32, 64, 48  # pixels of pictures in the shift test, in spectra, of maps
TINY = 8  # of the picture whose layer is shown as a matrix, or larger where the window is
DARK = -4.0  # log10 of what is black in a spectrum
MEGAPIXEL = 1000


class Sheet:
    """A picture, a kernel, and the layer that they make; `K` may be changed by hand, (C, k, k)."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.K = kernel(settings)
        self.k, self.C = int(settings.side), channels(settings)
        transposed = settings.layer == "transposed"
        # A transposed layer makes a small picture larger: both fit on the sheet.
        self.up: int = settings.stride if transposed else 1
        self.stride: int = 1 if transposed else settings.stride
        self.x = picture(settings, _edge(int(settings.edge), self.up))  # (C, n, n) bytes

    def changed(self, K: Numbers) -> Sheet:
        """The same picture with another kernel; what does not depend on it is kept."""
        found = copy(self)
        keep = ("settings", "k", "C", "up", "stride", "x", "image", "maps", "small")
        found.__dict__ = {name: part for name, part in self.__dict__.items() if name in keep}
        found.K = K
        return found

    @property
    def used(self) -> Numbers:
        """The kernel as it is slid: flipped, if so set; a transposed layer flips it once more.

        Shapes: (C, k, k)
        """
        turned = self.settings.flip != (self.settings.layer == "transposed")
        return flip(self.K) if turned else self.K

    @property
    def p(self) -> int:
        """Rows and columns added at each side of what is slid over."""
        reach = self.settings.dilation * (self.k - 1)
        if self.settings.layer == "transposed":  # torch's padding: what it takes away
            return reach if self.settings.padding == "valid" else reach // 2
        return 0 if self.settings.padding == "valid" else reach // 2

    def padded(self, x: Array) -> Array:
        """What the window is slid over. Shapes: (C, n, n) -> (C, P, P)."""
        if self.settings.layer == "transposed":
            return pad(stuff(x, self.up), "zero", self.p)
        return pad(x, self.settings.padding, self.p)

    def layer(self, x: Array, K: Array | None = None) -> Array:
        """The layer, equation (5.5) with one output channel; a depthwise one has C of them.

        Shapes: (C, n, n) -> (D, m, m)
        """
        K = self.used if K is None else K
        z, dilation = self.padded(x), self.settings.dilation
        if self.settings.layer == "depthwise":
            return depthwise(z, K, self.stride, dilation)
        return convolve(z, K[None], self.stride, dilation)

    # --- what the film shows ----------------------------------------------------------------------

    @cached_property
    def image(self) -> NDArray[np.uint8]:
        """The padded picture, in bytes; its numbers are those over 255."""
        return self.padded(self.x)

    @cached_property
    def h(self) -> Numbers:
        """The outputs. Shapes: (D, m, m)."""
        return self.layer(self.x / 255.0)

    @cached_property
    def strongest(self) -> tuple[int, int]:
        """Row and column of the largest output, by size, whose window sees no padding."""
        size, edge = np.abs(self.h).sum(0), -(-self.p // self.stride)
        inner = size[edge : len(size) - edge, edge : len(size) - edge]
        if not inner.size:
            return 0, 0
        i, j = np.unravel_index(int(inner.argmax()), inner.shape)
        return int(i) + edge, int(j) + edge

    def patch(self, i: int, j: int) -> Numbers:
        """What the window of output (i, j) sees, x_{i+a, j+b}. Shapes: (C, k, k)."""
        d, s = self.settings.dilation, self.stride
        rows, columns = (at * s + d * np.arange(self.k) for at in (i, j))
        return self.image[:, rows[:, None], columns[None, :]] / 255.0

    @cached_property
    def maps(self) -> NDArray[np.uint8]:
        """What each known kernel finds in the small picture, gray for 0. Shapes: (D, 48, 48)."""
        W = bank(self.settings)
        x = picture(self.settings.replace(color=W.shape[1] > 1), 2 * SMALL)[:, 8:-8, 8:-8]
        return through_all(x.tobytes(), W.tobytes(), W.shape)

    # --- what holds of it -------------------------------------------------------------------------

    @cached_property
    def small(self) -> Numbers:
        """The picture with few pixels. Shapes: (C, 32, 32)."""
        return picture(self.settings, SMALL) / 255.0

    @cached_property
    def shifts(self) -> tuple[Numbers, Numbers]:
        """The small picture shifted and convolved, and the other way round, first channel."""
        by, up = (self.settings.down, self.settings.right), self.stride
        one, other = checks.both_ways(self.layer, self.small, by, up, self.up)
        return one[0], other[0]

    @cached_property
    def errors(self) -> Numbers:
        """How far both are apart: this layer, then five with the same kernel. Shapes: (6,)."""
        by, d = (self.settings.down, self.settings.right), self.settings.dilation
        five = checks.shift_errors(self.small, self.used[None], d, by, self.settings.seed)
        return np.array([checks.apart(*self.shifts), *five])

    @cached_property
    def matrix(self) -> Numbers:
        """The layer of the first channel, on a tiny picture. Shapes: (m², n²)."""
        n = tiny(self.settings)
        many = partial(self._one, np.broadcast_to(self.used[0], (n * n, self.k, self.k)))
        return checks.matrix(many, n)

    def _one(self, K: Numbers, x: Array) -> Array:
        return depthwise(self.padded(x), K, self.stride, self.settings.dilation)

    @cached_property
    def fourier(self) -> float:
        """Largest difference between sum and product, first channel of the whole picture."""
        x = self.x[0] / 255.0
        return checks.fourier_error(x, self.used[0], self.settings.dilation)

    @cached_property
    def spectra(self) -> NDArray[np.uint8]:
        """log10 of |F| over its largest: picture, kernel, their product. Shapes: (3, 64, 64)."""
        x = picture(self.settings, SEEN)[0] / 255.0
        X = np.abs(np.fft.fft2(x - x.mean()))
        W = np.abs(np.fft.fft2(checks.spread(self.used[0], SEEN, self.settings.dilation)))
        found = []
        for F in (X, W, X * W):
            with np.errstate(divide="ignore"):
                level = np.log10(np.fft.fftshift(F) / max(F.max(), 1e-12))
            found.append(to_bytes(level, DARK, 0))
        return np.stack(found)

    @cached_property
    def parameters(self) -> tuple[int, int, int]:
        """Weights of (5.1), (5.2) and (5.3) between this picture and these outputs."""
        return checks.counts(self.x.size, self.h.size, len(self.x[0]), self.K.size)

    @cached_property
    def difference(self) -> float:
        """Largest difference between our outputs and those of torch's own layer: rounding."""
        return float(np.abs(by_torch(self) - self.h).max())


@lru_cache(maxsize=16)
def through_all(x: bytes, W: bytes, shape: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """A small picture through a layer of D output channels, which no slider of the page changes.

    Equation: (5.5). Shapes: x bytes of (C, 48, 48), W float64 of (D, C, k, k) -> (D, 48, 48)
    """
    z, kernels = np.frombuffer(x, np.uint8).reshape(-1, MAPS, MAPS), np.frombuffer(W).reshape(shape)
    h = convolve(pad(z / 255.0, "reflect", shape[-1] // 2), kernels)
    return np.stack([to_bytes(one, *limits(K)) for one, K in zip(h, kernels, strict=True)])


@lru_cache(maxsize=8)
def sheet_of(settings: Any) -> Sheet:
    """The sheet of these settings, which film, panels and readouts share."""
    return Sheet(settings)


def _edge(edge: int, up: int) -> int:
    """Pixels of the picture that a transposed layer begins with: a divisor of 256."""
    while up > 1 and edge * up > 256 and edge > 32:
        edge //= 2
    return edge


def tiny(settings: Any) -> int:
    """Edge of the picture whose layer is shown as a matrix: the window fits into it."""
    return max(TINY, settings.dilation * (int(settings.side) - 1) + 1)


def limits(K: Numbers) -> tuple[float, float]:
    """Between which numbers outputs are drawn.

    A kernel of sum 0 finds differences, drawn about 0; others give a brightness, from 0 to the sum.
    """
    total, size = float(K.sum()), float(np.abs(K).sum())
    if abs(total) < 0.05 * size or not size:
        top = float(f"{max(0.2 * size, 0.05):.1g}")
        return -top, top
    return min(0.0, total), max(0.0, total)


def shown(settings: Any) -> tuple[float, float]:
    """Between which numbers the outputs of these settings are drawn."""
    K = kernel(settings)
    return limits(K[:1] if settings.layer == "depthwise" else K)


def columns(K: Numbers) -> NDArray[np.float32]:
    """The kernels of all channels one below the other. Shapes: (C, k, k) -> (C k, k)."""
    return K.reshape(-1, K.shape[-1]).astype(np.float32)
