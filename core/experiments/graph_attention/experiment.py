"""Graph attention: the weights that a trained network put on the bonds, against uniform ones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn.utils import vector_to_parameters

from core.experiment import Experiment
from core.experiments.graph_attention.analysis import attend, mixed
from core.experiments.graph_attention.notes import look
from core.experiments.graph_attention.settings import GraphAttentionSettings
from core.experiments.graph_attention.study import Study
from core.film import Film
from core.qm9.data.targets import KEYS, targets_from_learned
from core.qm9.networks.models import GatModel
from core.settings import Settings

STEPS = 60  # frames from uniform to learned


class GraphAttention(Experiment):
    """From equal weights to learned ones, running the network with every mix on the way.

    At step s layer l uses (1 - t_l) / |N(v)| + t_l alpha_uv. Nothing is trained: the network comes
    trained on QM9. The loss is how far the prediction has moved from that with uniform weights.

    Tracks of a snapshot (n atoms, m bonds, L layers of H heads, k = |N(v)| of the atom looked at;
    column l (H + 1) of the C = L (H + 1) is the mean over heads, those after it the heads):
        arrows, loops   float16 (2 m, C), (n, C): weights used on directed edges, and of v for v
        matrix          float16 (n, n): row v, column u, in the layer and head that is looked at
        labels          float16 (n,): weights of the neighbors of the atom looked at, NaN elsewhere
        even, even_loops, even_labels   float16: the same with uniform weights, in every frame
        f, exp, alpha, used   float32 (k, H + 1): equation (5.14); column 0 is the mean over heads
        sum             float32 (H + 1,): the denominator of (5.14)
        mix             float32 (L,): t of each layer
        prediction      of the property, in its unit
        loss            |prediction - prediction with uniform weights|
    """

    Settings: ClassVar[type[Settings]] = GraphAttentionSettings
    at_once = True
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

    # --- What the page sees: not needed for the numbers above ---------------------------------

    @property
    def study(self) -> Study:
        """Everything that is the same in all frames, made once."""
        if "_study" not in vars(self):
            self._study = Study(self)
        return self._study

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        return self.study.take(self.steps)

    def weights(self) -> Mapping[str, Tensor]:
        """Name -> tensor, of the trained network."""
        return self.model.state_dict()

    def notes(self, film: Film) -> None:
        """Add what a student should notice."""
        look(self, film)


@lru_cache(maxsize=16)
def study(settings: Any) -> Study:
    """The study of some settings, for figures that stand still."""
    return GraphAttention(settings).study
