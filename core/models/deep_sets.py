"""Functions of sets, section 5.3 of the chapter: the order of the elements doesn't matter."""

from __future__ import annotations

import torch
from torch import Tensor, nn

Trace = dict[str, Tensor]


class DeepSets(nn.Module):
    """One output for a whole set: invariant when its elements are reordered.

    Equation: (5.7)
        f({x_1, ..., x_n}) = rho(sum_i phi(x_i))
    Source: Zaheer et al. 2017, arXiv 1703.06114.

    Shapes:
        x: (B, N, d_in); mask: (B, N), True where there is an element
        returns: (B, d_out)
    """

    def __init__(self, d_in: int, d: int, d_out: int) -> None:
        """Make phi and rho as networks with one hidden layer of width d."""
        super().__init__()
        self.phi = nn.Sequential(nn.Linear(d_in, d), nn.ReLU(), nn.Linear(d, d))
        self.rho = nn.Sequential(nn.Linear(d, d), nn.ReLU(), nn.Linear(d, d_out))

    def forward(self, x: Tensor, mask: Tensor, trace: Trace | None = None) -> Tensor:
        """Embed each element, add up, read out."""
        phi = self.phi(x) * mask[..., None]  # (B, N, d)
        if trace is not None:
            trace["phi"], trace["sum"] = phi, phi.sum(1)
        return self.rho(phi.sum(1))  # (B, d_out)


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
