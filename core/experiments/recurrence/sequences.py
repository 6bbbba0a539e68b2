"""What the recurrence page learns from: sequences whose answer needs what came long before.

A problem draws (x, y) from its own generator: every batch is new, so nothing can be learned by
heart. Only MNIST-1D has a table: 4,000 signals to learn from, others to be judged by. Symbols are
one-hot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

SYMBOLS = "ABCDEFGH"
COPIED = 4  # symbols to be copied
BLANK, GO = 8, 9  # of the copy problem: wait, and now answer


class Batch(NamedTuple):
    """Inputs x (B, T, F), and the answer y (B, T): asked at the last steps, true at each.

    Classes are whole numbers, sums real ones; -1 where nothing can be asked.
    """

    x: Tensor
    y: Tensor


class Problem(NamedTuple):
    """How a problem is drawn, what is known of it, and how its answers are judged."""

    draw: Callable[[int, int, torch.Generator], Batch] | None  # None: rows of `settings.signals`
    features: int
    outputs: int  # classes, or 1 for a number
    last: int  # steps at the end at which it is asked
    anytime: bool  # whether a longer sequence, asked after T steps, is the same problem
    chance: float  # score of who knows nothing: one class of all, or 1.0 +- 0.1 of a sum


def one_hot(symbols: Tensor, n: int) -> Tensor:
    """Shapes: (B, T) of 0 to n - 1 -> (B, T, n)."""
    return torch.nn.functional.one_hot(symbols, n).float()


def remember(n: int, T: int, generator: torch.Generator) -> Batch:
    """Which symbol came first? The T - 1 others are noise."""
    symbols = torch.randint(len(SYMBOLS), (n, T), generator=generator)
    return Batch(one_hot(symbols, len(SYMBOLS)), symbols[:, :1].expand(n, T).float())


def copy(n: int, T: int, generator: torch.Generator) -> Batch:
    """Four symbols, blanks, then say the four in order while GO is shown.

    Source: Hochreiter and Schmidhuber (1997); Arjovsky, Shah and Bengio (2016).
    """
    given = torch.randint(len(SYMBOLS), (n, COPIED), generator=generator)
    symbols = torch.full((n, T), BLANK)
    symbols[:, :COPIED], symbols[:, -COPIED:] = given, GO
    y = torch.full((n, T), -1.0)
    y[:, -COPIED:] = given.float()
    return Batch(one_hot(symbols, GO + 1), y)


def adding(n: int, T: int, generator: torch.Generator) -> Batch:
    """T numbers in [0, 1]; two are marked, one in each half: their sum.

    Source: Hochreiter and Schmidhuber (1997).
    """
    values = torch.rand(n, T, generator=generator)
    marks, rows, half = torch.zeros(n, T), torch.arange(n), T // 2
    marks[rows, torch.randint(half, (n,), generator=generator)] = 1
    marks[rows, half + torch.randint(T - half, (n,), generator=generator)] = 1
    return Batch(torch.stack([values, marks], -1), (values * marks).cumsum(1))


def parity(n: int, T: int, generator: torch.Generator) -> Batch:
    """Is the number of ones so far odd? One wrong step and all that follows is wrong."""
    bits = torch.randint(2, (n, T), generator=generator)
    return Batch(one_hot(bits, 2), (bits.cumsum(1) % 2).float())


def line(n: int, T: int, generator: torch.Generator) -> Batch:
    """A noisy spectrum, pixel by pixel: in which eighth of it is the absorption line?

    Flux less the continuum, in units of which the line is 1 deep, with noise of 0.25 in each pixel;
    the line is Gaussian and 1.5 pixels wide (sigma).
    """
    return spectrum(torch.rand(n, generator=generator) * T - 0.5, T, generator)


def spectrum(center: Tensor, T: int, generator: torch.Generator) -> Batch:
    """Spectra of T pixels, each with its line at a place in pixels. Shapes: center (n,)."""
    n = len(center)
    away = (torch.arange(T) - center[:, None]) / 1.5
    flux = 0.25 * torch.randn(n, T, generator=generator) - torch.exp(-(away**2) / 2)
    part = ((center + 0.5) / T * 8).floor().clamp(0, 7)
    return Batch(flux[..., None], part[:, None].expand(n, T))


MNIST_1D, TRAINED = "MNIST-1D", 4000  # signals to learn from; those after them are held out
PROBLEMS = {
    "first symbol": Problem(remember, 8, 8, 1, True, 1 / 8),
    "copy": Problem(copy, 10, 8, COPIED, False, 1 / 8),
    "adding": Problem(adding, 2, 1, 1, False, 0.19),
    "spectral line": Problem(line, 1, 8, 1, False, 1 / 8),
    "parity": Problem(parity, 2, 2, 1, True, 1 / 2),
    MNIST_1D: Problem(None, 1, 10, 1, False, 1 / 10),
}


# Problem -> the setting that says what is read on the stage.
TYPED = {
    "first symbol": "sequence", "copy": "sequence", "adding": "marks", "spectral line": "center",
    "parity": "bits", MNIST_1D: "digit",
}  # fmt: skip


def symbols_only(text: str) -> None:
    """Letters A to H. Errors: `ValueError` with what is allowed, as of all these."""
    if set(text) - set(SYMBOLS):
        raise ValueError("only the letters A to H, as many as there are steps, or nothing")


def bits_only(text: str) -> None:
    """Ones and zeros."""
    if set(text) - set("01"):
        raise ValueError("only 0 and 1, as many as there are steps, or nothing")


def marks_of(text: str) -> dict[int, float]:
    """Step, from 1, -> number, of "3:0.7 31:0.25"."""
    try:
        pairs = [part.split(":") for part in text.split()]
        found = {int(step): float(number) for step, number in pairs}
        fine = all(1 <= t <= 100 and 0 <= v <= 1 for t, v in found.items())
    except ValueError:
        fine = False
    if not fine or len(found) not in (0, 2) or len(pairs) != len(found):
        raise ValueError("two steps, 1 to 100, and numbers from 0 to 1, as 3:0.7 31:0.25")
    return found


def center_of(text: str) -> float:
    """Pixel, from 1."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 1 <= found <= 100:
        raise ValueError("a pixel from 1 to T, as 12 or 12.5, or nothing")
    return found


def digit_only(text: str) -> None:
    """A digit."""
    if not (len(text) <= 1 and set(text) <= set("0123456789")):
        raise ValueError("one digit, 0 to 9, or nothing")


def draw(settings: Any, n: int, T: int, generator: torch.Generator, new: bool = False) -> Batch:
    """N sequences of T steps. Of a table those to learn from, or the first n held out if `new`."""
    rule = PROBLEMS[settings.target].draw
    if rule is not None:
        return rule(n, T, generator)
    first = torch.arange(TRAINED, TRAINED + n)
    rows = first if new else torch.randint(TRAINED, (n,), generator=generator)
    return signals(torch.from_numpy(settings.signals[rows.numpy()]).float(), T)


def signals(table: Tensor, T: int) -> Batch:
    """Which digit is it, read value by value? Straight lines between the values if T is not theirs.

    Shapes: table (n, L + 1), L values and the digit
    """
    values, digit = table[:, :-1], table[:, -1:]  # (n, L), (n, 1)
    place = torch.linspace(0, values.shape[1] - 1, T)
    left = place.floor().long().clamp(max=values.shape[1] - 2)
    x = torch.lerp(values[:, left], values[:, left + 1], place - left)  # (n, T)
    return Batch(x[..., None], digit.expand(len(table), T))


def losses(problem: Problem, out: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy in nats, or the squared error of a number, of every answer.

    Shapes: out (..., O), y (...) -> (...)
    """
    if problem.outputs == 1:
        return (out[..., 0] - y) ** 2
    return -out.log_softmax(-1).gather(-1, y.long()[..., None])[..., 0]


def scores(problem: Problem, out: Tensor, y: Tensor) -> Tensor:
    """1 for a right answer, else 0; a sum is right within 0.1. Shapes: as `losses`."""
    if problem.outputs == 1:
        return ((out[..., 0] - y).abs() < 0.1).float()
    return (out.argmax(-1) == y).float()
