"""Nothing reaches the network, and no page complains in the browser's console."""

from urllib.parse import quote

import pytest
from playwright.sync_api import TimeoutError, expect

from tests.browser.helpers import open_page
from tests.sitemap import pages


def quiet(page):
    """Until nothing is asked for any more; what trains by itself asks for frames: pause it."""
    try:
        page.wait_for_load_state("networkidle", timeout=4000)
    except TimeoutError:
        page.get_by_role("button", name="Pause", exact=True).click()
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("entry", pages(), ids=str)
def test_the_page_stays_on_this_machine(app, page, entry):
    before = len(app.output)
    open_page(page, app.url + entry.url)
    quiet(page)
    page.problems.check()
    assert "Traceback" not in app.output[before:]
    assert app.calls == []


def test_a_foreign_request_would_be_noticed(app, page):
    """The listener above is not deaf: an image from a reserved name is seen."""
    open_page(page, app.url)
    with page.expect_event("requestfailed"):
        page.evaluate("new Image().src = 'http://images.invalid/x.png'")
    with pytest.raises(AssertionError, match=r"images\.invalid"):
        page.problems.check()


BAIT = "![x](http://images.invalid/x.png)<img src=http://images.invalid/y.png onerror=alert(1)>"


@pytest.mark.parametrize(
    "path", ["predict?smiles=", "boundaries?dataset=", "qm9-explorer?molecule="]
)
def test_what_a_link_brings_is_shown_as_text(app, page, path):
    """A message that repeats a link's value fetches no picture and makes no element of it."""
    open_page(page, f"{app.url}/{path}{quote(BAIT)}")
    expect(page.get_by_text("/images.invalid/x.png").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.locator("img[src*='invalid'], a[href*='invalid']").count() == 0
    page.problems.check()
