"""The approximation page in a real browser: draw, move a kink, sweep, stop."""

import math
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import expect

from core.experiments.approximation.functions import from_points
from core.experiments.approximation.pictures import Approximation
from tests.browser.helpers import READY, film, open_page, player, train, wait_for_frames

FIT = "[data-panel=fit] .ip-host"
# Pixels of a data point in the panel of the fit, from the plot's own axes.
PLACE = """([x, y]) => {
  const host = document.querySelector("[data-panel=fit] .ip-host");
  const layout = host.querySelector(".js-plotly-plot")._fullLayout;
  const box = host.getBoundingClientRect();
  return [box.left + layout.xaxis._offset + layout.xaxis.d2p(x),
          box.top + layout.yaxis._offset + layout.yaxis.d2p(y)];
}"""

# The plot's own points, which the pointer finds, follow a moment after what is painted.
TWIN = """() => document.querySelector("[data-panel=fit] .js-plotly-plot")._fullData
  .some((trace) => trace.legendgroup === "kinks" && trace.x && trace.x[0] !== null)"""


def visit(page, app, query=""):
    open_page(page, f"{app.url}/approximation{query}")
    root = player(page)
    expect(page.locator(f"{FIT} .main-svg").first).to_be_visible(timeout=READY)
    return root


def stroke(page, points):
    for i, point in enumerate(points):
        x, y = page.evaluate(PLACE, point)
        page.mouse.move(x, y)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def settings(page):
    query = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    found, problems = Approximation.Settings.from_link(query)
    assert problems == []
    return found


def test_the_fit_bends_into_place(page, app):
    root = visit(page, app)
    train(page)
    wait_for_frames(root, 30)
    assert film(root)["step"] > 0
    page.problems.check()


def test_a_function_drawn_by_mouse_is_trained_on(page, app):
    root = visit(page, app)
    before = film(root)["film"]
    page.get_by_role("radio", name="Draw f").click()
    stroke(page, [[x / 20, 0.8 * math.cos(x / 8)] for x in range(-20, 21)])
    page.wait_for_function(
        "([element, film]) => element.dataset.film !== film && Number(element.dataset.frames) > 5",
        arg=[root.element_handle(), before],
        timeout=READY,
    )  # it trains by itself
    found = settings(page)
    assert found.target == "drawn"
    f = from_points(found.points)
    for x in (-0.75, 0.0, 0.5):
        assert abs(float(f(x)) - 0.8 * math.cos(20 * x / 8)) < 0.06
    page.problems.check()


def test_a_kink_can_be_dragged(page, app):
    visit(page, app, "?hidden=2&seeds=1")
    kinks = Approximation(Approximation.Settings(hidden=(2,), seeds=1)).snapshot()["kinks"]
    x, y = map(float, kinks[0])
    assert abs(y) < 1, "the kink is in view"
    page.get_by_role("radio", name="Move a kink").click()
    page.wait_for_function(TWIN, timeout=READY)
    goal = -0.6 if x > 0 else 0.6
    stroke(page, [[x, y], [(x + goal) / 2, y], [goal, y]])
    page.wait_for_function("() => location.search.includes('changes=')", timeout=READY)
    changed = Approximation(settings(page).replace(changes=()))
    for _, name, value in settings(page).changes:
        changed.change(name, value)
    assert abs(float(changed.snapshot()["kinks"][0, 0]) - goal) < 0.02
    page.problems.check()


def test_one_neuron_alone_while_it_is_pointed_at(page, app):
    """The nearest contribution stays, all others go; away from the picture all are back."""
    visit(page, app, "?hidden=3&seeds=1")
    values = Approximation(Approximation.Settings(hidden=(3,), seeds=1)).snapshot()
    curves = values["contributions"].astype(float).reshape(3, -1)
    in_view = np.where(np.abs(curves) < 1, np.abs(curves), 0)
    neuron, place = np.unravel_index(in_view.argmax(), curves.shape)
    drawn = """() => {
      const { panel } = document.querySelector("[data-film]").player.panels.panels.get("fit");
      const adds = ([, binds]) => binds.some((bind) => bind.track === "contributions");
      return [...panel.traces].filter(adds)
        .filter(([index]) => panel.spec.figure.data[index].visible !== "legendonly")
        .map(([, binds]) => Array.from(panel.value(binds[0])).filter(Number.isFinite));
    }"""
    everyone = page.evaluate(drawn)
    assert sorted(map(len, everyone)) == [0, 129, 129, 129]
    place_x = -1 + 2 * place / (curves.shape[1] - 1)
    page.mouse.move(*page.evaluate(PLACE, [place_x, curves[neuron, place]]))
    heading = page.locator("[data-panel=fit] h2")
    expect(heading).to_have_text(f"What neuron {neuron + 1} alone adds")
    (alone,) = filter(None, page.evaluate(drawn))
    np.testing.assert_allclose(alone, curves[neuron], atol=1e-6)
    page.mouse.move(2, 2)
    expect(heading).to_have_text("Fit = sum of contributions")
    assert page.evaluate(drawn) == everyone
    page.problems.check()


def test_a_sweep_shows_progress_and_stops(page, app):
    visit(page, app)
    updates = page.get_by_role("spinbutton", name="Updates", exact=True)
    updates.fill("10000")  # long enough to be seen on a quiet machine
    updates.press("Enter")
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=READY
    )
    page.get_by_role("button", name="Compute", exact=True).click()
    expect(page.get_by_test_id("stProgress")).to_contain_text(
        re.compile(r"about \d+ (s|min) left"), timeout=READY
    )
    page.get_by_role("button", name="Stop computing").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible(timeout=READY)
    expect(page.get_by_test_id("stProgress")).to_contain_text("; stopped")


def test_a_sweep_ends_with_figure_table_and_command(page, app):
    visit(page, app)
    for name, value in (("Updates", "100"), ("Seeds", "5")):
        box = page.get_by_role("spinbutton", name=name, exact=True)
        box.fill(value)
        box.press("Enter")
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=READY
    )
    page.get_by_role("button", name="Compute", exact=True).click()
    command = page.get_by_text("python -m core.experiments.approximation.sweep width")
    expect(command.first).to_be_visible(timeout=READY)
    expect(page.get_by_role("figure", name="Error of growing networks")).to_be_visible()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    assert "--steps 100 --seeds 5" in command.first.inner_text()
    page.problems.check()
