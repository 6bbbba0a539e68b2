"""The autoencoder in its film: what is drawn is what it computes, and what is refused."""

import numpy as np
import pytest
import torch
from sklearn.metrics import r2_score

from core.analysis.embedding import Reference
from core.experiment import run
from core.experiments.manifolds import methods
from core.experiments.manifolds.finished import find
from core.experiments.manifolds.methods import TSNE
from core.experiments.manifolds.pictures import SCORE_EVERY, Manifolds
from core.experiments.manifolds.settings import (
    ManifoldsSettings,
    long_enough,
    read_change,
    redrawn,
)
from core.experiments.manifolds.still import pca, still
from core.export import script
from core.settings import SettingError
from tests.programs import printed_by

SMALL = ManifoldsSettings(samples=300, perplexity=20)


def trained(settings=SMALL, steps=300):
    experiment = Manifolds(settings)
    experiment.step(steps)
    return experiment


@pytest.mark.parametrize("latent", [1, 2, 3])
def test_the_loss_is_the_unexplained_variance_of_scikit_learn(latent):
    experiment = trained(SMALL.replace(latent=latent))
    with torch.no_grad():
        found = experiment.decode(experiment.encode(experiment.x))[0].numpy()
    expected = 1 - r2_score(experiment.x[0], found, multioutput="variance_weighted")
    assert experiment.loss() == pytest.approx(expected, rel=1e-3, abs=1e-6)


def test_more_latent_numbers_lose_less():
    losses = [trained(SMALL.replace(latent=d), 600).loss() for d in (1, 2, 3)]
    assert losses[0] > losses[1] > losses[2] and losses[2] < 0.01


@pytest.mark.parametrize("latent", [2, 3])
def test_maps_are_aligned_and_scored_as_they_are_drawn(latent):
    experiment = trained(SMALL.replace(latent=latent))
    frame, of = experiment.snapshot(), still(SMALL)
    for name in ("ae", "tsne"):
        xy = frame[name].astype(float)
        np.testing.assert_allclose(xy.mean(0), 0, atol=1e-3)
        assert (xy**2).sum(1).mean() == pytest.approx(1, abs=1e-3)
        expected = of.reference.scores(xy)
        np.testing.assert_allclose(frame[f"{name}_scores"][:4], expected, atol=0.006)


def test_the_dot_shows_what_the_decoder_makes_of_its_place():
    experiment = trained(steps=500)
    ae = experiment.snapshot()["ae"].astype(float)
    with torch.no_grad():
        made = experiment.decode(experiment.encode(experiment.x))[0].double().numpy()
    cloud = still(SMALL).lifted(made)
    for i in (0, 17, 123):
        experiment.change("code", f"{ae[i, 0]:.4f},{ae[i, 1]:.4f}")
        frame = experiment.snapshot()
        np.testing.assert_allclose(frame["code"], ae[i], atol=1e-3)
        np.testing.assert_allclose(frame["decoded_ae"].astype(float), cloud[i], atol=0.15)


def test_pca_makes_of_the_dot_what_its_inverse_makes_in_scikit_learn():
    from sklearn.decomposition import PCA

    experiment, X = trained(steps=1), still(SMALL).shape.X
    fitted = PCA(2).fit(X)
    restored = fitted.inverse_transform(fitted.transform(X))
    for i in (3, 99):
        xy = pca(SMALL).xy[i]
        experiment.change("code", f"{xy[0]:.5f},{xy[1]:.5f}")
        found = experiment.snapshot()["decoded_pca"].astype(float)
        np.testing.assert_allclose(found, restored[i], atol=0.02)


@pytest.fixture
def no_maps(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_umap_s_inverse_decodes_the_same_dot_where_there_is_a_map(no_maps):
    settings = ManifoldsSettings()  # its map is recorded
    experiment, made = Manifolds(settings), find(settings, "umap")
    experiment.change("code", f"{made.xy[5, 0]:.5f},{made.xy[5, 1]:.5f}")
    found = experiment.snapshot()["decoded_umap"].astype(float)
    expected = still(settings).lifted(made.decoded(made.xy[5:6]))[0]
    np.testing.assert_allclose(found, expected, atol=0.02)
    assert np.isnan(Manifolds(SMALL).snapshot()["decoded_umap"]).all()


def test_seconds_are_said_and_are_no_track():
    film = run(Manifolds(SMALL), 20)
    assert {"ae", "tsne", "pca"} == set(film.meta["seconds"]) and not {"seconds"} & set(film.names)
    assert all(0 < seconds < 60 for seconds in film.meta["seconds"].values())


def test_images_are_decoded_to_images(no_maps):
    settings = SMALL.replace(dataset="digits")
    experiment = trained(settings, 600)
    frame = experiment.snapshot()
    assert frame["image_ae"].shape == (8, 8) and frame["image_pca"].dtype == np.uint8
    experiment.change("code", "1.5,0.3")
    assert not frame["image_umap"].any()  # nobody has made that map
    for name in ("image_ae", "image_pca"):
        assert (experiment.snapshot()[name] != frame[name]).any()


def test_moving_the_dot_does_not_touch_the_training():
    one, other = trained(), Manifolds(SMALL)
    other.change("code", "1,1")
    other.step(150), other.change("code", "-1,0"), other.step(150)
    assert one.loss() == other.loss()


def test_scores_are_measured_in_their_turn():
    film = run(Manifolds(SMALL), 3 * SCORE_EVERY)
    scores, fresh = film["ae_scores"], film.steps % SCORE_EVERY == 0
    held = (scores[1:] == scores[:-1]).all(1)
    assert fresh.sum() == 4 and held[~fresh[1:]].all() and not held[fresh[1:]].any()


def test_what_a_run_begins_with_is_measured_once_and_stays_as_it_was(monkeypatch):
    experiment = Manifolds(SMALL.replace(data_seed=7))
    first = experiment.snapshot()
    experiment.step(1500)
    experiment.snapshot()  # t-SNE no longer exaggerates
    monkeypatch.setattr(Reference, "scores", None)
    monkeypatch.setattr(methods, "affinities", None)
    again = Manifolds(SMALL.replace(data_seed=7))
    for name, values in again.snapshot().items():
        np.testing.assert_array_equal(values, first[name], err_msg=name)
    again.step(100)
    monkeypatch.undo()
    other = Manifolds(SMALL.replace(data_seed=7))
    other.pictures.tsne = TSNE(still(other.settings).X, other.settings.perplexity)
    other.step(100)
    np.testing.assert_array_equal(again.snapshot()["tsne"], other.snapshot()["tsne"])


def test_the_net_of_the_autoencoder_lies_where_it_decodes():
    experiment = trained(steps=600)
    nodes = experiment.snapshot()["sheet_ae"].astype(float)
    nodes = nodes[np.isfinite(nodes[:, 0])]
    low, high = still(SMALL).cloud.min(0), still(SMALL).cloud.max(0)
    assert len(nodes) > 60 and (nodes > low - 4).all() and (nodes < high + 4).all()


def test_the_autoencoder_restores_the_roll_and_does_not_unroll_it():
    settings = ManifoldsSettings(max_steps=1500)
    film = run(Manifolds(settings), 1500)
    assert film["loss"][-1] < 0.06 and film["ae_scores"][-1][0] < 0.5
    assert film["tsne_scores"][-1][0] > film["ae_scores"][-1][0]
    said = " ".join(note.text for note in film.notes)
    assert "does not promise a regular map" in said and "two numbers" not in said
    assert find(settings, "isomap").scores[0] > 0.99


def test_one_update_is_no_updates():
    experiment = trained(steps=1)
    experiment.change("learning_rate", "0.01")
    with torch.no_grad():
        experiment.encoder.vector.fill_(torch.nan)
    experiment.step(1)
    assert experiment.done.startswith("Diverged after 1 update: the loss is no longer a finite")


def test_what_diverges_stops_and_keeps_its_film():
    film = run(Manifolds(SMALL.replace(learning_rate=1.0, seed=2)), 600)
    assert all(np.isfinite(film[name]).all() for name in ("ae", "tsne", "ae_scores"))


REFUSED = {
    "perplexity": ({"samples": 300, "perplexity": 100}, "below a third of the 300 points"),
    "neighbors": ({"samples": 200, "neighbors": 200}, "no more than 199 others"),
    "umap_neighbors": ({"samples": 200, "umap_neighbors": 500}, "no more than 199 others"),
    "samples": ({"dataset": "MNIST-1D", "samples": 1500}, "up to 1,000"),
    "profile": ({"dataset": "drawn", "profile": ((0, 0), (0.1, 0))}, "longer than 0.2"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_in_words(name):
    given, words = REFUSED[name]
    with pytest.raises(SettingError, match=words) as error:
        ManifoldsSettings(**given)
    assert error.value.name == name


@pytest.mark.parametrize("change", [("code", "1"), ("code", "a,b"), ("code", "9,0"), ("x", "1")])
def test_bad_changes_are_refused(change):
    with pytest.raises(SettingError):
        read_change(*change)
    with pytest.raises(SettingError):
        Manifolds(SMALL).change(*change)


def test_a_drawn_profile_becomes_the_data():
    path = [[x, np.sin(x)] for x in np.linspace(-3, 3, 300)]
    settings = redrawn(SMALL, path)
    assert settings.dataset == "drawn" and len(settings.profile) <= 80
    assert np.abs(settings.profile).max() <= 2 and long_enough(settings.profile)
    with pytest.raises(SettingError, match="draw it in one stroke"):
        redrawn(SMALL, [[0, 0], [0.01, 0]])


def test_a_script_holds_the_points_that_it_cannot_make(tmp_path):
    paths, wanted = [], []
    for dataset in ("digits", "QM9 embeddings", "drawn"):
        settings = SMALL.replace(dataset=dataset, noise=4 if dataset == "drawn" else 0)
        paths.append(tmp_path / f"{dataset}.py")
        paths[-1].write_text(script(Manifolds, settings, 12))
        wanted.append(trained(settings, 12).loss())
    assert printed_by(paths) == pytest.approx(wanted, rel=1e-6)
