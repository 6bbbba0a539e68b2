"""PCA maps of several networks as long work, with progress and Stop."""

from __future__ import annotations

from collections.abc import Sequence

from core.experiments.qm9_explorer import space
from core.work import Slices


class Maps(Slices):
    """The PCA maps of some networks, a part of an embedding at a time; `result` in their order."""

    verb = "computing"

    def __init__(self, models: Sequence[str], seed: int) -> None:
        self.models, self.seed, self.made = models, seed, 0

    @property
    def fraction(self) -> float:
        """Share of the parts that are embedded."""
        return self.made / (space.PARTS * len(self.models))

    @property
    def words(self) -> str:
        """Who reads what."""
        which = min(self.made // space.PARTS, len(self.models) - 1)
        return f"{self.models[which]} reads {space.POINTS:,} molecules"

    @property
    def result(self) -> list[space.Pca]:
        """The maps of those networks that have read all."""
        return [space.pca(model, self.seed) for model in self.models[: self.made // space.PARTS]]

    def advance(self) -> None:
        """The next part."""
        which, k = divmod(self.made, space.PARTS)
        space.part(self.models[which], self.seed, k)
        self.made += 1
