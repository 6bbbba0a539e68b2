"""Settings of the deep-sets page, and the data that follow from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.bags import PROPERTIES, UNITS
from core.experiments.deep_sets.sets import ORDERS, TARGETS, padded
from core.experiments.deep_sets.shown import Shown, edited, first_shown
from core.models.deep_sets import POOLS, DeepSets, EquivariantDeepSets
from core.models.padded_list import PaddedList, width_for
from core.settings import Settings, setting
from core.settings.kinds import DATA_SEED, Choice, Integer, rare
from core.settings.lists import Changes, learning_rate

Numbers = NDArray[np.float64]
TRAINED, MOST = 10, 30  # elements of the largest sets trained on, and of the largest tested
TINY_BAG, LARGEST_BAG, MOST_ATOMS = 4, 7, 9  # the same for molecules, in heavy atoms
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
LIVE = {"learning_rate": learning_rate(10, RATES, "Adam's, for all three.")}
MOLECULES = tuple(f"molecule: {name}" for name in PROPERTIES)


@dataclass(frozen=True)
class DeepSetsSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    target: str = setting(
        "sum of lengths",
        Choice((*TARGETS, *MOLECULES), label="Target", group="data", wide=True,
               help="Of points; or a property of real molecules as bags of atoms."),
    )  # fmt: skip
    pooling: str = setting(
        "sum",
        Choice(POOLS, label="Pooling", help="How embeddings are put together.", group="network"),
    )
    order: str = setting(
        "left to right",
        Choice(ORDERS, label="Lists in training", group="data",
               help="Order in which a set of points is listed.",
               when=lambda settings: settings.target in TARGETS),  # atoms come as QM9 lists them
    )  # fmt: skip
    width: int = setting(
        32, Integer(2, 64, 2, label="Width d", help="Numbers in an embedding.", **rare("network"))
    )
    learning_rate: float = setting(0.003, LIVE["learning_rate"])
    samples: int = setting(1000, Integer(50, 2000, 50, label="Training sets", **rare("data")))
    batch_size: int = setting(50, Integer(1, 200, label="Batch size", **rare("training")))
    data_seed: int = setting(0, DATA_SEED)
    max_steps: int = setting(20_000, Integer(1, 100_000, label="Stop after", **rare("training")))
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """Every change must be possible at its place."""
        shown = None
        for _, name, value in self.changes:
            if name in LIVE:
                LIVE[name].check(name, LIVE[name].parse(name, value))
            else:
                shown = edited(self, shown or first_shown(self), name, value)

    @property
    def smiles(self) -> str:
        """The molecule on the stage; empty where there are points."""
        return shown_at(self).smiles

    # What a script cannot make by itself, see `core.export`.

    @property
    def embedded(self) -> dict[str, Any]:
        """Tables that go into an exported script as they are."""
        names = ("bag_rows", "bag_features", "bag_values") if self.target in MOLECULES else ()
        return {name: getattr(self, name) for name in names}

    @property
    def bag_rows(self) -> NDArray[np.uint8]:
        """Atoms of the molecules trained on: (samples, 9)."""
        return bags.load().atoms[training_rows(self)]

    @property
    def bag_features(self) -> Numbers:
        """What stands for each kind of atom: (T + 1, 11)."""
        return bags.features(bags.load().types)

    @property
    def bag_values(self) -> Numbers:
        """The property of the molecules trained on: (samples,)."""
        return bags.load().values[training_rows(self), property_of(self)]


def of_molecules(settings: Any) -> bool:
    """Whether elements are atoms, not points."""
    return str(settings.target).startswith("molecule")


def property_of(settings: Any) -> int:
    """Column of the property in `Bags.values`."""
    return MOLECULES.index(settings.target)


def training_rows(settings: Any) -> NDArray[np.int64]:
    """Molecules of up to 7 heavy atoms that are trained on; the others are for testing.

    All 48 of up to 4 heavy atoms are among them: they are too few, and too unlike the others.
    """
    sizes = bags.load().sizes
    rng = np.random.default_rng([settings.data_seed, 3])
    rest = rng.permutation(np.flatnonzero((sizes > TINY_BAG) & (sizes <= LARGEST_BAG)))
    return np.append(np.flatnonzero(sizes <= TINY_BAG), rest)[: settings.samples]


def answers(settings: Any) -> tuple[int, bool]:
    """How many numbers are asked for, and whether for each element."""
    if of_molecules(settings):
        return 1, False
    return TARGETS[settings.target].d_out, TARGETS[settings.target].each


def is_each(settings: Any) -> bool:
    """Whether each element has an output, equation (5.8)."""
    return answers(settings)[1]


def limits(settings: Any) -> tuple[int, int]:
    """Elements of the largest sets trained on, and places in a list."""
    return (LARGEST_BAG, MOST_ATOMS) if of_molecules(settings) else (TRAINED, MOST)


def unit(settings: Any) -> str:
    """Unit of the target, if it has one."""
    return UNITS[settings.target.removeprefix("molecule: ")] if of_molecules(settings) else ""


# --- Data -------------------------------------------------------------------------------------


class Lists(NamedTuple):
    """Sets as lists with their answers: x (S, N, F), mask (S, N), y (S, d_out) or (S, N, d_out)."""

    x: Tensor
    mask: Tensor
    y: Tensor


def drawn_sets(settings: Any, rng: np.random.Generator, sizes: NDArray[np.int64]) -> Lists:
    """Sets of points of these sizes, listed in the order of the settings."""
    target, order = TARGETS[settings.target], ORDERS[settings.order]
    x, mask = padded([order(target.draw(rng, int(n))) for n in sizes], MOST)
    return Lists(*(torch.from_numpy(part) for part in (x, mask, target.measure(x, mask))))


def drawn_bags(settings: Any) -> Lists:
    """Molecules to train on, atoms in the order of QM9's files."""
    rows = torch.from_numpy(settings.bag_rows.astype(np.int64))
    values = torch.from_numpy(settings.bag_values)[:, None]
    return Lists(torch.from_numpy(settings.bag_features)[rows], rows > 0, values)


def training_data(settings: Any) -> Lists:
    """What is trained on: sets of 1 to 10 points, or molecules of up to 7 heavy atoms."""
    if of_molecules(settings):
        return drawn_bags(settings)
    rng = np.random.default_rng([settings.data_seed, 0])
    return drawn_sets(settings, rng, rng.integers(1, TRAINED + 1, settings.samples))


def scale(settings: Any, train: Lists) -> tuple[Tensor, Tensor]:
    """Shift and scale of a molecule's property, so that networks answer numbers near 0.

    Points are asked for as they are: 0 and 1. Shapes: (d_out,), (d_out,)
    """
    y = train.y
    if of_molecules(settings):
        return y.mean(0), y.std(0)
    return torch.zeros(y.shape[-1]).double(), torch.ones(y.shape[-1]).double()


# --- Models -----------------------------------------------------------------------------------


def contenders(settings: Any) -> dict[str, nn.Module]:
    """Deep Sets, and twice the same perceptron on the padded list, of about as many parameters.

    All in double precision, in which even the sum of 30 numbers is the same in any order, to all
    digits shown.
    """
    d_out, each = answers(settings)
    d_in, most = (11 if of_molecules(settings) else 2), limits(settings)[1]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        make = EquivariantDeepSets if each else DeepSets
        deep = make(d_in, settings.width, d_out, settings.pooling)
        d = width_for(count(deep), most, d_in, d_out, each)
        plain = PaddedList(most, d_in, d, d_out, each)
        twin = PaddedList(most, d_in, d, d_out, each)
        twin.load_state_dict(plain.state_dict())
    return {"deep": deep.double(), "list": plain.double(), "shuffled": twin.double()}


def count(model: nn.Module) -> int:
    """Number of weights and biases."""
    return sum(p.numel() for p in model.parameters())


@lru_cache(maxsize=16)
def _budgets(*shape: Any) -> tuple[int, int]:
    d_in, d, d_out, each, most = shape
    deep = (EquivariantDeepSets if each else DeepSets)(d_in, d, d_out)
    wide = width_for(count(deep), most, d_in, d_out, each)
    return count(deep), count(PaddedList(most, d_in, wide, d_out, each))


def budgets(settings: Any) -> tuple[int, int]:
    """Number of parameters of Deep Sets, and of each perceptron."""
    d_in, (d_out, each) = (11 if of_molecules(settings) else 2), answers(settings)
    with torch.random.fork_rng(devices=[]):  # weights are made, counted and thrown away
        return _budgets(d_in, settings.width, d_out, each, limits(settings)[1])


@lru_cache(maxsize=32)
def _replayed(settings: DeepSetsSettings, changes: tuple[tuple[int, str, str], ...]) -> Shown:
    shown = first_shown(settings)
    for _, name, value in changes:
        shown = edited(settings, shown, name, value)
    return shown


def shown_at(settings: DeepSetsSettings, step: float = math.inf) -> Shown:
    """The set on the stage at this step, or after all changes by hand."""
    by_hand = (c for c in settings.changes if c[0] <= step and c[1] not in LIVE)
    return _replayed(settings.fresh(), tuple(by_hand))
