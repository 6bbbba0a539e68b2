"""Panels of the boundaries page: points, network, a race, other views."""

import base64

import numpy as np
import pytest

from core.experiment import Race
from core.experiments.boundaries import figures
from core.experiments.boundaries.data import data, shown
from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings
from tests.core.experiments.test_panels import check

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
    assert "tools" not in figures.decision_map(settings, edit=False)


def test_a_race_draws_both_under_their_own_names():
    settings, rival = BoundariesSettings(), BoundariesSettings(hidden=())
    panels = {panel["id"]: panel for panel in figures.panels(settings, rival)}
    race = Race({"a": Boundaries(settings), "b": Boundaries(rival)})
    check(panels.values(), figures.readouts(settings, rival), race.snapshot())
    assert list(panels) == ["a/map", "a/network", "b/map", "b/network", "a/loss", "a/probe",
                            "a/confusion"]  # fmt: skip
    assert panels["a/map"]["title"] == "Decision map (now)" and "tools" in panels["a/map"]
    assert panels["b/map"]["title"] == "Decision map (pinned)" and "tools" not in panels["b/map"]
    assert panels["b/network"]["weights"] == ["b/W1"] and panels["b/network"]["output"] == "b/map"
    curves = [bound["track"] for bound in panels["a/loss"]["binds"]]
    assert curves == ["a/loss", "a/test_loss", "b/test_loss"]
    own = panels["b/map"]["tiles"][0]["instead"], panels["b/network"]["focus"]["name"]
    assert own == ({"track": "b/neurons", "index": "focus:b/neuron"}, "b/neuron")
    labels = {number["track"]: number["label"] for number in figures.readouts(settings, rival)}
    assert labels["a/loss"] == "Training loss" and labels["b/loss"] == "Pinned: Training loss"


def test_what_can_be_looked_at_otherwise():
    settings = BoundariesSettings(hidden=(4, 3))
    ids = [panel["id"] for panel in figures.panels(settings)]
    assert ids == ["map", "network", "hidden", "loss", "probe", "confusion"]
    chosen = figures.panels(settings.replace(layer="1", three=True, test=False, discrete=True))
    check(chosen, [], Boundaries(settings).snapshot())
    assert chosen[2]["id"] == "hidden3" and "layer 1" in chosen[2]["title"]
    assert [trace["type"] for trace in chosen[2]["figure"]["data"]] == ["scatter3d"] * 2
    assert [bound["attribute"] for bound in chosen[2]["binds"]] == [*"xyz", *"xyz"]
    assert chosen[0]["tiles"][0]["levels"] == 2
    assert chosen[0]["figure"]["data"][1]["visible"] is False
    assert "layer 2" in figures.panels(settings.replace(layer="6"))[2]["title"]


def names(panel):
    return [trace["name"] for trace in panel["figure"]["data"] if trace.get("name")]


def test_the_map_and_the_hidden_space_say_what_they_show():
    panels = {panel["id"]: panel for panel in figures.panels(BoundariesSettings())}
    assert names(panels["map"]) == ["training point", "test point"]
    assert panels["map"]["figure"]["layout"]["showlegend"]
    assert panels["map"]["tiles"][0]["colorbar"] == ("output", -1, 1)
    assert panels["hidden"]["title"] == "Hidden space of layer 2, 3 neurons projected"
    assert names(panels["hidden"]) == ["grid over the inputs, carried along", "the output's cut"]
    assert "A square is one neuron's output" in panels["network"]["hint"]
    assert "test points on the right side" in panels["probe"]["figure"]["data"][0]["hovertemplate"]
    (tile,) = figures.decision_map(BoundariesSettings(activation="ReLU"))["tiles"]
    assert tile["colorbar"] == ("output (a neuron's: −5 to 5)", -1, 1)
    first = figures.hidden_space(BoundariesSettings(hidden=(3, 2)), 1)
    assert first["title"] == "Hidden space of layer 1, 2 of 3 neurons"
    assert "the output's cut" not in names(first)


def test_right_predictions_lie_on_the_main_diagonal():
    panel = figures.confusion(BoundariesSettings())
    across, down = (panel["figure"]["layout"][axis] for axis in ("xaxis", "yaxis"))
    assert [across["ticktext"], across["tickvals"]] == [["orange", "blue"], [0, 1]]
    assert [down["ticktext"], down["tickvals"]] == [["orange", "blue"], [1, 0]]
    assert panel["tiles"][0]["origin"] == "upper"


def test_the_darkest_cell_of_the_confusion_is_a_class_that_is_wholly_right():
    settings = BoundariesSettings(dataset="formula", formula="x1 - 3", samples=1000)
    y = data(settings)[1][1]
    (tile,) = figures.confusion(settings)["tiles"]
    assert tile["low"] == 0 and tile["numbers"] == "d"
    assert tile["high"] == max(np.sum(y > 0), np.sum(y <= 0)) > 300


@pytest.mark.parametrize("given", [{"dataset": "points"}, {"train_share": 100}])
def test_without_test_points_nothing_speaks_of_them(given):
    settings = BoundariesSettings(**given)
    panels, numbers = figures.panels(settings), figures.readouts(settings)
    assert "test" not in " ".join(number["label"].lower() for number in numbers)
    (loss,) = (panel for panel in panels if panel["id"] == "loss")
    assert names(loss) == ["training"]
    assert "confusion" not in [panel["id"] for panel in panels]
    race = {panel["id"]: panel for panel in figures.panels(BoundariesSettings(), settings)}
    assert [bound["track"] for bound in race["a/loss"]["binds"]][-1] == "b/loss"


def test_several_networks_have_a_count():
    found = figures.readouts(BoundariesSettings(seeds=16))[-1]
    assert (found["track"], found["format"]) == ("solved", "d of 16 solved")
    assert "solved" not in [n["track"] for n in figures.readouts(BoundariesSettings())]
