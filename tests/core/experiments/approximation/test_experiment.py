import numpy as np
import pytest
import torch

from core.experiment import run
from core.experiments.approximation.functions import FUNCTIONS, absolute, parabola, sine
from core.experiments.approximation.pictures import COARSE, Approximation, grid
from core.experiments.approximation.pieces import (
    BENT,
    by_hand,
    count_pieces,
    most_pieces,
    sum_of_relus,
)
from core.experiments.approximation.settings import ApproximationSettings, parameters, redrawn
from core.settings import SettingError


def made(steps=0, **changes):
    experiment = Approximation(ApproximationSettings(**changes))
    experiment.step(steps)
    return experiment


def arrays(experiment):
    W = [weight[0].detach().double().numpy() for weight in experiment.model.W]
    b = [bias[0, 0].detach().double().numpy() for bias in experiment.model.b]
    return W, b


# --- What is drawn is what the equations say ------------------------------------------------------


@pytest.mark.parametrize("hidden", [(24,), (7, 5), ()])
@pytest.mark.parametrize("activation", ["ReLU", "tanh"])
def test_contributions_add_up_to_the_fit(hidden, activation):
    experiment = made(60, hidden=hidden, activation=activation)
    frame = experiment.snapshot()
    c = float(experiment.model.b[-1][0, 0, 0].detach())
    parts = frame["contributions"].astype(np.float64).reshape(-1, COARSE)
    np.testing.assert_allclose(parts.sum(0) + c, frame["fit"][::2], atol=0.02)  # float16 parts


def test_kinks_are_where_w_x_plus_b_is_zero():
    experiment = made(60)
    frame = experiment.snapshot()
    w, b = (
        p[0, 0].detach().double().numpy() for p in (experiment.model.W[0], experiment.model.b[0])
    )
    shown = np.isfinite(frame["kinks"][:, 0])
    assert (shown == (np.abs(b / w) <= 1)).all() and shown.any()
    np.testing.assert_allclose((w * frame["kinks"][:, 0] + b)[shown], 0, atol=1e-5)
    x = torch.from_numpy(frame["kinks"][shown, :1])
    y = experiment.model(x[None])[-1][0, :, 0].detach().numpy()
    np.testing.assert_allclose(frame["kinks"][shown, 1], y, atol=0.02)


def test_errors_are_those_of_numpy():
    experiment = made(40, target="bump", noise=10)
    frame = experiment.snapshot()
    gap = np.abs(frame["fit"] - FUNCTIONS["bump"](grid()))
    assert frame["max_error"] == pytest.approx(gap.max(), rel=1e-6)
    assert frame["rmse"] == pytest.approx(np.sqrt((gap**2).mean()), rel=1e-5)
    x, y = experiment.x[0], experiment.y
    expected = torch.nn.functional.mse_loss(experiment.model(x[None])[-1][0, :, 0], y)
    assert frame["loss"] == pytest.approx(float(expected.detach()), rel=1e-5)
    assert frame["parameters"] == parameters((24,)) == 73


# --- Straight pieces ------------------------------------------------------------------------------


def brute(W, b, negative, n=500_001):
    """Pieces on a fine grid: changes of slope from cell to cell, leaving out cells with a kink."""
    h, pure = np.linspace(-1, 1, n)[:, None], np.ones(n - 1, bool)
    for weight, bias in zip(W[:-1], b[:-1], strict=True):
        z = h @ weight + bias
        pure &= ((z[1:] > 0) == (z[:-1] > 0)).all(1)
        h = np.where(z > 0, z, negative * z)
    slope = np.diff((h @ W[-1] + b[-1])[:, 0])[pure] * (n - 1) / 2
    return 1 + int((np.abs(np.diff(slope)) > 1e-7).sum())


@pytest.mark.parametrize("hidden", [(1,), (24,), (6, 6), (5, 4, 3)])
@pytest.mark.parametrize("activation", ["ReLU", "leaky ReLU"])
@pytest.mark.parametrize("seed", [0, 1])
def test_pieces_are_as_many_as_on_a_fine_grid(hidden, activation, seed):
    experiment = made(80, hidden=hidden, activation=activation, seed=seed, seeds=1)
    W, b = arrays(experiment)
    found = count_pieces(W, b, BENT[activation])
    assert found.count == brute(W, b, BENT[activation])
    assert found.count <= most_pieces(hidden)
    assert experiment.snapshot()["linear_pieces"] == found.count


def test_linear_networks_have_one_piece():
    assert made(20, activation="linear", hidden=(9, 9)).snapshot()["linear_pieces"] == 1


def test_a_neuron_that_makes_no_difference_makes_no_piece():
    W = [np.array([[1.0, 1.0]]), np.array([[1.0], [0.0]])]
    found = count_pieces(W, [np.array([0.5, -0.5]), np.zeros(1)])
    assert found.breaks.tolist() == [-0.5]
    found = count_pieces(W, [np.array([2.0, -2.0]), np.zeros(1)])
    assert found.count == 1 and found.on.tolist() == [True, False]
    assert found.off.tolist() == [False, True]


def test_three_layers_of_two_make_the_eight_pieces_of_the_zigzag():
    """Telgarsky's tent map, written into the weights."""
    tent_in, bias = np.array([[1.0, 1.0]]), np.array([0.0, -0.5])
    again = np.array([[2.0, 2.0], [-4.0, -4.0]])
    W = [tent_in / 2, again, again, np.array([[2.0], [-4.0]])]
    found = count_pieces(W, [bias + 0.5, bias, bias, np.zeros(1)])
    assert found.count == 8
    np.testing.assert_allclose(found.breaks, np.arange(-3, 4) / 4, atol=1e-12)


def test_two_relus_written_by_hand_are_the_absolute_value():
    x = np.linspace(-1, 1, 501)
    np.testing.assert_allclose(sum_of_relus(x, *by_hand(absolute, 2)), np.abs(x), atol=1e-12)


def test_by_hand_meets_the_function_at_its_knots_and_converges():
    x = np.linspace(-1, 1, 2001)
    errors = []
    for n in (32, 64, 128):
        t, v, c = by_hand(sine, n)
        np.testing.assert_allclose(sum_of_relus(t, t, v, c), sine(t), atol=1e-12)
        errors.append(np.abs(sine(x) - sum_of_relus(x, t, v, c)).max())
    # Interpolation by lines: the error falls as 1/n^2 for a smooth function.
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.15)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.15)
    assert len(by_hand(parabola, 5)[0]) == 5


# --- Training -------------------------------------------------------------------------------------


def test_seeds_in_a_batch_equal_single_runs():
    together = made(150, seeds=4, seed=7)
    for k in range(4):
        alone = made(150, seeds=1, seed=7 + k)
        for both, one in zip(together.model.W, alone.model.W, strict=True):
            np.testing.assert_allclose(both[k].detach(), one[0].detach(), rtol=1e-3, atol=1e-4)


def test_a_linear_network_finds_the_least_squares_line():
    experiment = made(1500, activation="linear", hidden=(4,), learning_rate=0.01, target="chirp")
    x, y = experiment.x[0, :, 0].numpy(), experiment.y.numpy()
    line = np.polyval(np.polyfit(x, y, 1), grid())
    np.testing.assert_allclose(experiment.snapshot()["fit"], line, atol=1e-3)


def test_some_of_sixteen_pairs_of_relus_find_the_absolute_value():
    errors = made(1500, target="abs", hidden=(2,), seeds=16).snapshot()["max_error_seeds"]
    assert errors.min() < 0.01 < 0.2 < errors.max()


def test_the_default_fits_the_sine():
    film = run(made(), 1000)
    assert film["rmse"][0] > 0.5 and film["rmse"][-1] < 0.08
    assert any("straight pieces" in note.text for note in film.notes)


def test_divergence_names_the_layer_and_keeps_the_film():
    experiment = made(optimizer="SGD", learning_rate=10)
    film = run(experiment, 400)
    assert "Diverged" in experiment.done and "layer" in experiment.done
    assert film.notes[-1].text == experiment.done and len(film) > 1


def test_a_kink_goes_where_it_is_put():
    experiment = made(20)
    experiment.change(*experiment.kink_to(3, 0.25))
    assert experiment.snapshot()["kinks"][3, 0] == pytest.approx(0.25, abs=1e-5)


def test_notes_warn_of_dead_relus_and_jumps():
    film = run(made(target="steps", initialization="fan-in"), 10)
    words = " ".join(note.text for note in film.notes)
    assert "dead" in words and "jumps" in words


# --- Settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("formula", "1/x"),
        ("points", ((0, 0),)),
        ("points", ((0, 0), (0, 1))),
        ("points", ((-2, 0), (0, 1))),
        ("hidden", (128, 128)),
        ("changes", ((0, "W1.0.99", "1"),)),
    ],
)
def test_refused_by_name(name, value):
    with pytest.raises(SettingError) as error:
        ApproximationSettings(**{name: value})
    assert error.value.name in (name, "change")


def test_a_drawn_function_travels_in_the_link():
    path = [(x / 50, np.sin(x / 9)) for x in range(-50, 51)]
    settings = redrawn(ApproximationSettings(), path)
    assert settings.target == "drawn"
    assert ApproximationSettings.from_link(settings.to_link()) == (settings, [])
    assert len(settings.to_link()["points"]) < 1200
