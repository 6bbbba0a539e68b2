"""Settings of the summaries page: the sky on the stage, its twin, and the race of the judges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from core.experiments.summaries.cosmology import MATTER
from core.experiments.summaries.data import (
    AMPLITUDE,
    CHUNK,
    FIDUCIAL,
    PARAMETERS,
    QUESTIONS,
    TWINS,
    asks,
)
from core.experiments.summaries.given import OWN, PHOTOGRAPHS, known
from core.settings import SettingError, Settings, setting
from core.settings.kinds import DATA_SEED, Choice, Flag, Integer, Number, Text, rare
from core.settings.lists import Changes, DraggedInteger, learning_rate, read_live, read_place

COSMIC = ("web", "log-normal", "Gaussian")
SOURCES = (*COSMIC, "power law", *PHOTOGRAPHS, OWN)
NOISE = "white noise"
RATES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)


def _cosmic(settings: Any) -> bool:
    return settings.source in COSMIC


def _pictured(settings: Any) -> bool:
    return settings.source in (*PHOTOGRAPHS, OWN)


MIDDLE = (50.0, 50.0)  # of the field, in % of its edge


def place(text: str) -> tuple[float, float]:
    """Where the middle of the field has gone, "x,y" in % of its edge; without a text it stays.

    Errors: `ValueError` if these are not two numbers, up to 10,000.
    """
    try:
        return read_place("shift", text, 1e4) if text else MIDDLE
    except SettingError as error:
        raise ValueError(error.allowed) from None


LIVE = {
    "phases": DraggedInteger(0, 100, label="Phases randomized in %", live=True, group="twin",
                             wide=True, help="How far each phase is turned towards that of the "
                             "noise, or of another picture."),
    "towards": Choice((NOISE, *SOURCES), label="Phases from", live=True, group="twin",
                      help="White noise has random phases; another picture has its own."),
    "source": Choice(SOURCES, label="Sky or picture", live=True, group="sky"),
    "matter": Number(*MATTER, step=0.02, label="Ωₘ", live=True, group="sky", when=_cosmic,
                     help="Share of matter in all energy: moves the bend of P(k)."),
    "sigma_8": Number(*AMPLITUDE, step=0.02, label="σ₈", live=True, group="sky", when=_cosmic,
                      help="How uneven matter is in spheres of 8 Mpc/h: scales P(k)."),
    "slope": Number(-3, 0, step=0.25, label="Slope of P(k)", live=True, group="sky",
                    when=lambda settings: settings.source == "power law"),
    "sky": Integer(0, 9999, label="Sky number", live=True, group="sky",
                   when=lambda settings: not _pictured(settings),
                   help="Another sky from the same theory: its P(k) scatters by sqrt(2/N_k)."),
    "member": Integer(0, 9999, label="Twin number", live=True, group="twin",
                      help="Another sky with this very P(k)."),
    "window": Flag(label="Fade out at the edges", live=True, group="sky", when=_pictured,
                   help="Pictures do not repeat: their edges put a cross into the spectrum."),
    "shift": Text(longest=60, verify=place, label="Shift", live=True),
    "image": Text(longest=16, verify=known, label="Own image", live=True),
    "learning_rate": learning_rate(1, RATES, "Adam's, for all five.", **rare("race")),
}  # fmt: skip


@dataclass(frozen=True)
class SummariesSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    phases: int = setting(100, LIVE["phases"])
    twin: str = setting(
        TWINS[0], Choice(TWINS, label="The twin keeps", group="twin", wide=True,
                         help="On the stage, where its phases are random, and in the race."),
    )  # fmt: skip
    towards: str = setting(NOISE, LIVE["towards"])
    member: int = setting(0, LIVE["member"])
    source: str = setting("web", LIVE["source"])
    matter: float = setting(FIDUCIAL[0], LIVE["matter"])
    sigma_8: float = setting(FIDUCIAL[1], LIVE["sigma_8"])
    slope: float = setting(-2.0, LIVE["slope"])
    sky: int = setting(1, LIVE["sky"])
    window: bool = setting(False, LIVE["window"])
    shift: str = setting("", LIVE["shift"])
    image: str = setting("", LIVE["image"])
    question: str = setting(
        next(iter(QUESTIONS)), Choice(QUESTIONS, label="What is asked", group="race", wide=True)
    )
    samples: int = setting(
        800, Integer(CHUNK, 2000, CHUNK, label="Training fields", **rare("race"))
    )
    batch_size: int = setting(32, Integer(2, 128, label="Batch size", **rare("race")))
    learning_rate: float = setting(0.005, LIVE["learning_rate"])
    data_seed: int = setting(0, DATA_SEED)
    max_steps: int = setting(200, Integer(1, 2000, label="Stop after", **rare("race")))
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """Every change must be possible."""
        if self.samples % CHUNK:
            raise SettingError("samples", self.samples, f"a multiple of {CHUNK}")
        for _, name, value in self.changes:
            read_change(name, value)

    @property
    def regression(self) -> bool:
        """Whether parameters are asked for."""
        return asks(self.question) == PARAMETERS


read_change = partial(read_live, LIVE)


def shown(settings: Any) -> Any:
    """The settings with all changes by hand folded in: what stands on the stage at the end."""
    made = {name: read_change(name, text) for _, name, text in settings.changes}
    return settings.replace(**made, changes=())
