"""Updates against steps worked out by hand, against torch.optim, and the limits of stability."""

import numpy as np
import pytest
import torch

from core.experiments.optimizers.choose import problem_of
from core.experiments.optimizers.experiment import TORCH, Training
from core.experiments.optimizers.problem import numbers
from core.experiments.optimizers.rules import RULES, limits, muon
from core.experiments.optimizers.settings import OptimizersSettings
from core.experiments.optimizers.sweep import Runs, rates_of, sweep_of, tried

ETA, G1, G2 = 0.1, 2.0, -1.0
# theta after gradients 2 and then -1 from theta = 1 with eta = 0.1, worked out on paper.
V = 0.01 * 4  # RMSprop's first memory
BY_HAND = {
    "GD": (0.8, 0.9),
    "momentum": (0.8, 0.8 - 0.1 * (0.9 * 2 - 1)),
    "Nesterov": (1 - 0.1 * (2 + 0.9 * 2), 1 - 0.38 - 0.1 * (-1 + 0.9 * (0.9 * 2 - 1))),
    "AdaGrad": (0.9, 0.9 + 0.1 / 5**0.5),
    "RMSprop": (1 - 0.1 * 2 / V**0.5, 1 - 1.0 + 0.1 / (0.99 * V + 0.01) ** 0.5),
    "Adam": (0.9, 0.9 - 0.1 * (0.08 / 0.19) / ((0.999 * 0.004 + 0.001) / 0.001999) ** 0.5),
}


def moved(name, gradients, start=1.0, eta=ETA, **changes):
    """The places that a rule leads to."""
    settings, memory = OptimizersSettings(**changes), {}
    theta, eta, found = numbers(start)[None], numbers(eta)[None], []
    for t, g in enumerate(gradients, start=1):
        theta = RULES[name](theta, numbers(g)[None], memory, eta, t, settings)
        found.append(float(theta))
    return found


@pytest.mark.parametrize("name", BY_HAND)
def test_two_steps_by_hand(name):
    assert moved(name, (G1, G2)) == pytest.approx(BY_HAND[name], abs=1e-6)


def test_adamw_pulls_theta_to_zero_beside_adams_step():
    (adam,), (adamw,) = moved("Adam", (G1,)), moved("AdamW", (G1,), weight_decay=0.5)
    assert adamw == pytest.approx(adam - ETA * 0.5 * 1.0, abs=1e-9)


@pytest.mark.parametrize("name", [name for name in TORCH if name != "Muon"])
def test_rules_take_the_steps_of_torch(name):
    settings = OptimizersSettings(momentum=0.8, weight_decay=0.3)
    rng = torch.Generator().manual_seed(0)
    theta = torch.randn(1, 5, generator=rng, dtype=torch.float64)
    theirs, memory, eta = theta[0].clone(), {}, torch.tensor([[0.05]], dtype=torch.float64)
    (optimizer,) = TORCH[name]([theirs], settings)
    optimizer.param_groups[0]["lr"] = 0.05
    for t in range(1, 21):
        g = torch.randn(1, 5, generator=rng, dtype=torch.float64)
        theta, theirs.grad = RULES[name](theta, g, memory, eta, t, settings), g[0].clone()
        optimizer.step()
    torch.testing.assert_close(theta[0], theirs, rtol=0, atol=1e-12)


def test_muon_takes_the_steps_of_torch():
    """In bf16, which is all that torch's own offers; its vectors take those of Adam."""
    settings, shapes = OptimizersSettings(), ((4, 6), (3,))
    rng = torch.Generator().manual_seed(0)
    theta = torch.randn(1, 27, generator=rng, dtype=torch.float64)
    matrix, vector = theta[0, :24].view(4, 6).float().clone(), theta[0, 24:].clone()
    matrix = torch.nn.Parameter(matrix)
    rivals = (
        torch.optim.Muon([matrix], lr=0.1, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"),
        torch.optim.Adam([vector], lr=0.1),
    )
    memory, eta = {}, torch.tensor([[0.1]], dtype=torch.float64)
    for t in range(1, 5):
        g = torch.randn(1, 27, generator=rng, dtype=torch.float64)
        theta = muon(theta, g, memory, eta, t, shapes, settings)
        matrix.grad, vector.grad = g[0, :24].view(4, 6).float(), g[0, 24:].clone()
        for rival in rivals:
            rival.step()
    assert float((theta[0, :24].view(4, 6) - matrix).detach().abs().max()) < 1e-2
    torch.testing.assert_close(theta[0, 24:], vector, rtol=0, atol=1e-12)


@pytest.mark.parametrize("noisy", ["SGD alone", "all but GD"])
@pytest.mark.parametrize("surface", ["quadratic", "network: all weights", "matrix W X = Y"])
def test_sweep_and_race_are_the_same_run(surface, noisy):
    """Equations and torch.optim from the same start, on the same batches."""
    settings = OptimizersSettings(surface=surface, noisy=noisy, schedule="cosine", max_steps=20)
    j = 12 if surface == "quadratic" else 5
    rate = float(tried(settings)[j])
    race = Training(settings.replace(learning_rate=rate))
    runs = Runs(race.problem, race.names, settings)
    for _ in range(20):
        runs.step()
    race.step(20)
    theta = runs.theta.view(len(race.names), -1, race.theta.shape[1])[:, j]
    torch.testing.assert_close(theta, race.theta, rtol=1e-9, atol=1e-9)


def test_best_rates_are_those_of_the_sweep():
    settings = OptimizersSettings(tuned=True, max_steps=60)
    swept, rates = sweep_of(settings), rates_of(settings)
    race = Training(settings)
    race.step(60)
    heights = race.losses - race.problem.floor
    np.testing.assert_allclose(heights, swept.heights.min(1).values, rtol=1e-6, atol=1e-12)
    assert (rates == swept.best).all() and len(set(rates.tolist())) > 3


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("name", ["GD", "momentum", "Nesterov"])
def test_the_limit_of_stability_by_experiment(name, beta):
    """A thousand steps on L w^2 / 2: a rate 2 % below the limit rests, 2 % above flies away."""
    L = 7.0
    limit = limits(L, beta)[name]
    for share, rests in ((0.98, True), (1.02, False)):
        theta, memory = torch.ones(1, 1, dtype=torch.float64), {}
        settings = OptimizersSettings(momentum=beta)
        eta = torch.full((1, 1), share * limit, dtype=torch.float64)
        for t in range(1, 1001):
            theta = RULES[name](theta, L * theta, memory, eta, t, settings)
        assert (abs(float(theta)) < 1e-3) == rests and (abs(float(theta)) > 1e3) != rests


OUT = ("Nesterov", "GD", "SGD", "momentum")


@pytest.mark.parametrize(
    ("rate", "gone", "seed"),
    [(0.06, 0, 0), (0.06, 0, 1), (0.06, 0, 2), (0.08, 1, 0), (0.12, 3, 0), (0.2, 4, 0)],
)
def test_who_diverges_in_the_race(rate, gone, seed):
    """L = 20: past 1.36/L Nesterov, past 2/L GD and SGD, past 3.8/L momentum; nobody else."""
    race = Training(OptimizersSettings(learning_rate=rate, seed=seed))
    assert race.problem.curvature(race.problem.bottom) == pytest.approx(20)
    race.step(200)
    assert {n for n, at in zip(race.names, race.gone, strict=True) if at >= 0} == {*OUT[:gone]}
    if not gone:
        there = dict(zip(race.names, race.arrived, strict=True))
        assert min(there["GD"], there["momentum"], there["Adam"]) > 0


def test_who_has_diverged_is_out_in_the_sweep_as_in_the_race():
    """A rate that falls later would bring it back."""
    settings = OptimizersSettings(surface="matrix W X = Y", condition=1000.0, schedule="cosine",
                                  tuned=True, data_seed=2, optimizers=("GD",))  # fmt: skip
    race = Training(settings)
    race.step(200)
    assert race.gone == [-1]
    height = float(race.losses[0] - race.problem.floor)
    assert height == pytest.approx(float(sweep_of(settings).heights.min()), rel=1e-6)


def test_a_problem_draws_the_plane_through_its_origin():
    problem = problem_of(OptimizersSettings(surface="network: all weights"))
    places = torch.randn(4, 2, generator=torch.Generator().manual_seed(0)).double()
    torch.testing.assert_close(problem.place(problem.lift(places)), places, rtol=0, atol=1e-12)
    assert float(problem.away(problem.lift(places)).max()) < 1e-12
    off = problem.lift(places) + problem.start - problem.lift(problem.place(problem.start[None]))
    torch.testing.assert_close(
        problem.away(off), problem.away(problem.start[None]).expand(4), rtol=0, atol=1e-9
    )
