"""The frame of every page: the picture first, controls beside it, nothing wider than the window."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import open_page, player, settle
from tests.sitemap import pages

STAGE = ".ip-panel, .ip-cloud-left"  # what a page shows first: panels of a player, or the cloud
SIZES = {"desk": (1440, 900), "projector": (1280, 720), "narrow": (900, 1200), "phone": (390, 844)}
BOXES = """selector => [...document.querySelectorAll(selector)]
  .map(box => box.getBoundingClientRect()).filter(box => box.width > 0)
  .map(({left, top, right, bottom}) =>
    ({left, top: top + scrollY, right, bottom: bottom + scrollY}))"""


def opened(page, app, where, size):
    """A page in a window of this size, at rest."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, f"{app.url}{where}")
    expect(page.locator(STAGE).first).to_be_visible(timeout=90_000)
    settle(page)


def first_row(page):
    """Upper and lower edge of the panels that stand highest."""
    boxes = page.evaluate(BOXES, STAGE)
    top = min(box["top"] for box in boxes)
    return top, max(box["bottom"] for box in boxes if box["top"] < top + 40)


def box_of(page, selector):
    (box, *_) = page.evaluate(BOXES, selector)
    return box


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("where", [p.url for p in pages()])
def test_the_picture_is_whole_on_the_first_screen(page, app, where, size):
    opened(page, app, where, size)
    width, height = SIZES[size]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    top, bottom = first_row(page)
    if size in ("desk", "projector"):
        assert top <= (200 if size == "desk" else 220) and bottom <= height - 20
    elif size == "narrow":
        assert bottom <= height
    else:
        assert top <= height / 2
    if not page.locator(".st-key-bench-controls").count():
        return  # the map of the chapter sets nothing
    controls, stage = (box_of(page, f".st-key-bench-{name}") for name in ("controls", "stage"))
    if size in ("desk", "projector"):
        assert controls["right"] <= stage["left"] and abs(controls["top"] - stage["top"]) < 60
    elif size == "narrow":  # one row, however many there are
        assert controls["bottom"] <= stage["top"] and controls["bottom"] - controls["top"] <= 90
    else:
        assert stage["bottom"] <= controls["top"]


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
