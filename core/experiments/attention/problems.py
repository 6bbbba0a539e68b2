"""What the attention page learns from: tasks whose right place to look at is known.

A problem draws sequences x, and says for each place that is asked where its answer stands
(`right`), so that a map of attention can be judged. Every batch is new, unless a problem has a
table: modular addition, which is learned from some pairs and judged by all others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from core.experiments.attention.digits import (
    SIGNS,
    TOKENS,
    digit_of,
    held,
    nowhere,
    some_pictures,
    without_label,
)
from core.experiments.attention.molecules import (
    GROUPS,
    INPUTS,
    drawn,
    group_of,
    group_there,
    only_neighbor,
    seen,
)
from core.experiments.attention.rules import (
    CLOSE,
    LETTERS,
    OPEN,
    PAIRS,
    P,
    after_the_same,
    after_the_same_key,
    both_numbers,
    found_there,
    mirrored,
    most_frequent,
    next_larger,
    one_before,
    opener,
    their_sum,
)

DEEPEST = 5  # brackets open at once
RECALL, PERIOD, FIXED = "associative recall", "copy, random period", "copy, fixed period"
REVERSE, SORT, ADDITION = "reverse", "sort", "modular addition"
BRACKETS, PREVIOUS, FREQUENT = "bracket matching", "previous token", "most frequent token"
DIGITS, MOLECULES = "digits as patches", "a molecule's atoms"


class Problem(NamedTuple):
    """How sequences are drawn, where answers stand, and how tokens are called.

    draw(B, n, generator) -> (B, n); right(x) -> (B, n, n), True where query i finds its answer at
    place j, all False where nothing is asked; answer(x, right) -> (B, n), -1 where nothing is.
    A problem without a `lookup` has no right place. What x says beside its tokens, the network
    reads by `seen`: (B, n) -> (B, n), or (B, n, inputs) where `inputs` is not 0.
    """

    draw: Callable[[int, int, torch.Generator], Tensor]
    right: Callable[[Tensor], Tensor]
    answer: Callable[[Tensor, Tensor], Tensor]
    names: tuple[str, ...]
    said: str  # what is asked, for the page
    stretches: bool = True  # whether longer sequences are the same problem
    lookup: str = "right place"  # name of its progress measure
    answers: tuple[str, ...] = ()  # how answers are called, if not as tokens
    token: Callable[[Tensor], Tensor] | None = None  # index into names, if x says more than that
    seen: Callable[[Tensor], Tensor] | None = None
    inputs: int = 0
    held: Callable[[int], Tensor] | None = None  # (B,) what judges, if it is not drawn alike
    mask: str = "causal"  # which mask suits it


def pairs(B: int, n: int, generator: torch.Generator) -> Tensor:
    """Key value key value ... key: a key has the same value wherever it stands; n is odd."""
    keys = torch.randint(PAIRS, (B, n // 2 + 1), generator=generator)
    values = torch.randint(PAIRS, (B, PAIRS), generator=generator).gather(1, keys)
    return torch.stack([keys, values + PAIRS], -1).flatten(1)[:, :n]


def repeated(B: int, n: int, generator: torch.Generator) -> Tensor:
    """Some different letters, over and over; how many is drawn for each, n / 4 to n / 2."""
    letters = torch.rand(B, len(LETTERS), generator=generator).argsort(1)
    low, high = max(2, n // 4), min(n // 2, len(LETTERS))
    period = torch.randint(low, high + 1, (B, 1), generator=generator)
    return letters.gather(1, torch.arange(n) % period)


def repeated_once(B: int, n: int, generator: torch.Generator) -> Tensor:
    """The same with n / 2 letters (no more than there are): the period never changes."""
    letters = torch.rand(B, len(LETTERS), generator=generator).argsort(1)
    period = min(n // 2, len(LETTERS))
    return letters[:, torch.arange(n) % period]


def with_result(order: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """x_1 ... x_m | and all but the last of what `order` makes of them; n = 2 m."""

    def draw(B: int, n: int, generator: torch.Generator) -> Tensor:
        x = torch.randint(10, (B, n // 2), generator=generator)
        return torch.cat([x, torch.full((B, 1), 10), order(x)[:, :-1]], 1)

    return draw


def turned(x: Tensor) -> Tensor:
    """From the last to the first."""
    return x.flip(1)


def ordered(x: Tensor) -> Tensor:
    """From the smallest to the largest."""
    return x.sort(1).values


def brackets(B: int, n: int, generator: torch.Generator) -> Tensor:
    """Open or close by a coin, never more than five open; who closes does not say what."""
    x, depth = torch.empty(B, n, dtype=torch.long), torch.zeros(B, dtype=torch.long)
    coins = torch.rand(B, n, generator=generator)
    kinds = torch.randint(OPEN, (B, n), generator=generator)
    for i in range(n):
        opens = (depth == 0) | ((coins[:, i] < 0.5) & (depth < DEEPEST))
        x[:, i] = kinds[:, i].where(opens, CLOSE)
        depth = depth + torch.where(opens, 1, -1)
    return x


def letters(B: int, n: int, generator: torch.Generator) -> Tensor:
    """Letters by chance."""
    return torch.randint(len(LETTERS), (B, n), generator=generator)


def letters_then_question(B: int, n: int, generator: torch.Generator) -> Tensor:
    """Letters, of which one comes more often; then the question."""
    x = torch.randint(6, (B, n), generator=generator)
    often = torch.randint(6, (B, 1), generator=generator)
    x = often.where(torch.rand(B, n, generator=generator) < 0.2, x)
    x[:, -1] = len(LETTERS)
    return x


def sums(B: int, n: int, generator: torch.Generator) -> Tensor:
    """A b = of all pairs of numbers below P, in an order by chance; B is left aside."""
    a = torch.randperm(P * P, generator=generator)
    return torch.stack([a // P, a % P, torch.full_like(a, P)], 1)


LISTED, TEN = tuple(LETTERS), tuple("0123456789")
PROBLEMS: dict[str, Problem] = {
    RECALL: Problem(pairs, after_the_same_key, found_there, tuple("ABCDEFGH12345678"),
                    "Which value came with this key?", lookup="prefix matching"),
    PERIOD: Problem(repeated, after_the_same, found_there, LISTED,
                    "What comes next, as last time?", lookup="prefix matching"),
    FIXED: Problem(repeated_once, after_the_same, found_there, LISTED,
                   "What comes next, as last time?", False, "prefix matching"),
    REVERSE: Problem(with_result(turned), mirrored, found_there, (*TEN, "|"),
                     "The same from the last to the first.", False),
    SORT: Problem(with_result(ordered), next_larger, found_there, (*TEN, "|"),
                  "The same from the smallest to the largest.", False),
    ADDITION: Problem(sums, both_numbers, their_sum, (*map(str, range(P)), "="),
                      f"The sum of two numbers, modulo {P}.", False, "both numbers"),
    BRACKETS: Problem(brackets, opener, found_there, ("(", "[", "{", "×"),
                      "Each × closes a bracket: of which kind?"),
    PREVIOUS: Problem(letters, one_before, found_there, LISTED, "Which token came before?"),
    FREQUENT: Problem(letters_then_question, most_frequent, found_there, (*LISTED, "?"),
                      "Which letter came most often?"),
    DIGITS: Problem(some_pictures, nowhere, digit_of, (*SIGNS, "?"), "Which digit is it?",
                    False, "", tuple("0123456789"), without_label, without_label, 0, held, "full"),
    MOLECULES: Problem(drawn, only_neighbor, group_there, GROUPS,
                       "Bonded to what?", False, "right place", (),
                       group_of, seen, INPUTS, None, "full"),
}  # fmt: skip
TABLES = (ADDITION,)  # learned from some rows, judged by others
FOREVER = 10**6  # seed of what nothing is trained on


def size_of(name: str, length: int) -> int:
    """Tokens of a sequence: as set, or the next smaller number that the problem can have."""
    if name == ADDITION:
        return 3
    if name == RECALL:
        return length - 1 + length % 2
    if name == DIGITS:
        return TOKENS
    return length - length % 2 if name in (REVERSE, SORT) else length


def table(name: str, seed: int, share: float) -> tuple[Tensor, Tensor]:
    """Rows to learn from and rows to be judged by."""
    rows = PROBLEMS[name].draw(0, 0, torch.Generator().manual_seed(seed))
    cut = round(share * len(rows))
    return rows[:cut], rows[cut:]


def judges(name: str, n: int, count: int) -> Tensor:
    """Sequences of n tokens that nothing is trained on; the last place of the first is asked."""
    problem = PROBLEMS[name]
    if problem.held:
        return problem.held(count)
    x = problem.draw(4 * count, n, torch.Generator().manual_seed(FOREVER + n))
    good = problem.right(x)[:, -1].any(-1).int().argmax()
    return torch.cat([x[good : good + 1], x[:good], x[good + 1 :]])[:count]
