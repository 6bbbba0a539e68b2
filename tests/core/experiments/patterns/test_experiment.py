"""What the six layers learn: the mask that fits the task decides, for several seeds."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.experiment import advance, run
from core.experiments.patterns.data import TARGETS, mixing, tokens
from core.experiments.patterns.masks import INPUTS
from core.experiments.patterns.pictures import Patterns, stage_row
from core.experiments.patterns.settings import NAMES, PatternsSettings, shown_row
from core.settings import SettingError

WINNERS = {
    "mean of my kind": {"transformer"},
    "local smoothing": {"mlp", "cnn"},
    "copy of the right one": {"mlp", "cnn"},
    "mean of my bonds": {"mlp", "gcn", "gat"},
    "copy by fixed wiring": {"mlp"},
}


def made(steps=0, **changes):
    experiment = Patterns(PatternsSettings(**changes))
    experiment.step(steps)
    return experiment


def learned(experiment):
    found = dict(zip(NAMES, experiment.snapshot()["test"].tolist(), strict=True))
    good = {name for name, error in found.items() if error < 0.02}
    assert all(error > 0.15 for name, error in found.items() if name not in good), found
    return good - {"own"}


@pytest.mark.parametrize("target", TARGETS)
def test_the_mask_that_fits_learns_it_and_no_other(target):
    for seed in (0, 1, 2) if target == "mean of my kind" else (0,):
        assert learned(made(300, target=target, seed=seed, data_seed=seed)) == WINNERS[target]


def test_what_is_asked_is_a_mean_or_a_copy():
    x = tokens(np.random.default_rng(0), 20, "row")
    kinds = x[..., 1:].argmax(-1)
    T = mixing("mean of my kind", "row", x, 0)
    for row in range(20):
        for i in range(8):
            same = kinds[row] == kinds[row, i]
            assert T[row, i] @ x[row, :, 0] == pytest.approx(x[row, same, 0].mean())
    smooth = mixing("local smoothing", "row", x, 0)[0] @ np.arange(8.0)
    np.testing.assert_allclose(smooth[1:-1], np.arange(1, 7))
    right = mixing("copy of the right one", "grid", tokens(np.random.default_rng(0), 1, "grid"), 0)
    picture = np.arange(16.0).reshape(4, 4)
    np.testing.assert_array_equal((right[0] @ picture.ravel()).reshape(4, 4)[:, :3], picture[:, 1:])
    wiring = mixing("copy by fixed wiring", "row", x, 5)[0]
    assert (wiring.sum(0) == 1).all() and (wiring.sum(1) == 1).all()


@given(st.sampled_from([*INPUTS]), st.sampled_from([*TARGETS]), st.integers(0, 99))
def test_no_target_makes_more_of_the_values_than_there_is(name, target, seed):
    x = tokens(np.random.default_rng(seed), 3, name)
    T = mixing(target, name, x, seed)
    assert (T >= 0).all() and (T.sum(2) <= 1 + 1e-12).all()


@torch.no_grad()
def test_the_error_of_a_constant_is_one():
    experiment = made()
    for layer in experiment.layers.values():
        for name, weight in layer.named_parameters():
            weight.zero_()
            if name in ("b", "b_o"):
                weight[..., 0] = experiment.y.mean()
    found = experiment.errors(experiment.x, experiment.y)
    torch.testing.assert_close(found, torch.ones(6))


def test_the_numbers_on_the_stage_add_up():
    """Weights times values, and what kinds and bias add, make the output."""
    found = made(50).snapshot()
    values = found["nodes/target"][8:].astype(float)
    for name in NAMES:
        h = found[f"weights/{name}"].astype(float) @ values + found[f"rest/{name}"]
        np.testing.assert_allclose(h, found[f"nodes/{name}"][:8], atol=0.05)
    np.testing.assert_allclose(
        found["weights/target"].astype(float) @ values, found["nodes/target"][:8], atol=0.05
    )
    assert (found["apart"] < 1e-5).all()


def test_another_row_moves_only_weights_that_depend_on_content():
    experiment = made(60)
    before = experiment.snapshot()
    experiment.change("row", "1")
    after = experiment.snapshot()
    moved = {name for name in NAMES
             if (before[f"weights/{name}"] != after[f"weights/{name}"]).any()}  # fmt: skip
    assert moved == {"gat", "transformer", "own"}
    assert (before["nodes/target"] != after["nodes/target"]).any()
    assert (before["test"] == after["test"]).all()


def test_a_shuffle_is_the_same_tokens():
    settings = PatternsSettings(changes=((0, "row", "2"), (5, "shuffle", "1")))
    plain, mixed = (stage_row(settings, step) for step in (0, 5))
    assert shown_row(settings) == (2, 1) and (plain != mixed).any()
    assert sorted(plain.tolist()) == sorted(mixed.tolist())


def test_a_change_of_the_row_leaves_the_training_as_it_is():
    plain = made()
    looked = made(changes=((10, "row", "3"), (20, "shuffle", "1")))
    advance(plain, 30), advance(looked, 30)
    assert plain.loss() == looked.loss()


@pytest.mark.parametrize("change", [("row", "-1"), ("row", "x"), ("shuffle", "1.5"), ("W", "1")])
def test_bad_changes_are_refused(change):
    with pytest.raises(SettingError):
        made().change(*change)
    with pytest.raises(SettingError):
        PatternsSettings(changes=((0, *change),))


def test_it_says_when_it_diverges():
    experiment = made(1)
    with torch.no_grad():
        experiment.layers["cnn"].W.fill_(1e30)
    film = run(experiment, 20)
    assert experiment.done.startswith("Diverged after 1 update: CNN.")
    assert "learning rate" in experiment.done
    assert any(note.level == "error" for note in film.notes)


def test_an_output_that_may_look_at_nobody_says_its_bias():
    experiment = made(5, own="drawn", drawn="00000000")
    assert np.isfinite(experiment.snapshot()["apart"]).all()
    alone = experiment.snapshot()["nodes/own"][0]
    assert alone == pytest.approx(experiment.layers["own"].bias()[0].item(), abs=0.01)
