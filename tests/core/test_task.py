"""Guided experiments: what is trained beside the run keeps pace, stops and goes on with it."""

from dataclasses import dataclass

import pytest

from core.experiment import Recording
from core.settings import Settings, setting
from core.settings.kinds import Integer
from core.task import Rivals, Task, rivals, task
from tests.core.test_experiment import Counter

STEPS = 60


@dataclass(frozen=True)
class Pace(Settings):
    rate: int = setting(1, Integer(0, 9))
    stop: int = setting(1000, Integer(1, 1000))


class Paced(Counter):
    """Counts by a rate that is a setting, and stops where its settings say."""

    def __init__(self, settings):
        super().__init__(stop=settings.stop)
        self.settings, self.rate = settings, settings.rate


def told(film, experiment, others):
    return "yes", f"{experiment.total} {[one.total for one in others]}"


def compared(*changes):
    return Task("Why?", ("yes", "no"), {}, STEPS, told, rivals(*changes))


@pytest.mark.parametrize(("stop", "own"), [(1000, 60), (20, 20)])
def test_rivals_are_trained_as_long_as_if_each_were_alone(stop, own):
    asked = compared({"rate": 3, "stop": 1000}, {"rate": 2, "stop": 33})
    work = asked.begun(Paced(Pace(stop=stop)))
    work.work()
    assert work.done and asked.told(work) == ("yes", f"{own} [{3 * STEPS}, {2 * 33}]")
    assert work.film.steps[-1] == own


def test_all_of_them_keep_pace_so_that_the_share_is_honest():
    asked = compared({"rate": 3}, {"rate": 2})
    work = asked.begun(Paced(Pace()))
    seen = [work.fraction]
    while work.going:
        work.work(0)
        made = work.experiment.steps + sum(one.steps for one in work.beside.result)
        assert work.fraction == pytest.approx(made / (3 * STEPS), abs=0.1)
        seen.append(work.fraction)
    assert seen == sorted(seen) and seen[0] == 0 and seen[-1] == 1 and len(seen) > 30
    assert work.words == "60 of 60 steps of each of 3 runs"


def test_stop_rests_all_of_them():
    work = compared({"rate": 3}).begun(Paced(Pace()))
    for _ in range(9):
        work.work(0)
    work.stop()
    before = work.experiment.steps, [one.steps for one in work.beside.result]
    work.work()
    assert before == (work.experiment.steps, [one.steps for one in work.beside.result])
    assert before[0] > 0 and before[1][0] > 0
    work.go_on()
    work.work()
    assert work.done and len(work.film) == STEPS // 5 + 1


def test_each_is_made_in_a_slice_of_its_own():
    beside = Rivals(Paced(Pace()), STEPS, ({"rate": 3}, {"rate": 4}))
    assert beside.result == [] and beside.fraction == 0
    beside.advance()
    assert [one.steps for one in beside.result] == [0]
    Recording(Paced(Pace()), STEPS, beside).work()
    assert [one.total for one in beside.result] == [3 * STEPS, 4 * STEPS]


def test_a_task_with_nothing_beside_it_is_told_from_its_run_alone():
    asked = Task("Why?", ("yes",), {}, STEPS, lambda film, one: ("yes", str(one.total)))
    work = asked.begun(Paced(Pace()))
    work.work()
    assert asked.told(work) == ("yes", "60") and work.words == "60 of 60 steps"


def test_a_task_is_its_answer_under_the_question():
    beside = rivals({"rate": 3})
    asked = task("Why?", ("yes", "no"), {"rate": 1}, STEPS, beside)(told)
    assert asked == Task("Why?", ("yes", "no"), {"rate": 1}, STEPS, told, beside)
    assert task("Why?", ("yes", "no"), {}, 0)(told).beside is None
