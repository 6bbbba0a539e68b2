"""What the features page shows of a run: maps and verdicts on one picture, accuracy by shift."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.experiment import Experiment, tensors
from core.experiments.features.data import CLASSES, EDGES, REACH, TESTS, Things, held_out
from core.experiments.features.experiment import Training
from core.experiments.features.explain import agreement, excited, occlusion, saliency
from core.experiments.features.network import by_parts
from core.experiments.features.notes import look
from core.experiments.features.settings import FeaturesSettings, read_change
from core.experiments.features.shown import Shown
from core.film import to_bytes

WHITE = {"galaxies": 0.7, "digits": 1.0}  # value of a pixel that is drawn white
WEIGHT = 0.8  # of a first kernel, where its color ends
NAMES = ("cnn", "mlp")
# Updates between two evaluations: of one shift, in turn; of all; of where verdicts come from.
ONE, WHOLE, WHENCE = 6, 60, 30


def shifts(settings: Any) -> range:
    """How far to the right the test images are moved, in pixels."""
    return range(REACH[settings.data] + 1)


class Features(Training, Experiment):
    """Train a CNN and an MLP on the same batches, each with Adam at its own rate.

    Tracks of a snapshot (frame of N x N pixels, K classes, C channels, maps of n x n, S shifts):
        image        uint8 (N, N): what stands on the stage, white from WHITE up
        place        float32 (2,): where its middle is, x and y in pixels
        kernels      uint8 (C, 5, 5): of the first layer, -0.8 to 0.8
        maps1, maps2, maps3  uint8 (C, n, n): feature maps, 0 to the largest value of their layer
        pooled       float32 (C,): what the pool leaves of layer 3, as shares of its largest;
                     `last` float32 (C, K) are the weights from there; neither without a pool
        verdict      float32 (2, K): what CNN and MLP say of the picture, as probabilities
        needles      float32 (2, 2, 2): the same of two classes: CNN and MLP, from and to, x and y
        truth        float32 (1, 2): where a needle should point
        by_shift     float32 (2, S): accuracy of both on 100 held-out images, moved to the right,
                     each shift's as it was evaluated last
        confusion    float32 (2, K, K): of all these, share of class (row) that is called (column)
        best, made   uint8 (C, r, r): the patch that excites each channel of layer 3 most, from 100
                     training images and by gradient ascent; `excites` float32 (2, C), how much
        salient      uint8 (N, N): |gradient| of the log-odds that the CNN gives to its verdict
        occluded     float32 (8, 8): by how much they fall when a patch is covered
        agreement    rank correlation of the two
        accuracy_cnn, accuracy_mlp, far_cnn, far_mlp: unmoved, and moved the farthest
        loss, loss_mlp: of both on the last batch
        right_cnn, right_mlp: 1 if the verdict on the picture is right, 0.5 if nobody knows
    """

    Settings = FeaturesSettings
    notes = look
    LOOKS = ("place", "shown", "strokes")

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.things = Things(settings.data, TESTS, settings.data_seed, 1, settings.noise / 100)
        self.shown = Shown(settings, self.things)
        K = len(CLASSES[settings.data])
        self._called = np.zeros((2, len(shifts(settings)), K, K))  # how often class is called so
        self._judged_at = -1
        self._excited: dict[str, Any] = {}
        self._explained: dict[str, Any] = {}
        self._excited_at = self._explained_at = -1

    def change(self, name: str, value: str) -> None:
        """Set a learning rate, or what stands on the stage and where. Errors: `SettingError`."""
        found = read_change(name, value)
        if name == "place":
            self.shown.drag(*found)
        elif name == "shown":
            self.shown.choose(found)
        elif name == "strokes":
            self.shown.draw(found)
        else:
            super().change(name, value)
            return
        self._explained = {}

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        whence = bool(self.done) or self.steps % WHENCE == 0
        if not self._excited or whence and self._excited_at != self.steps:
            self._excited, self._excited_at = self._excite(), self.steps
        x = torch.from_numpy(self.shown.image(self.steps))
        seen = self._see(x)
        if not self._explained or whence and self._explained_at != self.steps:
            called = int(seen["verdict"][0].argmax())
            self._explained, self._explained_at = self._explain(x, called), self.steps
        return {"loss": self.loss(), "loss_mlp": self.losses["mlp"], **seen, **self._judged(),
                **self._excited, **self._explained}  # fmt: skip

    @torch.no_grad()
    def _see(self, x: Tensor) -> dict[str, Any]:
        """What both networks make of the picture."""
        settings, middle = self.settings, EDGES[self.settings.data] / 2
        off = self.shown.offset(self.steps)
        first: Any = self.cnn.filters[0]
        kernels = first.weight.detach()[:, 0].numpy()
        maps = self.cnn.maps(x[None])
        found: dict[str, Any] = {
            "image": to_bytes(x.numpy(), 0, WHITE[settings.data]),
            "place": np.array(off, np.float32) + np.float32(middle),
            "kernels": to_bytes(kernels, -WEIGHT, WEIGHT),
        }
        for k, h in enumerate(maps, 1):
            found[f"maps{k}"] = to_bytes(h[0].numpy(), 0, max(float(h.max()), 1e-9))
        pooled = self.cnn.pool(maps[-1])
        if settings.pooling != "none":
            found["pooled"] = (pooled[0] / max(float(pooled.max()), 1e-9)).numpy()
            found["last"] = self.cnn.last.weight.detach().T.numpy().copy()
        logits = torch.cat([self.cnn.last(pooled), self.mlp(x[None])])
        verdict = logits.softmax(-1).numpy()
        label = self.shown.label
        right = [0.5 if label < 0 else float(row.argmax() == label) for row in verdict]
        found |= {"verdict": verdict.astype(np.float32), "right_cnn": right[0],
                  "right_mlp": right[1]}  # fmt: skip
        if len(CLASSES[settings.data]) == 2:
            found |= {"needles": needles(verdict[:, 1]), "truth": needles(np.array([label]))[:, 1]}
        return found

    def _judged(self) -> dict[str, Any]:
        """How both do on held-out images, moved to the right pixel by pixel.

        One shift at a time, so that all judges move with the film: all at once take as long as
        several updates. That is where numbers are compared, or where updates were made unseen.
        """
        apart, count = self.steps - self._judged_at, len(shifts(self.settings))
        if apart and (self.done or self.steps % WHOLE == 0 or apart > ONE):
            self._test(range(count))
        elif apart and self.steps % ONE == 0:
            self._test([self.steps // ONE % count])
        right = np.trace(self._called, axis1=2, axis2=3) / TESTS
        confusion = self._called.sum(1)
        confusion /= np.maximum(confusion.sum(-1, keepdims=True), 1)
        scores = {f"accuracy_{n}": float(right[k, 0]) for k, n in enumerate(NAMES)}
        scores |= {f"far_{n}": float(right[k, -1]) for k, n in enumerate(NAMES)}
        return {"by_shift": right.astype(np.float32), "confusion": confusion.astype(np.float32),
                **scores}  # fmt: skip

    @torch.no_grad()
    def _test(self, which: Iterable[int]) -> None:
        """Count what both call the images of these shifts."""
        s = self.settings
        moved, y = held_out(s.data, s.data_seed, s.noise, s.shuffled)
        for shift in which:
            x = torch.from_numpy(moved[shift])
            for called, net in zip(self._called[:, shift], (self.cnn, self.mlp), strict=True):
                called[:] = 0
                np.add.at(called, (y, by_parts(net, x).argmax(-1).numpy()), 1)
        self._judged_at = self.steps

    def _excite(self) -> dict[str, Any]:
        """What each channel of the last layer answers to most."""
        found = excited(self.cnn, self.x)
        return {
            "best": to_bytes(found.patch.numpy(), 0, WHITE[self.settings.data]),
            "made": to_bytes(found.made.numpy(), 0, 1),
            "excites": found.values.numpy().astype(np.float32),
        }

    def _explain(self, x: Tensor, called: int) -> dict[str, Any]:
        """Where the CNN's verdict on the picture comes from."""
        salient, covered = saliency(self.cnn, x, called), occlusion(self.cnn, x, called)
        return {
            "salient": to_bytes(salient.numpy(), 0, max(float(salient.max()), 1e-12)),
            "occluded": covered.numpy().astype(np.float32),
            "agreement": agreement(salient, covered),
        }

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of both networks; `cnn.filters.0.weight` has the kernels shown."""
        return tensors({"cnn": self.cnn, "mlp": self.mlp})


def needles(p: Any) -> Any:
    """Needles of a dial: left for p = 0, up for 1/2, right for 1. Shapes: (n,) -> (n, 2, 2)."""
    angle = np.pi * (1 - np.asarray(p, float))
    tips = np.stack([np.cos(angle), np.sin(angle)], -1)  # (n, 2)
    return np.stack([0 * tips, tips], 1).astype(np.float32)
