"""Rosenblatt's perceptron, and the network with one hidden layer that came after it.

Both learn from one point at a time, and the last neuron of both by the same rule: the error
t - output, times what the neuron was shown. The networks are written out, without autograd, since
here the update is the lesson.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


class Perceptron:
    """One neuron with a threshold.

    Equation: (2.6), output = 1 if w . x + b > 0, else 0
    Shapes: w (2,), b (), x (..., 2) -> (...), float64
    Source: Rosenblatt, Psychological Review 65 (1958) 386.
    """

    def __init__(self, first: Tensor) -> None:
        """`first` is (3,): w1, w2 and b at the start."""
        self.w, self.b = first[:2].clone(), first[2].clone()

    def z(self, x: Tensor) -> Tensor:
        """The sum that is compared with 0."""
        return x @ self.w + self.b

    def __call__(self, x: Tensor) -> Tensor:
        """1 or 0. Equation: (2.6)."""
        return (self.z(x) > 0).to(x.dtype)

    def learn(self, x: Tensor, t: Tensor, eta: float) -> Tensor:
        """Look at one point x of class t, and move only if the output was wrong.

        Equation: w <- w + eta (t - output) x,  b <- b + eta (t - output)
        Shapes: x (2,), t () -> error t - output, ()
        """
        error = t - self(x)
        self.w = self.w + eta * error * x
        self.b = self.b + eta * error
        return error

    def loss(self, X: Tensor, t: Tensor) -> Tensor:
        """Share of points with the wrong output. The rule has no other loss that it goes down."""
        return (self(X) != t).double().mean()

    def state(self) -> dict[str, Tensor]:
        """Name -> tensor."""
        return {"w": self.w, "b": self.b}


class OneHiddenLayer:
    """H neurons of tanh between the input and the output, trained by gradient descent.

    Equation: (2.1) h = tanh(V x + c), then p = sigmoid(w . h + b) in place of the step of (2.6)
    Shapes: V (H, 2), c (H,), w (H,), b (), x (..., 2) -> (...), float64
    Source: Rumelhart, Hinton, Williams, Nature 323 (1986) 533.
    """

    def __init__(self, hidden: int, seed: int) -> None:
        """Standard normal first weights: from zeros, all hidden neurons would stay the same."""
        rng = np.random.default_rng([seed, 0])
        self.V = torch.from_numpy(rng.normal(0, 1, (hidden, 2)))
        self.c = torch.from_numpy(rng.normal(0, 1, hidden))
        self.w = torch.from_numpy(rng.normal(0, 1, hidden))
        self.b = torch.zeros((), dtype=torch.float64)

    def h(self, x: Tensor) -> Tensor:
        """The new features, (..., H). Equation: (2.1)."""
        return torch.tanh(x @ self.V.T + self.c)

    def z(self, x: Tensor) -> Tensor:
        """The sum that decides: class 1 where it is above 0."""
        return self.h(x) @ self.w + self.b

    def __call__(self, x: Tensor) -> Tensor:
        """The class, 1 or 0."""
        return (self.z(x) > 0).to(x.dtype)

    def learn(self, x: Tensor, t: Tensor, eta: float) -> Tensor:
        """One step down the gradient of the cross-entropy at one point x of class t.

        Equation: (3.2), which for the output neuron is Rosenblatt's rule with h for x and p for
            the output; the hidden layer is told its share of the error, w (1 - h^2).
        Shapes: x (2,), t () -> error t - p, ()
        """
        h = self.h(x)
        error = t - torch.sigmoid(h @ self.w + self.b)
        blame = error * self.w * (1 - h**2)  # (H,)
        self.w = self.w + eta * error * h
        self.b = self.b + eta * error
        self.V = self.V + eta * blame[:, None] * x
        self.c = self.c + eta * blame
        return error

    def loss(self, X: Tensor, t: Tensor) -> Tensor:
        """Mean cross-entropy. Shapes: X (n, 2), t (n,) -> ()."""
        return F.binary_cross_entropy_with_logits(self.z(X), t)

    def state(self) -> dict[str, Tensor]:
        """Name -> tensor."""
        return {"V": self.V, "c": self.c, "w": self.w, "b": self.b}
