"""How far a film goes on from one picture of the display to the next, and where it rests."""

import numpy as np
import pytest

from tests.browser.helpers import film, open_page, player, ticks, train, wait_for_frames

LATE = """() => { const ask = window.fetch; window.fetch = async (...question) => {
  const answer = await ask(...question);
  await new Promise((done) => setTimeout(done, 600)); return answer; }; }"""
CLOCK = """async ([hertz, pace, shake]) => {
  const { Clock } = await import("/assets/player/clock.js"), clock = new Clock();
  let seed = 7, frames = [];
  const noise = () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * 2 * shake;
  let before = 0;
  for (let k = 1; k <= 2000; k++) {
    const now = (k + noise()) / hertz;
    frames.push(clock.due((now - before) * pace));
    before = now;
  }
  return frames; }"""
STANDS = """async (seconds) => {
  const { player } = document.querySelector("[data-film]"), seen = new Set();
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    await new Promise(requestAnimationFrame);
    seen.add(player.drawn);
  }
  return seen.size; }"""
BUSY = "busy => { document.querySelector('[data-film]').player.link.busy = () => busy; }"


@pytest.mark.parametrize(
    ("hertz", "pace", "shake"),
    [(60, 60, 0.2), (59.94, 60, 0.2), (60, 60, 0.35), (144, 60, 0.2), (60, 15, 0.2), (40, 60, 0.2)],
)
def test_each_picture_of_the_display_is_another_frame(app, page, hertz, pace, shake):
    """Also where its pictures come at uneven times; over time the film keeps its pace."""
    page.goto(f"{app.url}/assets/player/clock.js")  # any page of this server
    frames = np.array(page.evaluate(CLOCK, [hertz, pace, shake]))
    assert abs(frames.sum() - 2000 * pace / hertz) <= 2
    assert frames.min() >= 0 and frames.max() <= 3
    if abs(hertz - pace) < 1:
        assert (frames == 1).mean() > 0.99
    else:  # as many as there is time for
        assert (frames > 0).mean() > 0.98 * min(1, pace / hertz)


def test_pause_rests_on_the_newest_frame_also_where_it_is_still_on_its_way(app, page):
    """The page's numbers and a change by hand are of the newest frame: so must be the picture."""
    root = player(open_page(page, f"{app.url}/boundaries"))
    page.evaluate(LATE)
    train(page)
    wait_for_frames(root, 4)
    page.wait_for_function("document.querySelector('[data-film]').player.waiting")
    page.get_by_role("button", name="Pause", exact=True).click()
    before = film(root)["frames"]
    wait_for_frames(root, before + 1)
    ticks(page, 3)
    now = film(root)
    assert now["frame"] == now["frames"] - 1
    page.keyboard.press("ArrowLeft")  # and from there one travels as ever
    ticks(page, 3)
    assert film(root)["frame"] == now["frames"] - 2


def test_the_picture_stands_while_the_page_makes_another_but_not_for_long(app, page):
    """What is on its way needs the browser; a page that works for long does not stop its film."""
    root = player(open_page(page, f"{app.url}/boundaries"))
    train(page)
    wait_for_frames(root, 10)
    rests = page.evaluate(
        """async () => {
          const { Clock } = await import("/assets/player/clock.js"), clock = new Clock();
          return [[false, 10], [true, 20], [true, 259], [true, 260], [false, 300], [true, 310]]
            .map(([busy, now]) => clock.rests(busy, now)); }"""
    )
    assert rests == [False, True, True, False, False, True]
    page.evaluate(BUSY, True)
    seen = page.evaluate(
        """async () => {
          const { player } = document.querySelector("[data-film]");
          await new Promise(requestAnimationFrame);
          player.seek(3);
          await new Promise(requestAnimationFrame), await new Promise(requestAnimationFrame);
          return player.drawn; }"""
    )
    assert seen == 3  # what somebody asks for does not wait
    train(page)
    page.wait_for_timeout(400)
    assert page.evaluate(STANDS, 0.3) > 2  # longer than a picture stands


def test_a_script_that_runs_is_seen_by_the_player(app, page):
    """By what Streamlit writes on the page, which it may leave out some day."""
    player(open_page(page, f"{app.url}/boundaries"))
    page.evaluate(
        """() => {
          const { player } = document.querySelector("[data-film]");
          (function look() {
            window.ran ||= player.link.busy();
            requestAnimationFrame(look);
          })(); }"""
    )
    page.get_by_role("slider", name="Noise in %").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("window.ran")
    page.wait_for_function("!document.querySelector('[data-film]').player.link.busy()")
