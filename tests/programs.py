"""Exported scripts, run as programs of their own."""

import subprocess
import sys

# One process for several: importing torch takes far longer than a few updates.
EACH = """
import runpy, sys
for path in sys.argv[1:]:
    runpy.run_path(path, run_name="__main__")
"""


def printed_by(paths):
    """The losses that scripts print, which see neither this repository nor its folder."""
    command = [sys.executable, "-I", "-c", EACH, *map(str, paths)]
    out = subprocess.run(
        command, cwd=paths[0].parent, capture_output=True, text=True, timeout=120, check=False
    )
    assert out.returncode == 0, out.stderr
    return [float(line.split()[1]) for line in out.stdout.splitlines() if line.startswith("loss")]
