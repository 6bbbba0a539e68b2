"""The warm-up makes room, and ends with its process."""

import subprocess
import sys

from core import ROOT

END = """
import threading, time
from core.app import warm
thread = warm.warm_in_background()
time.sleep({seconds})
"""


def test_a_process_ends_cleanly_at_any_moment_of_its_warm_up():
    """A thread that was inside torch aborted it: "terminate called without an active exception"."""
    for seconds in (0.05, 1.0, 2.5):
        done = subprocess.run(
            [sys.executable, "-c", END.format(seconds=seconds)],
            cwd=ROOT, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_a_warm_up_that_waits_for_a_first_visitor_ends_with_its_process():
    """`app.py` gives visitors a few seconds before torch is loaded for those who come later."""
    words = "import sys; from core.app import warm; warm.warm_in_background(after=600); "
    command = [sys.executable, "-c", words + "print('torch' in sys.modules)"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")


CROWD = """
import collections, sys
from concurrent.futures import ThreadPoolExecutor
from core.app import warm
from core.experiments.boundaries.pictures import Boundaries
made, begin = collections.Counter(), Boundaries.__init__
def note(self, settings):
    made["boundaries"] += 1
    begin(self, settings)
Boundaries.__init__ = note
def visit(number):
    warm.imported()
    return "torch._dynamo" in sys.modules or "torch.optim.adamw" in sys.modules
with ThreadPoolExecutor(12) as crowd:
    ready = list(crowd.map(visit, range(12)))
assert made["boundaries"] == 1 and len(set(ready)) == 1, (made, ready)
"""


def test_twelve_who_come_at_once_import_once():
    done = subprocess.run(
        [sys.executable, "-c", CROWD], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_the_warm_up_tries_every_experiment_once(monkeypatch):
    from core.app import warm
    from core.experiments import EXPERIMENTS

    made = []
    for name in EXPERIMENTS:
        kind = EXPERIMENTS[name]

        def note(self, settings, name=name, begin=kind.__init__):
            made.append(name)
            begin(self, settings)

        monkeypatch.setattr(kind, "__init__", note)
    monkeypatch.setattr(warm, "_done", False)
    monkeypatch.setattr(warm, "_imported", False)
    warm.warm()
    warm.warm()
    assert sorted(set(made)) == sorted(name for name in EXPERIMENTS if EXPERIMENTS[name].ready())
    assert made[0] == warm.FIRST and made.count(warm.FIRST) == 1


def test_it_rests_while_somebody_trains(monkeypatch):
    """Thirty people had a fifth of the processor less while it prepared pages for nobody."""
    from core.app import warm

    now, waited = [100.0], []

    def wait(seconds):
        waited.append(seconds)
        now[0] += seconds
        if len(waited) == 2:  # somebody still trains
            warm.somebody_trains()

    monkeypatch.setattr(warm.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(warm._stop, "wait", wait)
    warm.somebody_trains()
    warm._rest(1.0)
    assert waited == [1.0, warm.QUIET - 1.0, warm.QUIET]
    waited.clear()
    warm._rest(1.0)
    assert waited == [1.0]


def test_networks_that_nobody_has_asked_for_are_not_in_memory():
    """The warm-up tries what is quick; the four networks of `best` alone take 650 MB."""
    words = "from core.app import warm; warm.warm(); from core.qm9.prediction import answers; "
    command = [
        sys.executable,
        "-c",
        words + "print(warm._done, answers.models.cache_info().currsize)",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["True", "0"], done.stderr
