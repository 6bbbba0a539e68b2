"""Command lines that compute at length what pages show, and what they keep in assets/results."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core import ROOT
from core.settings.kinds import SettingError

RESULTS = ROOT / "assets" / "results"


def command_line(command: str, doc: str | None) -> argparse.ArgumentParser:
    """Of `python -m MODULE`, which the first line of its `doc` describes; torch has one thread."""
    import torch

    torch.set_num_threads(1)  # networks this small lose time by sharing their work
    return argparse.ArgumentParser(command, description=(doc or "").split("\n")[0])


@contextmanager
def refusing(parser: argparse.ArgumentParser) -> Iterator[None]:
    """A refused setting ends the program with exit status 2 and its sentence."""
    try:
        yield
    except SettingError as error:
        parser.error(str(error))


def keep(path: Path, found: Mapping[str, Any]) -> None:
    """Write what was found as JSON, with the command that found it."""
    path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def kept(path: Path) -> dict[str, Any]:
    """The inverse of `keep`."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found
