"""Every problem against a solver of a few lines of plain Python."""

from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.experiments.attention.digits import pictures
from core.experiments.attention.molecules import GROUPS, VALENCES, bonded
from core.experiments.attention.problems import (
    ADDITION,
    BRACKETS,
    DIGITS,
    FIXED,
    FREQUENT,
    MOLECULES,
    PERIOD,
    PREVIOUS,
    PROBLEMS,
    RECALL,
    REVERSE,
    SORT,
    judges,
    size_of,
    table,
)
from core.experiments.attention.rules import CLOSE, PAIRS, P


def recall(x):
    return [x[x.index(k) + 1] if k < PAIRS and k in x[:i] else -1 for i, k in enumerate(x)]


def as_last_time(x):
    return [x[x.index(k) + 1] if k in x[:i] else -1 for i, k in enumerate(x)]


def reverse(x):
    m = len(x) // 2
    return [-1] * m + x[:m][::-1]


def ordered(x):
    m = len(x) // 2
    return [-1] * m + sorted(x[:m])


def matched(x):
    stack, found = [], []
    for token in x:
        found.append(stack.pop() if token == CLOSE and stack else -1)
        if token != CLOSE:
            stack.append(token)
    return found


def frequent(x):
    counts = Counter(x[:-1])
    best = max(counts.values())
    return [-1] * (len(x) - 1) + [min(token for token, n in counts.items() if n == best)]


def digit(x):
    """By the patches alone: no two pictures with the same ink show different digits."""
    return [-1] * 16 + [DIGIT[tuple(x[:16])]]


def neighbor(x):
    where = [[j for j in range(len(x)) if atom // len(GROUPS) >> j & 1] for atom in x]
    return [x[to[0]] % len(GROUPS) if len(to) == 1 else -1 for to in where]


DIGIT = {tuple(row[:16]): row[16] for row in pictures().tolist()}
SOLVERS = {
    DIGITS: digit,
    MOLECULES: neighbor,
    RECALL: recall,
    PERIOD: as_last_time,
    FIXED: as_last_time,
    REVERSE: reverse,
    SORT: ordered,
    ADDITION: lambda x: [-1, -1, (x[0] + x[1]) % P],
    BRACKETS: matched,
    PREVIOUS: lambda x: [-1, *x[:-1]],
    FREQUENT: frequent,
}


@pytest.mark.parametrize("name", PROBLEMS)
@given(length=st.integers(8, 32), seed=st.integers(0, 2**31))
@settings(max_examples=10, deadline=None)
def test_the_right_place_holds_the_answer(name, length, seed):
    problem, n = PROBLEMS[name], size_of(name, length)
    x = problem.draw(16, n, torch.Generator().manual_seed(seed))[:16]
    right = problem.right(x)
    y = problem.answer(x, right)
    named = x if problem.token is None else problem.token(x)
    assert x.shape == (16, n) and right.shape == (16, n, n)
    assert int(named.max()) < len(problem.names)
    assert [row.tolist() for row in y] == [SOLVERS[name](row.tolist()) for row in x]
    if problem.mask == "causal":
        assert not right.triu(1).any()  # no answer stands in what is still to come
    assert (y >= 0).any()
    if not problem.lookup:
        assert not right.any()
        return
    assert ((y >= 0) == right.any(-1)).all()
    if name != ADDITION:  # each right place holds it
        held = named[:, None, :].expand_as(right)[right]
        assert (held == y[:, :, None].expand_as(right)[right]).all()


def test_a_key_keeps_its_value():
    x = PROBLEMS[RECALL].draw(50, 31, torch.Generator().manual_seed(0))
    for row in x.tolist():
        seen = {}
        for key, value in zip(row[:-1:2], row[1::2], strict=True):
            assert seen.setdefault(key, value) == value and key < PAIRS <= value


def test_periods_differ_or_do_not():
    def periods(name):
        x = PROBLEMS[name].draw(100, 24, torch.Generator().manual_seed(0))
        return {row.index(row[0], 1) for row in x.tolist()}

    assert periods(PERIOD) == set(range(6, 13)) and periods(FIXED) == {12}


def test_all_pairs_are_there_once():
    learned, others = table(ADDITION, 3, 0.7)
    rows = torch.cat([learned, others])
    assert len(learned) == round(0.7 * P * P)
    assert sorted(map(tuple, rows[:, :2].tolist())) == [(a, b) for a in range(P) for b in range(P)]


@pytest.mark.parametrize("name", [name for name in PROBLEMS if name not in (ADDITION, DIGITS)])
def test_the_last_place_of_the_first_judge_is_asked(name):
    x = judges(name, size_of(name, 24), 8)
    assert len(x) == 8 and PROBLEMS[name].right(x)[0, -1].any()


@given(n=st.integers(2, 32), seed=st.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_drawn_molecules_are_in_one_piece_and_obey_valences(n, seed):
    x = PROBLEMS[MOLECULES].draw(8, n, torch.Generator().manual_seed(seed))
    bonds, group = bonded(x), x % len(GROUPS)
    assert (bonds == bonds.transpose(1, 2)).all() and not bonds.diagonal(0, 1, 2).any()
    reached = torch.linalg.matrix_power(bonds.double() + torch.eye(n), n - 1)
    assert (reached > 0).all()
    most, hydrogens = zip(*(VALENCE[name] for name in GROUPS), strict=True)
    left = torch.tensor(most)[group] - torch.tensor(hydrogens)[group] - bonds.sum(-1)
    assert (left >= 0).all()  # what is left are double and triple bonds, and they come in pairs
    assert (left.sum(1) % 2 == 0).all()


VALENCE = {
    name: (VALENCES["CNOF".index(name[0])], "H₂₃".find(name[-1]) + 1 if "H" in name else 0)
    for name in GROUPS
}
