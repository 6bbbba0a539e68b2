"""The page predict in a real browser: draw, read the prediction, be told what is wrong."""

import csv
import re

import pytest
from playwright.sync_api import expect

from core.qm9.data.targets import KEYS
from core.qm9.networks import package
from core.qm9.prediction.library import library
from core.qm9.prediction.predict import predict
from tests.browser.helpers import READY, THEMES, open_page, player, settle, ticks, watch
from tests.browser.sketches import Sheet, carbonyl, draw_benzaldehyde

FIRST = ".pd-first"
# Color of the middle of atom k's disc as painted.
CUT = """() => [...document.querySelectorAll(".pd-table")].flatMap((table) => {
  const room = table.parentElement.getBoundingClientRect().right + 1;
  return [...table.querySelectorAll("td, th")]
    .filter((cell) => cell.getBoundingClientRect().right > room)
    .map((cell) => cell.textContent);
})"""  # cells that reach out of the table's place
PAINTED = """k => {
  const { panel } = document.querySelector(".ip-root").player.panels.panels.get("molecule");
  const one = panel.atomOf(k), { scale, x, y } = panel.view, ratio = window.devicePixelRatio || 1;
  const place = [x + scale * (one.x + 0.19), y - scale * (one.y + 0.12)];
  const at = place.map(v => Math.round(v * ratio));
  return [...panel.canvas.getContext("2d").getImageData(...at, 1, 1).data].slice(0, 3);
}"""


@pytest.fixture(scope="module")
def best():
    return package.load("best")


def said_of(smiles, model):
    (found,) = predict([smiles], model, library())
    return found.properties


def expect_prediction(page, smiles, model, target="gap"):
    """The large number and all 19 of the table are those of `core.qm9.prediction.predict`."""
    properties = said_of(smiles, model)
    page.wait_for_function(
        f"v => Math.abs(document.querySelector('{FIRST}')?.dataset.value - v) < 1e-4",
        arg=properties[target].value,
        timeout=READY,
    )
    settle(page)
    for key in KEYS:
        cells = page.locator(f'tr[data-key="{key}"] td')
        text = cells.nth(1).inner_text().replace("−", "-")
        places = len(text.partition(".")[2])
        assert float(text) == pytest.approx(properties[key].value, abs=0.51 * 10.0**-places + 1e-4)
        ends = cells.nth(2).inner_text().replace("−", "-")
        if properties[key].low is None:
            assert ends == "–"
            continue
        low, high = ends.split(" to ")
        assert float(low) == pytest.approx(properties[key].low, abs=10.0**-places)
        assert float(high) == pytest.approx(properties[key].high, abs=10.0**-places)


def test_benzaldehyde_is_drawn_and_its_prediction_read(app, page, best):
    sheet = Sheet(open_page(page, f"{app.url}/predict?smiles=C"))
    expect_prediction(page, "C", best)
    draw_benzaldehyde(sheet)
    expect_prediction(page, "O=Cc1ccccc1", best)
    dft = said_of("O=Cc1ccccc1", best)["gap"].dft
    expect(page.locator(FIRST)).to_contain_text(f"DFT (QM9) {dft:.2f} eV")
    expect(page.locator(".pd-models")).to_contain_text("transformer")
    page.problems.check()


def test_a_wrong_valence_is_told_at_the_atom_and_the_last_results_stay(app, page, best):
    sheet = Sheet(open_page(page, f"{app.url}/predict?smiles=C"))
    draw_benzaldehyde(sheet)
    expect_prediction(page, "O=Cc1ccccc1", best)
    page.mouse.click(*carbonyl(sheet))
    wrong = page.locator(".ip-say.ip-wrong")
    expect(wrong).to_contain_text("Oxygen holds 2 bonds, not 3")
    expect(page.get_by_text("The results are still those of O=Cc1ccccc1")).to_be_visible()
    expect_prediction(page, "O=Cc1ccccc1", best)
    sheet.press("Undo")
    expect(wrong).to_have_count(0)
    sheet.press("Undo")
    sheet.expect_smiles("OCc1ccccc1")
    expect_prediction(page, "OCc1ccccc1", best)
    page.problems.check()


def test_the_smiles_field_leads_both_ways(app, page, best):
    sheet = Sheet(open_page(page, f"{app.url}/predict"))
    draw_benzaldehyde(sheet)
    field = page.get_by_role("textbox", name="Molecule (SMILES)")
    field.fill("NCC(=O)O")
    field.press("Enter")
    sheet.expect_atoms(5)
    expect_prediction(page, "NCC(=O)O", best)
    sheet.press("Undo")  # back to what was drawn by hand
    sheet.expect_smiles("O=Cc1ccccc1")
    expect_prediction(page, "O=Cc1ccccc1", best)
    page.problems.check()


@pytest.mark.parametrize("theme", THEMES)
def test_the_map_is_colored_in_both_themes(app, browser, best, theme):
    with browser.new_context(
        color_scheme=theme, viewport={"width": 900, "height": 1000}
    ) as context:
        page = context.new_page()
        problems = watch(page)
        open_page(page, f"{app.url}/predict?smiles=CC%23N&target=homo")
        expect_prediction(page, "CC#N", best, "homo")
        player(page)
        red, green, blue = page.evaluate(PAINTED, 2)  # nitrogen lowers HOMO most: orange
        assert red > blue + 60
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0
        assert page.locator(".pd-table td").count() > 20
        assert page.evaluate(CUT) == []
        problems.check()


def test_nearest_and_mutations_are_a_click_away(app, page, best):
    open_page(page, f"{app.url}/predict?smiles=CCO")
    page.get_by_text("Mutate: every single-atom edit").click()
    cards = page.locator(".ip-gallery").get_by_role("button")
    expect(cards).to_have_count(22, timeout=READY)
    chosen = page.get_by_role("button", name=re.compile("^O3 → C"))
    chosen.click()
    expect(page.get_by_role("textbox", name="Molecule (SMILES)")).to_have_value("CCC")
    expect_prediction(page, "CCC", best)
    page.get_by_text("Mutate: every single-atom edit").click()
    expect(cards).to_have_count(0, timeout=READY)  # closed, and the page has heard of it
    page.get_by_text("Nearest molecules in QM9").click()
    itself = page.get_by_role("button", name=re.compile("^Tanimoto 1.00")).first
    expect(itself).to_be_visible(timeout=4 * READY)  # the fingerprints may have to be made first
    page.problems.check()


def test_a_batch_stops_goes_on_and_comes_home(app, page, tmp_path, best):
    texts = [text for text in library().data.smiles[40_000:41_000]] + ["C((", ""] + ["CCO"]
    file = tmp_path / "list.smi"
    file.write_text("\n".join(texts))
    open_page(page, f"{app.url}/predict")
    page.get_by_text("Batch: a file of molecules").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Stop predicting").click()
    expect(page.get_by_text("; stopped")).to_be_visible()
    at = page.get_by_text("; stopped").inner_text()
    ticks(page, 90)
    assert page.get_by_text("; stopped").inner_text() == at
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Stop predicting")).to_be_visible(timeout=READY)
    counts = page.get_by_text("1,001 predicted, 2 refused, of 1,003 lines")
    expect(counts).to_be_visible(timeout=4 * READY)  # twelve seconds alone
    with page.expect_download() as download:
        page.get_by_role("button", name="Predictions (.csv)").click()
    with open(download.value.path(), newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["input"] for row in rows] == texts
    assert [row["line"] for row in rows if row["error"]] == ["1001", "1002"]
    expected = said_of("CCO", best)["gap"].value
    assert float(rows[-1]["gap (eV)"]) == pytest.approx(expected, abs=1e-4)
    page.problems.check()


def test_a_triple_bond_in_an_address_typed_by_hand(page, app):
    page.goto(f"{app.url}/predict?smiles=CC#N&target=mu")
    field = page.get_by_role("textbox", name="Molecule (SMILES)")
    expect(field).to_have_value("CC#N", timeout=READY)
    assert page.url.endswith("smiles=CC%23N&target=mu")


def test_smiles_paste_and_save_stand_in_one_row(app, page):
    """Their words are for screen readers and on hover: the column has 280 pixels."""
    open_page(page, f"{app.url}/predict")
    parts = [page.get_by_role("textbox", name="Molecule (SMILES)")]
    parts += [page.get_by_role("button", name=name) for name in ("Paste", "Save")]
    page.wait_for_function(
        """parts => { const at = parts.map((part) => part.getBoundingClientRect());
          const middles = at.map((box) => box.top + box.height / 2);
          return Math.max(...middles) - Math.min(...middles) < 4; }""",
        arg=[part.element_handle() for part in parts],
    )
    boxes = [part.bounding_box() for part in parts]
    assert all(a["x"] + a["width"] <= b["x"] for a, b in zip(boxes, boxes[1:], strict=False))
    assert boxes[0]["width"] > 150 and boxes[-1]["x"] + boxes[-1]["width"] <= 24 + 282
    parts[1].click()
    expect(page.get_by_role("textbox", name="SMILES, Molfile or SDF")).to_be_visible()
