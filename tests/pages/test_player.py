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
