"""What must hold of a convolution: it commutes with shifts, and is a product of frequencies.

And what it is: a matrix with few different numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.kernels.convolution import Array, convolve, depthwise, pad
from core.experiments.kernels.presets import binomial

Layer = Callable[[Array], Array]
BLUR = 5  # cells along a side of the blur before a stride


def shift(x: Array, by: tuple[int, int]) -> Array:
    """Every pixel `by` rows down and columns to the right, around the edges.

    Shapes: (C, H, W) -> (C, H, W)
    """
    return np.roll(x, by, axis=(1, 2))


def both_ways(layer: Layer, x: Array, by: tuple[int, int], up: int = 1, larger: int = 1) -> Any:
    """Shift then layer, layer then shift: the same where the layer is equivariant.

    Of a layer with a stride `up` the outputs are brought back to the picture's grid; a transposed
    one has `larger` outputs.

    Shapes: x (C, n, n) -> (D, m, m), (D, m, m)
    """
    down, right = by
    first = finer(layer(shift(x, by)), up)
    return first, shift(finer(layer(x), up), (down * larger, right * larger))


def finer(h: Array, up: int) -> Array:
    """The same waves on a grid `up` times as fine, exact where no wave was too short for h.

    So what a subsampled picture has lost is seen, and nothing else.

    Shapes: (D, m, m) -> (D, up m, up m)
    """
    if up == 1:
        return h
    D, m, _ = h.shape
    F = np.fft.fftshift(np.fft.fft2(h), axes=(1, 2))
    before = (up * m) // 2 - m // 2
    room = (before, up * m - m - before)
    whole = np.fft.ifftshift(np.pad(F, ((0, 0), room, room)), axes=(1, 2))
    return np.fft.ifft2(whole).real * up**2


def apart(one: Array, other: Array) -> float:
    """Root mean square of the difference over that of `other`; 0 where both are nothing."""
    scale = float(np.sqrt(np.square(other).mean()))
    gap = float(np.sqrt(np.square(one - other).mean()))
    return gap / scale if scale > 1e-12 else gap


def blurred(x: Array) -> Array:
    """The picture through a binomial filter of 5 x 5: what is too fine for stride 2 is damped.

    Shapes: (C, n, n) -> (C, n, n)
    """
    W = np.outer(binomial(BLUR), binomial(BLUR))
    return depthwise(pad(x, "circular", BLUR // 2), np.broadcast_to(W, (len(x), BLUR, BLUR)))


@lru_cache(maxsize=4)
def fully_connected(n: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Random weights of two layers, from every pixel to every unit to every output.

    Gaussian, so that the sizes of what goes through a ReLU stay (He et al., 2015).

    Equation: (5.1), twice. Shapes: W (n², n²), V (n², n²)
    """
    rng = np.random.default_rng(seed)
    W, V = rng.standard_normal((2, n * n, n * n), dtype=np.float32) * np.float32(2**0.5 / n)
    return W, V


def mlp(x: Array, W: Array, V: Array) -> Array:
    """A hidden layer of ReLUs between two full matrices; no pixel has a place of its own.

    Equation: (2.1), V relu(W x), of the mean over the channels
    Shapes: x (C, n, n), W (m, n²), V (n², m) -> (1, n, n)
    """
    h = np.maximum(W @ x.mean(0, dtype=np.float32).ravel(), 0)
    return (V @ h).reshape(1, *x.shape[1:])


def shift_errors(x: Array, W: Array, dilation: int, by: tuple[int, int], seed: int) -> list[float]:
    """How far both ways are apart, for four layers with the same kernel and an MLP.

    Circular padding; zeros around; stride 2; a blur, then stride 2; an MLP with random
    weights instead.

    Shapes: x (C, n, n), W (D, C, k, k)
    """
    p = dilation * (W.shape[-1] - 1) // 2

    def around(padding: str, stride: int = 1) -> Layer:
        return lambda z: convolve(pad(z, padding, p), W, stride, dilation)

    layers: list[tuple[Layer, int]] = [
        (around("circular"), 1),
        (around("zero"), 1),
        (around("circular", 2), 2),
        (lambda z: around("circular", 2)(blurred(z)), 2),
    ]
    errors = [apart(*both_ways(layer, x, by, up)) for layer, up in layers]
    return [*errors, mlp_error(x.astype(np.float64).tobytes(), x.shape, by, seed)]


@lru_cache(maxsize=32)
def mlp_error(x: bytes, shape: tuple[int, ...], by: tuple[int, int], seed: int) -> float:
    """How far both ways are apart for the MLP, which knows no kernel: no slider waits for it.

    x holds float64 of `shape`, (C, n, n).
    """
    weights = fully_connected(shape[-1], seed)
    picture = np.frombuffer(x).reshape(shape)
    return apart(*both_ways(lambda z: mlp(z, *weights), picture, by))


def matrix(layer: Layer, n: int) -> Array:
    """The layer as a matrix: column p is what it makes of a picture whose pixel p alone is 1.

    `layer` takes n² pictures at once. Equation: (5.1), with the weights of (5.3).
    Shapes: layer (n², n, n) -> (n², m, m); result (m², n²)
    """
    return layer(np.eye(n * n).reshape(n * n, n, n)).reshape(n * n, -1).T


def spread(K: Array, n: int, dilation: int) -> Array:
    """The kernel as a picture of n x n whose pixel (0, 0) is its middle.

    Shapes: (k, k) -> (n, n)
    """
    k = K.shape[-1]
    at = (dilation * (np.arange(k) - k // 2)) % n
    whole = np.zeros((n, n))
    np.add.at(whole, (at[:, None], at[None, :]), K)
    return whole


def by_fourier(x: Array, K: Array, dilation: int) -> Array:
    """The same cross-correlation as a product: h = F⁻¹[conj(F[W]) F[x]], around the edges.

    For a kernel that is flipped conj drops out: that is the convolution theorem. Of real pictures
    half of the waves say all.

    Shapes: x (n, n), K (k, k) -> (n, n)
    """
    W = spread(K, x.shape[-1], dilation)
    return np.fft.irfft2(np.conj(np.fft.rfft2(W)) * np.fft.rfft2(x), s=x.shape)


def fourier_error(x: Array, K: Array, dilation: int) -> float:
    """Largest difference between the sum (5.3) with circular padding and the product.

    Shapes: x (n, n), K (k, k)
    """
    p = dilation * (K.shape[-1] - 1) // 2
    h = convolve(pad(x[None], "circular", p), K[None, None], 1, dilation)[0]
    return float(np.abs(h - by_fourier(x, K, dilation)).max())


def counts(inputs: int, out: int, edge: int, cells: int) -> tuple[int, int, int]:
    """Weights of (5.1), (5.2) and (5.3) for a picture of edge x edge and a kernel of `cells`.

    From every pixel to every output; one for each offset that there is, in each channel; one for
    each offset within the window.
    """
    return inputs * out, (2 * edge - 1) ** 2 * (inputs // edge**2), cells
