"""What the boundaries page shows of networks: maps, the space of each layer, scores."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.analysis.probe import axes, bounded, crossing, ridge, score
from core.experiment import Experiment
from core.experiments.boundaries.data import data, featurize, grid, is_regression, shown
from core.experiments.boundaries.experiment import Training
from core.experiments.boundaries.notes import MOST, look
from core.experiments.boundaries.settings import LIVE, BoundariesSettings, parameters, widths
from core.film import half, to_bytes
from core.models.mlp import MLP, NoNorm, linear
from core.models.slopes import BY_HAND
from core.training import Head, read_change

MAP, NET = 100, 17  # pixels, knots along each side of the square
SIDES = ((40, 32), (100, 16), (math.inf, 10))  # up to so many neurons, pixels of each
# A neuron's map shows activations in [-range, range], so that 0 has the middle color; what has no
# bound is cut at 5.
RANGES = {"tanh": 1, "sigmoid": 1, "sine": 1, "step": 1, "straight-through step": 1}
ANY_RANGE = 5
FLAT = 0.005  # a slope of sigma below this teaches nothing in the time of a lesson


def side(settings: Any) -> int:
    """Pixels along a side of each neuron's map: fewer where many of them are drawn small."""
    neurons = sum(settings.hidden)
    return next(pixels for most, pixels in SIDES if neurons <= most)


def feature_maps(settings: Any) -> NDArray[np.uint8]:
    """The input features as little maps, each scaled to its own largest value.

    Shapes: (d_0, side, side)
    """
    n = side(settings)
    maps = featurize(settings, grid(n)).numpy().T.reshape(-1, n, n)
    return to_bytes(maps / np.abs(maps).max((1, 2), keepdims=True), -1, 1)


class Pictures:
    """Everything that is the same for all frames of a run, made once, and the frames from it."""

    def __init__(self, run: Any) -> None:
        settings = run.settings
        self.settings, self.regression = settings, is_regression(settings)
        self.head: Head = run.head
        (X, y), (X_test, y_test) = data(settings)
        self.y, self.y_test = y.astype(np.float64), y_test.astype(np.float64)
        (X_shown, _), _ = shown(settings)
        self.side = side(settings)
        parts = [X, X_test, X_shown, grid(NET, centers=False), grid(self.side), grid(MAP)]
        inputs = featurize(settings, np.concatenate(parts))  # (all, d_0)
        self.inputs = inputs.T.contiguous().T[None]  # feature by feature, see `mlp.affine`
        self.cuts = np.cumsum([len(part) for part in parts])[:-1].tolist()
        self.X_test, self.target = featurize(settings, X_test), torch.from_numpy(y_test)
        self.range = RANGES.get(settings.activation, ANY_RANGE)
        self._axes: dict[int, NDArray[np.float64]] = {}
        self.untrained = self._probe(bounded(inputs[: self.cuts[3]].numpy()))[1]  # of the features

    @torch.no_grad()
    def layers(self, model: MLP) -> list[Tensor]:
        """Layers of the first network at all points, from one pass: h_1, ..., y, each (all, d)."""
        return [h[0] for h in model(self.inputs)]

    @torch.no_grad()
    def scores(self, model: MLP, layers: list[Tensor]) -> dict[str, Any]:
        """Test loss of all networks, (S,), and the share of dead neurons in each layer."""
        seeds = len(model.W[0])
        if seeds > 1:
            z = model(self.X_test.expand(seeds, -1, -1))[-1].squeeze(-1)  # (S, m)
        else:
            z = layers[-1][self.cuts[0] : self.cuts[1], 0][None]
        losses = self.head.loss(z, self.target).mean(1).numpy()
        found = {"test_loss": losses[0], "test_loss_seeds": losses}
        if seeds > 1 and not self.regression:
            found["solved"] = self._solved(model, z.numpy())
        return found | ({"dead": self._dead(model, layers[:-1])} if self.settings.hidden else {})

    def _solved(self, model: MLP, z: NDArray[np.float32]) -> int:
        """How many networks are right on nearly all test points, or training points without any."""
        y = self.y_test
        if not len(y):
            X = self.inputs[:, : self.cuts[0]].expand(len(z), -1, -1)
            z, y = model(X)[-1].squeeze(-1).numpy(), self.y
        right = ((z > 0) == (y > 0)).mean(1)  # (S,)
        return int((right > MOST).sum())

    @torch.no_grad()
    def take(self, model: MLP, layers: list[Tensor]) -> dict[str, Any]:
        """One frame of the first network."""
        *hidden, z = layers
        output = self.head.read(z[:, 0]).numpy()
        picture: dict[str, Any] = {"map": to_bytes(output[self.cuts[4] :].reshape(MAP, MAP), -1, 1)}
        if hidden:
            little = torch.cat([h[self.cuts[3] : self.cuts[4]].T for h in hidden]).numpy()
            picture["neurons"] = to_bytes(
                little.reshape(-1, self.side, self.side), -self.range, self.range
            )
        for name, value in model.state().items():
            if name[0] in "Wb":
                picture[name] = value[0].numpy().copy().reshape(value.shape[1 + (name[0] == "b") :])
        spaces = self._spaces(hidden, model)
        return picture | spaces | self._judge(output) | self._line(model)

    def _spaces(self, hidden: list[Tensor], model: MLP) -> dict[str, Any]:
        """Probe every layer, and lay its points and the net over the square into three axes.

        In the last layer the first of them is the output's own direction, so that the output cuts
        the picture along a straight line, however many neurons there are.
        """
        n, m = self.cuts[:2]
        found: dict[str, Any] = {}
        probe = [self.untrained]
        for layer, h in enumerate(hidden, 1):
            H = bounded(h[: self.cuts[3]].numpy())
            w, right = self._probe(H)
            probe.append(right)
            if last := layer == len(hidden):
                w, b = bounded(model.W[-1][0, :, 0].numpy()), float(model.b[-1][0, 0, 0])
            turn = axes(H[:n], w, self._axes.get(layer), 2 if last else 3)
            self._axes[layer], place = turn, H[m:] @ turn
            if last:
                cut = crossing(w @ turn[:, :2], b, place[:, :2])
                found["cut"] = cut.astype(np.float32)
            drawn, points = half(place), self.cuts[2] - m
            found[f"hidden{layer}"], found[f"sheet{layer}"] = drawn[:points], drawn[points:]
        return {**found, "probe": np.array(probe, np.float32)}

    def _probe(self, H: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """A linear readout of a layer, and its score on the test points, if there are any."""
        n, m = self.cuts[:2]
        w, b = ridge(H[:n], self.y)
        held_out, y = (H[n:m], self.y_test) if m > n else (H[:n], self.y)
        return w, score(held_out @ w + b, y, self.regression)

    def _judge(self, output: NDArray[np.float32]) -> dict[str, Any]:
        """Accuracy and confusion, or R^2, on training and test points."""
        n, m = self.cuts[:2]
        out, out_test = output[:n].astype(np.float64), output[n:m].astype(np.float64)
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

    def _dead(self, model: MLP, hidden: list[Tensor]) -> NDArray[np.float32]:
        """Share of neurons in each layer whose activation is flat at every training point."""
        n = self.cuts[0]
        if model.activation in BY_HAND and not model.residual:
            slopes = [np.abs(BY_HAND[model.activation][1](h[:n].numpy())) for h in hidden]
        else:
            slopes = [self._slopes(model, z) for z in model.preactivations(self.inputs[:, :n])]
        return np.array([(slope < FLAT).all(0).mean() for slope in slopes], np.float32)

    @torch.enable_grad()
    def _slopes(self, model: MLP, z: Tensor) -> NDArray[np.float32]:
        z = z[0].detach().requires_grad_()
        h = model.activation(z).sum()
        slopes = torch.autograd.grad(h, z)[0] if h.requires_grad else torch.zeros_like(z)
        return slopes.abs().numpy()  # type: ignore[no-any-return]

    def _line(self, model: MLP) -> dict[str, Any]:
        """W' and b' of equation (2.4), if there are any."""
        if model.activation is not linear or not all(isinstance(n, NoNorm) for n in model.norms):
            return {}
        W_prime, b_prime = model.collapse()
        return {"W_prime": W_prime[0, :, 0].numpy(), "b_prime": b_prime[0, 0, 0].numpy()}


class Boundaries(Training, Experiment):
    """Train `seeds` networks at once on labeled points; the first of them is the one drawn."""

    Settings = BoundariesSettings
    notes = look
    _pictures = cached_property(Pictures)

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.test_every = 4 if settings.seeds > 4 else 1  # of many it would take half of the time

    def change(self, name: str, value: str) -> None:
        """See `Training`. Errors: `SettingError`."""
        read_change(LIVE, widths(self.settings), name, value)
        super().change(name, value)
        self._tested = {}  # what was changed by hand is seen at once

    @cached_property
    def noted(self) -> set[str]:
        """Rules of `boundaries_notes` that have spoken."""
        return set()

    def snapshot(self) -> dict[str, Any]:
        """The present state.

        Tracks (P points shown, S networks, F features, hidden layers l = 1 ... L):
            map          uint8 (100, 100): output in [-1, 1] over [-6, 6]^2, lowest x2 first
            neurons      uint8 (hidden neurons, 32, 32): layer by layer; smaller if there are many
            W1, b1, ...  float32 (d_in, d_out), (d_out,): weights and biases of the network drawn
            hidden1 ...  float16 (P, 3): the points in each hidden layer's space
            sheet1 ...   float16 (289, 3): a 17 x 17 net over the square, carried along
            cut          float32 (2, 2): ends of the line in the last one where the output is 0
            probe        float32 (L + 1,): test score of a linear readout of input and layers
            dead         float32 (L,): share of neurons that cannot learn at any training point
            confusion    float32 (2, 2): test points, row label -1, +1, column output -1, +1
            W_prime, b_prime  float32 (F,), (): the one linear map, if all activations are linear
            loss, test_loss, accuracy, test_accuracy: of the one drawn (a regression: r2, test_r2)
            loss_seeds, test_loss_seeds  float32 (S,): of all of them
            solved: how many of them are right on nearly all test points (several, no regression)
        """
        layers = self._pictures.layers(self.model)
        if self.tests or not self._tested:
            seeds = {"loss_seeds": self.losses().numpy()}
            self._tested = seeds | self._pictures.scores(self.model, layers)
        return {
            "loss": float(self._tested["loss_seeds"][0]) if self.tests else self.loss(),
            **self._tested,
            **self._pictures.take(self.model, layers),
        }

    @property
    def parameters(self) -> int:
        """Number of weights and biases of one network."""
        return parameters(self.settings)

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor; the leading axis is the network."""
        return self.model.state()
