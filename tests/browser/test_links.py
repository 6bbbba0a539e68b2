"""Arcs and arrows between tokens and cells."""

import numpy as np
import pytest
from playwright.sync_api import expect

from core.stage import focus, line, links, shade, words
from tests.browser.films import events, film, host, play

TOKENS = ["the", "cat", "sat", "down"]
A = np.eye(4, dtype=np.float32)[[3, 0, 1, 2]]  # token 0 looks at 3, 1 at 0, ...
NODES = np.array([-1, 1, 0, 1], np.float32)
SNAPSHOT = {"A": A, "node": NODES, "heads": np.stack([A, A.T]), "loss": 0.0}
PANEL = "window.player.panels.panels.get('links').panel"
# How much of the canvas is covered (0 to 1), and the mean color there, in a box around a point.
INK = """([x, y, r]) => {
  const { canvas } = window.player.panels.panels.get("links").panel, s = window.devicePixelRatio;
  const box = [(x - r) * s, (y - r) * s, 2 * r * s, 2 * r * s].map(Math.round);
  const { data } = canvas.getContext("2d").getImageData(...box);
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < data.length; i += 4)
    for (let c = 0; c < 4; c++) sum[c] += data[i + c] * (c < 3 ? data[i + 3] / 255 : 1);
  const ink = sum[3] / 255;
  return [...sum.slice(0, 3).map((v) => v / Math.max(ink, 1e-9)), ink / (data.length / 4)];
}"""


def show(page, folder, nodes=TOKENS, pairs=None, binds=None, panels=(), **more):
    drawn = [shade("link", "A", high=1)] if binds is None else binds
    panel = links("links", nodes, pairs, drawn, height=300, **more)
    return play(page, folder, film(SNAPSHOT), [panel, *panels])


def ink(page, x, y, r=3):
    """Mean color and how much is covered around a point of the panel."""
    return page.evaluate(INK, [x, y, r])


def places(page):
    return [(place["x"], place["y"]) for place in page.evaluate(f"{PANEL}.places")]


def test_arcs_stand_above_a_line_of_tokens(page, tmp_path):
    """The strong links are seen, those of weight 0 are not; the furthest arc is the highest."""
    show(page, tmp_path)
    at = places(page)
    assert len({y for _, y in at}) == 1 and [x for x, _ in at] == sorted(x for x, _ in at)
    (x0, y), (x3, _) = at[0], at[3]
    middle = (x0 + x3) / 2
    column = [ink(page, middle, level, 1)[3] > 0.2 for level in range(5, int(y) - 20)]
    highest = column.index(True)
    assert highest < 0.2 * y  # 0 to 3 spans all of the height
    between = (at[0][0] + at[2][0]) / 2  # no link from 0 to 2: only 0 - 3 and 0 - 1 pass by
    assert [ink(page, between, level, 1)[3] > 0.2 for level in range(5, int(y) - 20)].count(
        True
    ) < 30
    page.problems.check()


def test_a_node_that_is_looked_at_dims_the_links_of_others(page, tmp_path):
    root = show(page, tmp_path, focus=focus("token", labels=TOKENS),
                panels=[words("said", [line("{focus:token}")])])  # fmt: skip
    at = places(page)

    def top(i, j):  # the apex of the arc between neighbors
        x = (at[i][0] + at[j][0]) / 2
        return max(ink(page, x, level, 1)[3] for level in range(10, int(at[0][1]) - 16))

    before = top(2, 3)
    assert before > 0.3
    box = host(root, "links").bounding_box()
    page.mouse.move(box["x"] + at[1][0], box["y"] + at[1][1])
    expect(host(root, "said")).to_have_text("cat")
    assert top(2, 3) < 0.5 * before  # 3 looks at 2: neither is the cat
    page.mouse.click(box["x"] + at[1][0], box["y"] + at[1][1])
    assert events(page) == [("links", "focus", "token", 1)]
    host(root, "links").locator("canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(host(root, "said")).to_have_text("sat")
    assert top(2, 3) == pytest.approx(before, abs=0.05)


def test_an_index_picks_the_head(page, tmp_path):
    """Head 1 is the transpose: its arrows run the other way, so their tips are elsewhere."""
    show(page, tmp_path, binds=[shade("link", "heads", index=["focus:head"], high=1)],
         focus=focus("head", 0))  # fmt: skip
    value = f"{PANEL}.bright(null).length"
    assert page.evaluate(value) == 16
    first = page.evaluate(f"{PANEL}.canvas.toDataURL()")
    page.evaluate("window.player.focus.choose('head', 1, 'links')")
    assert page.evaluate(f"{PANEL}.canvas.toDataURL()") != first


def test_straight_arrows_between_cells(page, tmp_path):
    """An unrolled cell: states in a row, inputs below; color and width from tracks."""
    cells = [("h₁", 0, 1), ("h₂", 1, 1), ("x₁", 0, 0), ("x₂", 1, 0)]
    pairs = [(0, 1), (2, 0), (3, 1), (1, 1)]
    binds = [shade("node", "node"), shade("link", "node", low=-1, high=1, colors="signed")]
    show(page, tmp_path, cells, pairs, binds, arrows=True, shape="box")
    at = places(page)
    assert at[0][1] == at[1][1] < at[2][1] and at[0][0] == at[2][0]
    red, _, blue, _ = ink(page, (at[0][0] + at[1][0]) / 2, at[0][1] + 4, 5)
    assert red > blue + 60  # link 0 is -1: orange
    red, _, blue, cover = ink(page, at[0][0] + 4, (at[0][1] + at[2][1]) / 2, 5)
    assert blue > red + 60 and cover > 0.2  # link 1 is +1: blue
    assert ink(page, (at[2][0] + at[3][0]) / 2, at[2][1], 6)[3] == 0  # no link below
    red, _, blue, _ = ink(page, at[0][0] - 10, at[0][1] - 8, 2)
    assert red > blue + 60  # node 0 is -1


def test_a_grid_and_the_cone_that_leads_to_a_unit(page, tmp_path):
    """`before`: all links on the way to the chosen one stay, all others fade."""
    names = [str(k) for k in range(6)]
    show(page, tmp_path, names, [(0, 3), (1, 3), (1, 4), (2, 4), (2, 5)], [], columns=3,
         focus=focus("unit", 4, by="before"))  # fmt: skip
    at = places(page)
    assert at[0][0] == at[3][0] and at[0][1] == at[2][1] < at[3][1]
    assert page.evaluate(f"{PANEL}.bright(4)") == [False, False, True, True, False]

    def cover(i, j):
        return ink(page, (at[i][0] + at[j][0]) / 2, (at[i][1] + at[j][1]) / 2, 3)[3]

    assert cover(1, 4) > 3 * cover(0, 3) > 0


@pytest.mark.parametrize("long", [False, True])
def test_words_are_readable_and_inside_at_1280(page, tmp_path, long):
    """13 pixels or more; many long tokens stand slanted below, none over its neighbor's place."""
    page.set_viewport_size({"width": 1280, "height": 720})
    tokens = [f"{'representation' if long else 'w'}{k}" for k in range(24 if long else 8)]
    show(page, tmp_path, tokens, [(0, 1)], [])
    size = page.evaluate(f"parseFloat({PANEL}.font())")
    assert size >= 13
    assert page.evaluate(f"[{PANEL}.boxed, {PANEL}.slanted]") == [not long, long]
    at, box = places(page), page.evaluate(f"{PANEL}.canvas.clientHeight")
    assert all(8 < x < 1280 and 0 < y < box for x, y in at)
    bottom = [ink(page, x, box - 2, 1)[3] for x, _ in at]
    assert max(bottom) == 0  # no word is cut off at the lower edge
    below = [ink(page, x - (6 if long else 0), y + (20 if long else 0), 8)[3] for x, y in at]
    assert min(below) > 0.02  # every word is there
