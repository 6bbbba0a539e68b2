"""The page predict: from the end of a stroke to the new prediction, beside a plain page."""

from pathlib import Path
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.rival import serve
from tests.benchmarks.table import Row, spread
from tests.browser.helpers import player, settle
from tests.server import ROOT, Server

START = "CCCCCCC"
FIRST, NUMBER = ".pd-first", '[data-testid="stMetricValue"]'
# Twelve molecules that the page has not seen: an atom after the other becomes N, then O.
STROKES = [("N", k) for k in range(7)] + [("O", k) for k in range(5)]

# The same answer as a plain script shows it, computed by the same code.
PAGE = """
import streamlit as st
import torch
from core.qm9.prediction import answers
from core.qm9.data.targets import TARGETS

torch.set_num_threads(1)
smiles = st.text_input("SMILES", "CCCCCCC")
said = answers.answer(smiles)
sides = answers.side_by_side(smiles, "gap")
st.metric("gap", f"{said.properties['gap'].value:.10g}")
st.table([vars(p) | {"meaning": t.meaning} for t, p in zip(TARGETS, said.properties.values())])
st.bar_chart({name: value for name, (value, _, _) in sides.items()})
"""
# From the event to the moment when the number on the screen is another one.
ARM = """([event, selector]) => {
  const shown = () => {
    const node = document.querySelector(selector);
    return node && (node.dataset.value || node.textContent);
  };
  const held = shown();
  window.measured = new Promise(done => {
    let start = 0;
    const note = e => { start ||= e.timeStamp; };
    document.addEventListener(event, note, { once: true, capture: true });
    const observer = new MutationObserver(() => {
      if (!start || !shown() || shown() === held) return;
      observer.disconnect();
      done(performance.now() - start);
    });
    observer.observe(document.body,
      { subtree: true, childList: true, characterData: true, attributes: true });
  });
}"""
ATOMS = """() => {
  const { panel } = document.querySelector(".ip-root").player.panels.panels.get("molecule");
  const box = panel.canvas.getBoundingClientRect(), { scale, x, y } = panel.view;
  return panel.drawing.atoms.map(a => [box.x + x + scale * a.x, box.y + y - scale * a.y]);
}"""


def strokes(ours: Page, theirs: Page) -> tuple[list[float], list[float]]:
    """Twelve strokes with the mouse, and the same molecules typed into the plain page's field.

    In turns, so that what else the machine does meets both alike.
    """
    player(ours)
    ours.locator(FIRST).wait_for()
    theirs.locator(NUMBER).wait_for(timeout=120_000)
    atoms, mine, plain = list(START), [], []
    for symbol, atom in STROKES:
        mine.append(stroke(ours, symbol, atom))
        atoms[atom] = symbol
        plain.append(typed(theirs, "".join(atoms)))
    return mine, plain


def stroke(page: Page, symbol: str, atom: int) -> float:
    """A click that turns an atom into another element, in milliseconds until it is predicted."""
    page.bring_to_front()
    page.get_by_role("radio", name=f"Draw {symbol}:").click()
    x, y = page.evaluate(ATOMS)[atom]
    page.mouse.move(x, y)
    page.evaluate(ARM, ["pointerup", FIRST])
    page.mouse.click(x, y)
    return measured(page)


def typed(page: Page, smiles: str) -> float:
    """A SMILES sent with Enter, in milliseconds until it is predicted."""
    page.bring_to_front()
    page.get_by_label("SMILES").fill(smiles)
    page.evaluate(ARM, ["keydown", NUMBER])
    page.keyboard.press("Enter")
    return measured(page)


def measured(page: Page) -> float:
    """What the page noted; the next one starts when it stands still."""
    found = float(page.evaluate("window.measured"))
    settle(page)
    page.wait_for_timeout(400)
    return found


def rival(folder: Path) -> Server:
    """The plain page's server, not yet started."""
    return serve(folder, PAGE, PYTHONPATH=str(ROOT))


def rows(mine: list[float], plain: list[float]) -> list[Row]:
    """Stroke to prediction: ours and the plain page's, in the same run."""
    beside = f"text field of a plain page {median(plain):.0f} ms ({spread(plain)})"
    what = "stroke to updated prediction"
    return [Row(what, median(mine), "ms", 200, beside=beside, detail=spread(mine))]
