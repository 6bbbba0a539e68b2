"""What plots of the player draw, as pixels and numbers of films made here."""

import numpy as np
import plotly.graph_objects as go
import pytest
from playwright.sync_api import expect

from core.stage import bind, history, plot, raster, tile
from tests.browser.helpers import READY, open_page
from tests.browser.plots import at, color, film_of, inside, painted, square, until

# --- legends --------------------------------------------------------------------------------------


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
                       for part in ("h2", ".ip-legend", ".ip-host"))  # fmt: skip
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


# --- several axes ---------------------------------------------------------------------------------

FIVE = [("x", "y"), *((f"x{k}", f"y{k}") for k in range(2, 6))]


def subplots(range_=(-1, 1)):
    """Five pairs of axes side by side, all from -1 to 1."""
    layout = {"margin": {"l": 30, "r": 10, "t": 10, "b": 30}}
    for k, (x, y) in enumerate(FIVE):
        bare = {"range": range_, "showgrid": False, "zeroline": False}
        layout[f"xaxis{x[1:]}"] = {**bare, "domain": (0.2 * k, 0.2 * k + 0.17), "anchor": y}
        layout[f"yaxis{y[1:]}"] = {**bare, "anchor": x}
    return go.Figure(layout=layout)


def beyond(i):
    """Points, bars and images that would leave their axes: each is cut off there."""
    x = np.linspace(-2, 2, 41, dtype=np.float32)
    path, image = np.stack([x, x[::-1]], 1), np.ones((4, 4), np.float32)
    return {"path": path, "bars": 2 + 0 * x, "image": image, "loss": [0.5, -0.5][i % 2]}


def shares(counts):
    """Painted pixels of each pair as multiples of the first."""
    return [count / counts["x y"] for count in counts.values()]


@pytest.mark.parametrize("kind", ["markers", "lines", "bar"])
def test_painted_traces_stay_in_their_own_axes(show, page, kind):
    figure = subplots()
    binds = []
    for k, (x, y) in enumerate(FIVE):
        if kind == "bar":
            figure.add_bar(x=np.linspace(-2, 2, 41), y=[], xaxis=x, yaxis=y)
            binds.append(bind(k, "y", "bars"))
        else:
            figure.add_scatter(x=[], y=[], mode=kind, xaxis=x, yaxis=y)
            binds += [bind(k, "x", "path", 0), bind(k, "y", "path", 1)]
    show(film_of(2, beyond), plot("plot", figure, binds, width=1000, height=260))
    counts = painted(page)
    assert len(counts) == 5 and counts["x y"] > 100
    assert shares(counts) == pytest.approx([1] * 5, rel=0.1)
    whole = inside(page, ALL)
    assert whole == pytest.approx(sum(counts.values()), rel=0.15)  # nothing between the axes


# All opaque pixels of the lower canvas.
ALL = """(() => { const { under } = plot.axes;
  const { data } = under.getContext("2d").getImageData(0, 0, under.width, under.height);
  let count = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 30) count++;
  return count; })()"""


def test_tiles_name_their_axes(show, page):
    figure = subplots()
    for x, y in FIVE:
        figure.add_scatter(x=[], y=[], xaxis=x, yaxis=y)
    tiles = [tile("image", (-1, 1), (-1, 1), low=-1, high=1, xaxis=x, yaxis=y) for x, y in FIVE[:4]]
    tiles.append(tile("image", (-9, 9), (-9, 9), low=-1, high=1, xaxis="x5", yaxis="y5"))
    show(film_of(2, beyond), raster("plot", figure, tiles, width=1000, height=260))
    counts = painted(page)
    assert counts["x y"] > 5000 and shares(counts) == pytest.approx([1] * 5, rel=0.05)
    assert inside(page, ALL) == pytest.approx(sum(counts.values()), rel=0.06)


def test_curves_have_a_cursor_and_a_dot_on_their_own_axes(show, page):
    figure = subplots((-1, 2))
    for x, y in FIVE:
        figure.add_scatter(x=[0], y=[None], mode="lines", xaxis=x, yaxis=y)
    binds = [history(k, "loss") for k in range(5)]
    show(film_of(2, beyond), plot("plot", figure, binds, width=1000, height=260))
    at(page, 1)
    counts = painted(page, layer="over")
    assert counts["x y"] > 100 and shares(counts) == pytest.approx([1] * 5, rel=0.1)
    for x, y in FIVE:  # a dot on the curve, the line of the cursor elsewhere
        dot, line, beside = (color(page, at_x, at_y, f"{x} {y}", layer="over")
                             for at_x, at_y in ((1, -0.5), (1, 1.5), (0.3, 1.5)))  # fmt: skip
        assert dot[3] == 255 and line[3] > 0 and beside[3] == 0 and dot[:3] != line[:3]


# --- color bars -----------------------------------------------------------------------------------


def test_a_color_bar_says_low_middle_and_high(show, page):
    figure = square()
    figure.add_scatter(x=[], y=[], mode="markers", marker={"size": 30})
    words = {"low": -2, "high": 2, "colors": "signed"}
    binds = [bind(0, "x", "path", 0), bind(0, "y", "path", 1),
             bind(0, "marker.color", "bars", colorbar="error", **words)]  # fmt: skip
    tiles = [tile("image", (0, 1), (0, 1), low=0, high=1, colors="sequential", colorbar="α")]
    show(film_of(2, beyond), raster("plot", figure, tiles, binds, height=300, width=400))
    bars = page.locator(".ip-colorbar")
    expect(bars).to_have_text(["α00.51", "error−202"])
    assert bars.nth(1).get_attribute("aria-label") == "Colors: error from −2 to 2"
    ramps = page.locator(".ip-ramp").evaluate_all("all => all.map((i) => i.style.background)")
    red, green, blue, _ = color(page, 0.05, 0.5)  # 1 of 0 to 1: the end of the bar
    assert ramps[0].endswith(f"rgb({red}, {green}, {blue}))") and ramps[0] != ramps[1]
    picture, bar = page.locator(".ip-host").bounding_box(), bars.first.bounding_box()
    assert bar["y"] >= picture["y"] + picture["height"] - 1
    whole = page.locator(".ip-body").bounding_box()
    assert whole["height"] == 300 and bar["y"] + bar["height"] <= whole["y"] + 301


def test_numbers_have_the_true_minus_and_features_their_index(app, page):
    open_page(page, app.url)
    found = page.evaluate(
        """async () => {
          const { signed } = await import("/assets/player/readouts.js");
          const { feature } = await import("/assets/player/equation.js");
          return [signed("-3.25"), signed("from -6 to (-.5), C1-2, [O-]"), feature("sin X1"),
                  feature("X1^2"), feature("X1X2")];
        }"""
    )
    assert found == ["−3.25", "from −6 to (−.5), C1-2, [O-]", "sin x₁", "x₁²", "x₁x₂"]


@pytest.mark.parametrize("where", ["/perceptron", "/qm9-explorer"])
@pytest.mark.parametrize(("width", "shown"), [(1440, True), (390, False)])
def test_plotlys_buttons_are_hidden_on_a_phone(app, page, where, width, shown):
    """In the player, and in the charts that Streamlit draws."""
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, f"{app.url}{where}")
    bars = page.locator(".modebar-container")
    expect(bars.first).to_be_attached(timeout=READY)
    displays = bars.evaluate_all("all => all.map((bar) => getComputedStyle(bar).display)")
    assert all((display != "none") == shown for display in displays)


def test_a_band_reaches_from_one_line_to_the_next(show, page):
    """As Plotly has it: `fill` of the upper line goes down to the lower one, and no further."""
    figure = square()
    x, clear = [0.2, 0.8], {"mode": "lines", "line": {"width": 0, "color": "rgba(0,0,0,0)"}}
    figure.add_scatter(x=x, y=[], **clear)
    figure.add_scatter(x=x, y=[], fill="tonexty", fillcolor="#d55e00", **clear)
    film = film_of(1, lambda i: {"low": np.float32([0.3, 0.3]), "high": np.float32([0.6, 0.6])})
    show(film, plot("plot", figure, [bind(0, "y", "low"), bind(1, "y", "high")], height=400))
    assert color(page, 0.5, 0.45) == [213, 94, 0, 255]
    assert [color(page, *at)[3] for at in ((0.5, 0.25), (0.5, 0.65), (0.15, 0.45))] == [0, 0, 0]


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
