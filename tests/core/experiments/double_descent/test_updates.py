"""Studies over updates: against closed forms, torch's own optimizer and linear algebra."""

import numpy as np
import pytest
import torch

from core.experiments.double_descent.notes import turns
from core.experiments.double_descent.problem import UPDATES, Descent
from core.experiments.double_descent.scales import RATES, Scales
from core.experiments.double_descent.settings import SCALES, START, DoubleDescentSettings
from core.experiments.double_descent.solve import fit
from core.experiments.double_descent.start import STARTS, Start, spectral_path


def scales(**changes):
    return Scales(DoubleDescentSettings(grows=SCALES, **changes))


def after(study, updates):
    for _ in range(updates):
        study.step()
    return study


@pytest.mark.parametrize("slow", [0.05, 0.2, 1.0])
def test_one_layer_is_where_its_closed_form_says(slow):
    study = after(scales(slow=slow, seed=3), 300)
    torch.testing.assert_close(study.one, study.closed(), rtol=0, atol=1e-11)


def test_both_are_torchs_gradient_descent():
    """Autograd and torch.optim.SGD on half the mean squared error, one seed at a time."""
    study = scales()
    x, y = study.x[1], study.y[1]
    theta = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    W, v = (part[1].clone().requires_grad_() for part in (study.W, study.v))
    one, two = torch.optim.SGD([theta], RATES["one"]), torch.optim.SGD([W, v], RATES["two"])
    for _ in range(40):
        loss = ((x @ theta - y) ** 2).mean() / 2 + (((x @ W @ v)[:, 0] - y) ** 2).mean() / 2
        one.zero_grad(), two.zero_grad()
        loss.backward()
        one.step(), two.step()
    after(study, 40)
    torch.testing.assert_close(study.one[1], theta.detach())
    torch.testing.assert_close(study.two()[1], (W @ v)[:, 0].detach())


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_error_falls_rises_and_falls_again(seed):
    """By the closed form, so that no update is made."""
    study, error = scales(seed=seed), []
    for study.at in np.unique(np.geomspace(1, 20_000, 80).round().astype(int)).tolist():
        error.append(float(study.parts(study.closed()).sum(1).median()))
    low, high = turns(np.array(error))
    assert error[0] > 1.4 * error[low] and error[high] > 1.3 * error[low] > 1.5 * error[-1]


def test_two_layers_do_the_same():
    study = scales()
    at = {step: after(study, step - study.at).loss() for step in (45, 740, 3400)}
    assert at[740] > 1.5 * at[45] > 1.4 * at[3400]


def test_parts_of_the_error_are_those_on_many_new_samples():
    study = after(scales(), 50)
    rng, learned = np.random.default_rng(0), study.two()[0].numpy()
    x = rng.standard_normal((100_000, 72)) * study.scale.numpy()
    measured = ((x @ (learned - study.truth[0].numpy())) ** 2).mean()
    assert float(study.parts(study.two())[0].sum()) == pytest.approx(measured, rel=0.03)


def start(**changes):
    return Start(DoubleDescentSettings(grows=START, **changes))


def test_from_zero_it_ends_at_the_pseudo_inverse():
    study = start(n=10)
    pinv = np.linalg.pinv(study.Phi.numpy()) @ study.y.numpy()[..., None]
    np.testing.assert_allclose(study.least, pinv[..., 0], atol=1e-10)
    after(study, 3000)
    far = np.linalg.norm(study.a[..., 0].numpy() - pinv[..., 0], axis=1)
    assert (far < 1e-6 * np.linalg.norm(pinv[..., 0], axis=1)).all()
    assert study.gap() < 1e-11


def test_what_no_sample_sees_keeps_its_first_value():
    study = start(n=10)
    P = np.eye(study.p) - np.linalg.pinv(study.Phi.numpy()) @ study.Phi.numpy()
    before = P @ study.a.numpy()
    np.testing.assert_allclose(P @ after(study, 200).a.numpy(), before, atol=1e-10)
    assert np.abs(before[..., 0]).max() < 1e-12 and len(STARTS) == before.shape[-1]


def test_the_spectral_path_begins_at_zero_and_ends_at_least_squares():
    rng = np.random.default_rng(0)
    Phi, y = (torch.from_numpy(rng.standard_normal(shape)) for shape in ((2, 8, 20), (2, 8)))
    made, spectrum = fit(Phi, y)
    rate = 1 / float(spectrum.s.max()) ** 2
    assert float(spectral_path(spectrum, y, rate, 0).abs().max()) == 0
    one = rate * (Phi.mT @ y[..., None])[..., 0]
    torch.testing.assert_close(spectral_path(spectrum, y, rate, 1), one)
    torch.testing.assert_close(spectral_path(spectrum, y, rate, 10**5), made.a)


def test_frames_lie_on_a_grid_that_gets_coarser():
    steps, study = [], Descent(DoubleDescentSettings())
    while not study.done:
        study.at += study.frame_every - study.at % study.frame_every
        steps.append(study.at)
    assert steps[:50] == list(range(1, 51)) and (np.diff(steps) > 0).all()
    assert steps[-1] == UPDATES and study.done == "Stopped after 8,000 updates."
