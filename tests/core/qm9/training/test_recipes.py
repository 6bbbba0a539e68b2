"""Recipes on the command line: names, seeds, what may be changed, resume."""

import json

import pytest

from core.qm9.cli import cli
from core.qm9.cli.commands_run import runs_of
from core.qm9.networks import checkpoint
from core.qm9.training import session
from core.qm9.training.recipes import RECIPES


def options(*more):
    return cli.parser().parse_args(["train", "--recipe", "best", "--out", "runs/x", *more])


def test_a_recipe_is_its_members_which_differ_in_the_seed_only():
    runs = runs_of(options())
    assert [out.name for out in runs] == ["seed-0", "seed-1", "seed-2", "seed-3"]
    assert [words.seed for words in runs.values()] == [0, 1, 2, 3]
    assert {words.replace(seed=0) for words in runs.values()} == {RECIPES["best"].settings}


def test_what_is_said_beside_a_recipe_changes_it():
    runs = runs_of(options("--epochs", "2", "--members", "2", "--seed", "7", "--compile", "0"))
    assert [words.seed for words in runs.values()] == [7, 8]
    words = next(iter(runs.values()))
    assert words.epochs == 2 and words.width == 384 and not words.compile


SMALL = [
    "--width", "8", "--layers", "2", "--subset", "120", "--batch-size", "40", "--epochs", "2",
    "--members", "2", "--json",
]  # fmt: skip


def test_members_are_trained_and_those_that_had_not_begun_are_on_resume(capsys, tmp_path):
    command = ["train", "--recipe", "best", "--out", str(tmp_path), *SMALL]
    assert cli.main(command) == 0
    assert [one["state"] for one in json.loads(capsys.readouterr().out)] == ["done", "done"]
    paths = [tmp_path / f"seed-{seed}" / session.CHECKPOINT for seed in (0, 1)]
    first = paths[0].read_bytes()
    paths[1].unlink()
    assert cli.main([*command, "--resume"]) == 0
    assert paths[0].read_bytes() == first and checkpoint.read(paths[1]).info["step"] == 6


def test_an_unknown_recipe_is_named(capsys):
    assert cli.main(["train", "--recipe", "bset"]) == 2
    assert capsys.readouterr().err == ("error: --recipe bset is unknown: choose from best, quick\n")


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_are_of_the_kind_best(name):
    assert RECIPES[name].settings.model == "best" and RECIPES[name].members >= 1
