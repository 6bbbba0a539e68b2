"""What the depth page measures of a run: gradients and activations of every layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment
from core.experiments.depth.data import JUDGES
from core.experiments.depth.experiment import Training
from core.experiments.depth.network import FORMS, Networks, Pass, errors
from core.experiments.depth.notes import look
from core.experiments.depth.settings import LIVE, DepthSettings

PAIRS = JUDGES // 2
FLAT = 0.01  # a unit is dead where the slope of sigma is below this for every judge
NONE = 1e-37  # what is shorter has lost its direction in float32
FLOOR, CEILING = -46.0, 39.0  # decimal exponents of the numbers that float32 can hold


def log10(values: Tensor) -> NDArray[np.float16]:
    """Decimal exponents; of 0 the floor, of what is not finite the ceiling. Any shape."""
    exponents = values.double().log10().clamp(FLOOR, CEILING)
    return torch.nan_to_num(exponents, nan=CEILING).numpy().astype(np.float16)


def norms(x: Tensor) -> Tensor:
    """Of each layer and network, summed in float64: squares may leave what float32 can hold.

    Shapes: (L, N, ...) -> (L, N)
    """
    return torch.linalg.vector_norm(x, dim=(2, 3), dtype=torch.float64)


def silent(z: Tensor, activation: str) -> Tensor:
    """Share of units whose slope of sigma is below 0.01 for every judge. ReLU: 0 for all.

    Shapes: z (L, N, B, d) -> (L, N)
    """
    if activation == "ReLU":
        return (z.amax(2) <= 0).float().mean(-1)
    steepest = 1 - z.abs().amin(2).tanh().square()  # the slope of tanh falls with |z|
    return (steepest < FLAT).float().mean(-1)


def likeness(h: Tensor) -> Tensor:
    """Mean cosine between judge i and judge i + 32; two vectors of 0 are alike.

    Shapes: h (L, N, 64, d) -> (L, N)
    """
    size = torch.linalg.vector_norm(h, dim=-1, keepdim=True, dtype=torch.float64).float()
    unit, none = h / size.clamp(min=NONE), size[..., 0] < NONE
    cosine = (unit[:, :, :PAIRS] * unit[:, :, PAIRS:]).sum(-1)
    return torch.where(none[:, :, :PAIRS] & none[:, :, PAIRS:], 1.0, cosine).mean(-1)


def way_back(sizes: Tensor) -> NDArray[np.float32]:
    """From h_L to h_1: geometric mean of the L - 1 factors, and their product.

    Shapes: gradient's norm at each h, (L,) -> (2,)
    """
    product = float(sizes[0] / sizes[-1])
    return np.array([product ** (1 / max(len(sizes) - 1, 1)), product], np.float32)


class Depth(Training, Experiment):
    """Train deep networks of several forms side by side, and look at every layer.

    Tracks of a snapshot, for each form m, such as plain (L layers, S seeds; layers are those of the
    first seed, on 64 digits of the training set):
        gradient_m  float16 (L,): log10 of the norm of the loss's gradient at W_l
        flow_m      float16 (L,): the same at h_l, the outputs of layer l
        identity_m  float16 (L,): at h_l with no gradient going back along the identity path; of
                    forms without one the same as flow_m
        size_m      float16 (L,): log10 of the root mean square of h_l
        alike_m     float16 (L,): cosine of h_l of two digits, mean over 32 pairs
        dead_m      float16 (L,): share of units whose slope of sigma is 0 for all 64
        loss_m      float32 (S,): loss on these digits
        accuracy_m  float32 (S,): share of 397 held-out digits that it names
        ratio_m     norm of the gradient at W_1 over that at W_L
        ends_m      their log10, float16 (2,)
        back_m      float32 (2,): what one layer multiplies the gradient at h by on its way back,
                    geometric mean, and all layers together
    and loss, see `Training.loss`.
    """

    Settings = DepthSettings
    notes = look
    test_every = 4

    def change(self, name: str, value: str) -> None:
        """Set the learning rate."""
        if name in LIVE:
            LIVE[name].check(name, LIVE[name].parse(name, value))
            super().change(name, value)
        else:
            Experiment.change(self, name, value)

    def _of(self, group: Networks) -> Iterator[tuple[str, slice]]:
        """Forms in one set of tensors, and their networks there."""
        return ((name, where) for name, (g, where) in self.places().items() if g is group)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        found: dict[str, Any] = {}
        for group in self.groups.values():
            x, y = (part.expand(len(group.keep), *part.shape)
                    for part in (self.data.x[:JUDGES], self.data.y[:JUDGES]))  # fmt: skip
            judged = group(x)
            loss = errors(judged.out, y)
            found |= self._gradients(group, judged, loss)
            found |= self._states(group, judged)
            found |= {f"loss_{n}": loss[where].detach().numpy() for n, where in self._of(group)}
        first = found[f"loss_{self.settings.networks[0]}"][0]
        return {"loss": float(first), **found, **self.tested(self._seldom)}

    def _gradients(self, group: Networks, judged: Pass, loss: Tensor) -> dict[str, Any]:
        """Gradients at weights and outputs of all layers."""
        weights = [group.weights["W_in"], group.weights["W"]]
        found = torch.autograd.grad(loss.sum(), [*weights, *judged.h], materialize_grads=True)
        W_in, W, *h = found
        at_W, at_h = torch.cat([norms(W_in[None]), norms(W)]), norms(torch.stack(h))  # (L, N)
        tracks: dict[str, Any] = {}
        for name, where in self._of(group):
            n = at_W[:, where.start]
            tracks[f"gradient_{name}"] = log10(n)
            tracks[f"flow_{name}"] = log10(at_h[:, where.start])
            tracks[f"back_{name}"] = way_back(at_h[:, where.start])
            tracks[f"ends_{name}"] = log10(n[[0, -1]])
            tracks[f"ratio_{name}"] = float(n[0] / n[-1]) if n[-1] > 0 else float("nan")
        return tracks

    @torch.no_grad()
    def _states(self, group: Networks, judged: Pass) -> dict[str, Any]:
        """What the layers hold."""
        h, z = torch.stack(judged.h), torch.stack(judged.z)  # (L, N, B, d)
        size = norms(h) / (h.shape[2] * h.shape[3]) ** 0.5
        dead, alike = silent(z, self.settings.activation), likeness(h)
        found: dict[str, Any] = {}
        for name, where in self._of(group):
            s = where.start
            found[f"size_{name}"] = log10(size[:, s])
            found[f"alike_{name}"] = alike[:, s].numpy().astype(np.float16)
            found[f"dead_{name}"] = dead[:, s].numpy().astype(np.float16)
        return found

    def _seldom(self) -> Iterator[tuple[str, Any]]:
        """Accuracy on what is held out, and the gradient without its identity path."""
        for group in self.groups.values():
            n = len(group.keep)
            with torch.no_grad():
                out = group(self.data.x_test.expand(n, -1, -1), train=False).out
                right = (out.argmax(-1) == self.data.y_test).float().mean(1)
            x, y = self.data.x[:JUDGES].expand(n, -1, -1), self.data.y[:JUDGES].expand(n, -1)
            cut = group(x, cut=True)
            grads = torch.autograd.grad(errors(cut.out, y).sum(), cut.h)
            at_h = norms(torch.stack(grads))
            for name, where in self._of(group):
                yield f"accuracy_{name}", right[where].numpy()
                yield f"identity_{name}", log10(at_h[:, where.start])

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of all networks; seeds on the axis before the last two."""
        return {
            f"{name}.{part}": value.detach()[..., where, :, :]
            for name, (group, where) in self.places().items()
            for part, value in group.weights.items()
            if value.numel()
        }


def skips(settings: Any) -> list[str]:
    """Forms with an identity path."""
    return [name for name in settings.networks if FORMS[name].skip]
