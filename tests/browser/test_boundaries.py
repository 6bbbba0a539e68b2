"""The boundaries page, as a student uses it: own points, weights by hand, races, tasks, links."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import (
    film,
    open_page,
    player,
    settle,
    train,
    wait_for_frames,
)

DRAWN = "document.querySelector('[data-film]').player.panels.panels.get('map')?.panel.axes.ready"
PIXEL = """([x, y]) => {
  const { player } = document.querySelector("[data-film]");
  const { axes } = player.panels.panels.get("map").panel;
  const box = axes.host.getBoundingClientRect();
  return [box.left + axes.px(x, axes.axis("x")), box.top + axes.px(y, axes.axis("y"))];
}"""
VALUES = """([name, frame]) => {
  const { film } = document.querySelector("[data-film]").player;
  return Array.from(film.at(name, frame < 0 ? film.length + frame : frame) || []);
}"""
CORNERS = "dataset=points&hidden=3"


def visit(app, page, query=""):
    """The player of the page with these settings, its map drawn."""
    open_page(page, f"{app.url}/boundaries?{query}")
    root = player(page)
    page.wait_for_function(DRAWN)
    return root


def query(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def pause(page):
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_function("!document.querySelector('[data-film]').player.waiting")


def another_film(root, name):
    """Wait until the player shows another run than `name`, all of it; returns the new name."""
    expect(root).not_to_have_attribute("data-film", name)
    settle(root.page)
    root.page.wait_for_function(
        "document.querySelector('[data-film]').player.panels.later.size === 0"
    )
    return film(root)["film"]


def click_map(page, tool, x, y, to=None):
    page.get_by_role("radio", name=tool, exact=True).click()
    page.mouse.move(*page.evaluate(PIXEL, [x, y]))
    page.mouse.down()
    if to:
        page.mouse.move(*page.evaluate(PIXEL, to), steps=4)
    page.mouse.up()


def rows(page):
    return [tuple(map(float, row.split(","))) for row in query(page)["points"].split(";")]


def test_points_by_mouse_change_the_data_and_the_link(app, page):
    root = visit(app, page, CORNERS)
    name = film(root)["film"]
    click_map(page, "+ Orange", 1, 2)
    name = another_film(root, name)
    assert len(rows(page)) == 5
    assert rows(page)[-1] == pytest.approx((1, 2, -1), abs=0.1)
    click_map(page, "Move", 3, 3, to=[0, 4])
    name = another_film(root, name)
    assert len(rows(page)) == 5
    assert any(row == pytest.approx((0, 4, 1), abs=0.1) for row in rows(page))
    assert not any(row == pytest.approx((3, 3, 1)) for row in rows(page))
    click_map(page, "Remove", -3, -3)
    another_film(root, name)
    assert len(rows(page)) == 4
    assert not any(row == pytest.approx((-3, -3, 1)) for row in rows(page))
    shown = page.evaluate(
        "document.querySelector('[data-film]').player.panels.panels.get('map').panel"
        ".axes.div._fullData[0].x.length"
    )
    assert shown == 4
    page.problems.check()


def one_step_later(root, page):
    """Press *Step* at the end; the weights of the first layer after it."""
    root.press("End")
    frames = film(root)["frames"]
    expect(root).to_have_attribute("data-frame", str(frames - 1))
    page.get_by_role("button", name="Step", exact=True).click()
    wait_for_frames(root, frames + 1)
    return page.evaluate(VALUES, ["W1", frames])


def test_a_weight_by_hand_is_in_the_film_and_in_the_link(app, page):
    root = visit(app, page, "hidden=3")
    train(page)
    wait_for_frames(root, 5)
    pause(page)
    root.press("End")  # the editor shows the weights of the frame looked at
    steps = film(root)["frames"] * 5 - 5
    expect(root).to_have_attribute("data-step", str(steps))
    before = page.evaluate(VALUES, ["W1", -1])
    page.get_by_role("button", name=re.compile("^layer 1, neuron 2:")).click()
    field = page.get_by_role("spinbutton", name="from x₁ (W1.0.1)")
    assert float(field.input_value()) == pytest.approx(before[1], abs=1e-3)
    field.fill("2.5")
    field.press("Tab")
    page.wait_for_function(f"({VALUES})(['W1', -1])[1] === 2.5")
    after = page.evaluate(VALUES, ["W1", -1])
    assert after[:1] + after[2:] == before[:1] + before[2:]
    expect(page).to_have_url(re.compile("changes="))
    assert query(page)["changes"] == f"{steps}:W1.0.1=2.5"
    later = one_step_later(root, page)
    root = visit(app, page, urlsplit(page.url).query)  # the link plays the film up to the change
    assert film(root)["frames"] * 5 - 5 == steps
    assert one_step_later(root, page) == later
    assert later[1] == pytest.approx(2.5, abs=0.3)


def test_pin_and_race(app, page):
    root = visit(app, page, "hidden=3")
    name = film(root)["film"]
    page.get_by_role("button", name="Pin and race").click()
    name = another_film(root, name)
    page.get_by_role("slider", name="Noise in %").press("End")
    another_film(root, name)
    assert {"against", "noise"} <= query(page).keys()
    train(page)
    wait_for_frames(root, 10)
    pause(page)
    mine, pinned = (page.evaluate(VALUES, [f"{who}/loss", -1])[0] for who in "ab")
    assert mine != pinned
    assert page.evaluate(VALUES, ["a/W1", 0]) == page.evaluate(VALUES, ["b/W1", 0])
    expect(root.get_by_role("heading", name="Decision map (pinned)")).to_be_visible()
    name = film(root)["film"]
    page.get_by_role("button", name="Unpin").click()
    another_film(root, name)
    assert page.evaluate(VALUES, ["loss", 0]) and not page.evaluate(VALUES, ["b/loss", 0])
    page.problems.check()


def test_predict_run_and_hear_what_happened(app, page):
    root = visit(app, page)
    run = page.get_by_role("button", name="Predict first, then run").first
    expect(run).to_be_disabled()
    page.get_by_role("radiogroup", name="Your prediction").first.get_by_text("No").click()
    page.get_by_role("button", name="Run it").click()
    said = re.compile("As you predicted: No.*best test accuracy was")
    expect(page.get_by_text(said)).to_be_visible()
    expect(root).to_have_attribute("data-film", re.compile("task"))
    assert page.evaluate(VALUES, ["test_accuracy", -1])[0] < 0.95
    assert query(page) == {"hidden": ""} or "hidden" in page.url


def test_the_hidden_space_of_any_layer(app, page):
    root = visit(app, page, "hidden=4,2")
    expect(root.get_by_role("heading", name="Hidden space of layer 2")).to_be_visible()
    page.get_by_role("button", name="View").click()
    page.get_by_role("combobox", name="Hidden space of layer").click()
    page.get_by_role("option", name="1", exact=True).click()
    heading = root.get_by_role("heading", name=re.compile("^Hidden space of layer 1"))
    expect(heading).to_be_visible()
    page.problems.check()


def test_a_wrong_formula_is_named_and_a_right_one_trains(app, page):
    root = visit(app, page, "dataset=formula")
    field = page.get_by_role("textbox", name="Formula")
    for wrong in ("__import__('os')", "x1 >"):
        field.fill(wrong)
        field.press("Enter")
        alert = page.get_by_test_id("stAlert")
        expect(alert).to_contain_text(f"Formula = {wrong!r}")
        expect(alert).to_have_count(1)
        settle(page)
    name = film(root)["film"]
    field.fill("x1^2 + x2^2 < 9")
    field.press("Enter")
    another_film(root, name)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert query(page)["formula"] == "x1^2 + x2^2 < 9"
    train(page)
    wait_for_frames(root, 3)
    page.problems.check()


def test_a_link_by_hand_is_obeyed_or_corrected(app, page):
    visit(app, page, "dataset=spiral&seed=3&learning_rate=99&color=red")
    expect(page.get_by_role("radio", name="spiral")).to_have_attribute("aria-checked", "true")
    alerts = page.get_by_test_id("stAlert")
    expect(alerts.first).to_contain_text("learning_rate = ")
    expect(alerts.last).to_contain_text("color is not a setting of this page")
    page.get_by_role("button", name="More settings").click()
    expect(page.get_by_role("spinbutton", name="Seed", exact=True)).to_have_value("3")
    assert query(page) == {"dataset": "spiral", "seed": "3"}


def test_points_from_a_file(app, page, tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("x1,x2,label\n" + "\n".join(f"{i},{i % 3},{i % 2}" for i in range(6)))
    bad.write_text("x1,x2,label\n1,2,0\n1,two,1\n2,1,1\n")
    root = visit(app, page, CORNERS)
    name = film(root)["film"]
    page.get_by_text("Points as a table, or from a CSV file").click()
    upload = page.locator("[data-testid=stFileUploader] input[type=file]")
    upload.set_input_files(bad)
    page.get_by_role("button", name="Load the file").click()
    expect(page.get_by_test_id("stAlert")).to_contain_text("Line 3: 'two' is not a finite number")
    upload.set_input_files(good)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)  # the new file has arrived
    page.get_by_role("button", name="Load the file").click()
    another_film(root, name)
    assert len(rows(page)) == 6 and {row[2] for row in rows(page)} == {-1, 1}
    page.problems.check()


def test_several_networks_at_once(app, page):
    root = visit(app, page, "seeds=4")
    train(page)
    wait_for_frames(root, 5)
    losses = page.evaluate(VALUES, ["loss_seeds", 4])
    assert len(set(losses)) == 4
    assert losses[0] == page.evaluate(VALUES, ["loss", 4])[0]


def test_one_link_gives_one_film(app, browser):
    """Two visitors, one link: equal to the last bit, at first and after training."""
    seen = []
    for _ in range(2):
        with browser.new_context() as context:
            page = context.new_page()
            root = visit(app, page, "dataset=spiral&seed=3")
            train(page)
            wait_for_frames(root, 21)
            names = ("map", "neurons", "W1", "loss", "hidden1", "probe")
            seen.append([page.evaluate(VALUES, [name, f]) for name in names for f in (0, 20)])
    assert all(seen[0]) and json.dumps(seen[0]) == json.dumps(seen[1])
