"""Deep networks of several forms from the same first weights, trained as a few tensors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.experiments.depth.data import CLASSES, PIXELS
from core.models.mlp import Draw, Numbers, fan_in, glorot, he, zero

EPS = 1e-5  # torch's, in both normalizations
MOMENTUM = 0.1  # of the running averages of batch normalization, as torch has it


class Form(NamedTuple):
    """How a layer makes h' of h; see `Networks`."""

    skip: bool = False
    norm: str = ""  # batch, layer, or none
    scaled: bool = False  # the branch times 1/sqrt(L)
    post: bool = False  # normalized after the sum, not before the branch


FORMS: dict[str, Form] = {
    "plain": Form(),
    "residual": Form(skip=True),
    "scaled residual": Form(skip=True, scaled=True),
    "batch norm": Form(norm="batch"),
    "layer norm": Form(norm="layer"),
    "pre-norm": Form(skip=True, norm="layer"),  # Equation: (3.1)
    "post-norm": Form(skip=True, norm="layer", post=True),
}

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"ReLU": torch.relu, "tanh": torch.tanh}


def too_small(rng: np.random.Generator, d_in: int, d_out: int) -> tuple[Numbers, Numbers]:
    """A tenth of He's."""
    W, b = he(rng, d_in, d_out)
    return 0.1 * W, b


def too_large(rng: np.random.Generator, d_in: int, d_out: int) -> tuple[Numbers, Numbers]:
    """Twice He's."""
    W, b = he(rng, d_in, d_out)
    return 2 * W, b


INITIALIZATIONS: dict[str, Draw] = {
    "PyTorch": fan_in,
    "Xavier": glorot,
    "He": he,
    "too small": too_small,
    "too large": too_large,
    "all zero": zero,
}


def first_weights(initialize: Draw, depth: int, width: int, seed: int) -> dict[str, Tensor]:
    """The first weights that all forms share.

    Shapes: W_in (64, d), b_in (1, d), W (L - 1, d, d), b (L - 1, 1, d), W_out (d, 10),
        b_out (1, 10)
    """
    rng = np.random.default_rng([seed, 0])
    sizes = [(PIXELS, width), *[(width, width)] * (depth - 1), (width, CLASSES)]
    drawn = [initialize(rng, d_in, d_out) for d_in, d_out in sizes]
    W, b = ([torch.from_numpy(pair[k]).float() for pair in drawn] for k in (0, 1))
    inner = torch.stack(W[1:-1]) if depth > 1 else torch.zeros(0, width, width)
    shifts = torch.stack(b[1:-1]) if depth > 1 else torch.zeros(0, width)
    return {
        "W_in": W[0], "b_in": b[0][None], "W": inner, "b": shifts[:, None],
        "W_out": W[-1], "b_out": b[-1][None],
    }  # fmt: skip


class Pass(NamedTuple):
    """What a batch makes in N networks of L layers, and what sigma is applied to there.

    Shapes: h and z are L times (N, B, d); out (N, B, 10), logits.
    """

    h: list[Tensor]
    z: list[Tensor]
    out: Tensor


class Networks:
    """N networks with one kind of normalization, from one set of weights for each seed.

    Equation: h_1 = W_in x + b_in, then L - 1 times h' = k h + s F(Norm(h)), F(u) = W sigma(u) + b,
        and logits W_out sigma(Norm(h_L)) + b_out. Plain: k = 0. Residual: k = 1. With Norm and
        k = 1 it is (3.1). s = 1, or 1/sqrt(L) if scaled. Post-norm: h' = Norm(h + F(h)).
        With `last`, sigma stands behind W: F(u) = sigma(W u + b).
    Shapes: weights are those of `first_weights` with N before their last two axes.
    Source: He et al. (2016), arXiv 1603.05027, for the place of sigma; Xiong et al. (2020),
        arXiv 2002.04745, for pre- and post-norm. Norms have no gain and shift of their own.
    """

    def __init__(
        self,
        forms: Sequence[Form],
        weights: Sequence[dict[str, Tensor]],
        activation: Callable[[Tensor], Tensor],
        last: bool = False,
    ) -> None:
        """Each form begins with each of the weights, form by form; all have one kind of norm."""
        self.sigma, self.last = activation, last
        self.norm, self.post = forms[0].norm, forms[0].post
        self.weights = {
            name: torch.stack([w[name] for _ in forms for w in weights], -3).requires_grad_()
            for name in weights[0]
        }
        L, seeds = len(weights[0]["W"]) + 1, len(weights)
        scale = [1 / math.sqrt(L) if form.scaled else 1.0 for form in forms]
        self.keep, self.scale = (
            torch.tensor(each).repeat_interleave(seeds)[:, None, None]
            for each in ([float(form.skip) for form in forms], scale)
        )
        self.skips = any(form.skip for form in forms)
        width, n = weights[0]["W"].shape[-1], len(forms) * seeds
        self.mean, self.var = torch.zeros(L, n, 1, width), torch.ones(L, n, 1, width)

    @torch.no_grad()
    def follow(self, seen: Sequence[Tensor]) -> None:
        """Running averages of batch normalization follow what a batch had at each layer."""
        if self.norm == "batch":
            for running, part in ((self.mean, 0), (self.var, 1)):
                found = [torch.var_mean(h, 1, keepdim=True)[1 - part] for h in seen]
                running.lerp_(torch.stack(found), MOMENTUM)

    def normalized(self, h: Tensor, layer: int, train: bool) -> Tensor:
        """Norm of (3.1). Shapes: h (N, B, d) -> (N, B, d)."""
        if self.norm == "layer":
            return F.layer_norm(h, h.shape[-1:], eps=EPS)
        if self.norm == "batch":
            if train:
                var, mean = torch.var_mean(h, 1, correction=0, keepdim=True)
            else:
                var, mean = self.var[layer], self.mean[layer]
            return (h - mean) * (var + EPS).rsqrt()
        return h

    def joined(self, h: Tensor, branch: Tensor, layer: int, train: bool) -> Tensor:
        """What a layer hands on: h' = k h + s F, `branch` being s F."""
        if not self.skips:
            return branch
        h = torch.addcmul(branch, self.keep, h)
        return self.normalized(h, layer, train) if self.post else h

    def __call__(self, x: Tensor, train: bool = True, cut: bool = False) -> Pass:
        """With `cut` no gradient goes back along the identity path; the numbers stay the same.

        Shapes: x (N, B, 64) -> `Pass`
        """
        w = self.weights
        z = torch.baddbmm(w["b_in"], x, w["W_in"])
        h = self.sigma(z) if self.last else z
        hs, zs = [h], [z] if self.last else []
        s = 1 if self.last else self.scale  # of all layers at once where F is linear in W and b
        inner = zip((s * w["W"]).unbind(), (s * w["b"]).unbind(), strict=True)
        for layer, (W, b) in enumerate(inner):
            u = h if self.post else self.normalized(h, layer, train)
            if self.last:
                z = torch.baddbmm(b, u, W)
                branch = self.scale * self.sigma(z)
            else:
                z = u
                branch = torch.baddbmm(b, self.sigma(z), W)  # F(u) = W sigma(u) + b
            h = self.joined(h.detach() if cut else h, branch, layer, train)
            hs.append(h)
            zs.append(z)
        u = h if self.post else self.normalized(h, len(hs) - 1, train)
        if not self.last:
            zs.append(u)
        return Pass(
            hs, zs, torch.baddbmm(w["b_out"], u if self.last else self.sigma(u), w["W_out"])
        )


def errors(out: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of each network over its batch. Shapes: (N, B, 10), (N, B) -> (N,)."""
    return F.cross_entropy(out.transpose(1, 2), y, reduction="none").mean(1)
