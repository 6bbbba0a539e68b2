"""The boundaries page: what it teaches is true."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, r2_score

from core.experiment import run
from core.experiments.boundaries.data import FEATURES, data, featurize, grid, shown
from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings


def make(**settings):
    return Boundaries(BoundariesSettings(**settings))


def trained(steps, **settings):
    experiment = make(**settings)
    return experiment, run(experiment, steps)


def said(film):
    return " ".join(note.text for note in film.notes)


def test_defaults_solve_xor_in_two_seconds_of_film():
    experiment, film = trained(600)
    assert 60 <= len(film) <= 130
    assert film["test_accuracy"][-1] >= 0.98
    assert film["test_accuracy"][0] < 0.7
    assert "Solved at step" in said(film)
    assert film["probe"][-1, -1] > 0.95 > 0.7 > film["probe"][-1, 0]


@pytest.mark.parametrize("normalization", ["none", "batch"])
def test_a_network_in_company_is_the_network_alone(normalization):
    kw = dict(normalization=normalization, hidden=(4, 4), optimizer="Adam")
    together = make(seeds=3, seed=7, **kw)
    together.step(60)
    for k in range(3):
        alone = make(seed=7 + k, **kw)
        alone.step(60)
        for name, value in alone.weights().items():
            torch.testing.assert_close(together.weights()[name][k], value[0], rtol=1e-4, atol=1e-5)


def test_scores_are_those_of_scikit_learn():
    experiment = make(seeds=2, noise=20)
    experiment.step(100)
    snapshot = experiment.snapshot()
    for name, (X, y) in zip(("", "test_"), data(experiment.settings), strict=True):
        x = featurize(experiment.settings, X).expand(2, -1, -1)
        z = experiment.model(x)[-1][0, :, 0].detach().numpy().astype(np.float64)
        p = 1 / (1 + np.exp(-z))
        assert snapshot[f"{name}loss"] == pytest.approx(log_loss(y, p), abs=1e-5)
        assert snapshot[f"{name}accuracy"] == accuracy_score(y > 0, z > 0)
    np.testing.assert_array_equal(snapshot["confusion"], confusion_matrix(y > 0, z > 0))
    assert snapshot["loss_seeds"][0] == snapshot["loss"] == np.float32(experiment.loss())


def test_regression_has_r2():
    experiment = make(dataset="reg-plane", hidden=(), optimizer="SGD")
    experiment.step(300)
    snapshot = experiment.snapshot()
    X, y = data(experiment.settings)[1]
    z = experiment.model(featurize(experiment.settings, X)[None])[-1][0, :, 0].detach().numpy()
    assert snapshot["test_r2"] == pytest.approx(r2_score(y, z), abs=1e-5) and z.std() > 0.1
    assert snapshot["test_r2"] > 0.99 and "accuracy" not in snapshot


def test_map_and_neurons_are_the_networks_output():
    experiment = make(features=tuple(FEATURES))
    experiment.step(50)
    snapshot = experiment.snapshot()
    *hidden, z = experiment.model(featurize(experiment.settings, grid(100))[None])
    values = torch.tanh(z / 2).detach().numpy().reshape(100, 100)
    assert np.abs((values + 1) * 127.5 - snapshot["map"]).max() <= 0.51
    little = experiment.model(featurize(experiment.settings, grid(32))[None])[0].detach()
    values = little[0].numpy().T.reshape(-1, 32, 32)
    assert np.abs((values + 1) * 127.5 - snapshot["neurons"][:6]).max() <= 0.51
    points = grid(100).reshape(100, 100, 2)
    assert points[0, 0].tolist() == pytest.approx([-5.94, -5.94])
    assert points[0, 1, 0] > points[0, 0, 0] and points[1, 0, 1] > points[0, 0, 1]


def test_hidden_spaces():
    experiment = make(hidden=(8, 3, 1))
    before = None
    for _ in range(10):
        snapshot = experiment.snapshot()
        (X, _), test = shown(experiment.settings)
        x = featurize(experiment.settings, X)[None]
        layers = [h[0].detach().numpy() for h in experiment.model(x)]
        assert snapshot["hidden1"].shape == (300, 3) and snapshot["sheet1"].shape == (289, 3)
        np.testing.assert_allclose(snapshot["hidden2"], layers[1], atol=2e-3)
        np.testing.assert_allclose(snapshot["hidden3"][:, :1], layers[2], atol=2e-3)
        assert (snapshot["hidden3"][:, 1:] == 0).all()
        now = snapshot["hidden1"].astype(float)
        if before is not None:
            assert np.abs(now - before).max() < 0.5
        before = now
        experiment.step(5)
    assert test.sum() == 150


@pytest.mark.parametrize("hidden", [(6, 3), (4, 2), (8,), (1,)])
def test_the_cut_drawn_in_the_last_space_is_the_outputs(hidden):
    """Every point lies on the side of the straight line that its output says."""
    experiment = make(hidden=hidden, samples=200)
    experiment.step(400)
    snapshot = experiment.snapshot()
    (X, _), _ = shown(experiment.settings)
    z = experiment.model(featurize(experiment.settings, X)[None])[-1][0, :, 0].detach().numpy()
    place = snapshot[f"hidden{len(hidden)}"][:, :2].astype(float)
    start, end = snapshot["cut"].astype(float)
    (a, b), away = end - start, place - start
    side = (a * away[:, 1] - b * away[:, 0]) / np.hypot(a, b)
    clear = np.abs(side) > 0.01  # half precision
    assert clear.sum() > 100 and (z > 0).any() and (z < 0).any()
    assert len(set(np.sign(side[clear] * z[clear]))) == 1


def test_a_line_on_xor_hears_why_it_guesses():
    assert "75% is the ceiling" in said(trained(300, hidden=())[1])


def test_linear_layers_collapse():
    experiment, film = trained(300, activation="linear")
    W, b, X = film["W_prime"][-1], film["b_prime"][-1], np.random.default_rng(0).normal(size=(9, 2))
    z = experiment.model(featurize(experiment.settings, X)[None])[-1].detach()[0, :, 0]
    np.testing.assert_allclose(X @ W + b, z, atol=1e-5)
    assert film["test_accuracy"][-1] < 0.8
    assert "collapse to one linear map" in said(film) and "not linearly separable" in said(film)


def test_no_hidden_layer_and_a_feature_that_solves_it():
    film = trained(300, hidden=(), features=("X1X2",))[1]
    assert film["test_accuracy"][-1] > 0.98 and "neurons" not in film and "dead" not in film
    assert "not linearly separable" not in said(film)
    assert film["probe"].shape[1] == 1


def test_zero_weights_stay_alike():
    experiment, film = trained(100, initialization="zero")
    assert "break the symmetry" in said(film)
    W = experiment.weights()["W1"][0]
    assert (W[:, :1] == W).all()


@pytest.mark.parametrize("rate", ["10"])
def test_divergence_stops_and_names(rate):
    experiment, film = trained(
        500, dataset="reg-plane", activation="ReLU", optimizer="SGD", learning_rate=float(rate)
    )
    assert experiment.done.startswith("Diverged after") and experiment.steps < 500
    assert "learning rate" in experiment.done
    assert experiment.steps == film.steps[-1]
    for name in film.names:
        assert film[name].dtype != np.float64


def test_one_step_at_a_time_diverges_at_the_same_step():
    kw = dict(dataset="reg-plane", activation="ReLU", optimizer="SGD", learning_rate=10)
    a, b = make(**kw), make(**kw)
    a.step(500)
    for _ in range(500):
        b.step(1)
    assert (a.steps, a.done) == (b.steps, b.done)


def test_dead_and_saturated_neurons():
    film = trained(60, activation="ReLU", optimizer="SGD", learning_rate=10, seed=1)[1]
    if film["dead"][-1].max() >= 0.5:
        assert "dead" in said(film)
    experiment = make(activation="ReLU", hidden=(4,))
    with torch.no_grad():
        experiment.model.b[0][0, 0, :2] = -1000
    assert experiment.snapshot()["dead"].tolist() == [0.5]
    experiment = make(activation="tanh", hidden=(4,))
    with torch.no_grad():
        experiment.model.b[0][0, 0, 0] = 100
    assert experiment.snapshot()["dead"].tolist() == [0.25]
    assert make(activation="step").snapshot()["dead"].tolist() == [1, 1]
    assert make(activation="straight-through step").snapshot()["dead"].max() < 1


def test_step_needs_a_pretended_slope():
    honest = trained(400, activation="step", hidden=(8,), learning_rate=0.03)
    first = make(activation="step", hidden=(8,), learning_rate=0.03)
    assert torch.equal(honest[0].weights()["W1"], first.weights()["W1"])
    assert "slope 0" in said(honest[1])
    pretended = make(activation="straight-through step", hidden=(16, 8), learning_rate=0.03)
    pretended.step(1200)
    assert pretended.snapshot()["accuracy"] > 0.9


def test_l1_makes_weights_zero():
    sparse, plain = make(regularization="L1", regularization_rate=0.01, batch_size=30), make()
    sparse.step(1000), plain.step(300)
    zeros = [sum(int((W == 0).sum()) for W in one.model.W) for one in (sparse, plain)]
    assert zeros[0] > 3 and sparse.loss() < 0.1 and zeros[1] == 0


def test_overfitting_is_noticed():
    film = trained(500, noise=50, samples=60, hidden=(16,), optimizer="Adam", learning_rate=0.1)[1]
    assert "Overfitting since" in said(film)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (dict(residual=True), "nothing to skip"),
        (dict(hidden=(4,), normalization="layer"), "second hidden layer"),
        (dict(hidden=(2, 3), normalization="layer"), "which one is larger"),
        (dict(dataset="formula", formula="1 > 0"), "same label"),
    ],
)
def test_notes(settings, words):
    assert words in said(trained(5, **settings)[1])


@pytest.mark.parametrize("hidden", [(), (1,), (16,) * 8])
@pytest.mark.parametrize("normalization", ["none", "layer", "batch"])
def test_all_shapes_of_network(hidden, normalization):
    experiment, film = trained(10, hidden=hidden, normalization=normalization, residual=True)
    assert film.steps.tolist() == [0, 5, 10]
    assert all(np.isfinite(film[name]).all() for name in film.names)
