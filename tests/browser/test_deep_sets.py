"""The deep-sets page in a real browser: train, shuffle, and read which numbers are equal."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, film, open_page, player, settle, train, wait_for
from tests.browser.sketches import Sheet

PLANE = '[data-panel="plane"]'
LINES = '[data-panel="equation"] .ip-line:visible'
NUMBER = r"−?\d+\.\d{5}"


def verdicts(page):
    """Name -> (before, after) as the words panel shows them."""
    found = {}
    for text in page.locator(LINES).all_inner_texts():
        match = re.match(rf"(.+): ({NUMBER}) → ({NUMBER}), (equal|differs)", text)
        if match:
            found[match[1]] = match.group(2, 3, 4)
    return found


def shuffle(page):
    before = page.locator(LINES).all_inner_texts()
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page).to_have_url(re.compile("shuffle"), timeout=READY)
    page.wait_for_function(
        "([selector, old]) => [...document.querySelectorAll(selector)]"
        ".map((e) => e.innerText).join() !== old.join()",
        arg=['[data-panel="equation"] .ip-line:not([hidden])', before],
    )


def test_train_shuffle_and_compare(app, page):
    open_page(page, f"{app.url}/deep-sets")
    root = player(page)
    train(page)
    wait_for(root, "step", 100)
    page.get_by_role("button", name="Pause", exact=True).click()
    step = film(root)["step"]
    held = verdicts(page)["Deep Sets"][1]
    shuffle(page)
    told = verdicts(page)
    assert len(told) == 3
    before, after, word = told.pop("Deep Sets")
    assert before == after and word == "equal"
    for before, after, word in told.values():
        assert before != after and word == "differs"
    if film(root)["step"] == step:  # it may have come one frame further before it paused
        assert held == verdicts(page)["Deep Sets"][1]
    page.problems.check()


def test_a_shuffle_is_seen_from_an_earlier_frame(app, page):
    open_page(page, f"{app.url}/deep-sets")
    root = player(page)
    train(page)
    wait_for(root, "step", 60)
    page.get_by_role("button", name="Pause", exact=True).click()
    root.press("Home")
    expect(root).to_have_attribute("data-step", "0", timeout=READY)
    shuffle(page)
    assert film(root)["step"] >= 60
    page.problems.check()


def test_points_are_added_and_removed_by_clicks(app, page):
    open_page(page, f"{app.url}/deep-sets")
    row = page.locator(LINES).filter(has_text="of all")
    expect(row).to_contain_text("of all 7")
    before = film(player(page))["film"]
    ready = (
        "e => [...e.closest('[data-film]').player.panels.all].every((p) => p.axes?.ready ?? true)"
    )
    synced = (
        "!document.querySelector('[data-film]').player.panels.panels.get('plane').panel.stale()"
    )
    expect(page.locator(f"{PLANE} .main-svg").first).to_be_visible()
    page.wait_for_function(ready, arg=page.locator(PLANE).element_handle())
    for tool, count in (("add", 8), ("remove", 7)):
        page.locator(f'{PLANE} button[data-tool="{tool}"]').click()
        pad = page.locator(f"{PLANE} .ip-pad")
        box = pad.bounding_box()
        pad.click(position={"x": 0.8 * box["width"], "y": 0.3 * box["height"]})
        expect(row).to_contain_text(f"of all {count}", timeout=READY)
        settle(page)
        # The player's own copy of the points, which a click is compared with, follows when at rest.
        page.wait_for_function(synced)
    assert film(player(page))["film"] == before  # no training was lost
    page.problems.check()


def test_a_molecule_and_its_isomers(app, page):
    open_page(page, f"{app.url}/deep-sets?target=molecule:+dipole+moment")
    player(page)
    title = page.locator('[data-panel="twins"] h2')
    expect(title).to_contain_text("One bag")
    first = title.inner_text()
    page.get_by_role("button", name="Another molecule").click()
    expect(title).not_to_have_text(first, timeout=READY)
    page.problems.check()


def test_a_molecule_drawn_by_mouse_is_a_bag(app, page):
    """Benzene, then a tenth atom too many: told at the atom, and nothing is lost."""
    open_page(page, f"{app.url}/deep-sets?target=molecule:+ZPVE")
    sheet = Sheet(page)
    before = film(player(page))["film"]
    sheet.clear()
    sheet.press("Benzene ring")
    page.mouse.click(*sheet.middle)
    title = page.locator(f"{PLANE} h2")
    expect(title).to_have_text("Bag of atoms: c1ccccc1", timeout=READY)
    expect(page.locator(LINES).filter(has_text="of all")).to_contain_text("of all 6")
    told = verdicts(page)
    assert told["Deep Sets"][2] == "equal"
    sheet.press("Chain of carbon")
    x, y = sheet.middle
    atoms = sheet.read()["atoms"]
    _, x, y, _ = max(atoms, key=lambda atom: atom[1])
    sheet.drag((x, y), (x + 4 * sheet.read()["scale"], y))
    expect(page.locator(".ip-say.ip-wrong")).to_contain_text("at most 9 heavy atoms")
    expect(title).to_have_text("Bag of atoms: c1ccccc1")
    assert film(player(page))["film"] == before
    page.problems.check()
