import pytest
import torch
from torch import nn

from core.experiments.features.network import (
    Convolutional,
    cnn_cost,
    hidden,
    layers,
    mlp_cost,
    networks,
    receptive_field,
)
from core.experiments.features.settings import PADDINGS, POOLINGS, RIVALS, STRIDES, FeaturesSettings


def made(**changes):
    settings = FeaturesSettings(**changes)
    return settings, *networks(settings)


@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_it_is_a_stack_of_torchs_own_layers(stride, padding, pooling):
    """Convolutions that pad by themselves, and torch's pooling, with the same weights."""
    _, cnn, _ = made(stride=stride, padding=padding, pooling=pooling)
    own = []
    for spec, layer in zip(cnn.stack, cnn.filters, strict=True):
        conv = nn.Conv2d(spec.c_in, spec.c_out, spec.k, spec.stride, spec.pad, spec.dilation,
                         padding_mode="zeros" if padding == "zero" else padding)  # fmt: skip
        conv.load_state_dict(layer.state_dict())
        own += [conv, nn.ReLU()]
    pool = {"max": nn.AdaptiveMaxPool2d(1), "average": nn.AdaptiveAvgPool2d(1),
            "none": nn.Identity()}[pooling]  # fmt: skip
    other = nn.Sequential(*own, pool, nn.Flatten(), cnn.last)
    x = torch.randn(3, 32, 32)
    torch.testing.assert_close(cnn(x), other(x[:, None]), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("stride", "shift", "holds"), [
    ("1", 1, True), ("1", 7, True), ("2", 2, True), ("2", 1, False), ("4", 4, True),
    ("4", 8, True), ("4", 2, False)])  # fmt: skip
def test_shifts_that_fit_the_stride_shift_the_maps_and_no_others(stride, shift, holds):
    _, cnn, _ = made(stride=stride)
    x = torch.randn(2, 32, 32)
    before, after = cnn.maps(x)[-1], cnn.maps(x.roll(shift, 2))[-1]
    cells = shift // int(stride)
    same = torch.allclose(after, before.roll(cells, 3), atol=1e-5)
    assert same == holds
    pooled = torch.allclose(cnn(x), cnn(x.roll(shift, 2)), atol=1e-5)
    assert pooled == holds


def test_zeros_around_break_it_at_the_border():
    _, cnn, _ = made(padding="zero")
    x = torch.randn(2, 32, 32)
    assert not torch.allclose(cnn.maps(x)[-1].roll(1, 3), cnn.maps(x.roll(1, 2))[-1], atol=1e-5)


@pytest.mark.parametrize("stride", [1, 2, 4])
def test_the_receptive_field_is_where_the_gradient_reaches(stride):
    cnn = Convolutional(64, 2, 3, stride, "max", "zero")
    r, jump = receptive_field(layers(3, stride))
    for layer in cnn.filters:
        nn.init.constant_(layer.weight, 0.1)
    x = torch.ones(1, 64, 64, requires_grad=True)
    middle = 32 // jump
    cnn.maps(x)[-1][0, 0, middle, middle].backward()
    seen = x.grad[0].abs().sum(0).nonzero().flatten()
    assert jump == stride and seen[-1] - seen[0] + 1 == r


@pytest.mark.parametrize("data", ["galaxies", "digits"])
@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("pooling", ["max", "none"])
def test_costs_are_counted_as_torch_counts_them(data, stride, pooling):
    from torch.utils.flop_counter import FlopCounterMode

    settings, cnn, mlp = made(data=data, stride=stride, pooling=pooling)
    edge = 32 if data == "galaxies" else 16
    for net, cost in ((cnn, cnn_cost(settings)), (mlp, mlp_cost(settings))):
        assert cost.parameters == sum(p.numel() for p in net.parameters())
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            net(torch.zeros(1, edge, edge))
        assert counter.get_total_flops() == 2 * cost.products


def test_equal_budgets_are_as_equal_as_whole_units_allow():
    base = FeaturesSettings()
    for mlp, part in zip(RIVALS[1:], ("parameters", "products"), strict=True):
        settings = base.replace(mlp=mlp)
        mine, other = cnn_cost(settings), mlp_cost(settings)
        unit = 32 * 32 + 3
        gap = abs(mine._asdict()[part] - other._asdict()[part])
        assert gap <= unit / 2 or hidden(settings) == 1


def test_the_mlp_at_the_cnns_parameters_has_one_hidden_unit():
    assert hidden(FeaturesSettings(mlp="equal parameters")) == 1
    assert hidden(FeaturesSettings(mlp="equal multiply-adds")) > 1000
