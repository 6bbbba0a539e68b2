"""Message passing that knows the bond, section 5.3.1 of the chapter: on dense padded graphs.

Node states are `h` (B, N, d), edge features `e` (B, N, N, E), the adjacency `A` (B, N, N). A dict
passed as `trace` receives the messages.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.models.graph import Trace
from core.models.links import Bonds


class MPNNLayer(nn.Module):
    """General message passing: a network makes the messages, another one updates the nodes.

    Equation: (5.9)
        h'_v = phi(h_v, sum_u psi(h_u, h_v, e_uv))
        psi = W_2 sigma(W_u h_u + W_v h_v + W_e e_uv),  phi = V_2 sigma(V_h h_v + V_m m_v)
    Source: Gilmer et al. 2017, arXiv 1704.01212.

    Shapes:
        h: (B, N, d_in); e: (B, N, N, E); A: (B, N, N), A[b, v, u] = 1 where u sends to v
        returns: (B, N, d)
    """

    def __init__(self, d: int, d_edge: int, d_in: int | None = None) -> None:
        """Make the layer; sigma is ReLU, and `d_in` is d unless given."""
        super().__init__()
        # W_u, W_v and V_h, one below the other.
        self.from_h = nn.Linear(d_in or d, 3 * d, bias=False)
        self.W_e, self.W_2 = nn.Linear(d_edge, d), nn.Linear(d, d, bias=False)
        self.V_m, self.V_2 = nn.Linear(d, d), nn.Linear(d, d)
        # Five maps in a row: torch's default would shrink what comes through by 16.
        others = [m.weight for m in (self.W_e, self.W_2, self.V_m, self.V_2)]
        for weight in [*self.from_h.weight.chunk(3), *others]:
            nn.init.xavier_uniform_(weight)

    def forward(
        self,
        h: Tensor,
        e: Tensor,
        A: Tensor,
        trace: Trace | None = None,
        bonds: Bonds | None = None,
    ) -> Tensor:
        """One round of messages and updates; see `hidden` for `bonds`."""
        if trace is not None:
            send, hear, _ = self.from_h(h).chunk(3, -1)
            every = torch.relu(send[:, None] + hear[:, :, None] + self.W_e(e))  # (B, N, N, d)
            trace["messages"] = self.W_2(every) * A[..., None]
        return self.V_2(self.hidden(h, e, A, bonds=bonds))  # (B, N, d)

    def hidden(
        self,
        h: Tensor,
        e: Tensor,
        A: Tensor,
        before: nn.Linear | None = None,
        bonds: Bonds | None = None,
    ) -> Tensor:
        """sigma(V_h h_v + V_m m_v), (B, N, d): all but the last linear map.

        Args:
            h: Node states, or what `before` still has to map to them: two linear maps in a row are
                one, so a stack of layers without norms between saves a product a node and layer.
            e: Edge features.
            A: Adjacency.
            before: The map that h has yet to go through.
            bonds: `Bonds(e, A)`: only the pairs that are bonded are computed, a fifth of all in
                QM9. For a CPU; a GPU would have to wait for their number.
        """
        W, b = self.from_h.weight, None
        if before is not None:
            W, b = W @ before.weight, F.linear(before.bias, W)
        d = len(self.W_2.weight)
        both = F.linear(h, W[: 2 * d], None if b is None else b[: 2 * d])  # (B, N, 2 d)
        if bonds is not None:
            s = bonds.neighbor_sum(both, self.W_e)  # (B, N, d)
        else:
            send, hear = both.chunk(2, -1)
            psi = torch.relu(send[:, None] + hear[:, :, None] + self.W_e(e))  # (B, N, N, d)
            s = (psi * A[..., None]).sum(2)
        # m = W_2 s: linear maps may wait until the sum is done, so N products and not N^2, and
        # V_m m = (V_m W_2) s costs one product a node instead of two.
        V = torch.cat([W[2 * d :], self.V_m.weight @ self.W_2.weight], 1)
        c = self.V_m.bias if b is None else self.V_m.bias + b[2 * d :]
        return torch.relu(F.linear(torch.cat([h, s], -1), V, c))


def mpnn_stack(
    layers: Sequence[MPNNLayer], h: Tensor, e: Tensor, A: Tensor, *, bonds: Bonds | None = None
) -> Tensor:
    """Some rounds of message passing, one layer after the other with nothing between.

    Equation: (5.9), repeated; the same as `for layer in layers: h = layer(h, e, A)`
    """
    before = None
    for layer in layers:
        h, before = layer.hidden(h, e, A, before, bonds), layer.V_2
    return h if before is None else before(h)


class TypedMessages(nn.Module):
    """One matrix a bond type: message passing whose psi is linear in h_u.

    Equation: (5.9) with psi(h_u, h_v, e_uv) = W_e h_u for one-hot e, phi = sum with W_own h_v
    Source: Schlichtkrull et al. 2018 (R-GCN), arXiv 1703.06103; with one-hot bonds also the layer
    of Gilmer et al. 2017 (`NNConv` of PyTorch Geometric).

    Shapes:
        h: (B, N, d_in); e: (B, N, N, E) one-hot
        returns: (B, N, d_out)
    """

    def __init__(self, d_in: int, d_out: int, d_edge: int = 4) -> None:
        """Make the layer with `d_edge` matrices."""
        super().__init__()
        self.W = nn.Linear(d_edge * d_in, d_out, bias=False)
        self.W_own = nn.Linear(d_in, d_out)

    def forward(
        self, h: Tensor, e: Tensor, trace: Trace | None = None, bonds: Bonds | None = None
    ) -> Tensor:
        """One round of typed messages; with `Bonds` only the products that they need."""
        size, atoms, d = h.shape
        if bonds is not None and trace is None:
            W = self.W.weight.unflatten(1, (-1, d)).transpose(0, 1)  # (E, d_out, d_in)
            return self.W_own(h) + bonds.typed_sum(h, W)
        by_type = e.transpose(2, 3).reshape(size, -1, atoms)  # (B, N E, N)
        heard = (by_type.to(h.dtype) @ h).view(size, atoms, -1)  # (B, N, E d)
        if trace is not None:
            weight = self.W.weight.view(-1, e.shape[-1], d)
            trace["messages"] = torch.einsum("bvut,otd,bud->bvuo", e.to(h.dtype), weight, h)
        return self.W_own(h) + self.W(heard)  # (B, N, d_out)
