"""What each atom adds to a prediction: exact parts where there are some, integrated gradients else.

`best` adds up three things: a linear model of counts, one term of each atom, and a network of the
pooled atoms. The first two belong to atoms as they are (a bond to its two ends, half each; a ring
to its atoms). The third is shared out by integrated gradients (Sundararajan et al. 2017, arXiv
1703.01365): all atoms enter the pool together, from none to whole, and each is given what its part
of the pool moves on the way. Nothing is left over: constant plus all atoms is the prediction.
Atoms that look alike from where they stand are given the very same number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.molecules import Molecule
from core.qm9.data import graphs as dense
from core.qm9.data import targets
from core.qm9.data.baseline import Baseline, counts
from core.qm9.data.graphs import Graphs
from core.qm9.data.task import references_of
from core.qm9.networks.best import Best
from core.qm9.networks.package import Package

Array = NDArray[np.float64]
BONDS = slice(645, 685)  # columns of `counts` that count bonds


@dataclass(frozen=True)
class Contributions:
    """The parts of the 19 targets of one molecule, each in its target's unit.

    Shapes:
        constant: (19,), what a molecule without atoms would be given
        atoms: (n, 19); `constant + atoms.sum(0)` is the prediction
    """

    constant: Array
    atoms: Array

    @property
    def total(self) -> Array:
        """The prediction, (19,)."""
        return np.asarray(self.constant + self.atoms.sum(0))


def contributions(molecule: Molecule, model: Package) -> Contributions:
    """Share a prediction out among the atoms.

    Args:
        molecule: One molecule; atom k of the answer is its atom k.
        model: A package of `best` networks.

    Raises:
        ValueError: The package holds another architecture, whose readout is no sum over atoms.
    """
    found = [member for member in model.predictor.members if isinstance(member, Best)]
    if len(found) < len(model.predictor.members):
        raise ValueError(f"{model.name} has no per-atom readout: choose the model best")
    graph = dense.from_molecules([molecule])
    constant, atoms = linear_parts(molecule, graph, model.predictor.linear)
    members = [network_parts(member, graph) for member in found]
    scale = model.predictor.linear.scale
    constant = constant + np.mean([c for c, _ in members], 0) * scale
    atoms = atoms + np.mean([a for _, a in members], 0) * scale
    return to_targets(constant, shared_alike(atoms, alike(graph)), graph)


def alike(graph: Graphs) -> NDArray[np.int64]:
    """Class of each atom of one molecule, (n,): to the networks two of one class are the same.

    Color refinement (Weisfeiler and Leman 1968) on all pairs: an atom's class is what it is, and
    which classes it sees over which bonds and distances, until no class falls apart any more.
    """
    own = torch.cat([graph.atoms[0], graph.charge[0, :, None], graph.rings[0, :, None]], 1)
    classes, pairs = _numbered(map(tuple, own.tolist())), graph.pairs[0].tolist()
    while True:
        seen = (tuple(sorted(zip(row, classes, strict=True))) for row in pairs)
        finer = _numbered(zip(classes, seen, strict=True))
        if max(finer) == max(classes):
            return np.array(finer)
        classes = finer


def _numbered(keys: Iterable[Any]) -> list[int]:
    """Equal keys have equal numbers, from 0."""
    numbers: dict[Any, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def shared_alike(parts: Array, classes: NDArray[np.int64]) -> Array:
    """The mean over each class in place of its members, which differ by rounding alone, (n, T)."""
    total = np.zeros((classes.max() + 1, parts.shape[1]))
    np.add.at(total, classes, parts)
    return np.asarray((total / np.bincount(classes)[:, None])[classes])


def network_parts(member: Best, graph: Graphs) -> tuple[Array, Array]:
    """Constant (14,) and atoms (n, 14) of a network's standardized outputs.

    Shapes:
        graph: one molecule without padding
    """
    graph = graph.to(next(member.parameters()).device)
    with torch.no_grad():
        atoms, z, _ = member.rounds(graph)
        h = atoms[0]  # (n, d)
        own = member.atom(h).double()  # (n, 14)
        distance = member.geometry.between(atoms, graph.pairs, z)
        moments = member.moments(atoms, distance, graph.pairs)[0]
        parts = torch.cat([pool_parts(member, h), moments], -1).double()  # (n, 2 d + K (K + 1) / 2)
    (w1, b1), (w2, b2) = (
        (p.detach().double() for p in member.readout[k].parameters()) for k in (0, 2)
    )
    inside = w1 @ parts.sum(0)  # (d,), how the hidden layer moves along the path
    moved = mean_slope(b1, inside)  # integral of the slope along the path
    shared = (parts @ w1.T * moved) @ w2.T  # (n, 14)
    constant = torch.nn.functional.gelu(b1) @ w2.T + b2
    return constant.cpu().numpy(), (own + shared).cpu().numpy()


def mean_slope(start: Tensor, way: Tensor) -> Tensor:
    """Mean of the GELU's derivative between start and start + way: rise over way, exactly."""
    gelu = torch.nn.functional.gelu
    short = way.abs() < 1e-4  # there the quotient loses digits, and the middle's slope is as good
    rise = gelu(start + way) - gelu(start)
    return torch.where(short, gelu_slope(start + way / 2), rise / torch.where(short, 1.0, way))


def pool_parts(member: Best, h: Tensor) -> Tensor:
    """What each atom puts into the pool: its row of `Best.pool` before the sum, (n, 2 d)."""
    alpha = torch.softmax(member.focus(h), 0)  # (n, H)
    value = member.value(h).unflatten(-1, (member.heads, -1))  # (n, H, d / H)
    return torch.cat([(alpha[..., None] * value).flatten(1), h / 3.0], -1)


def gelu_slope(x: Tensor) -> Tensor:
    """Derivative of x Phi(x), the GELU: Phi(x) + x phi(x)."""
    normal = torch.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return (1 + torch.erf(x / np.sqrt(2))) / 2 + x * normal


def linear_parts(molecule: Molecule, graph: Graphs, linear: Baseline) -> tuple[Array, Array]:
    """Constant (14,) and atoms (n, 14) of the linear model of counts."""
    bonds = molecule.bonds[:, :2].astype(int)
    features = counts(_pieces(graph, np.arange(len(molecule))[:, None])).double().numpy()
    features[:, 0] = 0  # the intercept belongs to no atom
    pairs = counts(_pieces(graph, bonds)).numpy()
    for end in bonds.T:
        np.add.at(features[:, BONDS], end, pairs[:, BONDS] / 2)
    for size, count in enumerate(molecule.ring_counts):
        members = (molecule.rings >> size & 1).astype(bool)
        features[members, BONDS.stop + size] = count / max(int(members.sum()), 1)
    return linear.weight[0], features @ linear.weight


def _pieces(graph: Graphs, index: NDArray[np.int64]) -> Graphs:
    """Atoms, or bonded pairs, of one molecule as molecules of their own; index is (K, 1 or 2)."""
    at = torch.from_numpy(index)
    bonds = graph.bonds[0][at[:, :, None], at[:, None, :]]
    none = torch.zeros(len(at), graph.ring_counts.shape[1], dtype=torch.uint8)
    rings = graph.rings[0][at]
    return Graphs(graph.atoms[0][at], graph.charge[0][at], rings, bonds, bonds, none)


def to_targets(constant: Array, atoms: Array, graph: Graphs) -> Contributions:
    """From the 14 learned quantities, (14,) and (n, 14), to the 19 targets.

    Sixteen of the 19 follow from the learned ones by sums, so their parts do as well. A, B and C
    are exponentials: their parts follow the same path, which gives each atom its part of the
    logarithm times the logarithmic mean of start and end.
    """
    zero = np.zeros((1, 4))
    none = targets.targets_from_learned(np.zeros((1, 14)), zero)[0]
    start = targets.targets_from_learned(constant[None], zero)[0]
    own = references_of(_pieces(graph, np.arange(len(atoms))[:, None]))  # (n, 4)
    parts = targets.targets_from_learned(atoms, own) - none
    logs = constant[11:] + atoms[:, 11:].sum(0)
    order = np.argsort(-logs, kind="stable")  # A is the largest
    first, path = constant[11:][order], atoms[:, 11:][:, order]
    start[16:] = np.exp(first)
    parts[:, 16:] = path * _log_mean(first, logs[order])
    return Contributions(start, parts)


def _log_mean(a: Array, b: Array) -> Array:
    """(e^b - e^a) / (b - a), and e^a where they are equal."""
    gap = np.where(np.abs(b - a) < 1e-9, 1.0, b - a)
    return np.where(np.abs(b - a) < 1e-9, np.exp(a), np.exp(a) * np.expm1(b - a) / gap)
