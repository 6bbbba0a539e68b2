"""Words around numbers: one of a thing is singular, on every page that stops after one update."""

import re

import pytest

from core.experiment import run
from core.experiments import EXPERIMENTS
from core.words import counted

ONE = re.compile(r"(?<![\d.,])1 (update|step|visit|epoch|layer|seed|network|neuron|unit)s\b")


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 updates"), (1, "1 update"), (2000, "2,000 updates")]
)
def test_one_is_singular(n, said):
    assert counted(n, "update") == said


@pytest.mark.parametrize("path", EXPERIMENTS)
def test_a_run_that_stops_after_one_update_says_so(path):
    experiment = EXPERIMENTS[path]
    settings, stop = experiment.Settings.defaults(), experiment.Settings.kinds().get("max_steps")
    made = experiment(settings.replace(max_steps=stop.low) if stop else settings)
    film = run(made, 1)
    if stop and stop.low == 1:
        assert re.match(r"Stopped after 1 (update|step|visit), as set\.", made.done)
    assert not ONE.search(" ".join([made.done, *(note.text for note in film.notes)]))
