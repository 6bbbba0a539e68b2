"""The manifolds page: its first map, all five maps of 2,000 points, its film."""

import tempfile
import time
from pathlib import Path
from statistics import median

from core.experiment import run
from core.experiments.manifolds import figures, job
from core.experiments.manifolds.pictures import Manifolds
from core.experiments.manifolds.settings import ManifoldsSettings
from tests.benchmarks import rival
from tests.benchmarks.frames import DRAWN
from tests.benchmarks.table import Row, spread
from tests.browser.plots import PAINTED, play

POINTS, TIMES = 2000, 3
ROLL = ManifoldsSettings(samples=POINTS, max_steps=3000)
FIRST = f"""() => {{
  window.player = document.querySelector("[data-film]")?.player;
  const panel = window.player?.panels?.panels.get("pca")?.panel;
  return panel?.axes.ready && ({PAINTED})(["pca", "under"])["x y"] > 500;
}}"""


def first_map(context, server) -> list[Row]:
    """To the first painted map, on a server that was visited before: by address, and by menu.

    By address the browser loads the app anew: beside it stands a plain page with one chart.
    """
    address, menu = [], []
    for _ in range(TIMES + 1):
        page = context.new_page()
        for times in (address, menu):
            page.goto(f"{server.url}/boundaries")
            page.wait_for_selector("[data-film]")
            page.wait_for_timeout(1000)
            if times is menu:
                page.get_by_text("Representation").first.click()
                page.locator("a[href$='manifolds']").first.wait_for()
            started = time.perf_counter()
            if times is menu:
                page.locator("a[href$='manifolds']").first.click()
            else:
                page.goto(f"{server.url}/manifolds")
            page.wait_for_function(FIRST, polling=20)
            times.append(1000 * (time.perf_counter() - started))
        page.close()
    plain = charts(context)
    beside = f"st.plotly_chart {median(plain):.0f} ms ({spread(plain)})"
    return [
        Row(f"manifolds: {how} to the first map", median(times[1:]), "ms", 1000,
            detail=spread(times[1:]), beside=said)
        for how, times, said in (("address", address, beside), ("menu", menu, ""))
    ]  # fmt: skip


def charts(context) -> list[float]:
    """Milliseconds from a plain Streamlit page's address to its chart."""
    times = []
    with tempfile.TemporaryDirectory() as folder, rival.serve(Path(folder)) as server:
        for _ in range(TIMES + 1):
            page = context.new_page()
            started = time.perf_counter()
            page.goto(server.url)
            page.locator(".gtitle").wait_for()
            times.append(1000 * (time.perf_counter() - started))
            page.close()
    return times[1:]


def five_maps() -> list[Row]:
    """Seconds until PCA, autoencoder, t-SNE, UMAP and Isomap of a roll are all there."""
    import torch

    torch.set_num_threads(1)
    warm = job.start(ROLL.replace(samples=200, perplexity=20, data_seed=time.time_ns() % 10**6))
    while warm.going:
        time.sleep(0.2)
    settings = ROLL.replace(data_seed=time.time_ns() % 10**6 + 1)  # nobody has made its maps
    started = time.perf_counter()
    others = job.start(settings)
    run(Manifolds(settings), settings.max_steps)
    here = time.perf_counter() - started
    figures.panels(settings)
    while others.going:
        time.sleep(0.02)
    figures.panels(settings)
    whole = time.perf_counter() - started
    others.maker.end()
    detail = f"autoencoder and t-SNE, 301 frames: {here:.1f} s"
    return [Row(f"five maps of {POINTS:,} points, imports warm", whole, "s", 15, detail=detail)]


def film(context) -> list[Row]:
    """Distinct frames a second of the page's own film, all panels drawn."""
    others = job.start(ROLL)  # all five maps are drawn
    while others.going:
        time.sleep(0.2)
    page, found = context.new_page(), []
    made = run(Manifolds(ROLL), 1500)
    with tempfile.TemporaryDirectory() as folder:
        play(page, Path(folder), made, figures.panels(ROLL), loop=True)
    display = page.evaluate(DRAWN, 2)["display"]
    for _ in range(TIMES):
        page.evaluate("player.head = 0, player.playing = true")
        found.append(page.evaluate(DRAWN, 2)["drawn"])
    page.close()
    return [Row(f"manifolds: film of {POINTS:,} moving points", median(found), "frames/s", 50,
                most=False, beside=f"display {display:.1f}", detail=spread(found))]  # fmt: skip
