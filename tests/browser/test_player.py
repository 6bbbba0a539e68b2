"""The player: time, follow, keyboard, zoom, themes, and what it says when the server is gone."""

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import (
    film,
    open_page,
    player,
    settle,
    ticks,
    train,
    wait_for_frames,
    watch,
)

# Values of a track at a frame of the first player on the page.
TRACK = """([name, frame]) => {
  const { film } = document.querySelector("[data-film]").player;
  return Array.from(film.at(name, frame < 0 ? film.length + frame : frame));
}"""
LIGHTNESS = """() => {
  const canvas = document.querySelector("[data-panel=map] .ip-under");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0, count = 0;
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] === 255) { sum += data[i] + data[i + 1] + data[i + 2]; count++; }
  return count ? sum / count / 3 : -1;
}"""
COLORS = """() => { const canvas = document.querySelector("[data-panel=map] .ip-under");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size; }"""
POINT = """index => {
  const { player } = document.querySelector("[data-film]");
  const { axes } = player.panels.panels.get("map").panel;
  const trace = axes.div._fullData[0], box = axes.host.getBoundingClientRect();
  return [box.left + axes.px(trace.x[index], axes.axis("x")),
          box.top + axes.px(trace.y[index], axes.axis("y"))];
}"""
RANGE = """() => document.querySelector("[data-film]").player.panels.panels.get("map").panel
  .axes.axis("x").range.map((v) => Math.round(1000 * v))"""
DRAWN = "document.querySelector('[data-film]').player.panels.panels.get('map').panel.axes.ready"


@pytest.fixture
def root(app, page):
    """The player of the boundaries page, its first picture drawn."""
    open_page(page, f"{app.url}/boundaries")
    found = player(page)
    page.wait_for_function(DRAWN)
    return found


@pytest.fixture(scope="module")
def recorded(app, browser):
    """A player with a film of 30 frames and more, shared by tests that only look."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.problems = watch(page)
        open_page(page, f"{app.url}/boundaries")
        root = player(page)
        page.wait_for_function(DRAWN)
        trained(root, 30)
        yield root


def track(root, name, frame):
    return root.page.evaluate(TRACK, [name, frame])


def trained(root, frames):
    """Train to at least so many frames, then pause and wait for the last answer."""
    train(root.page)
    wait_for_frames(root, frames)
    root.page.get_by_role("button", name="Pause", exact=True).click()
    root.page.wait_for_function("!document.querySelector('[data-film]').player.waiting")
    expect(root).to_have_attribute("data-training", "false")


def test_the_first_picture_needs_no_click(root, page):
    """Frame 0 is drawn: points, map and network, and numbers under the stage."""
    assert film(root)["frames"] == 1
    assert page.evaluate(COLORS) > 50
    expect(root.locator(".ip-readout b").first).to_have_text(f"{track(root, 'loss', 0)[0]:.3f}")
    page.problems.check()


def test_every_picture_has_words(recorded):
    root, page = recorded, recorded.page
    hosts = root.locator(".ip-host")
    labels = [host.get_attribute("aria-label") for host in hosts.all()]
    assert len(labels) == 6 and all(len(label or "") > 20 for label in labels), labels
    assert page.locator(".ip-player canvas:not([aria-hidden=true])").count() == 0
    unnamed = ".ip-player button:not([aria-label])"
    assert all(button.inner_text().strip() for button in page.locator(unnamed).all())


def test_by_keyboard_to_train_which_is_followed_and_pause_stops_the_server(root, page):
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Train":
            break
    page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-training", "true")
    wait_for_frames(root, 30)
    first = film(root)
    page.wait_for_function(
        "frame => Number(document.querySelector('[data-film]').dataset.frame) > frame",
        arg=first["frame"] + 5,
    )
    assert film(root)["frames"] - film(root)["frame"] < 60  # it follows the newest frame
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_function("!document.querySelector('[data-film]').player.waiting")
    expect(root).to_have_attribute("data-training", "false")
    paused = film(root)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    ticks(page, 40)
    assert film(root) == paused and not asked
    page.problems.check()


def test_slider_and_keys_travel_in_time(recorded):
    root, page = recorded, recorded.page
    last = film(root)["frames"] - 1
    root.focus()
    page.keyboard.press("Home")
    expect(root).to_have_attribute("data-step", "0")
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-frame", "1")
    page.keyboard.press("End")
    expect(root).to_have_attribute("data-frame", str(last))
    page.keyboard.press("ArrowLeft")
    expect(root).to_have_attribute("data-frame", str(last - 1))
    root.get_by_role("slider", name="Frame of the film").fill("7")
    expect(root).to_have_attribute("data-frame", "7")
    expect(root).to_have_attribute("data-step", "35")
    expect(root.locator(".ip-readout b").first).to_have_text(f"{track(root, 'loss', 7)[0]:.3f}")
    page.keyboard.press("Space")
    expect(root).to_have_attribute("data-playing", "true")
    expect(root).to_have_attribute("data-frame", str(last))  # plays to the end, and stops there
    expect(root).to_have_attribute("data-playing", "false")
    assert film(root)["frames"] == last + 1  # looking back trains nothing


@pytest.mark.parametrize(("speed", "ticks"), [("0.25", 2), ("1", 1), ("4", 1)])
def test_speed_is_frames_a_second(recorded, speed, ticks):
    """A tick of 0.1 s moves the film by 6 frames, times speed."""
    recorded.page.get_by_role("combobox", name="Speed").select_option(speed)
    head = recorded.page.evaluate(
        """ticks => { const { player } = document.querySelector("[data-film]"); player.seek(0);
        player.togglePlaying(); cancelAnimationFrame(player.loop);
        Object.assign(player, { last: 1000 }).clock.owed = 0;
        for (let k = 1; k <= ticks; k++) player.tick(1000 + 100 * k);
        return player.head; }""", ticks,
    )  # fmt: skip
    assert head == 6 * ticks * float(speed)


def test_a_point_says_what_it_is(recorded):
    """Plotly's own hover label, under our canvases."""
    page = recorded.page
    page.mouse.move(*page.evaluate(POINT, 5))
    expect(page.locator("[data-panel=map] .hoverlayer .hovertext")).to_contain_text(
        "training point"
    )


def test_zoom_is_kept_while_it_plays_and_when_something_is_set(recorded):
    root, page = recorded, recorded.page
    box = page.locator("[data-panel=map] .ip-host").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 60, y - 60)
    page.mouse.down()
    page.mouse.move(x + 40, y + 40, steps=5)
    page.mouse.up()
    page.wait_for_function(f"({RANGE})()[0] !== -6000")
    zoomed = page.evaluate(RANGE)
    trained(root, film(root)["frames"] + 10)
    assert page.evaluate(RANGE) == zoomed
    name = film(root)["film"]
    page.get_by_role("slider", name="Noise in %").press("ArrowRight")
    expect(root).not_to_have_attribute("data-film", name)
    settle(page)
    page.wait_for_function("document.querySelector('[data-film]').player.panels.later.size === 0")
    ticks(page, 20)
    assert page.evaluate(RANGE) == zoomed


def test_nothing_went_wrong_meanwhile(recorded):
    recorded.page.problems.check()


def test_step_goes_one_frame_further(root, page):
    button = page.get_by_role("button", name="Step", exact=True)
    button.click()
    wait_for_frames(root, 2)
    button.click()
    wait_for_frames(root, 3)
    expect(root).to_have_attribute("data-step", "10")
    page.keyboard.press("Home")
    expect(root).to_have_attribute("data-frame", "0")
    button.click()  # in the past: shows the next frame, trains nothing
    expect(root).to_have_attribute("data-frame", "1")
    assert film(root)["frames"] == 3


def test_reset_and_new_seed(root, page):
    """Reset leads to the very same weights, first and later; a new seed to others."""
    trained(root, 12)
    name, begin, later = film(root)["film"], track(root, "W1", 0), track(root, "map", 10)
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(root).to_have_attribute("data-frames", "1")
    assert film(root)["film"] != name
    assert track(root, "W1", 0) == begin
    trained(root, 12)
    assert track(root, "map", 10) == later
    name = film(root)["film"]
    page.get_by_role("button", name="New seed", exact=True).click()
    expect(root).not_to_have_attribute("data-film", name)
    settle(page)
    assert track(root, "W1", 0) != begin
    assert "seed=1" in page.url


def test_maps_follow_the_color_scheme(root, page):
    """Dark middle colors on a dark page, also when the system changes while the page is open."""
    light = page.evaluate(LIGHTNESS)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => ({LIGHTNESS})() < light - 60", arg=light)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"light => Math.abs(({LIGHTNESS})() - light) < 3", arg=light)
    page.problems.check()


def test_a_lost_run_says_so_and_a_found_one_goes_on(root, page):
    """First a run that the server no longer has, then no server at all."""
    sentence = "The connection to this run is lost. Reload the page to go on."
    source = root.evaluate("element => element.player.source")
    root.evaluate("element => { element.player.source = 'a run that has ended'; }")
    train(page)
    expect(root.locator(".ip-alert")).to_have_text(sentence)
    expect(root).to_have_attribute("data-training", "false")
    root.evaluate("(element, source) => { element.player.source = source; }", source)
    trained(root, 5)
    expect(root.locator(".ip-alert")).to_have_text("")
    page.route("**/frames", lambda route: route.abort())
    train(page)
    expect(root.locator(".ip-alert")).to_have_text(sentence)
    expect(root).to_have_attribute("data-training", "false")
