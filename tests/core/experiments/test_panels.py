"""Every page's panels and readouts name tracks that are in a snapshot, within their shape."""

import base64
import json
from importlib import import_module

import numpy as np
import plotly.graph_objects as go
import pytest

from core.experiments import EXPERIMENTS, Experiments
from core.film import Film
from core.stage import stage
from tests.core.experiments.special import SPECIAL

ROOMS = "core.experiments"
PAGES = Experiments(
    EXPERIMENTS.places
    | {
        "message-passing": f"{ROOMS}.message_passing.experiment:MessagePassing",
        "predict": f"{ROOMS}.predict.experiment:Predict",
    }
)


def room(path, part):
    return import_module(f"{ROOMS}.{path.replace('-', '_')}.{part}")


def cases():
    """Page and settings: defaults, guided experiments, and special ones."""
    for path in PAGES:
        tasks = [task.settings for task in room(path, "tasks").TASKS]
        for changes in ({}, *tasks, *SPECIAL.get(path, ())):
            yield pytest.param(path, changes, id=f"{path} {json.dumps(changes)[:70]}")


def check(panels, readouts, snapshot):
    """All that reads a track finds it. Errors: `AssertionError`, naming panel and entry."""
    for panel in panels:
        data = panel.get("figure", {}).get("data", ())
        for entry in panel.get("binds", ()):
            if "data" not in entry:  # pictures that stand still
                reads(panel, entry, snapshot)
            assert "trace" not in entry or entry["trace"] < len(data), (panel["id"], entry)
        for entry in panel.get("tiles", ()):
            track = reads(panel, entry, snapshot)
            axes = 1 if entry.get("over") else 2  # over the steps: a column of pixels a frame
            images = int(np.prod(track.shape[:-axes]))
            assert track.ndim >= axes and (entry["index"] or 0) < images, (panel["id"], entry)
            if "clip" in entry:  # x and y of the corners
                assert snapshot[entry["clip"]].shape[1:] == (2,), (panel["id"], entry)
        for line in texts(panel):
            assert len(line["values"]) == line["text"].count("{}"), (panel["id"], line)
            for entry in (*line["values"], *([line["when"]] if "when" in line else ())):
                assert flat(reads(panel, entry, snapshot), entry["column"]) >= 0, entry
        if "clouds" in panel:
            for entry in (*panel["clouds"], *panel["lines"], *panel["dots"]):
                check_points(panel, entry, snapshot)
        for entry in panel.get("layers", ()):
            track = reads(panel, entry, snapshot)
            axes = track.shape[-2:] if entry["kind"] == "maps" else ()
            assert entry["size"] * int(np.prod(axes)) <= track.size, (panel["id"], entry)
        names = [*panel.get("weights", ()), *panel.get("biases", ())]
        for name in (*names, panel.get("maps"), panel.get("output")):
            assert name is None or name in snapshot, (panel["id"], name)
    for entry in readouts:
        track = reads({"id": "readouts"}, {**entry, "column": None}, snapshot)
        assert entry.get("column", 0) < track.size, entry


def flat(track, column):
    """Where a column is in a flat track; what a focus chooses is its first. -1 if it is outside."""
    if not isinstance(column, list):
        return first(column) if 0 <= first(column) < track.size else -1
    at = [first(one) for one in column]
    assert len(at) <= track.ndim
    inside = all(0 <= k < n for k, n in zip(at, track.shape, strict=False))
    return int(np.ravel_multi_index(at, track.shape[: len(at)])) if inside else -1


def first(index):
    """An index as a number: the first one where a focus chooses it."""
    return 0 if isinstance(index, str) and index.startswith("focus:") else index


def texts(panel):
    """Lines with numbers in them: of a panel of words, and under any picture."""
    return [*([] if "clouds" in panel else panel.get("lines", ())), *panel.get("caption", ())]


def check_points(panel, entry, snapshot):
    """Points of a space are triples, as many as its colors, and the order stays within."""
    points = entry["points"]
    if "track" in points:
        n = reads(panel, points, snapshot).reshape(-1, 3).shape[0]
    else:
        n = len(base64.b64decode(points["data"])) // 12
    if "track" in (entry["color"] or ()):
        assert reads(panel, entry["color"], snapshot).size == n, (panel["id"], entry["color"])
    assert max(entry.get("order", [-1])) < n, panel["id"]


def reads(panel, entry, snapshot):
    """The track of an entry, after a look at its column and its order."""
    for name in (entry["track"], entry.get("phase", entry["track"])):
        assert name in snapshot, (panel["id"], entry)
    track, column = np.asarray(snapshot[entry["track"]]), entry.get("column")
    if isinstance(column, int) and "text" not in entry and "format" not in entry:
        width = track.shape[-1] if track.ndim else 1
        assert 0 <= column < width, (panel["id"], entry)
    if order := entry.get("order"):
        assert max(order) < (track.shape[0] if column is not None else track.size), entry
    return track


@pytest.mark.parametrize(("path", "changes"), cases())
def test_all_that_a_page_shows_is_in_the_film(path, changes):
    settings, figures = PAGES[path].Settings.defaults().replace(**changes), room(path, "figures")
    panels, readouts = figures.panels(settings), figures.readouts(settings)
    experiment, film = PAGES[path](settings), Film()
    film.append(0, snapshot := experiment.snapshot())
    experiment.notes(film)
    seconds = {f"seconds:{name}": value for name, value in film.meta.get("seconds", {}).items()}
    check(panels, readouts, snapshot | seconds)
    described = json.loads(json.dumps(stage(panels, readouts), allow_nan=False))
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in described["panels"]:
        assert panel["title"]
        if figure := panel.get("figure"):
            assert len(panel["alt"]) > 20, panel["id"]
            go.Figure(figure)  # Plotly validates what `Chart` did not
            entries = [trace for trace in figure["data"] if trace.get("showlegend", True)]
            if figure["layout"].get("showlegend"):
                assert all(trace.get("name") for trace in entries), panel["id"]


SNAPSHOT = {"loss": 1.0, "w": np.zeros(3), "map": np.zeros((2, 4, 4)), "set": np.zeros((5, 2))}
EMPTY = {"clouds": [], "lines": [], "dots": []}  # of a space
WRONG = {
    "bind": {"binds": [{"track": "W", "column": None}]},
    "column of a bind": {"binds": [{"track": "set", "column": 2}]},
    "column of a history": {"binds": [{"track": "w", "column": 3, "mode": "history"}]},
    "column of a shade": {"binds": [{"part": "arrow", "track": "set", "column": 5}]},
    "phase of a shade": {"binds": [{"part": "message", "track": "w", "phase": "t"}]},
    "order": {"binds": [{"track": "set", "column": 0, "order": [4, 5, -1]}]},
    "trace": {"binds": [{"track": "w", "trace": 0}]},
    "tile": {"tiles": [{"track": "maps", "index": None}]},
    "index of a tile": {"tiles": [{"track": "map", "index": 2}]},
    "tile of a vector": {"tiles": [{"track": "w", "index": None}]},
    "caption": {"caption": [{"text": "{}", "values": [{"track": "W", "column": 0}]}]},
    "colors of a cloud": {
        **EMPTY,
        "clouds": [{"points": {"track": "w"}, "color": {"track": "set"}}],
    },
    "net": {**EMPTY, "lines": [{"points": {"track": "w"}, "color": "red", "order": [0, 1]}]},
    "line": {"lines": [{"text": "{}", "values": [{"track": "W", "column": 0}]}]},
    "column of a line": {"lines": [{"text": "{}", "values": [{"track": "set", "column": 10}]}]},
    "columns of a line": {
        "lines": [{"text": "{}", "values": [{"track": "map", "column": ["focus:unit", 4, 0]}]}]
    },
    "number in a line": {"lines": [{"text": "{}", "values": []}]},
    "when": {"lines": [{"text": "", "values": [], "when": {"track": "w", "column": 3}}]},
    "weights": {"weights": ["w", "W2"]},
    "output": {"output": "out"},
    "layer": {"layers": [{"kind": "units", "size": 3, "track": "W"}]},
    "size of a layer": {"layers": [{"kind": "maps", "size": 3, "track": "map"}]},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_name_or_column_is_found(wrong):
    with pytest.raises(AssertionError):
        check([{"id": "panel", **WRONG[wrong]}], [], SNAPSHOT)


@pytest.mark.parametrize("wrong", [{"track": "acc"}, {"track": "w", "column": 3}])
def test_a_wrong_readout_is_found(wrong):
    with pytest.raises(AssertionError):
        check([], [wrong], SNAPSHOT)


def test_what_is_right_passes():
    right = {
        "binds": [{"track": "set", "column": 1, "order": [4, -1]}, {"track": "w", "column": 2}],
        "tiles": [{"track": "map", "index": 1}],
        "lines": [
            {"text": "{}", "values": [{"track": "set", "column": 9, "format": "d"}]},
            {"text": "{}", "values": [{"track": "map", "column": ["focus:unit", 3, 0]}]},
        ],
    }
    check([{"id": "panel", **right}], [{"track": "w", "column": 2}, {"track": "loss"}], SNAPSHOT)
