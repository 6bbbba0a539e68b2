"""On every page: the picture first, axe finds nothing of ours, nothing leaves the machine.

Each page is opened twice for all of it: in a large window that is light and a small one that is
dark; both then take another size, and for axe the other theme. Axe is that of
`axe-playwright-python`, served from its wheel.
"""

from contextlib import suppress
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, TimeoutError, expect

from core.experiments import EXPERIMENTS
from tests.browser.frame import BOXES, SIZES, STAGE, box_of, first_row
from tests.browser.helpers import (
    film,
    open_page,
    player,
    settle,
    ticks,
    train,
    wait_for,
    wait_for_frames,
    watch,
)
from tests.sitemap import pages

VISITS = {"light": ("desk", "projector"), "dark": ("phone", "narrow")}
SERIOUS = ("serious", "critical")
# One rule is off by itself, being new: the name of a button holds what is written on it.
OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"label-content-name-mismatch": {"enabled": True}},
}
# The rules that a theme can break; the others do not look at colors.
COLORS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
OTHER = {"light": "dark", "dark": "light"}
WORN = "theme => getComputedStyle(document.querySelector('.stApp')).colorScheme === theme"
# What Streamlit's own markup is found with, which no page can mend, and where:
STREAMLIT = {rule: "[data-testid=stSidebarNavItems]" for rule in ("list", "listitem")}
# Not only what is serious is ours to mend where it lies in a component of ours, or wears a style
# of ours: headings out of order are moderate.
OURS = """([places, theirs, serious]) => places.map((place) => document.querySelector(place))
  .filter((found) => found?.closest(".ip-root, [class*=ip-]")
    || (serious && !(theirs && found?.closest(theirs)))).map((found) => found?.outerHTML)"""


def findings(page, **words):
    """What is broken on a page and ours to mend: {rule: [html]}."""
    answer = Axe().run(page, options=OPTIONS | words).response
    assert len(answer["violations"]) < 20
    found = {}
    for rule in answer["violations"]:
        places = [node["target"][0] for node in rule["nodes"]]
        theirs, serious = STREAMLIT.get(rule["id"], ""), rule["impact"] in SERIOUS
        if ours := page.evaluate(OURS, [places, theirs, serious]):
            found[rule["id"]] = ours
    return found


@dataclass
class Visit:
    """A page in a tab, and what the server had said before."""

    page: Page
    path: str
    theme: str
    printed: int


@pytest.fixture(
    scope="module",
    params=[(p.url, theme) for p in pages() for theme in VISITS],
    ids=lambda v: f"{v[0]}-{v[1]}",
)
def visit(request, profile, app):
    """A page that has come to rest."""
    where, theme = request.param
    width, height = SIZES[VISITS[theme][0]]
    printed, page = len(app.output), profile.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    page.problems = watch(page)
    open_page(page, f"{app.url}{where}")
    expect(page.locator(STAGE).first).to_be_visible(timeout=90_000)
    settle(page)
    yield Visit(page, where.strip("/"), theme, printed)
    page.close()


def quiet(page):
    """Until nothing is asked for any more; what trains by itself asks for frames: pause it."""
    if page.locator("[data-film][data-training=true]").count():
        with suppress(TimeoutError):  # it may have ended meanwhile
            page.get_by_role("button", name="Pause", exact=True).click(timeout=2000)
    try:
        page.wait_for_load_state("networkidle", timeout=4000)
    except TimeoutError:  # it has begun meanwhile
        page.get_by_role("button", name="Pause", exact=True).click()
        page.wait_for_load_state("networkidle")


def test_the_picture_is_whole_on_the_first_screen(visit):
    for size in VISITS[visit.theme]:
        width, height = SIZES[size]
        visit.page.set_viewport_size({"width": width, "height": height})
        ticks(visit.page, 20)
        check_frame(visit.page, size)


def check_frame(page, size):
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
    drawn = max(box["bottom"] for box in page.evaluate(BOXES, f".st-key-bench-stage :is({STAGE})"))
    assert drawn <= stage["bottom"] + 1  # or what stands below would lie over it
    if size in ("desk", "projector"):
        assert controls["right"] <= stage["left"] and abs(controls["top"] - stage["top"]) < 60
    elif size == "narrow":  # one row, however many there are
        assert controls["bottom"] <= stage["top"] and controls["bottom"] - controls["top"] <= 90
    else:
        assert stage["bottom"] <= controls["top"]


def test_nothing_serious_is_ours(visit):
    """All rules in the visit's size and theme, then those of colors in the other theme."""
    page, (width, height) = visit.page, SIZES[VISITS[visit.theme][0]]
    page.set_viewport_size({"width": width, "height": height})
    ticks(page, 20)
    found = findings(page)
    page.emulate_media(color_scheme=OTHER[visit.theme])
    page.wait_for_function(WORN, arg=OTHER[visit.theme])
    settle(page)
    ticks(page, 5)
    assert (found, findings(page, **COLORS)) == ({}, {})


def test_the_page_stays_on_this_machine(visit, app):
    """Nothing reaches the network, and nothing complains in the browser's console."""
    quiet(visit.page)
    visit.page.problems.check()
    assert "Traceback" not in app.output[visit.printed :]
    assert app.calls == []
    # Plotly 7 offers to upload a chart, at a press of a button over each of them.
    assert visit.page.locator('[data-title^="Share"]').count() == 0


def test_the_film_moves(visit):
    """After the others, since it trains."""
    if visit.path not in EXPERIMENTS or visit.theme == "dark":
        return
    page, kind = visit.page, EXPERIMENTS[visit.path]
    root = player(page)
    before = film(root)
    if not kind.trains or kind.at_once:
        expect(page.get_by_role("button", name="Train", exact=True)).to_be_hidden()
    if not kind.trains:  # a still picture
        assert before["frames"] == 1
    elif kind.at_once:  # nothing to train: the film is there
        assert before["frames"] > 2
        page.get_by_role("button", name="First frame (Home)").first.click()
        page.get_by_role("button", name="Play the film (Space)").first.click()
        wait_for(root, "frame", 3)
    else:
        ticks(page, 60)  # some pages begin by themselves
        if film(root)["frames"] < 3 and root.get_attribute("data-training") != "true":
            train(page)
        wait_for_frames(root, 3)
        wait_for(root, "step", 1)
        assert film(root)["film"] == before["film"]
    page.problems.check()
