"""The page predict without a browser: what it says of which molecule, and the batch."""

import io
import json
from types import SimpleNamespace

import pandas as pd
import pytest

from core.experiments.predict.numbers import apart
from core.experiments.predict.tasks import OPTIONS
from core.qm9.networks import package
from core.qm9.prediction import answers, nearest
from core.qm9.prediction.batch import MOST_BYTES
from core.work import Work
from pages.qm9 import predict_near
from tests.pages.test_pages import launch
from tests.sitemap import pages

(PREDICT,) = (page for page in pages() if page.url == "/predict")


def visit(**query):
    app = launch(PREDICT, **query)
    assert [error.value for error in app.exception] == []
    return app


def html(app):
    return " ".join(node.proto.body for node in app.get("html"))


def opened(app, name):
    """An expander that is drawn only while it is open."""
    app.session_state[f"predict.fold.{name}"] = True
    app.run()
    assert [error.value for error in app.exception] == []
    return app


def test_first_sight_is_a_prediction():
    shown = html(visit())
    p = answers.answer("O=Cc1ccccc1").properties["gap"]
    assert f'data-value="{p.value:.10g}"' in shown and 'data-target="gap"' in shown
    assert "90% interval" in shown and "DFT (QM9)" in shown
    assert all(name in shown for name in ("best", *OPTIONS))


class Reading(Work):
    """The making of the fingerprints, before it has read QM9."""

    fraction, words = 0.0, "Fingerprints of QM9, once on this machine: reading QM9"


def test_a_prediction_waits_for_no_data_set(monkeypatch):
    """As on a machine that has never read QM9: numbers at once, and what is looked up later."""
    monkeypatch.setattr(answers, "at_hand", lambda: None)
    monkeypatch.setattr(nearest, "at_hand", lambda: None)
    monkeypatch.setattr(nearest.index, "cache_info", lambda: SimpleNamespace(currsize=0))
    monkeypatch.setattr(nearest, "prepare", Reading)
    app = visit(smiles="CCCCO")
    shown = html(app)
    assert answers.answer("CCCCO").row is None
    value = answers.answer("CCCCO").properties["gap"].value
    assert f'data-value="{value:.10g}"' in shown and "90% interval" in shown
    assert "QM9 is being read" in shown and "Not in QM9" not in shown
    assert "within QM9" not in shown and 'class="pd-strip"' not in shown
    monkeypatch.undo()
    app.run()
    assert answers.answer("CCCCO").row is not None
    assert "DFT (QM9)" in html(app) and "within QM9" in html(app)


@pytest.mark.parametrize(
    ("smiles", "said"),
    [
        ("CCCCCCCCCCCC", "12 heavy atoms"),
        ("[NH3+]CC(=O)[O-]", "Formal charges"),
        ("CC[NH3+]", "do not add up to zero"),
        ("CC.O", "Several fragments"),
        ("C=C", "A bond that QM9 does not hold"),
    ],
)
def test_warnings_in_words(smiles, said):
    assert any(said in warning.value for warning in visit(smiles=smiles).warning)


def test_a_usual_molecule_has_no_warning():
    assert not visit(smiles="CCO").warning


def test_a_chain_of_32_gets_no_interval_and_is_told_why():
    shown = html(visit(smiles="C" * 32))
    why = "QM9 holds no molecule with more than 9 heavy atoms to calibrate on"
    assert f"No 90% interval: {why}." in shown and 'class="pd-range"' not in shown


def test_far_from_everything_there_is_no_interval(monkeypatch):
    assert "No 90% interval" not in html(visit(smiles="CCO"))
    monkeypatch.setattr(predict_near, "far", lambda smiles: ["Far from everything."])
    app = visit(smiles="CCO")
    why = "QM9 holds no molecule near this one to calibrate on"
    assert f"No 90% interval: {why}." in html(app) and 'class="pd-range"' not in html(app)
    assert 'class="pd-error"' not in html(app) and "lie inside" not in html(app)
    assert [warning.value for warning in app.warning] == ["Far from everything."]


def test_edits_of_a_molecule_without_interval_are_ranked_all_the_same():
    app = opened(visit(smiles="CC(=O)O"), "mutate")
    (shown,) = [n for n in app.get("bidi_component") if "gallery" in n.proto.component_name]
    assert len(json.loads(shown.proto.json)["cards"]) == len(answers.mutations("CC(=O)O", "gap"))


def test_the_property_is_in_the_link_and_on_the_atoms():
    app = visit(target="mu")
    assert 'data-target="mu"' in html(app)
    app.selectbox(key="predict.target").set_value("alpha").run()
    assert 'data-target="alpha"' in html(app)
    assert app.query_params["target"] == "alpha"


def test_a_molecule_typed_as_smiles_is_predicted():
    app = visit()
    app.text_input(key="predict.smiles").set_value("OCC").run()
    value = answers.answer("CCO").properties["gap"].value
    assert f'data-value="{value:.10g}"' in html(app)
    app.text_input(key="predict.smiles").set_value("C((").run()
    assert any("can't be read" in error.value for error in app.error)
    assert f'data-value="{value:.10g}"' in html(app)  # the last results stay


def test_mutate_shows_every_edit():
    app = opened(visit(smiles="CCO"), "mutate")
    (shown,) = [n for n in app.get("bidi_component") if "gallery" in n.proto.component_name]
    found = answers.mutations("CCO", "gap")
    places = answers.digits("gap")
    cards = json.loads(shown.proto.json)["cards"]
    now = {m.edit.smiles: answers.answer(m.edit.smiles).properties["gap"].value for m in found}
    before = answers.answer("CCO").properties["gap"].value
    changes = [apart(now[m.edit.smiles], before, places) for m in found]
    expected = [[m.edit.words, f"{change} eV"] for m, change in zip(found, changes, strict=True)]
    assert [card["lines"][:2] for card in cards] == expected
    assert all(card["svg"].startswith("<svg") for card in cards)


def cards_of(app):
    (shown,) = [n for n in app.get("bidi_component") if "gallery" in n.proto.component_name]
    return json.loads(shown.proto.json)["cards"]


def test_an_edit_that_leaves_qm9_is_starred_and_has_no_interval(monkeypatch):
    monkeypatch.setattr(predict_near, "far", lambda smiles: [])
    near = cards_of(opened(visit(smiles="CCO"), "mutate"))
    kept = [m.edit.words for m in answers.mutations("CCO", "gap") if not m.prediction.warnings]
    assert len(kept) > 3
    for card in near:
        words, _, value, interval = card["lines"]
        assert value.endswith(" *") == (words not in kept)
        assert interval.startswith("[") or words not in kept
    monkeypatch.setattr(predict_near, "far", lambda smiles: ["Far."] if smiles != "CCO" else [])
    away = cards_of(opened(visit(smiles="CCO"), "mutate"))
    assert all(card["lines"][2].endswith(" *") for card in away)
    assert {card["lines"][3] for card in away} == {"no interval"}


def test_the_upload_says_the_size_that_is_read():
    app = opened(visit(), "batch")
    (box,) = app.get("file_uploader")
    assert box.proto.max_upload_size_mb * 1_000_000 == MOST_BYTES
    assert any("2 MB" in caption.value for caption in app.caption)


def test_batch_keeps_bad_lines_and_gives_the_same_numbers():
    app = opened(visit(), "batch")
    app.file_uploader(key="predict.file").upload("m.csv", b"smiles\nCCO\nC((\nC=O\n").run()
    for _ in range(50):
        if app.success:
            break
        app.run()
    assert "2 predicted, 1 refused, of 3 lines" in app.success[0].value
    job = app.session_state["predict.batch.job"]
    table = pd.read_csv(io.StringIO(job.result))
    assert list(table["line"]) == [2, 3, 4] and "can't be read" in table["error"][1]
    expected = answers.answer("CCO").properties["gap"].value
    assert table["gap (eV)"][0] == pytest.approx(expected, rel=1e-5)


def test_a_file_that_is_no_text_is_refused_in_words():
    app = opened(visit(), "batch")
    app.file_uploader(key="predict.file").upload("m.csv", b"\xff\xfe\x00").run()
    assert "not text in UTF-8" in app.error[0].value


def test_a_file_whose_header_names_no_smiles_is_asked_about():
    app = opened(visit(), "batch")
    app.file_uploader(key="predict.file").upload("m.csv", b"id,mol\n1,CCO\n2,C=O\n").run()
    (box,) = (box for box in app.selectbox if box.label == "Column with SMILES")
    assert box.options == ["1: id, 1", "2: mol, CCO"] and "hold SMILES" in app.info[0].value
    box.set_value(1).run()
    for _ in range(50):
        if app.success:
            break
        app.run()
    assert "2 predicted, 0 refused, of 2 lines" in app.success[0].value


def test_take_home_offers_link_table_script_and_model():
    app = opened(visit(smiles="CCO"), "take")
    assert any("smiles=CCO" in code.value for code in app.code)
    labels = [node.proto.label for node in app.get("download_button")]
    size = package.locate(answers.best().name).stat().st_size / 1e6
    model = f"Model (.safetensors, {size:.0f} MB)"
    for label in ("Table (.csv)", "Python script", model, "Its card (.json)"):
        assert label in labels
