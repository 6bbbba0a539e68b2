"""Bugs found in the foundation, one test each."""

import warnings

import numpy as np
import pytest

from core.experiment import run
from core.experiments.boundaries import figures
from core.experiments.boundaries.edit import edited
from core.experiments.boundaries.pictures import Boundaries
from core.experiments.boundaries.settings import BoundariesSettings
from core.film import Film, to_bytes
from core.settings.kinds import SettingError


@pytest.mark.parametrize("value", [5, None, [["a"]], "X1"])
def test_choices_of_a_wrong_type_are_refused_by_name(value):
    with pytest.raises(SettingError, match="features"):
        BoundariesSettings(features=value)


def test_a_rate_of_many_digits_survives_the_link():
    settings = BoundariesSettings(learning_rate=0.1 + 0.2)
    again, problems = BoundariesSettings.from_link(settings.to_link())
    assert (again, problems) == (settings, [])


def test_why_a_run_stopped_is_noted_even_between_two_frames():
    experiment = Boundaries(BoundariesSettings(max_steps=7))
    film = run(experiment, 7)
    assert film.steps[-1] == 7
    assert experiment.done in [note.text for note in film.notes]


def test_a_divergence_in_the_first_update_is_an_error_not_a_remark():
    settings = BoundariesSettings(learning_rate=10, init_scale=10, loss="squared error",
                                  dataset="reg-plane", activation="linear")  # fmt: skip
    film = run(Boundaries(settings), 300)
    assert "error" in {note.level for note in film.notes}


@pytest.mark.parametrize("change", [(1, "a:b", "1"), (1, "a=b", "1"), (1, "a", "1;2:b=3")])
def test_changes_that_a_link_cannot_carry_are_refused(change):
    with pytest.raises(SettingError, match="changes"):
        BoundariesSettings(changes=(change,))


def test_values_beyond_float32_make_no_noise():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert to_bytes(np.array([1e300, -1e300, np.nan]), -1, 1).tolist() == [255, 0, 0]
        film = Film()
        film.append(0, {"loss": 1e300})
        assert np.isinf(film["loss"][0])


def test_a_frame_at_the_same_step_takes_the_place_of_the_last_one():
    film = Film()
    for step, loss in ((0, 1.0), (5, 2.0), (5, 3.0)):
        film.append(step, {"loss": loss})
    assert film["loss"].tolist() == [1, 3]
    assert film.serials.tolist() == [0, 2]
    with pytest.raises(ValueError, match="before 5"):
        film.append(4, {"loss": 1.0})


def test_a_point_can_be_added_to_clouds_that_reach_beyond_the_square():
    settings = BoundariesSettings(dataset="gauss", noise=50)
    after = edited(settings, {"tool": "orange", "x": 1.0, "y": 2.0})
    assert len(after.points) == settings.samples + 1
    assert after.points[-1] == (1.0, 2.0, -1.0)


@pytest.mark.parametrize("hidden", [(3,), (8,)])
def test_a_scene_is_not_asked_for_flat_axes(hidden):
    settings = BoundariesSettings(hidden=hidden, activation="ReLU")
    assert figures.hidden_space(settings, 1)["fit"]
    assert not figures.hidden_space(settings, 1, three=True)["fit"]


def test_points_of_a_scene_are_bound_by_column_and_matrices_are_not():
    scene = figures.hidden_space(BoundariesSettings(), 1, three=True)
    assert {b["column"] for b in scene["binds"] if b["attribute"] == "z"} == {2}
    assert {b["column"] for b in figures.confusion(BoundariesSettings())["binds"]} == {None}


def test_the_network_panel_knows_of_skips_and_norms():
    panel = figures.network_panel(BoundariesSettings(residual=True, normalization="layer"))
    assert panel["residual"] and panel["norm"] == "norm"


def test_without_test_points_there_is_no_confusion_to_show():
    drawn, usual = BoundariesSettings(dataset="points"), BoundariesSettings()
    assert "confusion" not in {panel["id"] for panel in figures.panels(drawn)}
    assert "confusion" in {panel["id"] for panel in figures.panels(usual)}


def test_a_change_at_the_last_step_is_seen_in_the_last_frame():
    settings = BoundariesSettings(changes=((10, "W1.0.1", "2.5"),))
    film = run(Boundaries(settings), 10)
    assert film["W1"][-1][0, 1] == 2.5


def test_a_plane_can_be_edited_too():
    settings = BoundariesSettings(dataset="reg-plane")
    assert edited(settings, {"tool": "blue", "x": 0.0, "y": 0.0}).dataset == "points"
