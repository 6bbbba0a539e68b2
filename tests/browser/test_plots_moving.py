"""What moves in plots: paths, views that follow, pictures at their points."""

import numpy as np
import plotly.graph_objects as go
import pytest
from playwright.sync_api import expect

from core.stage import bind, history, images, plot
from tests.browser.plots import at, color, film_of, inside, painted, square, until

# --- paths ----------------------------------------------------------------------------------------


def walk(i):
    """Down the left edge, then along the bottom, in eleven frames; and turned about."""
    a = min(i, 5) / 5, max(i - 5, 0) / 5
    w = np.array([0.1 + 0.8 * a[1], 0.9 - 0.8 * a[0]], np.float32)
    return {"w": w, "v": 1 - w, "code": np.array([0.5], np.float32)}


def test_a_path_is_drawn_up_to_the_present_frame_and_faintly_from_there(show, page):
    figure = square()
    for name, shade in (("w", "#d55e00"), ("v", "#009e73")):
        figure.add_scatter(x=[], y=[], mode="lines", name=name, line={"color": shade, "width": 5})
    binds = [history(0, "w", 1, x=("w", 0)), history(1, "v", 1, x=("v", 0), dot=False)]
    show(film_of(11, walk), plot("plot", figure, binds, width=500, height=400))
    at(page, 5)  # at the corner of the first path
    assert color(page, 0.1, 0.5)[3] == 255 and color(page, 0.5, 0.1)[3] in range(30, 120)
    assert color(page, 0.1, 0.1)[:3] == [213, 94, 0]
    at(page, 10)
    assert color(page, 0.5, 0.1)[3] == 255
    beside = "plot.axes.px(0.9, plot.axes.axis('x')) + 3.5, plot.axes.px(0.1, plot.axes.axis('y'))"
    dot = f"plot.axes.under.getContext('2d').getImageData({beside}, 1, 1).data[3]"
    assert inside(page, dot) > 0  # beyond the end of the line
    assert not inside(page, "plot.axes.upper")  # no cursor: x is no step
    twin = inside(page, "[0, 1].map((i) => [div._fullData[i].x[5], div._fullData[i].y[5]])")
    assert np.array(twin) == pytest.approx(np.array([[0.1, 0.1], [0.9, 0.9]]), abs=1e-6)


def test_a_path_and_its_hover_follow_the_legend(show, page):
    figure = square(showlegend=True)
    figure.add_scatter(x=[], y=[], mode="lines", name="SGD", line={"width": 5})
    binds = [history(0, "w", 1, x=("w", 0))]
    show(film_of(11, walk), plot("plot", figure, binds, width=500, height=400))
    assert painted(page)["x y"] > 500
    page.get_by_role("button", name="SGD").click()
    until(page, "div._fullData[0].visible !== true")
    assert painted(page)["x y"] == 0


# --- views that follow ----------------------------------------------------------------------------


def cloud(i):
    """A dot that grows a hundredfold and wanders, as a map by t-SNE does; then a small one."""
    size = 0.01 * 1.1**i if i < 50 else 0.1
    ring = np.linspace(0, 6.28, 40)
    return {
        "map": (size * np.stack([np.cos(ring), np.sin(ring)], 1) + [i / 50, 0]).astype(np.float32)
    }


def followed(fit="follow", **layout):
    figure = go.Figure(layout=layout)
    figure.add_scatter(x=[], y=[], mode="markers", marker={"size": 7})
    binds = [bind(0, "x", "map", 0), bind(0, "y", "map", 1)]
    return plot("plot", figure, binds, fit=fit, width=500, height=400)


RANGE = "['x', 'y'].map((name) => plot.axes.axis(name).range)"


def test_the_view_follows_the_present_frame_without_jumps(show, page):
    film = film_of(60, cloud)
    show(film, followed())
    last = None
    for frame in range(60):
        page.evaluate("frame => { player.seek(frame); player.show(); }", frame)
        found = np.array(inside(page, RANGE))
        points, (low, high) = film["map"][frame], found.T
        assert (points >= low).all() and (points <= high).all()
        width = (high - low)[1]
        if frame < 45:
            assert width < 3 * np.ptp(points[:, 1])  # the points fill the picture
        if last is not None:
            assert 0.85 < width / last < 1.15
        last = width
    assert width > 1.5 * np.ptp(points[:, 1])  # still on its way in


def test_hover_and_ticks_agree_with_what_is_painted_and_the_users_zoom_wins(show, page):
    show(film_of(60, cloud), followed())
    at(page, 40)
    x, y = film_of(60, cloud)["map"][40][7].tolist()
    place = f"[plot.axes.px({x}, plot.axes.axis('x')), plot.axes.px({y}, plot.axes.axis('y'))]"
    px, py = inside(page, place)
    box = page.locator(".ip-host").bounding_box()
    page.mouse.move(box["x"] + px, box["y"] + py)
    expect(page.locator(".hoverlayer .hovertext")).to_be_visible()
    assert color(page, x, y)[3] > 0
    assert inside(page, "div.layout.xaxis.range") == inside(page, "plot.axes.axis('x').range")
    ticks = [float(t.replace("−", "-")) for t in page.locator(".xtick text").all_text_contents()]
    low, high = inside(page, RANGE)[0]
    assert len(ticks) > 2 and low <= min(ticks) and max(ticks) <= high
    page.mouse.down()  # a box of one's own
    page.mouse.move(box["x"] + px + 60, box["y"] + py - 80, steps=4)
    page.mouse.up()
    until(page, "plot.view.zoomed")
    mine = inside(page, RANGE)
    assert mine[0][0] == pytest.approx(x, abs=0.05) and mine[1][0] == pytest.approx(y, abs=0.05)
    at(page, 5)
    assert inside(page, RANGE) == mine
    page.mouse.dblclick(box["x"] + px, box["y"] + py)
    until(page, "!plot.view.zoomed")
    at(page, 6)
    assert inside(page, RANGE)[0][1] < 1


def test_a_followed_view_stays_square(show, page):
    show(film_of(60, cloud), followed(yaxis={"scaleanchor": "x"}))
    at(page, 30)
    assert inside(page, "plot.axes.axis('x')._m + plot.axes.axis('y')._m") == pytest.approx(
        0, abs=1
    )


def test_fit_keeps_all_that_the_film_shows_on_every_pair_of_axes(show, page):
    panel = followed(True, xaxis2={"anchor": "y2", "domain": (0.55, 1)}, yaxis2={"anchor": "x2"},
                     xaxis={"domain": (0, 0.45)})  # fmt: skip
    other = {**panel["figure"]["data"][0], "xaxis": "x2", "yaxis": "y2"}
    panel["figure"]["data"].append(other)
    panel["binds"] += [{**one, "trace": 1} for one in panel["binds"]]
    film = film_of(60, cloud)
    show(film, panel)
    lows, highs = film["map"].min((0, 1)), film["map"].max((0, 1))
    for x, y in (("x", "y"), ("x2", "y2")):
        ranges = np.array([inside(page, f"plot.axes.axis('{name}').range") for name in (x, y)])
        assert (ranges[:, 0] <= lows).all() and (ranges[:, 1] >= highs).all()
        assert (np.ptp(ranges, axis=1) < 1.3 * (highs - lows)).all()


# --- images as points -----------------------------------------------------------------------------


def places(i):
    """Three points that move up; their pictures are black, white, and half and half."""
    pictures = np.zeros((3, 8, 8), np.uint8)
    pictures[1] = 255
    pictures[2, :, 4:] = 255
    xy = np.array([[0.2, 0.3], [0.5, 0.3], [0.8, 0.3]], np.float32) + np.float32([0, i / 10])
    kind = np.array([2, 5, 2], np.uint8)
    return {"xy": xy, "pictures": pictures if i == 0 else 255 - pictures, "kind": kind}


@pytest.mark.parametrize("still", [True, False])
def test_pictures_stand_at_their_points(show, page, still):
    figure = square()
    figure.add_scatter(x=[], y=[], mode="markers")
    pictures = places(0)["pictures"] if still else "pictures"
    binds = [bind(0, "x", "xy", 0), bind(0, "y", "xy", 1), images(0, pictures, (3, 8, 8), size=40)]
    film = film_of(
        3, lambda i: {k: v.astype(np.float32) if k == "xy" else v for k, v in places(i).items()}
    )
    show(film, plot("plot", figure, binds, width=500, height=400))
    black, white = [0, 0, 0, 255], [255, 255, 255, 255]
    assert [color(page, x, 0.3) for x in (0.2, 0.5, 0.79, 0.81)] == [black, white, black, white]
    at(page, 2)
    found = [color(page, x, 0.5) for x in (0.2, 0.5, 0.79, 0.81)]
    assert found == [black, white, black, white] if still else [white, black, white, black]
    assert color(page, 0.2, 0.3)[3] == 0 and color(page, 0.2, 0.35)[3] == 0


def test_ink_takes_the_color_of_the_point_and_leaves_the_rest_clear(show, page):
    figure = square()
    figure.add_scatter(x=[], y=[], mode="markers")
    film = film_of(
        1, lambda i: {k: v.astype(np.float32) if k == "xy" else v for k, v in places(i).items()}
    )
    binds = [bind(0, "x", "xy", 0), bind(0, "y", "xy", 1),
             bind(0, "marker.color", "kind", colors="category"),
             images(0, "pictures", (3, 8, 8), size=40, colors="ink")]  # fmt: skip
    show(film, plot("plot", figure, binds, width=500, height=400))
    assert color(page, 0.2, 0.3)[3] == 0  # an empty picture
    assert color(page, 0.5, 0.3) == [213, 94, 0, 255]  # the sixth category
    assert color(page, 0.79, 0.3)[3] == 0 and color(page, 0.81, 0.3) == [0, 158, 115, 255]


def test_glyphs_stand_in_place_of_points_and_move_with_them(show, page):
    figure = square()
    look = {"text": ["■", "■"], "textposition": "middle center", "textfont": {"size": 40}}
    figure.add_scatter(x=[], y=[], mode="text", **look)
    xy = np.array([[0.3, 0.4], [0.7, 0.4]], np.float32)
    binds = [bind(0, "x", "xy", 0), bind(0, "y", "xy", 1)]
    panel = plot("plot", figure, binds, width=500, height=400)
    show(film_of(2, lambda i: {"xy": xy + np.float32([0, i / 4])}), panel)
    assert color(page, 0.3, 0.4)[3] == color(page, 0.7, 0.4)[3] == 255
    at(page, 1)
    assert color(page, 0.3, 0.65)[3] == 255 and color(page, 0.3, 0.4)[3] == 0
