"""The kernels page at 256 x 256 pixels: a key on a cell of the kernel to the new outputs."""

from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.table import Row, spread
from tests.browser.helpers import player, settle, wait_for

TIMES, WARM = 12, 2
# From the key to the display's frame after the player has drawn other outputs.
ARM = """() => {
  const { player } = document.querySelector("[data-film]");
  const newest = () => player.film.tracks.get("out").frames.at(-1), held = newest();
  window.measured = new Promise((done) => {
    document.addEventListener("keydown", ({ timeStamp }) => (function look() {
      if (newest() === held) requestAnimationFrame(look);
      else requestAnimationFrame(() => done(performance.now() - timeStamp));
    })(), { once: true, capture: true });
  });
}"""


def rows(page: Page) -> list[Row]:
    """Everything that follows the kernel is computed anew: outputs, shift test, Fourier, matrix."""
    root = player(page)
    wait_for(root, "frames", 9)
    root.focus()
    page.keyboard.press("End")
    settle(page)
    times = []
    for k in range(TIMES + WARM):
        page.locator('[data-panel="kernel"] .ip-handle').nth(4).focus()
        page.evaluate(ARM)
        page.keyboard.press("ArrowUp" if k % 2 else "ArrowDown")
        times.append(page.evaluate("window.measured"))
        page.wait_for_timeout(700)
        settle(page)
    times = times[WARM:]
    return [Row("cell of the kernel to new outputs, 256×256", median(times), "ms", 150,
                detail=spread(times))]  # fmt: skip
