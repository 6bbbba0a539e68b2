"""The network, the task, and what training does to the effective field."""

import numpy as np
import pytest
import torch
from torch import nn

from core.experiment import run
from core.experiments.receptive_fields.data import TARGETS, answers, mask
from core.experiments.receptive_fields.model import ConvNet
from core.experiments.receptive_fields.pictures import ReceptiveFields
from core.experiments.receptive_fields.settings import (
    DATA_TARGETS,
    ReceptiveFieldsSettings,
    geometry,
    trained,
)
from core.experiments.receptive_fields.text import parse
from core.settings import SettingError


def made(**changes):
    return ReceptiveFields(ReceptiveFieldsSettings(**changes))


def layer(kind, W, b, **words):
    sizes = W.shape[:2] if kind is nn.ConvTranspose2d else W.shape[1::-1]  # in, out
    found = kind(*sizes, W.shape[-1], **words)
    with torch.no_grad():
        found.weight.copy_(W), found.bias.copy_(b)
    return found


def test_the_network_is_what_torch_makes_of_the_same_weights():
    net = ConvNet(parse("conv3s2 [conv3d2] pool3p1 avg2p1 up3s2p1 crop1"), 4, "ReLU", 0)
    W, b = net.weights, net.biases
    x = torch.randn(2, 1, 21, 21, generator=torch.Generator().manual_seed(1))
    h = torch.relu(layer(nn.Conv2d, W[0], b[0], stride=2, padding=1)(x.repeat(1, 4, 1, 1)))
    h = (h + torch.relu(layer(nn.Conv2d, W[1], b[1], padding=2, dilation=2)(h))) / 2**0.5
    h = nn.AvgPool2d(2, 1, 1)(nn.MaxPool2d(3, 1, 1)(h))
    h = torch.relu(layer(nn.ConvTranspose2d, W[2], b[2], stride=2, padding=1)(h))
    y = layer(nn.Conv2d, W[3], b[3])(h[..., 1:-1, 1:-1])
    rows = []
    torch.testing.assert_close(net(x, rows), y)
    assert len(rows) == 7 and rows[-1].shape == y.shape
    assert set(net.state()) == {f"{kind}{k}" for kind in "Wb" for k in range(1, 5)}


@pytest.mark.parametrize("target", DATA_TARGETS)
def test_answers_are_means_of_the_pixels_they_say(target):
    w, x = mask(target, 3), torch.randn(1, 1, 11, 11, generator=torch.Generator().manual_seed(0))
    far = np.hypot(*np.mgrid[-3:4, -3:4])
    inside = {"ring": np.abs(far - 3) <= 0.5, "disc": far <= 3.5}.get(target)
    if inside is None:
        inside = np.zeros((7, 7), bool)
        inside[3, 0] = True
    window = x[0, 0, 2:9, 2:9].numpy()
    expected = window[inside].sum() / inside.sum() ** 0.5
    assert float(answers(x, w, [5])[0, 0, 0, 0]) == pytest.approx(expected, rel=1e-5)
    assert float(w.square().sum()) == pytest.approx(1)
    assert TARGETS == DATA_TARGETS


def test_training_moves_the_glow_onto_the_ring_and_never_out_of_the_square():
    film = run(made(), 200)
    assert film["loss"][0] > 0.9 > 0.2 > film["loss"][-1]
    assert film["r50"][0] < 4 and film["r50"][-1] == pytest.approx(7, abs=0.6)
    assert (film["receptive_field"] == 21).all()
    x, y = film["frame_x"][:, -5:], film["frame_y"][:, -5:]
    assert np.abs(x).max() == np.abs(y).max() == 10.5


def test_what_lies_outside_cannot_be_learned():
    """A shift by 12 pixels, where the field ends at 10; at 10 it can."""
    outside, inside = (made(target="far pixel", reach=reach) for reach in (12, 6))
    assert any("outside" in note.text for note in run(outside, 100).notes)
    assert not any("outside" in note.text for note in run(inside, 100).notes)
    assert outside.loss() > 0.9 and inside.loss() < 0.7


def test_a_known_network_is_exact_and_not_trained():
    network = made(network="resnet50_torchvision")
    film = run(network, 50)
    assert (len(film), network.steps, network.parameters) == (1, 0, 0)
    assert (film["receptive_field"][0], film["jump"][0]) == (427, 32)
    texts = " ".join(note.text for note in film.notes)
    assert "483" in texts and "Not trained here" in texts
    assert film["sd"][0] == film["sd_expected"][0]


def test_two_sizes_are_said_where_layers_are_transposed():
    film = run(made(stack="conv3 conv3s2 conv3 up3s2 conv3", reach=3), 5)
    assert any("11 or 13 pixels" in note.text for note in film.notes)


def test_a_stack_that_is_too_large_is_shown_but_not_trained():
    large = ReceptiveFieldsSettings(stack="40*conv3")
    assert not trained(large) and trained(ReceptiveFieldsSettings())
    film = run(ReceptiveFields(large), 5)
    assert film["sd"][0] == pytest.approx((40 * 8 / 12) ** 0.5, rel=1e-4)


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ("conv3 [conv3p0]", "must agree"),
        ("conv", "no layer"),
        ("12*conv31d9", "too much"),
        ("60*[conv9]", "too much"),
        ("65*conv1", "up to 64 layers"),
    ],
)
def test_a_stack_that_cannot_be_is_refused_by_name(stack, said):
    with pytest.raises(SettingError, match=said) as error:
        ReceptiveFieldsSettings(stack=stack)
    assert error.value.name == "stack"


@pytest.mark.parametrize("changes", [{}, {"stack": "conv4 pool2s2 conv3", "reach": 2}])
def test_the_middle_unit_sees_the_middle_of_the_image(changes):
    g = geometry(ReceptiveFieldsSettings(**changes))
    assert abs(g.center - (g.pixels - 1) / 2) <= max(1, float(g.jumps[-1]) / 2)
    first, last = g.seen[-1]
    assert first >= 0 and last < g.pixels


def test_divergence_stops_the_run_and_says_so():
    network = made(activation="linear")
    network.net.weights[0].data.fill_(1e30)
    network.step(3)
    assert network.steps == 0
    assert "Diverged" in network.done and "learning rate" in network.done
