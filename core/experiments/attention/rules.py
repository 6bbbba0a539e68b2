"""Where answers stand: for each place that is asked, where its answer is to be found.

Every rule takes sequences x (B, n) and gives (B, n, n), True where query i finds its answer at j.
"""

from __future__ import annotations

import torch
from torch import Tensor

PAIRS = 8  # keys, and values, of associative recall
LETTERS = "ABCDEFGHIJKLMNOP"
P = 29  # modular addition
OPEN, CLOSE = 3, 3  # kinds of brackets, and the token that closes


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


def at(places: Tensor, asked: Tensor) -> Tensor:
    """One place for each query. Shapes: places, asked (B or 1, n) -> (B or 1, n, n)."""
    here = torch.arange(places.shape[-1])
    return (places[..., None] == here) & asked[..., None]


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


def opener(x: Tensor) -> Tensor:
    """For each sign that closes, the place of the bracket that it closes."""
    B, n = x.shape
    stack, depth = torch.full((B, n + 1), -1), torch.zeros(B, dtype=torch.long)
    places, rows = torch.full((B, n), -1), torch.arange(B)
    for i in range(n):
        opens = x[:, i] < OPEN
        closes = ~opens & (depth > 0)
        places[closes, i] = stack[rows, depth - 1][closes]
        stack[rows[opens], depth[opens]] = i
        depth = depth + opens.long() - closes.long()
    return at(places, places >= 0)


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
