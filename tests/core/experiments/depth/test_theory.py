"""The law of wide networks against integrals that SciPy takes, and against wide networks."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import dblquad
from sklearn.metrics.pairwise import cosine_similarity

from core.experiments.depth.network import FORMS, INITIALIZATIONS
from core.experiments.depth.pictures import Depth, likeness
from core.experiments.depth.settings import FIRST, LAST, DepthSettings
from core.experiments.depth.theory import lines, relu_moment, slope, tanh_moment, variances

CASES = [(1.0, 1.0, 0.0), (1.0, 2.0, 0.9), (0.5, 3.0, -0.8)]


def by_scipy(f, aa, bb, ab):
    """E[f(u) f(v)] of normal u and v with these second moments."""
    lean, rest = ab / math.sqrt(aa), math.sqrt(bb - ab**2 / aa)

    def inside(z, w):
        bell = math.exp(-(w**2 + z**2) / 2) / (2 * math.pi)
        return f(math.sqrt(aa) * w) * f(lean * w + rest * z) * bell

    return dblquad(inside, -6, 6, -6, 6, epsabs=1e-4, epsrel=1e-4)[0]


@pytest.mark.parametrize("moments", CASES[:2])
def test_moments_are_integrals(moments):
    given = tuple(np.array([q]) for q in moments)
    relu = by_scipy(lambda u: max(u, 0.0), *moments)
    assert relu_moment(*given)[0] == pytest.approx(relu, abs=1e-3)
    assert tanh_moment(*given)[0] == pytest.approx(by_scipy(math.tanh, *moments), abs=1e-3)


def test_the_arc_cosine_kernel_at_its_ends():
    """Equal inputs keep half their square; opposite ones share nothing; 90 degrees: 1/(2 pi)."""
    one = np.ones(3)
    found = relu_moment(one, one, np.array([1.0, -1.0, 0.0]))
    np.testing.assert_allclose(found, [0.5, 0.0, 1 / (2 * np.pi)], atol=1e-12)


@pytest.mark.parametrize("moments", CASES)
def test_moments_are_those_of_many_draws(moments):
    aa, bb, ab = moments
    rng = np.random.default_rng(0)
    u, v = rng.multivariate_normal([0, 0], [[aa, ab], [ab, bb]], 200_000).T
    given = tuple(np.array([q]) for q in moments)
    relu = (np.maximum(u, 0) * np.maximum(v, 0)).mean()
    assert relu_moment(*given)[0] == pytest.approx(relu, abs=0.01)
    assert tanh_moment(*given)[0] == pytest.approx((np.tanh(u) * np.tanh(v)).mean(), abs=0.01)
    bent = ((1 - np.tanh(u) ** 2) ** 2).mean()
    assert slope(given[0], "tanh")[0] == pytest.approx(bent, abs=0.01)


@pytest.mark.parametrize("name", INITIALIZATIONS)
def test_variances_are_those_of_the_weights_that_are_drawn(name):
    W, b = INITIALIZATIONS[name](np.random.default_rng(0), 150, 300)
    weight, bias = variances(name, 150, 300)
    assert W.var() == pytest.approx(weight, rel=0.05)
    assert b.var() == pytest.approx(bias, rel=0.3)


@pytest.mark.parametrize("branch", [FIRST, LAST])
@pytest.mark.parametrize("activation", ["ReLU", "tanh"])
def test_wide_networks_follow_the_law(branch, activation):
    """Width 128, 12 layers: decades of size and of the gradient's way back, and the cosine."""
    for init in ("PyTorch", "He"):
        settings = DepthSettings(networks=tuple(FORMS), initialization=init, branch=branch,
                                 activation=activation, width=128, depth=12)  # fmt: skip
        found = Depth(settings).snapshot()
        for name in FORMS:
            for what, values in lines(settings, name)._asdict().items():
                if values is None:
                    continue
                ours, law = found[f"{what}_{name}"].astype(float), np.array(values)
                if what == "flow":  # where it starts depends on how sure the network is
                    assert abs(ours[-1] - law[-1]) < 0.4, (name, init)
                    ours, law = ours - ours[-1], law - law[-1]
                worst = np.abs(ours - law).max()
                assert worst < (0.3 if what == "flow" else 0.2), (name, init, what, worst)


def test_where_there_is_no_law_there_is_no_line():
    assert lines(DepthSettings(branch=LAST), "residual").flow is None
    assert lines(DepthSettings(), "batch norm").alike is None
    assert lines(DepthSettings(depth=1), "batch norm").flow is not None
    for init in INITIALIZATIONS:
        for name in FORMS:
            for values in lines(DepthSettings(initialization=init, depth=100), name):
                assert values is None or (len(values) == 100 and np.isfinite(values).all())


def test_likeness_is_the_cosine_of_scikit_learn():
    h = torch.randn(2, 3, 64, 5)
    found = likeness(h)
    for layer in range(2):
        for n in range(3):
            each = cosine_similarity(h[layer, n, :32], h[layer, n, 32:]).diagonal()
            assert float(found[layer, n]) == pytest.approx(each.mean(), abs=1e-6)
    assert (likeness(torch.zeros(1, 1, 64, 4)) == 1).all()
