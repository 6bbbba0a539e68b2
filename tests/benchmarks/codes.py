"""The autoencoders page: its film, a key on the dot to the new decode, a linear one to PCA."""

import time
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.frames import DRAWN, pause
from tests.benchmarks.table import Row, spread
from tests.browser.helpers import player, wait_for

FRAMES, SECONDS, TIMES = 200, 2.5, 12
NEAR = 0.01  # degrees
ARM = """() => {
  const root = document.querySelector("[data-film]"), { film } = root.player;
  const newest = () => film.tracks.get("decode").frames.at(-1), held = newest();
  window.measured = new Promise((done) => {
    document.addEventListener("keydown", ({ timeStamp }) => (function look() {
      if (newest() === held) requestAnimationFrame(look);
      else requestAnimationFrame(() => done(performance.now() - timeStamp));
    })(), { once: true, capture: true });
  });
}"""


def rows(page: Page) -> list[Row]:
    """The codes of 1,797 digits as a film from its start, then the dot moved by keys."""
    root = player(page)
    wait_for(root, "frames", FRAMES)
    pause(page)
    root.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    found = page.evaluate(DRAWN, SECONDS)
    page.keyboard.press("Space")
    page.keyboard.press("End")
    page.wait_for_timeout(500)
    return [
        Row("film of 1,797 moving codes, 280 of them as pictures", found["drawn"], "frames/s", 50,
            most=False, beside=f"display {found['display']:.1f}"),
        dragged(page), linear(),
    ]  # fmt: skip


def dragged(page: Page) -> Row:
    """A key on the dot to the display's frame after its decode has come."""
    page.locator('[data-panel="map"] .ip-handle').nth(2).focus()
    times = []
    for k in range(TIMES):
        page.evaluate(ARM)
        page.keyboard.press("ArrowRight" if k % 2 else "ArrowLeft")
        times.append(page.evaluate("window.measured"))
        page.wait_for_timeout(700)
    return Row("key on the dot to its decode", median(times), "ms", 150, detail=spread(times))


def linear() -> Row:
    """Until the subspace of a linear autoencoder is PCA's to 0.01 degrees, in this process."""
    import torch

    from core.experiments.autoencoders.pictures import AutoencodersRun
    from core.experiments.autoencoders.settings import AutoencodersSettings

    torch.set_num_threads(1)
    settings = AutoencodersSettings(model="linear", learning_rate=0.02, max_steps=600)
    run = AutoencodersRun(settings)
    run.snapshot()
    started = time.perf_counter()
    while run.snapshot()["angle"] > NEAR and not run.done:
        run.step(run.frame_every)
    seconds = time.perf_counter() - started
    return Row(f"linear autoencoder within {NEAR} degrees of PCA, frames included", seconds, "s", 2,
               detail=f"{run.steps} updates")  # fmt: skip
