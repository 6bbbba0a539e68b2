"""Entry point of `python -m core.qm9`."""

from __future__ import annotations

import sys

from core import piped
from core.qm9.cli.cli import main

sys.exit(piped(main))
