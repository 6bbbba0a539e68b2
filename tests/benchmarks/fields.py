"""The film of features while its CNN trains."""

from playwright.sync_api import Page

from tests.benchmarks.frames import DRAWN
from tests.benchmarks.table import Row
from tests.browser.helpers import player, wait_for

SECONDS = 6


def film(page: Page) -> list[Row]:
    """Eight kernels and their maps, sixteen maps of the next layer, while training goes on."""
    wait_for(player(page), "frames", 8)
    found = page.evaluate(DRAWN, SECONDS)
    return [
        Row("CNN of features while it trains: 8 kernels, 24 maps", found["drawn"], "frames/s", 30,
            most=False, beside=f"display {found['display']:.1f}")
    ]  # fmt: skip
