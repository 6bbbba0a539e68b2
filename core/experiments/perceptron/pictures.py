"""What the perceptron page shows of a model: its map, its line, its weights, its hidden space."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.analysis.probe import axes
from core.experiment import Experiment
from core.experiments.perceptron.experiment import Training
from core.experiments.perceptron.notes import look
from core.experiments.perceptron.settings import PerceptronSettings, data, first_weights, view
from core.experiments.perceptron.theory import mistake_bound, separate
from core.film import half, to_bytes
from core.models.perceptron import OneHiddenLayer, Perceptron

Numbers = NDArray[Any]
MAP, NET, KEPT = 100, 13, 200  # pixels and knots along a side, mistakes in the squeeze


def ends(w: Numbers, b: float, reach: float = 50.0) -> NDArray[np.float32]:
    """Two far points on the line w . x + b = 0; nan where there is none in sight, as for w = 0.

    Shapes: w (2,) -> (2, 2)
    """
    length = float(np.hypot(*w))
    if length == 0 or abs(b) > reach * length:
        return np.full((2, 2), np.nan, np.float32)
    foot, along = -b * w / length**2, np.array([-w[1], w[0]]) / length
    return np.array([foot - reach * along, foot + reach * along], np.float32)


def grid(low: float, high: float, side: int, centers: bool) -> Numbers:
    """Points of a side x side grid over a square. Shapes: (side * side, 2), x1 runs fastest."""
    half = (high - low) / side / 2 if centers else 0.0
    line = np.linspace(low + half, high - half, side)
    x2, x1 = np.meshgrid(line, line, indexing="ij")
    return np.stack([x1.ravel(), x2.ravel()], 1)


class Pictures:
    """Everything that is the same for all frames of a run, made once, and the frames from it."""

    def __init__(self, run: Any) -> None:
        settings = run.settings
        self.X, self.t = data(settings)
        low, high = view(settings)
        self.pixel = (high - low) / MAP
        self.pixels = torch.from_numpy(grid(low, high, MAP, centers=True))
        self.net = torch.from_numpy(grid(low, high, NET, centers=False))
        self.squeeze = np.full((KEPT, 2), np.nan, np.float32)
        self.squeeze[0] = 0, np.linalg.norm(first_weights(settings))
        self._axes: Numbers | None = None

    @torch.no_grad()
    def take(self, run: Any) -> dict[str, Any]:
        """One frame."""
        if isinstance(run.model, Perceptron):
            return self._perceptron(run)
        return self._network(run.model)

    def _map(self, z: torch.Tensor, slope: float) -> NDArray[np.uint8]:
        """Two colors with an edge one pixel wide, so that it looks as smooth as it is."""
        shade = z.numpy() / (slope * self.pixel) if slope else np.where(z.numpy() > 0, 1, -1)
        return to_bytes(shade.reshape(MAP, MAP), -1, 1)

    def _perceptron(self, run: Any) -> dict[str, Any]:
        w, w_old = (
            np.append(state["w"].numpy(), state["b"].numpy())
            for state in (run.model.state(), run.before)
        )
        i, z, wrong = run.last
        at = self.X[i : i + 1] if i >= 0 else np.full((1, 2), np.nan)
        t = self.t[i] if i >= 0 else 0.0
        seen = [i + 1, *np.nan_to_num(at[0]), t, z, z > 0, t - (z > 0), (1 + wrong) * (i >= 0)]
        nowhere = np.full((1, 2), np.nan, np.float32)
        here = at.astype(np.float32)
        length = float(np.linalg.norm(w))
        k = run.mistakes  # of very many, the first and the latest are kept
        self.squeeze[min(k, KEPT - 1)] = k, length
        return {
            "map": self._map(run.model.z(self.pixels), float(np.hypot(*w[:2]))),
            "visit": np.array(seen, np.float32),
            "broke": self._broke(w_old, w),
            "w": w.astype(np.float32),
            "w_old": w_old.astype(np.float32),
            "line": ends(w[:2], w[2]),
            "line_old": ends(w_old[:2] * wrong, w_old[2]),
            "right": nowhere if wrong else here,
            "wrong": here if wrong else nowhere,
            "length": length,
            "squeeze": self.squeeze.copy(),
        }

    def _broke(self, w_old: Numbers, w: Numbers) -> NDArray[np.float32]:
        """Points that the old line had right and the new one has wrong: none, one or more; which.

        Shapes: (3,), as 0, 1 or 2, how many, and the number of the first of them
        """
        before, now = ((self.X @ v[:2] + v[2] > 0) == (self.t > 0) for v in (w_old, w))
        broken = np.flatnonzero(before & ~now)
        first = broken[0] + 1 if len(broken) else 0
        return np.array([min(len(broken), 2), len(broken), first], np.float32)

    def _network(self, model: OneHiddenLayer) -> dict[str, Any]:
        state = {name: value.numpy() for name, value in model.state().items()}
        H, z = model.h(torch.from_numpy(self.X)).numpy(), model.z(self.pixels)
        found = separate(H, self.t)
        bound = mistake_bound(found, np.zeros(H.shape[1] + 1), 1.0)
        turn = self._plane(H, state["w"])
        gap = np.full((1, 2), np.nan, np.float32)
        cuts = [[ends(v, c), gap] for v, c in zip(state["V"], state["c"], strict=True)]
        return {
            "map": to_bytes(torch.tanh(z / 2).numpy().reshape(MAP, MAP), -1, 1),
            **{name: value.astype(np.float32) for name, value in state.items() if name != "b"},
            "b": np.float32(state["b"]),
            "cuts": np.concatenate([part for cut in cuts for part in cut]),
            "space": half(H @ turn),
            "sheet": half(model.h(self.net).numpy() @ turn),
            "cut": ends(state["w"] @ turn, float(state["b"])),
            "hidden_margin": found.gamma,
            "hidden_bound": bound if np.isfinite(bound) else 0.0,
        }

    def _plane(self, H: Numbers, w: Numbers) -> Numbers:
        """Two axes to draw the hidden space in: its own, or w and the widest direction across it.

        Shapes: (H, 2)
        """
        hidden = H.shape[1]
        if hidden <= 2:
            return np.eye(hidden, 2)
        if hidden == 3:  # `axes` would keep all three as they are; here a plane is drawn
            H, w = np.column_stack([H, 0 * H[:, 0]]), np.append(w, 0.0)
        self._axes = axes(H, w, self._axes)
        return self._axes[:hidden, :2]


class PointByPoint(Training, Experiment):
    """Show one labeled point after the other to a perceptron, or to one with a hidden layer.

    A step is one visit of a point. Tracks of a snapshot (n points, H hidden neurons):
        map       uint8 (100, 100): the output over the view, 0 or 255, lowest x2 first
        loss      of the model: share of wrong points, or with a hidden layer the cross-entropy
        accuracy  share of points that are right now
        mistakes  visits so far at which the output was wrong
    and without a hidden layer:
        visit     float32 (8,): number of the point (0: none yet), x1, x2, t, z, output, t - output,
                  and 0, 1, 2 for: not started, right, wrong
        w, w_old  float32 (3,): w1, w2 and b after and before the visit
        broke     float32 (3,): 0, 1 or 2 (more) points that the visit has turned wrong, how many,
                  and the number of the first
        line, line_old  float32 (2, 2): ends of the line w . x + b = 0; the old one if it moved
        right, wrong    float32 (1, 2): the point looked at, in one of the two; the other is nan
        length    |(w, b)|
        squeeze   float32 (200, 2): that length after each mistake k, as rows (k, length)
    or with one:
        V, c, w, b  float32: the weights
        cuts      float32 (3 H, 2): the line of each hidden neuron, two ends and a nan
        space, sheet  float16 (n, 2), (169, 2): points, and a 13 x 13 net over the view, as the
                  hidden layer places them
        cut       float32 (2, 2): the line of the output neuron there
        hidden_margin  margin at which a line separates the points there, 0 if none does
        hidden_bound   mistakes that a perceptron could make there at most, 0 if there is no bound
    """

    Settings = PerceptronSettings
    notes = look
    _pictures = cached_property(Pictures)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        return {
            "loss": self.loss(),
            "accuracy": float((self.model(self.X) == self.t).double().mean()),
            "mistakes": self.mistakes,
            **self._pictures.take(self),
        }

    def weights(self) -> dict[str, torch.Tensor]:
        """Name -> tensor."""
        return self.model.state()
