"""Stage: plain data that describes what the player shows."""

import base64
import json

import numpy as np
import plotly.graph_objects as go
import pytest

from core.stage import (
    bind,
    figure_json,
    history,
    identity,
    images,
    line,
    network,
    plot,
    raster,
    readout,
    stage,
    tile,
    words,
)


def figure():
    made = go.Figure(layout={"xaxis": {"range": (0, 1)}})
    made.add_scatter(x=np.arange(3, dtype=np.float32), y=[1, float("nan"), 3], name="curve")
    return made


def described():
    panels = [
        plot("loss", figure(), [history(0, "loss"), bind(0, "x", "w", 2)], title="Loss", width=300),
        raster("map", figure(), [tile("map", (-1, 1), (0, 2), index=3, levels=2)]),
        network("net", sizes=[2, 1]),
        words("sum", [line("z = {}", ("z", 0, ".3g()"), when=("wrong", 1, 1.0), mark="head")]),
    ]
    return stage(panels, [readout("loss", "Loss", ".1%", color="red")], speed=0.5)


def test_a_stage_survives_json():
    assert json.loads(json.dumps(described())) == json.loads(json.dumps(described()))
    loss, image, net, text = described()["panels"]
    assert [p["kind"] for p in (loss, image, net, text)] == ["plot", "raster", "network", "words"]
    assert loss["title"] == "Loss" and loss["width"] == 300 and "tiles" not in loss
    assert loss["binds"][0]["mode"] == "history" and loss["binds"][1]["mode"] == "frame"
    assert loss["binds"][1]["column"] == 2
    assert image["tiles"][0]["index"] == 3 and image["tiles"][0]["levels"] == 2
    assert described()["speed"] == 0.5


def test_a_line_splits_its_numbers():
    made = described()["panels"][3]["lines"][0]
    expected = {"track": "z", "column": 0, "format": ".3g", "brackets": True}
    assert made["values"] == [expected]
    assert made["when"] == {"track": "wrong", "column": 1, "value": 1.0}
    assert "when" not in line("plain words")
    assert line("{}", ("z", 1, "d"))["values"][0]["brackets"] is False


def test_a_path_has_another_track_on_x():
    found = history(1, "w", 1, x=("w", 0))
    assert found["x"] == {"track": "w", "column": 0} and found["column"] == 1
    assert "x" not in history(0, "loss")


def test_pictures_are_a_track_or_stand_still():
    still = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
    found = images(0, still, (3, 2, 2), size=9)
    assert base64.b64decode(found["data"]) == still.tobytes() and found["size"] == 9
    moving = images(0, "digits", (3, 2, 2))
    assert moving["track"] == "digits" and "data" not in moving
    for wrong in (still.astype(np.float32), still[:2]):
        with pytest.raises(ValueError, match=r"give uint8\(3, 2, 2\)"):
            images(0, wrong, (3, 2, 2))


def test_a_tile_has_edges_or_lies_over_the_steps():
    assert tile("norms", over="steps", y=(0, 4))["x"] is None
    with pytest.raises(ValueError, match="tile map: give x"):
        tile("map")


def test_identity_is_of_the_content():
    assert identity(described()) == identity(described())
    assert identity(described()) != identity({**described(), "speed": 1})
    assert identity({"a": 1, "b": 2}) == identity({"b": 2, "a": 1})


def test_a_figure_is_what_plotly_itself_would_write():
    """Against Figure.to_json, without the template."""
    plotly = json.loads(figure().to_json())
    plotly["layout"].pop("template", None)
    assert figure_json(figure()) == plotly
    assert "template" not in figure_json(go.Figure())["layout"]
