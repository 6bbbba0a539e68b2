"""Chart: traces with what moves them, and what several pages draw, against Plotly's own figures."""

import base64

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures.chart import LOG, Chart, net_lines
from core.figures.matrix import images, matrix
from core.figures.parity import parity
from core.figures.race import entry
from core.stage import line, network, readout, words


def bound(panel):
    """(trace, attribute, track, column) of every bind."""
    keys = ("trace", "attribute", "track", "column")
    return [tuple(one[key] for key in keys) for one in panel["binds"]]


def data(panel):
    """Traces as Plotly takes them; it refuses what it does not know."""
    return go.Figure(panel["figure"]).data


def test_a_trace_and_what_moves_it_are_one_call():
    p = Chart("updates", "loss")
    p.line(xy="cut")
    p.points(np.arange(3), ("by_size", 1), color=("layer", None), scale={"colors": "category"})
    p.history("loss", name="training")
    p.bars(["a", "b"], ("probe", None))
    panel = p.panel("loss", title="Loss", width=300)
    assert panel["kind"] == "plot" and panel["title"] == "Loss" and panel["width"] == 300
    assert bound(panel) == [
        (0, "x", "cut", 0), (0, "y", "cut", 1), (1, "marker.color", "layer", None),
        (1, "y", "by_size", 1), (2, "y", "loss", 0), (3, "y", "probe", None),
    ]  # fmt: skip
    assert panel["binds"][2]["colors"] == "category" and "colors" not in panel["binds"][3]
    assert [one["mode"] for one in panel["binds"]] == ["frame"] * 4 + ["history", "frame"]
    assert [len(trace.y) for trace in data(panel)] == [0, 3, 1, 2]


def test_steps_begin_at_zero_where_a_curve_grows_over_them_and_nowhere_else():
    """Plotly draws a single frame at step 0 on an axis from -1 to 1, unless it is told so."""
    p = Chart("updates", "loss", xaxis2={"overlaying": "x"})
    p.line([0, 1], [0, 1])
    path = Chart("w1", "w2")
    path.history("w", 1, name="path", moved={"x": ("w", 0)})
    assert "rangemode" not in path.layout["xaxis"] and "rangemode" not in p.layout["xaxis"]
    p.history("loss", name="loss")
    assert p.layout["xaxis"]["rangemode"] == "tozero" and "rangemode" not in p.layout["xaxis2"]
    p.history("loss", name="again", xaxis="x2")
    assert p.layout["xaxis2"]["rangemode"] == "tozero"


def test_numbers_that_stand_still_arrive_as_they_are():
    x, y = np.linspace(0, 1, 99), np.array([1, 2, np.nan] * 33)
    p = Chart()
    p.line(x, y)
    p.points([1, None, 2], (3, 4, 5), marker={"color": np.arange(99)})
    p.bars(np.arange(3), np.array([0.5, np.nan, 1]))
    _, points, bars = data(p.panel("still"))
    packed = p.panel("still")["figure"]["data"][0]
    for name, sent in (("x", x), ("y", y)):  # many numbers travel as bytes
        found = np.frombuffer(base64.b64decode(packed[name]["bdata"]), "<f4")
        np.testing.assert_array_equal(found, sent.astype(np.float32))
    assert points.marker.color["dtype"] == "i4"
    assert points.x == (1, None, 2) and points.y == (3, 4, 5)
    assert bars.x == (0, 1, 2) and bars.y == (0.5, None, 1)
    np.testing.assert_array_equal(p.figure().data[0].y, y)


def test_a_pair_of_words_is_no_track():
    p = Chart()
    p.bars(("input", "output"), [1, 2])
    assert p.panel("bars")["binds"] == [] and data(p.panel("bars"))[0].x == ("input", "output")


def test_only_named_traces_are_in_the_legend():
    p = Chart(legend=True)
    p.line([0, 1], [0, 1])
    p.line([0, 1], ("fit", None), name="fit", hover="%{y}")
    p.band("seeds", "#009e73", "4 seeds")
    panel = p.panel("fit")
    assert panel["figure"]["layout"]["showlegend"] is True
    assert [trace.showlegend for trace in data(panel)] == [False, None, False, False]
    assert [trace.hoverinfo for trace in data(panel)][:2] == ["skip", None]
    assert data(panel)[1].hovertemplate == "%{y}<extra></extra>"
    assert bound(panel)[1:] == [(2, "y", "seeds", "min"), (3, "y", "seeds", "max")]
    assert data(panel)[3].fill == "tonexty" and data(panel)[3].fillcolor == "rgba(0,158,115,0.18)"
    assert Chart(unified=True).layout["hovermode"] == "x unified"


def test_levels_and_shapes_are_plotlys_own():
    expected = go.Figure(layout={"yaxis": {"type": "log"}})
    expected.add_hline(y=0.01, line={"color": "#8c8c8c", "dash": "dash", "width": 1.5})
    p = Chart(yaxis=LOG)
    p.level(0.01, "best")
    ours, theirs = p.figure().layout, expected.layout
    assert ours.shapes[0].to_plotly_json() | {"yref": "y"} == theirs.shapes[0].to_plotly_json()
    # Plotly takes the logarithm for words: https://plotly.com/python/text-and-annotations/
    assert ours.annotations[0].y == pytest.approx(-2) and ours.annotations[0].text == "best"
    upright = Chart()
    upright.level(4, "depth", axis="x")
    shape = upright.figure().layout.shapes[0]
    assert (shape.x0, shape.x1, shape.yref) == (4, 4, "y domain")


def test_a_cube_has_three_axes():
    p = Chart("a", "b", (-1, 1), z="c")
    p.sheet("sheet", 2)
    p.points(xy="hidden")
    panel = p.panel("cube")
    assert [one[1:] for one in bound(panel)] == [
        (letter, track, column)
        for track in ("sheet", "hidden") for column, letter in enumerate("xyz")
    ]  # fmt: skip
    assert [trace.type for trace in data(panel)] == ["scatter3d"] * 2
    assert panel["figure"]["layout"]["scene"]["zaxis"]["title"]["text"] == "c"
    assert panel["binds"][0]["order"] == [0, 1, -1, 2, 3, -1, 0, 2, -1, 1, 3, -1]


@pytest.mark.parametrize(("n", "every"), [(17, 2), (13, 1), (2, 1)])
def test_lines_of_a_net_visit_neighbors_only(n, every):
    """Each line runs along one direction of the grid, and -1 lifts the pen after it."""
    lines, visited = [], []
    for knot in net_lines(n, every):
        if knot < 0:
            lines.append(visited)
            visited = []
        else:
            visited.append(divmod(knot, n))
    assert visited == [] and len(lines) == 2 * len(range(0, n, every))
    for one in lines:
        steps = np.abs(np.diff(np.array(one), axis=0)).sum(1)
        assert (steps == 1).all() and len(one) == n


def test_tools_know_their_traces():
    p = Chart()
    p.line(xy="line")
    p.tools([p.points(xy="a"), p.points(xy="b")], "move", move="Move", draw="Draw f")
    assert p.panel("map")["tools"] == {
        "trace": [1, 2], "initial": "move",
        "kinds": [{"id": "move", "label": "Move"}, {"id": "draw", "label": "Draw f"}],
    }  # fmt: skip


def test_the_first_row_of_a_matrix_is_on_top():
    p = matrix("A", ["r1", "r2", "r3"], ["c1", "c2"], {"low": 0, "high": 1}, framed=0, x="from u")
    panel = p.panel("A")
    assert panel["kind"] == "raster"
    (tile,) = panel["tiles"]
    assert tile["origin"] == "upper" and (tile["low"], tile["high"]) == (0, 1)
    assert (tile["x"], tile["y"]) == ((-0.5, 1.5), (-0.5, 2.5))
    layout = panel["figure"]["layout"]
    ticks = dict(zip(layout["yaxis"]["ticktext"], layout["yaxis"]["tickvals"], strict=True))
    assert ticks == {"r1": 2, "r2": 1, "r3": 0}
    assert (layout["shapes"][0]["y0"], layout["shapes"][0]["y1"]) == (1.5, 2.5)
    (cells,) = data(panel)
    assert bound(panel) == [(0, "z", "A", None)] and np.shape(cells.z) == (3, 2)
    assert cells.y == (2, 1, 0)
    few = matrix("A", [str(i) for i in range(9)], ["c"], {}, every=4, hover="")
    assert few.layout["yaxis"]["ticktext"] == ["0", "4", "8"] and not few.traces


def test_images_in_a_grid_do_not_overlap():
    panel = images("kernels", 5, 3, [f"k{i}" for i in range(5)], colors="gray").panel("kernels")
    tiles, notes = panel["tiles"], panel["figure"]["layout"]["annotations"]
    assert [tile["index"] for tile in tiles] == [0, 1, 2, 3, 4]
    assert all(tile["colors"] == "gray" and tile["origin"] == "upper" for tile in tiles)
    corners = [(tile["x"][0], tile["y"][1]) for tile in tiles]
    assert corners[0][1] == corners[2][1] > corners[3][1] and corners[0][0] == corners[3][0]
    for i, one in enumerate(tiles):
        for other in tiles[:i]:
            apart = [max(one[a][0], other[a][0]) > min(one[a][1], other[a][1]) for a in "xy"]
            assert any(apart)
    assert [note["text"] for note in notes] == ["k0", "k1", "k2", "k3", "k4"]
    for note, tile in zip(notes, tiles, strict=True):
        assert note["y"] > tile["y"][1] and tile["x"][0] < note["x"] < tile["x"][1]


def test_parity_has_one_range_and_the_diagonal():
    p = parity("true", "said", np.array([0.0, 2.0]), room=0.5, name="perfect")
    assert p.layout["xaxis"]["range"] == p.layout["yaxis"]["range"] == (-1, 3)
    (line_,) = data(p.panel("parity"))
    assert line_.x == line_.y == (-1, 3) and line_.name == "perfect"


def test_an_entry_of_a_race_reads_its_own_tracks():
    p = Chart()
    p.history("loss", name="training")
    p.image("map", (0, 1), (0, 1))
    panel = entry(p.panel("map", title="Map"), "c/", " (third)")
    assert (panel["id"], panel["title"]) == ("c/map", "Map (third)")
    assert panel["binds"][0]["track"] == "c/loss" and panel["tiles"][0]["track"] == "c/map"
    net = network("net", title="Net", weights=["W1", "W2"], biases=["b1"], maps=None, output="map")
    net = entry(net, "a/")
    assert net["weights"] == ["a/W1", "a/W2"] and net["maps"] is None and net["output"] == "a/map"
    said = entry(words("said", [line("{}", ("w", 1, "d"), when=("x", 0, 1))], title="Said"), "a/")
    assert said["lines"][0]["values"][0]["track"] == "a/w"
    assert said["lines"][0]["when"]["track"] == "a/x"
    assert entry(readout("loss", "Loss"), "b/", "Pinned: ")["label"] == "Pinned: Loss"
    assert entry(readout("loss", "Loss"), "") == readout("loss", "Loss")


@pytest.mark.parametrize("legend", [False, True])
def test_a_picture_that_stands_still_wastes_no_margin_but_keeps_its_own(legend):
    """Plotly's 100 pixels above and 80 below are a third of a chart of 330."""
    margin = Chart("x", "y", legend=legend).figure(height=330).layout.margin
    assert margin.t <= 30 and margin.b <= 50 and margin.l >= 60
    own = Chart("x", "y", margin={"r": 70}).figure().layout.margin
    assert own.r == 70 and own.t <= 30
    assert Chart("x", "y").figure(margin={"t": 5}).layout.margin.t == 5


def test_two_buttons_for_the_scale_are_the_players_and_not_plotlys():
    panel = Chart("updates", "loss", switch=True).panel("loss")
    assert panel["scales"] and "updatemenus" not in panel["figure"]["layout"]
    assert "scales" not in Chart("updates", "loss").panel("loss")
