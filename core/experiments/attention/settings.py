"""Settings of the attention page, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiments.attention.digits import of_strokes, pictures
from core.experiments.attention.hand import CHOSEN, SILENT, read_cell, read_heads
from core.experiments.attention.problems import (
    ADDITION,
    DIGITS,
    MOLECULES,
    PROBLEMS,
    RECALL,
    TABLES,
    judges,
    size_of,
)
from core.experiments.attention.written import OWN
from core.models.sequence_transformer import POSITIONS
from core.settings import SettingError, Settings, setting
from core.settings.kinds import Choice, Flag, Integer, Number, Text, rare
from core.settings.lists import Changes, Strokes, learning_rate

BY_TASK = "by task"
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)
DECAYS = (BY_TASK, "0", "0.01", "0.1", "1")
LIVE: dict[str, Any] = {
    "learning_rate": learning_rate(1, RATES, "AdamW's, after 50 updates of warm-up."),
    "temperature": Number(0.05, 10, stops=(0.1, 0.3, 0.5, 1, 2, 5), live=True,
                          label="Temperature by hand",
                          help="Divides the scores of the bench below, which sets q, k and v by "
                          "hand; the network stays as it is.", **rare("network")),
    "strokes": Strokes(3, 200, bound=100.0, live=True, label="Drawn digit: stroke, x, y"),
}  # fmt: skip
# What suits a task, set together with it.
SUITS: dict[str, dict[str, Any]] = {ADDITION: {"layers": 1}, MOLECULES: {"layers": 1}}
APART = 0.3  # pixels between two points of a stroke, at least
MOST = 64  # tokens of a sequence that somebody writes


@dataclass(frozen=True)
class AttentionSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    target: str = setting(RECALL, Choice(PROBLEMS, label="Task"))  # its control sets layers, too
    layers: int = setting(2, Integer(1, 4, label="Layers", group="network", wide=True))
    heads: str = setting("2", Choice("124", label="Heads in a layer", group="network"))
    positions: str = setting(
        "learned", Choice(POSITIONS, label="Positions", group="network",
                          help="How a token knows where it stands.")
    )  # fmt: skip
    beside: bool = setting(
        True, Flag(label="Race one layer, too", group="network",
                   help="A twin with one layer learns from the same sequences.",
                   when=lambda settings: settings.layers > 1),
    )  # fmt: skip
    learning_rate: float = setting(0.003, LIVE["learning_rate"])
    sequence: str = setting(
        "", Text(longest=200, label="Your own sequence", group="sequence",
                 help="Tokens of this task, with or without spaces; it may be longer than those "
                 "trained on. Of a molecule its SMILES; of a digit the number of its picture, "
                 "up to 1500 one of those trained on. Empty: one that nothing is trained on."),
    )  # fmt: skip
    length: int = setting(
        24, Integer(8, 32, 2, label="Tokens", help="Of a sequence in training.",
                    when=lambda chosen: chosen.target not in (ADDITION, DIGITS), **rare("data")),
    )  # fmt: skip
    share: int = setting(
        70, Integer(20, 95, 5, label="Pairs learned from, %",
                    when=lambda settings: settings.target in TABLES, **rare("data")),
    )  # fmt: skip
    width: int = setting(64, Integer(16, 128, 16, label="Width", **rare("network")))
    mask: str = setting(
        BY_TASK, Choice((BY_TASK, "causal", "full"), label="Mask", **rare("network"),
                        help="Causal: a token asks only itself and those before it. By task: full "
                        "for digits and molecules, else causal.")
    )  # fmt: skip
    mlp: str = setting(
        BY_TASK, Choice((BY_TASK, "with", "without"), label="Network after attention",
                        help="By task: modular addition and digits have one, with ReLU and 4 times "
                        "as wide.",
                        **rare("network"))
    )  # fmt: skip
    std: float = setting(
        0.5, Number(0.001, 2, stops=(0.02, 0.1, 0.5, 1), label="First embeddings",
                    help="Standard deviation of the first embeddings and learned positions.",
                    **rare("network"))
    )  # fmt: skip
    decay: str = setting(
        BY_TASK, Choice(DECAYS, label="Weight decay", **rare("training"),
                        help="By task: 1 for modular addition, else 0.")
    )  # fmt: skip
    batch_size: int = setting(
        64, Integer(8, 128, 8, label="Batch size", **rare("training"),
                    help="Modular addition takes all its pairs at once.")
    )  # fmt: skip
    temperature: float = setting(1.0, LIVE["temperature"])
    strokes: tuple[tuple[float, ...], ...] = setting((), LIVE["strokes"])
    max_steps: int = setting(3000, Integer(1, 100_000, label="Stop after", **rare("training")))
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """The sequence must be of this task, every change possible."""
        if self.sequence:
            read(self)
        for _, name, value in self.changes:
            if name in LIVE:
                LIVE[name].check(name, LIVE[name].parse(name, value))
            elif name in CHOSEN:
                chosen(self, name, value)
            elif name == SILENT:
                read_heads(value, depth_of(self))
            else:
                cell(self, name, value)

    @property
    def embedded(self) -> dict[str, Any]:
        """Tables that go into an exported script as they are."""
        return {"digits": self.digits} if self.target == DIGITS else {}

    @property
    def digits(self) -> NDArray[np.uint8]:
        """See `digits.pictures`: (1797, 17)."""
        return pictures()


def moved_to(settings: Any, target: str) -> Any:
    """The settings at another task, from the menu: one layer where that suffices."""
    back = {"layers": 2} if settings.target in SUITS else {}
    return settings.fresh().replace(
        target=target, sequence="", strokes=(), **(back | SUITS.get(target, {}))
    )


def read(settings: Any) -> list[int]:
    """Tokens of the sequence that somebody wrote. Errors: `SettingError`, naming the tokens."""
    if settings.target in OWN:
        return OWN[settings.target](settings.sequence)
    names = PROBLEMS[settings.target].names
    text = settings.sequence.upper() if set("ABC") <= set(names) else settings.sequence
    given = text.split() if " " in text.strip() else list(text.strip())
    known = {name: k for k, name in enumerate(names)}
    wrong = [part for part in given if part not in known]
    limit = 3 if settings.target == ADDITION else MOST
    if wrong or not 2 <= len(given) <= limit or limit == 3 != len(given):
        shown = " ".join(names) if len(names) < 20 else f"{names[0]} to {names[-2]} and {names[-1]}"
        many = "3" if limit == 3 else f"2 to {limit}"
        allowed = f"{many} tokens of this task ({shown}), or nothing"
        raise SettingError("sequence", settings.sequence, allowed)
    return [known[part] for part in given]


def cell(settings: Any, name: str, text: str) -> tuple[str, int, int, float]:
    """A cell of q, k or v that is set by hand: see `hand.read_cell`."""
    n = shown_sequence(settings).shape[1]
    return read_cell(name, text, n, settings.width // int(settings.heads))


def chosen(settings: Any, name: str, text: str) -> int:
    """The head, query or key that was chosen. Errors: `SettingError` if there is no such one."""
    last = depth_of(settings) if name == "head" else shown_sequence(settings).shape[1] - 1
    kind = Integer(0, last)
    return kind.check(name, kind.parse(name, text))


def looked_at(settings: Any) -> dict[str, int]:
    """Head, query and key that were chosen last; else the best head, `looked`, and its answer."""
    found = {"head": depth_of(settings), "query": looked(settings)}
    found |= {n: chosen(settings, n, text) for _, n, text in settings.changes if n in CHOSEN}
    right = right_places(settings)[found["query"]]
    answer = int(right.int().argmax()) if right.any() else found["query"]
    return {"key": answer, **found}


def silent(settings: Any) -> tuple[int, ...]:
    """Heads that are switched off: those of the last change."""
    said = [text for _, name, text in settings.changes if name == SILENT]
    return read_heads(said[-1], depth_of(settings)) if said else ()


def drawing(settings: Any) -> Any:
    """Strokes of the digit that was drawn last, none where there is another one on the stage."""
    said = [text for _, name, text in settings.changes if name == "strokes"]
    rows = LIVE["strokes"].parse("strokes", said[-1]) if said else settings.strokes
    return rows if settings.target == DIGITS else ()


def stroked(settings: Any, path: Any) -> str:
    """The drawing with one more stroke, in pixels, y up, as text of a change."""
    text: str = LIVE["strokes"].stroked("strokes", drawing(settings), path, APART)
    return text


def shown_sequence(settings: Any) -> Tensor:
    """The sequence on the stage: the one that is written, or the first of the judges. (1, n)."""
    if drawing(settings):
        return of_strokes(drawing(settings))[None]
    if settings.sequence or settings.target in OWN:
        return torch.tensor([read(settings)])
    n = size_of(settings.target, settings.length)
    return judges(settings.target, n, 8)[:1]


def tokens(settings: Any) -> list[str]:
    """What stands at each place of the sequence on the stage; of patches that change: which."""
    problem, x = PROBLEMS[settings.target], shown_sequence(settings)[0]
    if settings.target == DIGITS and any(name == "strokes" for _, name, _ in settings.changes):
        return [*(str(k + 1) for k in range(len(x) - 1)), problem.names[-1]]
    return [problem.names[k] for k in (problem.token(x) if problem.token else x).tolist()]


def places(settings: Any) -> list[str]:
    """Each of these tokens with its place, counted from 1."""
    names = [("patch" if name == str(k + 1) else name) for k, name in enumerate(tokens(settings))]
    return [f"{name} ({k + 1})" for k, name in enumerate(names)]


def right_places(settings: Any) -> Tensor:
    """Where each query of the sequence on the stage finds its answer. Shapes: (n, n)."""
    return PROBLEMS[settings.target].right(shown_sequence(settings))[0]


def looked(settings: Any) -> int:
    """The query that is looked at first: the last one that is asked, or the last of all."""
    found = right_places(settings).any(-1).nonzero()
    return int(found[-1]) if len(found) else shown_sequence(settings).shape[1] - 1


def depth_of(settings: Any) -> int:
    """Layers of a network, times its heads: how many maps there are."""
    return int(settings.layers) * int(settings.heads)


def has_twin(settings: Any) -> bool:
    """Whether a network of one layer learns beside."""
    return bool(settings.beside and settings.layers > 1)
