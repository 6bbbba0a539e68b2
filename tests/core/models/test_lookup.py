"""Rows of a table against torch's embedding, with its gradient."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from core.models.lookup import Lookup, lookup


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 30), st.integers(1, 5), st.integers(0, 2**31))
def test_rows_and_gradient_are_those_of_an_embedding(rows, width, seed):
    g = torch.Generator().manual_seed(seed)
    table = torch.randn(rows, width, generator=g, dtype=torch.float64, requires_grad=True)
    code = torch.randint(0, rows, (3, 4, 4), generator=g, dtype=torch.int32)
    weights = torch.randn(3, 4, 4, width, generator=g, dtype=torch.float64)
    found = []
    for out in (Lookup.apply(table, code), F.embedding(code, table)):
        found.append((out, torch.autograd.grad((out * weights).sum(), table)[0]))
    torch.testing.assert_close(found[0], found[1], rtol=1e-12, atol=1e-12)
    assert torch.equal(lookup(table, code), found[1][0])
