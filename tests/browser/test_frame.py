"""The frame of a page: presenting, its keys, and what comes into view."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.frame import SIZES, STAGE, first_row
from tests.browser.helpers import READY, open_page, player, settle


def opened(page, app, where, size):
    """A page in a window of this size, at rest."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, f"{app.url}{where}")
    expect(page.locator(STAGE).first).to_be_visible(timeout=90_000)
    settle(page)


@pytest.mark.parametrize("where", ["/boundaries", "/predict"])
def test_present_shows_title_bar_and_panels_and_escape_leads_back(page, app, where):
    opened(page, app, where, "projector")
    before = first_row(page)
    page.locator("h1").first.click()
    page.keyboard.press("p")
    expect(page.locator("html")).to_have_class(re.compile("ip-presenting"))
    expect(page.locator(".st-key-bench-controls")).to_be_hidden()
    grown = "document.querySelector('.ip-panel').getBoundingClientRect().bottom > 690"
    page.wait_for_function(grown)
    top, bottom = first_row(page)
    assert top < before[0] and 690 <= bottom <= 720
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-bench-controls")).to_be_visible()
    back = (
        "box => ['top', 'bottom'].every((e, i) => Math.abs("
        "document.querySelector('.ip-panel').getBoundingClientRect()[e] - box[i]) < 2)"
    )
    page.wait_for_function(back, arg=list(before))
    assert first_row(page) == pytest.approx(before, abs=2)


def test_present_from_a_link_goes_on_training_in_large_letters(page, app):
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, f"{app.url}/boundaries?present=1&seed=3")
    root = player(page)
    expect(page.locator("html")).to_have_class(re.compile("ip-presenting"))
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("Number(document.querySelector('[data-film]').dataset.step) > 30")
    assert root.is_visible()
    sizes = page.evaluate(  # sub- and superscripts, tspan, are smaller than their line
        """() => [...document.querySelectorAll('.ip-player *')]
          .filter(e => !["OPTION", "tspan"].includes(e.tagName) && e.getClientRects().length
            && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
          .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= 18
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
    expect(answer).to_be_in_viewport(ratio=0.9, timeout=READY)  # when the film has ended
    ended = "(({ frame, frames, playing }) => playing === 'false' && Number(frame) === frames - 1)"
    assert page.locator("[data-film]").first.evaluate(f"root => {ended}(root.dataset)")


def test_the_place_of_the_picture_is_kept_until_it_is_drawn(page, app):
    page.route("**/assets/player/player.js", lambda route: route.abort())
    open_page(page, f"{app.url}/boundaries")
    assert not page.locator(STAGE).count()
    assert page.get_by_text("Take it home").first.bounding_box()["y"] > 0.6 * 900
