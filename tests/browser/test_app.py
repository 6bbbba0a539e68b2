"""The frame around the pages: deep links, navigation, themes, keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import open_page, settle
from tests.sitemap import pages

DEEP = [page for page in pages() if page.url != "/"]


def navigation(page):
    return page.get_by_test_id("stSidebarNavLink")


def check_frame(page, shown):
    """The whole navigation is there, and the page shown is the one marked in it."""
    expect(navigation(page)).to_have_count(len(pages()))
    for entry in pages():
        expect(navigation(page).filter(has_text=entry.title)).to_have_count(1)
        if entry.section:
            expect(page.get_by_test_id("stSidebarNav")).to_contain_text(entry.section)
    current = page.locator('[data-testid="stSidebarNavLink"][aria-current="page"]')
    expect(current).to_have_count(1)
    expect(current).to_contain_text(shown.title)


@pytest.mark.parametrize("entry", DEEP[:1], ids=str)
def test_a_deep_link_is_the_first_that_a_server_sees(fresh_app, page, entry):
    open_page(page, fresh_app.url + entry.url)
    expect(page.get_by_role("dialog")).to_have_count(0)
    check_frame(page, entry)
    page.problems.check()
    assert "Traceback" not in fresh_app.output


@pytest.mark.parametrize("entry", pages(), ids=str)
def test_navigation_reaches_the_page(app, page, entry):
    start = DEEP[0] if entry.url == "/" else pages()[0]
    open_page(page, app.url + start.url)
    navigation(page).filter(has_text=entry.title).click()
    expect(page).to_have_url(app.url + entry.url)
    settle(page)
    check_frame(page, entry)


def test_the_browser_keeps_no_file_unasked(app, page):
    """Modules of the player carry no-cache, so that an upgrade is seen at once."""
    headers = {}
    page.on("response", lambda answer: headers.update({answer.url: answer.headers}))
    open_page(page, app.url + "/boundaries")
    page.wait_for_load_state("networkidle")
    ours = {url: head for url, head in headers.items() if "/assets/" in url or "/plotlyjs/" in url}
    assert any(url.endswith(".js") for url in ours)
    assert {head.get("cache-control") for head in ours.values()} == {"no-cache"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system(app, browser, scheme):
    with browser.new_context(color_scheme=scheme) as context:
        page = open_page(context.new_page(), app.url)
        color = page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    red, green, blue = (int(part) for part in color[4:-1].split(","))
    assert (red + green + blue > 600) == (scheme == "light")
