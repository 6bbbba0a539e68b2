"""Figure 9: the network unrolled, as nodes and arrows, and the letters that it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from core.experiments.recurrence.sequences import (
    BLANK,
    COPIED,
    GO,
    MNIST_1D,
    PROBLEMS,
    SYMBOLS,
    TRAINED,
    Batch,
    center_of,
    draw,
    marks_of,
    one_hot,
    signals,
    spectrum,
)
from core.figures.style import LOWERED

AT_EACH_END = 5  # steps that are drawn of a long sequence
HELD_OUT = 10**6  # seed of what nothing is trained on


class Unrolled(NamedTuple):
    """Nodes (label, x, y), arrows from node to node, and what they stand for.

    `steps` is the step of each node, from 0; `kinds` is x, h, y, or a dot where steps are left out.
    """

    nodes: list[tuple[str, float, float]]
    pairs: list[tuple[int, int]]
    steps: list[int]
    kinds: list[str]


def held_out(settings: Any) -> Batch:
    """The 256 sequences on which all are judged."""
    generator = torch.Generator().manual_seed(HELD_OUT)
    return draw(settings, 256, settings.length, generator, new=True)


def shown_sequence(settings: Any, text: str | None = None) -> Batch:
    """The sequence on the stage: the first held out, changed to what `text` says.

    Without a text it is what was typed last. Steps beyond T count for nothing.
    """
    drawn = held_out(settings)
    batch = Batch(drawn.x[:1].clone(), drawn.y[:1].clone())
    text = settings.sequences[-1][1] if text is None else text
    return EDITS[settings.target](settings, batch, text) if text else batch


def _lettered(settings: Any, batch: Batch, text: str) -> Batch:
    """Letters from the first step on."""
    (x, y), copied = batch, settings.target == "copy"
    given = [SYMBOLS.index(s) for s in text[: COPIED if copied else settings.length]]
    symbols = torch.tensor(given)
    x[0, : len(given)] = one_hot(symbols[None], x.shape[-1])[0]
    if copied:
        y[0, -COPIED:][: len(given)] = symbols.float()
    else:
        y[:] = float(given[0])
    return batch


def _bits(settings: Any, batch: Batch, text: str) -> Batch:
    """Bits from the first step on, and whether the ones so far are odd."""
    given = torch.tensor([int(bit) for bit in text[: settings.length]])
    batch.x[0, : len(given)] = one_hot(given[None], 2)[0]
    return Batch(batch.x, (batch.x[..., 1].cumsum(1) % 2))


def _marked(settings: Any, batch: Batch, text: str) -> Batch:
    """Other numbers are marked: their sum."""
    x = batch.x
    found = {t: v for t, v in marks_of(text).items() if t <= settings.length}
    x[..., 1] = 0.0
    for t, value in found.items():
        x[0, t - 1] = torch.tensor([value, 1.0])
    return Batch(x, x.prod(-1).cumsum(1))


def _line_at(settings: Any, batch: Batch, text: str) -> Batch:
    """A spectrum with its line at a pixel; the noise is always the same."""
    if (at := center_of(text)) > settings.length:
        return batch
    generator = torch.Generator().manual_seed(HELD_OUT + 2)
    return spectrum(torch.tensor([at - 1]), settings.length, generator)


def _signal_of(settings: Any, batch: Batch, text: str) -> Batch:
    """The first signal held out that is this digit."""
    held = torch.from_numpy(settings.signals[TRAINED:]).float()
    return signals(held[held[:, -1] == int(text)][:1], settings.length)


EDITS: dict[str, Callable[[Any, Batch, str], Batch]] = {
    "first symbol": _lettered, "copy": _lettered, "parity": _bits, "adding": _marked,
    "spectral line": _line_at, MNIST_1D: _signal_of,
}  # fmt: skip


def letters(settings: Any) -> list[str]:
    """What stands at each step of the sequence on the stage."""
    x = shown_sequence(settings).x[0]
    if settings.target == "spectral line":
        deepest = int(x[:, 0].argmin())
        return ["line" if t == deepest else "·" for t in range(len(x))]
    if settings.target == MNIST_1D:
        return [f"{value:.1f}" for value in x[:, 0].tolist()]
    if settings.target == "adding":
        return [f"{value:.2f}" if mark else "·" for value, mark in x.tolist()]
    names = {"parity": "01", "copy": f"{SYMBOLS}·?"}.get(settings.target, SYMBOLS)
    assert settings.target != "copy" or (BLANK, GO) == (8, 9)
    return [names[k] for k in x.argmax(-1).tolist()]


def unrolled(settings: Any) -> Unrolled:
    """As figure 9 has it: letters below, hidden states above, answers on top of the last ones."""
    T, read = settings.length, letters(settings)
    whole = T <= 2 * AT_EACH_END + 2
    kept = list(range(T)) if whole else [*range(AT_EACH_END), *range(T - AT_EACH_END, T)]
    nodes: list[tuple[str, float, float]] = []
    pairs, steps, kinds = [], [], []
    last = PROBLEMS[settings.target].last
    before = None
    for column, t in enumerate(kept):
        gap = not whole and t >= T - AT_EACH_END
        here = float(column + gap)
        if gap and before is not None and kept[column - 1] != t - 1:
            pairs.append((before, len(nodes)))
            before = len(nodes)
            nodes.append(("…", here - 1, 1.0))
            steps.append(t)
            kinds.append("dot")
        state = len(nodes) + 1
        nodes += [(read[t], here, 0.0), ("h" + str(t + 1).translate(LOWERED), here, 1.0)]
        steps += [t, t]
        kinds += ["x", "h"]
        pairs += [(state - 1, state), *([(before, state)] if before is not None else [])]
        before = state
        if t >= T - last:
            pairs.append((state, len(nodes)))
            nodes.append(("y", here, 2.0))
            steps.append(t)
            kinds.append("y")
    return Unrolled(nodes, pairs, steps, kinds)
