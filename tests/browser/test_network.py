"""A request to the network is noticed (on every page: test_every_page); links fetch nothing."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import open_page


def test_a_foreign_request_would_be_noticed(app, page):
    """The listener of `watch` is not deaf: an image from a reserved name is seen."""
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
