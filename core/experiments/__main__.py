"""Run an experiment without a browser.

python -m core.experiments list
python -m core.experiments run boundaries --set dataset=xor --set seed=3 --steps 500 --json
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core import piped
from core.experiments import EXPERIMENTS


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; the exit status is 2 for a name or value that is not allowed."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.verb == "list":
        for path in EXPERIMENTS:
            print(f"{path:20} {_about(path)}")
        return 0
    try:
        return _run(options)
    except ValueError as error:  # SettingError among them
        return _refuse(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.experiments",
        description="Run the experiments of the Inductive Playground without a browser.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="list | run")
    verbs.add_parser("list", help="names of all experiments")
    run = verbs.add_parser("run", help="train one experiment")
    run.add_argument("experiment", help="a name that `list` prints")
    run.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a setting, as --set seed=3; may be repeated",
    )
    run.add_argument("--steps", type=int, default=500, help="updates to train (default 500)")
    run.add_argument("--json", action="store_true", help="print the result as JSON")
    run.add_argument("--film", type=Path, metavar="OUT.npz", help="save the recorded run")
    run.add_argument("--settings", dest="show", action="store_true", help="print what can be set")
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.experiment not in EXPERIMENTS:
        names = ", ".join(EXPERIMENTS)
        return _refuse(f"experiment = {options.experiment!r} is not allowed: one of {names}.")
    if options.steps < 0:
        return _refuse(f"--steps = {options.steps} is not allowed: a whole number from 0 up.")
    made_from = EXPERIMENTS[options.experiment].Settings
    if options.show:
        for name, kind in made_from.kinds().items():
            default = kind.format(getattr(made_from.defaults(), name))
            print(f"{name}={default}  ({kind.allowed()})")
        return 0
    result, film = train(options.experiment, options.settings, options.steps)
    if options.film:
        try:
            film.save(options.film)
        except OSError as error:
            return _refuse(f"--film = {str(options.film)!r} cannot be written: {error.strerror}.")
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:20} {value}")
    return 0


def train(path: str, pairs: Sequence[str], steps: int) -> tuple[dict[str, Any], Any]:
    """Run an experiment; its result in plain values (null where not finite), and its film.

    Errors: `SettingError` names the setting, its value and what is allowed.
    """
    import torch

    from core.experiment import run
    from core.settings import texts_of

    torch.set_num_threads(1)  # many times faster for networks as small as these
    made = EXPERIMENTS[path]
    settings = made.Settings.from_texts(texts_of(pairs))
    started = time.perf_counter()
    experiment = made(settings)
    film = run(experiment, steps)
    seconds = time.perf_counter() - started
    scalars = {name: float(film[name][-1]) for name in film.scalars}
    result = {
        "experiment": path,
        "settings": settings.to_link(),
        "steps": experiment.steps,
        "done": experiment.done,
        **{name: value if math.isfinite(value) else None for name, value in scalars.items()},
        "parameters": experiment.parameters,
        "seconds": round(seconds, 3),
        "notes": [note.text for note in film.notes],
    }
    return result, film


def _about(path: str) -> str:
    """First sentence of the room's experiment, read without importing it (and torch)."""
    spec = importlib.util.find_spec(EXPERIMENTS.places[path].rpartition(".")[0] + ".experiment")
    if spec is None or spec.origin is None:
        return ""
    text = ast.get_docstring(ast.parse(Path(spec.origin).read_text("utf-8"))) or ""
    return text.partition("\n")[0]


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(piped(main))
