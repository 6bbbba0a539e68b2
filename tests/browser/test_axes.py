"""Axes of the player's plots: ticks that name numbers, and a panel whose film is to come."""

import numpy as np
import plotly.graph_objects as go
import pytest
from playwright.sync_api import expect

from core.stage import history, plot
from tests.browser.plots import film_of, square


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


@pytest.mark.parametrize(("low", "high", "named"), [
    (0.4, 25.0, ["0.5", "1", "2", "5", "10", "20"]),  # by itself Plotly writes 5, 1, 2, 5, 10, 2
    (3.4, 4.3, ["3.5", "4"]),  # and here nothing at all, where a page asks for powers of ten
    (1e-3, 1e3, None),
])  # fmt: skip
def test_ticks_of_a_logarithmic_axis_are_the_numbers_that_they_name(show, page, low, high, named):
    figure = go.Figure(layout={"yaxis": {"type": "log", "exponentformat": "power", "dtick": 1,
                                         "range": [np.log10(low), np.log10(high)]}})  # fmt: skip
    figure.add_scatter(x=[0, 1], y=[low, high])
    show(film_of(2, points), plot("plot", figure, [], title="Loss", height=300, width=500))
    ticks = page.locator(".ytick text")
    if named:
        expect(ticks).to_have_text(named)
    else:
        expect(ticks).to_have_count(7)
        assert "dy=" in ticks.last.inner_html()  # an exponent, above the line


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
    show(film_of(2, points), plot("plot", figure, [], title="Size", height=300, width=500))
    ticks = page.locator(".ytick text")
    if named:
        expect(ticks).to_have_text(named)
    else:
        expect(ticks.first).to_have_text("10−20")
    assert not [text for text in ticks.all_text_contents() if "." in text and text != "0.1"]
    page.problems.check()
