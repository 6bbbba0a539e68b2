"""What cannot change in a film is not compared again."""

import numpy as np
import pytest
from hypothesis import given, settings

from core.film import Film
from core.film.values import freeze, frozen
from tests.core.film.replay import CHANGES, recorded


class Stubborn(np.ndarray):
    """An array that may not be compared."""

    def __eq__(self, other):
        raise AssertionError("compared")


@given(CHANGES)
@settings(max_examples=60, deadline=None)
def test_frozen_arrays_are_told_apart_by_which_they_are(changes):
    """Also where one takes the place of the last frame, or comes back after another."""
    known = [freeze({"a": np.full(3, value, np.int32), "b": 1.0}) for value in (5, 5, 7)]
    film = Film(cap=100)
    *_, kept = recorded(film, changes, known.__getitem__)
    expected = [int(known[which]["a"][0]) for which in kept]
    assert film["a"][:, 1].tolist() == expected and (film["b"] == 1).all()


def test_what_is_frozen_is_compared_once_and_what_can_be_written_into_always():
    film, still = Film(), np.zeros(4, np.uint8)
    (frame,) = [freeze({"a": still})]
    assert frozen(frame["a"]) and not frozen(still) and not frozen(frame["a"][1:])
    film.append(0, {**frame, "b": still})
    film._store["a"] = film._store["a"].view(Stubborn)
    still[2] = 9
    film.append(1, {**frame, "b": still})
    assert film["b"][:, 2].tolist() == [0, 9] and film._still == {"a"}
    with pytest.raises(ValueError, match="read-only"):
        frame["a"][0] = 1


def test_a_frozen_array_that_comes_back_is_written_again():
    """The first frame is replaced by other numbers, or the track moves, and then it is back."""
    before = np.arange(3, dtype=np.float32)
    before.flags.writeable = False
    for steps in ((0, 0, 1), (0, 1, 2)):
        film, after = Film(), before + 1
        for step, array in zip(steps, (before, after, before), strict=True):
            film.append(step, {"a": array, "loss": 0.0})
        assert film["a"][-1].tolist() == before.tolist()
        assert film["a"][-2].tolist() == after.tolist()
