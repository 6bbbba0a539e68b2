"""One slider each of depth, minima and double-descent, to the first picture of the new run."""

from statistics import median

from playwright.sync_api import BrowserContext, Page

from tests.benchmarks.frames import ARM
from tests.benchmarks.table import Row, spread
from tests.browser.helpers import open_page, player, settle, wait_for

# Page -> its address, the slider, and the step at which the run that begins by itself is over;
# 0: a new setting waits for Train.
SLIDERS = {
    "depth": ("depth?max_steps=20", "Layers", 20),
    "minima": ("minima?max_steps=40", "Wrong labels in %", 0),
    "double-descent": ("double-descent", "Samples n", 53),
}
TIMES, WARM, STOPS = 12, 2, 6  # so many stops up, then down again


def rows(context: BrowserContext, url: str) -> list[Row]:
    """A row for each page, one open at a time."""
    found = []
    for name, (where, slider, last) in SLIDERS.items():
        page = open_page(context.new_page(), f"{url}/{where}")
        times = moved(page, slider, last)
        page.close()
        found.append(Row(f"slider of {name} ({slider}) to redraw", median(times), "ms", 150,
                         detail=spread(times)))  # fmt: skip
    return found


def moved(page: Page, slider: str, last: int) -> list[float]:
    """Milliseconds from a key on the slider to the new run's picture, the first two left out."""
    root = player(page)
    wait_for(root, "step", last)
    times = []
    for i in range(TIMES + WARM):
        page.get_by_role("slider", name=slider).focus()
        page.evaluate(ARM, ["keydown", "", "film"])
        page.keyboard.press("ArrowRight" if i % (2 * STOPS) < STOPS else "ArrowLeft")
        times.append(page.evaluate("window.measured"))
        settle(page)
        wait_for(root, "step", last)
        page.wait_for_timeout(500)
    return times[WARM:]
