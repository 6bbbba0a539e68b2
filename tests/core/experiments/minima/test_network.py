"""Loss, gradient and curvature against torch's own layers, exact Hessians and ARPACK."""

import numpy as np
import pytest
import torch
from scipy.sparse.linalg import LinearOperator, eigsh
from torch import nn
from torch.nn.utils import parameters_to_vector

from core.experiment import run
from core.experiments.minima.data import digits
from core.experiments.minima.network import COLD, Layer, Network
from core.experiments.minima.pictures import Minima

SIGMA = {"tanh": nn.Tanh, "ReLU": nn.ReLU}


def tiny(activation="tanh", widths=(3, 4, 2), n=6, seed=0):
    """A small network in double precision, with data."""
    rng = np.random.default_rng(seed)
    x, y = (torch.from_numpy(rng.normal(size=(n, d))) for d in (widths[0], widths[-1]))
    network = Network(widths, activation)
    return network, network.first(seed).double(), x, y


def sequential(network, theta, activation):
    """The same network of torch's own layers."""
    layers = []
    for W, b in network.layers(theta):
        layer = nn.Linear(*W.shape[1:]).double()
        layer.load_state_dict({"weight": W[0].T, "bias": b[0, 0]})
        layers += [layer, SIGMA[activation]()]
    return nn.Sequential(*layers[:-1])


@pytest.mark.parametrize("activation", SIGMA)
def test_output_loss_and_gradient_are_those_of_torchs_layers(activation):
    network, theta, x, y = tiny(activation, (3, 5, 4, 2))
    twin = sequential(network, theta, activation)
    torch.testing.assert_close(network.output(theta, x)[0], twin(x), rtol=1e-12, atol=1e-12)
    loss = nn.MSELoss(reduction="sum")(twin(x), y) / (2 * len(x))
    loss.backward()
    torch.testing.assert_close(network.loss(theta, x, y)[0], loss.detach(), rtol=1e-12, atol=0)
    W, *_ = network.layers(network.gradient(theta, x, y))
    torch.testing.assert_close(W.W[0].T, twin[0].weight.grad, rtol=1e-10, atol=1e-12)
    flat = torch.sort(parameters_to_vector(p.grad for p in twin.parameters())).values
    ours = torch.sort(network.gradient(theta, x, y)[0]).values  # another order of the same numbers
    torch.testing.assert_close(ours, flat, rtol=1e-10, atol=1e-12)


def test_layers_and_vector_are_inverse_and_networks_do_not_mix():
    network, one, x, y = tiny()
    both = torch.cat([one, network.first(1).double()])
    torch.testing.assert_close(network.vector(network.layers(both)), both, rtol=0, atol=0)
    moved = both.clone()
    moved[1] += 1
    for of in (network.loss, network.gradient):
        torch.testing.assert_close(of(both, x, y)[0], of(moved, x, y)[0], rtol=1e-12, atol=1e-14)
    assert [type(layer) for layer in network.layers(one)] == [Layer, Layer]


def hessian(network, theta, x, y):
    return torch.func.hessian(lambda t: network.loss(t[None], x, y)[0])(theta[0])


def test_as_many_products_as_weights_give_the_exact_eigenvalue():
    network, theta, x, y = tiny(widths=(2, 2, 1))
    v = torch.ones(1, network.P, dtype=torch.float64)
    found, _ = network.sharpness(theta, v, x, y, network.P)
    wanted = torch.linalg.eigvalsh(hessian(network, theta, x, y))[-1]
    assert float(found[0]) == pytest.approx(float(wanted), rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_curvature_and_sharpness_are_those_of_the_exact_hessian(seed):
    network, theta, x, y = tiny(seed=seed)
    H = hessian(network, theta, x, y)
    v = torch.from_numpy(np.random.default_rng(seed).normal(size=(1, network.P)))
    torch.testing.assert_close(network.curvature(theta, v, x, y)[0], H @ v[0], rtol=1e-9, atol=1e-9)
    values, vectors = torch.linalg.eigh(H)
    found, direction = network.sharpness(theta, v, x, y, 8, 50)
    assert float(found[0]) == pytest.approx(float(values[-1]), rel=1e-4)
    assert abs(float(direction[0] @ vectors[:, -1])) == pytest.approx(1, abs=1e-2)
    assert float(found[0]) <= float(values[-1]) * (1 + 1e-9)  # v . H v never exceeds it


def test_sharpness_of_what_has_diverged_is_no_number():
    network, theta, x, y = tiny()
    v = torch.ones(1, network.P, dtype=torch.float64)
    found, _ = network.sharpness(theta * 1e200, v, x, y * 1e200, 3)
    assert found.isnan().all()


def test_the_curvature_on_the_stage_is_what_arpack_finds():
    """Three products a frame, warm from the frame before, are enough."""
    settings = Minima.Settings.defaults().replace(hidden=(8,), samples=100, learning_rate=0.2)
    experiment = Minima(settings)
    film = run(experiment, 200)
    x, y, *_ = experiment.data
    for way, name in (("full batch", "full"), ("small batch", "small")):
        theta = experiment.theta[way]

        def product(v, theta=theta):
            vector = torch.from_numpy(np.asarray(v, np.float32).reshape(1, -1))
            return experiment.network.curvature(theta, vector, x, y)[0].numpy()

        size = experiment.network.P
        operator = LinearOperator((size, size), matvec=product, dtype=np.float32)
        (largest,) = eigsh(operator, k=1, which="LA", return_eigenvectors=False, tol=1e-4)
        assert film[f"sharpness_{name}"][-1] == pytest.approx(largest, rel=0.015)


def test_the_layer_that_has_grown_most_is_named():
    network = Network((3, 4, 5, 2), "tanh")
    first = network.first(0)
    for k in range(3):
        layers = [Layer(W.clone(), b) for W, b in network.layers(first)]
        layers[k].W.mul_(-3)
        layers[k - 1].W.mul_(2)
        assert network.grown(first, network.vector(layers)) == (k + 1, pytest.approx(3))
        layers[k].W[0, 0, 0] = torch.nan
        assert network.grown(first, network.vector(layers)) == (k + 1, np.inf)


class CrossEntropy(Network):
    """The same network with the loss that the page does not take."""

    def loss(self, theta, x, y):
        log_p = self.output(theta, x).log_softmax(-1)
        return -(log_p * y).sum(-1).mean(-1)


def test_with_cross_entropy_the_curvature_falls_as_answers_grow_sure():
    network, data = CrossEntropy((64, 32, 32, 10), "tanh"), digits(200, 0, 0)
    theta, v = network.first(0), torch.ones(1, network.P)
    found, losses = [], []
    for _ in range(4):
        for _ in range(300):
            theta = theta - 0.1 * network.gradient(theta, data.x, data.y)
        found.append(float(network.sharpness(theta, v, data.x, data.y, *COLD)[0]))
        losses.append(float(network.loss(theta, data.x, data.y)))
    assert losses[-1] < 0.05 and found[-1] < 0.5 * found[0] and max(found) < 10
