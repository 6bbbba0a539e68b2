"""The one sum against layers that others wrote, and what a reordering must do to it."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from core.experiments.patterns.counts import cost
from core.experiments.patterns.experiment import layers, seen_by
from core.experiments.patterns.figures import costs
from core.experiments.patterns.geometric import by_geometric, differences, recorded, said
from core.experiments.patterns.layers import one_sum
from core.experiments.patterns.masks import INPUTS
from core.experiments.patterns.pictures import Patterns, weights_of_values
from core.experiments.patterns.references import reference
from core.experiments.patterns.settings import NAMES, PatternsSettings, is_content, masks

CLOSE = {"atol": 1e-5, "rtol": 1e-5}
VARIANTS = [
    {"given": given, "reach": reach, "positions": positions, "own_weights": weights}
    for given, reach, positions, weights in (
        ("row", 1, False, "by content"), ("row", 3, True, "fixed"),
        ("grid", 1, True, "by content"), ("grid", 2, False, "fixed"),
        ("molecule", 2, True, "by content"), ("star", 1, False, "fixed"),
    )
]  # fmt: skip


def trained(**changes):
    """Layers after some updates, so that no bias is 0, and new rows."""
    run = Patterns(PatternsSettings(**changes))
    with torch.enable_grad():
        run.step(3)
    return run, run.rows(7, 9)[0]


@pytest.mark.parametrize("changes", VARIANTS, ids=str)
@torch.no_grad()
def test_the_sum_is_the_layer_of_torch(changes):
    """nn.Linear, nn.Conv1d and nn.Conv2d, nn.MultiheadAttention, with masks; our GNN layers."""
    run, x = trained(**changes)
    for name, layer in run.layers.items():
        seen = seen_by(layer, x)
        other = reference(run.settings, name, layer, seen)
        torch.testing.assert_close(layer(seen), other, **CLOSE, msg=lambda m, n=name: f"{n}: {m}")
        torch.testing.assert_close(layer.value(seen), other[..., 0], **CLOSE)
        assert layer(seen).std() > 0.05


@pytest.mark.parametrize("changes", VARIANTS, ids=str)
@torch.no_grad()
def test_the_sum_is_the_layer_of_pytorch_geometric(changes):
    run, x = trained(**changes)
    for name in ("gcn", "gat"):
        layer = run.layers[name]
        seen = seen_by(layer, x)
        theirs = by_geometric(layer, seen, run.settings.given)
        torch.testing.assert_close(layer(seen), theirs, **CLOSE)


def test_what_was_recorded_beside_pytorch_geometric_is_so():
    found = recorded()["differences"]
    assert list(found) == list(INPUTS)
    for given, row in found.items():
        assert row.keys() == {"gcn", "gat"} and max(row.values()) < 1e-5
        assert max(differences(given, 5).values()) < 1e-5
    assert "at most 2e-07 apart (recorded by `python -m core.experiments.patterns.geom" in said()


@torch.no_grad()
def test_the_sum_is_a_sum():
    """Term by term, in plain loops."""
    run, x = trained()
    for layer in run.layers.values():
        alpha, V = layer.alpha(x).expand(7, 8, 8), layer.V()
        found = torch.zeros(7, 8, 4)
        for i in range(8):
            for j in range(8):
                if layer.mask[i, j]:
                    found[:, i] += alpha[:, i, j, None] * (x[:, j] @ V[i, j].T)
        torch.testing.assert_close(layer(x), found + layer.bias(), **CLOSE)


@torch.no_grad()
def test_what_may_not_be_looked_at_changes_nothing():
    run, x = trained(own="dilated")
    for layer in run.layers.values():
        for j in range(8):
            other = x.clone()
            other[:, j] += 1
            moved = (layer(other) - layer(x)).abs().amax((0, 2)) > 1e-6
            assert not (moved & ~layer.mask[:, j]).any()
            assert moved[layer.mask[:, j]].any()


@torch.no_grad()
def test_weights_that_are_shown_are_derivatives_of_fixed_layers():
    """Of content-dependent ones with alpha held still."""
    run, x = trained()
    for name, layer in run.layers.items():
        alpha = layer.alpha(x[:1])

        def h(values, layer=layer, alpha=alpha):
            tokens = torch.cat([values[:, None], x[0, :, 1:]], 1)[None]
            return one_sum(tokens, layer.mask, alpha, layer.V(), layer.bias())[0, :, 0]

        slope = torch.autograd.functional.jacobian(h, x[0, :, 0])
        torch.testing.assert_close(weights_of_values(layer, x[:1]), slope, **CLOSE, msg=name)


@torch.no_grad()
def test_rows_of_alpha_add_up_to_one():
    run, x = trained(own="dilated")
    for name, layer in run.layers.items():
        if is_content(run.settings, name):
            torch.testing.assert_close(layer.alpha(x).sum(-1), torch.ones(7, 8))


@torch.no_grad()
def test_who_follows_a_reordering_of_the_tokens():
    """Without places attention does; with them it does not, and the others never do."""
    p = torch.tensor([3, 0, 6, 2, 5, 1, 4, 7])
    follows = {}
    for positions in (False, True):
        run, x = trained(positions=positions)
        for name, layer in run.layers.items():
            moved, plain = (layer(seen_by(layer, rows)) for rows in (x[:, p], x))
            follows[name, positions] = bool(torch.allclose(moved, plain[:, p], atol=1e-5))
    assert [pair for pair, yes in follows.items() if yes] == [("transformer", False)]


@torch.no_grad()
def test_the_cnn_follows_a_shift():
    run, x = trained()
    cnn = run.layers["cnn"]
    torch.testing.assert_close(cnn(x.roll(1, 1))[:, 2:-1], cnn(x)[:, 1:-2], **CLOSE)


@pytest.mark.parametrize("changes", VARIANTS, ids=str)
def test_parameters_are_counted(changes):
    settings = PatternsSettings(**changes)
    for name, layer in layers(settings).items():
        found = sum(p.numel() for p in layer.parameters())
        if name == "own" and not is_content(settings, name):  # it holds those of closed pairs, too
            found -= int((~layer.mask).sum()) * 16
        assert costs(settings, name).parameters == found, name


@torch.no_grad()
def test_multiply_adds_are_those_that_torch_counts():
    """Its counter knows products of matrices and convolutions, two operations a multiply-add."""
    n, d, x = 8, 4, torch.randn(1, 8, 4)
    calls = {
        "mlp": lambda: nn.Linear(n * d, n * d)(x.flatten(1)),
        "cnn": lambda: nn.Conv1d(d, d, 3, padding=1)(x.transpose(1, 2)),
    }
    for name, call in calls.items():
        with FlopCounterMode(display=False) as counter:
            call()
        assert counter.get_total_flops() == 2 * cost(name, n, n * n, 3).products, name
    attention = nn.MultiheadAttention(d, 1, batch_first=True)
    with FlopCounterMode(display=False) as counter:
        attention(x, x, x, need_weights=True)
    assert counter.get_total_flops() == 2 * cost("transformer", n, n * n, 3).products


def test_masks_are_what_the_layers_have():
    for given in INPUTS:
        settings = PatternsSettings(given=given)
        for name, mask in masks(settings).items():
            assert torch.equal(layers(settings)[name].mask, torch.from_numpy(mask))
    assert [*masks(PatternsSettings())] == [*NAMES]
