"""The multilayer perceptron of the chapter, section 2, for several seeds at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.training import in_one_vector

Numbers = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, int], tuple[Numbers, Numbers]]

# --- Activations: sigma of equation (2.1) -------------------------------------------------------


def step(z: Tensor) -> Tensor:
    """1 where z > 0, else 0, with its true derivative: 0. Only the output layer can learn.

    Equation: (2.6)
    """
    return (z > 0).to(z.dtype)


def straight_through_step(z: Tensor) -> Tensor:
    """`step` forward; backward the slope 1/2 of a ramp for |z| < 1, as if the step were tilted.

    Source: Bengio, Leonard, Courville (2013), arXiv 1308.3432; Hubara et al. (2016), 1602.02830.
    """
    ramp = (z.clamp(-1, 1) + 1) / 2
    return ramp + (step(z) - ramp).detach()


def linear(z: Tensor) -> Tensor:
    """No activation: the network collapses to one linear map, equation (2.4)."""
    return z


ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "ReLU": torch.relu,  # Equation: (2.5)
    "sigmoid": torch.sigmoid,
    "linear": linear,
    "leaky ReLU": F.leaky_relu,
    "GELU": F.gelu,
    "SiLU": F.silu,
    "sine": torch.sin,
    "step": step,
    "straight-through step": straight_through_step,
}

# --- First weights: (rng, d_in, d_out) -> W (d_in, d_out), b (d_out,) ---------------------------


def fan_in(rng: np.random.Generator, d_in: int, d_out: int) -> tuple[Numbers, Numbers]:
    """Uniform in +-1/sqrt(d_in), weights and biases: the default of `torch.nn.Linear`."""
    bound = 1 / math.sqrt(d_in)
    return rng.uniform(-bound, bound, (d_in, d_out)), rng.uniform(-bound, bound, d_out)


def glorot(rng: np.random.Generator, d_in: int, d_out: int) -> tuple[Numbers, Numbers]:
    """Uniform in +-sqrt(6/(d_in + d_out)), zero biases. Source: Glorot and Bengio (2010)."""
    bound = math.sqrt(6 / (d_in + d_out))
    return rng.uniform(-bound, bound, (d_in, d_out)), np.zeros(d_out)


def he(rng: np.random.Generator, d_in: int, d_out: int) -> tuple[Numbers, Numbers]:
    """Normal with variance 2/d_in, zero biases; made for ReLU. Source: He et al. (2015)."""
    return rng.normal(0, math.sqrt(2 / d_in), (d_in, d_out)), np.zeros(d_out)


def uniform(rng: np.random.Generator, d_in: int, d_out: int) -> tuple[Numbers, Numbers]:
    """Uniform in +-0.5 whatever the width, biases 0.1: the rule of playground.tensorflow.org."""
    return rng.uniform(-0.5, 0.5, (d_in, d_out)), np.full(d_out, 0.1)


def zero(rng: np.random.Generator, d_in: int, d_out: int) -> tuple[Numbers, Numbers]:
    """All zero: every neuron of a layer is the same, and stays so."""
    return np.zeros((d_in, d_out)), np.zeros(d_out)


INITIALIZATIONS: dict[str, Draw] = {
    "fan-in": fan_in,
    "Glorot": glorot,
    "He": he,
    "uniform": uniform,
    "zero": zero,
}

MANY, NARROW = 1000, 16  # points and features, see `affine`

# --- Norm of equation (3.1). No gain and shift of their own: the W and b that follow absorb them --


class NoNorm:
    """Leaves h as it is."""

    def __init__(self, seeds: int, width: int) -> None: ...

    def __call__(self, h: Tensor, train: bool) -> Tensor:
        """Shapes: h (S, n, d) -> (S, n, d)."""
        return h


class LayerNorm:
    """Zero mean and unit variance over the features of each point."""

    def __init__(self, seeds: int, width: int) -> None: ...

    def __call__(self, h: Tensor, train: bool) -> Tensor:
        """Shapes: h (S, n, d) -> (S, n, d)."""
        return F.layer_norm(h, h.shape[-1:])


class BatchNorm:
    """Zero mean and unit variance over the points of each feature.

    Training uses the mini-batch, evaluation the running averages (momentum 0.1, as torch does).
    """

    def __init__(self, seeds: int, width: int) -> None:
        self.mean, self.var = torch.zeros(seeds, 1, width), torch.ones(seeds, 1, width)

    def __call__(self, h: Tensor, train: bool) -> Tensor:
        """Shapes: h (S, n, d) -> (S, n, d), n at least 2 in training."""
        mean, var = self.mean[: len(h)], self.var[: len(h)]
        if train:
            mean, var = h.mean(1, keepdim=True), h.var(1, keepdim=True, unbiased=False)
            self.mean.lerp_(mean.detach(), 0.1)
            self.var.lerp_(h.detach().var(1, keepdim=True), 0.1)
        return (h - mean) / (var + 1e-5).sqrt()


NORMALIZATIONS: dict[str, type[NoNorm] | type[LayerNorm] | type[BatchNorm]] = {
    "none": NoNorm,
    "layer": LayerNorm,
    "batch": BatchNorm,
}


def affine(h: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Every point as a row: h W + b.

    Of many points in few dimensions the result lies feature by feature: b is added along long rows.
    Shapes: h (S, n, d), W (S, d, d'), b (S, 1, d') -> (S, n, d')
    """
    if len(h) * h.shape[1] < MANY or max(W.shape[1:]) > NARROW:
        return torch.baddbmm(b, h, W)
    return torch.baddbmm(b.mT, W.mT, h.mT.contiguous()).mT


class MLP:
    """S multilayer perceptrons of one shape, one for each seed, in one set of tensors.

    Equation: (2.1)-(2.3), a point being a row: h_l = sigma(h_{l-1} W_l + b_l), the last layer
        without sigma; with `residual` and `norm` it is (3.1):
        h_l = h_{l-1} + sigma(Norm(h_{l-1}) W_l + b_l).
    Shapes: W_l (S, d_{l-1}, d_l), b_l (S, 1, d_l) for widths = (d_0, d_1, ..., d_L).

    The skip of (3.1) is taken where a hidden layer keeps the width. Norm acts from the second
    hidden layer on: over two inputs, layer normalization would leave only which one is larger.
    """

    def __init__(
        self,
        widths: Sequence[int],
        seeds: Sequence[int],
        activation: Callable[[Tensor], Tensor],
        initialize: Draw = fan_in,
        scale: float = 1.0,
        residual: bool = False,
        norm: type[NoNorm] | type[LayerNorm] | type[BatchNorm] = NoNorm,
    ) -> None:
        self.widths, self.activation, self.residual = tuple(widths), activation, residual
        pairs = list(zip(self.widths, self.widths[1:], strict=False))
        # An optimizer step on one long vector costs a third of one on many tensors.
        S, rows = len(seeds), [(1, d_out) for d_out in self.widths[1:]]
        self.vector, parts = in_one_vector([(S, *shape) for shape in pairs + rows])
        self.W, self.b = parts[: len(pairs)], parts[len(pairs) :]
        self.norms = [NoNorm(0, 0), *(norm(len(seeds), d) for d in self.widths[1:-2])]
        with torch.no_grad():
            for s, seed in enumerate(seeds):
                rng = np.random.default_rng([seed, 0])
                for (d_in, d_out), W, b in zip(pairs, self.W, self.b, strict=True):
                    first = initialize(rng, d_in, d_out)
                    W[s], b[s, 0] = torch.from_numpy(scale * first[0]), torch.from_numpy(first[1])

    def __call__(self, x: Tensor, train: bool = False) -> list[Tensor]:
        """Activations of every layer, [h_1, ..., h_{L-1}, y]; x may hold the first few seeds only.

        Shapes: x (s, n, d_0) -> h_l (s, n, d_l), s <= S.
        """
        layers, h, s = [], x, len(x)
        for W, b, norm in zip(self.W[:-1], self.b[:-1], self.norms, strict=False):
            F_h = self.activation(affine(norm(h, train), W[:s], b[:s]))  # (s, n, d_l)
            h = h + F_h if self.residual and h.shape == F_h.shape else F_h
            layers.append(h)
        return [*layers, affine(h, self.W[-1][:s], self.b[-1][:s])]

    def preactivations(self, x: Tensor) -> list[Tensor]:
        """What sigma is applied to in each hidden layer, as in evaluation.

        Shapes: x (s, n, d_0) -> (s, n, d_l)
        """
        s = len(x)
        return [
            affine(norm(h, False), W[:s], b[:s])
            for h, W, b, norm in zip([x, *self(x)], self.W[:-1], self.b, self.norms, strict=False)
        ]

    def zero_grad(self) -> None:
        """Set all gradients to 0, in place: the layers share them with the long vector."""
        assert self.vector.grad is not None
        self.vector.grad.zero_()

    @torch.no_grad()
    def set_weight(self, name: str, value: float) -> None:
        """Set one number of the first network: `W1.0.2` in layer 1 from unit 0 to 2, or `b1.2`."""
        layer, *place = (int(part) for part in name[1:].split("."))
        array = self.W[layer - 1][0] if name[0] == "W" else self.b[layer - 1][0, 0]
        array[tuple(place)] = value

    @torch.no_grad()
    def collapse(self) -> tuple[Tensor, Tensor]:
        """W' and b' of the one linear map that all layers make together if sigma is linear.

        Equation: (2.4)
        Shapes: (S, d_0, d_L), (S, 1, d_L)
        """
        if self.activation is not linear or not all(isinstance(n, NoNorm) for n in self.norms):
            raise ValueError("collapse() needs activation = linear and no normalization")
        seeds, d_0 = len(self.W[0]), self.widths[0]
        b_prime = self(torch.zeros(seeds, 1, d_0))[-1]
        W_prime = self(torch.eye(d_0).expand(seeds, d_0, d_0))[-1] - b_prime
        return W_prime, b_prime

    def state(self) -> dict[str, Tensor]:
        """Name -> tensor: W1, b1, ... and the running averages of batch normalization."""
        state: dict[str, Tensor] = {}
        for layer, (W, b) in enumerate(zip(self.W, self.b, strict=True), start=1):
            state |= {f"W{layer}": W.detach(), f"b{layer}": b.detach()}
        for layer, norm in enumerate(self.norms, start=1):
            if isinstance(norm, BatchNorm):
                state |= {f"mean{layer}": norm.mean, f"var{layer}": norm.var}
        return state
