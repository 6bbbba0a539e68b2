"""Message passing in a trained network, taken apart: messages, sums, updates, who hears from whom.

Everything is computed by the network's own layers, in double precision: then the order in which
atoms are listed changes nothing in any digit that a page shows.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.models.graph import GATLayer, GCNLayer, normalized_adjacency, sum_pool
from core.molecules import Molecule
from core.qm9.data.graphs import Graphs, from_molecules
from core.qm9.data.targets import KEYS, targets_from_learned
from core.qm9.data.task import references_of
from core.qm9.networks import package
from core.qm9.networks.predictor import Predictor

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Round:
    """One layer at work on n atoms with d channels; rows are atoms.

    Shapes:
        H: (n, d), the states that the messages are made of: norm(h)
        weights: (heads, n, n), row v, column u: c_vu of (5.10), alpha_uv of (5.13), or 1 for bonded
        W: (d, d) as in (5.11), or None where psi is a network
        messages: (n, n, d), psi(h_u, h_v, e_uv) at row v, column u
        m: (n, d), their sums
        out: (n, d), what the layer adds to h
        h: (n, d), the states after it
    """

    H: Tensor
    weights: Tensor
    W: Tensor | None
    messages: Tensor
    m: Tensor
    out: Tensor
    h: Tensor


@lru_cache(maxsize=8)
def shipped(name: str) -> Predictor:
    """What comes with the app under this name, read once."""
    return package.load(name).predictor


@lru_cache(maxsize=8)
def trained(name: str) -> Any:
    """The first network of a shipped model, in double precision."""
    return copy.deepcopy(shipped(name).members[0]).double().eval()


def context(model: Any, graphs: Graphs) -> tuple[Tensor, ...]:
    """What the layers read beside h, in double precision where it is a number."""
    return tuple(c.double() if c.is_floating_point() else c for c in model.context(graphs))


@torch.no_grad()
def rounds(model: Any, graphs: Graphs) -> tuple[Tensor, list[Round]]:
    """The first states h^(0), (n, d), and every layer of a network at work on one molecule."""
    h = start = model.embed(graphs.x_scaled.double())
    found, beside = [], context(model, graphs)
    for layer, norm in zip(model.layers, model.norms, strict=False):
        inside: dict[str, Tensor] = {}
        H = norm(h)
        out = layer(H, *beside, trace=inside)
        h = h + out
        found.append(_round(layer, beside, inside, H, out, h))
    return start[0], found


def _round(
    layer: Any,
    beside: tuple[Tensor, ...],
    inside: dict[str, Tensor],
    H: Tensor,
    out: Tensor,
    h: Any,
) -> Round:
    """Put what a layer left in its trace into the shapes of `Round`."""
    messages, W = inside["messages"][0], None
    if isinstance(layer, GATLayer):
        weights, W = inside["attention"][0], layer.W.T
        messages = messages.permute(1, 2, 0, 3).flatten(2)  # (v, u, d), the heads side by side
    elif isinstance(layer, GCNLayer):
        weights, W = beside[0], layer.W
    else:
        weights = beside[1]
    return Round(H[0], weights, W, messages, messages.sum(1), out[0], h[0])


@torch.no_grad()
def rounding(layer: Any, one: Round) -> float:
    """Largest difference between an update made from sums over edges and the layer's own.

    Equations: (5.10) and (5.13), sigma(m + b); (5.9), V_2 sigma(V_h h_v + V_m m_v)
    """
    if one.W is not None:
        out = torch.relu(one.m + layer.b)
    else:
        V_h = layer.from_h.weight.chunk(3)[2]
        out = layer.V_2(torch.relu(one.H @ V_h.T + layer.V_m(one.m)))
    return float((out - one.out).abs().max())


def outputs(model: Any, h: Tensor) -> tuple[Tensor, Tensor]:
    """Pooling and readout.

    Equation: (5.12)
        h_G = sum_v h_v, of the normalized last states

    Shapes:
        h: (n, d); returns: h_v (n, d), and the standardized outputs (14,)
    """
    last = model.norms[-1](h)
    h_G = sum_pool(last[None], torch.ones(1, len(h), dtype=torch.bool))  # (1, d)
    return last, model.readout(h_G)[0]


@torch.no_grad()
def predicted(name: str, molecule: Molecule) -> dict[str, float]:
    """The 19 targets by a shipped model, from the atoms in the order in which they are listed.

    Raises:
        ValueError: The molecule has more atoms than the model has inputs for.
    """
    graphs, held = from_molecules([molecule]), shipped(name)
    if name == "mlp":
        values = held.predict(graphs)[0]
    else:
        model = trained(name)
        _, layers = rounds(model, graphs)
        z = outputs(model, layers[-1].h)[1].numpy()[None]
        learned = z * held.linear.scale + held.linear.predict(graphs)
        values = targets_from_learned(learned, references_of(graphs))[0]
    return dict(zip(KEYS, values.tolist(), strict=True))


def relabeled(molecule: Molecule, order: NDArray[np.int64]) -> Molecule:
    """The same molecule with its atoms listed in another order: new atom r is old atom order[r]."""
    row = np.argsort(order)
    bonds = molecule.bonds.copy()
    bonds[:, :2] = np.sort(row[bonds[:, :2]], axis=1)
    return Molecule(
        molecule.smiles, molecule.atoms[order], molecule.rings[order], bonds,
        molecule.ring_counts, molecule.radicals,
    )  # fmt: skip


def influence(model: Any, graphs: Graphs, atom: int) -> Array:
    """How strongly each atom's first state moves one atom's state after every layer.

    The length of the gradient of r . h_v^(l) with respect to h_u^(0), for one direction r: exactly
    0 outside the receptive field, as no path of messages leads from u to v.

    Shapes:
        returns: (layers + 1, n)
    """
    h = start = model.embed(graphs.x_scaled.double()).detach().requires_grad_()
    r = torch.randn(h.shape[-1], generator=torch.Generator().manual_seed(0), dtype=h.dtype)
    found = []
    for h in (start, *_states(model, start, context(model, graphs))):
        (slope,) = torch.autograd.grad(h[0, atom] @ r, start, retain_graph=True)
        found.append(slope[0].norm(dim=-1).numpy())
    return np.stack(found)


def _states(model: Any, h: Tensor, beside: tuple[Tensor, ...], times: int = 1) -> Iterator[Tensor]:
    """States after each layer, (1, n, d); `times` goes through all layers again and again."""
    for _ in range(times):
        for layer, norm in zip(model.layers, model.norms, strict=False):
            h = h + layer(norm(h), *beside)
            yield h


def spread(h: Tensor) -> float:
    """Mean distance of two atoms' states, each scaled to length 1: 0 where all atoms look alike.

    Shapes:
        h: (n, d)
    """
    unit = torch.nn.functional.normalize(h, dim=-1)
    return float(torch.nn.functional.pdist(unit).mean()) if len(h) > 1 else 0.0


@torch.no_grad()
def smoothing(model: Any, graphs: Graphs, times: int = 8) -> dict[str, Array]:
    """The spread of atom states over depth, by three ways to go deeper from the same h^(0).

    network: the trained layers, then the same layers again: h <- h + layer(norm(h))
    bare: the trained layers again and again without norm and skip: h <- layer(h)
    averaging: no weights at all: h <- A_tilde h

    Shapes:
        returns: name -> (1 + times * layers,)
    """
    h = model.embed(graphs.x_scaled.double())
    beside = context(model, graphs)
    A_tilde = normalized_adjacency(graphs.near).double()
    network = [h, *_states(model, h, beside, times)]
    bare, averaging = [h], [h]
    for _ in range(times):
        for layer in model.layers:
            # Its length is of no interest and would overflow.
            after = layer(bare[-1], *beside)
            bare.append(after / after.norm().clamp(min=1e-12))
            averaging.append(A_tilde @ averaging[-1])
    curves = {"network": network, "bare": bare, "averaging": averaging}
    return {name: np.array([spread(h[0]) for h in states]) for name, states in curves.items()}
