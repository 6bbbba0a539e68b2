"""What turns a model into a trained one: losses, torch's optimizers, mini-batches, updates."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.settings.kinds import Kind, Number, SettingError
from core.words import counted


class Head(NamedTuple):
    """How the last number z of a network is read (in [-1, 1]), and its loss against the label."""

    read: Callable[[Tensor], Tensor]
    loss: Callable[[Tensor, Tensor], Tensor]


def cross_entropy(z: Tensor, y: Tensor) -> Tensor:
    """-log p(y) of a label y in {-1, +1}, with p(+1) = sigmoid(z): binary cross-entropy."""
    return F.softplus(-y * z)


def read_logit(z: Tensor) -> Tensor:
    """P(+1) - p(-1) of a logit z: 0 on the decision boundary."""
    return torch.tanh(z / 2)


def squared_error(output: Tensor, y: Tensor) -> Tensor:
    """Half the squared error, as playground.tensorflow.org has it."""
    return 0.5 * (output - y) ** 2


def squared_error_of_tanh(z: Tensor, y: Tensor) -> Tensor:
    """Half the squared error of tanh(z) against a label y in {-1, +1}."""
    return squared_error(torch.tanh(z), y)


def read_number(z: Tensor) -> Tensor:
    """A regression's output, as it is."""
    return z


LOSSES: dict[str, Head] = {
    "cross-entropy": Head(read_logit, cross_entropy),
    "squared error": Head(torch.tanh, squared_error_of_tanh),
}
REGRESSION = Head(read_number, squared_error)

# `fused` does a whole update in one call, which for networks this small halves its time.
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "SGD": partial(torch.optim.SGD, fused=True),  # Equation: (3.2)
    "momentum": partial(torch.optim.SGD, momentum=0.9, fused=True),
    "Adam": partial(torch.optim.Adam, fused=True),
    "AdamW": partial(torch.optim.AdamW, weight_decay=0.0, fused=True),
    "RMSprop": torch.optim.RMSprop,
}


def in_one_vector(shapes: Sequence[tuple[int, ...]]) -> tuple[Tensor, list[Tensor]]:
    """One vector for an optimizer, and its parts for the layers; gradients are shared alike."""
    sizes = [math.prod(shape) for shape in shapes]
    vector = torch.zeros(sum(sizes))
    vector.grad = torch.zeros_like(vector)
    parts = []
    for values, slopes, shape in zip(
        vector.split(sizes), vector.grad.split(sizes), shapes, strict=True
    ):
        part = values.view(shape).requires_grad_()
        part.grad = slopes.view(shape)
        parts.append(part)
    return vector, parts


class Learner(ABC):
    """What trains update by update, up to `settings.max_steps` of them or until it diverges."""

    called: ClassVar[str] = "update"  # what a step is called
    optimizer: Any  # torch's, unless `change` is overridden

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""

    def step(self, n: int) -> None:
        """Train n updates, or until `done`, which says why there are no more."""
        for _ in range(min(n, self.settings.max_steps - self.steps)):
            if self.done:
                return
            self._update()
        if self.steps >= self.settings.max_steps and not self.done:
            self.done = f"Stopped after {counted(self.steps, self.called)}, as set."

    @abstractmethod
    def _update(self) -> None:
        """One update, counted in `steps`; or else `diverged`."""

    def change(self, name: str, value: str) -> None:
        """Set the learning rate; a subclass says what else may change."""
        self.rate = float(value)
        for part in self.optimizer.param_groups:
            part["lr"] = self.rate

    def diverged(self, said: str) -> None:
        """Stop: `said` is who is no finite number any more, and what helps."""
        self.done = f"Diverged after {counted(self.steps, self.called)}: {said}"


REGULARIZATIONS = ("none", "L1", "L2")


def row_epochs(n: int, size: int, seed: int) -> Iterator[Tensor]:
    """Endless epochs of mini-batches of row numbers (n // size, size); what is left over waits."""
    rng, size = np.random.default_rng([seed, 1]), min(size, n)
    while True:
        yield torch.from_numpy(rng.permutation(n)[: n // size * size]).view(-1, size)


def row_batches(n: int, size: int, seed: int) -> Iterator[Tensor]:
    """Endless mini-batches of row numbers (size,), see `row_epochs`."""
    for epoch in row_epochs(n, size, seed):
        yield from epoch


def batches(
    X: Tensor, y: Tensor, size: int, seeds: Sequence[int]
) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless mini-batches; every seed shuffles each epoch with its own generator.

    The order depends on the seed and the number of points alone, so that two architectures that
    race see the same points in the same order. What is left over at an epoch's end waits.

    Shapes: X (n, d), y (n,) -> (S, size, d), (S, size)
    """
    rngs = [np.random.default_rng([seed, 1]) for seed in seeds]
    size = min(size, len(X))
    count = len(X) // size
    while True:
        orders = np.stack([rng.permutation(len(X))[: count * size] for rng in rngs])
        order = torch.from_numpy(orders).view(len(seeds), count, size).transpose(0, 1)
        yield from zip(X[order], y[order], strict=True)  # (count, S, size, d)


def read_change(live: Mapping[str, Kind], widths: Sequence[int], name: str, text: str) -> float:
    """The number that a change by hand sets, of a live setting or of a weight of a network.

    `widths` are the sizes of all its layers, from input to output. `W1.0.2` is the weight in layer
    1 from unit 0 to unit 2, `b1.2` the bias of unit 2 there.
    Errors: `SettingError` if there is no such setting or weight, or it may not have this value.
    """
    kind = live.get(name, Number(-1000, 1000))
    value: float = kind.check(name, kind.parse(name, text))
    if name not in live and not _is_weight(widths, name):
        example = (
            f"{', '.join(live)}, or a weight of the network {tuple(widths)}, as W1.0.0 or b1.0"
        )
        raise SettingError("change", name, example)
    return value


def _is_weight(widths: Sequence[int], name: str) -> bool:
    if not re.fullmatch(r"W\d{1,2}\.\d{1,3}\.\d{1,3}|b\d{1,2}\.\d{1,3}", name):
        return False
    layer, *place = (int(part) for part in name[1:].split("."))
    shape = widths[layer - 1 : layer + 1] if name[0] == "W" else widths[layer : layer + 1]
    return 0 < layer < len(widths) and all(i < n for i, n in zip(place, shape, strict=True))
