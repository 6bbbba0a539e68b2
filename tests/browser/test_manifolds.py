"""The manifolds page in a browser: five maps at first sight, the dot, a map drawn back, digits."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import film, open_page, player, settle, wait_for_frames
from tests.browser.plots import PAINTED

MAPS = ("pca", "ae", "tsne", "umap", "isomap")

PLACE = """([id, i]) => {
  const plot = document.querySelector("[data-film]").player.panels.panels.get(id).panel;
  const box = plot.axes.host.getBoundingClientRect(), found = plot.chooser.points({});
  return [box.left + found.x[i], box.top + found.y[i]];
}"""  # of a sample on a map, in the window
DOT = """([id, x, y]) => {
  const box = document.querySelector(`[data-panel=${id}] .ip-handle`).getBoundingClientRect();
  return Math.hypot(box.left + box.width / 2 - x, box.top + box.height / 2 - y) < 3;
}"""  # whether it is there

WIDTH = """(() => {
  const plot = document.querySelector("[data-film]").player.panels.panels.get("ae").panel;
  const [low, high] = plot.axes.axis("x").range;
  return high - low;
})()"""  # of what a map shows


def panel(page, name):
    return page.locator(f"[data-panel={name}]")


def pause(page):
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_function("!document.querySelector('[data-film]').player.waiting")


@pytest.fixture
def opened(page, app):
    open_page(page, f"{app.url}/manifolds?samples=1000")
    return page


def test_at_first_sight_five_maps_are_there_and_two_of_them_learn(opened):
    root = player(opened)
    wait_for_frames(root, 12)  # nobody has pressed a button
    opened.evaluate("window.player = document.querySelector('[data-film]').player")
    for name in MAPS:
        opened.wait_for_function(f"([id, layer]) => ({PAINTED})([id, layer])['x y'] > 1500",
                                 arg=[name, "under"])  # fmt: skip
        caption = panel(opened, name).locator(".ip-caption")
        expect(caption).to_contain_text(re.compile(r"Spearman −?[01]\.\d\d \(−?0\.\d\d\)"))
    expect(panel(opened, "isomap")).to_contain_text("Spearman 1.00")
    pause(opened)
    opened.problems.check()


def test_the_dot_is_decoded_and_the_link_has_its_place(opened):
    root = player(opened)
    wait_for_frames(root, 6)
    pause(opened)
    before = root.evaluate("e => [...e.player.film.tracks.get('decoded_ae').frames.at(-1)]")
    box = panel(opened, "ae").locator(".ip-handle").bounding_box()
    opened.mouse.move(box["x"] + 10, box["y"] + 10)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 60, box["y"] - 10, steps=4)
    opened.mouse.up()
    expect(opened).to_have_url(re.compile(r"changes=\d+%3Acode%3D0?\.?\d+"))
    settle(opened)
    after = root.evaluate("e => [...e.player.film.tracks.get('decoded_ae').frames.at(-1)]")
    assert before != after


def test_a_click_decodes_and_a_sample_under_it_is_looked_at(opened):
    root = player(opened)
    wait_for_frames(root, 6)
    pause(opened)
    ident = film(root)["film"]
    for name, sample in (("pca", 5), ("ae", 9)):
        before = opened.url
        x, y = opened.evaluate(PLACE, [name, sample])
        opened.mouse.click(x, y)
        opened.wait_for_function(DOT, arg=[name, x, y])
        title = panel(opened, "cloud").locator("h2")
        expect(title).to_have_text(re.compile("Sample"))
        opened.wait_for_function("before => location.href !== before", arg=before)
        expect(opened).to_have_url(re.compile(r"changes=\d+%3Acode%3D"))
        settle(opened)
    url, wide = opened.url, opened.evaluate(WIDTH)
    opened.mouse.move(x, y - 12)  # a zoom, and the way back
    opened.mouse.down()
    opened.mouse.move(x + 50, y - 42, steps=4)
    opened.mouse.up()
    opened.wait_for_function(f"{WIDTH} < {wide} / 2")
    opened.mouse.dblclick(x + 30, y - 30)
    opened.wait_for_function(f"{WIDTH} === {wide}")
    opened.wait_for_timeout(400)
    panel(opened, "ae").get_by_role("radio", name="Brush").click()
    opened.mouse.click(x + 40, y + 30)
    opened.keyboard.press("Escape")
    settle(opened)
    assert opened.url == url and film(root)["film"] == ident
    opened.problems.check()


def test_a_map_drawn_back_is_another_look_at_the_same_run(opened):
    root = player(opened)
    wait_for_frames(root, 6)
    pause(opened)
    ident = film(root)["film"]
    for name in ("Autoencoder", "Isomap"):
        opened.get_by_role("combobox", name=re.compile("Map drawn back")).click()
        opened.get_by_role("option", name=name, exact=True).click()
        expect(panel(opened, "cloud").locator("h2")).to_contain_text(f"net of {name}")
        settle(opened)
        assert film(root)["film"] == ident


def test_a_digit_is_seen_when_it_is_pointed_at(page, app):
    open_page(page, f"{app.url}/manifolds?dataset=digits&seed=1&step=50")
    root = player(page)
    wait_for_frames(root, 5)
    root.evaluate("e => { window.player = e.player; }")
    page.wait_for_function("player.panels.panels.get('sample').panel.axes.ready")
    dark = f"({PAINTED})(['sample', 'under'])['x y']"
    without = page.evaluate(dark)
    page.evaluate("player.focus.hover('sample', 3)")
    expect(panel(page, "sample").locator("h2")).to_have_text("Sample 4")
    assert page.evaluate(dark) > without + 5000
    page.problems.check()


def test_what_makes_no_sense_is_refused_in_words(page, app):
    open_page(page, f"{app.url}/manifolds?perplexity=500")
    player(page)
    expect(page.get_by_text("below a third of the 1,000 points")).to_be_visible()
