"""Panels of the boundaries page: every track that they name is in the film, in the right shape."""

import base64

import numpy as np
import pytest

from core.experiments.boundaries import figures
from core.experiments.boundaries.data import is_regression, shown
from core.experiments.boundaries.pictures import NET, Boundaries, BoundariesSettings

CASES = {
    "default": {},
    "no hidden layer": {"hidden": ()},
    "deep": {"hidden": (4, 4, 4), "residual": True},
    "seeds": {"seeds": 4},
    "regression": {"dataset": "reg-gauss"},
    "linear": {"activation": "linear", "features": ("X1", "X2", "X1X2")},
    "few points": {"dataset": "points"},
}


def plain(values):
    """An array as Plotly packs it for the browser."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.array(values)


def panels(settings, prefix=""):
    made = [figures.decision_map(settings, prefix), figures.network_panel(settings, prefix)]
    for layer in range(1, len(settings.hidden) + 1):
        made += [figures.hidden_space(settings, layer, prefix, three) for three in (False, True)]
    made.append(figures.loss_curves(settings.seeds, prefix))
    made.append(figures.probe_bars(len(settings.hidden), is_regression(settings), prefix))
    return made + ([] if is_regression(settings) else [figures.confusion(prefix)])


@pytest.mark.parametrize("case", CASES)
def test_panels_and_readouts_show_what_the_snapshot_has(case):
    settings = BoundariesSettings(**CASES[case])
    snapshot = Boundaries(settings).snapshot()
    for panel in panels(settings):
        for entry in (*panel.get("binds", ()), *panel.get("tiles", ())):
            track = np.asarray(snapshot[entry["track"]])
            column = entry.get("column")
            if isinstance(column, int) and track.ndim:
                assert column < track.shape[-1], (panel["id"], entry)
            if "trace" in entry:
                assert entry["trace"] < len(panel["figure"]["data"])
        assert len(panel["alt"]) > 20 and panel["title"]
    for number in figures.readouts(settings):
        assert number.get("column", 0) < np.asarray(snapshot[number["track"]]).size


@pytest.mark.parametrize("case", CASES)
def test_the_network_panel_has_the_networks_shape(case):
    settings = BoundariesSettings(**CASES[case])
    snapshot, panel = Boundaries(settings).snapshot(), figures.network_panel(settings)
    sizes = panel["sizes"]
    for layer, (w, b) in enumerate(zip(panel["weights"], panel["biases"], strict=True)):
        assert snapshot[w].shape == (sizes[layer], sizes[layer + 1])
        assert snapshot[b].shape == (sizes[layer + 1],)
    if panel["maps"]:
        assert len(snapshot[panel["maps"]]) == sum(sizes[1:-1])
    assert [len(base64.b64decode(i["map"])) for i in panel["inputs"]] == [32 * 32] * sizes[0]


def test_points_on_the_map_are_the_points_and_know_their_row():
    settings = BoundariesSettings(dataset="moons", noise=20)
    (X, y), held_out = shown(settings)
    train, test = figures.decision_map(settings)["figure"]["data"]
    for trace, mask in ((train, ~held_out), (test, held_out)):
        trace = {name: plain(trace[name]) for name in ("x", "y", "customdata")}
        rows = trace["customdata"]
        np.testing.assert_array_equal(rows, np.flatnonzero(mask))
        np.testing.assert_allclose(trace["x"], X[rows, 0])
        np.testing.assert_allclose(trace["y"], X[rows, 1])
    assert figures.decision_map(settings, test=False)["figure"]["data"][1]["visible"] is False


def test_only_an_edited_map_has_tools():
    settings = BoundariesSettings()
    kinds = figures.decision_map(settings)["tools"]["kinds"]
    assert [kind["id"] for kind in kinds] == ["blue", "orange", "move", "remove"]
    assert "tools" not in figures.decision_map(settings, "b/", edit=False)


def test_grid_lines_visit_neighbors_only():
    """Each line runs along one direction of the grid, and -1 lifts the pen after it."""
    order = figures.grid_lines(NET)
    line = []
    lines = []
    for knot in order:
        if knot < 0:
            lines.append(line)
            line = []
        else:
            line.append(divmod(knot, NET))
    assert line == [] and len(lines) == 2 * len(range(0, NET, 2))
    for visited in lines:
        steps = np.abs(np.diff(np.array(visited), axis=0)).sum(1)
        assert (steps == 1).all() and len(visited) == NET


def test_a_race_draws_both_under_their_own_names():
    settings = BoundariesSettings()
    for panel in panels(settings, "a/"):
        assert panel["id"].startswith("a/")
        assert all(e["track"].startswith("a/") for e in panel.get("binds", ()))
    rival = [b["track"] for b in figures.loss_curves(1, "a/", True)["binds"]]
    assert rival == ["a/loss", "a/test_loss", "b/test_loss"]
