"""Message passing in a real browser: the film plays, atoms are clicked, drawn and relabeled."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import another_film, film, open_page, player, ticks, wait_for
from tests.browser.sketches import GRAPH, PLACE, Sheet

HOLD = "element => element.player.seek(0)"


def words(page, panel="worked"):
    return page.locator(f"[data-panel={panel}]")


@pytest.fixture
def stage(app, page):
    root = player(open_page(page, app.url + "/message-passing"))
    yield root
    page.problems.check()


def test_the_film_is_whole_and_plays_by_itself(stage):
    state = film(stage)
    assert state["frames"] > 100
    wait_for(stage, "frame", state["frame"] + 3)
    assert film(stage)["playing"]


def test_step_plays_one_stage_after_the_other(stage):
    stage.evaluate(HOLD)
    step = stage.page.get_by_role("button", name="Step", exact=True)
    lines = words(stage.page)
    expect(stage.page.get_by_role("button", name="Train", exact=True)).to_be_hidden()
    for shown, later in (("1  Message", "2  Sum"), ("2  Sum", "3  Update"), ("3  Update", "Pool")):
        before = film(stage)["frame"]
        step.click()
        wait_for(stage, "frame", before + 2)
        expect(stage).to_have_attribute("data-playing", "false")
        expect(lines.get_by_text(shown)).to_be_visible()
        expect(lines.get_by_text(later)).to_be_hidden()


def test_a_click_on_an_atom_writes_its_equation_at_the_same_moment(stage):
    page = stage.page
    stage.evaluate("element => element.player.seek(40)")
    before = film(stage)["film"]
    page.mouse.click(*page.evaluate(PLACE, 1))
    another_film(stage, before)
    expect(words(page).get_by_role("heading")).to_have_text("Equation (5.9) at atom C2")
    expect(words(page).get_by_text("ψ from C8")).to_be_visible()
    assert film(stage)["frame"] == 40
    expect(page).to_have_url(re.compile("atom=2"))
    line = words(page).locator(".ip-line", has_text="ψ from C8").inner_text().replace("−", "-")
    c, sent, message = (float(x.strip("()")) for x in re.findall(r"\(?-?\d+\.\d+\)?", line))
    assert message == pytest.approx(c * sent, abs=2e-3)


WRITTEN = """(element, frame) => {
  element.player.seek(frame);
  const texts = [], own = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...more) {
    texts.push(String(text));
    own.call(this, text, ...more);
  };
  GRAPH.draw(frame);
  CanvasRenderingContext2D.prototype.fillText = own;
  return texts; }""".replace("GRAPH", GRAPH)


def test_messages_are_written_on_the_bonds(stage):
    """Those that the atom looked at gets, with the numbers of the equation beside it."""
    texts = stage.evaluate(WRITTEN, 19)  # the end of the first message
    ticks(stage.page, 2)  # the words beside it follow with the next picture
    lines = words(stage.page).locator(".ip-line:visible", has_text="ψ from")
    said = lines.all_inner_texts()
    sent = [one.split("=")[-1].strip(" ()") for one in said if "itself" not in one]
    numbers = [text for text in texts if re.fullmatch(r"−?\d+\.\d\d", text)]
    assert len(numbers) == len(sent) > 1
    for number, message in zip(sorted(map(read, numbers)), sorted(map(read, sent)), strict=True):
        assert number == pytest.approx(message, abs=0.0051)


def read(text):
    return float(text.replace("−", "-"))


def test_relabel_leaves_the_network_alone_and_breaks_the_list(stage):
    page, before = stage.page, film(stage)["film"]
    page.get_by_role("button", name="Relabel atoms").click()
    another_film(stage, before)
    lines = words(page, "labels")
    expect(lines.get_by_text("GCN")).to_contain_text("equal in every digit")
    expect(lines.get_by_text("MLP")).to_contain_text("another answer")
    gcn = lines.locator(".ip-line", has_text="GCN").first
    numbers = re.findall(r"\d\.\d{6}", gcn.inner_text())
    assert len(numbers) == 2 and numbers[0] == numbers[1]
    page.get_by_role("button", name="As drawn").click()
    expect(lines.get_by_text("Press Relabel atoms")).to_be_visible()


def test_a_drawn_molecule_passes_through(stage):
    page, sheet = stage.page, Sheet(stage.page)
    before = film(stage)["film"]
    sheet.clear()
    sheet.press("Benzene ring")
    page.mouse.click(*sheet.middle)
    sheet.expect_smiles("c1ccccc1")
    another_film(stage, before)
    stage.evaluate("element => element.player.seek(Infinity)")
    expect(words(page).get_by_text("Read out: gap =")).to_be_visible()
    expect(page.get_by_label("What you see")).to_contain_text("6 of 6 atoms")


def test_another_network_speaks_its_own_equation(stage):
    page, before = stage.page, film(stage)["film"]
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name="mpnn").click()
    another_film(stage, before)
    stage.evaluate("element => element.player.seek(Infinity)")
    expect(words(page).get_by_text("MPNN (5.9)")).to_be_visible()
    expect(words(page).get_by_text("double bond")).to_be_visible()
