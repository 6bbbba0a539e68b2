"""Deep Sets: equations (5.7) and (5.8), and their symmetry."""

import torch

from core.models.deep_sets import DeepSets, SetLayer

CLOSE = {"atol": 1e-5, "rtol": 1e-5}


def sets():
    g = torch.Generator().manual_seed(0)
    return torch.randn(2, 5, 3, generator=g), torch.tensor([[True] * 5, [True] * 3 + [False] * 2])


def test_deep_sets_is_rho_of_the_sum_of_phi():
    x, mask = sets()
    model = DeepSets(3, 8, 2)
    alone = torch.stack(
        [model.rho(sum(model.phi(v) for v in s[m])) for s, m in zip(x, mask, strict=True)]
    )
    torch.testing.assert_close(model(x, mask), alone, **CLOSE)


def test_deep_sets_is_invariant():
    x, mask = sets()
    model, p = DeepSets(3, 8, 2), torch.tensor([4, 2, 0, 1, 3])
    torch.testing.assert_close(model(x[:, p], mask[:, p]), model(x, mask), **CLOSE)


def test_set_layer_is_equivariant_and_ignores_padding():
    x, mask = sets()
    layer, p = SetLayer(3, 6), torch.tensor([4, 2, 0, 1, 3])
    torch.testing.assert_close(layer(x[:, p], mask[:, p]), layer(x, mask)[:, p], **CLOSE)
    torch.testing.assert_close(layer(x[1:, :3], mask[1:, :3]), layer(x, mask)[1:, :3], **CLOSE)


def test_set_layer_follows_5_8():
    x, mask = sets()
    layer, trace = SetLayer(3, 6), {}
    out = layer(x, mask, trace)
    total = sum(layer.phi(v) for v in x[0])
    torch.testing.assert_close(trace["sum"][0], total, **CLOSE)
    hidden = torch.relu(layer.psi_own(x[0, 2]) + layer.psi_sum(total))
    torch.testing.assert_close(out[0, 2], layer.psi_out(hidden), **CLOSE)
