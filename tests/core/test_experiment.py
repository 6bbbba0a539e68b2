"""The loop that runs an experiment into a film."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.experiment import Experiment, advance, record, run, tensors
from core.film import Film


class Counter(Experiment):
    """Adds `rate` each step, and remembers in what portions it was asked to."""

    def __init__(self, changes=(), frame_every=5, stop=10**6):
        self.settings = type("Settings", (), {"changes": changes})
        self.frame_every, self.stop = frame_every, stop
        self.steps, self.done, self.total, self.rate = 0, "", 0, 1

    def step(self, n):
        n = min(n, self.stop - self.steps)
        self.steps += n
        self.total += n * self.rate
        if self.steps == self.stop:
            self.done = "Stopped."

    def change(self, name, value):
        self.rate = int(value)

    def snapshot(self):
        return {"loss": float(self.total), "state": np.array([self.total], np.int32)}

    def notes(self, film):
        film.note("info", "seen")


changes = st.lists(st.tuples(st.integers(0, 60), st.just("rate"), st.integers(0, 9).map(str)))


@given(changes.map(lambda c: tuple(sorted(c, key=lambda x: x[0]))), st.lists(st.integers(0, 20)))
@settings(deadline=None)
def test_portions_do_not_matter(changes, portions):
    in_parts, at_once = Counter(changes), Counter(changes)
    for n in portions:
        advance(in_parts, n)
    advance(at_once, sum(portions))
    assert (in_parts.steps, in_parts.total) == (at_once.steps, at_once.total)


@given(st.integers(0, 83), st.integers(1, 9), st.integers(1, 50))
@settings(deadline=None)
def test_run_ends_where_told(steps, frame_every, stop):
    film = run(Counter(frame_every=frame_every, stop=stop), steps)
    end = min(steps, stop)
    expected = sorted({*range(0, end + 1, frame_every), end})
    assert film.steps.tolist() == expected
    assert film["loss"].tolist() == expected
    stopped = any(note.text == "Stopped." for note in film.notes)
    assert stopped <= (stop <= steps)
    if stop <= steps - steps % frame_every:
        assert stopped


def test_recording_in_blocks_is_the_same_film():
    whole, film = Counter(), Film()
    record(whole, film, 20)
    parts, other = Counter(), Film()
    while len(other) < len(film):
        assert record(parts, other, 3, seconds=0) >= 1
    assert (film.steps == other.steps[: len(film)]).all()


def test_changes_are_applied_at_their_steps():
    film = run(Counter(((7, "rate", "3"), (12, "rate", "0"))), 20)
    assert film["loss"].tolist() == [0, 5, 7 + 3 * 3, 7 + 5 * 3, 7 + 5 * 3]


def test_notes_are_asked_for():
    assert [note.text for note in run(Counter(), 5).notes] == ["seen"]


@pytest.mark.parametrize("frames", [1, 7])
def test_record_counts_frames(frames):
    assert record(Counter(), Film(), frames) == frames


class Seldom(Counter):
    """Evaluates what is held out in every third frame."""

    test_every, seen = 3, None

    def snapshot(self):
        if self.tests or self.seen is None:
            self.seen = self.steps
        return {**super().snapshot(), "test_loss": self.seen}


def test_held_out_data_are_evaluated_at_fixed_steps_and_at_the_end():
    film = run(Seldom(stop=37), 60)
    assert film.steps.tolist() == [0, 5, 10, 15, 20, 25, 30, 35, 37]
    assert film["test_loss"].tolist() == [0, 0, 0, 15, 15, 15, 30, 30, 37]
    assert any("every 3 frames" in note.text for note in film.notes)


def test_what_is_held_out_stands_between_its_tests():
    counter, asked = Counter(), []
    counter.test_every = 2

    def evaluate():
        asked.append(counter.steps)
        return {"test": counter.total}

    for _ in range(5):
        assert counter.tested(evaluate) == {"test": asked[-1]}
        counter.step(5)
    assert asked == [0, 10, 20]


def test_weights_of_several_models_stand_under_their_names():
    models = {"one": nn.Linear(2, 3), "other": nn.Sequential(nn.Linear(3, 1, bias=False))}
    found = tensors(models)
    assert list(found) == ["one.weight", "one.bias", "other.0.weight"]
    assert (found["one.bias"] == models["one"].bias).all() and not found["one.bias"].requires_grad
