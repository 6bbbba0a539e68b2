"""What the approximation page shows of networks: fit, contributions, kinks, errors."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment
from core.experiments.approximation.experiment import Training
from core.experiments.approximation.functions import HIGH, LOW
from core.experiments.approximation.notes import look
from core.experiments.approximation.pieces import BENT, Pieces, count_pieces
from core.experiments.approximation.settings import (
    LIVE,
    ApproximationSettings,
    parameters,
    target,
    widths,
)
from core.film import half
from core.models.mlp import MLP
from core.training import read_change

GRID, COARSE = 257, 129  # points of the interval for fits, and for contributions
BREAKS = 128  # shown; more are counted all the same


def grid(n: int = GRID) -> NDArray[np.float64]:
    """Evenly spaced points of the interval, both ends among them."""
    return np.linspace(LOW, HIGH, n)


class Pictures:
    """Everything that is the same for all frames of a run, made once, and the frames from it."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.x = grid()
        self.f = target(settings)(self.x)
        self.input = torch.from_numpy(self.x.astype(np.float32)).view(1, -1, 1)  # (1, G, 1)
        self.bent = BENT.get(settings.activation)
        self.pieces: Pieces | None = None  # of the last frame, for the notes
        self.parameters = parameters(settings.hidden)

    @torch.no_grad()
    def take(self, model: MLP) -> dict[str, Any]:
        """One frame, all of it from one pass of the networks over the grid."""
        seeds = len(model.W[0])
        *hidden, y = model(self.input.expand(seeds, -1, -1))
        fits = y.squeeze(-1).numpy()  # (S, G)
        gaps = np.abs(fits - self.f)
        squares = np.minimum((gaps**2).mean(1), 1e38)  # float32 ends a little above
        frame = {
            "fit": fits[0].copy(),
            "gap": gaps[0].astype(np.float32),
            "test_loss": squares[0],
            "test_loss_seeds": squares.astype(np.float32),
            "rmse": np.sqrt(squares[0]),
            "max_error": gaps[0].max(),
            "max_error_seeds": gaps.max(1).astype(np.float32),
            "parameters": self.parameters,
            "contributions": self._contributions(model, hidden[-1][0] if hidden else None),
        }
        if seeds > 1:
            band = np.concatenate([fits.max(0), fits.min(0)[::-1]])
            frame["band"] = half(band)
        return frame | self._kinks(model, fits[0]) | self._straight(model, fits[0])

    def _contributions(self, model: MLP, h: Tensor | None) -> NDArray[np.float16]:
        """v_j h_j(x) of each neuron in the last hidden layer, at every second point of the grid."""
        last = self.input[0] if h is None else h  # (G, N)
        return half((last[::2] * model.W[-1][0, :, 0]).numpy().T.ravel())

    def _kinks(self, model: MLP, fit: NDArray[np.float32]) -> dict[str, Any]:
        """Where w_j x + b_j changes sign: the kink of a ReLU, the middle of a tanh."""
        if len(self.settings.hidden) != 1:
            return {}
        w, b = model.W[0][0, 0].numpy(), model.b[0][0, 0].numpy()  # (N,)
        with np.errstate(all="ignore"):
            x = -b / w
        x = np.where((x >= LOW) & (x <= HIGH), x, np.nan)
        return {"kinks": np.stack([x, np.interp(x, self.x, fit)], 1).astype(np.float32)}

    def _straight(self, model: MLP, fit: NDArray[np.float32]) -> dict[str, Any]:
        """The straight pieces, counted; after a divergence there is nothing to count."""
        if self.bent is None:
            return {}
        W = [weight[0].double().numpy() for weight in model.W]
        b = [bias[0, 0].double().numpy() for bias in model.b]
        finite = np.isfinite(fit).all()
        self.pieces = found = count_pieces(W, b, self.bent) if finite else None
        frame: dict[str, Any] = dict.fromkeys(("linear_pieces", "off", "on"), np.nan)
        if found:
            frame = {"linear_pieces": found.count, "off": found.off.sum(), "on": found.on.sum()}
        if len(self.settings.hidden) > 1:
            breaks, layers = np.full((BREAKS, 2), np.nan, np.float32), np.zeros(BREAKS, np.uint8)
            if found:
                shown = min(BREAKS, len(found.breaks))
                breaks[:shown, 0] = found.breaks[:shown]
                breaks[:shown, 1] = np.interp(found.breaks[:shown], self.x, fit)
                layers[:shown] = found.layers[:shown] - 1
            frame |= {"breaks": breaks, "break_layers": layers}
        return frame


class Approximation(Training, Experiment):
    """Train `seeds` networks at once on samples of one function; the first of them is drawn.

    Tracks of a snapshot (G = 257 points of the interval, S networks, N neurons of the last hidden
    layer; kinks need one hidden layer, breaks and linear_pieces a piecewise linear activation):
        fit            float32 (G,): y of the network drawn
        gap            float32 (G,): |f - y|
        band           float16 (2 G,): highest y over the networks, then lowest, from right to left
        contributions  float16 (N * 129,): v_j h_j(x), neuron by neuron; with c they add up to y
        kinks          float32 (N, 2): x = -b_j / w_j and y there; nan outside the interval
        breaks         float32 (128, 2): where a straight piece ends, for more hidden layers
        break_layers   uint8 (128,): whose neurons make it, from 0
        loss, test_loss       mean squared error on the samples, and against f on the grid
        rmse, max_error       root of it against f, and the largest |f - y|
        linear_pieces, off, on, parameters: counted
        loss_seeds, test_loss_seeds, max_error_seeds  float32 (S,): of all of them
    """

    Settings = ApproximationSettings
    notes = look

    def change(self, name: str, value: str) -> None:
        """See `Training`. Errors: `SettingError`."""
        read_change(LIVE, widths(self.settings), name, value)
        super().change(name, value)

    @cached_property
    def pictures(self) -> Pictures:
        """What all frames share."""
        return Pictures(self.settings)

    def kink_to(self, neuron: int, x: float) -> tuple[str, str]:
        """The change that brings the kink of a first-layer neuron to x: b_j = -w_j x."""
        return f"b1.{neuron}", f"{-float(self.model.W[0][0, 0, neuron].detach()) * x:.6g}"

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        losses = self.losses().numpy()
        return {"loss": losses[0], "loss_seeds": losses, **self.pictures.take(self.model)}

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor; the leading axis is the network."""
        return self.model.state()
