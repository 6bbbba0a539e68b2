"""Axe on every page in both themes: nothing serious in what we draw, Streamlit's own listed apart.

Axe is that of `axe-playwright-python`, served from its wheel: no request leaves the machine.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.helpers import THEMES, open_page, settle
from tests.sitemap import pages

STAGE = ".ip-panel, .ip-cloud-left"
SERIOUS = ("serious", "critical")
# One rule is off by itself, being new: the name of a button holds what is written on it.
OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"label-content-name-mismatch": {"enabled": True}},
}
# What Streamlit's own markup is found with, which no page can mend:
STREAMLIT = {
    "color-contrast",  # the chosen one of a row of buttons in the dark theme
}
# Of each found element: whether it lies in a component of ours, or wears a style of ours.
OURS = """places => places.map((place) => {
  const found = document.querySelector(place);
  return Boolean(found?.closest(".ip-root, [class*=ip-]"));
})"""


def findings(page):
    """Rules broken on a page: {(rule, ours): [html]}, and how grave they are."""
    answer = Axe().run(page, options=OPTIONS).response
    assert len(answer["violations"]) < 20
    found, impact = {}, {}
    for rule in answer["violations"]:
        nodes = rule["nodes"]
        ours = page.evaluate(OURS, [node["target"][0] for node in nodes])
        impact[rule["id"]] = rule["impact"]
        for node, own in zip(nodes, ours, strict=True):
            found.setdefault((rule["id"], own), []).append(node["html"][:160])
    return found, impact


@pytest.mark.parametrize("where", [p.url for p in pages()])
def test_nothing_serious_is_ours_in_both_themes(page, app, where):
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        open_page(page, f"{app.url}{where}")
        expect(page.locator(STAGE).first).to_be_visible(timeout=90_000)
        settle(page)
        found, impact = findings(page)
        ours = {rule: html for (rule, own), html in found.items() if own}
        # Not only what is serious: headings out of order are moderate, and ours to mend.
        assert not ours, (theme, ours)
        theirs = {rule for rule, own in found if not own and impact[rule] in SERIOUS}
        assert theirs <= STREAMLIT, (theme, theirs - STREAMLIT, found)
