"""Where each form stops, and both norms on one batch."""

import numpy as np
import pytest
import torch

from core.experiments.depth import stops as module
from core.experiments.depth.network import FORMS
from core.experiments.depth.norms import batch_of, compare, sheet
from core.experiments.depth.norms import told as words_of
from core.experiments.depth.pictures import Depth
from core.experiments.depth.settings import DepthSettings
from core.experiments.depth.stops import (
    DEPTHS,
    Result,
    Sweep,
    figure,
    main,
    measured,
    recorded,
    said,
    stops,
)


def results(**accuracy):
    depths = DEPTHS[: len(next(iter(accuracy.values())))]
    return [
        Result(depth, {name: (values[k],) * 3 for name, values in accuracy.items()})
        for k, depth in enumerate(depths)
    ]


def test_a_form_stops_where_it_never_comes_back():
    found = stops(results(a=(0.9, 0.8, 0.4), b=(0.9, 0.3, 0.6), c=(0.2, 0.1, 0.1), d=(0.5,) * 3))
    assert found == {"a": 10, "b": None, "c": 1, "d": None}
    told = said(results(a=(0.9, 0.8, 0.4), c=(0.1, 0.1, 0.1)), 7)
    assert "training stops with a at 10 layers, c at 1 layer." in told
    assert stops([]) == {}


def test_the_median_of_the_seeds_decides():
    assert stops([Result(1, {"a": (0.9, 0.4, 0.1)})]) == {"a": 1}
    assert stops([Result(1, {"a": (0.9, 0.6, 0.1)})]) == {"a": None}


def test_a_sweep_trains_each_depth(monkeypatch):
    monkeypatch.setattr(module, "DEPTHS", (1, 3))
    sweep = Sweep(DepthSettings(networks=("plain", "batch norm")), steps=12, seeds=2)
    seen = [sweep.fraction]
    while sweep.going:
        sweep.advance()
        seen.append(sweep.fraction)
    assert seen == sorted(seen) and seen[0] == 0 and sweep.done
    assert [result.depth for result in sweep.result] == [1, 3]
    alone = Depth(DepthSettings(networks=("plain",), depth=3, max_steps=12, seeds=2))
    alone.step(12)
    np.testing.assert_allclose(
        measured(alone).accuracy["plain"], sweep.result[1].accuracy["plain"], atol=0.01
    )


def test_the_command_line(monkeypatch, capsys):
    monkeypatch.setattr(module, "DEPTHS", (1, 2))
    assert main(["--steps", "3", "--seeds", "1", "--set", "networks=plain"]) == 0
    head, row = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert head == ["network", "1 layer", "2 layers", "stops at"] and row[0] == "plain"
    with pytest.raises(SystemExit):
        main(["--set", "networks=deep"])
    assert "networks" in capsys.readouterr().err


def test_the_recorded_sweep_holds_what_the_page_says():
    command, steps, found = recorded()
    assert [result.depth for result in found] == list(DEPTHS)
    assert all(set(result.accuracy) == set(FORMS) for result in found)
    sweep = Sweep(DepthSettings(networks=tuple(FORMS)), steps, 3)
    assert command == sweep.command
    ends = stops(found)
    assert ends["pre-norm"] is None and ends["scaled residual"] is None
    assert ends["plain"] and ends["plain"] <= 20 and ends["batch norm"]
    sweep._run = Depth(sweep.settings.replace(depth=1))
    sweep._run.step(steps)
    again = measured(sweep._run).accuracy
    for name in FORMS:
        np.testing.assert_allclose(again[name], found[0].accuracy[name], atol=0.03)


def test_both_norms_are_theirs_and_only_one_looks_at_other_digits():
    experiment = Depth(DepthSettings(depth=5, networks=("residual",)))
    name, layer, h = batch_of(experiment, 6)
    assert (name, layer, h.shape) == ("residual", 3, (6, 32))
    found = compare(h)
    np.testing.assert_allclose(found.batch.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(found.layer.mean(1), 0, atol=1e-5)
    mine = torch.nn.functional.batch_norm(h, None, None, training=True)
    np.testing.assert_allclose(found.batch, mine, rtol=1e-5, atol=1e-6)
    assert found.by_layer == 0 < 0.1 < found.by_batch
    assert "layer norm by 0" in words_of(found)


def test_a_batch_of_one_is_refused_by_torch_and_its_words_are_shown():
    _, _, h = batch_of(Depth(DepthSettings(depth=5)), 1)
    found = compare(h)
    assert found.batch is None and found.layer.shape == (1, 32)
    assert "Expected more than 1 value per channel" in words_of(found)


def test_the_words_of_the_half_stand_where_no_marker_of_the_recorded_sweep_is():
    """At the right the last marker lay under them."""
    shown = figure(recorded()[2])
    (said,) = shown.layout.annotations
    assert said.text == "stops below" and said.xanchor == "left" and said.x == 0
    early = [trace.y[list(trace.x).index(depth)] for trace in shown.data if trace.name
             for depth in (1, 5)]  # fmt: skip
    assert min(early) > said.y + 0.1


def test_zero_in_a_sheet_is_the_ground_of_the_page():
    values = np.array([[-2.0, 0.0], [1.0, 2.0]], np.float32)
    (trace,) = sheet(values, 200).data
    assert (trace.zmin, trace.zmax) == (-2, 2)
    middle = [color for at, color in trace.colorscale if at == 0.5]
    assert middle and all(color.endswith(",0)") for color in middle)
