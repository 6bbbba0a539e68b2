"""Recorded films that pages show at first sight.

`python -m core.experiments.recorded` makes them anew.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from core import ROOT
from core.experiment import run
from core.film import Film

FOLDER = ROOT / "assets" / "films"


def home() -> Film:
    """XOR learned by a small network: the map, the network, and the hidden space that unfolds."""
    from core.experiments.boundaries import figures
    from core.experiments.boundaries.pictures import Boundaries
    from core.experiments.boundaries.settings import BoundariesSettings
    from core.stage import stage

    settings = BoundariesSettings()
    film = run(Boundaries(settings), 900)
    panels = [
        figures.decision_map(settings, edit=False, test=False),
        figures.network_panel(settings),
        figures.hidden_space(settings, 2),
    ]
    panels = [{**panel, "height": 330} for panel in panels]
    numbers = figures.readouts(settings)
    described = stage(panels, [numbers[0], numbers[3]], loop=True, recorded=True)
    film.meta["stage"] = json.loads(json.dumps(described))
    return film


FILMS = {"home": home}


def main(names: list[str]) -> None:
    """Record the named films, or all."""
    import torch

    torch.set_num_threads(1)
    for name in names or FILMS:
        film: Any = FILMS[name]()
        film.meta["command"] = f"python -m core.experiments.recorded {name}"
        FOLDER.mkdir(parents=True, exist_ok=True)
        film.save(FOLDER / f"{name}.npz")
        print(f"{name}: {len(film)} frames, {(FOLDER / f'{name}.npz').stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
