"""The message-passing page without a browser: what a click, a button and a link do."""

import pytest

from tests.pages.test_controls import link
from tests.pages.test_pages import launch
from tests.sitemap import pages

(PAGE,) = (page for page in pages() if page.url == "/message-passing")


def visit(**query):
    app = launch(PAGE, **query)
    assert [error.value for error in app.exception] == []
    return app


def scene(app):
    return app.session_state["message-passing.run"].experiment.scene


def test_the_film_is_complete_at_first_sight():
    app = visit()
    run = app.session_state["message-passing.run"]
    assert run.experiment.done and len(run.film) == len(run.experiment.moments)
    assert run.flags["autoplay"] is True and link(app) == {}
    assert all(rf"({n})" in " ".join(x.value for x in app.latex) for n in (5.9, 5.11, 5.12))


def test_another_atom_keeps_the_moment():
    app = visit(model="gat")
    app.selectbox(key="message-passing.named_atom").select_index(1).run()
    assert link(app) == {"model": "gat", "atom": "2"} and scene(app).drawn == 1
    assert app.session_state["message-passing.run"].flags["start"] == "same"


def test_relabel_draws_another_order_each_time_and_goes_back():
    app = visit()
    names = [scene(app).labels]
    for _ in range(2):
        app.button(key="message-passing.mix").click().run()
        names.append(scene(app).labels)
        flags = app.session_state["message-passing.run"].flags
        assert flags["start"] == "same" and not flags["autoplay"]
    assert link(app)["relabel"] == "1"
    assert names[0] != names[1] != names[2]
    app.button(key="message-passing.unmix").click().run()
    assert scene(app).labels == names[0] and "relabel" not in link(app)


def test_the_channel_in_the_control_is_the_one_in_the_title():
    app = visit()
    (box,) = app.number_input
    assert box.label == "Channel" and box.value == scene(app).channel + 1 > 1 and link(app) == {}
    box.set_value(7).run()
    assert link(app) == {"channel": "7"} and scene(app).channel == 6
    app.number_input[0].set_value(0).run()  # chosen by the page again
    assert link(app) == {} and app.number_input[0].value == scene(app).channel + 1
    app.selectbox(key="message-passing.model").set_value("gat").run()
    assert app.number_input[0].value == scene(app).channel + 1
    assert not visit(hide="channel").number_input


@pytest.mark.parametrize("query", [{"smiles": "C"}, {"smiles": "O=C=O", "atom": "60"}], ids=str)
def test_small_molecules_are_shown(query):
    app = visit(**query)
    assert not app.error and not app.warning
    assert scene(app).drawn == len(scene(app).molecule) - 1
