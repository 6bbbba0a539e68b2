"""Long work: slices, estimates, Stop, and processes that are shared."""

import pytest

from core import work
from core.experiment import Recording, run
from core.work import PROCESSES, OneByOne, Process, Slices, duration, join
from tests.core.test_experiment import Counter


@pytest.fixture
def clock(monkeypatch):
    """A clock that moves only when told to."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(work.time, "monotonic", lambda: Clock.now)
    return Clock


class Count(Slices):
    """Ten slices of two seconds each."""

    def __init__(self, clock):
        self.clock, self.made = clock, 0

    @property
    def fraction(self):
        return self.made / 10

    def advance(self):
        self.made += 1
        self.clock.now += 2


def test_slices_estimate_and_stop(clock):
    job = Count(clock)
    assert job.left is None and job.going
    job.work(3)
    assert job.made == 2 and job.left == pytest.approx(16)
    clock.now += 4  # what else is done on the machine slows it down
    assert job.left == pytest.approx(8 * 8 / 2)
    job.stop()
    clock.now += 1000
    job.work(60)
    assert job.made == 2 and job.stopped and job.left is None and job.seconds == 8
    job.go_on()
    job.work(1)
    assert job.made == 3 and job.seconds == 10 and job.left == pytest.approx(10 * 7 / 3)
    job.work()
    clock.now += 50
    assert job.done and not job.going and job.left is None and job.seconds == 24


class Squares(OneByOne):
    of = "squares"

    def advance(self):
        self.results.append(self.next**2)


def test_a_plan_is_done_one_by_one():
    work = Squares(range(1, 5))
    assert (work.next, work.fraction, work.result) == (1, 0, [])
    work.work(0)
    assert (work.next, work.fraction, work.result) == (2, 0.25, [1])
    work.work()
    assert work.done and work.result == work.results == [1, 4, 9, 16]
    assert work.words == "4 of 4 squares"
    work.of = ""
    assert work.words == ""


def test_words_of_time():
    assert [duration(s) for s in (0, 5, 89, 600, 9000)] == ["1 s", "5 s", "89 s", "10 min", "2.5 h"]


@pytest.mark.parametrize("stop", [10**6, 33])
def test_a_recording_in_slices_is_the_same_film(stop):
    recording, whole = Recording(Counter(stop=stop), 52), run(Counter(stop=stop), 52)
    assert recording.fraction == 0 and len(recording.result) == 1
    while recording.going:
        recording.work(0)
    assert recording.result.steps.tolist() == whole.steps.tolist()
    assert recording.result["loss"].tolist() == whole["loss"].tolist()


def read(text, seconds):
    return len(text.split()) / 4, text.strip()


def finished(code):
    process = Process(["-c", code], read, "It broke")
    process.process.wait(60)
    return process


def test_a_process_says_how_far_it_is_and_leaves_nothing():
    job = Process(["-c", "print('1 2', flush=True); import time; time.sleep(600)"], read)
    try:
        while not job.fraction:
            assert job.going
        assert job.fraction == 0.5 and job.words == "1 2" and job.left > 0
    finally:
        job.stop()
    assert job.process.poll() is not None and not job.log.exists()
    assert not job.going and not job.done and not job.failed


def test_a_process_that_ends_is_done_or_says_why():
    good = finished("print(1)")
    assert good.done and good.fraction == 1 and not good.failed
    bad = finished("raise SystemExit('the disk is full')")
    assert not bad.done and not bad.going
    assert bad.failed == "It broke (status 1): the disk is full"
    good.stop(), bad.stop()


def test_who_asks_for_the_same_joins():
    made = []

    def start():
        made.append(Process(["-c", "import time; time.sleep(600)"], read))
        return made[-1]

    try:
        first = join("tests", 1, start)
        assert join("tests", 1, start) is first
        with pytest.raises(RuntimeError, match="1 tests are in the making: try again"):
            join("tests", 2, start)
        first.stop()
        assert join("tests", 2, start) is made[1]
        assert join("tests", 2, lambda: finished("raise SystemExit(1)")) is made[1]
        made[1].stop()
        broken = join("tests", 2, lambda: finished("raise SystemExit(1)"))
        assert broken.failed and join("tests", 2, start, retry=1e6) is broken
        assert join("tests", 2, start) is made[2]
    finally:
        for key in [key for key in PROCESSES if key[0] == "tests"]:
            PROCESSES.pop(key).stop()
