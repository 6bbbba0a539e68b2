"""Groups of panels that are closed at first, and bars that stand side by side."""

import numpy as np
from playwright.sync_api import expect

from core.stage import bind, fold, plot
from tests.browser.helpers import open_page, player
from tests.browser.plots import color, film_of, painted, play, square, until


def curve(name):
    figure = square()
    figure.add_scatter(x=[], y=[], mode="markers", marker={"size": 30})
    binds = [bind(0, "x", "set", 0), bind(0, "y", "set", 1)]
    return plot(name, figure, binds, title=name, height=300, width=500)


def middle(i):
    return {"set": np.full((3, 2), 0.5, np.float32)}


def test_a_closed_group_is_made_when_it_is_opened(page, tmp_path):
    panels = [curve("plot"), *fold("more", "More of it", curve("second"), curve("third"))]
    play(page, tmp_path, film_of(2, middle), panels)
    expect(page.locator(".ip-panel")).to_have_count(1)
    button = page.get_by_role("button", name="More of it")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(page.locator(".ip-panel")).to_have_count(3)
    expect(button).to_have_attribute("aria-expanded", "true")
    until(page, "plot?.axes?.ready", "second")
    page.wait_for_function("window.player.panels.panels.get('second').panel.axes.div._fullData")
    assert painted(page, "second")["x y"] > 300
    tops = page.locator(".ip-panel, .ip-fold").evaluate_all(
        "all => all.map((box) => [box.dataset.panel ?? 'button', box.getBoundingClientRect().top])"
    )
    assert [name for name, _ in sorted(tops, key=lambda one: one[1])][:2] == ["plot", "button"]
    page.keyboard.press("Enter")
    expect(page.locator(".ip-panel")).to_have_count(1)


def test_what_is_closed_on_message_passing_and_a_link_that_opens_it(app, page):
    open_page(page, f"{app.url}/message-passing?atom=2")
    player(page)
    names = page.locator(".ip-fold")
    expect(names).to_have_count(2)
    expect(page.locator("[data-panel=A], [data-panel=smoothing]")).to_have_count(0)
    names.first.click()
    expect(page.locator("[data-panel=A]")).to_be_visible()
    open_page(page, f"{app.url}/message-passing?open=smoothing")
    player(page)
    expect(page.locator("[data-panel=smoothing]")).to_be_visible()
    expect(names).to_have_count(1)
    page.problems.check()


def test_two_bar_charts_are_open_on_graph_attention(app, page):
    open_page(page, f"{app.url}/graph-attention")
    player(page)
    shown = page.locator(".ip-panel").evaluate_all("all => all.map((box) => box.dataset.panel)")
    assert sorted(shown) == ["equations", "given", "masked", "molecule"]
    expect(page.locator(".ip-fold")).to_have_count(5)


def test_moving_bars_of_a_group_stand_side_by_side(show, page):
    """As Plotly's own rule has it, also when one of them is switched off."""
    figure = square(0, 1, barmode="group", bargap=0.2, showlegend=True)
    figure.update_layout(xaxis={"range": (-0.5, 1.5)})
    colors = ("#d55e00", "#009e73")
    for name, shade in zip("ab", colors, strict=True):
        figure.add_bar(x=[0, 1], y=[0, 0], name=name, marker={"color": shade})
    film = film_of(
        2, lambda i: {"a": np.full(2, 0.8, np.float32), "b": np.full(2, 0.4, np.float32)}
    )
    show(film, plot("plot", figure, [bind(0, "y", "a"), bind(1, "y", "b")], width=500, height=300))
    orange, green = [213, 94, 0, 255], [0, 158, 115, 255]
    assert [color(page, x, 0.2) for x in (-0.2, 0.2, 0.8, 1.2)] == [orange, green] * 2
    assert [color(page, x, 0.6)[3] for x in (-0.2, 0.2, -0.45, 0.5)] == [255, 0, 0, 0]
    page.get_by_role("button", name="b", exact=True).click()
    until(page, "div._fullData[1].visible !== true")
    assert color(page, 0.3, 0.2) == orange and color(page, 0.45, 0.2)[3] == 0


def test_no_grid_crosses_moving_bars(show, page):
    """Bars are painted below Plotly, whose grid would lie over them: it is painted below, too."""
    figure = square(0, 1, xaxis={"range": (-0.5, 0.5)})
    figure.update_layout(yaxis={"range": (0, 1), "showgrid": True, "dtick": 0.25})
    figure.add_bar(x=[0], y=[0], marker={"color": "#d55e00"})
    film = film_of(2, lambda i: {"a": np.full(1, 0.8, np.float32)})
    show(film, plot("plot", figure, [bind(0, "y", "a")], width=500, height=300))
    assert color(page, 0, 0.5) == [213, 94, 0, 255]
    assert any(color(page, -0.48, 0.5 + shift)[3] for shift in (-0.004, 0, 0.004))
    assert page.locator(".gridlayer path").count() == 0
