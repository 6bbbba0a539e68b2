"""Graph attention opened up: the weights of every layer, and what others in their place do.

Works on a trained graph attention network (`core.qm9.networks.models.GatModel`). Letters are those
of the chapter: alpha_uv is how much atom v listens to u, and N(v) holds v itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from core.models.graph import sum_pool

Weigh = Callable[[int, Tensor, Tensor], Tensor]
"""(layer, learned alpha (B, H, v, u), neighbors (B, v, u)) -> the weights used instead."""
Trace = list[dict[str, Tensor]]
SLOPE = 0.2  # of the leaky ReLU below 0, as in Velickovic et al. 2018


def scores(layer: Any, h: Tensor) -> tuple[Tensor, Tensor]:
    """f(h_u, h_v) of each pair and psi(h_u), per head.

    Equation: the f of (5.14); f = LeakyReLU(a_from . psi(h_u) + a_to . psi(h_v))

    Shapes:
        h: (B, N, d); returns: f (B, H, v, u), psi (B, H, u, d / H)
    """
    psi, score_from, score_to = layer.project(h)
    f = F.leaky_relu(score_from[:, None] + score_to[:, :, None], SLOPE)  # (B, v, u, H)
    return f.permute(0, 3, 1, 2), psi.unflatten(-1, (layer.heads, -1)).transpose(1, 2)


def normalize(f: Tensor, neighbors: Tensor) -> Tensor:
    """alpha_uv: the share of exp f(h_u, h_v) in the sum over N(v); 0 where v has nobody left.

    Equation: (5.14)

    Shapes:
        f: (B, H, v, u); neighbors: (B, v, u), True where v may listen to u
    """
    open_ = neighbors[:, None]
    f = f.masked_fill(~open_, -1e9)
    return torch.softmax(f, -1) * open_


def uniform(neighbors: Tensor) -> Tensor:
    """1 / |N(v)| for each u in N(v): the mean over neighbors, the left half of figure 12.

    Shapes:
        neighbors: (B, v, u) -> (B, v, u), float64
    """
    open_ = neighbors.double()
    return open_ / open_.sum(-1, keepdim=True).clamp(min=1)


def mixed(t: Tensor) -> Weigh:
    """Weights (1 - t) / |N(v)| + t alpha_uv, with one t for each molecule and layer, (B, L)."""

    def weigh(layer: int, alpha: Tensor, neighbors: Tensor) -> Tensor:
        share = t[:, layer, None, None, None].to(alpha.dtype)
        return (1 - share) * uniform(neighbors)[:, None].to(alpha.dtype) + share * alpha

    return weigh


def shuffled(generator: torch.Generator) -> Weigh:
    """The learned weights of each atom and head, dealt anew among the same neighbors."""

    def weigh(layer: int, alpha: Tensor, neighbors: Tensor) -> Tensor:
        shut = ~neighbors[:, None].expand_as(alpha)
        keys = torch.rand(alpha.shape, generator=generator, dtype=torch.float64)
        dealt = keys.masked_fill(shut, 2.0).argsort(-1)  # those who may be heard come first
        order = shut.to(torch.uint8).argsort(dim=-1, stable=True)
        return torch.zeros_like(alpha).scatter(-1, order, alpha.gather(-1, dealt))

    return weigh


def attend(
    model: Any,
    x: Tensor,
    mask: Tensor,
    neighbors: Tensor,
    weigh: Weigh | None = None,
    trace: Trace | None = None,
) -> Tensor:
    """Run the network with its own weights, or with those that `weigh` puts in their place.

    Without `weigh` it is `model(graphs)`, with `neighbors` that may differ from layer to layer.

    Equation: (5.13) in each layer: h'_v = sum_u alpha_uv psi(h_u), then ReLU and the way around

    Args:
        model: A `GatModel`.
        x: Node features as the network reads them.
        mask: True where there is an atom.
        neighbors: True where v may listen to u, for each layer.
        weigh: See `Weigh`.
        trace: Receives for each layer f, alpha (learned), used, psi and heard = h'_v.

    Shapes:
        x: (B, N, 11); mask: (B, N); neighbors: (B, L, v, u); returns: (B, 14)
    """
    h = model.embed(x)
    for number, (layer, norm) in enumerate(zip(model.layers, model.norms, strict=False)):
        N_v = neighbors[:, number]
        f, psi = scores(layer, norm(h))
        alpha = normalize(f, N_v)
        used = alpha if weigh is None else weigh(number, alpha, N_v)
        heard = used @ psi  # (B, H, v, d / H): sum_u alpha_uv psi(h_u)
        h = h + torch.relu(heard.transpose(1, 2).flatten(2) + layer.b)
        if trace is not None:
            trace.append({"f": f, "alpha": alpha, "used": used, "psi": psi, "heard": heard})
    return model.readout(sum_pool(model.norms[-1](h), mask))


def without(neighbors: Tensor, edges: Tensor, layers: list[int]) -> Tensor:
    """Neighborhoods with one directed edge closed in some layers; one copy for each edge.

    Masking u for v: v no longer hears u there, and the softmax (5.14) divides what is left by a
    smaller sum, so that the weights of v add up to 1 again. All else stays as it is.

    Shapes:
        neighbors: (L, v, u); edges: (E, 2), rows u, v; returns: (E, L, v, u)
    """
    found = neighbors.expand(len(edges), *neighbors.shape).clone()
    which = torch.arange(len(edges))
    for layer in layers:
        found[which, layer, edges[:, 1], edges[:, 0]] = False
    return found
