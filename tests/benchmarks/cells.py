"""The kernels page at 256 x 256 pixels: from a key on a cell or a slider to new outputs."""

from collections.abc import Callable
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.table import Row, spread
from tests.browser.helpers import player, settle, wait_for

TIMES, WARM, REST = 12, 2, 700
# From the key to the display's frame in which the player draws other outputs.
ARM = """() => {
  const out = () => document.querySelector("[data-film]").player.film.tracks.get("out");
  const newest = () => out()?.frames.at(-1), held = newest();
  window.measured = new Promise((done) => {
    document.addEventListener("keydown", ({ timeStamp }) => (function look() {
      if (!newest() || newest() === held) requestAnimationFrame(look);
      else done(performance.now() - timeStamp);
    })(), { once: true, capture: true });
  });
}"""
# Stride up, dilation, stride down, ...: no setting comes twice, since that would be remembered.
ACROSS = ("Stride", "Stride", "Stride", "Dilation")


def rows(page: Page) -> list[Row]:
    """Everything that follows the kernel is computed anew: outputs, shift test, Fourier, matrix."""
    root = player(page)
    wait_for(root, "frames", 9)
    root.focus()
    page.keyboard.press("End")
    settle(page)
    cells, sliders = measured(page, cell), measured(page, slider)
    return [
        Row("cell of the kernel to new outputs, 256×256", median(cells), "ms", 150,
            detail=spread(cells)),
        Row("slider of stride or dilation to new outputs, 256×256", median(sliders), "ms", 150,
            detail=spread(sliders)),
    ]  # fmt: skip


def measured(page: Page, key: Callable[[Page, int], str]) -> list[float]:
    """Milliseconds from each key, of which `key` says the next one and brings the focus there."""
    times = []
    for k in range(TIMES + WARM):
        press = key(page, k)
        page.evaluate(ARM)
        page.keyboard.press(press)
        times.append(page.evaluate("window.measured"))
        page.wait_for_timeout(REST)
        settle(page)
    return times[WARM:]


def cell(page: Page, k: int) -> str:
    """The cell in the middle, up and down."""
    page.locator('[data-panel="kernel"] .ip-handle').nth(4).focus()
    return "ArrowUp" if k % 2 else "ArrowDown"


def slider(page: Page, k: int) -> str:
    """The next of the sliders."""
    name = ACROSS[k % len(ACROSS)]
    page.get_by_role("slider", name=name).focus()
    return "ArrowLeft" if name == "Stride" and k // len(ACROSS) % 2 else "ArrowRight"
