"""The deep-sets page: a fair race, a shuffle that one of three cannot see, and what bags cannot."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import training
from core.experiment import advance, run
from core.experiments.deep_sets import figures
from core.experiments.deep_sets.experiment import reorder
from core.experiments.deep_sets.pictures import DeepSetsRace
from core.experiments.deep_sets.sets import TARGETS
from core.experiments.deep_sets.settings import (
    MOLECULES,
    DeepSetsSettings,
    budgets,
    contenders,
    count,
    shown_at,
    training_data,
)
from core.experiments.deep_sets.shown import event_as_change
from core.models.deep_sets import POOLS
from core.settings import SettingError

ALL = (*TARGETS, *MOLECULES)


def made(steps=0, **changes):
    experiment = DeepSetsRace(DeepSetsSettings(**changes))
    experiment.step(steps)
    return experiment


@pytest.fixture(scope="module")
def trained():
    """The default race after 400 updates."""
    return run(made(), 400)


@pytest.mark.parametrize("target", ALL)
def test_a_fair_race(target):
    """About the same number of parameters, and both perceptrons start from the same weights."""
    settings = DeepSetsSettings(target=target)
    models = contenders(settings)
    deep, plain, twin = (count(model) for model in models.values())
    assert (deep, plain) == budgets(settings) and plain == twin
    assert abs(plain - deep) / deep < 0.05
    for a, b in zip(models["list"].parameters(), models["shuffled"].parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_first_updates_are_torchs(trained):
    """Three Adams and three losses, one for each network, written out."""
    race, models = made(), contenders(DeepSetsSettings())
    adams = [torch.optim.Adam(m.parameters(), lr=0.003) for m in models.values()]
    generator, batches = torch.Generator().manual_seed(0), training.row_batches(1000, 50, 0)
    race.step(5)
    for _ in range(5):
        rows = next(batches)
        x, mask, y = (part[rows] for part in race.train)
        key = torch.rand(mask.shape, generator=generator, dtype=torch.float64) + 1.0 * ~mask
        mixed = torch.stack([s[k] for s, k in zip(x, key.argsort(1), strict=True)])
        for adam, (name, model) in zip(adams, models.items(), strict=True):
            out = model(mixed if name == "shuffled" else x, mask)
            adam.zero_grad()
            (torch.nn.functional.mse_loss(out, y) / race.variance).backward()
            adam.step()
    for name, model in models.items():
        for a, b in zip(model.parameters(), race.models[name].parameters(), strict=True):
            torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("each", [False, True])
def test_reordering_keeps_sets_and_answers(each):
    name = "each: offset from center" if each else "sum of lengths"
    lists = training_data(DeepSetsSettings(target=name, samples=50))
    mixed = reorder(lists, torch.Generator().manual_seed(3), each)
    assert (mixed.x != lists.x).any() and (mixed.mask == lists.mask).all()
    y = TARGETS[name].measure(mixed.x.numpy(), mixed.mask.numpy())
    np.testing.assert_allclose(mixed.y.numpy(), y, atol=1e-12)


@pytest.mark.parametrize("target", ALL)
@pytest.mark.parametrize("pooling", POOLS)
def test_only_deep_sets_gives_the_same_after_a_shuffle(target, pooling):
    race = made(20, target=target, pooling=pooling)
    for number in ("1", "2"):
        race.change("shuffle", number)
        frame = race.snapshot()
        assert frame["equal"].tolist() == [1, 0, 0]
        assert frame["jump"][0] < 1e-6 < 1e-4 < frame["jump"][1:].min()


@given(st.lists(st.sampled_from(["shuffle", "add", "move", "remove", "another"]), max_size=12),
       st.integers(0, 99))  # fmt: skip
def test_any_changes_leave_a_set_in_two_orders(tools, seed):
    rng, changes = np.random.default_rng(seed), []
    for tool in tools:
        n = len(shown_at(DeepSetsSettings(changes=tuple(changes))))
        if tool == "remove" and n == 1:
            continue
        at = f"{rng.uniform(-1, 1):.3f},{rng.uniform(-1, 1):.3f}"
        name = f"{tool}.{rng.integers(n)}" if tool in ("move", "remove") else tool
        changes.append((0, name, str(seed) if tool in ("shuffle", "another") else at))
    settings = DeepSetsSettings(changes=tuple(changes))
    shown = shown_at(settings)
    for order in (shown.before, shown.now):
        assert sorted(order) == list(range(len(shown)))
    assert DeepSetsSettings.from_link(settings.to_link()) == (settings, [])


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("shuffle", "x", "whole number"),
        ("add", "0.5", "two numbers from -1 to 1"),
        ("add", "3,0", "two numbers from -1 to 1"),
        ("move.7", "0,0", "0 to 6"),
        ("remove.x", "", "0 to 6"),
        ("turn", "1", "shuffle, another, draw, add, move, remove"),
    ],
)
def test_impossible_changes_are_refused(name, value, words):
    with pytest.raises(SettingError, match=words):
        made().change(name, value)
    with pytest.raises(SettingError, match=words):
        DeepSetsSettings(changes=((0, name, value),))


def test_the_last_element_stays_and_molecules_keep_their_atoms():
    with pytest.raises(SettingError, match="at least 1"):
        DeepSetsSettings(changes=tuple((0, "remove.0", "") for _ in range(7)))
    with pytest.raises(SettingError, match="at most 30"):
        DeepSetsSettings(changes=tuple((0, "add", "0,0") for _ in range(24)))
    with pytest.raises(SettingError, match="keeps its atoms"):
        DeepSetsSettings(target=MOLECULES[0], changes=((0, "add", "0,0"),))


def test_a_click_becomes_a_change():
    assert event_as_change({"tool": "add", "x": 2, "y": -0.1}) == ("add", "1.000,-0.100")
    assert event_as_change({"tool": "move", "index": 3, "x": 0, "y": 0})[0] == "move.3"


def test_changes_by_hand_do_not_touch_training():
    plain, edited = made(20), made(10)
    edited.change("add", "0.1,0.2"), edited.change("shuffle", "4"), edited.change("another", "2")
    edited.step(10)
    assert plain.loss() == edited.loss()


def test_adding_a_point_is_seen_by_the_true_value():
    race = made(target="sum")
    before = race.snapshot()["truth"][0]
    race.change("add", "0.25,0.9")
    assert race.snapshot()["truth"][0] == pytest.approx(before + 0.25, abs=1e-6)


def test_outputs_for_each_element_go_with_it():
    race = made(20, target="each: offset from center")
    before, first = race.snapshot(), race.pictures.shown.now
    race.change("shuffle", "5")
    after, second = race.snapshot(), race.pictures.shown.now
    moved = [int(np.flatnonzero(second == element)[0]) for element in first]
    np.testing.assert_allclose(after["each"][moved, 1], before["each"][:7, 1], atol=1e-6)
    assert np.abs(after["each"][moved, 2] - before["each"][:7, 2]).max() > 1e-3


def test_numbers_in_the_equation(trained):
    """The embedding's first columns add up to those of the sum; phi's stripes follow the list."""
    race = made(20, width=3)
    frame, shown = race.snapshot(), race.pictures.shown
    phi = race.models["deep"].phi(torch.from_numpy(shown.x[shown.now])).detach().numpy()
    np.testing.assert_allclose(frame["phi_first"], phi[:2], rtol=1e-5)
    np.testing.assert_allclose(frame["pool_first"], phi.sum(0), rtol=1e-5)
    shade = frame["phi"][:7].astype(float) / 127.5 - 1
    np.testing.assert_allclose(shade * frame["largest"][0], phi, atol=frame["largest"][0] / 200)


def test_what_the_page_promises_of_the_default(trained):
    """Deep Sets is best in random order and far beyond the sizes trained on."""
    last = {name: trained[name][-1] for name in trained.names}
    assert last["test_deep"] < 0.02 < last["test_list"]
    assert last["test_as_trained"] < last["test_list"]
    assert last["by_size"][-1, 0] < 0.25 < 4 < last["by_size"][-1, 1:].min()


def test_both_error_plots_have_one_measure(trained):
    """The mean over the sizes trained on is the error of the other plot; the axes say the same."""
    names = ("test_deep", "test_list", "test_shuffled", "test_as_trained")
    expected = [float(trained[name][-1]) for name in names]  # as many sets of each size
    np.testing.assert_allclose(trained["by_size"][-1][:10].mean(0), expected, rtol=1e-5)
    panels = {panel["id"]: panel for panel in figures.panels(made().settings)}
    axes = {panels[name]["figure"]["layout"]["yaxis"]["title"]["text"] for name in ("loss", "size")}
    assert axes == {"squared error / variance"}


@pytest.mark.parametrize("target", ["sum of lengths", "center of mass", "each: is rightmost"])
def test_the_shuffle_is_two_bars_a_network_and_comes_first(target):
    """Equal for Deep Sets, and the very numbers that are written beside it."""
    race = made(20, target=target)
    first, frame = figures.panels(race.settings)[0], race.snapshot()
    assert first["id"] == "shuffle"
    places = [one["x"] for one in first["figure"]["data"] if one["type"] == "bar"]
    assert np.diff(np.sort(np.concatenate(places))).min() > first["figure"]["data"][0]["width"]
    bars = [one for one in first["binds"] if first["figure"]["data"][one["trace"]]["type"] == "bar"]
    before, after = (frame[one["track"]][:, one["column"]] for one in bars)
    assert before[0] == pytest.approx(after[0], abs=1e-6) and (before[1:] != after[1:]).all()
    k = frame["out"].shape[1] // 2
    np.testing.assert_array_equal([before, after], frame["out"][:, [0, k]].T)


def test_notes_speak_of_what_cannot_be_and_of_divergence():
    film = run(made(target="sum of lengths", pooling="mean"), 10)
    assert any("does not know how many" in note.text for note in film.notes)
    race = made()
    with torch.no_grad():
        next(race.models["list"].parameters()).fill_(1e200)
    film = run(race, 20)
    assert race.done.startswith("Diverged after 0 updates: MLP on lists")
    assert [note.level for note in film.notes if "Diverged" in note.text] == ["error"]


def test_a_change_by_hand_is_made_once():
    """As the page makes it, and then as a recording of the same settings comes to it."""
    race = made(10)
    wanted = race.settings.replace(changes=((10, "add", "0.5,0.5"), (10, "shuffle", "2")))
    race.change("add", "0.5,0.5"), race.change("shuffle", "2")
    assert race.settings == wanted
    by_hand = race.snapshot()
    advance(race, 10)
    later = race.snapshot()
    np.testing.assert_array_equal(by_hand["set"], later["set"])
    assert np.isfinite(later["set"][:, 0]).sum() == 8
    film = run(DeepSetsRace(wanted), 20)
    np.testing.assert_array_equal(film["set"][-1], later["set"])
    assert np.isfinite(film["set"][0, :, 0]).sum() == 7
    at_start = DeepSetsRace(wanted.replace(changes=((0, "add", "0.5,0.5"),)))
    assert np.isfinite(at_start.snapshot()["set"][:, 0]).sum() == 8
