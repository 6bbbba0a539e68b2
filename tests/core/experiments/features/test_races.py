import json

import numpy as np
import pytest

from core.experiments.features import budgets, corner
from core.experiments.features.fits import Fit, Fits, Score
from core.experiments.features.settings import FeaturesSettings


def test_the_recorded_corner_holds_what_the_page_claims():
    found = corner.recorded()["accuracy"]
    at_100 = {name: np.mean(rows[1]) for name, rows in found.items()}
    assert at_100["CNN"] >= 0.97
    assert all(at_100[name] < 0.6 for name in corner.NAMES.values() if name != "CNN")
    assert all(len(row) == 3 for rows in found.values() for row in rows)


def test_a_recorded_number_is_what_its_command_makes():
    base = FeaturesSettings(where="anywhere", max_steps=300, samples=40)
    fits = Fits([Fit(base, "mlp")])
    fits.work()
    ((_, score),) = fits.result
    assert score.test == pytest.approx(corner.recorded()["accuracy"]["MLP"][0][0], abs=0.05)


def test_the_command_line_makes_the_table(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(corner, "RECORD", tmp_path / "corner.json")
    monkeypatch.setattr(corner, "SIZES", (20,))
    assert corner.main(["--seeds", "1", "--steps", "2", "--record"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].split("\t") == ["training images", *corner.NAMES.values()]
    assert len(out) == 2
    found = json.loads((tmp_path / "corner.json").read_text())
    assert "--seeds 1 --steps 2" in found["command"] and found == corner.recorded()
    assert corner.corner_figure(found).data


def test_the_curve_is_drawn_while_it_grows():
    work = corner.Corner(steps=1)
    corner.corner_figure(work.found)
    work.advance()
    assert work.fraction == 1 / 16 and work.words == "1 of 16 networks"
    assert [len(row) for row in work.found["accuracy"]["CNN"]] == [1, 0, 0, 0]
    corner.corner_figure(work.found)


@pytest.mark.parametrize("problem", budgets.PROBLEMS)
def test_budgets_are_kept_in_what_is_recorded(problem):
    rows = budgets.recorded()["problems"][problem]
    assert [row["budget"] for row in rows[::2]] == [*budgets.RIVALS_EQUAL, budgets.BEST]
    (cnn, mlp), (_, other) = rows[:2], rows[2:4]
    assert mlp["parameters"] <= 1.3 * cnn["parameters"]
    assert other["multiply-adds"] == pytest.approx(cnn["multiply-adds"], rel=0.001)
    assert all(0 <= row["lowest"] <= row["accuracy"] <= row["highest"] <= 1 for row in rows)
    found = budgets.recorded()
    assert f"--seeds {found['seeds']} --record" in found["command"]
    assert found["seeds"] > 1 or all(row["lowest"] == row["highest"] for row in rows)


def test_of_each_budget_the_best_on_other_images_is_reported():
    work = budgets.Budgets("digits in the middle")
    work.plan = [Fit(f.settings.replace(max_steps=2, samples=20), f.network) for f in work.plan]
    assert work.rows == []
    work.work()
    assert len(work.rows) == 6
    best = max(
        (score for fit, score in work.result if fit.network == "cnn"),
        key=lambda score: score.validation,
    )
    assert work.rows[4]["accuracy"] == best.test


def test_over_seeds_one_entry_is_chosen_and_its_spread_is_shown():
    """Rows worked out with numpy from the scores of 12 entries and two seeds."""
    work = budgets.Budgets("digits in the middle", seeds=2)
    rng = np.random.default_rng(0)
    work.results = [Score(*pair) for pair in rng.uniform(0.5, 1, (len(work.plan), 2)).tolist()]
    scores = np.array(work.results).reshape(2, -1, 2)  # (seeds, entries, validation and test)
    n = len(budgets.entries("digits in the middle"))
    assert scores.shape[1] == n and work.plan[n].settings.seed == 1
    cnn = [k for k in range(n) if work.plan[k].network == "cnn"]
    best = max(cnn, key=lambda k: scores[:, k, 0].mean())
    row = work.rows[4]
    assert row["accuracy"] == pytest.approx(scores[:, best, 1].mean(), abs=1e-4)
    assert (row["lowest"], row["highest"]) == (scores[:, best, 1].min(), scores[:, best, 1].max())
    assert "2 seeds" in budgets.said(2) and "one seed" in budgets.said(1)
    assert work.command.endswith("--seeds 2")


def test_the_race_prints_its_rows(capsys, monkeypatch, tmp_path):
    small = {"data": "digits", "samples": 20, "max_steps": 1}
    monkeypatch.setattr(budgets, "PROBLEMS", {"digits in the middle": small})
    monkeypatch.setattr(budgets, "RECORD", tmp_path / "budgets.json")
    assert budgets.main(["--seeds", "2", "--record"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 7
    assert budgets.recorded()["seeds"] == 2
    with pytest.raises(SystemExit):
        budgets.main(["--record", "--problem", "digits in the middle"])
    assert "all problems" in capsys.readouterr().err
    assert len(budgets.recorded()["problems"]["digits in the middle"]) == 6
