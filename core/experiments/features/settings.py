"""Settings of the features page: what is learned, by which network, and what is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.experiments.features.data import CLASSES, DIGITS, TESTS
from core.experiments.features.network import HIDDEN, RIVALS_EQUAL
from core.settings import SettingError, Settings, setting
from core.settings.kinds import DATA_SEED, Choice, Flag, Integer, Number, rare
from core.settings.lists import Changes, Strokes, read_live, read_place

WHERE = ("centered", "anywhere")
STRIDES = ("1", "2", "4")
POOLINGS = ("max", "average", "none")
PADDINGS = ("circular", "zero")
RIVALS = (f"{HIDDEN} hidden units", *RIVALS_EQUAL)
RATES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
FAR = 1e4  # of what is dragged, in pixels
APART = 0.25  # pixels between two points of a stroke, at least


LIVE: dict[str, Any] = {
    "shown": Integer(0, TESTS - 1, label="Image on the stage", live=True, group="data",
                     help="One of those that are held out."),
    "learning_rate": Number(1e-5, 1, stops=RATES, live=True, label="Learning rate of the CNN",
                            **rare("training")),
    "mlp_rate": Number(1e-5, 1, stops=RATES, live=True, label="Learning rate of the MLP",
                       **rare("training")),
    "strokes": Strokes(3, 300, bound=1000.0, live=True, label="Drawn digit: stroke, x, y"),
}  # fmt: skip


@dataclass(frozen=True)
class FeaturesSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    data: str = setting("galaxies", Choice(CLASSES, buttons=True, label="Data", group="data"))
    where: str = setting(
        "centered",
        Choice(WHERE, buttons=True, label="Trained on images that are", group="data",
               help="Up to 8 pixels off the middle of galaxies, up to 4 of digits."),
    )  # fmt: skip
    augment: bool = setting(
        False,
        Flag(label="Augmentation: shift them", group="data",
             help="Each image is moved anew whenever it is trained on."),
    )  # fmt: skip
    samples: int = setting(400, Integer(20, DIGITS, 20, label="Training images", group="data"))
    shown: int = setting(0, LIVE["shown"])
    shuffled: bool = setting(
        False,
        Flag(label="Shuffle the pixels", **rare("data"),
             help="The same permutation in all images: nothing is lost but who is near whom."),
    )  # fmt: skip
    noise: int = setting(
        5,
        Integer(0, 50, label="Noise in %", **rare("data"),
                when=lambda settings: settings.data == "galaxies"),
    )  # fmt: skip
    stride: str = setting(
        "1",
        Choice(STRIDES, buttons=True, label="Stride of the CNN", group="network",
               help="Of all its layers together: 4 is 2 times 2."),
    )  # fmt: skip
    pooling: str = setting(
        "max",
        Choice(POOLINGS, buttons=True, label="Pool over all places", group="network",
               help="none: the last layer has a weight for each place."),
    )  # fmt: skip
    mlp: str = setting(RIVALS[0], Choice(RIVALS, label="The MLP has", group="network", wide=True))
    channels: int = setting(8, Integer(2, 8, label="Channels of a layer", **rare("network")))
    padding: str = setting("circular", Choice(PADDINGS, label="Padding", **rare("network")))
    learning_rate: float = setting(0.01, LIVE["learning_rate"])
    mlp_rate: float = setting(0.001, LIVE["mlp_rate"])
    batch_size: int = setting(16, Integer(2, 128, label="Batch size", **rare("training")))
    max_steps: int = setting(300, Integer(1, 5000, label="Stop after", **rare("training")))
    data_seed: int = setting(0, DATA_SEED)
    strokes: tuple[tuple[float, ...], ...] = setting((), LIVE["strokes"])
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """Every change must be possible."""
        for _, name, value in self.changes:
            read_change(name, value)


def read_change(name: str, text: str) -> Any:
    """The value of a change by hand: of a live setting, or "x,y" of what is dragged.

    Errors: `SettingError` names the change, its value and what is possible.
    """
    if name in LIVE:
        return read_live(LIVE, name, text)
    if name != "place":
        raise SettingError("change", name, f"one of place, {', '.join(LIVE)}")
    return read_place(name, text, FAR)


def stroked(past: Any, path: Any) -> str:
    """What was drawn before and a new stroke over the picture, in pixels, as text of a change."""
    text: str = LIVE["strokes"].stroked("strokes", past, path, APART)
    return text
