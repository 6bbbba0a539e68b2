"""The receptive-fields page in a real browser: it trains by itself, and a unit shows its cone."""

from playwright.sync_api import expect

from tests.browser.helpers import READY, open_page, player, wait_for


def point_at(page, across, up):
    """The pointer over the cone, in shares of the panel's plotting area."""
    box = page.locator('[data-panel="cone"] .nsewdrag').first.bounding_box()
    page.mouse.move(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])


def title(page, panel):
    return page.locator(f'[data-panel="{panel}"] h2')


def test_training_begins_by_itself_and_layers_are_pointed_at(app, page):
    open_page(page, f"{app.url}/receptive-fields?stack=conv3+conv3s2+conv3+conv3s2+conv3")
    root = player(page)
    wait_for(root, "step", 20)
    expect(title(page, "seen")).to_contain_text("the answer (21 wide)")
    for row, said in ((3, "layer 3 conv 3 (9 wide)"), (0, "the input (1 wide)")):
        point_at(page, 0.4, (row + 0.5) / 7)
        for panel in ("cone", "seen", "profile", "within"):
            expect(title(page, panel)).to_contain_text(said)
    page.mouse.move(5, 5)
    expect(title(page, "cone")).to_contain_text("the answer (21 wide)")
    page.problems.check()


def test_a_known_network_is_chosen_and_not_trained(app, page):
    open_page(page, f"{app.url}/receptive-fields?network=vgg16")
    player(page)
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    expect(title(page, "seen")).to_contain_text("layer 18 pool 2 /2 (212 wide)", timeout=READY)
    page.get_by_text("Transposed", exact=True).click()
    expect(page.locator('[data-panel="positions"]')).to_be_visible(timeout=READY)
    expect(title(page, "cone")).to_contain_text("(11 or 13 wide)")
    page.problems.check()
