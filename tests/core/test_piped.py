"""Command lines whose reader goes away, as `| head -3` does: no traceback, no word on stderr."""

import os
import subprocess
import sys

import pytest

from core import ROOT, piped

COMMANDS = [
    ["core.qm9", "--help"],
    ["core.qm9", "graph", "CCO"],
    ["core.qm9", "graph", "CCO", "--json"],
    ["core.qm9", "predict", "CCO"],
    ["core.qm9", "predict", "CCO", "--json"],
    ["core.experiments", "--help"],
    ["core.experiments", "list"],
    ["core.experiments", "run", "boundaries", "--settings"],
    ["core.experiments", "run", "boundaries", "--steps", "5"],
    ["core.experiments", "run", "boundaries", "--steps", "5", "--json"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_goes_away_is_no_error(command):
    """The pipe has no reader from the start, so the first flush fails however little is written."""
    reading, writing = os.pipe()
    os.close(reading)
    whole = [sys.executable, "-m", *command]
    done = subprocess.run(
        whole, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120
    )
    os.close(writing)
    # argparse passes over what it could not print, and ends well
    assert done.stderr == "" and done.returncode == (0 if "--help" in command else 141)


def test_the_status_and_what_is_printed_stay(capfd):
    def main():
        print("all of it")
        return 7

    assert piped(main) == 7 and capfd.readouterr().out == "all of it\n"
