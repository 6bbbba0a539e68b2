"""Functions of sets, section 5.3 of the chapter: the order of the elements doesn't matter."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

Trace = dict[str, Tensor]


def add_up(phi: Tensor, mask: Tensor) -> Tensor:
    """The sum of equations (5.7) and (5.8): it knows how many elements there are.

    Shapes: phi (B, N, d), mask (B, N) -> (B, d)
    """
    return (phi * mask[..., None]).sum(1)


def average(phi: Tensor, mask: Tensor) -> Tensor:
    """The sum over the number of elements: blind to how many there are. An empty set gives 0.

    Shapes: phi (B, N, d), mask (B, N) -> (B, d)
    """
    return add_up(phi, mask) / mask.sum(1, keepdim=True).clamp(min=1)


def largest(phi: Tensor, mask: Tensor) -> Tensor:
    """The largest value of each column: blind to repeats. An empty set gives 0.

    Shapes: phi (B, N, d), mask (B, N) -> (B, d)
    """
    top = phi.masked_fill(~mask[..., None], -torch.inf).amax(1)  # (B, d)
    return top.masked_fill(~mask.any(1, keepdim=True), 0.0)


POOLS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "sum": add_up,
    "mean": average,
    "max": largest,
}


class DeepSets(nn.Module):
    """One output for a whole set: invariant when its elements are reordered.

    Equation: (5.7)
        f({x_1, ..., x_n}) = rho(sum_i phi(x_i))
    Source: Zaheer et al. 2017, arXiv 1703.06114. `pool` may put "mean" or "max" for the sum.

    Shapes:
        x: (B, N, d_in); mask: (B, N), True where there is an element
        returns: (B, d_out)
    """

    def __init__(self, d_in: int, d: int, d_out: int, pool: str = "sum") -> None:
        """Make phi and rho as networks with one hidden layer of width d."""
        super().__init__()
        self.phi = nn.Sequential(nn.Linear(d_in, d), nn.ReLU(), nn.Linear(d, d))
        self.rho = nn.Sequential(nn.Linear(d, d), nn.ReLU(), nn.Linear(d, d_out))
        self.pool = POOLS[pool]

    def forward(self, x: Tensor, mask: Tensor, trace: Trace | None = None) -> Tensor:
        """Embed each element, add up, read out."""
        if trace is not None:
            trace["phi"] = self.phi(x) * mask[..., None]  # (B, N, d)
            trace["sum"] = self.pool(self.phi(x), mask)  # (B, d)
        return self.rho(self.pool(self.phi(x), mask))  # (5.7), (B, d_out)


class EquivariantDeepSets(nn.Module):
    """One output for each element, from itself and a summary of all.

    Equation: (5.8)
        y_i = psi(x_i, sum_j phi(x_j))

    Shapes:
        x: (B, N, d_in); mask: (B, N), True where there is an element
        returns: (B, N, d_out); rows without an element mean nothing
    """

    def __init__(self, d_in: int, d: int, d_out: int, pool: str = "sum") -> None:
        """Make phi and psi as networks with one hidden layer of width d."""
        super().__init__()
        self.phi = nn.Sequential(nn.Linear(d_in, d), nn.ReLU(), nn.Linear(d, d))
        self.psi = nn.Sequential(nn.Linear(d_in + d, d), nn.ReLU(), nn.Linear(d, d_out))
        self.pool = POOLS[pool]

    def forward(self, x: Tensor, mask: Tensor, trace: Trace | None = None) -> Tensor:
        """Embed each element, add up, hand the sum to every element."""
        if trace is not None:
            trace["phi"] = self.phi(x) * mask[..., None]  # (B, N, d)
            trace["sum"] = self.pool(self.phi(x), mask)  # (B, d)
        total = self.pool(self.phi(x), mask)[:, None].expand(-1, x.shape[1], -1)  # (B, N, d)
        return self.psi(torch.cat([x, total], -1))  # (5.8), (B, N, d_out)


class SetLayer(nn.Module):
    """One output for each element: reordering the inputs reorders the outputs in the same way.

    Equation: (5.8)
        y_i = psi(x_i, sum_j phi(x_j))

    Shapes:
        x: (B, N, d_in); mask: (B, N)
        returns: (B, N, d_out)
    """

    def __init__(self, d_in: int, d_out: int) -> None:
        """Make phi with one layer, and psi with one hidden layer, as wide as the output."""
        super().__init__()
        self.phi = nn.Sequential(nn.Linear(d_in, d_out), nn.ReLU())
        self.psi_own, self.psi_sum = nn.Linear(d_in, d_out), nn.Linear(d_out, d_out, bias=False)
        self.psi_out = nn.Linear(d_out, d_out)

    def forward(self, x: Tensor, mask: Tensor, trace: Trace | None = None) -> Tensor:
        """Let every element see itself and the sum of all."""
        total = (self.phi(x) * mask[..., None]).sum(1)  # (B, d_out)
        if trace is not None:
            trace["sum"] = total
        hidden = torch.relu(self.psi_own(x) + self.psi_sum(total)[:, None])  # (B, N, d_out)
        return self.psi_out(hidden)  # (B, N, d_out)
