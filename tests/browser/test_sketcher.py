"""The molecule sketcher with real mouse, touch and keyboard events; its chemistry against RDKit."""

import math

import numpy as np
import pytest
from playwright.sync_api import expect

from core.molecules import drawing, picture, text
from core.qm9.data import data
from tests.browser.helpers import open_page, settle
from tests.browser.sketches import GRAPH, Sheet, carbonyl, draw_benzaldehyde

ROUND = """async (pictures) => {
  const { copy, fromPicture, hydrogens, toPlain } = await import('/assets/player/drawing.js');
  return pictures.map((picture) => {
    const drawn = copy(fromPicture(picture));
    return [toPlain(drawn), drawn.atoms.map((atom) => hydrogens(drawn, atom))];
  });
}"""


@pytest.fixture
def sheet(app, page):
    found = Sheet(open_page(page, app.url + "/predict"))
    yield found
    page.problems.check()


def test_benzaldehyde_by_mouse(sheet):
    draw_benzaldehyde(sheet)
    sheet.page.mouse.click(
        *carbonyl(sheet)
    )  # a triple bond to oxygen: told at the atom, nothing lost
    said = sheet.page.locator(".ip-say.ip-wrong")
    expect(said).to_contain_text("Oxygen holds 2 bonds, not 3")
    sheet.expect_smiles("O=Cc1ccccc1")
    sheet.press("Undo")
    expect(said).to_have_count(0)
    for smiles in ("OCc1ccccc1", "Cc1ccccc1", "c1ccccc1"):
        sheet.press("Undo")
        sheet.expect_smiles(smiles)
    for smiles in ("Cc1ccccc1", "OCc1ccccc1", "O=Cc1ccccc1"):
        sheet.press("Redo")
        sheet.expect_smiles(smiles)


def test_rings_close_fuse_and_grow(sheet):
    sheet.clear()
    sheet.press("Benzene ring")
    sheet.page.mouse.click(*sheet.middle)
    sheet.expect_smiles("c1ccccc1")
    atoms, bonds = (sheet.read()[part] for part in ("atoms", "bonds"))
    i, j, _ = max(bonds, key=lambda bond: atoms[bond[0]][1] + atoms[bond[1]][1])
    sheet.page.mouse.click((atoms[i][1] + atoms[j][1]) / 2, (atoms[i][2] + atoms[j][2]) / 2)
    sheet.expect_smiles("c1ccc2ccccc2c1")  # naphthalene, a Kekulé structure at every step
    sheet.clear()
    sheet.press("Chain of carbon")
    x, y = sheet.middle
    sheet.drag((x - 90, y), (x + 90, y))
    now = sheet.read()
    assert len(now["atoms"]) >= 4
    assert len(now["bonds"]) == len(now["atoms"]) - 1
    sheet.press("Draw N:")
    (_, x0, y0, _), (_, x1, y1, _) = now["atoms"][0], now["atoms"][-1]
    sheet.drag((x0, y0), (x1, y1))  # from end to end: a ring closes, no atom is added
    count = len(now["atoms"])
    sheet.expect_smiles(text.canonical("C1" + "C" * (count - 1) + "1"))
    sheet.page.mouse.click(x0, y0)
    sheet.expect_smiles(text.canonical("C1" + "C" * (count - 2) + "N1"))


def test_erase_move_charge_and_tidy(sheet):
    field = sheet.page.get_by_role("textbox", name="Molecule (SMILES)")
    field.fill("CCN")
    field.press("Enter")
    settle(sheet.page)
    sheet.expect_atoms(3)
    symbols = [a[0] for a in sheet.read()["atoms"]]
    assert symbols == ["C", "C", "N"]  # the field's molecule is on the sheet
    sheet.press("Draw C:")
    _, x, y, _ = sheet.read()["atoms"][2]
    sheet.press("One charge more")
    sheet.page.mouse.click(x, y)
    sheet.expect_smiles("CC[NH3+]")
    sheet.press("Drag atoms")
    before = sheet.read()
    _, x, y, _ = before["atoms"][2]
    sheet.drag((x, y), (x + 25, y + 30))
    now = sheet.read()["atoms"][2]
    assert math.dist(now[1:3], (x + 25, y + 30)) < 4
    sheet.expect_smiles("CC[NH3+]")
    sheet.press("Lay out anew")
    sheet.page.wait_for_function(  # every bond has the same length again
        f"() => {GRAPH}.drawing.bonds.every(({{a, b}}) => "
        "Math.abs(Math.hypot(a.x - b.x, a.y - b.y) - 1) < 0.02)"
    )
    sheet.press("Click atoms and bonds")
    _, x, y, _ = next(a for a in sheet.read()["atoms"] if a[0] == "N")
    sheet.page.mouse.click(x, y)
    sheet.expect_smiles("CC")


def test_field_menu_and_sheet_follow_each_other(sheet):
    """Whoever spoke last is shown, also after strokes, valid or not; undo leads back."""
    sheet.clear()
    sheet.press("Draw O:")
    sheet.page.mouse.click(*sheet.middle)
    sheet.expect_smiles("O")
    field = sheet.page.get_by_role("textbox", name="Molecule (SMILES)")
    field.fill("CCN")
    field.press("Enter")
    sheet.expect_atoms(3)
    sheet.press("Draw F:")
    _, x, y, _ = sheet.read()["atoms"][1]
    sheet.page.mouse.click(x, y)
    expect(sheet.page.locator(".ip-say.ip-wrong")).to_contain_text("Fluorine holds 1 bond, not 2")
    field.fill("C#N")
    field.press("Enter")
    sheet.expect_atoms(2)
    expect(sheet.page.locator(".ip-say.ip-wrong")).to_have_count(0)
    # By keyboard: an option that Streamlit draws anew under a pressed button is not chosen.
    sheet.page.get_by_role("combobox", name="Known molecules").fill("urea")
    sheet.page.keyboard.press("Enter")
    sheet.expect_atoms(4)
    sheet.expect_smiles("NC(N)=O")
    sheet.press("Undo")
    sheet.expect_smiles("C#N")
    field.fill("C(((")
    field.press("Enter")
    expect(sheet.page.get_by_text("can't be read")).to_be_visible()
    sheet.expect_atoms(2)  # nothing is lost


def test_everything_by_keyboard(sheet):
    sheet.clear()
    sheet.canvas.focus()
    keys = sheet.page.keyboard
    keys.press("Escape")
    sheet.press("Draw C:")
    sheet.canvas.focus()
    keys.press("Enter")  # the first atom, in the middle
    sheet.expect_smiles("C")
    keys.press("ArrowRight")
    keys.press("Enter")  # one more bond
    sheet.expect_smiles("CC")
    keys.press("o")
    sheet.expect_smiles("CO")
    keys.press("Control+z")
    sheet.expect_smiles("CC")
    keys.press("Control+y")
    sheet.expect_smiles("CO")
    keys.press("ArrowRight")
    keys.press("Shift+ArrowRight")
    keys.press("2")
    sheet.expect_smiles("C=O")
    keys.press("Delete")  # the marked bond
    sheet.expect_smiles("C.O")


def test_touch_draws_too(app, browser):
    size = {"width": 900, "height": 900}
    with browser.new_context(has_touch=True, viewport=size) as context:
        tab = context.new_page()
        sheet = Sheet(open_page(tab, app.url + "/predict?smiles=C"))
        sheet.press("Draw N:")
        _, x, y, _ = sheet.read()["atoms"][0]
        tab.touchscreen.tap(x, y)
        sheet.expect_smiles("N")


def test_a_thousand_molecules_pass_through_the_browser_unchanged(sheet):
    """SMILES, drawing, the sketcher's own lists, SMILES; its hydrogen counts equal RDKit's."""
    qm9 = data.load()
    rows = np.random.default_rng(2).choice(len(qm9), 1000, replace=False)
    smiles = [text.canonical(qm9.smiles[row]) for row in rows]
    pictures = [picture.picture(one) for one in smiles]
    for one, shown, (plain, counted) in zip(
        smiles, pictures, sheet.page.evaluate(ROUND, pictures), strict=True
    ):
        assert drawing.check(drawing.read(plain)).smiles == one
        assert counted == [atom[4] for atom in shown["atoms"]], one
