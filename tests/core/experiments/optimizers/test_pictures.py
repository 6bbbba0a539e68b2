"""What is on the screen: updates that add up, notes that hold, the plane, the cloud."""

import numpy as np
import pytest

from core.experiment import run
from core.experiments.optimizers.figures import panels
from core.experiments.optimizers.figures_words import FORMS
from core.experiments.optimizers.figures_words import race as words
from core.experiments.optimizers.pictures import AHEAD, Optimizers, ground, lowest
from core.experiments.optimizers.settings import (
    NETWORK,
    VALLEYS,
    OptimizersSettings,
    moved_to,
)
from core.experiments.optimizers.sweep import sweep_of

DECAY, BETA = 0.5, 0.8


def race(surface="quadratic", steps=30, **changes):
    made = Optimizers(OptimizersSettings(surface=surface, **changes))
    return made, run(made, steps)


@pytest.mark.parametrize("name", FORMS)
def test_the_update_on_the_screen_adds_up(name):
    """before, eta, g and the memories of a frame give after by the very line that is shown."""
    made, film = race("matrix W X = Y", momentum=BETA, weight_decay=DECAY, noisy="all but GD")
    k = made.names.index(name)
    before, g, memory, second, after = np.moveaxis(
        film["update"][1:, k].astype(np.float64).reshape(-1, 5, 2), 1, 0
    )
    eta = film["eta"][1:, k, None].astype(np.float64)
    step = {"Nesterov": g + BETA * memory, "momentum": memory, "Muon": memory}.get(name, g)
    if name.startswith("A") or name == "RMSprop":
        up, down = (memory, second) if name.startswith("Adam") else (g, memory)
        step = up / np.sqrt(down)
    kept = 1 - eta * DECAY if name == "AdamW" else 1.0
    np.testing.assert_allclose(before * kept - eta * step, after, rtol=1e-4, atol=1e-5)
    assert np.abs(after - before).max() > 1e-4  # somebody moved


def test_what_is_dragged_shows_the_first_steps_of_the_race_that_it_would_begin():
    """Those that `torch.optim` makes from there, or at that rate; the race itself goes on."""
    made, film = race(steps=5)
    width = 2 * len(made.names)
    assert film["ahead"].shape == (6, AHEAD + 1, width)
    np.testing.assert_array_equal(
        film["ahead"].reshape(-1, 2), film["start"][:1].repeat(6 * (AHEAD + 1) * width // 2, 0)
    )
    w = made.snapshot()["w"]
    for name, value, change in (
        ("start", "-1.5,0.5", {"start": ((-1.5, 0.5),)}),
        ("learning_rate", "0.02,1", {"learning_rate": 0.02}),
    ):
        made.change(name, value)
        _, then = race(steps=AHEAD, **change)
        np.testing.assert_allclose(made.snapshot()["ahead"], then["w"], rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(made.snapshot()["w"], w)


def test_who_diverges_leaves_the_picture_while_a_rate_is_dragged():
    made, _ = race(steps=1, max_steps=40, optimizers=("GD", "Adam"))
    made.change("learning_rate", "3,1")
    ahead = made.snapshot()["ahead"]
    assert np.isnan(ahead[40:, :2]).all() and np.isfinite(ahead[:, 2:]).all()
    assert (ahead[40:, 2:] == ahead[40, 2:]).all()  # no further than the race itself


def test_near_the_bottom_the_numbers_of_an_update_still_differ():
    """And before the first step there is no update to work out."""
    made, film = race(steps=150, numbers="GD")
    (first, *rest) = [x for x in words(made.settings)["lines"] if x["text"].startswith("w")]
    assert len(rest) == 1 and first["when"] == {"track": "told", "column": 1, "value": 1}
    before, after = (first["values"][k] for k in (0, -1))
    digits = int(before["format"][1])
    assert before["format"] == after["format"] == f".{digits}g"
    track = film["update"][-1].reshape(-1)
    told = {f"{track[value['column']]:.{digits}g}" for value in (before, after)}
    assert len(told) == 2
    assert film["told"][0].tolist() == [-1, 0]
    assert film["told"][-1].tolist() == [int(film["lead"][-1]), 1]


def test_the_cloud_of_gradients_has_the_whole_gradient_as_its_mean():
    made, film = race(steps=5)
    _, grads = made.problem.gradients(made.before)
    sgd = made.names.index("SGD")
    np.testing.assert_allclose(film["cloud_mean"][-1][0], grads[sgd], rtol=1e-5)
    np.testing.assert_allclose(film["cloud"][-1].mean(0), grads[sgd], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(film["cloud_batch"][-1][0], made.used[sgd], rtol=1e-5)
    assert np.abs(film["cloud_batch"][-1] - film["cloud_mean"][-1]).max() > 1e-3


def test_trails_are_places_in_the_plane_and_distance_is_what_is_left():
    made, film = race(NETWORK, steps=10)
    theta = made.theta
    w = film["w"][-1].reshape(-1, 2)
    whole = (theta - made.problem.origin).norm(dim=1).numpy()
    np.testing.assert_allclose(np.hypot(np.linalg.norm(w, axis=1), film["away"][-1]), whole,
                               rtol=1e-5)  # fmt: skip
    adam = film["away"][:, made.names.index("Adam")]
    assert adam[0] == film["away"][0, 0]  # one start for all


def test_the_picture_is_dark_where_the_surface_is_low():
    problem, picture, (low, high) = ground(OptimizersSettings())
    (left, right), (bottom, top) = problem.window
    x, y = problem.bottom.tolist()
    column = round((x - left) / (right - left) * 80)
    row = round((y - bottom) / (top - bottom) * 80)
    assert picture[row, column] < 20 and picture[-1, -1] > 200 and low < high


@pytest.mark.parametrize("seed", range(3))
def test_gd_is_caught_in_a_valley_that_sgd_leaves(seed):
    settings = moved_to(OptimizersSettings(), VALLEYS).replace(seed=seed, optimizers=("GD", "SGD"))
    made = Optimizers(settings)
    film = run(made, 200)
    gd, sgd = film["heights"][-1]
    assert gd > 0.5 and sgd < 0.05
    assert any(note.text.startswith("GD ended at w₁ = 1.74") for note in film.notes)


def test_divergence_is_said_and_shown_as_it_is():
    made, film = race(steps=200, learning_rate=0.12)
    k = made.names.index("GD")
    heights = film["heights"][:, k]
    assert heights.max() > 1e6 * heights[0]  # not cut off
    (said,) = (note.text for note in film.notes if note.text.startswith("GD diverged"))
    assert said.endswith("with η = 0.12. Its limit here is 0.1: take a lower η.")
    assert film["diverged"][-1] == 3 and film["limit"][-1] == pytest.approx(0.1)
    gone = int(film["since"][-1, k])
    np.testing.assert_array_equal(heights[gone:], heights[gone])  # it stands still from there on


def test_all_that_diverge_end_the_race():
    made, film = race(steps=200, learning_rate=1.0, optimizers=("GD", "momentum"))
    assert made.done.startswith("All have diverged") and made.steps < 100
    assert "GD, momentum: lower the learning rate" in made.done


@pytest.mark.parametrize(("tuned", "remedy"), [(False, "Lower η"), (True, "Start elsewhere")])
def test_who_diverges_where_no_limit_is_known_is_told_what_helps(tuned, remedy):
    far = {"start": ((1000.0, 1000.0),), "optimizers": ("GD",), "tuned": tuned}
    made, film = race("Beale", steps=20, learning_rate=0.5, **far)
    assert made.gone[0] >= 0 and any(f". {remedy}" in note.text for note in film.notes)


def test_the_rate_is_dragged_unless_each_has_its_own():
    dragged = [[panel["id"] for panel in panels(OptimizersSettings(tuned=tuned)) if "drag" in panel]
               for tuned in (False, True)]  # fmt: skip
    assert dragged == [["surface", "rates"], ["surface"]]


def test_notes_hold_for_this_run():
    """No brace is left in them, and who cannot come to rest does not: a falling rate may."""
    for changes in ({"schedule": "cosine"}, {"surface": NETWORK}, {"surface": "Beale"}, {}):
        made, film = race(**({"learning_rate": 0.08, "max_steps": 20} | changes))
        said = " ".join(note.text for note in film.notes)
        assert "{" not in said and made.done
        assert ("Nesterov cannot come to rest" in said) == (changes == {})
    made, film = race(NETWORK, steps=20, max_steps=20)
    away = film["away"][-1]
    k = int(away.argmax())
    assert any(f"{made.names[k]} ended {away[k]:.2g} away" in note.text for note in film.notes)


def test_the_race_at_many_rates_goes_along_step_by_step():
    settings = OptimizersSettings(max_steps=40)
    run = Optimizers(settings)
    early = run.snapshot()["swept"]
    assert np.ptp(early) == 0  # all at the start
    run.step(40)
    found, swept = run.snapshot(), sweep_of(settings).heights.numpy().T
    here = np.isfinite(swept)
    np.testing.assert_array_equal(np.isfinite(found["swept"]), here)
    low = lowest(settings)
    np.testing.assert_allclose(found["swept"][here], swept[here].clip(low), rtol=1e-5)


def test_every_panel_tells_nesterov_and_adamw_from_their_kin_by_dashes():
    described = panels(OptimizersSettings())
    for panel in described:
        lines = {trace["name"]: trace["line"] for trace in panel.get("figure", {}).get("data", ())
                 if trace.get("name") and "line" in trace}  # fmt: skip
        dashed = {name for name, line in lines.items() if line.get("dash") == "dash"}
        assert dashed == ({"Nesterov", "AdamW"} & set(lines)), panel["id"]
    (fall,) = (panel for panel in described if panel["id"] == "heights")
    assert fall["figure"]["layout"]["showlegend"]
