"""Cuts, ways between minima and rescaling: invariances, and brute force where it is possible."""

from itertools import permutations, product

import numpy as np
import pytest
import torch

from core.experiments.minima.connect import (
    ALONG,
    IN_ORDER,
    ORDERED,
    OTHER,
    SAME,
    Connect,
    align,
    barrier,
    between,
)
from core.experiments.minima.experiment import Training
from core.experiments.minima.figures_more import paths_figure, said_of_paths
from core.experiments.minima.network import Layer, Network
from core.experiments.minima.rescale import Rescale, rescaled, said_of
from core.experiments.minima.settings import FULL, MinimaSettings
from core.experiments.minima.slices import LINE, SIDE, Cuts, both_losses, filter_normalized

QUICK = MinimaSettings(hidden=(6, 5), samples=100, max_steps=60)


def random(network, seed):
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(1, network.P))).float()


def shuffled(network, theta, seed, signs):
    """The same function with its hidden neurons in another order, and other signs."""
    rng, layers = np.random.default_rng(seed), list(network.layers(theta))
    for k, d in enumerate(network.widths[1:-1]):
        order = rng.permutation(d)
        sign = torch.from_numpy(rng.choice([-1.0, 1.0], d) if signs else np.ones(d)).float()
        (W, b), (V, c) = layers[k], layers[k + 1]
        layers[k] = Layer(W[:, :, order] * sign, b[:, :, order] * sign)
        layers[k + 1] = Layer(V[:, order] * sign[:, None], c)
    return network.vector(layers)


@pytest.mark.parametrize("activation", ["tanh", "ReLU"])
def test_neurons_are_put_back_in_order_and_the_function_stays(activation):
    network, odd = Network((64, 12, 9, 10), activation), activation == "tanh"
    theta, x = network.first(1), torch.rand(20, 64, generator=torch.Generator().manual_seed(0))
    other = shuffled(network, theta, 5, signs=odd)
    torch.testing.assert_close(network.output(theta, x), network.output(other, x))
    assert (theta - other).norm() > 1
    torch.testing.assert_close(align(network, theta, other, odd), theta)
    stranger = network.first(2)
    ordered = align(network, theta, stranger, odd)
    torch.testing.assert_close(network.output(ordered, x), network.output(stranger, x))
    assert (theta - ordered).norm() < (theta - stranger).norm()


def test_no_other_order_of_one_layer_is_nearer():
    network = Network((3, 4, 2), "tanh")
    one, other = network.first(3), network.first(4)
    nearest = min(
        float((one - network.vector([Layer(W[:, :, list(p)] * s, b[:, :, list(p)] * s),
                                     Layer(V[:, list(p)] * s[:, None], c)])).norm())
        for (W, b), (V, c) in [network.layers(other)]
        for p in permutations(range(4))
        for s in map(torch.tensor, product([-1.0, 1.0], repeat=4))
    )  # fmt: skip
    found = float((one - align(network, one, other, odd=True)).norm())
    assert found == pytest.approx(nearest, rel=1e-5)


def test_barrier_is_the_rise_above_the_straight_line():
    assert barrier(2 + 3 * ALONG) == pytest.approx(0, abs=1e-12)
    assert barrier(1 + ALONG + 4 * ALONG * (1 - ALONG)) == pytest.approx(1, abs=0.01)
    ends = between(torch.zeros(1, 3), torch.ones(1, 3))
    assert ends.shape == (31, 3) and ends[5, 0] == pytest.approx(0, abs=1e-6)


def test_a_neuron_moves_by_as_much_as_its_weights_are_long():
    network = Network((64, 6, 5, 10), "tanh")
    theta = network.first(0)
    d = filter_normalized(network, theta, random(network, 1))
    for (W, _), (dW, db) in zip(network.layers(theta), network.layers(d), strict=True):
        torch.testing.assert_close(W.norm(dim=1), dW.norm(dim=1))
        assert not db.any()


@pytest.mark.parametrize("a", [0.25, 8.0])
def test_rescaling_changes_neither_the_function_nor_a_filter_normalized_cut(a):
    network = Network((64, 6, 5, 10), "ReLU")
    theta, data = network.first(0), Training(QUICK).data
    scaled = rescaled(network, theta, a)
    torch.testing.assert_close(network.output(theta, data.x), network.output(scaled, data.x))
    cuts = []
    for of in (theta, scaled):
        d = filter_normalized(network, of, random(network, 1))
        cuts.append(both_losses(network, of + torch.from_numpy(LINE).float()[:, None] * d, data))
    np.testing.assert_allclose(cuts[0], cuts[1], rtol=1e-4)


def test_one_function_has_any_sharpness():
    work = Rescale(QUICK)
    work.work()
    sharp = {row.factor: row.sharpness for row in work.result}
    assert len(sharp) == 13 and work.fraction == 1 and work.run.steps == 60
    assert max(sharp.values()) > 20 * sharp[1.0]
    for name in ("loss", "test"):
        values = [getattr(row, name) for row in work.result]
        np.testing.assert_allclose(values, values[0], rtol=1e-5)
    assert "it is one function" in said_of(work.result)


def test_cuts_and_ways_meet_the_minima():
    experiment = Training(QUICK)
    experiment.step(40)
    cuts, ways = Cuts(experiment), Connect(experiment)
    before = {way: both_losses(ways.network, t, ways.data)[:, 0] for way, t in ways.theta.items()}
    experiment.step(20)  # they keep the weights that they were made with
    cuts.work(), ways.work()
    assert cuts.done and ways.done and ways.other.steps == 40
    for way, losses in before.items():
        np.testing.assert_allclose(cuts.lines[way][:, len(LINE) // 2], losses, rtol=1e-5)
        middle = len(SIDE) // 2
        np.testing.assert_allclose(cuts.planes[way][:, middle, middle], losses, rtol=1e-5)
        np.testing.assert_allclose(cuts.planes[way][:, middle], cuts.lines[way][:, ::2], rtol=1e-4)
    same = f"{SAME}: full batch to batches of 6"
    assert [*ways.result] == [same, same + IN_ORDER, OTHER, ORDERED]
    for losses in ways.result.values():
        np.testing.assert_allclose(losses[:, 5], before[FULL], rtol=1e-5)
    for pair in ((OTHER, ORDERED), (same, same + IN_ORDER)):
        far = [ways.result[name][:, 25] for name in pair]
        np.testing.assert_allclose(*far, rtol=1e-4)  # the same function at the far end


def test_two_that_began_alike_are_put_in_order_too():
    """Nothing moves of what training leaves in order; what is shuffled is put back, and said."""
    experiment = Training(QUICK)
    experiment.step(60)
    way, other = experiment.theta
    found = {}
    for shuffle in (False, True):
        if shuffle:
            mixed = shuffled(experiment.network, experiment.theta[other], 1, signs=True)
            experiment.theta[other] = mixed
        work = Connect(experiment)
        work.work()
        found[shuffle] = work.result
    same = f"{SAME}: {way} to batches of 6"
    plain, mixed = found[False], found[True]
    np.testing.assert_array_equal(plain[same], plain[same + IN_ORDER])
    np.testing.assert_allclose(mixed[same + IN_ORDER], plain[same], rtol=1e-4)
    assert barrier(mixed[same][0]) > barrier(plain[same][0]) + 0.01
    assert "no neuron had to move" in said_of_paths(plain)
    assert "no neuron had to move" not in said_of_paths(mixed)
    assert [t.mode for t in paths_figure(plain).data].count("markers") == 1
