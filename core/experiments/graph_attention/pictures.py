"""What the graph attention page shows of the way from uniform to learned weights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from torch import Tensor

from core.experiment import Experiment
from core.experiments.graph_attention.experiment import Mixing
from core.experiments.graph_attention.notes import look
from core.experiments.graph_attention.settings import GraphAttentionSettings
from core.experiments.graph_attention.study import Study


class GraphAttention(Mixing, Experiment):
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

    Settings = GraphAttentionSettings
    notes = look
    study = cached_property(Study)
    at_once = True

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        return self.study.take(self.steps)

    def weights(self) -> Mapping[str, Tensor]:
        """Name -> tensor, of the trained network."""
        return self.model.state_dict()
