"""Settings of the boundaries page, changes by hand, and what follows without training."""

import numpy as np
import pytest

from core.experiments.boundaries.data import FEATURES, data, is_regression, shown
from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings, feature_maps
from core.experiments.boundaries.settings import parameters
from core.settings import SettingError


def make(**settings):
    return Boundaries(BoundariesSettings(**settings))


def test_changes_by_hand():
    experiment = make(seeds=2)
    experiment.change("W1.0.2", "-1.5")
    experiment.change("b3.0", "0.25")
    weights = experiment.weights()
    assert weights["W1"][0, 0, 2] == -1.5 and weights["b3"][0, 0, 0] == 0.25
    assert experiment.snapshot()["W1"][0, 2] == -1.5
    assert weights["W1"][1, 0, 2] != -1.5
    for name, value in (("W1.0.6", "1"), ("W4.0.0", "1"), ("W0.0.0", "1"), ("b1.6", "1"),
                        ("W1.0.0", "x"), ("W1.0.0", "nan"), ("learning_rate", "99")):  # fmt: skip
        with pytest.raises(SettingError):
            experiment.change(name, value)
        with pytest.raises(SettingError):
            BoundariesSettings(changes=((1, name, value),))


@pytest.mark.parametrize(
    "bad",
    [
        dict(dataset="points", points=((1, 1, 1),)),
        dict(points=((1, 1, 2),)),
        dict(points=((7, 1, 1),)),
        dict(dataset="formula", formula=""),
        dict(formula="x1 +"),
        dict(normalization="batch", batch_size=1),
        dict(features=()),
    ],
)
def test_refused(bad):
    with pytest.raises(SettingError):
        BoundariesSettings(**bad)


def test_drawn_points():
    settings = BoundariesSettings(dataset="points")
    (X, _), (X_test, _) = data(settings)
    assert len(X) == 4 and len(X_test) == 0 and not is_regression(settings)
    snapshot = Boundaries(settings).snapshot()
    assert np.isnan(snapshot["test_loss"]) and np.isfinite(snapshot["loss"])
    half = settings.replace(points=((1, 1, 0.5), (2, 2, 1)))
    assert is_regression(half) and "r2" in Boundaries(half).snapshot()


def test_shown_points_and_parameters():
    for n, share in ((400, 50), (2000, 10), (100, 90), (400, 100)):
        settings = BoundariesSettings(samples=n, train_share=share)
        (X, y), test = shown(settings)
        assert len(X) == len(y) == len(test) == min(300, n)
        np.testing.assert_array_equal(X[~test], data(settings)[0][0][: (~test).sum()])
    assert parameters(BoundariesSettings()) == 2 * 6 + 6 + 6 * 3 + 3 + 3 + 1 == make().parameters
    assert feature_maps(BoundariesSettings(features=tuple(FEATURES))).shape == (7, 32, 32)
