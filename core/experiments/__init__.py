"""All experiments by the URL path of their page; one line each. A folder is the room of a page.

Begin with `perceptron`, the smallest: settings, experiment, pictures, figures, notes, tasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any


class Experiments(Mapping[str, Any]):
    """URL path -> experiment class, imported when it is asked for.

    So the navigation and the command line know all names before torch, which takes seconds, is
    loaded.
    """

    def __init__(self, places: dict[str, str]) -> None:
        self.places = places

    def __getitem__(self, path: str) -> Any:
        """The class. Errors: `KeyError`, as a dict has it."""
        module, _, name = self.places[path].partition(":")
        return getattr(import_module(module), name)

    def __iter__(self) -> Iterator[str]:
        """The URL paths."""
        return iter(self.places)

    def __len__(self) -> int:
        """Number of experiments."""
        return len(self.places)


EXPERIMENTS = Experiments(
    {
        "approximation": "core.experiments.approximation.pictures:Approximation",
        "attention": "core.experiments.attention.pictures:Attention",
        "autoencoders": "core.experiments.autoencoders.pictures:AutoencodersRun",
        "boundaries": "core.experiments.boundaries.pictures:Boundaries",
        "deep-sets": "core.experiments.deep_sets.pictures:DeepSetsRace",
        "depth": "core.experiments.depth.pictures:Depth",
        "double-descent": "core.experiments.double_descent.pictures:DoubleDescent",
        "features": "core.experiments.features.pictures:Features",
        "graph-attention": "core.experiments.graph_attention.pictures:GraphAttention",
        "kernels": "core.experiments.kernels.experiment:Kernels",
        "manifolds": "core.experiments.manifolds.pictures:Manifolds",
        "message-passing": "core.experiments.message_passing.experiment:MessagePassing",
        "minima": "core.experiments.minima.pictures:Minima",
        "optimizers": "core.experiments.optimizers.pictures:Optimizers",
        "patterns": "core.experiments.patterns.pictures:Patterns",
        "perceptron": "core.experiments.perceptron.pictures:PointByPoint",
        "predict": "core.experiments.predict.experiment:Predict",
        "qm9-training": "core.experiments.qm9_training.pictures:Qm9Training",
        "receptive-fields": "core.experiments.receptive_fields.pictures:ReceptiveFields",
        "recurrence": "core.experiments.recurrence.pictures:Recurrence",
        "summaries": "core.experiments.summaries.pictures:Summaries",
    }
)
