"""Recorded films that lie in assets/films: they load, and they are what their command makes."""

import numpy as np
import pytest

from core.experiments.recorded import FILMS, FOLDER, main
from core.film import Film


@pytest.mark.parametrize("name", FILMS)
def test_the_recorded_film_is_what_the_command_makes(name):
    """Settings, stage and steps exactly; numbers to what torch's versions may change."""
    kept, made = Film.load(FOLDER / f"{name}.npz"), FILMS[name]()
    assert kept.meta["command"] == f"python -m core.experiments.recorded {name}"
    assert kept.names == made.names and list(kept.steps) == list(made.steps)
    np.testing.assert_array_equal(kept["W1"][0], made["W1"][0])
    np.testing.assert_allclose(kept["loss"], made["loss"], atol=0.02)
    panels = [panel["id"] for panel in made.meta["stage"]["panels"]]
    assert [panel["id"] for panel in kept.meta["stage"]["panels"]] == panels


@pytest.mark.parametrize("name", FILMS)
def test_the_stage_shows_tracks_that_the_film_has(name):
    film = Film.load(FOLDER / f"{name}.npz")
    described = film.meta["stage"]
    wanted = {entry["track"] for entry in described["readouts"]}
    for panel in described["panels"]:
        wanted |= {entry["track"] for key in ("binds", "tiles") for entry in panel.get(key, ())}
        wanted |= {*panel.get("weights", ()), *panel.get("biases", ())}
    assert wanted <= set(film.names)
    assert described["recorded"] is True


def test_files_without_a_film_have_no_place_there():
    assert {path.stem for path in FOLDER.glob("*.npz")} == set(FILMS)


def test_main_writes_the_named_film(tmp_path, monkeypatch, capsys):
    def short():
        film = Film()
        film.append(0, {"loss": 1.0})
        return film

    monkeypatch.setattr("core.experiments.recorded.FOLDER", tmp_path / "films")
    monkeypatch.setattr("core.experiments.recorded.FILMS", {"one": short, "two": short})
    main(["two"])
    assert [path.name for path in (tmp_path / "films").iterdir()] == ["two.npz"]
    assert Film.load(tmp_path / "films" / "two.npz").meta == {
        "command": "python -m core.experiments.recorded two"
    }
    assert "two: 1 frames" in capsys.readouterr().out
