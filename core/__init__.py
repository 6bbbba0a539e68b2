"""The science of the Inductive Playground: torch and numpy, no Streamlit.

Begin with README.md beside this file, then `experiment` (what a page trains) and `stage` (what it
shows); `experiments/perceptron` is the smallest page.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the whole program, where assets/ and README.md lie."""


def piped(main: Callable[[], int]) -> int:
    """Run a command line whose reader may go away, as `head` does: then it ends without a word.

    Returns:
        The exit status; 141 where the reader went, as the shell has it for SIGPIPE.
    """
    try:
        try:
            return main()
        finally:
            sys.stdout.flush()  # here, where it can be caught, and not when Python ends
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return 141
