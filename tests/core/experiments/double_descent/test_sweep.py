"""Sweeps over widths and training sets: where the peak is, what it is made of, the handle."""

import numpy as np
import pytest
import torch

from core.experiment import run
from core.experiments.double_descent.figures import setup
from core.experiments.double_descent.notes import before_and_after
from core.experiments.double_descent.pictures import DoubleDescent
from core.experiments.double_descent.problem import FEATURES, Waves
from core.experiments.double_descent.settings import RELU, SET, WAVES, DoubleDescentSettings, sizes
from core.experiments.double_descent.tracks import EARLY, FLAT, PEAK, RISEN
from core.settings import SettingError


def swept(**changes):
    experiment = DoubleDescent(DoubleDescentSettings(**changes))
    return experiment, run(experiment, 1000)


@pytest.fixture(scope="module")
def default():
    return swept()


def worst_sizes(study):
    return np.array(study.sizes)[study.found["error"].argmax(0)]


def test_the_peak_is_where_widths_and_samples_are_equal(default):
    experiment, film = default
    near = np.abs(worst_sizes(experiment.study) - 40) <= 4
    assert near.sum() >= 18 and film["peak_at"][-1] == 40
    before, peak, after = before_and_after(experiment.study)
    assert peak > 5 * before and after < before  # worse, then better than ever
    assert len(film) == len(sizes(experiment.settings)) and experiment.done


@pytest.mark.parametrize(("seed", "features", "n"), [(1, RELU, 20), (2, RELU, 30), (1, WAVES, 40)])
def test_the_peak_follows_n(seed, features, n):
    experiment, film = swept(seed=seed, features=features, n=n)
    assert (np.abs(worst_sizes(experiment.study) - n) <= 0.1 * n).sum() >= 17
    assert abs(film["peak_at"][-1] - n) <= 0.1 * n


def test_more_data_hurts_until_there_is_more_than_the_model_can_fit():
    experiment, film = swept(grows=SET, model=20)
    error = dict(zip(experiment.study.sizes, film["error"][-1], strict=True))
    assert error[5] < 0.2 * error[20] and error[160] < 0.5 * error[5]
    (said,) = (note.text for note in film.notes if "more data hurts" in note.text)
    least = min((n for n in error if n < 20), key=lambda n: error[n])
    assert said.startswith(f"From n = {least} to 20, the width of the model,")
    assert said.endswith(f"rises from {error[least]:.3g} to {error[20]:.3g}.")


def test_ridge_takes_the_peak_away():
    experiment, film = swept(n=20, ridge=0.1)
    before, peak, after = before_and_after(experiment.study)
    assert peak < 1.5 * before and after < before
    assert np.isnan(film["peak_at"][-1])  # and so no peak is named
    assert film["peaked"][-1] == FLAT and set(film["peaked"][:-1].tolist()) <= {EARLY, RISEN}


def test_no_peak_is_named_before_all_sizes_are_there(default):
    _, film = default
    peaked = film["peaked"].ravel()
    risen = ~np.isnan(film["peak_at"].ravel())
    assert peaked[-1] == PEAK and risen[-2]
    assert (peaked[:-1] == np.where(risen[:-1], RISEN, EARLY)).all()


def test_bias_and_variance_add_up_to_the_error(default):
    found = default[0].snapshot()
    np.testing.assert_allclose(found["bias"] + found["variance"], found["mean_error"], rtol=1e-5)
    k = default[0].study.sizes.index(40)
    assert found["variance"][k] > 5 * found["bias"][k]  # the peak is variance


def test_wide_models_fit_every_sample_with_a_norm_that_falls(default):
    found, widths = default[0].snapshot(), np.array(default[0].study.sizes)
    assert found["train"][widths > 40].max() < 1e-16 < found["train"][widths < 40].min()
    assert found["norm"][-1] < 0.2 * found["norm"][widths == 40]
    np.testing.assert_allclose(found["used"], np.minimum(widths, 40), rtol=1e-6)
    assert found["used_new"].argmax() == found["error"].argmax()


def test_the_handle_draws_what_the_sweep_has_solved(default):
    experiment, film = default
    k = experiment.study.sizes.index(38)
    experiment.change("shown", "38.2,0.01")
    found = experiment.snapshot()
    assert found["drawn"] == 38 and found["place"][0] == 38
    scale = np.abs(film["fits"][k]).max()
    np.testing.assert_allclose(found["fits"], film["fits"][k], atol=1e-5 * scale)
    G = len(found["fit"])
    np.testing.assert_allclose(found["every"][k * G : (k + 1) * G], found["fit"], rtol=2e-3)
    experiment.change("shown", "0")
    assert experiment.snapshot()["drawn"] == 640


@pytest.mark.parametrize(("name", "text"), [("noise", "1"), ("shown", "641"), ("shown", "a,b")])
def test_other_changes_are_refused(name, text):
    with pytest.raises(SettingError):
        swept(n=10)[0].change(name, text)


def test_a_handle_beyond_the_edge_stays_at_the_edge():
    kind = DoubleDescentSettings.kind("shown")
    assert kind.parse("shown", "704.2,0.01") == 640 and kind.parse("shown", "0.2,0.01") == 1


def test_the_norm_of_the_coefficients_of_waves_is_that_of_the_slope_of_the_fit():
    """Times pi/2, without the first: as the page says."""
    samples = Waves(DoubleDescentSettings(features=WAVES), 0)
    x = torch.linspace(-1, 1, 20_001, dtype=torch.float64)
    a = torch.linspace(1, -2, 7, dtype=torch.float64)
    fit = samples.features(x[:, None], 7)[0] @ a
    slope = torch.gradient(fit, spacing=(x,))[0]
    norm = float(torch.trapezoid(slope**2, x).sqrt())
    assert 2 / np.pi * norm == pytest.approx(float(a[1:].norm()), rel=1e-4)


def test_only_random_features_are_said_to_differ_between_seeds():
    for name, made in FEATURES.items():
        settings = DoubleDescentSettings(features=name)
        phi = made(settings, 0).features(torch.ones(3, made(settings, 0).x.shape[-1]).double(), 9)
        differ = bool((phi[0] != phi[1]).any())
        assert ("samples, noise and features of its own" in setup(settings)) == differ


def test_a_fit_of_waves_passes_through_its_samples():
    experiment, _ = swept(n=10, features=WAVES, noise=0.0)
    samples = experiment.study.samples
    x, y = samples.x[0, :10, 0].numpy(), samples.y[0, :10].numpy()
    drawn = np.interp(x, samples.along.numpy(), experiment.study.fits[0])
    assert np.abs(drawn - y).max() < 0.05 and np.abs(y - np.tanh(4 * x)).max() < 1e-12
