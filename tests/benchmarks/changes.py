"""A slider of a page, from a key on it to the first picture of the new run."""

from collections.abc import Callable
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.frames import ARM, pause
from tests.benchmarks.table import Row, spread
from tests.browser.helpers import player, settle, wait_for

WARM, REST = 2, 500
# How often a slider is moved: no value comes twice, since its film would be remembered.
SLIDERS = {
    "receptive-fields": ("Distance", "the new fields of receptive-fields", 14),
    "depth": ("Layers", "the first picture of depth", 14),
    "minima": ("Wrong labels in %", "the first picture of minima", 6),
    "double-descent": ("Samples n", "the first picture of double-descent", 14),
}


def slider(where: str) -> Callable[[Page], list[Row]]:
    """A measurement of the slider of one page."""
    name, what, moves = SLIDERS[where]

    def rows(page: Page) -> list[Row]:
        wait_for(player(page), "frames", 4)
        pause(page)
        times = []
        for _ in range(moves):
            page.get_by_role("slider", name=name).focus()
            page.evaluate(ARM, ["keydown", "", "film"])
            page.keyboard.press("ArrowRight")
            times.append(page.evaluate("window.measured"))
            settle(page)
            page.wait_for_timeout(REST)
        times = times[WARM:]
        return [Row(f"slider to {what}", median(times), "ms", 150, detail=spread(times))]

    return rows
