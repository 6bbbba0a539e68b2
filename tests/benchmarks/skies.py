"""The summaries page: a key on the slider of the phases, to the newly drawn sky and its P(k)."""

from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.table import Row, spread
from tests.browser.helpers import player, settle, wait_for

TIMES, WARM = 12, 2
# From the key to the display's frame in which the player draws another twin; its P(k) comes in the
# same message, and is the one before to rounding.
ARM = """() => {
  const root = document.querySelector("[data-film]"), { film } = root.player;
  const newest = () => film.tracks.get("twin")?.frames.at(-1), held = newest();
  window.measured = new Promise((done) => {
    document.addEventListener("keydown", ({ timeStamp }) => (function look() {
      if (!newest() || newest() === held) requestAnimationFrame(look);
      else done(performance.now() - timeStamp);
    })(), { once: true, capture: true });
  });
}"""


def rows(page: Page) -> list[Row]:
    """A field of 128 x 128, its twin that keeps the histogram, and both P(k)."""
    wait_for(player(page), "step", 10)
    settle(page)
    page.get_by_role("slider", name="Phases randomized in %").focus()
    times = []
    for _ in range(TIMES + WARM):
        page.evaluate(ARM)
        page.keyboard.press("ArrowLeft")
        times.append(page.evaluate("window.measured"))
        settle(page)
        page.wait_for_timeout(500)
    times = times[WARM:]
    return [Row("slider to new field and P(k), 128×128", median(times), "ms", 150,
                detail=spread(times))]  # fmt: skip
