"""Controls: widgets follow from declarations, and the link follows from the widgets."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.experiments import EXPERIMENTS
from core.experiments.boundaries.settings import BoundariesSettings
from pages.ui.link import pack, unpack
from pages.ui.plain import plain, signed
from tests.pages.test_pages import launch
from tests.sitemap import pages

(BOUNDARIES,) = (page for page in pages() if page.url == "/boundaries")
TEXT = st.text(st.characters(exclude_characters="~", exclude_categories=["Cs"]))


def widgets():
    """A page that draws every setting of boundaries and says what it got."""
    import streamlit as st

    from core.experiments.boundaries import ABOUT
    from core.experiments.boundaries.pictures import Boundaries
    from pages.ui.controls import Controls
    from pages.ui.link import read_link
    from pages.ui.runs import Page

    page = Page(ABOUT, Boundaries)
    read_link(page)
    for problem in page.get("problems", []):
        st.warning(problem)
    drawn = Controls(page)
    for name in Boundaries.Settings.kinds():
        if name not in ("points", "changes"):
            drawn.one(name)
    st.json(drawn.finish().to_json())


def visit(**query):
    app = AppTest.from_function(widgets, default_timeout=60)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    assert not app.exception
    return app


def link(app):
    """Query of the address bar; AppTest has lists where there may be several values."""
    return {k: v[0] if isinstance(v, list) else v for k, v in app.query_params.items()}


def press(app, dataset):
    """A click on the picture of a data set."""
    app.session_state["boundaries.dataset"] = {"chosen": dataset}
    app.run()


def shown(app):
    """The data set whose name stands over the pictures."""
    (label,) = (text.value for text in app.markdown if text.value.startswith(":small[Data:"))
    return label.removeprefix(":small[Data: **").removesuffix("**]")


def settings(app):
    return BoundariesSettings.from_json(app.json[0].value)


@given(st.dictionaries(st.from_regex(r"[a-z_]+", fullmatch=True), TEXT, max_size=5))
def test_a_link_within_a_link(found):
    assert unpack(pack(found)) == found


def test_every_setting_has_the_widget_of_its_kind():
    app = visit()
    keys = {
        kind: {widget.key.split(".")[1] for widget in getattr(app, kind)}
        for kind in ("selectbox", "toggle", "slider", "number_input", "select_slider", "text_input")
    }
    assert {"activation", "optimizer", "loss"} <= keys["selectbox"]
    (pictures,) = app.get("bidi_component")  # the data sets
    assert all(name in pictures.proto.json for name in ("xor", "spiral", "points"))
    assert keys["toggle"] == {"residual", "three", "test", "discrete"}
    assert {"noise", "samples", "seeds", "init_scale"} <= keys["slider"]
    assert {"learning_rate", "regularization_rate"} == keys["select_slider"]
    assert {"hidden", "seed", "data_seed", "max_steps"} <= keys["number_input"]
    assert keys["text_input"] == {"formula"}
    assert settings(app) == BoundariesSettings() and link(app) == {}


def test_widgets_show_the_link_and_the_link_shows_the_widgets():
    app = visit(dataset="spiral", hidden="4,4,2", residual="1", learning_rate="0.02")
    assert shown(app) == "spiral"
    assert [app.number_input(key=f"boundaries.hidden.{i}").value for i in range(3)] == [4, 4, 2]
    assert app.toggle(key="boundaries.residual").value is True
    assert app.select_slider(key="boundaries.learning_rate").value == 0.02  # no stop of the slider
    app.slider(key="boundaries.noise").set_value(25).run()
    expected = {"dataset": "spiral", "hidden": "4,4,2", "residual": "1", "learning_rate": "0.02"}
    assert link(app) == {**expected, "noise": "25"}
    press(app, "xor")
    assert "dataset" not in link(app)  # defaults are left out
    assert settings(app).noise == 25


def test_layers_come_and_go():
    app = visit()
    app.number_input(key="boundaries.hidden.n").set_value(3).run()
    assert settings(app).hidden == (6, 3, 3)
    app.number_input(key="boundaries.hidden.2").set_value(1).run()
    assert settings(app).hidden == (6, 3, 1)
    app.number_input(key="boundaries.hidden.n").set_value(0).run()
    assert settings(app).hidden == () and link(app) == {"hidden": ""}
    again = visit(**link(app))
    assert settings(again).hidden == ()


def test_a_refused_value_is_named_and_the_last_good_one_stays():
    app = visit(dataset="formula")
    app.text_input(key="boundaries.formula").set_value("x1 >").run()
    (error,) = app.error
    assert error.value.startswith(plain("Formula = 'x1 >' is not allowed"))
    assert settings(app).formula == BoundariesSettings().formula
    app.text_input(key="boundaries.formula").set_value("x1 > 0").run()
    assert not app.error and settings(app).formula == "x1 > 0"


def test_an_emptied_field_keeps_the_last_value():
    app = visit()
    app.number_input(key="boundaries.hidden.n").set_value(None).run()
    assert not app.exception and settings(app).hidden == BoundariesSettings().hidden
    assert app.number_input(key="boundaries.hidden.n").value == len(BoundariesSettings().hidden)


def test_what_a_link_may_not_say_is_named_once_each():
    app = visit(activation="relu?", seed="-1", color="red", noise="20")
    problems = [warning.value for warning in app.warning]
    assert len(problems) == 3
    assert any(text.startswith("activation = 'relu?' is not allowed") for text in problems)
    assert any(text.startswith("seed = -1 is not allowed") for text in problems)
    assert "The link's color is not a setting of this page and was ignored." in problems
    assert settings(app) == BoundariesSettings(noise=20) and link(app) == {"noise": "20"}


def test_a_teachers_link_hides_controls():
    app = visit(hide="noise,optimizer", noise="30")
    keys = {widget.key for widget in (*app.slider, *app.selectbox)}
    assert "boundaries.noise" not in keys and "boundaries.optimizer" not in keys
    assert "boundaries.seeds" in keys
    assert settings(app).noise == 30 and link(app) == {"noise": "30", "hide": "noise,optimizer"}


def test_more_settings_are_there_when_asked_for():
    """A closed popover draws nothing, and what it would set keeps its value."""
    app = launch(BOUNDARIES, batch_size="7")
    assert "boundaries.batch_size" not in {w.key for w in (*app.slider, *app.number_input)}
    assert link(app) == {"batch_size": "7"}


def test_groups_and_what_makes_sense_follow_from_the_declaration():
    app = launch(BOUNDARIES)
    groups = [text.value for text in app.caption if text.value.startswith("**")]
    assert groups == ["**Data**", "**Network**", "**Training**"]
    assert "boundaries.formula" not in {field.key for field in app.text_input}
    press(app, "formula")
    assert "boundaries.formula" in {field.key for field in app.text_input}
    app = launch(BOUNDARIES, hide="dataset,noise", open="view")
    groups = [text.value for text in app.caption if text.value.startswith("**")]
    assert groups == ["**Network**", "**Training**", "**View**"]
    assert {"three", "test", "discrete"} == {flag.key.split(".")[1] for flag in app.toggle}


@pytest.mark.parametrize("value", ["0.02", "10", "1e-05"])
def test_a_rate_between_the_stops_survives_another_change(value):
    app = visit(learning_rate=value)
    app.slider(key="boundaries.noise").set_value(5).run()
    assert settings(app).learning_rate == float(value)


def test_what_the_browser_sends_late_undoes_nothing():
    """It sends what each widget said when it had not heard of a change by the page itself."""
    app = visit(dataset="spiral", hidden="4,4,2")
    for widget in (*app.selectbox, *app.number_input, *app.slider, *app.select_slider, *app.toggle):
        widget.set_value(widget.value)
    late = app._tree
    app.query_params.clear()  # as when the user goes back in the browser: the page sets all anew
    app.run()
    assert settings(app) == BoundariesSettings()
    app._tree = late
    app.run()
    assert settings(app) == BoundariesSettings() and link(app) == {}


def test_numbers_in_sentences_have_the_true_minus():
    said = "from -6 to (-.5): **-20%**, C1-2, [O-], one-off, x - 3"
    assert signed(said) == "from −6 to (−.5): **−20%**, C1-2, [O-], one-off, x - 3"


def test_no_setting_has_the_name_of_what_a_page_remembers():
    """Both are keys of the session: a slider would show what the page counts."""
    sources = "".join(path.read_text() for path in Path("pages/ui").glob("*.py"))
    kept = set(re.findall(r'\bput\("(\w+)"', sources))
    assert {"run", "number", "settings"} <= kept
    taken = {url: kept & set(made.Settings.kinds()) for url, made in EXPERIMENTS.items()}
    assert not any(taken.values()), taken
