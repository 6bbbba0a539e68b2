"""Exact receptive fields, against the published table and against autograd."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.experiments.receptive_fields.energy import linearized
from core.experiments.receptive_fields.geometry import Geometry, room
from core.experiments.receptive_fields.networks import NETWORKS, OWN, PRESETS, stack_of
from core.experiments.receptive_fields.stack import flat, jump, least, reach, sizes, width
from core.experiments.receptive_fields.text import added, parse, text_of

# Araujo, Norris, Sim (2019), Computing receptive fields of convolutional neural networks, Distill:
# receptive field and effective stride. ResNet-18 and -34, with the stride on the first 3 x 3, and
# torchvision's ResNet-50, with the stride on the 3 x 3, are not in it: by its recurrence.
PUBLISHED = {
    "alexnet": (195, 32),
    "vgg16": (212, 32),
    "mobilenet_v1": (315, 32),
    "resnet50": (483, 32),
    "inception_v3": (1311, 32),
    "resnet50_torchvision": (427, 32),
    "resnet18": (435, 32),
    "resnet34": (899, 32),
    "wavenet": (1024, 1),  # van den Oord et al. (2016), section 2.1
}


@pytest.mark.parametrize("network", PUBLISHED)
def test_known_networks_see_what_is_published(network):
    stack = stack_of(network, "")
    assert (width(stack)[-1], jump(stack)) == PUBLISHED[network]


@pytest.mark.parametrize(
    ("blocks", "size"), [("3 4 23 3", 1027), ("3 8 36 3", 1507)], ids=["101", "152"]
)
def test_deeper_residual_networks_see_what_is_published(blocks, size):
    first, *others = map(int, blocks.split())
    text = f"conv7s2 pool3s2 {first}*[conv1 conv3 conv1]"
    for n in others:
        text += f" {{conv1s2 conv3 conv1 | conv1s2}} {n - 1}*[conv1 conv3 conv1]"
    assert width(parse(text)) == [size]


def ones(layer):
    """A layer of torch's with all weights 1, so that nothing is hidden."""
    nn.init.ones_(layer.weight)
    return layer


def conv(k, s=1, p=None):
    return ones(nn.Conv1d(1, 1, k, s, (k - 1) // 2 if p is None else p, bias=False))


def avg(k, s, p=0):
    return nn.AvgPool1d(k, s, p)


VGG = [m for n in (2, 2, 3, 3, 3) for m in (*(conv(3) for _ in range(n)), avg(2, 2))]
ALEX = [conv(11, 4, 0), avg(3, 2), conv(5), avg(3, 2), conv(3), conv(3), conv(3), avg(3, 2)]
MOBILE = [conv(3, 2), *(m for s in (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
                        for m in (conv(3, s), conv(1)))]  # fmt: skip


@pytest.mark.parametrize(
    ("network", "layers"), [("vgg16", VGG), ("alexnet", ALEX), ("mobilenet_v1", MOBILE)]
)
def test_every_layer_against_a_network_of_torch(network, layers):
    """Size, jump and place of the field of each layer: what the gradient of a unit reaches."""
    stack = stack_of(network, "")
    h = x = torch.zeros(1, 1, 900, requires_grad=True)
    assert len(layers) == len(stack)
    for count, layer in enumerate(layers, start=1):
        h = layer(h)
        assert h.shape[-1] == sizes(stack[:count], 900)[-1]
        i = h.shape[-1] // 2
        for unit in (i, i + 1):
            assert reached(h[0, 0, unit], x) == reach(stack[:count], unit, unit), count


def reached(unit, x):
    """First and last pixel that a unit's gradient reaches."""
    (slope,) = torch.autograd.grad(unit, x, retain_graph=True)
    (places,) = slope.flatten().nonzero(as_tuple=True)
    return int(places[0]), int(places[-1])


@pytest.mark.parametrize("network", NETWORKS)
def test_known_networks_against_the_gradient_of_a_linearized_copy(network):
    """All weights positive, averages for maxima, no ReLU, along a line wider than the field."""
    stack = stack_of(network, "")
    pixels = least(stack, width(stack)[-1] + 70)
    x = torch.zeros(1, 1, 1, pixels, dtype=torch.float64, requires_grad=True)
    h = linearized(stack, x)
    fields = [(i, *reach(stack, i, i)) for i in range(h.shape[-1])]
    whole = [field for field in fields if field[1] >= 0 and field[2] < pixels]
    assert len(whole) > 1
    for i, first, last in whole[:20]:
        assert reached(h[0, 0, 0, i], x) == (first, last)


def test_unet_sees_188_or_204_pixels_by_position():
    """Its bottom sees 140; both sizes occur, each with its own gradient (see above)."""
    unet = stack_of("unet", "")
    assert width(unet) == [188, 204]
    bottom = parse(4 * "conv3p0 conv3p0 pool2s2 " + "conv3p0 conv3p0")
    assert width(bottom) == [140]
    assert sizes(unet, 572)[-1] == 388  # figure 1 of Ronneberger et al. (2015)


@st.composite
def layers(draw):
    kind = draw(st.sampled_from(["conv", "pool", "avg", "up"]))
    k, s = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    if kind == "up":
        return f"up{max(k, s)}s{s}p0"
    return f"{kind}{k}s{s}p{draw(st.integers(0, 3))}d{draw(st.integers(1, 3))}"


@settings(max_examples=60, deadline=None)
@given(st.lists(layers(), min_size=1, max_size=5), st.integers(0, 10**6))
def test_any_stack_against_the_gradient(parts, which):
    stack = parse(" ".join(parts))
    pixels = 600
    x = torch.zeros(1, 1, 1, pixels, dtype=torch.float64, requires_grad=True)
    h = linearized(stack, x)
    assert h.shape[-1] == sizes(stack, pixels)[-1]
    i = which % h.shape[-1]
    first, last = reach(stack, i, i)
    if first >= 0 and last < pixels:  # else a part of it is padding
        assert reached(h[0, 0, 0, i], x) == (first, last)
        assert last - first + 1 in width(stack)
    assert parse(text_of(stack)) == stack


@pytest.mark.parametrize(
    "text", [*PRESETS.values(), *(layers for _, layers, _ in NETWORKS.values())]
)
def test_a_stack_survives_its_text(text):
    assert parse(text_of(parse(text))) == parse(text)


def test_padding_keeps_the_size_without_p():
    assert sizes(parse("conv3 conv5d2 pool3 [conv7] up2s2"), 40) == [40, 40, 40, 40, 40, 80]


def test_what_is_written_short_is_what_it_stands_for():
    assert parse("2*(conv3 pool2s2)") == parse("conv3 pool2s2 conv3, pool2s2")
    assert parse("[conv3]") == parse("{conv3 | }")
    assert parse(added("conv3", "residual", 5, d=2)) == parse("conv3 [conv5d2]")
    assert parse(added("conv3", "up", 3, 2)) == parse("conv3 up3s2")
    assert parse(added("conv3", "conv", 5, p=0)) == parse("conv3 conv5p0")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at least one layer"),
        ("conv", "“conv” is no layer"),
        ("dense3", "“dense3” is no layer"),
        ("conv0", "k = 0"),
        ("conv3s9", "s = 9"),
        ("[conv3", "not closed"),
        ("conv3 ]", "too many"),
        ("{ conv3s2 | }", "same stride"),
        ("up2s3", "kernel of at least 3"),
        ("300*conv3", "1 to 250 times"),
        ("200*conv3 200*conv3", "up to 250 layers"),
        ("100*(100*conv3)", "up to 250 layers"),
        ("[]", "at least one layer"),
    ],
)
def test_a_wrong_text_is_named(text, said):
    with pytest.raises(ValueError, match=said.replace("[", r"\[")):
        parse(text)


def test_paths_that_do_not_agree_are_named():
    with pytest.raises(ValueError, match="turn 30 pixels into 28 and 30"):
        sizes(parse("[conv3p0]"), 30)
    with pytest.raises(ValueError, match="must agree"):
        room(parse("[conv3p0]"))


def test_rows_cones_and_centers():
    """A cone is made of the intervals; shifted by one unit it is shifted by the jump."""
    g = Geometry(parse(PRESETS["Strided"]), 61)
    assert [int(step) for step in g.jumps] == [1, 1, 2, 2, 4, 4]
    top = g.rows - 1
    for i in (5, 6):
        cone, (first, last) = g.cone(top, i), reach(g.path, i, i)
        assert cone[0] == (first - 0.5, last + 0.5) and len(cone) == g.rows
    left = [a - b for (a, _), (b, _) in zip(g.cone(top, 6), g.cone(top, 5), strict=True)]
    assert left == [4.0] * g.rows
    assert g.place(top, 5) == sum(reach(g.path, 5, 5)) / 2  # all layers are symmetric
    assert [g.nearest(row, g.place(row, 3)) for row in range(g.rows)] == [3] * g.rows


def test_the_table_of_vgg():
    table = Geometry(stack_of("vgg16", ""), 224).table()
    found = " ".join(row["receptive field"] for row in table)
    assert found == "1 3 5 6 10 14 16 24 32 40 44 60 76 92 100 132 164 196 212"
    assert (table[-1]["units"], table[-1]["jump"]) == (7, "32")
    assert table[-1]["its first pixel"] == -90  # effective padding in the published table


def test_the_longest_path_sees_as_much_as_all():
    for name in NETWORKS:
        stack = stack_of(name, "")
        assert width(tuple(flat(stack))) == width(stack), name
    assert stack_of(OWN, "conv3") == parse("conv3")
