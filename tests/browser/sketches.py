"""The sketcher as tests use it: what is drawn, and the hand that draws it."""

from playwright.sync_api import expect

from tests.browser.helpers import player, settle

GRAPH = "document.querySelector('[data-film]').player.panels.panels.get('molecule').panel"
PLACE = f"""(i) => {{ const g = {GRAPH}, a = g.atomOf(i), box = g.canvas.getBoundingClientRect();
  return [box.left + g.view.x + g.view.scale * a.x, box.top + g.view.y - g.view.scale * a.y]; }}"""
READ = f"""() => {{ const g = {GRAPH}, v = g.view; return {{ scale: v.scale, tool: g.sketch.tool,
  atoms: g.drawing.atoms.map((a) => [a.symbol, v.x + v.scale * a.x, v.y - v.scale * a.y, a.charge]),
  bonds: g.drawing.bonds.map((b) => [...[b.a, b.b].map((a) => g.drawing.atoms.indexOf(a)), b.order])
}} }}"""


class Sheet:
    """The sketcher of a page, as a hand uses it."""

    def __init__(self, page):
        self.page, self.canvas = page, page.locator("canvas.ip-molecule")
        player(page)
        settle(page)

    def read(self):
        """Atoms (symbol, x, y in pixels, charge) and bonds (i, j, order)."""
        found = self.page.evaluate(READ)
        box = self.canvas.bounding_box()
        found["atoms"] = [(s, box["x"] + x, box["y"] + y, q) for s, x, y, q in found["atoms"]]
        return found

    @property
    def middle(self):
        box = self.canvas.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def press(self, name):
        self.page.locator(".ip-bench").get_by_label(name).first.click()

    def clear(self):
        self.press("Erase everything")

    def drag(self, start, end):
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        mouse.move(*end)
        mouse.up()

    def expect_atoms(self, count):
        self.page.wait_for_function(f"(n) => {GRAPH}.drawing.atoms.length === n", arg=count)

    def expect_smiles(self, smiles):
        expect(self.page.get_by_role("textbox", name="Molecule (SMILES)")).to_have_value(smiles)


def draw_benzaldehyde(sheet):
    """On the empty canvas, with the mouse alone: a ring, a carbon, an oxygen, a double bond."""
    sheet.clear()
    sheet.press("Benzene ring")
    sheet.page.mouse.click(*sheet.middle)
    sheet.expect_smiles("c1ccccc1")
    now = sheet.read()
    _, x, y, _ = min(now["atoms"], key=lambda atom: atom[2])
    sheet.press("Draw C:")
    sheet.drag((x, y), (x, y - now["scale"]))
    sheet.expect_smiles("Cc1ccccc1")
    now = sheet.read()
    _, x, y, _ = min(now["atoms"], key=lambda atom: atom[2])
    sheet.press("Draw O:")
    sheet.drag((x, y), (x + 0.9 * now["scale"], y - 0.4 * now["scale"]))
    sheet.expect_smiles("OCc1ccccc1")
    between = carbonyl(sheet)
    sheet.page.mouse.click(*between)
    sheet.expect_smiles("O=Cc1ccccc1")


def carbonyl(sheet):
    """The middle of the bond to oxygen."""
    now = sheet.read()
    (oxygen,) = [atom for atom in now["atoms"] if atom[0] == "O"]
    carbon = min((atom for atom in now["atoms"] if atom[0] == "C"), key=lambda atom: atom[2])
    return (oxygen[1] + carbon[1]) / 2, (oxygen[2] + carbon[2]) / 2
