"""What plots of the player draw, as pixels and numbers of films made here."""

import numpy as np
import pytest
from playwright.sync_api import expect

from core.stage import bind, history, plot
from tests.browser.plots import film_of, inside, painted, play, square, until


@pytest.fixture
def show(page, tmp_path):
    """Plays a film in the tab."""
    return lambda film, *panels, **words: play(page, tmp_path, film, panels, **words)


# --- legends ----------------------------------------------------------------------


def named(legend=True):
    """Three painted points, a curve, and what has no entry or one for two."""
    figure = square(showlegend=legend)
    ring = {"size": 9, "color": "rgba(0,0,0,0)", "line": {"color": "#cc79a7", "width": 2}}
    figure.add_scatter(x=[], y=[], mode="markers", name="points", marker={"color": "#d55e00"})
    figure.add_scatter(x=[0], y=[None], mode="lines", name="w<sub>1</sub> & <u>",
                       line={"color": "#009e73", "dash": "dash"})  # fmt: skip
    for name in ("group", "not said"):
        figure.add_scatter(
            x=[0.1], y=[0.1], mode="markers", name=name, marker=ring, legendgroup="g"
        )
    figure.add_scatter(x=[0, 1], y=[0, 1], name="left out", showlegend=False)
    figure.add_scatter(x=[0, 1], y=[1, 0], name="starts off", visible="legendonly")
    binds = [bind(0, "x", "set", 0), bind(0, "y", "set", 1), history(1, "loss")]
    return plot("plot", figure, binds, title="Legend", height=300, width=500)


def points(i):
    return {"set": np.full((3, 2), 0.5, np.float32), "loss": 0.5}


def test_a_legend_names_what_is_painted_and_what_plotly_draws(show, page):
    show(film_of(2, points), named())
    entries = page.get_by_role("group", name="Legend: Legend").get_by_role("button")
    expect(entries).to_have_text(["points", "w1 & <u>", "group", "starts off"])
    assert [e.get_attribute("aria-pressed") for e in entries.all()] == ["true"] * 3 + ["false"]
    assert page.locator(".ip-legend sub").count() == 1 and page.locator(".ip-legend u").count() == 0
    assert inside(page, "div.querySelectorAll('.legend .traces').length") == 0
    looks = page.locator(".ip-legend svg > *")
    assert looks.nth(0).get_attribute("fill") == "#d55e00"
    assert looks.nth(1).get_attribute("stroke-dasharray") != "none"
    assert looks.nth(2).get_attribute("stroke") == "#cc79a7"


def test_an_entry_switches_its_trace_or_group_off_and_on_by_click_and_key(show, page):
    show(film_of(2, points), named())
    assert painted(page)["x y"] > 20
    page.get_by_role("button", name="points").click()
    until(page, "div._fullData[0].visible !== true")
    assert painted(page)["x y"] == 0
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="points")).to_have_attribute("aria-pressed", "true")
    assert painted(page)["x y"] > 20
    page.get_by_role("button", name="group").click()
    assert inside(page, "[2, 3].map((i) => div._fullData[i].visible)") == ["legendonly"] * 2
    page.get_by_role("button", name="starts off").click()
    assert inside(page, "div._fullData[5].visible") is True


def test_what_was_switched_off_stays_off_in_a_new_figure(show, page):
    show(film_of(2, points), named())
    page.get_by_role("button", name="group").click()
    inside(page, "plot.respec(JSON.parse(JSON.stringify({...plot.spec, title: 'Another'})))")
    entry = page.get_by_role("group", name="Legend: Another").get_by_role("button", name="group")
    expect(entry).to_have_attribute("aria-pressed", "false")
    until(page, "div._fullData[2].visible !== true")
    entry.click()
    assert inside(page, "div._fullData[2].visible") is True


@pytest.mark.parametrize("present", [False, True])
def test_a_legend_lies_between_title_and_picture_and_the_panel_keeps_its_height(
    show, page, present
):
    film = film_of(2, points)
    show(film, named(), {**named(legend=False), "id": "bare"})
    if present:
        page.keyboard.press("p")
        page.wait_for_function("player.panels.factor !== 1")
        until(page, "plot.axes.theme.scale > 1")
    head, row, host = (page.locator(f"[data-panel=plot] {part}").bounding_box()
                       for part in ("h3", ".ip-legend", ".ip-host"))  # fmt: skip
    assert head["y"] + head["height"] <= row["y"] + 1
    assert row["y"] + row["height"] <= host["y"] + 1
    whole, bare = (page.locator(f"[data-panel={name}]").bounding_box() for name in ("plot", "bare"))
    assert whole["height"] == pytest.approx(bare["height"], abs=1)
    assert page.locator("[data-panel=bare] .ip-legend").is_hidden()
    size = page.locator(".ip-legend button").first.evaluate(
        "b => parseFloat(getComputedStyle(b).fontSize)"
    )
    assert size >= (18 if present else 12)
    until(page, "Math.abs(div._fullLayout.height - plot.axes.host.clientHeight) < 2")
