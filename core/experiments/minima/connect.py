"""The straight way from one minimum to another, as it is and after neurons are put in order."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from core.experiments.minima.experiment import LOOK, Training
from core.experiments.minima.network import Layer, Network
from core.experiments.minima.settings import said
from core.experiments.minima.slices import both_losses
from core.work import Slices

Numbers = NDArray[np.float64]
ALONG = np.linspace(-0.25, 1.25, 31)
ROUNDS = 100  # at most, over all hidden layers
SAME, OTHER, ORDERED = "same first weights", "other first weights", "the same, neurons in order"
IN_ORDER = ", neurons in order"  # ends the name of a way between two that began alike


def align(network: Network, one: Tensor, other: Tensor, odd: bool) -> Tensor:
    """The same function as `other`, its hidden neurons put in the order of `one`.

    Layer by layer, until nothing moves, the assignment with the largest sum of products of what a
    neuron reads and sends. Where sigma is odd (tanh), a neuron may change its sign, too.

    Equation: max over P of sum_l <W_l, P_l V_l P_{l-1}^T>
    Shapes: (1, P), (1, P) -> (1, P). Source: Ainsworth et al. (2022), arXiv 2209.04836, section 3.2
    """
    A, B = ([[part[0].double().numpy() for part in layer] for layer in network.layers(theta)]
            for theta in (one, other))  # fmt: skip
    for _ in range(ROUNDS):
        moved = False
        for k in range(len(A) - 1):
            (W, b), (V, c) = A[k], B[k]
            fit = W.T @ V + b.T @ c + A[k + 1][0] @ B[k + 1][0].T  # (d, d): neuron of one, of other
            _, order = linear_sum_assignment(np.abs(fit) if odd else fit, maximize=True)
            sign = np.where(np.take_along_axis(fit, order[:, None], 1)[:, 0] < 0, -1.0, 1.0)
            sign = sign if odd else np.ones_like(sign)
            moved |= bool((order != np.arange(len(order))).any() or (sign < 0).any())
            B[k] = [V[:, order] * sign, c[:, order] * sign]
            B[k + 1][0] = B[k + 1][0][order] * sign[:, None]
        if not moved:
            break
    return network.vector(
        [Layer(*(torch.from_numpy(part).float()[None] for part in layer)) for layer in B]
    )


def between(one: Tensor, other: Tensor) -> Tensor:
    """Places on the straight line through two networks, at `ALONG`.

    Equation: theta(t) = (1 - t) theta_A + t theta_B
    Shapes: (1, P), (1, P) -> (31, P)
    """
    t = torch.from_numpy(ALONG).float()[:, None]
    return (1 - t) * one + t * other


def barrier(losses: Numbers) -> float:
    """How far the loss rises, between both ends, above the straight line from end to end.

    Shapes: losses (31,) at `ALONG`
    """
    inside = (ALONG >= -1e-9) & (ALONG <= 1 + 1e-9)
    t, loss = ALONG[inside], losses[inside]
    return float((loss - ((1 - t) * loss[0] + t * loss[-1])).max())


class Connect(Slices):
    """Trains the first way once more from other first weights, then walks to it.

    `result` is, by name of the way between, (2, 31): training loss, then test loss.
    """

    verb = "training"

    def __init__(self, experiment: Any) -> None:
        """Take the present weights; the other network gets as many updates, or the same loss."""
        settings = experiment.settings
        self.network, self.data = experiment.network, experiment.data
        self.theta, self.way = dict(experiment.theta), settings.ways[0]
        self.settings = settings
        self.steps = experiment.rested.get(self.way, experiment.steps)
        alone = settings.fresh().replace(
            seed=settings.seed + 1, ways=(self.way,), max_steps=max(self.steps, 1)
        )
        self.other = Training(alone)
        self._paths: dict[str, Numbers] = {}

    @property
    def fraction(self) -> float:
        """Share of the updates that are made, until the ways are walked."""
        if self._paths:
            return 1.0
        return 0.0 if self.other.done else 0.99 * self.other.steps / max(self.steps, 1)

    @property
    def words(self) -> str:
        """How many updates are made."""
        return f"{self.other.steps:,} of {self.steps:,} updates from other first weights"

    @property
    def done(self) -> bool:
        """Whether all ways are walked."""
        return bool(self._paths)

    def advance(self) -> None:
        """Some updates; at the end all ways at once."""
        if not self.other.done and self.other.steps < self.steps:
            self.other.step(LOOK)
            return
        one, far = self.theta[self.way], self.other.theta[self.way]
        odd = self.settings.activation == "tanh"
        pairs: dict[str, Tensor] = {}
        for way, theta in self.theta.items():
            if way != self.way:
                words = f"{SAME}: {self.way} to {said(self.settings, way)}"
                pairs[words] = theta
                pairs[words + IN_ORDER] = align(self.network, one, theta, odd)
        pairs |= {OTHER: far, ORDERED: align(self.network, one, far, odd)}
        for name, theta in pairs.items():
            self._paths[name] = both_losses(self.network, between(one, theta), self.data)

    @property
    def result(self) -> dict[str, Numbers]:
        """Losses along each way, so far."""
        return self._paths
