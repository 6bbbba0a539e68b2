"""Threads beside the pages come to rest before Python ends."""

import subprocess
import sys

import pytest

from tests.server import ROOT

PROGRAM = """
import threading
from core.beside import beside

stop, begun = threading.Event(), threading.Event()

def work():
    begun.set()
    try:
        {work}
    finally:
        print("at rest", flush=True)

beside(work, stop, "work")
begun.wait()
print("the end", flush=True)
"""


@pytest.mark.parametrize(
    "work",
    ["stop.wait()", "while threading.active_count(): pass  # as slow imports, which do not look"],
)
def test_the_end_of_a_program_ends_what_is_done_beside_it(work):
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(work=work)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ended.stdout.splitlines() == ["the end", "at rest"] and not ended.stderr
