"""Recorded films of the race, shown at once: `python -m core.experiments.race.films`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from core import ROOT, piped
from core.experiments.race.data import DIGITS, MOLECULES, SETS
from core.experiments.race.experiment import FamilyRace
from core.experiments.race.settings import RaceSettings
from core.film import Film
from core.models.families import MEAN

FOLDER = ROOT / "assets" / "results"
EVERY = 40  # updates between two frames
FILMS = {
    "race-plain": RaceSettings(),
    "race-shuffled": RaceSettings(shuffled=True),
    "race-digits": RaceSettings(data=DIGITS),
    "race-sets": RaceSettings(data=SETS),
    "race-molecules": RaceSettings(data=MOLECULES),
    "race-molecules-shuffled": RaceSettings(data=MOLECULES, shuffled=True),
    "race-molecules-mean": RaceSettings(data=MOLECULES, end=MEAN),
}


def film(settings: RaceSettings) -> Film:
    """The whole race, a frame every 40 updates."""
    race, found = FamilyRace(settings), Film()
    while True:
        found.append(race.steps, race.snapshot())
        if race.done:
            break
        race.step(EVERY)
        print(f"\r{race.steps:,} of {settings.updates:,}", end="", file=sys.stderr, flush=True)
    race.notes(found)
    print(file=sys.stderr)
    return found


def name_of(settings: RaceSettings) -> str:
    """The film of these very settings, of any families; "" if none is shipped."""
    asked = settings.replace(budget=settings.raced_at)
    for name, others in FILMS.items():
        if others == asked.replace(families=others.families) and path(name).exists():
            return name
    return ""


def recorded(settings: RaceSettings) -> Film | None:
    """The film of these very settings, if one is shipped; its command is in `meta`."""
    name = name_of(settings)
    return Film.load(path(name)) if name else None


def curves(film: Film, settings: RaceSettings) -> str:
    """Test errors of all frames as CSV: a line for each step, family and number of samples."""
    lines = ["step,family,samples,error,least,most"]
    for i, step in enumerate(film.steps):
        for name in settings.runners:
            columns = (film[f"{kind}:{name}"][i] for kind in ("error", "low", "high"))
            for size, *numbers in zip(settings.sizes, *columns, strict=True):
                errors = ",".join(f"{number:.6g}" for number in numbers)
                lines.append(f"{step},{name},{size},{errors}")
    return "\n".join(lines) + "\n"


def path(name: str) -> Path:
    """Where a film lies."""
    return FOLDER / f"{name}.npz"


def main(arguments: Sequence[str] | None = None) -> int:
    """Record the named films, or all."""
    torch.set_num_threads(1)  # networks this small lose time by sharing their work
    for name in (sys.argv[1:] if arguments is None else arguments) or FILMS:
        made = film(FILMS[name])
        made.meta["command"] = f"python -m core.experiments.race.films {name}"
        made.save(path(name))
        print(f"{name}: {len(made)} frames, {path(name).stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
