"""Films of message passing keep the rules of all experiments, and their numbers add up."""

import io
import json
import re
import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path
from scipy.stats import kendalltau

from core.experiment import record, run
from core.experiments.message_passing.experiment import MessagePassing, MessagePassingSettings
from core.experiments.message_passing.film import MESSAGE, READ_OUT, UPDATE, moments
from core.experiments.message_passing.settings import MODELS, labels, shuffled
from core.export import safetensors
from core.film import WIRE_DTYPES, Film
from core.molecules.picture import edges
from core.qm9.networks import package
from core.qm9.prediction import predict
from core.settings import SettingError

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
CLOSE = {"rtol": 1e-5, "atol": 1e-5}  # tracks are float32
EVERY = pytest.mark.parametrize("model", MODELS)


def made(**changes):
    return MessagePassing(MessagePassingSettings(**changes))


def whole(**changes):
    experiment, film = made(**changes), Film()
    record(experiment, film, 1000)
    return experiment.scene, film


def equal(a, b):
    assert a.names == b.names and a.steps.tolist() == b.steps.tolist()
    for name in a.names:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)
    assert [note.text for note in a.notes] == [note.text for note in b.notes]


def test_same_settings_same_film_and_another_seed_another_order():
    (_, a), (_, b) = whole(relabel=True, seed=3), whole(relabel=True, seed=3)
    equal(a, b)
    assert (whole(relabel=True, seed=4)[1]["A"] != a["A"]).any()


@EVERY
def test_snapshots_keep_shape_and_dtype_in_portions_of_any_size(model):
    a, b = made(model=model), made(model=model)
    first = {name: np.asarray(value) for name, value in a.snapshot().items()}
    a.step(7), a.step(0), a.step(30), b.step(37)
    for name, value in a.snapshot().items():
        found = np.asarray(value)
        np.testing.assert_array_equal(value, b.snapshot()[name], err_msg=name)
        assert found.shape == first[name].shape, name
        if found.ndim:
            assert found.dtype == first[name].dtype and str(found.dtype) in WIRE_DTYPES, name


def test_it_ends_and_stays_there():
    experiment = made()
    experiment.step(10**6)
    assert experiment.done and experiment.steps == len(experiment.moments) - 1
    experiment.step(5)
    assert experiment.steps == len(experiment.moments) - 1
    with pytest.raises(SettingError, match="atom"):
        experiment.change("atom", "2")


def test_film_file_and_link():
    film = run(made(smiles="CO"), 20)
    file = io.BytesIO()
    film.save(file)
    file.seek(0)
    equal(film, Film.load(file))
    for settings in (MessagePassingSettings(relabel=True, seed=9, atom=2, channel=7, model="gat"),):
        assert MessagePassingSettings.from_link(settings.to_link()) == (settings, [])
        assert MessagePassingSettings.from_json(json.dumps(settings.to_json())) == settings
    for name in MessagePassingSettings.kinds():
        with pytest.raises(SettingError, match=name):
            MessagePassingSettings(**{name: object()})


@EVERY
def test_words_matrices_and_colors_are_the_same_numbers(model):
    """Messages in a row add up to the sum; the sum makes the update; the colors follow."""
    scene, film = whole(model=model, smiles=ASPIRIN, relabel=True, seed=2)
    ends = [i for i, now in enumerate(moments(4, 13)) if now.stage == UPDATE and now.t == 1]
    for i in ends:
        product = film["product"][i]
        np.testing.assert_allclose(film["psi"][i].sum(1), product[:, 0], **CLOSE)
        if model != "mpnn":
            np.testing.assert_allclose(film["A"][i] @ film["HW"][i], product, **CLOSE)
            W = film["H"][i].astype(float) @ film["W"][i]
            np.testing.assert_allclose(W, film["HW"][i], atol=0.01)  # float16
            np.testing.assert_allclose(
                np.maximum(product + film["b"][i], 0), film["out"][i], **CLOSE
            )
        np.testing.assert_allclose(
            film["h_old"][i] + film["out"][i][:, 0], film["h_new"][i], **CLOSE
        )
        np.testing.assert_array_equal(film["color"][i], film["h_new"][i][scene.row])
    assert film["loss"].max() < 1e-12
    np.testing.assert_allclose(film["pooled"][-1][0], scene.last.sum(0), **CLOSE)


@EVERY
def test_a_message_on_its_way_is_the_entry_of_the_matrix(model):
    scene, film = whole(model=model, smiles=ASPIRIN, relabel=True, seed=5)
    i = [now.stage for now in moments(4, 13)].index(MESSAGE) + 3
    assert 0 < film["phase"][i] < 1
    for k, (u, v) in enumerate(edges(ASPIRIN)):
        assert film["message"][i][k] == film["psi"][i][scene.row[v], scene.row[u]]


@EVERY
def test_halos_are_the_k_hop_neighborhood(model):
    """As scipy counts hops, whatever the labels."""
    scene, film = whole(model=model, smiles=ASPIRIN, atom=8, relabel=True)
    hops = shortest_path(scene.original.bond_codes > 0, unweighted=True)[7]
    for i, now in enumerate(moments(4, 13)):
        if now.stage in (MESSAGE, UPDATE):
            done = now.layer + (now.stage == UPDATE)
            np.testing.assert_array_equal(film["halo"][i] > 0, hops <= done)
            assert film["field"][i] == (hops <= done).sum()


@EVERY
def test_the_prediction_is_that_of_the_package(model):
    scene, film = whole(model=model, target="alpha")
    (said,) = predict.predict([scene.settings.smiles], package.load(model))
    assert film["target"][-1] == pytest.approx(said.properties["alpha"].value, rel=1e-5)


@EVERY
def test_relabeling_moves_rows_and_colors_stay_on_their_atoms(model):
    (a, drawn), (b, moved) = whole(model=model), whole(model=model, relabel=True, seed=1)
    for track in ("H", "product", "h_new"):
        np.testing.assert_allclose(moved[track][:, b.row], drawn[track], **CLOSE)
    np.testing.assert_allclose(moved["color"], drawn["color"], **CLOSE)
    np.testing.assert_allclose(moved["A"][0][np.ix_(b.row, b.row)], drawn["A"][0], **CLOSE)
    assert a.labels[b.order[0]][0] == b.labels[0][0] and b.labels == labels(b.settings)


def test_orders_are_real_and_differ():
    orders = {tuple(shuffled(9, seed)) for seed in range(20)}
    assert len(orders) == 20 and tuple(range(9)) not in orders
    assert all(sorted(order) == list(range(9)) for order in orders)
    assert abs(np.mean([kendalltau(range(9), order).statistic for order in orders])) < 0.5
    assert shuffled(1, 0).tolist() == [0]
    assert all(shuffled(2, seed).tolist() == [1, 0] for seed in range(5))


def test_the_mlp_is_left_out_where_it_has_no_inputs():
    assert [name for name, *_ in made().scene.comparison()] == ["gcn", "mlp"]
    assert [name for name, *_ in made(smiles=ASPIRIN).scene.comparison()] == ["gcn"]


def test_channel_and_atom_beyond_the_last_are_the_last():
    scene = made(model="mpnn", channel=512, atom=64, smiles="CO").scene
    assert scene.channel == scene.start.shape[1] - 1 and scene.drawn == 1
    assert made(channel=3).scene.channel == 2


@EVERY
def test_columns_stay_in_the_head_of_their_channel(model):
    for channel in (1, 47, 48, 49, 86):
        scene = made(model=model, channel=channel).scene
        heads, d = len(scene.rounds[0].weights), scene.start.shape[1]
        assert scene.columns[0] == channel - 1 and len(set(scene.columns)) == len(scene.columns)
        assert {c * heads // d for c in scene.columns} == {scene.head}


def test_chapters_count_the_stages():
    found = moments(4, 9)
    assert [m.chapter for m in found] == sorted(m.chapter for m in found)
    assert len({m.chapter for m in found}) == 3 * 4 + 2
    assert found[-1].stage == READ_OUT and all(0 <= m.t <= 1 for m in found)
    assert len(moments(4, 64)) < 0.6 * len(found)


@EVERY
def test_the_script_prints_the_same_prediction(model, tmp_path):
    experiment = made(model=model, relabel=True, seed=3, target="homo", smiles="NCC(=O)[O-]")
    text = experiment.script()
    assert not re.search(r"^\s*(from|import) (core|streamlit)\b", text, re.MULTILINE)
    (tmp_path / "run.py").write_text(text)
    (tmp_path / "message-passing.safetensors").write_bytes(safetensors(experiment.weights()))
    command = [sys.executable, "-I", "run.py"]
    out = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert out.returncode == 0, out.stderr
    name, value, unit = out.stdout.splitlines()[-1].split()
    assert (name, unit) == ("homo", "eV") and value == f"{experiment.scene.target:.6f}"
