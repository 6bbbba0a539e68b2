"""What a person sees of the boundaries page: frames a second, clicks, sliders, scrubbing."""

from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.table import Row, spread
from tests.browser.helpers import player, settle, train, wait_for_frames

PLAYGROUND = "tensorflow/playground 44 to 54 (recorded on the same kind of machine)"
SECONDS, TIMES, SCRUBBED = 6, 12, 500

# Distinct frames in a loop over the display's frames: two changes within one count once.
DRAWN = """seconds => new Promise(done => {
  const root = document.querySelector("[data-film]"), seen = new Set(), start = performance.now();
  let looks = 0;
  (function look() {
    looks++;
    seen.add(root.dataset.step);
    const passed = (performance.now() - start) / 1000;
    if (passed < seconds) requestAnimationFrame(look);
    else done({ drawn: (seen.size - 1) / passed, display: looks / passed });
  })();
})"""
# From the event that starts it to the moment when the attribute of the player changes.
ARM = """([event, selector, attribute]) => {
  const root = document.querySelector("[data-film]");
  window.measured = new Promise(done => {
    let start = 0;
    const target = selector ? document.querySelector(selector) : document;
    target.addEventListener(event, e => { start ||= e.timeStamp; }, { once: true, capture: true });
    const observer = new MutationObserver(() => {
      if (!start) return;
      observer.disconnect();
      done(performance.now() - start);
    });
    const held = root.dataset[attribute];
    observer.observe(root, { attributeFilter: [`data-${attribute}`] });
  });
}"""
RIVAL_ARM = """value => {
  window.measured = new Promise(done => {
    let start = 0;
    const note = e => { start ||= e.timeStamp; };
    document.addEventListener("keydown", note, { once: true, capture: true });
    const shown = () => document.querySelector(".gtitle")?.textContent === `noise ${value}`;
    const observer = new MutationObserver(() => {
      if (!start || !shown()) return;
      observer.disconnect();
      done(performance.now() - start);
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}"""
SCRUB = """() => new Promise(done => {
  const root = document.querySelector("[data-film]"), slider = root.querySelector(".ip-slider");
  const seen = new Set(), start = performance.now(), last = Number(slider.max);
  let value = 0;
  (function drag() {
    seen.add(root.dataset.frame);
    if (value > last) {
      const passed = (performance.now() - start) / 1000;
      done({ drawn: seen.size / passed, frames: last + 1, seen: seen.size });
      return;
    }
    slider.value = value++;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(drag);
  })();
})"""


def pause(page: Page) -> None:
    """Stop training, and wait until nothing moves."""
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_function("!document.querySelector('[data-film]').player.waiting")
    page.locator("[data-film]").focus()
    page.keyboard.press("End")  # what lies ahead of the picture is no new frame
    page.wait_for_timeout(400)


def playing(page: Page) -> list[Row]:
    """Frames a second while training goes on, beside what the idle page reaches."""
    root = player(page)
    page.wait_for_timeout(1500)
    display = page.evaluate(DRAWN, 2)["display"]
    train(page)
    wait_for_frames(root, 40)
    found = page.evaluate(DRAWN, SECONDS)
    pause(page)
    return [
        Row("map 100×100, 300 points, curves, while training", found["drawn"], "frames/s", 50,
            most=False, beside=f"{PLAYGROUND}; display {display:.1f}")
    ]  # fmt: skip


def clicks(page: Page) -> list[Row]:
    """Click on Train to the first new frame."""
    times = []
    for _ in range(TIMES):
        page.evaluate(ARM, ["click", ".ip-train", "step"])
        train(page)
        times.append(page.evaluate("window.measured"))
        pause(page)
    return [
        Row("click on Train to first new frame", median(times), "ms", 300, detail=spread(times))
    ]


def keys(page: Page, arm) -> list[float]:
    """Move the noise slider by key, ten times and more, there and back."""
    page.get_by_role("slider", name="Noise in %").focus()
    times, at = [], 0
    for i in range(TIMES):
        step = 5 if i < 8 else -5
        at += step
        arm(at)
        page.keyboard.press("ArrowRight" if step > 0 else "ArrowLeft")
        times.append(page.evaluate("window.measured"))
        settle(page)
        page.wait_for_timeout(500)
    return times


def ours(page: Page) -> list[float]:
    """Slider to the first picture of the new run."""
    return keys(page, lambda _: page.evaluate(ARM, ["keydown", "", "film"]))


def theirs(page: Page) -> list[float]:
    """Slider to the chart whose title has the new value."""
    page.locator(".gtitle").wait_for(timeout=60_000)
    return keys(page, lambda value: page.evaluate(RIVAL_ARM, value))


def sliders(mine: list[float], rival: list[float]) -> list[Row]:
    """Slider to redraw: ours and a plain Streamlit page's, in the same run."""
    beside = f"st.plotly_chart {median(rival):.0f} ms ({spread(rival)})"
    return [Row("slider to redraw", median(mine), "ms", 150, beside=beside, detail=spread(mine))]


def scrubbing(page: Page) -> list[Row]:
    """Every frame of a film of 500 and more, one for each frame of the display."""
    root = player(page)
    page.get_by_role("combobox", name="Speed").select_option("4")
    train(page)
    wait_for_frames(root, SCRUBBED)
    pause(page)
    found = page.evaluate(SCRUB)
    what = f"scrubbing across {found['frames']} frames"
    return [Row(what, found["drawn"], "frames/s", 50, most=False,
                detail=f"{found['seen']} distinct")]  # fmt: skip
