"""A page's script goes before training, which rests for a moment."""

import threading

from core.app.turns import Scripts, scripts
from core.experiment import record
from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings
from core.film import Film
from pages.ui import frames
from pages.ui.runs import Run


def new_run():
    experiment, film = Boundaries(BoundariesSettings(hidden=(2,))), Film()
    record(experiment, film, 1)
    return Run(experiment, film, "test-run", {})


def test_training_rests_while_a_script_makes_a_picture():
    """The frame that is being made is finished; a script that is slow stops no film."""
    run = new_run()
    before = run.film.recorded
    with scripts.first():
        frames.answer(run, 0, 4, seconds=30.0)
    assert run.film.recorded == before + 1
    frames.answer(run, 0, 4, seconds=30.0)
    assert run.film.recorded == before + 5


def test_a_question_waits_for_the_scripts_of_all_sessions():
    """Until the last of them has its picture; an error in one is an end of it too."""
    turns, gone_on = Scripts(), threading.Event()
    waits = threading.Thread(target=lambda: (turns.wait(60), gone_on.set()))
    try:
        with turns.first():
            with turns.first():
                waits.start()
            assert turns.work() and not gone_on.wait(0.1)
            raise KeyError
    except KeyError:
        assert not turns.work()
    waits.join(60)
    assert gone_on.is_set()
