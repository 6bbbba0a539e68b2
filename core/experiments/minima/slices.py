"""Cuts through minima along random directions, each neuron's part as long as its weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiments.minima.data import Digits
from core.experiments.minima.network import Layer, Network
from core.work import Slices

Numbers = NDArray[np.float64]
LINE = np.linspace(-1, 1, 41)
SIDE = np.linspace(-1, 1, 21)


def filter_normalized(network: Network, theta: Tensor, random: Tensor) -> Tensor:
    """A direction in which a neuron's incoming weights move by as much as they are long.

    Of two networks that are the same function with other lengths of weights, a plain random
    direction would show one as flatter. Biases stay where they are.

    Equation: d_j <- d_j / |d_j| |theta_j| for the weights j of each neuron
    Shapes: theta (1, P), random (1, P) -> (1, P). Source: Li et al. (2018), arXiv 1712.09913
    """
    layers = []
    for (W, b), (d, _) in zip(network.layers(theta), network.layers(random), strict=True):
        d = d / d.norm(dim=1, keepdim=True) * W.norm(dim=1, keepdim=True)
        layers.append(Layer(d, torch.zeros_like(b)))
    return network.vector(layers)


def both_losses(network: Network, theta: Tensor, data: Digits) -> Numbers:
    """Training and test loss of each network. Shapes: theta (S, P) -> (2, S)."""
    with torch.no_grad():
        pairs = ((data.x, data.y), (data.x_test, data.y_test))
        return torch.stack([network.loss(theta, *pair) for pair in pairs]).double().numpy()


class Cuts(Slices):
    """Losses on a line and in a plane through each minimum; all share the same random numbers.

    `lines` and `planes` are, by way, (2, 41) and (2, 21, 21): training loss, then test loss.
    """

    verb = "computing"

    def __init__(self, experiment: Any) -> None:
        """Take the present weights of all ways."""
        self.network, self.data = experiment.network, experiment.data
        self.settings, self.steps = experiment.settings, experiment.steps
        self.theta: Mapping[str, Tensor] = dict(experiment.theta)
        rng = np.random.default_rng([self.settings.seed, 3])
        random = torch.from_numpy(rng.normal(size=(2, 1, self.network.P))).float()
        self.axes = {
            way: [filter_normalized(self.network, theta, d) for d in random]
            for way, theta in self.theta.items()
        }
        self.lines: dict[str, Numbers] = {}
        self.planes = {way: np.full((2, len(SIDE), len(SIDE)), np.nan) for way in self.theta}
        self._left = [(way, row) for way in self.theta for row in range(-1, len(SIDE))]
        self._all = len(self._left)

    @property
    def fraction(self) -> float:
        """Share of the rows that are computed."""
        return 1 - len(self._left) / self._all

    @property
    def words(self) -> str:
        """How far it is."""
        return f"{self._all - len(self._left)} of {self._all} rows"

    def advance(self) -> None:
        """The line of a way, or a row of its plane."""
        way, row = self._left.pop(0)
        theta, (first, second) = self.theta[way], self.axes[way]
        if row < 0:
            line = theta + torch.from_numpy(LINE).float()[:, None] * first
            self.lines[way] = both_losses(self.network, line, self.data)
        else:
            along = theta + SIDE[row] * second + torch.from_numpy(SIDE).float()[:, None] * first
            self.planes[way][:, row] = both_losses(self.network, along, self.data)
