"""The graph attention page without a browser: links, strokes, clicks, tasks, and its claim."""

import json

import pytest

from core.experiments.graph_attention import sample
from core.qm9.data.targets import KEYS
from pages.graphs.graph_attention_words import limits, masking
from tests.pages.test_controls import link
from tests.pages.test_pages import launch
from tests.sitemap import pages

(PAGE,) = (page for page in pages() if page.url == "/graph-attention")


def visit(**query):
    app = launch(PAGE, **query)
    assert [error.value for error in app.exception] == []
    return app


def texts(app):
    return " ".join(node.value for node in (*app.caption, *app.latex, *app.markdown))


def run_of(app):
    return app.session_state["graph-attention.run"]


def test_the_film_is_whole_at_first_sight():
    app = visit()
    run = run_of(app)
    assert run.experiment.done and len(run.film) == run.experiment.last + 1
    assert run.flags["autoplay"] is True and link(app) == {}
    assert all(rf"({number})" in texts(app) for number in (5.13, 5.14))


def test_other_settings_are_shown_at_their_end():
    app = visit()
    app.selectbox(key="graph-attention.head").set_value("mean").run()
    assert link(app) == {"head": "mean"} and run_of(app).flags == {"start": "end"}


@pytest.mark.parametrize(
    "query",
    [
        {"smiles": "C"},
        {"smiles": "CC(N)=O", "layer": "4"},
        {"head": "mean", "path": "all at once", "target": "mu"},
    ],
)
def test_links(query):
    app = visit(**query)
    assert not app.warning and not app.error and link(app) == query


def test_a_link_with_another_molecule_keeps_its_atom():
    found = run_of(visit(smiles="CC(N)=O", atom="4")).experiment.study
    assert found.v == 3


def test_settings_still_work_after_a_known_molecule():
    """The sketcher's note of the chosen atom was once read as the widget of the setting atom."""
    app = visit()
    app.selectbox(key="graph-attention.named").set_value("acetamide").run()
    app.selectbox(key="graph-attention.head").set_value("3").run()
    assert not app.error and link(app) == {"smiles": "CC(N)=O", "head": "3"}


def test_a_neighbor_is_silenced_and_speaks_again():
    app = visit()
    pills = app.button_group(key="graph-attention.silenced")
    assert pills.options == ["O1", "C3"] and pills.value is None
    learned = run_of(app).film["prediction"][-1]
    pills.set_value("O1").run()
    assert link(app) == {"silence": "1"} and run_of(app).film["prediction"][-1] != learned
    again = visit(silence="1")
    shown = again.button_group(key="graph-attention.silenced")
    assert shown.value == "O1"
    shown.set_value(None).run()
    assert link(again) == {} and run_of(again).film["prediction"][-1] == learned


def test_the_claim_stands_beside_the_title():
    assert "**A large weight does not mean that a neighbor matters**" in visit().markdown[0].value


@pytest.mark.parametrize("key", KEYS)
def test_the_claim_rests_on_the_recorded_numbers(key):
    text, numbers = limits(key), json.loads(sample.RESULT.read_text())["properties"][key]
    assert f"{numbers['rho'][-1]:.2f}".replace("-", "−") in text
    assert f"{numbers['chance']:.0%}" in text and sample.RECORD in text


def test_another_checkpoint_is_not_spoken_for(tmp_path):
    others = tmp_path / "recorded.json"
    others.write_text(json.dumps({**json.loads(sample.RESULT.read_text()), "checkpoint": "0" * 64}))
    assert sample.recorded(others) is None and sample.recorded() is not None
    assert "Not yet measured" in limits("lumo", others) and sample.RECORD in limits("lumo", others)


def test_masking_is_said_exactly():
    said = masking(visit(scope="this layer", layer="3").session_state["graph-attention.settings"])
    assert "in layer 3" in said and "u still hears v" in said
