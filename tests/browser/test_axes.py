"""Axes of the player's plots: ticks that name numbers, and a panel whose film is to come."""

import numpy as np
import plotly.graph_objects as go
import pytest
from playwright.sync_api import expect

from core.figures.chart import Chart
from core.stage import history, plot
from tests.browser.helpers import ticks
from tests.browser.plots import color, film_of, inside, square


def points(i):
    return {"loss": 0.5}


def test_a_panel_whose_film_is_still_to_come_waits(show, page):
    """Plotly asks for a drawing at each change of size, whatever the film has by then."""
    figure = square()
    figure.add_scatter(x=[0], y=[None], mode="lines", name="loss")
    show(film_of(2, points), plot("plot", figure, [history(0, "to come")], height=300, width=500))
    expect(page.locator(".modebar-btn").first).to_be_attached()
    page.set_viewport_size({"width": 700, "height": 500})
    page.wait_for_function("document.querySelector('.js-plotly-plot')._fullLayout.width < 690")
    expect(page.get_by_text("This picture failed")).to_have_count(0)
    page.problems.check()


RENEWED = """async () => {
  const spec = JSON.parse(JSON.stringify(player.stage.panels[0])), waiting = [];
  player.panels.set([{ ...spec, title: "Another" }]);
  for (let i = 0; i < 4; i++) {
    await new Promise(requestAnimationFrame);
    waiting.push(player.panels.later.size);
  }
  return waiting;
}"""


def test_what_is_new_is_on_the_display_before_plotly_draws_axes_anew(show, page):
    """A figure takes it 15 ms: painted on canvases, the new film is seen first."""
    figure = square()
    figure.add_scatter(x=[0, 1], y=[0, 1])
    show(film_of(2, points), plot("plot", figure, [], title="One"))
    assert page.evaluate(RENEWED) == [1, 1, 0, 0]
    expect(page.get_by_role("heading", name="Another")).to_be_visible()


def shown_ticks(show, page, figure, named):
    """The numbers along y of a figure, once it is shown; they are `named` where that is given."""
    show(film_of(2, points), plot("plot", figure, [], title="Size", height=300, width=500))
    ticks = page.locator(".ytick text")
    if named:
        expect(ticks).to_have_text(named)
    return ticks


@pytest.mark.parametrize(("low", "high", "named"), [
    (0.4, 25.0, ["0.5", "1", "2", "5", "10", "20"]),  # by itself Plotly writes 5, 1, 2, 5, 10, 2
    (3.4, 4.3, ["3.5", "4"]),  # and here nothing at all, where a page asks for powers of ten
    (1e-3, 1e3, None),
])  # fmt: skip
def test_ticks_of_a_logarithmic_axis_are_the_numbers_that_they_name(show, page, low, high, named):
    figure = go.Figure(layout={"yaxis": {"type": "log", "exponentformat": "power", "dtick": 1,
                                         "range": [np.log10(low), np.log10(high)]}})  # fmt: skip
    figure.add_scatter(x=[0, 1], y=[low, high])
    ticks = shown_ticks(show, page, figure, named)
    if not named:
        expect(ticks).to_have_count(7)
        assert "dy=" in ticks.last.inner_html()  # an exponent, above the line


CUT = """() => {
  const box = document.querySelector(".ip-host").getBoundingClientRect(), found = [];
  const boxes = (name) => [...document.querySelectorAll(name)]
    .map((text) => text.getBoundingClientRect());
  const words = boxes(".xtick text"), [title] = boxes(".g-xtitle text");
  for (const { left, right, bottom } of [...words, title])
    found.push(Math.max(box.left - left, right - box.right, bottom - box.bottom));
  const over = Math.max(...words.map(({ bottom }) => bottom - title.top));
  return { cut: Math.max(...found), over };
}"""
LARGE = "parseFloat(getComputedStyle(document.querySelector('.g-xtitle text')).fontSize)"


def test_larger_words_below_a_picture_take_the_room_that_they_need(show, page):
    """While presenting; looked at again, titles are no larger than before, and all goes back."""
    figure = go.Figure(layout={"xaxis": {"title": {"text": "how far it sees"}}})
    figure.add_annotation(x=2, y=2, text="note", font={"size": 12}, showarrow=False)
    figure.add_bar(x=["any to any<br>(5.1)", "same everywhere<br>(5.2)", "only near<br>(5.3)"],
                   y=[3, 2, 1])  # fmt: skip
    show(film_of(2, points), plot("plot", figure, [], title="One", width=230, height=360))
    page.set_viewport_size({"width": 330, "height": 640})
    before = page.evaluate(LARGE)
    page.evaluate("player.present.set(true)")
    page.wait_for_function(f"{LARGE} >= 18")
    for _ in range(2):
        ticks(page, 3)
        found = page.evaluate(CUT)
        assert found["cut"] < 1 and found["over"] < 8  # the last line's own room below its letters
        assert page.evaluate(LARGE) < 2 * before
        page.evaluate("player.retheme()")
    assert page.evaluate(RENEWED)[-1] == 0  # another figure in its place
    page.wait_for_function(f"{LARGE.replace('.g-xtitle text', '.annotation-text')} >= 18")
    page.evaluate("player.present.set(false)")
    page.wait_for_function(f"{LARGE} === {before}")


@pytest.mark.parametrize(("low", "high", "named"), [
    (-1.2, 1.6, ["0.1", "1", "10"]),  # by itself Plotly writes 10 to the power of 0.5 between them
    (-5.1, -4.1, ["10−5", "2·10−5", "5·10−5"]),
    (0.55, 0.9, ["4", "5", "6", "7"]),
    (-20, 3, None),
])  # fmt: skip
def test_ticks_of_an_axis_of_exponents_are_the_powers_or_numbers_that_they_stand_for(
    show, page, low, high, named
):
    axis = {"tickprefix": "10<sup>", "ticksuffix": "</sup>", "nticks": 8, "range": [low, high]}
    figure = go.Figure(layout={"yaxis": axis})
    figure.add_scatter(x=[0, 1], y=[low, high])
    ticks = shown_ticks(show, page, figure, named)
    if not named:
        expect(ticks.first).to_have_text("10−20")
    assert not [text for text in ticks.all_text_contents() if "." in text and text != "0.1"]
    page.problems.check()


LETTERS = """() => [...document.querySelectorAll(".xtick text")].map((text) => text.textContent)"""
TOUCH = """() => ["x", "y"].map((name) => {
  const boxes = [...document.querySelectorAll(`.${name}tick text`)]
    .map((text) => text.getBoundingClientRect());
  const gap = (a, b) => (name === "x" ? b.left - a.right : Math.abs(b.top - a.top) - 18);
  return Math.min(...boxes.slice(1).map((box, i) => gap(boxes[i], box))); })"""


def test_names_that_have_no_room_while_presenting_are_fewer(show, page):
    """Letters side by side, powers of ten one over the other; afterwards all are there again."""
    named = [*"CDGFACEFGHDDCGEDEFABHGBEFAFDAG"]
    figure = go.Figure(layout={
        "xaxis": {"tickvals": [*range(30)], "ticktext": named, "range": [-0.5, 29.5]},
        "yaxis": {"type": "log", "exponentformat": "power", "dtick": 1, "range": [-6.2, 2.2]},
    })  # fmt: skip
    figure.add_scatter(x=[0, 29], y=[1e-6, 1e2])
    show(film_of(2, points), plot("plot", figure, [], title="Size", height=230, width=430))
    page.set_viewport_size({"width": 480, "height": 560})
    expect(page.locator(".xtick text")).to_have_count(30)
    expect(page.locator(".ytick text")).to_have_count(9)
    page.evaluate("player.present.set(true)")
    page.evaluate("player.panels.scale(0.75)")  # as low as lower rows may be
    ticks(page, 3)
    page.evaluate("player.retheme()")
    page.wait_for_function(f"Math.min(...({TOUCH})()) >= -1")
    found = page.evaluate(LETTERS)
    assert found in (named[::2], named[::3]) and page.locator(".ytick text").count() > 2
    page.evaluate("player.present.set(false)")
    page.wait_for_function(f"({LETTERS})().length === 30")
    expect(page.locator(".ytick text")).to_have_count(9)


def test_ticks_and_height_of_an_axis_do_not_chase_each_other(show, page):
    """At any height: the lowest name takes room below the axis, which is then shorter."""
    figure = go.Figure(layout={"xaxis": {"range": [0, 1]}, "yaxis": {
        "type": "log", "exponentformat": "power", "dtick": 1, "range": [-6, 2.4]}})  # fmt: skip
    figure.add_scatter(x=[0, 1], y=[1e-6, 1e2])
    show(film_of(2, points), plot("plot", figure, [], title="Size", height=230, width=430))
    page.evaluate("player.present.set(true)")
    inside(page, "(window.drawn = 0, div.on('plotly_afterplot', () => { window.drawn++; }), 0)")
    named = set()
    for height in range(150, 420, 6):
        page.evaluate("height => { drawn = 0; document.querySelector('.ip-body').style.height ="
                      " `${height}px`; }", height)  # fmt: skip
        ticks(page, 3)
        assert page.evaluate("drawn") < 9, height
        named.add(page.locator(".ytick text").count())
    assert min(named) < 5 and max(named) == 9


def test_bars_lie_where_plotly_would_have_them(show, page):
    """The first on top, from 0 to its number; names stand at the left."""
    p = Chart("share", "", (0, 2), yaxis={"autorange": "reversed"}, margin={"l": 90})
    p.bars(("shares", None), ["one", "another", "third"], color=["#0877bd"] * 3, lying=True,
           hover="%{y}: %{x}")  # fmt: skip
    shares = np.array([1.5, 0.5, 1.0], np.float32)
    show(film_of(2, lambda i: {"shares": shares}), p.panel("plot", title="Bars", height=300))
    for k, share in enumerate(shares.tolist()):
        assert color(page, share - 0.1, k)[:3] == [8, 119, 189]
        assert color(page, share + 0.1, k)[3] == 0
        assert color(page, 0.1, k + 0.45)[3] == 0  # between two of them
    assert inside(page, "div._fullData[0].orientation") == "h"
