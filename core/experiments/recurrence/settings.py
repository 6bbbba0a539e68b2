"""Settings of the recurrence page, and who takes part in its race."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.mnist1d import load
from core.experiments.recurrence.beginnings import (
    DEFAULT,
    GATES,
    READERS,
    RECURRENT,
    TRANSFORMER,
    count,
    width_for,
)
from core.experiments.recurrence.sequences import (
    MNIST_1D,
    PROBLEMS,
    TRAINED,
    TYPED,
    bits_only,
    center_of,
    digit_only,
    marks_of,
    symbols_only,
)
from core.models.recurrent import ACTIVATIONS, CELLS
from core.settings import Settings, setting
from core.settings.kinds import VIEW, Choice, Choices, Flag, Integer, Kind, Number, Text, rare
from core.settings.lists import Changes, learning_rate

RATES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
# Of the learning rate, each family's own share. At one rate for all the plain cell is lost after
# some first weights, or gates take three times as long; see `horizon`.
SHARES = {"RNN": 0.5, "LSTM": 4.0, "GRU": 2.0, TRANSFORMER: 1.0}


def shares_of(cells: Iterable[str]) -> str:
    """In words: RNN × 0.5, LSTM × 4."""
    return ", ".join(f"{cell} × {SHARES[cell]:g}" for cell in cells)


def _typed(name: str, label: str, longest: int, verify: Any, help: str) -> Text:
    """What is read on the stage, of the problems whose setting it is."""
    return Text(longest=longest, verify=verify, live=True, label=label, group="sequence", help=help,
                when=lambda settings: TYPED[settings.target] == name)  # fmt: skip


LIVE: dict[str, Kind] = {
    "learning_rate": learning_rate(
        1, RATES, f"Adam's, times each family's own factor: {shares_of(SHARES)}."
    ),
    "clip": Number(0, 1000, stops=(0, 0.1, 1, 10, 100), live=True, label="Clip the gradient at",
                   help="Longer gradients are shortened to this norm; 0: never.",
                   group="training"),
    "sequence": _typed("sequence", "Letters to read", 100, symbols_only,
                       "Letters A to H. Of the first T those that are missing are drawn by chance; "
                       "copy takes the first four."),
    "bits": _typed("bits", "Bits to read", 100, bits_only,
                   "0 and 1. Of the first T those that are missing are drawn by chance."),
    "marks": _typed("marks", "Numbers to add", 40, marks_of,
                    "Two steps and their numbers, as 3:0.7 31:0.25. The networks have always seen "
                    "one in each half. Steps beyond T are left out."),
    "center": _typed("center", "Line at pixel", 6, center_of,
                     "Where the line is, from 1 to T; halves are allowed. Nothing: by chance."),
    "digit": _typed("digit", "Digit to read", 1, digit_only,
                    "The first signal held out that is this digit. Nothing: the first of all."),
}  # fmt: skip
CHOSEN, PLAIN = "as set", DEFAULT
JUDGES = 256  # held-out signals of MNIST-1D
SHOWN = (CHOSEN, PLAIN)


@dataclass(frozen=True)
class RecurrenceSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    target: str = setting(
        "first symbol",
        Choice(PROBLEMS, label="Task", group="data", wide=True,
               help="Say the first symbol; copy four; add two marked numbers; find a line in a "
               "noisy spectrum; odd or even; which digit of MNIST-1D."),
    )  # fmt: skip
    length: int = setting(
        40, Integer(8, 100, label="Length T", group="data", wide=True,
                    help="Steps from the first symbol to the answer. MNIST-1D has 40 values; "
                    "between them lie straight lines."),
    )  # fmt: skip
    recurrent: str = setting(
        "orthogonal",
        Choice(RECURRENT, label="First Wₕ", group="network",
               help="Default: uniform within 1/√d, as PyTorch draws it."),
    )  # fmt: skip
    scale: float = setting(
        1.0,
        Number(0.1, 2, step=0.05, label="Scale s", group="network",
               help="Wₕ is this times a matrix whose norm (or radius) is 1.",
               when=lambda settings: settings.recurrent != DEFAULT),
    )  # fmt: skip
    gates: str = setting(
        "chrono",
        Choice(GATES, label="Gate bias", group="network",
               help="Bias of the gate that keeps the past: LSTM's f, GRU's z. "
               "Chrono: log of 1 to T − 1."),
    )  # fmt: skip
    cells: tuple[str, ...] = setting(
        tuple(CELLS), Choices(READERS, 1, label="In the race", group="network")
    )
    beside: bool = setting(
        True, Flag(label="Race the default, too", group="network",
                   help="A twin of each cell with PyTorch's first weights.")
    )  # fmt: skip
    learning_rate: float = setting(0.005, LIVE["learning_rate"])
    clip: float = setting(1.0, LIVE["clip"])
    budget: int = setting(
        2000, Integer(200, 8000, 100, label="Parameters of each", **rare("network"))
    )
    activation: str = setting(
        "tanh", Choice(ACTIVATIONS, label="σ of the plain RNN", **rare("network"))
    )
    batch_size: int = setting(64, Integer(1, 256, label="Batch size", **rare("training")))
    seeds: int = setting(1, Integer(1, 5, label="Seeds", **rare("training")))
    sequence: str = setting("", LIVE["sequence"])
    bits: str = setting("", LIVE["bits"])
    marks: str = setting("", LIVE["marks"])
    center: str = setting("", LIVE["center"])
    digit: str = setting("", LIVE["digit"])
    max_steps: int = setting(5000, Integer(1, 100_000, label="Stop after", **rare("training")))
    shown: str = setting(
        CHOSEN, Choice(SHOWN, label="Hidden states of", buttons=True, group=VIEW,
                       help="The networks that begin as set, or their default twins.")
    )  # fmt: skip
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """Every change must be possible at its place."""
        for _, name, value in self.changes:
            if name in LIVE:
                LIVE[name].check(name, LIVE[name].parse(name, value))

    @property
    def sequences(self) -> tuple[tuple[int, str], ...]:
        """(step, text): what stood on the stage at first, and each edit during the run."""
        typed = TYPED[self.target]
        edits = {step: text for step, name, text in self.changes if name == typed}
        return ((0, str(getattr(self, typed))), *edits.items())

    @property
    def embedded(self) -> dict[str, Any]:
        """Tables that go into an exported script as they are."""
        return {"signals": self.signals} if self.target == MNIST_1D else {}

    @property
    def signals(self) -> NDArray[np.float16]:
        """MNIST-1D, 40 values and the digit: 4,000 to learn from, then 256 to be judged by."""
        return _signals()


@cache
def _signals() -> NDArray[np.float16]:
    data = load()
    x = np.concatenate([data.x, data.x_test[:JUDGES]])
    y = np.concatenate([data.y, data.y_test[:JUDGES]])
    assert len(data.x) == TRAINED
    return np.column_stack([x, y]).astype(np.float16)


def shape(settings: Any, cell: str) -> tuple[int, int, int]:
    """Width, inputs and outputs of a cell."""
    problem = PROBLEMS[settings.target]
    d = width_for(cell, settings.budget, problem.features, problem.outputs)
    return d, problem.features, problem.outputs


def parameters(settings: Any, cell: str) -> int:
    """Weights and biases of one network with this cell."""
    return count(cell, *shape(settings, cell))


def networks(settings: Any, cell: str) -> int:
    """How many networks with this cell are trained as one."""
    return int(settings.seeds) * (2 if has_twin(settings, cell) else 1)


def has_twin(settings: Any, cell: str) -> bool:
    """Whether a default twin races beside this cell: only where it begins otherwise."""
    gates = settings.gates if cell != "RNN" else DEFAULT
    otherwise = cell != TRANSFORMER and (settings.recurrent, gates) != (DEFAULT, DEFAULT)
    return bool(settings.beside and otherwise)
