"""Deep networks of every form against torch's own layers, finite differences and each other."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.experiments.depth.data import digits
from core.experiments.depth.network import (
    ACTIVATIONS,
    FORMS,
    INITIALIZATIONS,
    Form,
    Networks,
    errors,
    first_weights,
)

FORM = pytest.mark.parametrize("name", FORMS)
LAST = pytest.mark.parametrize("last", [False, True], ids=["W s(h)", "s(W h)"])


def made(names, depth=4, width=6, sigma="tanh", last=False, seeds=(0,), init="PyTorch"):
    first = [first_weights(INITIALIZATIONS[init], depth, width, seed) for seed in seeds]
    return Networks([FORMS[name] for name in names], first, ACTIVATIONS[sigma], last)


def doubled(group):
    """The same in float64."""
    group.weights = {n: w.detach().double().requires_grad_() for n, w in group.weights.items()}
    group.keep, group.scale = group.keep.double(), group.scale.double()
    group.mean, group.var = group.mean.double(), group.var.double()
    return group


class ByTorch(nn.Module):
    """One network made of torch's layers, with the weights of ours."""

    def __init__(self, form: Form, weights, sigma, last):
        super().__init__()
        stack = [(weights["W_in"], weights["b_in"]), *zip(weights["W"], weights["b"], strict=True)]
        self.linear = nn.ModuleList(nn.Linear(*W.shape) for W, _ in stack)
        for layer, (W, b) in zip(self.linear, stack, strict=True):
            layer.weight.data, layer.bias.data = W.T.clone(), b[0].clone()
        self.out = nn.Linear(*weights["W_out"].shape)
        self.out.weight.data, self.out.bias.data = weights["W_out"].T.clone(), weights["b_out"][0]
        d = weights["W_in"].shape[1]
        kind = {
            "": nn.Identity,
            "layer": lambda: nn.LayerNorm(d, elementwise_affine=False),
            "batch": lambda: nn.BatchNorm1d(d, affine=False),
        }[form.norm]
        self.norms = nn.ModuleList(kind() for _ in stack)
        self.form, self.sigma, self.last = form, sigma, last

    def forward(self, x):
        form, sigma = self.form, self.sigma
        before = nn.Identity() if form.post else None
        h = self.linear[0](x)
        h = sigma(h) if self.last else h
        for linear, norm in zip(self.linear[1:], self.norms, strict=False):
            u = (before or norm)(h)
            branch = sigma(linear(u)) if self.last else linear(sigma(u))
            if form.scaled:
                branch = branch / math.sqrt(len(self.linear))
            h = h + branch if form.skip else branch
            h = norm(h) if form.post else h
        u = (before or self.norms[-1])(h)
        return self.out(u if self.last else sigma(u))


@FORM
@LAST
@pytest.mark.parametrize("sigma", ACTIVATIONS)
def test_a_form_is_that_of_torch_in_training_and_evaluation(name, last, sigma):
    group = made([name], sigma=sigma, last=last)
    first = first_weights(INITIALIZATIONS["PyTorch"], 4, 6, 0)
    theirs = ByTorch(FORMS[name], first, ACTIVATIONS[sigma], last)
    data = digits()
    for start in (0, 20, 40):
        x = data.x[start : start + 20]
        found = group(x[None])
        group.follow(found.h)
        torch.testing.assert_close(found.out[0], theirs(x), rtol=1e-4, atol=1e-5)
        assert len(found.h) == len(found.z) == 4
    x = data.x_test[:9]
    ours = group(x[None], train=False).out[0]
    torch.testing.assert_close(ours, theirs.eval()(x), rtol=1e-4, atol=1e-5)


@FORM
@LAST
def test_gradients_are_finite_differences(name, last):
    """Of a smooth sigma, in float64, by torch's own differences."""
    group = doubled(made([name], depth=3, width=3, last=last))
    x, y = digits().x[None, :5].double(), digits().y[None, :5]
    names = ("W", "b", "W_out", "b_in")

    def loss(*weights):
        group.weights |= dict(zip(names, weights, strict=True))
        return errors(group(x).out, y)

    assert torch.autograd.gradcheck(loss, [group.weights[n] for n in names], atol=1e-6)


@pytest.mark.parametrize("name", ["residual", "scaled residual", "pre-norm"])
def test_off_the_identity_path_only_the_branches_carry_a_gradient(name):
    """The product of the Jacobians of the branches, each by torch.func."""
    group = doubled(made([name], depth=3, width=4))
    x, y = digits().x[None, :1].double(), digits().y[None, :1]
    whole, cut = group(x), group(x, cut=True)
    torch.testing.assert_close(whole.out, cut.out, rtol=0, atol=0)
    first, _, last = torch.autograd.grad(errors(cut.out, y), cut.h)
    w, back = group.weights, last[0, 0]
    for layer in (1, 0):

        def branch(h, layer=layer):
            u = torch.tanh(group.normalized(h, layer, True))
            return group.scale[0] * (u @ w["W"][layer, 0] + w["b"][layer, 0, 0])

        J = torch.func.jacrev(branch)(cut.h[layer][0, 0].detach())  # (1, d_out, d_in)
        back = back @ J.reshape(4, 4)
    torch.testing.assert_close(first[0, 0], back)
    (with_path,) = torch.autograd.grad(errors(whole.out, y), whole.h[:1])
    assert not torch.allclose(with_path, first)


def test_plain_has_no_identity_path():
    group, x, y = made(["plain"]), digits().x[None, :7], digits().y[None, :7]
    one, two = (group(x, cut=cut) for cut in (False, True))
    for a, b in zip(*(torch.autograd.grad(errors(p.out, y), p.h) for p in (one, two)), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_forms_and_seeds_side_by_side_do_not_touch_each_other():
    together = made(["plain", "residual", "scaled residual"], seeds=(3, 4))
    x = digits().x[:8]
    out = together(x.expand(6, -1, -1)).out
    for k, name in enumerate(("plain", "residual", "scaled residual")):
        for s, seed in enumerate((3, 4)):
            alone = made([name], seeds=(seed,))(x[None]).out[0]
            torch.testing.assert_close(out[2 * k + s], alone, rtol=1e-5, atol=1e-6)


@FORM
@settings(deadline=None, max_examples=10)
@given(order=st.permutations(range(6)))
def test_the_order_of_a_batch_does_not_matter(name, order):
    group, x = made([name], sigma="ReLU"), digits().x[:6]
    torch.testing.assert_close(
        group(x[order][None]).out[0], group(x[None]).out[0][list(order)], rtol=1e-4, atol=1e-5
    )


def test_the_loss_is_that_of_torch():
    out, y = torch.randn(3, 5, 10), torch.randint(10, (3, 5))
    theirs = torch.stack([nn.functional.cross_entropy(o, t) for o, t in zip(out, y, strict=True)])
    torch.testing.assert_close(errors(out, y), theirs)
