"""Where the parts of a page stand in its window, and how large its text is."""

from tests.browser.helpers import ticks

STAGE = ".ip-panel, .ip-cloud-left"  # what a page shows first: panels of a player, or the cloud
SIZES = {"desk": (1440, 900), "projector": (1280, 720), "narrow": (900, 1200), "phone": (390, 844)}
BOXES = """selector => [...document.querySelectorAll(selector)]
  .map(box => box.getBoundingClientRect()).filter(box => box.width > 0)
  .map(({left, top, right, bottom}) =>
    ({left, top: top + scrollY, right, bottom: bottom + scrollY}))"""


def first_row(page):
    """Upper and lower edge of the panels that stand highest."""
    boxes = page.evaluate(BOXES, STAGE)
    top = min(box["top"] for box in boxes)
    return top, max(box["bottom"] for box in boxes if box["top"] < top + 40)


def box_of(page, selector):
    (box, *_) = page.evaluate(BOXES, selector)
    return box


# Notes what is written on canvases from now on: [text, size, panel]; numbers in the cells of an
# image are as large as the cells allow.
NOTE_WRITTEN = """(() => { const write = CanvasRenderingContext2D.prototype.fillText;
  window.written = [];
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    const cell = this.canvas.classList.contains("ip-under") && /^[−\\d.]+$/.test(text);
    const panel = this.canvas.closest("[data-panel]")?.dataset.panel;
    const size = parseFloat(/([\\d.]+)px/.exec(this.font)[1]);
    if (panel && !cell) window.written.push([text, size, panel]);
    return write.call(this, text, ...at); }; })()"""
# Text that is seen: [text, size, panel]. Sub- and superscripts (tspan) are smaller than their
# line, and so are Plotly's 2 and 5 between powers of ten.
SEEN_TEXT = """() => [...document.querySelectorAll(".ip-player *, .st-key-bench-stage *, h1")]
  .filter((e) => !["OPTION", "tspan", "STYLE"].includes(e.tagName) && e.getClientRects().length
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
    && !(e.closest(".xtick, .ytick") && /^[25]$/.test(e.textContent)))
  .map((e) => [e.textContent.slice(0, 40), parseFloat(getComputedStyle(e).fontSize),
    e.closest("[data-panel]")?.dataset.panel])"""


def presents(page):
    """Wait until the window presents and its canvases are painted for it; [text, size, panel]."""
    page.wait_for_function("document.querySelector('.ip-presenting .ip-presented .ip-panel')")
    ticks(page, 30)
    page.evaluate(
        "() => { window.written.length = 0;"
        " const { player } = document.querySelector('.ip-presented');"
        " player.panels.retheme(); player.show(); }"
    )
    ticks(page, 10)
    return page.evaluate(SEEN_TEXT) + page.evaluate("window.written")


# Titles of small pictures that touch or cover each other: [panel, one, other].
TOUCHING = """() => [...document.querySelectorAll("[data-panel] .ip-host")].flatMap((host) => {
  const all = [...host.querySelectorAll(".annotation-text")].filter((text) => text.textContent)
    .map((text) => [text.textContent, text.getBoundingClientRect()]);
  return all.flatMap(([one, a], i) => all.slice(0, i)
    .filter(([, b]) => Math.min(a.right, b.right) > Math.max(a.left, b.left) - 4
      && Math.min(a.bottom, b.bottom) > Math.max(a.top, b.top) + 3)
    .map(([other]) => [host.closest("[data-panel]").dataset.panel, one, other])); })"""
