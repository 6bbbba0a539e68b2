"""Surfaces: lowest points, gradients against finite differences, samples, planes, starts."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize, rosen
from torch import nn

from core.datasets.points import moons
from core.experiments.optimizers.choose import mini_batches, problem_of
from core.experiments.optimizers.networks import (
    NOISE,
    SHAPES,
    WEIGHTS,
    name_of,
    network_losses,
    reference,
)
from core.experiments.optimizers.problem import NUMBERS
from core.experiments.optimizers.samples import phases, valley
from core.experiments.optimizers.settings import (
    SCHEDULES,
    SURFACES,
    OptimizersSettings,
    contenders,
    moved_to,
)
from core.experiments.optimizers.starts import Wanderers, best_valley, slope
from core.experiments.optimizers.surfaces import CLASSICS, rosenbrock
from core.settings import SettingError

EVERY = pytest.mark.parametrize("surface", SURFACES)


def made(surface, **changes):
    return problem_of(OptimizersSettings(surface=surface, **changes))


@EVERY
def test_gradients_against_finite_differences(surface):
    problem = made(surface)
    theta = problem.start + 0.1 * torch.linspace(-1, 1, len(problem.start), dtype=NUMBERS)
    losses, grads = problem.gradients(theta.repeat(2, 1))
    step = 1e-5 * torch.eye(len(theta), dtype=NUMBERS)
    slopes = (problem.losses(theta + step, None) - problem.losses(theta - step, None)) / 2e-5
    torch.testing.assert_close(grads[0], slopes, rtol=1e-5, atol=1e-6)
    assert losses[0] == losses[1] and (grads[0] == grads[1]).all()


@EVERY
def test_the_mean_over_single_examples_is_the_whole(surface):
    problem = made(surface)
    if not problem.examples:
        return
    each = problem.losses(problem.start.expand(64, -1), torch.arange(64)[:, None])
    whole = problem.losses(problem.start[None], None)[0]
    torch.testing.assert_close(each.mean(), whole, rtol=1e-12, atol=1e-12)


@EVERY
def test_nothing_in_the_window_lies_below_the_bottom(surface):
    problem = made(surface)
    (left, right), (low, high) = problem.window
    rng = np.random.default_rng(0)
    places = torch.from_numpy(rng.uniform((left, low), (right, high), (2000, 2)))
    assert float(problem.losses(problem.lift(places), None).min()) >= problem.floor - 1e-9
    at = problem.losses(problem.bottom[None], None)[0]
    if problem.axes is None or surface.startswith("matrix"):
        assert float(at) == pytest.approx(problem.floor, abs=1e-9)


@pytest.mark.parametrize("name", CLASSICS)
def test_bottoms_against_scipy(name):
    problem = made(name)

    def height(x):
        return float(problem.losses(torch.tensor(x)[None], None)[0])

    found = minimize(height, problem.bottom.numpy() + 0.05, method="Nelder-Mead", tol=1e-10)
    assert found.fun == pytest.approx(problem.floor, abs=1e-8)
    np.testing.assert_allclose(found.x, problem.bottom, atol=1e-3)


def test_rosenbrock_is_scipys():
    points = np.random.default_rng(0).normal(size=(50, 2))
    np.testing.assert_allclose(rosenbrock(torch.from_numpy(points)), rosen(points.T), rtol=1e-12)


@pytest.mark.parametrize("condition", [1, 20, 1000])
@pytest.mark.parametrize("surface", ["quadratic", "matrix W X = Y"])
def test_the_condition_number_is_that_of_the_hessian(surface, condition):
    problem = made(surface, condition=condition, angle=25)
    hessian = torch.autograd.functional.hessian(
        lambda point: problem.losses(point[None], None)[0], problem.start
    )
    values = torch.linalg.eigvalsh(hessian)
    assert float(values[-1]) == pytest.approx(20) == problem.curvature(problem.bottom)
    assert float(values[-1] / values[0]) == pytest.approx(condition)


def test_the_network_is_torchs_and_its_reference_adams():
    path = reference(0, 0)
    net = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1)).double()
    W1, b1, W2, b2 = (part.view(shape) for part, shape in zip(
        path[0].split([12, 6, 6, 1]), SHAPES, strict=True))  # fmt: skip
    with torch.no_grad():
        for to, value in zip(net.parameters(), (W1.T, b1, W2.T, b2), strict=True):
            to.copy_(value)
    X, y = (torch.from_numpy(part).double() for part in moons(64, NOISE, 0))
    with torch.no_grad():
        loss = nn.functional.binary_cross_entropy_with_logits(net(X / 3)[:, 0], (y + 1) / 2)
    assert float(loss) == pytest.approx(float(network_losses(0)(path[:1], None)[0]), abs=1e-9)
    losses = network_losses(0)(path, None)
    assert float(losses[-1]) < 0.5 * float(losses[0])


def test_two_weights_are_those_of_the_network():
    problem = made("network: two weights", first=3, second=25)
    trained = reference(0, 0)[-1]
    here = trained[[2, 24]]
    assert float(problem.losses(here[None], None)[0]) == pytest.approx(
        float(network_losses(0)(trained[None], None)[0])
    )
    assert [name_of(i) for i in (1, 12, 13, 19, WEIGHTS)] == [
        "W<sub>1</sub>[1, 1]", "W<sub>1</sub>[2, 6]", "b<sub>1</sub>[1]", "W<sub>2</sub>[1]",
        "b<sub>2</sub>[1]",
    ]  # fmt: skip


def test_a_plane_by_pca_holds_most_of_the_path():
    path = reference(0, 0)
    spread = {}
    for plane in ("PCA", "random"):
        problem = made("network: all weights", plane=plane)
        spread[plane] = float(problem.away(path).norm())
        torch.testing.assert_close(problem.axes @ problem.axes.T, torch.eye(2, dtype=NUMBERS))
    singular = torch.linalg.svdvals(path - path[-1])
    assert spread["PCA"] == pytest.approx(float(singular[2:].norm()), rel=1e-6)
    assert spread["PCA"] < 0.5 * spread["random"]


def test_a_formula_of_ones_own():
    problem = made("formula", formula="2*(w1-1)^2 + (w2+0.5)^2 + 3")
    np.testing.assert_allclose(problem.bottom, (1, -0.5), atol=1e-6)
    assert problem.floor == pytest.approx(3)
    _, grads = problem.gradients(torch.tensor([[1.0, 0.5]]).double())
    np.testing.assert_allclose(grads[0], (0, 2), atol=1e-12)


@pytest.mark.parametrize(
    "formula", ["w1 +", "w3", "", "log(0*w1)", "__import__('os')", "1/(w1-2)", "1/w1"]
)
def test_bad_formulas_are_refused_in_words(formula):
    with pytest.raises(SettingError, match="formula"):
        OptimizersSettings(surface="formula", formula=formula)


def test_batches_are_samples_without_repetition_and_the_seeds():
    settings = OptimizersSettings(batch_size=16)
    some = [next(batches) for batches in [mini_batches(settings, 64)] for _ in range(3)]
    again = mini_batches(settings, 64)
    assert all((rows == next(again)).all() and len(set(rows.tolist())) == 16 for rows in some)
    assert (some[0] != next(mini_batches(settings.replace(seed=1), 64))).any()


def test_who_takes_part():
    assert "SGD" not in contenders(OptimizersSettings(surface="Beale"))
    assert "Muon" in contenders(OptimizersSettings(surface="matrix W X = Y"))
    assert contenders(OptimizersSettings(optimizers=("Muon",))) == ("GD",)
    moved = moved_to(OptimizersSettings(start=((1, 1),), learning_rate=0.2), "Rosenbrock")
    assert moved.tuned and not moved.start


def test_a_start_lies_where_it_was_put():
    for surface in ("Beale", "network: all weights"):
        problem = made(surface, start=((0.5, -0.25),))
        np.testing.assert_allclose(problem.place(problem.start[None])[0], (0.5, -0.25), atol=1e-9)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_begin_and_end_as_said(name):
    first, last = SCHEDULES[name](0.0), SCHEDULES[name](1.0)
    ends = {"constant": (1, 1), "stairs": (1, 0.1), "cosine": (1, 0), "warm-up, cosine": (0, 0),
            "1/√t": (1, 21**-0.5)}  # fmt: skip
    assert (first, last) == pytest.approx(ends[name], abs=1e-12)


# ------------------------------------------------------------------------------- 200 starts


def test_the_slope_of_the_valleys_against_autograd():
    phi = phases(0)
    t = torch.linspace(-6, 6, 50, dtype=NUMBERS).requires_grad_()
    (expected,) = torch.autograd.grad(valley(t, phi[None]).sum(), t)
    means = (phi.cos().mean().expand(50), phi.sin().mean().expand(50))
    torch.testing.assert_close(slope(t.detach(), *means), expected, rtol=0, atol=1e-12)


def test_the_best_valley_holds_the_lowest_point():
    phi = phases(1)
    left, right = best_valley(phi)
    t = torch.linspace(-6, 6, 3001, dtype=NUMBERS)
    assert left < float(t[valley(t, phi[None]).argmin()]) < right < left + 3


def test_the_best_batch_size_is_in_the_middle():
    """Science: at 0.2 GD 0.11, then single examples, and most by batches between."""
    phi, found = torch.stack([phases(draw) for draw in (1, 3, 6)]), {}
    for size in (64, 16, 1):
        wanderers = Wanderers(size, 0.2, phi)
        wanderers.step(1500)
        found[size] = np.mean(wanderers.share())
    assert found[64] < 0.15 < 0.35 < found[1] < found[16] - 0.05
