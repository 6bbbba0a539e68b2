"""What random weights make of a field: exact variances, sums, radii."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from core.experiments.receptive_fields import cones, energy
from core.experiments.receptive_fields.geometry import Geometry, room
from core.experiments.receptive_fields.model import ConvNet, gradients
from core.experiments.receptive_fields.networks import NETWORKS, PRESETS, stack_of
from core.experiments.receptive_fields.pictures import ReceptiveFields, probes
from core.experiments.receptive_fields.settings import ReceptiveFieldsSettings, geometry
from core.experiments.receptive_fields.text import parse


def top(text):
    g = Geometry(parse(text), room(parse(text)))
    return g, energy.maps(g)[-1]


@pytest.mark.parametrize("k", [2, 3, 5])
@pytest.mark.parametrize("depth", [1, 5, 20])
def test_the_variance_of_a_plain_stack_is_L_times_k_squared_minus_1_over_12(depth, k):
    g, field = top(f"{depth}*conv{k}")
    expected = depth * (k**2 - 1) / 12
    assert energy.variance(g.stack) == pytest.approx(expected, rel=1e-12)
    assert energy.spread(field, g.center) ** 2 == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("text", ["conv3s2 conv5 pool2s2 conv3d2", "conv4 avg2s2 conv3d3 conv3"])
def test_the_variance_of_a_stack_with_strides_and_dilations(text):
    g, field = top(text)
    assert energy.spread(field, g.center) ** 2 == pytest.approx(energy.variance(g.stack), rel=1e-9)


def test_the_variance_of_residual_blocks_is_half_of_it():
    """Half of the paths go around: a mean of 0 and the block's variance."""
    g, field = top("12*[conv3]")
    assert energy.spread(field, g.center) ** 2 == pytest.approx(12 * (8 / 12) / 2, rel=1e-9)
    with pytest.raises(ValueError, match="no branches"):
        energy.variance(g.stack)


def test_a_map_of_boxes_is_what_scipy_makes_of_them():
    g, field = top("conv3 conv5 conv3")
    expected = np.zeros_like(field)
    expected[g.middle[-1], g.middle[-1]] = 1
    for k in (3, 5, 3):
        expected = ndimage.uniform_filter(expected, k, mode="constant")
    np.testing.assert_allclose(field, expected, atol=1e-15)


@pytest.mark.parametrize("text", ["5*conv3", "conv3 [conv3] pool2s2 [conv3 conv3]", "conv3 up2s2"])
def test_maps_sum_to_one_and_to_the_lines(text):
    g = Geometry(parse(text), room(parse(text)))
    for field, line in zip(energy.maps(g), energy.lines(g), strict=True):
        np.testing.assert_allclose(field.sum(0), line, atol=1e-15)
        np.testing.assert_allclose(field, field.T, atol=1e-15)
        assert field.sum() == pytest.approx(1, rel=1e-12)


def test_a_large_network_is_summed_over_cells():
    g = Geometry(stack_of("vgg16", ""), 400)
    assert energy.coarse(400) == 2
    fields, lines = energy.maps(g), energy.lines(g)
    assert fields[-1].shape == (200, 200)
    np.testing.assert_allclose(fields[-1].sum(0), lines[-1].reshape(200, 2).sum(1), atol=1e-15)


def test_maps_of_branches_are_the_gradient_over_the_plane():
    """The leading layers are taken along each axis; here all is done at once."""
    g = Geometry(parse("conv3 conv3s2 [conv3] conv3"), 33)
    x = torch.zeros(1, 1, 33, 33, dtype=torch.float64, requires_grad=True)
    i = g.middle[-1]
    (whole,) = torch.autograd.grad(energy.linearized(g.stack, x)[0, 0, i, i], x)
    np.testing.assert_allclose(energy.maps(g)[-1], whole[0, 0].numpy(), atol=1e-15)


def test_networks_have_the_variance_that_theory_says():
    """Linear networks, from many seeds: the mean of the squared gradients (sd within 4 %)."""
    g = geometry(ReceptiveFieldsSettings())
    total, i = 0.0, g.middle[-1]
    for seed in range(24):
        x = torch.zeros(1, 1, g.pixels, g.pixels, requires_grad=True)
        net = ConvNet(g.stack, 8, "linear", seed)
        total = total + torch.autograd.grad(net(x)[0, 0, i, i], x)[0][0, 0].square().numpy()
    assert energy.spread(total, g.center) == pytest.approx(math.sqrt(10 * 8 / 12), rel=0.04)


def test_measured_fields_are_squared_gradients():
    """Of the answer, by torch's jacobian; of an inner layer, as the sum over its channels."""
    made = ReceptiveFields(ReceptiveFieldsSettings(stack="conv3 conv3s2 conv3", reach=3))
    g, x = made.geometry, made.pictures.probes[0]
    i, (low, high) = g.places[-1], g.window
    J = torch.autograd.functional.jacobian(lambda z: made.net(z)[:, 0, i, i].sum(), x)
    fields, rows = made.pictures.measured()
    part = fields[-1][low:high, low:high]
    np.testing.assert_allclose(part, J.square().sum((0, 1)).numpy(), rtol=1e-4, atol=1e-12)
    first, last = g.seen[-1]
    outside = np.ones_like(fields[-1], bool)
    outside[first : last + 1, first : last + 1] = False
    assert (fields[-1][outside] == 0).all() and fields[-1][~outside].sum() > 0


def test_what_the_answer_takes_from_each_row_is_the_gradient_of_the_layers_above_it():
    """By torch's jacobian, with torch's own layers from each row on."""
    made = ReceptiveFields(ReceptiveFieldsSettings(stack="conv3 conv3s2", reach=3))
    net, g = made.net, made.geometry
    i = g.places[-1]
    fields, rows = made.pictures.measured()
    inner = []
    net(made.pictures.probes[0], inner)

    def second(h):
        return torch.tanh(F.conv2d(h, net.weights[1], net.biases[1], 2, 1))

    def answer(h):
        return F.conv2d(h, net.weights[2], net.biases[2])

    above = (lambda h: answer(second(h)), answer, lambda y: y)
    for h, rest, whole, jump in zip(inner, above, rows[1:], g.jumps[1:], strict=True):
        found = whole[int(g.window[0] / jump) :][: h.shape[-1]]
        J = torch.autograd.functional.jacobian(lambda z, f=rest: f(z)[:, 0, i, i].sum(), h.detach())
        np.testing.assert_allclose(found, J.square().sum((0, 1, 2)).numpy(), rtol=1e-4, atol=1e-12)
    np.testing.assert_allclose(rows[0], fields[-1].sum(0), rtol=1e-5)


CUT = (*PRESETS.values(), "conv4 pool2s2 conv3", "conv3p0 conv3s3p2 [conv3d2 pool3] avg2s2 conv5")
WHOLE = (
    "conv3p0 conv3 {conv3 up3s2p1 conv3s2 | conv5}",
    "conv3 crop2 conv3",
    "conv3 [conv4s1p0 up4s1p0]",
)


@pytest.mark.parametrize(
    "text",
    [*CUT, *WHOLE, "conv9p0 conv3p5s2", "conv3s2 conv7p9 up4s4 conv3", "conv3 up3s2p1 conv3"],
)
def test_fields_come_out_of_their_part_of_the_image_as_of_the_whole(text):
    made = ReceptiveFields(ReceptiveFieldsSettings(stack=text, reach=9, activation="ReLU"))
    g, net, (low, high) = made.geometry, made.net, made.geometry.window
    x, signs = probes(8, 0, 3, g.pixels)
    maps, lines = gradients(net, x, signs, g.middle)
    parts, ends = gradients(net, x[..., low:high, low:high], signs, g.places)
    for part, whole in zip(parts, maps, strict=True):
        around = np.pad(part, (low, g.pixels - high))
        np.testing.assert_allclose(around, whole, rtol=1e-3, atol=1e-6 * whole.max())
    for line, whole, jump in zip(ends, lines, g.jumps, strict=True):
        before = int(low / jump)
        around = np.pad(line, (before, len(whole) - before - len(line)))
        np.testing.assert_allclose(around, whole, rtol=1e-3, atol=1e-6 * whole.max())
    if text in CUT:
        assert high - low < g.pixels  # or nothing is won


def test_fields_before_training_do_not_wait_for_a_task_and_are_measured_anew_while_it_trains():
    made = [ReceptiveFields(ReceptiveFieldsSettings(reach=reach)) for reach in (7, 16)]
    one, other = (m.pictures.measured() for m in made)
    g, h = (m.geometry for m in made)
    assert g.pixels < h.pixels
    (low, high), (a, b) = g.window, h.window
    np.testing.assert_array_equal(one[0][-1][low:high, low:high], other[0][-1][a:b, a:b])
    fresh, _ = gradients(made[0].net, *made[0].pictures.probes, g.places)
    np.testing.assert_allclose(one[0][-1][low:high, low:high], fresh[-1], rtol=1e-6)
    made[0].step(3)
    assert np.abs(made[0].pictures.measured()[0][-1] - one[0][-1]).max() > 0.01 * fresh[-1].max()


@pytest.mark.parametrize("text", [*CUT, *WHOLE, NETWORKS["unet"][1], NETWORKS["resnet50"][1]])
def test_many_cones_at_once_are_those_of_each_unit(text):
    g = Geometry(parse(text), room(parse(text)))
    for row in (1, g.rows // 2, g.rows - 1):
        units = [0, g.units[row] // 3, g.units[row] - 1]
        found = np.stack(cones.edges(g, row, units), -1)
        np.testing.assert_array_equal(found, [g.cone(row, i) for i in units])


def test_with_random_weights_the_top_takes_sums_of_uniform_numbers():
    """From row r of L layers of kernel 3: the distribution of a sum of L - r steps of -1, 0, 1."""
    g = Geometry(parse("4*conv3"), 21)
    steps = np.ones(1)
    for found in energy.taken(g)[::-1]:
        expected = np.zeros(21)
        middle, half = g.middle[-1], len(steps) // 2
        expected[middle - half : middle + half + 1] = steps
        np.testing.assert_allclose(found, expected, atol=1e-15)
        steps = np.convolve(steps, np.full(3, 1 / 3))


@pytest.mark.parametrize(
    "text",
    [*PRESETS.values(), "conv3p0 {pool2s2 conv5p0 up2s2 | crop4}", NETWORKS["vgg16"][1],
     NETWORKS["resnet50"][1], NETWORKS["wavenet"][1]],
)  # fmt: skip
def test_what_the_top_takes_fills_its_cone(text):
    """Each row's glow begins and ends where the outline of the cone does, which counts units."""
    g = Geometry(parse(text), room(parse(text)))
    np.testing.assert_allclose(energy.taken(g)[0], energy.lines(g)[-1], atol=1e-15)
    glow = cones.along(g, energy.taken(g))
    cone = g.cone(g.rows - 1, g.middle[-1])
    for line, (left, right), step in zip(glow, cone, g.steps, strict=True):
        (lit,) = line.nonzero()
        gap = max(0.5, step % 1)  # a pixel belongs to one unit alone
        assert lit[0] - 0.5 == pytest.approx(max(left, -0.5), abs=gap)
        assert lit[-1] + 0.5 == pytest.approx(min(right, g.pixels - 0.5), abs=gap)


@given(st.integers(3, 12), st.floats(0.05, 0.99), st.integers(0, 1000))
def test_radii_hold_their_share(n, share, seed):
    field = np.random.default_rng(seed).random((n, n))
    center = (n - 1) / 2
    r = energy.radius(field, center, share)
    y, x = np.mgrid[:n, :n] - center
    far = np.hypot(x, y)
    total = field.sum()
    assert field[far <= r + 1e-9].sum() >= share * total * (1 - 1e-9)
    assert field[far < r - 1e-9].sum() < share * total
    (inside,) = energy.within(field, center, np.array([r]))
    assert inside == pytest.approx(field[far <= r + 1e-9].sum() / total)


def test_a_field_that_is_nothing_has_no_radius():
    assert math.isnan(energy.radius(np.zeros((5, 5)), 2, 0.5))
    assert math.isnan(energy.spread(np.zeros((5, 5)), 2))
