"""First weights of the recurrence page: what decides how long a network can remember."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from core.models.reader import reader_shapes
from core.models.recurrent import CELLS, recurrent_shapes

Draw = Callable[[int, torch.Generator], Tensor]


def orthogonal(d: int, generator: torch.Generator) -> Tensor:
    """A random rotation (or reflection): lengths stay as they are. Shapes: (d, d).

    Source: Mezzadri (2007): QR of a Gaussian matrix, signs made unique.
    """
    Q, R = torch.linalg.qr(torch.randn(d, d, generator=generator, dtype=torch.float64))
    return Q * R.diagonal().sign()


def gaussian_by_norm(d: int, generator: torch.Generator) -> Tensor:
    """Independent Gaussian entries, scaled to spectral norm 1. Shapes: (d, d)."""
    G = torch.randn(d, d, generator=generator, dtype=torch.float64)
    return G / torch.linalg.matrix_norm(G, 2)


def gaussian_by_radius(d: int, generator: torch.Generator) -> Tensor:
    """Independent Gaussian entries, scaled to spectral radius 1. Shapes: (d, d)."""
    G = torch.randn(d, d, generator=generator, dtype=torch.float64)
    return G / torch.linalg.eigvals(G).abs().max()


def identity(d: int, generator: torch.Generator) -> Tensor:
    """The state is copied. Source: Le, Jaitly and Hinton (2015), with ReLU."""
    return torch.eye(d, dtype=torch.float64)


DEFAULT, CHRONO = "default", "chrono"
MATRICES: dict[str, Draw] = {
    "orthogonal": orthogonal,
    "Gaussian, norm": gaussian_by_norm,
    "Gaussian, radius": gaussian_by_radius,
    "identity": identity,
}
RECURRENT = (DEFAULT, *MATRICES)
GATES = (DEFAULT, "keep 1", "keep 3", CHRONO)


def keeping(gates: str, T: int, d: int, generator: torch.Generator) -> Tensor:
    """Bias of the gate that keeps the past. Shapes: (d,).

    Chrono: log of a number from 1 to T - 1, so that units forget after 1 to T steps.
    Source: Tallec and Ollivier (2018).
    """
    u = torch.rand(d, generator=generator)
    if gates == CHRONO:
        return torch.log(1 + u * max(T - 2, 0))
    return torch.full((d,), float(gates.removeprefix("keep ")))


TRANSFORMER = "transformer"
READERS = (*CELLS, TRANSFORMER)


def shapes_of(cell: str, d: int, features: int, outputs: int) -> dict[str, tuple[int, int]]:
    """Shapes of the weights of one network of width d."""
    if cell == TRANSFORMER:
        return reader_shapes(d, features, outputs)
    return recurrent_shapes(cell, d, features, outputs)


def count(cell: str, d: int, features: int, outputs: int) -> int:
    """Weights and biases of one network of width d."""
    return sum(a * b for a, b in shapes_of(cell, d, features, outputs).values())


def width_for(cell: str, budget: int, features: int, outputs: int) -> int:
    """The width whose number of weights and biases is nearest to the budget."""
    return min(range(2, 200), key=lambda d: abs(count(cell, d, features, outputs) - budget))


def first_weights(
    cell: str, d: int, features: int, outputs: int, settings: Any, plain: bool, seed: int
) -> dict[str, Tensor]:
    """Weights of one network: PyTorch's default, and unless `plain` what the settings say.

    The default draws everything uniformly within 1 / sqrt(d) (PyTorch has a second bias, which says
    the same). Both draw the same numbers first, so they begin alike but for what is set.
    Shapes: as `core.models.recurrent.Recurrent` or `core.models.reader.Reader` without S.
    """
    generator, bound = torch.Generator().manual_seed(seed), 1 / math.sqrt(d)
    found = {
        name: (torch.rand(shape, generator=generator) * 2 - 1) * bound
        for name, shape in shapes_of(cell, d, features, outputs).items()
    }
    if plain or cell == TRANSFORMER:
        return found
    kind = CELLS[cell]
    if settings.recurrent != DEFAULT:
        draw = MATRICES[settings.recurrent]
        blocks = [settings.scale * draw(d, generator) for _ in range(kind.blocks)]
        found["W_h"] = torch.cat(blocks, 1).float()
    if settings.gates != DEFAULT and kind.keeper is not None:
        keep = keeping(settings.gates, settings.length, d, generator)
        found["b"][0, kind.keeper * d : (kind.keeper + 1) * d] = keep
        if settings.gates == CHRONO and cell == "LSTM":  # the input gate is its mirror
            found["b"][0, :d] = -keep
    return found
