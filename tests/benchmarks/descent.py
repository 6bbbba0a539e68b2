"""Eight optimizers over 500 steps, and a slider of their page; double descent: a sweep."""

import time
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.frames import ARM, DRAWN
from tests.benchmarks.table import Row, spread
from tests.browser.helpers import player, settle, wait_for

RACE = "optimizers?max_steps=500"
STEPS, SECONDS, TIMES, WARM = 500, 2.5, 12, 2


def rows(page: Page) -> list[Row]:
    """The whole race from its start; then the batch size; a sweep in this process."""
    root = player(page)
    wait_for(root, "step", STEPS)
    root.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    found = page.evaluate(DRAWN, SECONDS)
    page.keyboard.press("End")
    times = []
    for _ in range(TIMES + WARM):
        page.get_by_role("slider", name="Batch size").focus()
        page.evaluate(ARM, ["keydown", "", "film"])
        page.keyboard.press("ArrowRight")
        times.append(page.evaluate("window.measured"))
        settle(page)
        wait_for(root, "step", STEPS)  # the race that begins by itself is over
    times = times[WARM:]
    return [
        Row("film of eight optimizers over 500 steps", found["drawn"], "frames/s", 50, most=False,
            beside=f"display {found['display']:.1f}"),
        Row("slider of the batch size to the new race", median(times), "ms", 150,
            detail=spread(times)),
        sweep(),
    ]  # fmt: skip


def sweep() -> Row:
    """All widths of double-descent for 20 seeds, with their frames."""
    import torch

    from core.experiments.double_descent.pictures import DoubleDescent
    from core.experiments.double_descent.settings import DoubleDescentSettings, sizes

    torch.set_num_threads(1)
    settings = DoubleDescentSettings()
    started = time.perf_counter()
    run, frames = DoubleDescent(settings), 0
    while not run.done:
        run.step(run.frame_every)
        run.snapshot()
        frames += 1
    seconds = time.perf_counter() - started
    seeds = len(run.study.samples.seeds)
    return Row(f"sweep of {len(sizes(settings))} widths × {seeds} seeds, frames included",
               seconds, "s", 5, detail=f"{frames} frames")  # fmt: skip
