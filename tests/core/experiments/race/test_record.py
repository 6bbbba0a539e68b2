"""What is recorded of the race, and what the page says of it."""

import json

import numpy as np
import pytest

from core.experiments.race import figures_rows, films, record, tasks
from core.experiments.race.data import PLAIN, SHUFFLED
from core.experiments.race.entries import EQUAL, NAMES, PUBLISHED
from core.experiments.race.experiment import FamilyRace
from core.experiments.race.settings import BUDGETS, RaceSettings
from core.film import Film

SMALL = RaceSettings(seeds=2, batch_size=10, updates=100, families=("linear", "mlp"))

ROWS = record.recorded()["rows"]
BY_KEY = {record.key(row): row for row in ROWS}
GOALS = {  # percent, and how far from it
    ("linear", PUBLISHED, PLAIN): (32, 3),
    ("mlp", PUBLISHED, PLAIN): (65, 3),
    ("cnn", PUBLISHED, PLAIN): (94, 3),
    ("gru", PUBLISHED, PLAIN): (91, 3),
    # These two know no order: shuffled they are as good as plain.
    ("linear", PUBLISHED, SHUFFLED): (32, 3),
    ("mlp", PUBLISHED, SHUFFLED): (65, 3),
}
AT_LEAST = {
    ("cnn", "mean pool", PLAIN): 95.5,
    ("transformer", "overlapping patches", PLAIN): 93,
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(record.key(row)))
def test_a_recorded_row_keeps_its_form_and_its_goal(row):
    found = record.key(row)
    assert list(row) == ["model", "variant", "data", "parameters", "seconds", "seeds", "accuracy"]
    assert set(row["accuracy"]) == {"mean", "sd"} and row["seeds"] == [0, 1, 2, 3, 4]
    assert row["parameters"] == record.made(*found[:2]).parameters and row["seconds"] > 0
    assert found in record.planned()
    mean = row["accuracy"]["mean"]
    if found in GOALS:
        goal, off = GOALS[found]
        assert abs(mean - goal) <= off
    elif row["data"] == SHUFFLED:
        assert 50 <= mean <= 65
    assert mean >= AT_LEAST.get(found, 0)


def test_the_file_names_its_command_and_has_each_row_once():
    assert record.recorded()["command"] == record.COMMAND
    assert len(BY_KEY) == len(ROWS) and set(GOALS) | set(AT_LEAST) <= set(BY_KEY)


def test_a_row_comes_from_its_training():
    trained = record.Trained("linear", PUBLISHED, PLAIN, seeds=2, updates=300)
    trained.work()
    row = trained.result
    assert trained.done and row["seeds"] == [0, 1] and row["parameters"] == 410
    assert row["accuracy"]["mean"] == pytest.approx(32, abs=3)


def test_recording_goes_on_where_it_was_broken_off(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "RECORDED", tmp_path / "race.json")
    monkeypatch.setattr(record, "UPDATES", {PUBLISHED: 20, EQUAL: 20})
    few = {key: record.VARIANTS[key] for key in (("linear", PUBLISHED), ("mlp", PUBLISHED))}
    monkeypatch.setattr(record, "VARIANTS", few)
    record.record()
    whole = record.recorded()
    assert [record.key(row) for row in whole["rows"]] == record.planned()
    kept = {**whole, "rows": [{**whole["rows"][0], "seconds": 99.0}, *whole["rows"][2:]]}
    record.RECORDED.write_text(json.dumps(kept))
    record.record()
    again = record.recorded()["rows"]
    assert [record.key(row) for row in again] == record.planned() and again[0]["seconds"] == 99
    assert [row["accuracy"] for row in again] == [row["accuracy"] for row in whole["rows"]]


def test_the_command_line(capsys):
    asked = ["--model", "mlp", "--variant", EQUAL, "--updates", "20", "--seeds", "1"]
    assert record.main(asked) == 0
    names, row = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert names[0] == "model" and row[:3] == ["mlp", EQUAL, PLAIN]
    for wrong in (["--model", "mlp", "--variant", "patches"], ["--seeds", "0"]):
        with pytest.raises(SystemExit):
            record.main(wrong)
    assert "--variant 'patches' of mlp is not raced" in capsys.readouterr().err
    assert record.main([]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(ROWS) + 1


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("budget", BUDGETS)
def test_picture_table_and_sentence_follow_from_the_rows(budget, hidden):
    plain = figures_rows.in_budget(ROWS, budget, PLAIN)
    shuffled = figures_rows.in_budget(ROWS, budget, SHUFFLED)
    table = figures_rows.table(ROWS, budget, hidden)
    means = [float(line["plain, %"].split()[0]) for line in table]
    assert means == sorted(means, reverse=True) and len(table) == len(plain) > 0
    assert all(("shuffled, %" in line) != hidden for line in table)
    figure = figures_rows.accuracy_figure(ROWS, budget, hidden)
    dots = {trace.name: list(trace.x) for trace in figure.data}
    assert sorted(dots[PLAIN]) == sorted(row["accuracy"]["mean"] for row in plain)
    assert (SHUFFLED in dots) != hidden
    said = figures_rows.sentence(ROWS, budget, hidden)
    assert figures_rows.label(max(plain, key=figures_rows.mean)) in said
    assert ("after your prediction" in said) == hidden
    assert ("with layers" in said) == (not hidden and bool(shuffled))


TRUE = ("MLP", "2 to 20 points", "the mean", "4,000")


@pytest.mark.parametrize(("task", "came"), zip(tasks.TASKS, TRUE, strict=True))
def test_what_comes_true(task, came):
    said, numbers = task.answer(None, ROWS)
    assert said == came and came in task.options
    assert "%" in numbers or "eV" in numbers


@pytest.mark.parametrize("name", films.FILMS)
def test_a_recorded_film_is_that_of_its_settings(name):
    settings = films.FILMS[name]
    film = films.recorded(settings)
    assert film.meta["command"] == f"python -m core.experiments.race.films {name}"
    assert film.steps.tolist() == list(range(0, settings.updates + 1, films.EVERY))
    first = FamilyRace(settings).snapshot()
    assert set(film.names) == set(first)
    for track, value in first.items():  # a tie of two scores may fall either way elsewhere
        np.testing.assert_allclose(film[track][0], value, atol=0.5, err_msg=track)
    assert (films.FOLDER / f"{name}.npz").stat().st_size < 200_000
    assert any(NAMES[min(settings.runners, key=lambda n: film[f"error:{n}"][-1][-1])] in note.text
               for note in film.notes)  # fmt: skip
    assert films.recorded(settings.replace(families=("cnn",))) is not None
    assert films.recorded(settings.replace(seed=7)) is None


def test_a_film_is_made_as_it_is_recorded(tmp_path, monkeypatch):
    monkeypatch.setattr(films, "FOLDER", tmp_path)
    monkeypatch.setattr(films, "FILMS", {"small": SMALL})
    monkeypatch.setattr(films, "EVERY", 50)
    assert films.main(["small"]) == 0
    film = Film.load(tmp_path / "small.npz")
    race = FamilyRace(SMALL)
    race.step(100)
    np.testing.assert_array_equal(film["error:mlp"][-1], race.snapshot()["error:mlp"])
    assert film.steps.tolist() == [0, 50, 100]
