"""Settings of the receptive-fields page, and what follows from them without any training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.experiments.receptive_fields.geometry import Geometry, room
from core.experiments.receptive_fields.networks import NETWORKS, OWN, SOUND, stack_of
from core.experiments.receptive_fields.stack import flat
from core.experiments.receptive_fields.text import parse
from core.settings import SettingError, Settings, setting
from core.settings.kinds import Choice, Integer, Number, Text, rare

DATA_TARGETS = ("ring", "disc", "far pixel")
ACTIVE = ("tanh", "ReLU", "linear")
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)
WIDEST = 2000  # pixels of the image under one's own stack
ROWS = 64  # layers, or blocks, of one's own stack, one after the other
WORK = 10**9  # products for the maps of one's own stack
TRAINED = 90_000  # layers x pixels: what still trains live


def own(settings: Any) -> bool:
    """Whether the stack is one's own, not a known network."""
    return bool(settings.network == OWN)


def said(name: str) -> str:
    """A network's name on screen."""
    return NETWORKS[name][0] if name in NETWORKS else "Own stack"


@dataclass(frozen=True)
class ReceptiveFieldsSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    network: str = setting(
        OWN, Choice((OWN, *NETWORKS), label="Network", group="network", wide=True, said=said)
    )
    stack: str = setting(
        "10*conv3",
        Text(label="Layers", verify=parse, group="network", when=own, longest=400,
             help="conv3, pool2s2, avg2s2, up2s2: kernel size, then s stride, p padding, d "
             "dilation, as conv3s2p0d4. [a b] is a residual block, {a | b} are parallel paths, "
             "5*conv3 repeats."),
    )  # fmt: skip
    activation: str = setting("tanh", Choice(ACTIVE, label="Activation", group="network", when=own))
    channels: int = setting(
        8, Integer(1, 16, label="Channels", help="In every layer.", **rare("network"))
    )
    target: str = setting(
        "ring",
        Choice(DATA_TARGETS, label="Learn the mean of a", group="task", when=own,
               help="Of white noise: of the pixels at a distance (ring), up to it (disc), or the "
               "one that far to the left."),
    )  # fmt: skip
    reach: int = setting(
        7,
        Integer(0, 24, label="Distance", help="In pixels, from the unit's center.", group="task",
                when=own),
    )  # fmt: skip
    learning_rate: float = setting(
        0.003,
        Number(1e-5, 1, stops=RATES, label="Learning rate", group="training", when=own),
    )
    batch: int = setting(8, Integer(1, 32, label="Batch", **rare("training")))
    max_steps: int = setting(400, Integer(1, 20_000, label="Stop after", **rare("training")))

    def check(self) -> None:
        """What only holds between settings: paths agree, and the field is not too large."""
        if self.network != OWN:
            return
        try:
            found = _geometry(OWN, self.stack, self.reach)
        except ValueError as error:
            raise SettingError("stack", self.stack, str(error)) from None
        if found.rows > ROWS + 1:
            allowed = f"up to {ROWS} layers, or blocks such as [a b], one after the other"
            raise SettingError("stack", self.stack, allowed)
        if found.pixels > WIDEST or found.work > WORK:
            allowed = f"fewer or smaller layers; units that see {found.fields[-1][-1]} pixels"
            raise SettingError("stack", self.stack, f"{allowed} are too much for this page")


def trained(settings: Any) -> bool:
    """Whether this network can be trained here, and its fields measured."""
    if settings.network != OWN:
        return False
    plain = _geometry(OWN, settings.stack, settings.reach)
    layers = sum(1 for _ in flat(plain.stack))
    return layers * plain.pixels**2 <= TRAINED


@lru_cache(maxsize=64)
def _geometry(network: str, stack: str, around: int, head: bool = False) -> Geometry:
    found = stack_of(network, stack)
    return Geometry(found, room(found, 2 * around + 1 if network == OWN else 0), head)


def geometry(settings: Any) -> Geometry:
    """Rows of units over the image that the page shows; with the answer on top if trained."""
    return _geometry(settings.network, settings.stack, settings.reach, trained(settings))


def sound(settings: Any) -> bool:
    """Whether it is a network along time, not over a plane."""
    return settings.network in SOUND
