"""What a page says of itself, once: read by the router, the map of the chapter, head and exports.

Imports nothing, so that the navigation knows all pages before torch is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class About:
    """URL path, title, icon, place in the chapter, what one does there.

    `equations` are (LaTeX, number); `figures` number -> the link that shows this figure of the
    chapter, such as {"3": "hidden=6,3&step=900"}; `folds` are the folded parts of the page, and
    `groups` the groups of panels (`core.stage.fold`), by the name under which a link opens them.
    """

    path: str
    title: str
    icon: str
    chapter: str
    sentence: str
    equations: tuple[tuple[str, str], ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    folds: tuple[str, ...] = ("more", "take", "code")
    groups: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """Name of the page's script."""
        return f"{self.path.replace('-', '_')}.py"

    @property
    def searched(self) -> str:
        """What the search on home looks through."""
        return f"{self.title} {self.chapter} {self.sentence}".lower()
