"""What the approximation page shows of networks: fit, contributions, kinks, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiments.approximation.functions import HIGH, LOW
from core.experiments.approximation.pieces import BENT, Pieces, count_pieces
from core.experiments.approximation.settings import parameters, target
from core.models.mlp import MLP

GRID, COARSE = 257, 129  # points of the interval for fits, and for contributions
BREAKS = 128  # shown; more are counted all the same
LARGEST = 6e4  # float16 ends at 65504


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
            frame["band"] = _half(band)
        return frame | self._kinks(model, fits[0]) | self._straight(model, fits[0])

    def _contributions(self, model: MLP, h: Tensor | None) -> NDArray[np.float16]:
        """v_j h_j(x) of each neuron in the last hidden layer, at every second point of the grid."""
        last = self.input[0] if h is None else h  # (G, N)
        return _half((last[::2] * model.W[-1][0, :, 0]).numpy().T.ravel())

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


def _half(values: NDArray[Any]) -> NDArray[np.float16]:
    return np.clip(values, -LARGEST, LARGEST).astype(np.float16)
