"""Threads beside the pages, and the end of the program."""

import subprocess
import sys

import pytest

from tests.server import ROOT

PROGRAM = """
import threading, time
from core import beside, work

beside.PATIENCE = 0.1
stop, begun = threading.Event(), threading.Event()

def busy():
    begun.set()
    {busy}
    print("at rest", flush=True)

work.Process.stop = lambda self: print("ended")
work.PROCESSES["map", 1] = work.Process(["-c", ""], lambda *_: (0, ""))
beside.beside(busy, stop, "busy")
begun.wait()
"""


@pytest.mark.parametrize(
    ("busy", "said"),
    [("stop.wait()", ["at rest", "ended"]), ("time.sleep(600)", ["ended"])],
    ids=["looks whether it should end", "cannot be broken off, as imports"],
)
def test_the_end_waits_a_moment_and_stops_processes_before_it_leaves(busy, said):
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(busy=busy)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ended.stdout.splitlines() == said and not ended.stderr
