"""Which molecules pass the filters of the explorer, and which filter stands in the way."""

from __future__ import annotations

import numpy as np

from core.experiments.qm9_explorer.settings import HEAVY, RINGS, ExplorerSettings, active_filters
from core.qm9.prediction.census import Census, Mask


def matches(census: Census, settings: ExplorerSettings) -> Mask:
    """Who passes all filters, (M,)."""
    found = np.ones(len(census), bool)
    for number, element in enumerate(HEAVY, 1):
        if element in settings.present:
            found &= census.elements[:, number] > 0
        if element in settings.absent:
            found &= census.elements[:, number] == 0
    if settings.rings:
        wanted = [RINGS.index(text) for text in settings.rings]
        found &= np.isin(np.minimum(census.rings, 6), wanted)
    if settings.sizes:
        found &= np.isin(census.library.data.sizes, [int(text) for text in settings.sizes])
    yes_or_no = (
        (census.aromatic, settings.aromatic),
        (census.library.data.charged, settings.charged),
    )
    for values, answer in yes_or_no:
        if answer != "any":
            found &= values == (answer == "yes")
    return found


def without_one(census: Census, settings: ExplorerSettings) -> list[tuple[str, int]]:
    """Each active filter, and how many molecules would be left without it; most first."""
    base = ExplorerSettings.defaults()
    found = [
        (name, int(matches(census, settings.replace(**{name: getattr(base, name)})).sum()))
        for name in active_filters(settings)
    ]
    return sorted(found, key=lambda pair: -pair[1])
