"""`python -m core.qm9`: the command line; each command has --help and --json."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from core.qm9.networks.settings import TrainSettings
from core.settings.kinds import Flag


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="python -m core.qm9", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, words: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=words, description=words)
        one.add_argument("--json", action="store_true", help="print one JSON object on stdout")
        return one

    add("info", "What the data set holds: sizes, split, targets, duplicates.")
    graph = add("graph", "The graph of one molecule: 11 node and 4 edge features.")
    graph.add_argument("smiles")
    _train_options(add("train", "Train a model; under torchrun on many devices."))
    evaluate = add("evaluate", "Errors and interval coverage on a part of the split.")
    evaluate.add_argument("--model", default="best", help="a shipped model, or a path")
    evaluate.add_argument("--split", default="test", help="train, validation or test")
    evaluate.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    predict = add("predict", "The 19 properties of one molecule, with 90 %% intervals.")
    predict.add_argument("smiles", nargs="+")
    predict.add_argument("--model", default="best", help="a shipped model, or a path")
    predict.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    bench = add("bench", "Molecules per second of training, against PyTorch Geometric.")
    bench.add_argument("--against", default="pyg", choices=["pyg"])
    bench.add_argument("--width", type=int, default=128)
    bench.add_argument("--layers", type=int, default=4)
    bench.add_argument("--batch-size", type=int, default=256)
    bench.add_argument("--seconds", type=float, default=8.0, help="per measurement")
    bench.add_argument("--only", default="", help="some of the rows, with commas")
    bench.add_argument("--device", default="cpu", help="cpu or cuda")
    check = add("check", "Does training on this machine's device do what it does on a CPU?")
    check.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    check.add_argument("--steps", type=int, default=5, help="that are compared")
    check.add_argument("--seconds", type=float, default=1.0, help="of each speed")
    export = add("export", "A model as an ONNX file, for other programs.")
    export.add_argument("--onnx", required=True, metavar="FILE")
    export.add_argument("--model", default="best", help="a shipped model, or a path")
    package = add(
        "package", "Join finished runs into one model, or take one: calibrate it, write its card."
    )
    package.add_argument("runs", nargs="+", help="folders that `train` wrote, or one package")
    package.add_argument("--out", required=True, metavar="FILE", help="ends in .safetensors")
    package.add_argument("--test", action="store_true", help="measure on the test split as well")
    package.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    curves = add("curves", "The learning curves of the six architectures.")
    curves.add_argument("--models", default="", help="some of the six, with commas")
    curves.add_argument("--sizes", default="1000,5000,20000", help="training molecules")
    curves.add_argument("--runs", default="runs/curves", help="folder with one file a run")
    curves.add_argument("--out", metavar="FILE", help="collect all results into one JSON table")
    return top


def _train_options(train: argparse.ArgumentParser) -> None:
    """One option for each declared setting, and where the run lives."""
    for name, kind in TrainSettings.kinds().items():
        default = kind.format(getattr(TrainSettings(), name))
        words = f"{kind.label}. {kind.help}".replace("%", "%%").strip()
        flag = "--" + name.replace("_", "-")
        if name == "targets":
            default = "all"
        if isinstance(kind, Flag):
            train.add_argument(flag, dest=name, nargs="?", const="1", help=words)
        else:
            train.add_argument(flag, dest=name, help=f"{words} Default: {default}.")
    train.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    train.add_argument(
        "--graph", action=argparse.BooleanOptionalAction, default=True,
        help="replay steps as a CUDA graph where there is a GPU",
    )  # fmt: skip
    train.add_argument("--recipe", default="", help="best or quick: how a shipped model is trained")
    train.add_argument("--members", type=int, default=0, help="of a recipe; 0 means its own number")
    train.add_argument("--out", default="runs/qm9", help="folder of the run, or of all members")
    train.add_argument(
        "--start", metavar="MODEL", help="begin with the weights of a shipped model or a path"
    )
    train.add_argument("--resume", action="store_true", help="continue the run in --out")
    train.add_argument("--threads", type=int, default=1, help="processor threads of this process")
    train.add_argument("--save-seconds", type=float, default=60, help="time between checkpoints")
    train.add_argument("--shards", metavar="FOLDER", help="stream from memory-mapped shards")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit status: 0, 1 where `check` finds a difference, or 2 with one line that says what is
        wrong.
    """
    options = parser().parse_args(arguments)
    # Late: torch takes a second to import, and --help needs none of it.
    from core.qm9.cli import commands

    try:
        result = commands.COMMANDS[options.command](options)
    except commands.EXPECTED as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    if int(os.environ.get("RANK", "0")):
        return 0  # under torchrun the first process speaks for all
    if options.json:
        print(json.dumps(result))
    else:
        commands.show(options.command, result)
    # What differs is an answer of `check`, not an error of its user.
    return int(options.command == "check" and not all(row["ok"] for row in result))
