"""What the player tells the page: a drag that ended is in the settings, and so in the link."""

from streamlit.testing.v1 import AppTest

from core.experiments.boundaries.settings import BoundariesSettings


def dragged():
    import streamlit as st

    from core.experiments.boundaries import ABOUT
    from core.experiments.boundaries.pictures import Boundaries
    from pages.ui.player import _handle
    from pages.ui.runs import Page

    page = Page(ABOUT, Boundaries)
    page.set(Boundaries.Settings(hidden=(2,)))
    run = page.run()
    for changes in (
        [["W1.0.0", "0.1"]],
        [["W1.0.0", "0.2"], ["W1.0.1", "0.3"]],
        [["W1.9.9", "0.4"]],
    ):
        _handle(page, {"tool": "drag", "changes": changes}, None)
    st.json(page.settings.to_json())
    st.text(str(page.get("problem")))
    st.text(str(run is page.run()))
    st.text(str(float(run.film["W1"][-1][0, 0])))


def test_a_drag_is_in_the_settings_once():
    """Only the last place of each at one step: a link holds 200 changes, a drag may be repeated."""
    app = AppTest.from_function(dragged, default_timeout=60).run()
    assert not app.exception
    settings = BoundariesSettings.from_json(app.json[0].value)
    assert settings.changes == ((0, "W1.0.0", "0.2"), (0, "W1.0.1", "0.3"))
    problem, same, weight = (text.value for text in app.text)
    assert "W1.9.9" in problem and same == "True"
    assert abs(float(weight) - 0.2) < 1e-6


def kept(number, frames, moves=True):
    """How many of three films are remembered where `number` runs are alive."""
    from weakref import WeakSet

    import numpy as np

    from core.film import Film
    from pages.ui import runs

    made, runs._alive = [], WeakSet()  # nobody else's
    for _ in range(3):
        film = Film()
        for i in range(frames):
            film.append(i, {"map": np.full((100, 100), i % 9 * moves, np.uint8), "loss": 0.0})
        made.append(runs.Run(None, film, "x"))
    crowd = [runs.Run(None, Film(), "other") for _ in range(number - 3)]
    assert len(runs._alive) == len(crowd) + 3
    return list(runs._kept(dict(enumerate(made))))


def test_one_person_keeps_three_films_and_a_crowd_makes_room(monkeypatch):
    """Each film has 3 MB, or 6, and a run takes 3 MB beside it; the newest always stays."""
    monkeypatch.setattr("pages.ui.runs._alive", None)  # put back at the end
    assert kept(3, 600) == [0, 1, 2]
    assert kept(12, 300) == [1, 2]
    assert kept(12, 600) == [2]
    assert kept(12, 600, moves=False) == [0, 1, 2]  # what stands still takes the room of a frame
    assert kept(90, 300) == kept(90, 600, moves=False) == [2]


def set_by_picture():
    import streamlit as st

    from core.experiments.boundaries import ABOUT
    from core.experiments.boundaries.pictures import Boundaries
    from pages.ui.player import _handle
    from pages.ui.runs import Page

    page = Page(ABOUT, Boundaries)
    page.set(Boundaries.Settings())
    for name, value in (
        ("hidden", [7, 3]), ("features", ["X1X2"]), ("features", []), ("hidden", [99]),
        ("hidden", "six"), ("dataset", None), (["hidden"], 3), ("no such thing", 1),
    ):  # fmt: skip
        _handle(page, {"tool": "set", "name": name, "value": value}, lambda event: None)
        st.text(str(page.get("problem")))
        page.put("problem", None)
    st.json(page.settings.to_json())


def test_what_a_picture_sets_is_checked():
    app = AppTest.from_function(set_by_picture, default_timeout=60).run()
    assert not app.exception
    settings = BoundariesSettings.from_json(app.json[0].value)
    assert settings == BoundariesSettings(hidden=(7, 3), features=("X1X2",))
    said = [text.value for text in app.text]
    assert said[:2] == ["None"] * 2 and said[-2:] == ["None"] * 2
    names = [text.split(" = ")[0] for text in said[2:-2]]
    assert names == ["features", "hidden", "hidden", "dataset"]
