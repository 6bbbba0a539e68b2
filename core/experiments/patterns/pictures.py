"""What the patterns page shows of a run: the sums of one row, and errors on new rows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment, tensors
from core.experiments.patterns.data import mixing, tokens
from core.experiments.patterns.experiment import Training, seen_by
from core.experiments.patterns.layers import OneSum
from core.experiments.patterns.masks import layers_until
from core.experiments.patterns.notes import look
from core.experiments.patterns.references import difference
from core.experiments.patterns.settings import (
    LIVE,
    SHOWN,
    PatternsSettings,
    masks,
    shown_row,
)
from core.film import half
from core.settings import SettingError

Numbers = NDArray[np.float64]
TESTED = 200  # new rows
FAINTEST = 0.012  # width of an arrow that may be and has no weight, of 1
LOOKS = ("row", "shuffle")


def stage_row(settings: Any, step: float = np.inf) -> Numbers:
    """Tokens on the stage at this step: (n, d); new ones, not trained on."""
    row, shuffle = shown_row(settings, step)
    x = tokens(np.random.default_rng([settings.data_seed, 3, row]), 1, settings.given)[0]
    if shuffle:
        x = x[np.random.default_rng([shuffle, 4]).permutation(len(x))]
    return x


def weights_of_values(layer: OneSum, x: Tensor) -> Tensor:
    """alpha_ij V_ij from value to value: what one unit of x_j's value adds to h_i, (n, n).

    Shapes: x (1, n, d)
    """
    alpha = layer.alpha(x).expand(1, *layer.mask.shape)[0]
    return alpha * layer.mask * layer.V()[..., 0, 0]


class Patterns(Training, Experiment):
    """Train MLP, CNN, two GNNs, Transformer and a mask of one's own: same rows, same order.

    Tracks of a snapshot (n tokens; NAME is each of mlp, cnn, gcn, gat, transformer, own, and of
    the first three also target, which is what is asked for):
        weights/NAME    float16 (n, n): what a unit of x_j's value adds to h_i in the row shown;
                        these and the next are rounded to the two digits that are shown
        arrows/NAME     float16 (n, n): their sizes; a hair where one may look and has no weight
        nodes/NAME      float16 (2 n,): h of the row shown, then its values
        rest/NAME       float16 (n,): what kinds and bias add to h_i; none of target
        mask/own        uint8 (n, n): 1 where output i may look at input j
        until/NAME      uint8 (n, n): layers until i has heard of j, 0 for never
        test            float32 (6,): squared error on new rows over the variance
        apart           float32 (6,): largest difference to the layer of others, on rows shown
        loss            that error of the Transformer on up to 128 training rows
        train           float32 (6,): the same of all
    """

    Settings = PatternsSettings
    notes = look
    LOOKS = LOOKS
    test_every = 2

    @cached_property
    def held_out(self) -> tuple[Tensor, Tensor]:
        """New rows and what is asked of them."""
        return self.rows(TESTED, 1)

    def change(self, name: str, value: str) -> None:
        """Set the learning rate, or show another row, or this one in another order."""
        if name in LOOKS:
            SHOWN.check(name, SHOWN.parse(name, value))
            change = (self.steps, name, value)
            if change not in self.settings.changes:
                self.settings = self.settings.replace(changes=(*self.settings.changes, change))
        elif name in LIVE:
            LIVE[name].check(name, LIVE[name].parse(name, value))
            super().change(name, value)
        else:
            raise SettingError("change", name, f"one of {', '.join((*LOOKS, *LIVE))}")

    @torch.no_grad()
    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        train = self.losses()
        x = stage_row(self.settings, self.steps)
        return {
            "loss": train["transformer"],
            "train": np.array([*train.values()], np.float32),
            **self.tested(self._judged),
            **self._still,
            **self._target(x),
            **{key: value for name, layer in self.layers.items()
               for key, value in self._sums(name, layer, x).items()},
        }  # fmt: skip

    @torch.no_grad()
    def _judged(self) -> dict[str, Any]:
        """Errors on new rows, and differences to the layers of others."""
        x, y = self.held_out
        apart = [difference(self.settings, name, layer, x[:20])
                 for name, layer in self.layers.items()]  # fmt: skip
        return {"test": self.errors(x, y).numpy(), "apart": np.array(apart, np.float32)}

    @cached_property
    def _still(self) -> dict[str, Any]:
        """What is the same in all frames."""
        found = masks(self.settings)
        until = {f"until/{name}": layers_until(mask).astype(np.uint8)
                 for name, mask in found.items()}  # fmt: skip
        return {"mask/own": found["own"].astype(np.uint8), **until}

    def _target(self, x: Numbers) -> dict[str, Any]:
        """What is asked for in the row shown."""
        T = mixing(self.settings.target, self.settings.given, x[None], self.settings.data_seed)[0]
        return picture("target", T, T > 0, T @ x[:, 0], x)

    def _sums(self, name: str, layer: OneSum, x: Numbers) -> dict[str, Any]:
        """The sum of one layer in the row shown."""
        seen = seen_by(layer, torch.from_numpy(x).float()[None])
        weights = weights_of_values(layer, seen).double().numpy()
        h = layer.value(seen)[0].double().numpy()
        rest = rounded(h - weights @ x[:, 0])
        return {**picture(name, weights, layer.mask.numpy(), h, x), f"rest/{name}": rest}

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of all layers."""
        return tensors(self.layers)


def picture(
    name: str, weights: Numbers, mask: NDArray[np.bool_], h: Numbers, x: Numbers
) -> dict[str, Any]:
    """Tracks of one sum."""
    arrows = np.where(mask, np.maximum(abs(rounded(weights)), FAINTEST), 0)
    return {
        f"weights/{name}": rounded(weights),
        f"arrows/{name}": np.float16(arrows),
        f"nodes/{name}": rounded(np.concatenate([h, x[:, 0]])),
    }


def rounded(values: Numbers) -> NDArray[np.float16]:
    """To the two digits that are shown; what is no number is 0."""
    return half(np.nan_to_num(values, posinf=np.inf, neginf=-np.inf).round(2))
