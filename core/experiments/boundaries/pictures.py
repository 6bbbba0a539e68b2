"""What the boundaries page shows of networks: maps, the space of each layer, scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.analysis.probe import axes, bounded, ridge, score
from core.datasets.points import DOMAIN
from core.experiments.boundaries.data import data, featurize, is_regression, shown
from core.film import to_bytes
from core.models.mlp import MLP, NoNorm, linear
from core.training import Head

MAP, NEURON, NET = 100, 32, 17  # pixels, pixels, knots along each side of the square
# A neuron's map shows activations in [-range, range], so that 0 has the middle color; what has no
# bound is cut at 5.
RANGES = {"tanh": 1, "sigmoid": 1, "sine": 1, "step": 1, "straight-through step": 1}
ANY_RANGE = 5
FLAT = 0.005  # a slope of sigma below this teaches nothing in the time of a lesson


def grid(side: int, centers: bool = True) -> NDArray[np.float32]:
    """Points of a side x side grid over the square: centers of pixels, or knots up to the edge.

    Shapes: (side * side, 2), x1 runs fastest, both from low to high
    """
    edge = DOMAIN * (1 - 1 / side) if centers else DOMAIN
    line = np.linspace(-edge, edge, side, dtype=np.float32)
    x2, x1 = np.meshgrid(line, line, indexing="ij")
    return np.stack([x1.ravel(), x2.ravel()], 1)


def feature_maps(settings: Any) -> NDArray[np.uint8]:
    """The input features as little maps, each scaled to its own largest value.

    Shapes: (d_0, 32, 32)
    """
    maps = featurize(settings, grid(NEURON)).numpy().T.reshape(-1, NEURON, NEURON)
    return to_bytes(maps / np.abs(maps).max((1, 2), keepdims=True), -1, 1)


class Pictures:
    """Everything that is the same for all frames of a run, made once, and the frames from it."""

    def __init__(self, settings: Any, head: Head) -> None:
        self.settings, self.head, self.regression = settings, head, is_regression(settings)
        (X, y), (X_test, y_test) = data(settings)
        self.y, self.y_test = y.astype(np.float64), y_test.astype(np.float64)
        (X_shown, _), _ = shown(settings)
        parts = [X, X_test, X_shown, grid(NET, centers=False), grid(NEURON), grid(MAP)]
        self.inputs = featurize(settings, np.concatenate(parts))[None]  # (1, all, d_0)
        self.cuts = np.cumsum([len(part) for part in parts])[:-1].tolist()
        self.X_test, self.target = featurize(settings, X_test), torch.from_numpy(y_test)
        self.range = RANGES.get(settings.activation, ANY_RANGE)
        self._axes: dict[int, NDArray[np.float64]] = {}

    @torch.no_grad()
    def scores(self, model: MLP) -> dict[str, Any]:
        """Test loss of all networks.

        Shapes: (S,)
        """
        seeds = len(model.W[0])
        z = model(self.X_test.expand(seeds, -1, -1))[-1].squeeze(-1)  # (S, m)
        losses = self.head.loss(z, self.target).mean(1).numpy()
        return {"test_loss": losses[0], "test_loss_seeds": losses}

    @torch.no_grad()
    def take(self, model: MLP) -> dict[str, Any]:
        """One frame of the first network; all its pictures come from one pass through it."""
        *hidden, z = (h[0] for h in model(self.inputs))
        output = self.head.read(z[:, 0]).numpy()
        *_, output_map = np.split(output, self.cuts)
        picture: dict[str, Any] = {"map": to_bytes(output_map.reshape(MAP, MAP), -1, 1)}
        if hidden:
            little = torch.cat([h[self.cuts[3] : self.cuts[4]] for h in hidden], 1).numpy().T
            picture["neurons"] = to_bytes(
                little.reshape(-1, NEURON, NEURON), -self.range, self.range
            )
            picture["dead"] = self._dead(model)
        for name, value in model.state().items():
            if name[0] in "Wb":
                picture[name] = value[0].numpy().copy().reshape(value.shape[1 + (name[0] == "b") :])
        return picture | self._spaces(hidden) | self._judge(output) | self._line(model)

    def _spaces(self, hidden: list[Tensor]) -> dict[str, Any]:
        """Probe every layer, and lay its points and the net over the square into three axes."""
        n, m = self.cuts[0], self.cuts[1]
        found: dict[str, Any] = {}
        probe = []
        for layer, h in enumerate([self.inputs[0], *hidden]):
            H = bounded(h[: self.cuts[3]].numpy())
            w, b = ridge(H[:n], self.y)
            held_out, y = (H[n:m], self.y_test) if m > n else (H[:n], self.y)
            probe.append(score(held_out @ w + b, y, self.regression))
            if layer:
                self._axes[layer] = axes(H[:n], w, self._axes.get(layer))
                place = np.clip(H[m:] @ self._axes[layer], -6e4, 6e4).astype(np.float16)
                points = self.cuts[2] - m
                found[f"hidden{layer}"], found[f"sheet{layer}"] = place[:points], place[points:]
        return {**found, "probe": np.array(probe, np.float32)}

    def _judge(self, output: NDArray[np.float32]) -> dict[str, Any]:
        """Accuracy and confusion, or R^2, on training and test points."""
        out, out_test, *_ = np.split(output.astype(np.float64), self.cuts)
        name = "r2" if self.regression else "accuracy"
        judged = {
            name: score(out, self.y, self.regression),
            f"test_{name}": score(out_test, self.y_test, self.regression),
        }
        if self.regression:
            return judged
        cells = 2 * (self.y_test > 0) + (out_test > 0)
        counts = np.bincount(cells.astype(np.int64), minlength=4).reshape(2, 2)
        return {**judged, "confusion": counts.astype(np.float32)}

    @torch.enable_grad()
    def _dead(self, model: MLP) -> NDArray[np.float32]:
        """Share of neurons in each layer whose activation is flat at every training point."""
        shares = []
        for z in model.preactivations(self.inputs[:, : self.cuts[0]]):
            z = z.detach().requires_grad_()
            h = model.activation(z).sum()
            slope = torch.autograd.grad(h, z)[0] if h.requires_grad else torch.zeros_like(z)
            shares.append((slope.abs() < FLAT).all(1).float().mean())
        return torch.stack(shares).numpy()

    def _line(self, model: MLP) -> dict[str, Any]:
        """W' and b' of equation (2.4), if there are any."""
        if model.activation is not linear or not all(isinstance(n, NoNorm) for n in model.norms):
            return {}
        W_prime, b_prime = model.collapse()
        return {"W_prime": W_prime[0, :, 0].numpy(), "b_prime": b_prime[0, 0, 0].numpy()}
