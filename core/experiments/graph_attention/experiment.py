"""Graph attention: the weights that a trained network put on the bonds, against uniform ones."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.utils import vector_to_parameters

from core.experiments.graph_attention.analysis import attend, mixed
from core.qm9.data.targets import KEYS, targets_from_learned
from core.qm9.networks.models import GatModel

STEPS = 60  # frames from uniform to learned


class Mixing:
    """Run a trained network with every mix of uniform and learned weights on the way."""

    last = STEPS

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
        width, layers = (int(size) for size in settings.sizes)
        with torch.device("meta"):  # no weights are drawn: they come from the table
            model = GatModel(width, layers)
        self.model = model.double().to_empty(device="cpu").requires_grad_(False)
        vector_to_parameters(torch.from_numpy(settings.state).double(), self.model.parameters())
        self.x = torch.from_numpy(settings.x)[None]  # (1, n, 11)
        self.mask = torch.ones(self.x.shape[:2], dtype=torch.bool)
        neighbors = torch.from_numpy(settings.neighbors) > 0  # (v, u)
        self.neighbors = neighbors.expand(1, layers, -1, -1)

    def step(self, n: int) -> None:
        """Go n steps of the way from uniform to learned weights."""
        if self.done:
            return
        self.steps = min(STEPS, self.steps + n)
        if self.steps == STEPS:
            self.done = "Every layer uses the weights that it has learned."

    def mix(self, step: int) -> Tensor:
        """How far each layer is, (1, L): all together, or one layer after the other."""
        layers = self.neighbors.shape[1]
        if self.settings.path == "all at once":
            return torch.full((1, layers), step / STEPS, dtype=torch.float64)
        begun = step * layers / STEPS - torch.arange(layers, dtype=torch.float64)
        return begun.clamp(0, 1)[None]

    @torch.no_grad()
    def predict(self, step: int) -> float:
        """The property with the weights of a step, in its unit."""
        output = attend(self.model, self.x, self.mask, self.neighbors, mixed(self.mix(step)))
        learned = output.numpy() * self.settings.scale + self.settings.linear
        targets = targets_from_learned(learned, self.settings.references)
        return float(targets[0, KEYS.index(self.settings.target)])

    def loss(self) -> float:
        """How far the prediction has moved from that with uniform weights, in its unit."""
        return abs(self.predict(self.steps) - self.predict(0))
