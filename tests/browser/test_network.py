"""Nothing reaches the network, and no page complains in the browser's console."""

import pytest

from tests.browser.helpers import open_page
from tests.sitemap import pages


@pytest.mark.parametrize("entry", pages(), ids=str)
def test_the_page_stays_on_this_machine(app, page, entry):
    before = len(app.output)
    open_page(page, app.url + entry.url)
    page.wait_for_load_state("networkidle")
    page.problems.check()
    assert "Traceback" not in app.output[before:]
    assert app.calls == []


def test_a_foreign_request_would_be_noticed(app, page):
    """The listener above is not deaf: an image from a reserved name is seen."""
    open_page(page, app.url)
    with pytest.raises(AssertionError, match=r"images\.invalid"):
        page.evaluate("new Image().src = 'http://images.invalid/x.png'")
        page.wait_for_timeout(500)
        page.problems.check()
