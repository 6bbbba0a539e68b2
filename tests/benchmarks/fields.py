"""The film of features while its CNN trains, and a slider of receptive-fields to the new fields."""

from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.frames import ARM, DRAWN, pause
from tests.benchmarks.table import Row, spread
from tests.browser.helpers import player, settle, wait_for

SECONDS, TIMES, WARM = 6, 12, 2


def film(page: Page) -> list[Row]:
    """Eight kernels and their maps, sixteen maps of the next layer, while training goes on."""
    wait_for(player(page), "frames", 8)
    found = page.evaluate(DRAWN, SECONDS)
    return [
        Row("CNN of features while it trains: 8 kernels, 24 maps", found["drawn"], "frames/s", 30,
            most=False, beside=f"display {found['display']:.1f}")
    ]  # fmt: skip


def slider(page: Page) -> list[Row]:
    """From a key on the slider of the distance to the first picture of the new run."""
    wait_for(player(page), "frames", 4)
    pause(page)
    times = []
    for _ in range(TIMES + WARM):
        page.get_by_role("slider", name="Distance").focus()
        page.evaluate(ARM, ["keydown", "", "film"])
        page.keyboard.press("ArrowRight")
        times.append(page.evaluate("window.measured"))
        settle(page)
        page.wait_for_timeout(500)
    times = times[WARM:]
    return [Row("slider of receptive-fields to the new fields", median(times), "ms", 150,
                detail=spread(times))]  # fmt: skip
