"""The attention page: its film with 16 maps, and how soon recall and reverse are learned."""

import time
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.frames import DRAWN, pause
from tests.benchmarks.table import Row, spread
from tests.browser.helpers import player, wait_for

LARGE = "attention?layers=4&heads=4&beside=0&target=previous+token"  # 16 maps of 24 tokens
FRAMES, SECONDS, SEEDS = 160, 2.5, 5  # so many frames last longer than we look


def rows(page: Page) -> list[Row]:
    """The film of 4 layers of 4 heads from its start; two tasks in this process."""
    root = player(page)
    wait_for(root, "frames", FRAMES)
    pause(page)
    root.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    found = page.evaluate(DRAWN, SECONDS)
    return [
        Row("film of 4 layers of 4 heads, 24 tokens", found["drawn"], "frames/s", 50, most=False,
            beside=f"display {found['display']:.1f}"),
        learned("recall: prefix matching 0.9", "best_lookup", 0.9, 6),
        learned("reverse of 12: whole sequences 99 %", "whole", 0.99, 4, target="reverse"),
    ]  # fmt: skip


def learned(name: str, track: str, least: float, budget: float, **changes: object) -> Row:
    """CPU seconds of training until a measure reaches `least`, over seeds; looks not counted."""
    import torch

    from core.experiments.attention.pictures import Attention
    from core.experiments.attention.settings import AttentionSettings

    torch.set_num_threads(1)
    times = []
    for seed in range(SEEDS):
        run, spent = Attention(AttentionSettings(seed=seed, beside=False, **changes)), 0.0
        while run.snapshot()[track] < least and not run.done:
            started = time.process_time()
            run.step(run.frame_every)
            spent += time.process_time() - started
        times.append(spent)
    return Row(name, median(times), "s", budget, detail=spread(times))
