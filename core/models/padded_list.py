"""What one does without section 5.3: a set as a list of fixed length, for a plain perceptron."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class PaddedList(nn.Module):
    """A multilayer perceptron on a list that is padded with zeros to `most` elements.

    Every place of the list has weights of its own, so order matters. Beside its element each place
    has a 1 if there is one, so that an element at 0 differs from none.

    Equation: (2.1) to (2.3), with x = (x_1, 1, x_2, 1, ..., 0, 0)

    Shapes:
        x: (B, N, d_in) with N up to `most`; mask: (B, N)
        returns: (B, d_out), or (B, N, d_out) if `each` element has an output
    """

    def __init__(self, most: int, d_in: int, d: int, d_out: int, each: bool = False) -> None:
        """Two hidden layers of width d. Errors: `forward` refuses lists longer than `most`."""
        super().__init__()
        self.most, self.each = most, each
        places = most if each else 1
        self.net = nn.Sequential(
            nn.Linear(most * (d_in + 1), d), nn.ReLU(), nn.Linear(d, d), nn.ReLU(),
            nn.Linear(d, places * d_out),
        )  # fmt: skip

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Pad, flatten, run the perceptron."""
        if x.shape[1] > self.most:
            raise ValueError(
                f"a list of {x.shape[1]} elements is too long: this perceptron has {self.most} "
                "places; make it with more"
            )
        here = mask[..., None].to(x)
        padded = F.pad(torch.cat([x * here, here], -1), (0, 0, 0, self.most - x.shape[1]))
        y = self.net(padded.flatten(1))  # (B, places * d_out)
        return y.view(len(x), self.most, -1)[:, : x.shape[1]] if self.each else y


def width_for(parameters: int, most: int, d_in: int, d_out: int, each: bool = False) -> int:
    """The width whose number of weights and biases comes nearest to `parameters`."""
    inputs, outputs = most * (d_in + 1), d_out * (most if each else 1)

    def distance(d: int) -> int:
        return abs((inputs + 1) * d + (d + 1) * d + (d + 1) * outputs - parameters)

    return min(range(1, 512), key=distance)
