"""Ways down against torch's own optimizer; the edge; who rests, and when."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.experiment import run
from core.experiments.minima.data import digits
from core.experiments.minima.experiment import Training
from core.experiments.minima.network import Network
from core.experiments.minima.notes import late
from core.experiments.minima.pictures import Minima, edge_of_sam, lowest
from core.experiments.minima.settings import FULL, SAM, SMALL, MinimaSettings, read_change
from core.settings import SettingError

QUICK = {"hidden": (8,), "samples": 100}


def settings(**changes):
    return MinimaSettings(**{**QUICK, **changes})


def by_torch(steps, sam=0.0):
    """The full batch's way with `torch.optim.SGD`, the gradient taken uphill if `sam`."""
    e = Training(settings())
    theta = e.network.first(0).requires_grad_()
    optimizer = torch.optim.SGD([theta], lr=0.1)
    for _ in range(steps):
        shift = 0.0
        if sam:
            (g,) = torch.autograd.grad(e.network.loss(theta, e.data.x, e.data.y).sum(), theta)
            shift = sam * g / g.norm()
        optimizer.zero_grad()
        e.network.loss(theta + shift, e.data.x, e.data.y).sum().backward()
        optimizer.step()
    return theta.detach()


def test_full_batch_and_sam_go_the_way_of_torchs_sgd():
    e = Training(settings(ways=(FULL, SAM), rho=0.1))
    e.step(15)
    torch.testing.assert_close(e.theta[FULL], by_torch(15), rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(e.theta[SAM], by_torch(15, 0.1), rtol=1e-5, atol=1e-6)


def test_a_small_batch_of_all_digits_is_the_full_batch():
    e = Training(settings(batch_size=100))
    e.step(15)
    torch.testing.assert_close(e.theta[SMALL], e.theta[FULL], rtol=1e-4, atol=1e-5)


def test_all_start_alike_and_a_way_does_not_depend_on_the_others():
    alone, both = Training(settings(ways=(SMALL,))), Training(settings())
    assert torch.equal(both.theta[FULL], both.theta[SMALL])
    alone.step(10), both.step(10)
    assert torch.equal(alone.theta[SMALL], both.theta[SMALL])


def test_full_batch_stays_at_the_edge_and_small_batches_below_it():
    """Cohen et al. (2021), arXiv 2103.00065: the sharpness hovers at 2/eta."""
    film = run(Minima(MinimaSettings(goal=0.02)), 1400)
    assert late(film, "edge") == pytest.approx(20)
    assert late(film, "sharpness_full") == pytest.approx(20, rel=0.03)
    assert late(film, "sharpness_small") == pytest.approx(10, rel=0.1)  # half of it


def test_the_edge_moves_with_the_rate_while_it_trains():
    changes = ((300, "learning_rate", "0.4"),)
    moved = MinimaSettings(learning_rate=0.2, samples=200, ways=(FULL,), changes=changes)
    film = run(Minima(moved.replace(goal=0.001)), 700)
    before = film["sharpness_full"][np.asarray(film.steps) == 300][0]
    assert before > 9 and film["edge"][-1] == pytest.approx(5)
    assert film["sharpness_full"][-5:].mean() == pytest.approx(5, rel=0.2)  # steps are long


def test_each_rests_at_the_goal_and_then_stays_as_it_is():
    e = Training(settings(goal=0.2))
    e.step(4000)
    assert e.done.startswith("All at a training loss of 0.2") and set(e.rested) == {FULL, SMALL}
    assert all(loss <= 0.2 for loss in e.losses().values()) and e.steps == max(e.rested.values())
    first = min(e.rested, key=lambda way: e.rested[way])
    again = Training(settings(goal=0.2, ways=(first,)))
    again.step(4000)
    assert torch.equal(again.theta[first], e.theta[first])


def test_what_diverges_says_so_and_names_the_edge():
    e = Minima(settings(learning_rate=2.0))
    film = run(e, 400)
    assert e.done.startswith("Diverged after") and "the edge 2/η is only 1" in e.done
    assert ": full batch has" in e.done or ": small batch has" in e.done
    assert re.search(r"The weights of layer [1-3] (have grown most|are the first)", e.done)
    assert [n.level for n in film.notes if n.text == e.done] == ["error"]


@given(st.floats(1e-3, 2), st.floats(1e-3, 1), st.floats(1e-6, 10))
def test_at_the_edge_of_sam_a_step_on_a_parabola_lands_as_far_on_the_other_side(eta, rho, g):
    curvature = edge_of_sam(eta, rho, g)
    x = g / curvature
    uphill = x + rho * np.sign(curvature * x)
    assert x - eta * curvature * uphill == pytest.approx(-x, rel=1e-6)
    assert curvature < 2 / eta


@given(st.floats(-0.9, 0.9), st.floats(0.5, 5), st.floats(-1, 1))
def test_the_lowest_place_of_a_parabola_is_its_vertex(at, curvature, height):
    t = np.linspace(-1, 1, 13, dtype=np.float32)
    loss = (height + curvature * (t.astype(float) - at) ** 2).astype(np.float32)
    k = int(loss.argmin())
    wanted = at if 0 < k < 12 else t[k]
    assert lowest(t, loss) == pytest.approx(wanted, abs=1e-3)


def test_labels_are_wrong_as_often_as_asked_and_test_labels_never():
    right, noisy = digits(200, 0, 3), digits(200, 30, 3)
    moved = (right.y.argmax(1) != noisy.y.argmax(1)).sum()
    assert int(moved) == 60 and torch.equal(right.x, noisy.x)
    assert torch.equal(right.y_test, noisy.y_test) and len(right.y_test) == 500
    pixels = torch.cat([noisy.x, noisy.x_test])
    assert len(torch.unique(pixels, dim=0)) > 690  # held out: not among those learned from


def test_changes_are_read_or_refused_by_name():
    assert read_change("shift", "0.25,0.1") == 0.25 and read_change("shift", "9,0") == 0.6
    for name, text in (("shift", "9"), ("learning_rate", "x"), ("W1.0.0", "1")):
        with pytest.raises(SettingError):
            read_change(name, text)


def test_a_rest_is_noted_with_what_a_shift_would_cost():
    film = run(Minima(settings(goal=0.3, ways=(FULL,))), 2000)
    rest, shift, *_ = (note.text for note in film.notes if note.step == film.steps[-1])
    assert rest.startswith("Full batch rests: training loss 0.3 after")
    cost = 0.5 * film["sharpness_full"][-1] * film["valley_full"][-1] ** 2
    gap = film["test_full"][-1] - film["loss_full"][-1]
    assert f"½λδ² = {cost:.1g}; the whole gap" in shift and f"is {gap:.3f}." in shift


@pytest.mark.parametrize(("wrong", "samples", "activation"), [(0, 300, "ReLU"), (60, 100, "tanh")])
def test_the_first_curvature_is_that_of_the_exact_hessian_though_it_begins_elsewhere(
    wrong, samples, activation
):
    e = Minima(settings(wrong=wrong, samples=samples, activation=activation, data_seed=5))
    found, theta = e.snapshot(), e.theta[FULL]
    net, (x, y, *_) = e.network, e.data
    H = torch.func.hessian(lambda v: net.loss(v[None], x, y).sum())(theta[0])
    assert found["sharpness_full"] == pytest.approx(float(torch.linalg.eigvalsh(H)[-1]), rel=1e-3)
    assert found["sharpness_full"] == found["sharpness_small"]
    np.testing.assert_array_equal(found["cut_full"], found["cut_small"])


def test_the_first_frame_takes_few_products_of_the_hessian(monkeypatch):
    """Of the slider's 150 ms: a search from any direction would take 24 of them."""
    Minima(settings(wrong=10)).snapshot()
    asked, curvature = [], Network.curvature
    monkeypatch.setattr(
        Network, "curvature", lambda self, *a: asked.append(len(a[0])) or curvature(self, *a)
    )
    Minima(settings(wrong=30, learning_rate=0.2)).snapshot()
    assert sum(asked) <= 12  # networks times products
