"""Words for networks, links, and for what is chosen or dragged."""

import json

import pytest

from core.stage import drag, focus, layer, line, links, network


@pytest.mark.parametrize(
    ("nodes", "words", "placed"),
    [
        (["a", "b", "c"], {}, [["a", 0, None], ["b", 1, None], ["c", 2, None]]),
        (["a", "b", "c"], {"columns": 2}, [["a", 0, 0], ["b", 1, 0], ["c", 0, -1]]),
        ([("a", 0.5, 2), ("b", 1, 3)], {}, [["a", 0.5, 2], ["b", 1, 3]]),
    ],
)
def test_nodes_stand_on_a_line_on_a_grid_or_where_they_are_told(nodes, words, placed):
    panel = links("links", nodes, [(0, 1)], alt="who looks at whom", **words)
    assert panel["nodes"] == placed and panel["pairs"] == [[0, 1]] and panel["binds"] == []
    assert panel["kind"] == "links" and panel["alt"] and "columns" not in panel
    assert links("links", nodes, **words)["pairs"] is None  # each with each


def test_what_is_not_said_is_not_sent():
    assert focus("token") == {"name": "token"}
    assert focus("token", 0, by="row", labels=["a"]) == {
        "name": "token", "initial": 0, "by": "row", "labels": ["a"],
    }  # fmt: skip
    assert drag("kernel", "k", tile=0, low=-2) == {
        "name": "kernel", "track": "k", "tile": 0, "low": -2,
    }  # fmt: skip


def test_all_of_it_survives_json():
    made = [
        network("net", layers=[layer("units", 3, "h", focus=focus("unit", 1))], weights=[]),
        line("{focus:unit}: {}", ("h", ["focus:unit"], ".2f"), when=("focus:unit", 0, 2)),
    ]
    assert json.loads(json.dumps(made)) == made
    assert made[1]["when"] == {"track": "focus:unit", "column": 0, "value": 2}
