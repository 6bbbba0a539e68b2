"""The frame of a page: presenting, its keys, and what comes into view."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.frame import NOTE_WRITTEN, SEEN_TEXT, SIZES, STAGE, TOUCHING, presents
from tests.browser.helpers import READY, open_page, player, settle, ticks, wait_for

PRESENT = "Present: as large as the window (p)"


def opened(page, app, where, size):
    """A page in a window of this size, at rest."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, f"{app.url}{where}")
    expect(page.locator(STAGE).first).to_be_visible(timeout=90_000)
    settle(page)


def box(place):
    """Left, top, right and bottom of what is drawn there, in the window."""
    return place.evaluate(
        "e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; }"
    )


def small(texts):
    return [text for text in texts if text[1] < 18]


def fills_the_window(page, panel):
    """The first row of panels ends at the window's edge, and only what is presented is seen."""
    page.wait_for_function(
        "e => e.getBoundingClientRect().bottom > 690", arg=panel.element_handle()
    )
    assert box(panel)[3] <= 720 and page.evaluate("document.documentElement.scrollWidth") <= 1280
    expect(page.locator(f"{STAGE} >> visible=true")).to_have_count(
        page.locator(f".ip-presented :is({STAGE})").count()
    )
    expect(page.get_by_test_id("stHeader")).to_be_hidden()


def leads_back(page, panel, before):
    """Escape: everything is where it was, and every picture as high."""
    page.keyboard.press("Escape")
    expect(page.locator("html")).not_to_have_class(re.compile("ip-presenting"))
    expect(page.get_by_test_id("stHeader")).to_be_visible()
    page.wait_for_function(
        "([e, before]) => { const { left, top, right, bottom } = e.getBoundingClientRect();"
        " return [left, top, right, bottom].every((v, i) => Math.abs(v - before[i]) < 2); }",
        arg=[panel.element_handle(), before],
    )
    assert page.evaluate(
        "[...document.querySelectorAll('.ip-panel')].every((one) => "
        "one.querySelector('.ip-body').style.height === `${one.dataset.height}px`)"
    )
    ticks(page, 20)
    assert small(page.evaluate(SEEN_TEXT)), "text is as small as before"


@pytest.mark.parametrize("where", ["/boundaries", "/predict", "/"])
def test_present_shows_title_bar_and_panels_and_escape_leads_back(page, app, where):
    """By key and by button; on the map of the chapter, too, which has no bench."""
    page.add_init_script(NOTE_WRITTEN)
    opened(page, app, where, "projector")
    player(page)
    panel = page.locator(".ip-panel").first
    before = box(panel)
    page.keyboard.press("p")
    fills_the_window(page, panel)
    assert box(panel)[1] < before[1]
    expect(page.locator("h1")).to_be_visible()
    texts = presents(page)
    assert len(texts) > 10 and not small(texts)
    leads_back(page, panel, before)
    page.get_by_role("button", name=PRESENT).click()
    fills_the_window(page, panel)
    page.get_by_role("button", name="Back to the page").click()
    expect(page.get_by_test_id("stHeader")).to_be_visible()


CUT = """() => [...document.querySelectorAll(".ip-presented :is(.xtitle, .ytitle)")]
  .filter((text) => {
    const [a, b] = [text, text.closest(".ip-host")].map((e) => e.getBoundingClientRect());
    return a.left < b.left - 2 || a.right > b.right + 2 || a.top < b.top - 4
      || a.bottom > b.bottom + 4; })
  .map((text) => text.textContent)"""
SHAPES = """() => [...document.querySelectorAll(".ip-presented .ip-body")]
  .map((body) => body.offsetHeight / body.offsetWidth)"""


def test_titles_of_axes_are_whole_and_small_tablets_present(page, app):
    """On a phone there is no button for it, and no picture is much higher than wide."""
    opened(page, app, "/", "projector")
    player(page)
    page.keyboard.press("p")
    page.wait_for_function("document.querySelector('.ip-presented .xtitle')")
    ticks(page, 30)
    page.wait_for_function(f"({CUT})().length === 0")
    assert page.locator(".ip-presented .xtitle").count() > 1
    page.set_viewport_size({"width": 900, "height": 1200})
    page.wait_for_function(f"Math.max(...({SHAPES})()) < 1.6")
    page.get_by_role("button", name="Back to the page").click()
    expect(page.get_by_role("button", name=PRESENT)).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("button", name=PRESENT)).to_be_hidden()
    page.problems.check()


def test_one_of_two_players_is_presented(page, app):
    """By address and key that of the bench, by its button the other one."""
    page.add_init_script(NOTE_WRITTEN)
    opened(page, app, "/patterns?present=1&max_steps=20", "projector")
    root, race = player(page), player(page, 1)
    fills_the_window(page, root.locator(".ip-panel").first)
    texts = presents(page)
    assert {"race", "sums"} < {panel for _, _, panel in texts} and not small(texts)
    page.keyboard.press("Escape")
    race.scroll_into_view_if_needed()
    panel = race.locator(".ip-panel").first
    expect(panel.locator(".annotation-text").first).to_have_css("font-size", "11px")
    before = box(panel)
    race.get_by_role("button", name=PRESENT).click()
    fills_the_window(page, panel)
    expect(root).to_be_hidden()
    assert not small(presents(page))
    leads_back(page, panel, before)
    expect(panel.locator(".annotation-text").first).to_have_css("font-size", "11px")
    page.keyboard.press("p")
    fills_the_window(page, root.locator(".ip-panel").first)
    expect(race).to_be_hidden()
    page.problems.check()


@pytest.mark.parametrize("where", ["/kernels", "/attention", "/message-passing"])
def test_all_text_is_large_while_presenting_and_titles_stand_apart(page, app, where):
    page.add_init_script(NOTE_WRITTEN)
    opened(page, app, f"{where}?present=1", "projector")
    player(page)
    texts = presents(page)
    assert len({panel for _, _, panel in texts}) > 3 and not small(texts)
    assert page.evaluate(TOUCHING) == []


def test_present_from_a_link_goes_on_training(page, app):
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, f"{app.url}/boundaries?present=1&seed=3")
    root = player(page)
    expect(page.locator("html")).to_have_class(re.compile("ip-presenting"))
    page.get_by_role("button", name="Train", exact=True).click()
    wait_for(root, "step", 31)
    assert root.is_visible()
    assert "present=1" in page.url and "seed=3" in page.url
    page.problems.check()


def test_the_letter_p_stays_a_letter_where_text_is_typed(page, app):
    opened(page, app, "/predict", "desk")
    field = page.get_by_role("textbox", name="Molecule (SMILES)")
    field.click()
    page.keyboard.press("p")
    expect(page.locator("html")).not_to_have_class(re.compile("ip-presenting"))


def test_after_a_guided_experiment_the_stage_comes_into_view(page, app):
    opened(page, app, "/boundaries", "projector")
    page.get_by_role("radiogroup", name="Your prediction").locator("label").first.click()
    page.get_by_role("button", name="Run it").click()
    expect(page.get_by_text(re.compile("^(As you predicted|You said)")).first).to_be_attached(
        timeout=90_000
    )
    page.wait_for_function("document.querySelector('.ip-player').getBoundingClientRect().top > 40")
    expect(page.locator(".ip-panel").first).to_be_in_viewport()
    answer = page.locator(".st-key-verdict")
    expect(answer).not_to_be_in_viewport()
    way = page.get_by_role("button", name="To the answer")
    expect(way).to_be_in_viewport()
    expect(answer).to_be_in_viewport(ratio=0.9, timeout=READY)  # when the film has ended
    ended = "(({ frame, frames, playing }) => playing === 'false' && Number(frame) === frames - 1)"
    assert page.locator("[data-film]").first.evaluate(f"root => {ended}(root.dataset)")
    expect(way).to_have_count(0)


def test_the_place_of_the_picture_is_kept_until_it_is_drawn(page, app):
    page.route("**/player/player.js", lambda route: route.abort())
    open_page(page, f"{app.url}/boundaries")
    assert not page.locator(STAGE).count()
    assert page.get_by_text("Take it home").first.bounding_box()["y"] > 0.6 * 900
