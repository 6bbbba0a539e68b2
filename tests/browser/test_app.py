"""The frame around the pages: deep links, navigation, themes, keyboard."""

import sys
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from core.app.early import modules
from core.app.served import kept
from tests.browser.helpers import open_page, player, settle, train, wait_for_frames
from tests.server import Server
from tests.sitemap import pages

DEEP = [page for page in pages() if page.url != "/"]


def link(page, entry):
    """The page's link in the navigation, its section unfolded."""
    bar = page.get_by_role("navigation", name="App pages")
    if not entry.section:
        return bar.get_by_role("link", name=entry.title)
    section = bar.get_by_role("button", name=entry.section)
    if section.get_attribute("aria-expanded") == "false":
        section.click()
    return page.get_by_role("menu").get_by_role("menuitem", name=entry.title, exact=True)


def check_frame(page, shown):
    """The whole navigation is there, and the page shown is the one marked in it."""
    for entry in pages():
        expect(link(page, entry)).to_be_visible()
        current = link(page, entry).get_attribute("aria-current")
        assert (current == "page") == (entry == shown), entry
    page.keyboard.press("Escape")


def test_a_deep_link_is_the_first_that_a_server_sees(fresh_app, page):
    (entry,) = (entry for entry in pages() if entry.url == "/boundaries")
    open_page(page, fresh_app.url + entry.url)
    expect(page.get_by_role("dialog")).to_have_count(0)
    check_frame(page, entry)
    page.problems.check()
    assert "Traceback" not in fresh_app.output


def test_navigation_reaches_every_page(app, page):
    open_page(page, app.url + DEEP[0].url)
    for entry in [*pages(), DEEP[0]]:
        link(page, entry).click()
        expect(page).to_have_url(app.url + entry.url)
        settle(page)
        expect(link(page, entry)).to_have_attribute("aria-current", "page")
        page.keyboard.press("Escape")
    check_frame(page, DEEP[0])
    page.problems.check()


def test_ctrl_c_stops_the_app_while_somebody_trains(fresh_app, page):
    root = player(open_page(page, fresh_app.url + "/boundaries"))
    train(page)
    wait_for_frames(root, 3)
    assert fresh_app.stop() == 0
    assert "Traceback" not in fresh_app.output


def test_a_lab_server_answers_under_another_address(browser, page):
    """A student's browser knows the server by another name than the server itself does."""
    everywhere = (sys.executable, "app.py", "--no-window", "--address", "0.0.0.0", "--port", "0")
    with Server(everywhere) as server:
        port = server.url.rsplit(":", 1)[1]
        open_page(page, f"http://127.0.0.2:{port}")
        assert server.calls == []


def test_the_browser_keeps_what_an_upgrade_would_name_anew(app, page):
    """Modules stand under a name of this version, which the page itself, never kept, says."""
    headers = {}
    page.on("response", lambda answer: headers.update({answer.url: answer.headers}))
    player(open_page(page, app.url + "/boundaries"))
    assert headers[app.url + "/boundaries"]["cache-control"] == "no-cache"
    place = app.url + kept("/assets/")
    ours = {url: head for url, head in headers.items() if "/assets/" in url}
    assert all(url.startswith(place) and "immutable" in ours[url]["cache-control"] for url in ours)
    read = {url.rpartition("/")[2] for url in ours if "/player/" in url and ".js" in url}
    assert read == set(modules())  # all of them are said with the first answer, and no others
    assert f"{place}plotlyjs/plotly.min.js" in ours


def test_a_page_knows_its_server_at_once(app, page):
    """Streamlit's client would ask below the page's address first, hear 404 twice, and wait."""
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    open_page(page, app.url + "/boundaries?seed=3")
    assert [path for path in asked if "_stcore/" in path and "stream" not in path] == [
        "/_stcore/health",
        "/_stcore/host-config",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system(app, browser, scheme):
    with browser.new_context(color_scheme=scheme) as context:
        page = open_page(context.new_page(), app.url)
        color = page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    red, green, blue = (int(part) for part in color[4:-1].split(","))
    assert (red + green + blue > 600) == (scheme == "light")
