"""Sentences about a run, and when they are due."""

from core.film import Film


def test_each_level_has_a_word():
    film = Film()
    film.append(4, {"loss": 0.0})
    film.info("a")
    film.warning("b", 1)
    film.error("c")
    film.error("a")  # is said already
    found = [(note.step, note.level, note.text) for note in film.notes]
    assert found == [(4, "info", "a"), (1, "warning", "b"), (4, "error", "c")]


def test_a_milestone_is_passed_once():
    film, found = Film(), []
    for step in (0, 5, 10, 15, 20):
        film.append(step, {"loss": 0.0})
        if film.passed((3, 10, 11, 12, 40)):
            found.append(step)
    assert found == [5, 10, 15]
