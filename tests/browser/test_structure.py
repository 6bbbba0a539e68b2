"""What is changed on the picture itself: layers, features, data sets; and what is said there."""

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import film, open_page, player, settle, train, wait_for_frames
from tests.browser.test_boundaries import another_film, query, visit

NODES = """() => document.querySelector('[data-film]').player.panels.panels.get('network').panel
  .nodes.map((node) => node.layer)"""
WEIGHTS = """() => {
  const { film } = document.querySelector('[data-film]').player;
  return [film.at('W1', 0).length, film.at('W2', 0).length];
}"""


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def link(page, **wanted):
    """Wait for the address bar to say so."""
    texts = [f"{name}={value.replace(',', '%2C')}" for name, value in wanted.items()]
    page.wait_for_function(
        "texts => texts.every((text) => location.search.includes(text))", arg=texts
    )


def test_neurons_and_layers_come_and_go_on_the_picture(app, page):
    root = visit(app, page)
    more = button(page, "One neuron more in layer 1")
    for _ in range(2):  # faster than the page can answer: both count
        more.click()
    link(page, hidden="8,3")
    settle(page)
    page.wait_for_function(f"({NODES})().filter((layer) => layer === 1).length === 8")
    assert page.evaluate(WEIGHTS) == [2 * 8, 8 * 3]
    expect(more).to_be_focused()  # the keyboard goes on where it was
    page.keyboard.press("Enter")
    link(page, hidden="9,3")
    name = film(root)["film"]
    button(page, "One layer more").click()
    link(page, hidden="9,3,3")
    another_film(root, name)
    expect(page.get_by_text("3 hidden layers")).to_be_visible()
    train(page)
    wait_for_frames(root, 3)
    page.problems.check()


def test_no_more_and_no_fewer_than_there_may_be(app, page):
    visit(app, page, "hidden=16,1")
    expect(button(page, "One neuron more in layer 1")).to_be_disabled()
    expect(button(page, "One neuron less in layer 2")).to_be_disabled()
    open_page(page, f"{app.url}/boundaries?hidden=")
    expect(button(page, "One layer less")).to_be_disabled()
    button(page, "One layer more").click()
    link(page, hidden="4")
    open_page(page, f"{app.url}/boundaries?hidden=2,2,2,2,2,2,2,2")
    expect(button(page, "One layer more")).to_be_disabled()
    boxes = page.locator(".ip-network .ip-stepper").evaluate_all(
        "all => all.map((b) => b.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    assert len(boxes) == 8  # side by side, none over the other
    assert all(a[1] <= b[0] for a, b in zip(boxes, boxes[1:], strict=False))


def test_features_are_switched_in_the_network(app, page):
    """x1x2 alone solves XOR; the last feature stays."""
    root = visit(app, page, "hidden=3,2")
    name = film(root)["film"]
    page.get_by_role("button", name="feature x₁x₂: off").click()
    link(page, features="X1,X2,X1X2")
    name = another_film(root, name)
    assert page.evaluate(WEIGHTS) == [3 * 3, 3 * 2]
    for feature, left in (("x₁", "X2,X1X2"), ("x₂", "X1X2")):
        page.get_by_role("button", name=f"feature {feature}: on").click()
        link(page, features=left)
        name = another_film(root, name)
    page.get_by_role("button", name="feature x₁x₂: on").click()
    expect(page.locator(".ip-formula")).to_contain_text("its last one")
    assert query(page)["features"] == "X1X2" and film(root)["film"] == name
    assert page.evaluate(WEIGHTS) == [1 * 3, 3 * 2]
    page.problems.check()


def test_data_sets_are_pictures(app, page):
    root = visit(app, page)
    name = film(root)["film"]
    pictures = page.get_by_role("radiogroup", name="Data")
    expect(pictures.get_by_role("radio")).to_have_count(12)
    pictures.get_by_role("radio", name="spiral").click()
    link(page, dataset="spiral")
    name = another_film(root, name)
    page.keyboard.press("ArrowRight")
    link(page, dataset="moons")
    another_film(root, name)
    chosen = pictures.locator("[aria-checked=true]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_have_attribute("title", "moons")
    colors = pictures.locator("canvas").first.evaluate(
        """canvas => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          const found = [0, 0];
          for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] > 200) found[Number(data[i] > data[i + 2])] += 1;
          return found;
        }"""
    )
    assert min(colors) > 100  # XOR: blue and orange points
    page.problems.check()


def test_a_teachers_link_takes_the_buttons_from_the_picture(app, page):
    visit(app, page, "hide=hidden,features,dataset")
    expect(page.locator(".ip-stepper")).to_have_count(0)
    expect(page.get_by_role("button", name="feature x₁x₂")).to_have_count(0)
    expect(page.get_by_role("radiogroup", name="Data")).to_have_count(0)


def test_one_screen_holds_all_with_hints_in_place(app, page):
    visit(app, page)
    bottoms = page.locator(".ip-panel").evaluate_all(
        "all => all.map((box) => box.getBoundingClientRect().bottom)"
    )
    assert len(bottoms) == 6 and max(bottoms) <= 900
    hints = page.locator(".ip-hint:visible")
    expect(hints).to_have_count(2)
    nodes = page.locator(".ip-node").evaluate_all(
        "all => all.map((box) => box.getBoundingClientRect().toJSON())"
    )
    for hint in hints.all():
        box = hint.bounding_box()
        right, bottom = box["x"] + box["width"], box["y"] + box["height"]
        for node in nodes:
            apart = node["left"] >= right or node["right"] <= box["x"]
            assert apart or node["top"] >= bottom or node["bottom"] <= box["y"]


@pytest.mark.parametrize("more", ["One neuron more in layer 1", "One layer more"])
def test_layers_of_approximation_change_on_its_picture(app, page, more):
    open_page(page, f"{app.url}/approximation")
    player(page)
    button(page, more).click()
    link(page, hidden={"One layer more": "24,24"}.get(more, "25"))
    settle(page)
    field = page.get_by_role("spinbutton", name="Layer 1")
    expect(field).to_have_value("24" if "layer more" in more else "25")
    page.problems.check()
