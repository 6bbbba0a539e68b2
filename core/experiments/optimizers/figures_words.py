"""The race in words: who is where, and the last update of the leader worked out in numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.optimizers.pictures import BOTTOM, COLUMNS, DIVERGED, GOING
from core.experiments.optimizers.rules import ALPHA, BETA1, BETA2
from core.experiments.optimizers.settings import (
    LEADER,
    MATRICES,
    NETWORK,
    contenders,
    sees_batches,
)
from core.stage import Panel, line, words

G, IN = ".3g", ".3g()"
PLACE = ".5g"  # near the bottom a step is a small part of the place: both must be told apart


def race(settings: Any) -> Panel:
    """Standings, then the update."""
    names = contenders(settings)
    what = "loss {}" if settings.surface == NETWORK else "{} above the bottom"
    lines = [line_ for k, name in enumerate(names) for line_ in standing(k, name, what)]
    chosen = settings.numbers if settings.numbers in names else LEADER
    lines.append(line("Nobody has moved yet.", when=("told", 1, 0), mark="muted"))
    for k, name in enumerate(names):
        if chosen in (LEADER, name):
            when = ("told", 0, k) if chosen == LEADER else ("told", 1, 1)
            lines += update(settings, k, name, when)
    return words("race", lines, title="The race, and one update in numbers", width=290, height=430,
                 grow=0.9)  # fmt: skip


def standing(k: int, name: str, what: str) -> list[dict[str, Any]]:
    """One line of one optimizer, by what has become of it."""
    height, since = ("heights", k, ".2g"), ("since", k, "d")
    return [
        line(f"{name}: {what}", height, when=("state", k, GOING)),
        line(f"{name}: at the bottom since step {{}}", since, when=("state", k, BOTTOM),
             mark="right"),
        line(f"{name}: diverged at step {{}}", since, when=("state", k, DIVERGED), mark="wrong"),
    ]  # fmt: skip


def update(settings: Any, k: int, name: str, when: Any) -> list[dict[str, Any]]:
    """The last update of one optimizer, its first two numbers."""
    first = COLUMNS * k
    before, g, memory, second, after = (
        [("update", first + 2 * j + i, form) for i in range(2)]
        for j, form in enumerate((PLACE, G, G, G, PLACE))
    )
    eta = ("eta", k, G)
    who = f"{name} leads. " if settings.numbers == LEADER else f"{name}. "
    batch = f" of {settings.batch_size} examples" if sees_batches(settings, name) else ""
    head = line(f"{who}Its last step:", when=when, mark="head")
    slope = line(f"g{batch} = ({{}}, {{}})", *g, when=when)
    values = {"memory": memory, "second": second, "g": g}
    text, kept, used = FORMS[name]
    lines = [head, slope]
    if settings.surface in MATRICES:  # many numbers: two of them are worked out
        lines.insert(1, line("Of the first two of its numbers:", when=when, mark="muted"))
    if kept:
        said = kept.format(beta=f"{settings.momentum:g}")
        lines.append(line(said, *memory, *(second if name.startswith("Adam") else ()), when=when))
    for i in range(2):
        said = text.format(w=f"w{'₁₂'[i]}", decay=f"{settings.weight_decay:g}",
                           beta=f"{settings.momentum:g}", o="{}")  # fmt: skip
        order = [before[i], *([eta] * (2 if name == "AdamW" else 1)),
                 *((*values[part][i][:2], IN) for part in used), after[i]]  # fmt: skip
        lines.append(line(said, *order, when=when))
    return lines


ADAM = f"m̂ = ({{{{}}}}, {{{{}}}}) with β₁ = {BETA1:g}, v̂ = ({{{{}}}}, {{{{}}}}) with β₂ = {BETA2:g}"
# Name -> the update of one number ({o} is a number of the film), what it remembers, what enters.
FORMS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "GD": ("{w} ← {o} − {o} · {o} = {o}", "", ("g",)),
    "SGD": ("{w} ← {o} − {o} · {o} = {o}", "", ("g",)),
    "momentum": ("{w} ← {o} − {o} · {o} = {o}", "v ← {beta} v + g = ({{}}, {{}})", ("memory",)),
    "Nesterov": ("{w} ← {o} − {o} · ({o} + {beta} · {o}) = {o}", "v ← {beta} v + g = ({{}}, {{}})",
                 ("g", "memory")),
    "AdaGrad": ("{w} ← {o} − {o} · {o} / √{o} = {o}", "G ← G + g² = ({{}}, {{}})",
                ("g", "memory")),
    "RMSprop": ("{w} ← {o} − {o} · {o} / √{o} = {o}",
                f"v ← {ALPHA:g} v + {1 - ALPHA:.2g} g² = ({{{{}}}}, {{{{}}}})", ("g", "memory")),
    "Adam": ("{w} ← {o} − {o} · {o} / √{o} = {o}",
             ADAM,
             ("memory", "second")),
    "AdamW": ("{w} ← {o} (1 − {o} · {decay}) − {o} · {o} / √{o} = {o}",
              ADAM,
              ("memory", "second")),
    "Muon": ("{w} ← {o} − {o} · {o} = {o}", "0.2 √n O = ({{}}, {{}})", ("memory",)),
}  # fmt: skip
