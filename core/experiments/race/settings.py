"""What can be set in the race, and what only holds between settings."""

from __future__ import annotations

from dataclasses import dataclass

from core.experiments.race.data import LAYOUTS, MNIST_1D, SIZES
from core.experiments.race.entries import (
    BUDGET,
    ENDS,
    EQUAL,
    FAMILIES,
    NAMES,
    OVERLAPPING,
    PUBLISHED,
    STEMS,
    WIDTHS,
    Entry,
    entry,
)
from core.models.families import FLATTEN
from core.settings import Settings, setting
from core.settings.kinds import Choice, Choices, Flag, Integer, rare

BUDGETS = (EQUAL, PUBLISHED)


def ours(settings: RaceSettings) -> bool:
    """Whether stem and end can be chosen: published networks are as they are."""
    return settings.raced_at == EQUAL


@dataclass(frozen=True)
class RaceSettings(Settings):
    """What decides a race, and with the seed decides it completely."""

    data: str = setting(
        MNIST_1D,
        Choice(LAYOUTS, label="Data", group="data",
               help="Signals of 40 values; digits of 8 × 8 pixels; bags of 12 numbers, of which "
               "the nearest to 0 are counted; molecules of 9 atoms, whose gap is asked for."),
    )  # fmt: skip
    shuffled: bool = setting(
        False, Flag(label="Shuffle all samples alike", group="data",
                    help="One order of the values, or of the atoms, for all samples, trained "
                    "on and held out.")
    )  # fmt: skip
    budget: str = setting(
        EQUAL,
        Choice(BUDGETS, label="Budget", buttons=True, group="network",
               help=f"About {BUDGET:,} parameters each, or the sizes of MNIST-1D's maker, "
               "which hold for MNIST-1D alone."),
    )  # fmt: skip
    stem: str = setting(
        OVERLAPPING,
        Choice(STEMS, label="Stem", group="network", wide=True, when=ours,
               help="How the transformer cuts its tokens. Overlapping patches are a "
               "convolution with a stride."),
    )  # fmt: skip
    end: str = setting(
        FLATTEN,
        Choice(ENDS, label="End", group="network", buttons=True, when=ours,
               help="What CNN, GNN and transformer read: all places in their order, or their "
               "mean, which has forgotten the order."),
    )  # fmt: skip
    families: tuple[str, ...] = setting(
        FAMILIES,
        Choices(FAMILIES, 1, label="In the race", group="network", said=NAMES.__getitem__),
    )  # fmt: skip
    seeds: int = setting(3, Integer(1, 5, label="Seeds", **rare("training")))
    batch_size: int = setting(50, Integer(10, 100, label="Batch size", **rare("training")))
    updates: int = setting(1000, Integer(100, 6000, 100, label="Updates", **rare("training")))

    @property
    def raced_at(self) -> str:
        """The budget that holds: nobody has published networks for the other data."""
        return self.budget if self.data == MNIST_1D else EQUAL

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many samples are learned from, from few to all."""
        return SIZES[self.data]

    @property
    def runners(self) -> dict[str, Entry]:
        """Family -> its network. Of those that are chosen, the published ones or all."""
        budget = self.raced_at
        chosen = [name for name in self.families if budget == EQUAL or name in WIDTHS]
        return {
            name: entry(name, LAYOUTS[self.data], budget, self.stem, self.end)
            for name in chosen or WIDTHS
        }
