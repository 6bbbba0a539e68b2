"""Graph attention in a real browser: molecule, head, carbonyl carbon, its bars and numbers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import another_film, film, open_page, player, settle, wait_for
from tests.browser.sketches import GRAPH, PLACE, Sheet

PANEL = GRAPH.replace("'molecule'", "id")
BARS = f"id => {PANEL}.spec.figure.data"
TRACK = "([element, name]) => [...element.player.film.at(name, element.player.frame)]"


def track(root, name):
    return root.evaluate(f"(element, name) => ({TRACK})([element, name])", name)


@pytest.fixture
def stage(app, page):
    root = player(open_page(page, app.url + "/graph-attention"))
    yield root
    page.problems.check()


def test_the_film_is_whole_and_plays_by_itself(stage):
    assert film(stage)["frames"] == 61
    wait_for(stage, "frame", film(stage)["frame"] + 3)
    expect(stage.page.get_by_role("button", name="Train", exact=True)).to_be_hidden()
    wait_for(stage, "frame", 60)


def choose(page, label, option, typed=""):
    """Some letters are typed where the list is long: it is drawn only as far as it is seen."""
    page.get_by_role("combobox", name=label).click()
    page.keyboard.type(typed)
    page.get_by_role("option", name=option, exact=True).click()


def test_molecule_head_atom_numbers_and_scrubbing(stage):
    page = stage.page
    before = film(stage)["film"]
    choose(page, "Known molecules", "acetamide", "acetam")
    another_film(stage, before)
    before = film(stage)["film"]
    choose(page, "Head", "2")
    another_film(stage, before)
    page.mouse.click(*page.evaluate(PLACE, 3))  # the oxygen
    expect(page).to_have_url(re.compile("atom=4"))
    settle(page)
    before = film(stage)["film"]
    page.mouse.click(*page.evaluate(PLACE, 1))  # the carbonyl carbon
    another_film(stage, before)
    assert film(stage)["frame"] == 60  # other settings are seen at their end

    lines = page.locator('[data-panel="equations"]')
    expect(lines).to_contain_text("v = C2, layer 1")
    alpha = track(stage, "alpha")[2::5]  # (k, H + 1), head 2: itself, C1, N3, O4
    assert sum(alpha) == pytest.approx(1, abs=1e-5)
    expect(lines).to_contain_text(f"= {alpha[3]:.3f}")
    given, masked = page.evaluate(BARS, "given"), page.evaluate(BARS, "masked")
    assert len(given) == len(masked) == 5
    assert given[0]["x"] == ["C2<br>itself", "C1", "N3", "O4"]
    assert sum(given[0]["y"]) == pytest.approx(1, abs=1e-6) and any(masked[-1]["y"])

    learned = track(stage, "prediction")
    stage.evaluate("element => element.player.seek(0)")
    expect(stage).to_have_attribute("data-step", "0")
    assert track(stage, "used")[2::5] == pytest.approx([0.25] * 4)
    assert track(stage, "prediction") != learned


ARROW = f"""([u, v]) => {{
  const g = {GRAPH}, [a, b] = [u, v].map(g.atomOf), box = g.canvas.getBoundingClientRect();
  const {{ scale, x, y }} = g.view, dx = b.x - a.x, dy = b.y - a.y;
  const shift = 0.11 / Math.hypot(dx, dy), mx = (a.x + b.x) / 2, my = (a.y + b.y) / 2;
  return [box.left + x + scale * (mx + dy * shift), box.top + y - scale * (my - dx * shift)]; }}"""


def test_a_click_on_an_arrow_silences_and_a_second_one_lets_speak(stage):
    page, lines = stage.page, stage.page.locator('[data-panel="equations"]')
    before = film(stage)["film"]
    for u, v, said, query in ((0, 1, "C2 no longer hears O1", "silence=1"),
                              (2, 1, "C2 no longer hears C3", "silence=3"),
                              (1, 2, "C3 no longer hears C2", "atom=3&silence=2")):  # fmt: skip
        page.mouse.click(*page.evaluate(ARROW, [u, v]))
        another_film(stage, before)
        before = film(stage)["film"]
        expect(lines).to_contain_text(f"{said}: LUMO moves by")
        expect(page).to_have_url(re.compile(query))
    page.mouse.click(*page.evaluate(ARROW, [1, 2]))
    another_film(stage, before)
    expect(lines).not_to_contain_text("no longer hears")


def test_a_stroke_is_answered_with_its_attention(stage):
    sheet, before = Sheet(stage.page), film(stage)["film"]
    x, y = stage.page.evaluate(PLACE, 0)
    sheet.press("Draw N:")
    stage.page.mouse.click(x, y)  # the oxygen becomes a nitrogen
    sheet.expect_smiles("N=Cc1ccccc1")
    another_film(stage, before)
    expect(stage.page.locator('[data-panel="equations"]')).to_contain_text("N(v)")
    assert film(stage)["frames"] == 61
