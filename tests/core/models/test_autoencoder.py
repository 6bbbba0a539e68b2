"""Autoencoders against torch's own layers, losses and distributions; each as if it were alone."""

import pytest
import torch
from torch import nn
from torch.distributions import Normal
from torch.distributions import kl_divergence as torch_kl

from core.models.autoencoder import Autoencoders, kl_divergence, reconstruction_error
from core.models.mlp import ACTIVATIONS

D, HIDDEN = 12, (10, 6)


def made(dims, variational=None, seed=3):
    kinds = variational or [False] * len(dims)
    return Autoencoders(D, HIDDEN, dims, seed, ACTIVATIONS["SiLU"], kinds)


def samples(n=9, seed=0):
    return torch.randn(n, D, generator=torch.Generator().manual_seed(seed))


def train(model, x, steps=4, beta=0.2):
    adam = torch.optim.Adam(model.vectors, lr=0.02, fused=True)
    weight = beta * torch.tensor(model.variational).float()
    eps = torch.randn(len(x), 5, generator=torch.Generator().manual_seed(1))[:, : model.d]
    for _ in range(steps):
        mu, log_var = model.encode(x.expand(len(model.dims), -1, -1))
        x_hat = model.decode(model.sample(mu, log_var, eps))
        kl = (kl_divergence(mu, log_var) * model.mask[:, 0]).sum(1)
        model.zero_grad()
        (reconstruction_error(x, x_hat) + weight * kl).sum().backward()
        adam.step()


def sequential(state, part):
    """The same network of torch's layers, from saved weights."""
    layers = []
    for k in range(1, 4):
        W, b = state[f"{part}.W{k}"], state[f"{part}.b{k}"]
        layer = nn.Linear(*W.shape)
        layer.weight, layer.bias = nn.Parameter(W.T.clone()), nn.Parameter(b.clone())
        layers += [layer, nn.SiLU()]
    return nn.Sequential(*layers[:-1])


@pytest.mark.parametrize("kinds", [[False, False, False], [True, False, True]])
def test_each_is_as_if_it_were_alone(kinds):
    dims, x = (2, 5, 1), samples()
    together = made(dims, kinds)
    train(together, x)
    for s, (d, kind) in enumerate(zip(dims, kinds, strict=True)):
        alone = made((d,), [kind])
        train(alone, x)
        for name, value in alone.state().items():
            torch.testing.assert_close(together.state(s)[name], value, rtol=1e-4, atol=1e-6)
        wide = together.reconstruct(x.expand(len(dims), -1, -1))[s]
        torch.testing.assert_close(wide, alone.reconstruct(x[None])[0], rtol=1e-4, atol=1e-5)


def test_a_plain_one_is_torchs():
    model, x = made((3, 2)), samples()
    state = model.state(0)
    z = sequential(state, "encoder")(x)
    torch.testing.assert_close(model.encode(x[None])[0][0], z)
    torch.testing.assert_close(model.reconstruct(x[None])[0], sequential(state, "decoder")(z))


def test_a_variational_one_is_torchs():
    model, x = made((2, 4), [True, True]), samples()
    out = sequential(model.state(0), "encoder")(x)
    mu, log_var = model.encode(x.expand(2, -1, -1))
    torch.testing.assert_close(torch.cat([mu[0, :, :2], log_var[0, :, :2]], 1), out)
    eps = torch.ones(9, 4)
    z = model.sample(mu, log_var, eps)[0]
    torch.testing.assert_close(z[:, :2], out[:, :2] + (out[:, 2:] / 2).exp())
    assert (z[:, 2:] == 0).all()


def test_one_network_alone_from_arrays():
    model, x = made((2, 4), [True, False]), samples()
    for s, d in enumerate((2, 4)):
        z = model.codes(x.numpy(), s)
        assert z.shape == (9, d)
        torch.testing.assert_close(
            torch.from_numpy(model.decoded(z, s)).float(),
            model.reconstruct(x.expand(2, -1, -1))[s].detach(),
        )


def test_the_reconstruction_error_is_the_sum_over_numbers_and_the_mean_over_samples():
    x, x_hat = samples(7), torch.stack([samples(7, 1), samples(7, 2)])
    wanted = [nn.functional.mse_loss(one, x) * D for one in x_hat]
    torch.testing.assert_close(reconstruction_error(x, x_hat), torch.stack(wanted))


def test_the_kl_divergence_is_torchs():
    mu, log_var = samples(8)[None], samples(8, 1)[None]
    wanted = torch_kl(Normal(mu, (log_var / 2).exp()), Normal(0.0, 1.0)).mean(1)
    torch.testing.assert_close(kl_divergence(mu, log_var), wanted)
    assert (kl_divergence(torch.zeros(1, 3, 2), torch.zeros(1, 3, 2)) == 0).all()
