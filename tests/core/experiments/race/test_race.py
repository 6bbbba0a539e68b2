"""Data, training, the race over the number of samples, and its panels."""

import json

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from core.datasets.mnist1d import load
from core.experiment import record
from core.experiments.race import figures
from core.experiments.race.data import (
    DIGITS,
    LAYOUTS,
    MNIST_1D,
    MOLECULES,
    SETS,
    SIZES,
    order_of,
    samples,
)
from core.experiments.race.entries import EQUAL, FAMILIES, NAMES, PUBLISHED, WIDTHS, entry
from core.experiments.race.experiment import FamilyRace
from core.experiments.race.settings import RaceSettings
from core.experiments.race.training import Networks
from core.film import Film
from core.models.families import first_weights
from core.settings import SettingError
from core.stage import stage

SMALL = RaceSettings(seeds=2, batch_size=10, updates=100, families=("linear", "mlp"))


# ---------------------------------------------------------------------------- data


@pytest.mark.parametrize("name", LAYOUTS)
def test_shuffled_is_one_order_for_all(name):
    plain, shuffled = samples(name), samples(name, True)
    order = order_of(LAYOUTS[name].places)
    assert sorted(order.tolist()) == list(range(LAYOUTS[name].places)) != order.tolist()
    assert torch.equal(shuffled.y, plain.y) and torch.equal(shuffled.y_test, plain.y_test)
    assert plain.x.shape == (SIZES[name][-1], LAYOUTS[name].size)
    if name != MOLECULES:  # those are in test_molecules.py
        assert torch.equal(shuffled.x, plain.x[:, order])
        assert torch.equal(shuffled.x_test, plain.x_test[:, order])
        assert set(plain.y.tolist()) == set(range(10))
    rows = {row.numpy().tobytes() for row in plain.x}
    # Of the shipped signals, none that is judged was learned; of digits a few are drawn alike.
    assert sum(row.numpy().tobytes() in rows for row in plain.x_test) == 0


def test_data_are_those_of_their_sources():
    np.testing.assert_array_equal(samples(MNIST_1D).x, load().x)
    bags = samples(SETS)
    np.testing.assert_array_equal((bags.x.abs() < 0.5).sum(1), bags.y)
    assert np.bincount(bags.y).min() / 4000 > 0.08 and bags.x.abs().max() <= 1
    digits = samples(DIGITS)
    assert len(digits.x) + len(digits.x_test) == 1797 and digits.x.max() == 1


# ---------------------------------------------------------------------------- training


def test_a_step_is_that_of_torch():
    """The seeds as one do what each would do alone with torch's own Adam and loss."""
    s, made = samples(MNIST_1D), entry("mlp", LAYOUTS[MNIST_1D], EQUAL, "", "")
    both = Networks(made, [3, 4], 50)
    alone = {k: w[:1].clone().requires_grad_() for k, w in first_weights(made.shapes, [3]).items()}
    adam = torch.optim.Adam(alone.values())
    for k in range(4):
        x, y = s.x[10 * k : 10 * k + 10], s.y[10 * k : 10 * k + 10]
        both.learn(x, y)
        adam.param_groups[0]["lr"] = 0.01 * (1 + np.cos(np.pi * k / 50)) / 2
        loss = torch.nn.functional.cross_entropy(made.out(x, alone)[0], y)
        adam.zero_grad(), loss.backward(), adam.step()
    for name, w in alone.items():
        torch.testing.assert_close(both.weights[name][:1], w, rtol=1e-4, atol=1e-5)


def test_softmax_regression_comes_to_what_scikit_learn_finds():
    s, networks = (
        samples(DIGITS),
        Networks(entry("linear", LAYOUTS[DIGITS], EQUAL, "", ""), [0], 300),
    )
    for _ in range(300):
        networks.learn(s.x, s.y)
    theirs = LogisticRegression(C=100, max_iter=2000).fit(s.x, s.y).score(s.x_test, s.y_test)
    assert float(networks.right(s.x_test, s.y_test)[0]) == pytest.approx(theirs, abs=0.03)


def test_published_networks_keep_their_rate_and_ours_fall_to_zero():
    s = samples(MNIST_1D)
    for budget, last in ((PUBLISHED, 0.01), (EQUAL, 0.0)):
        networks = Networks(entry("linear", LAYOUTS[MNIST_1D], budget, "", ""), [0], 10_000)
        networks.made = 9_999
        networks.learn(s.x[:5], s.y[:5])
        assert networks.optimizer.param_groups[0]["lr"] == pytest.approx(last, abs=1e-6)


# ---------------------------------------------------------------------------- the race


def test_small_sets_are_parts_of_large_ones_and_no_row_is_from_outside():
    race = FamilyRace(SMALL)
    seen = torch.cat([race._rows() for _ in range(300)], 1)
    sizes = [size for size in SMALL.sizes for _ in range(2)]
    for s, size in enumerate(sizes):
        assert set(seen[s].tolist()) <= set(race._orders[s, :size].tolist())
    assert set(seen[0].tolist()) == set(race._orders[0, :100].tolist())
    assert torch.equal(race._orders[0], race._orders[2])
    assert not torch.equal(race._orders[0], race._orders[1])


def tracks(race):
    return {name: np.asarray(value) for name, value in race.snapshot().items()}


def test_a_race_is_decided_by_its_settings_and_ends():
    a, b, other = (FamilyRace(s) for s in (SMALL, SMALL, SMALL.replace(seed=5)))
    first = tracks(a)
    a.step(100), b.step(37), b.snapshot(), b.step(200), other.step(100)
    assert a.done == b.done and a.steps == b.steps == 100
    for name, value in tracks(a).items():
        np.testing.assert_array_equal(value, tracks(b)[name])
        assert value.shape == first[name].shape and value.dtype == first[name].dtype
    assert (tracks(other)["error:mlp"] != tracks(a)["error:mlp"]).any()
    assert set(a.weights()) == set(b.weights()) and a.parameters == 8 * (410 + 4959)


def test_tracks_are_mean_least_and_most_over_the_seeds():
    race = FamilyRace(SMALL)
    race.step(40)
    error = race.errors()["mlp"].numpy()
    found = tracks(race)
    for name, value in (("error", error.mean(1)), ("low", error.min(1)), ("high", error.max(1)),
                        ("all", error[-1])):  # fmt: skip
        np.testing.assert_allclose(found[f"{name}:mlp"], value, rtol=1e-5)
    assert found["low:mlp"].min() >= 0 and found["high:mlp"].max() <= 100


def test_who_diverges_ends_the_race_is_named_and_leaves_the_film():
    race, film = FamilyRace(SMALL), Film()
    record(race, film, 12)
    before = {name: film[name][-1].copy() for name in film.names}
    weights = next(iter(race.runners["mlp"].weights.values()))
    weights.data[0] = float("nan")  # of one network of eight
    record(race, film, 3)
    steps = int(film.steps[-1])
    assert race.done.startswith(f"MLP diverged after {steps} updates at learning rate 0.0")
    assert "larger batch, or leave MLP out of the race" in race.done
    assert [note.level for note in film.notes if note.text == race.done] == ["error"]
    assert race.steps == steps == 22 and race.settings.updates == 100
    for name, value in before.items():
        assert np.isfinite(film[name]).all()
        np.testing.assert_array_equal(film[name][-1], value, err_msg=name)
    race.step(5)
    assert race.steps == steps


def test_seconds_of_each_family_are_in_the_film_and_under_the_picture():
    race, film = FamilyRace(SMALL), Film()
    record(race, film, 20)
    seconds = film.meta["seconds"]
    assert seconds == race.seconds and set(seconds) == {"linear", "mlp"}
    assert min(seconds.values()) > 0
    lines = figures.panels(SMALL)[0]["caption"]
    assert [line["values"][0]["track"] for line in lines] == ["seconds:linear", "seconds:mlp"]
    assert lines[1]["text"].startswith("MLP: 4,959 parameters, ")
    plain = figures.panels(SMALL, timed=False)[0]["caption"]
    assert not any(line["values"] for line in plain) and "table above" in figures.of_seconds(
        SMALL, False
    )


CASES = [
    {}, {"shuffled": True}, {"budget": PUBLISHED}, {"data": DIGITS, "end": "mean pool"},
    {"data": SETS, "stem": "one token a sample"}, {"families": ("gnn",), "budget": PUBLISHED},
    {"data": MOLECULES, "shuffled": True},
]  # fmt: skip


@pytest.mark.parametrize("changes", CASES, ids=str)
def test_panels_name_what_is_in_a_snapshot(changes):
    settings = RaceSettings(**changes).replace(seeds=1, batch_size=10)
    assert set(settings.runners) <= set(WIDTHS if settings.budget == PUBLISHED else FAMILIES)
    found, panels = tracks(FamilyRace(settings)), figures.panels(settings)
    numbers = figures.readouts(settings)
    json.dumps(stage(panels, numbers), allow_nan=False)
    for panel in panels:
        assert len(panel["alt"]) > 20 and panel["title"]
        for bind in panel["binds"]:
            width = found[bind["track"]].shape[-1]
            assert not isinstance(bind["column"], int) or bind["column"] < width
    error = "Mean absolute error in eV: " if settings.data == MOLECULES else "Test error in %: "
    assert numbers[0]["label"] == error + NAMES[next(iter(settings.runners))]
    assert [number["track"] for number in numbers] == [f"error:{name}" for name in settings.runners]
    assert all(found[number["track"]].shape == (4,) for number in numbers)


def test_refused():
    with pytest.raises(SettingError, match="stem"):
        RaceSettings(stem="leaves")
    with pytest.raises(SettingError, match="families"):
        RaceSettings(families=())
