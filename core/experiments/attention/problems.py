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

from core.experiments.attention.brackets import at, brackets, opener
from core.experiments.attention.digits import SIGNS, TOKENS, digit_of, held, nowhere, without_label
from core.experiments.attention.digits import draw as digit_pictures
from core.experiments.attention.molecules import (
    GROUPS,
    INPUTS,
    drawn,
    group_of,
    group_there,
    only_neighbor,
    seen,
)

PAIRS = 8  # keys, and values, of associative recall
LETTERS = "ABCDEFGHIJKLMNOP"
P = 29  # modular addition
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


# --- where answers stand ------------------------------------------------------------------------


def found_there(x: Tensor, right: Tensor) -> Tensor:
    """The answer is the token at the right place. Shapes: (B, n), (B, n, n) -> (B, n)."""
    return x.gather(1, right.int().argmax(-1)).where(right.any(-1), -1)


def after_the_same(x: Tensor) -> Tensor:
    """Places right after an earlier token that equals this one: what prefix matching looks for.

    Source: Olsson et al. 2022, arXiv 2209.11895. Shapes: (B, n) -> (B, n, n)
    """
    before = torch.nn.functional.pad(x[:, :-1], (1, 0), value=-1)  # the token left of each
    return (x[:, :, None] == before[:, None, :]).tril()


def after_the_same_key(x: Tensor) -> Tensor:
    """The same, asked at keys alone."""
    return after_the_same(x) & (x < PAIRS)[..., None]


def one_before(x: Tensor) -> Tensor:
    """The place to the left."""
    i = torch.arange(x.shape[1])
    return at(i - 1, i > 0).expand(len(x), -1, -1)


def mirrored(x: Tensor) -> Tensor:
    """Of x_1 ... x_m | x_m ... x_2: from the sign in the middle on, place 2 m - 1 - i."""
    i, m = torch.arange(x.shape[1]), x.shape[1] // 2
    return at(2 * m - 1 - i, i >= m).expand(len(x), -1, -1)


def next_larger(x: Tensor) -> Tensor:
    """Of x_1 ... x_m | sorted: places in the first part whose token comes next in order."""
    m = x.shape[1] // 2
    ordered = x[:, :m].sort(1).values  # (B, m)
    same = x[:, None, :m] == ordered[..., None]  # (B, m, m)
    right = torch.zeros(*x.shape, x.shape[1], dtype=torch.bool)
    right[:, m : 2 * m, :m] = same
    return right


def most_frequent(x: Tensor) -> Tensor:
    """At the last place: all tokens that equal the most frequent one (the first of equals)."""
    counts = torch.nn.functional.one_hot(x[:, :-1], len(LETTERS)).sum(1)  # (B, letters)
    best = counts.argmax(-1)
    right = torch.zeros(*x.shape, x.shape[1], dtype=torch.bool)
    right[:, -1] = x == best[:, None]
    return right


def both_numbers(x: Tensor) -> Tensor:
    """At the sign =: the two numbers."""
    right = torch.zeros(*x.shape, x.shape[1], dtype=torch.bool)
    right[:, 2, :2] = True
    return right


def their_sum(x: Tensor, right: Tensor) -> Tensor:
    """A + b modulo P, at the sign =."""
    y = torch.full_like(x, -1)
    y[:, 2] = (x[:, 0] + x[:, 1]) % P
    return y


# --- how sequences are drawn --------------------------------------------------------------------


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
    DIGITS: Problem(digit_pictures, nowhere, digit_of, (*SIGNS, "?"), "Which digit is it?",
                    False, "", tuple("0123456789"), without_label, without_label, 0, held, "full"),
    MOLECULES: Problem(drawn, only_neighbor, group_there, GROUPS,
                       "An atom with one bond: bonded to what?", False, "right place", (),
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
