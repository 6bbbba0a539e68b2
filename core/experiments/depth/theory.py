"""What infinitely wide networks show before training: size, likeness, gradient by layer."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.experiments.depth.data import CLASSES, JUDGES, PIXELS, digits
from core.experiments.depth.network import FORMS

Numbers = NDArray[np.float64]
NODES, MASS = np.polynomial.hermite_e.hermegauss(40)
MASS = MASS / MASS.sum()  # E f(z) for a normal z is about MASS @ f(NODES)
TINY = 1e-46
MANY = 25  # layers are followed by so many at once, which the next depths then have ready
BATCH_NORM = math.pi / (
    math.pi - 1
)  # squared gradient, a layer of ReLU. Source: Yang et al. (2019)


def variances(initialization: str, d_in: int, d_out: int) -> tuple[float, float]:
    """Variance of a weight and of a bias."""
    he = 2 / d_in
    found = {
        "PyTorch": (1 / (3 * d_in), 1 / (3 * d_in)), "Xavier": (2 / (d_in + d_out), 0.0),
        "He": (he, 0.0), "too small": (0.01 * he, 0.0), "too large": (4 * he, 0.0),
        "all zero": (0.0, 0.0),
    }  # fmt: skip
    return found[initialization]


class Second(NamedTuple):
    """Second moments of two inputs' numbers, for each pair, and their means. Shapes: (P,) each."""

    aa: Numbers
    bb: Numbers
    ab: Numbers
    a: Numbers
    b: Numbers


def relu_moment(aa: Numbers, bb: Numbers, ab: Numbers) -> Numbers:
    """E[max(u, 0) max(v, 0)] of normal u, v with these second moments: the arc-cosine kernel.

    Equation: sqrt(aa bb) (sin t + (pi - t) cos t) / (2 pi), cos t = ab / sqrt(aa bb)
    Source: Cho and Saul (2009), order 1.
    """
    size = np.sqrt(aa * bb)
    cos = np.clip(ab / np.maximum(size, 1e-300), -1, 1)
    t = np.arccos(cos)
    return size * (np.sin(t) + (np.pi - t) * cos) / (2 * np.pi)


def tanh_moment(aa: Numbers, bb: Numbers, ab: Numbers) -> Numbers:
    """E[tanh u tanh v] of such u, v, by Gauss-Hermite quadrature with 40 x 40 nodes."""
    u = np.sqrt(aa)[:, None] * NODES  # (P, 40)
    lean = ab / np.maximum(np.sqrt(aa), 1e-150)
    rest = np.sqrt(np.maximum(bb - lean**2, 0))
    v = lean[:, None, None] * NODES[:, None] + rest[:, None, None] * NODES  # (P, 40, 40)
    return (MASS * np.tanh(u) * (np.tanh(v) @ MASS)).sum(1)


def moments(of: Second, activation: str) -> Second:
    """Second moments and means of sigma of such normal numbers, their own mean being 0."""
    if activation == "ReLU":
        a, b = (np.sqrt(q / (2 * np.pi)) for q in (of.aa, of.bb))
        return Second(of.aa / 2, of.bb / 2, relu_moment(of.aa, of.bb, of.ab), a, b)
    zero = np.zeros_like(of.aa)
    aa, bb = (tanh_moment(q, q, q) for q in (of.aa, of.bb))
    return Second(aa, bb, tanh_moment(of.aa, of.bb, of.ab), zero, zero)


def slope(q: Numbers, activation: str) -> Numbers:
    """E[sigma'(u)^2] of a normal u with variance q. Shapes: (P,) -> (P,)."""
    if activation == "ReLU":
        return np.full_like(q, 0.5)
    return (1 - np.tanh(np.sqrt(q)[:, None] * NODES) ** 2) ** 2 @ MASS


def through(of: Second, d_in: int, weight: float, bias: float) -> Second:
    """W u + b: variance of a weight times d_in times the second moment of u, plus that of b."""
    zero = np.zeros_like(of.aa)
    aa, bb, ab = (d_in * weight * q + bias for q in of[:3])
    return Second(aa, bb, ab, zero, zero)


def normalized(of: Second) -> tuple[Second, Numbers]:
    """Norm of (3.1) over the features, and the variance of the first input that it divides by."""
    aa, bb = (np.maximum(q - m**2, 1e-300) for q, m in ((of.aa, of.a), (of.bb, of.b)))
    one, zero = np.ones_like(aa), np.zeros_like(aa)
    return Second(one, one, (of.ab - of.a * of.b) / (np.sqrt(aa) * np.sqrt(bb)), zero, zero), aa


class Lines(NamedTuple):
    """For each layer: log10 of gradient and size of h, cosine of two inputs; None: no law here."""

    flow: list[float] | None
    size: list[float] | None
    alike: list[float] | None


def lines(settings: Any, name: str) -> Lines:
    """The law for one form, its inputs being the judges of the page."""
    return _lines(settings.initialization, settings.depth, settings.width, settings.activation,
                  settings.branch.startswith("σ"), name)  # fmt: skip


def inputs(initialization: str, width: int) -> Second:
    """Of z_1 = W_in x + b_in, for 32 pairs of judges."""
    x = digits().x[:JUDGES].double().numpy()
    one, two = x[: JUDGES // 2], x[JUDGES // 2 :]
    zero = np.zeros(len(one))
    aa, bb, ab = ((p * q).mean(1) for p, q in ((one, one), (two, two), (one, two)))
    of = Second(aa, bb, ab, zero, zero)
    return through(of, PIXELS, *variances(initialization, PIXELS, width))


@lru_cache(maxsize=64)
def _lines(
    initialization: str, depth: int, width: int, activation: str, last: bool, name: str
) -> Lines:
    form = FORMS[name]
    if form.norm == "batch":
        return _batch_norm(initialization, depth, width, activation, last)
    # Only a branch that is scaled by the number of layers depends on how many come after it.
    layers = depth if form.scaled else MANY * -(-depth // MANY)
    found = _upward(initialization, layers, width, activation, last, name)
    h = found.states[depth - 1]
    u, spread = normalized(h) if form.norm and not form.post else (h, np.ones_like(h.aa))
    bend = np.ones_like(h.aa) if last else slope(u.aa, activation)
    top = _top(initialization, width) * float((bend / spread).mean())
    # Of sigma(W h), E[W | sigma' = 1] leans along h: gradients that come along a skip add up there.
    law = not (last and form.skip and not form.norm)
    return Lines(
        _back(top, found.factors[: depth - 1]) if law else None,
        found.size[:depth],
        found.alike[:depth] if initialization != "all zero" else None,
    )


class Upward(NamedTuple):
    """Of layers 1, 2, ...: moments of h, their size and likeness as in `Lines`.

    `factors` multiply the squared gradient on its way back through layers 2, 3, ...
    """

    states: list[Second]
    factors: list[float]
    size: list[float]
    alike: list[float]


@lru_cache(maxsize=64)
def _upward(
    initialization: str, layers: int, width: int, activation: str, last: bool, name: str
) -> Upward:
    form, given = FORMS[name], variances(initialization, width, width)
    k, s = float(form.skip), 1 / math.sqrt(layers) if form.scaled else 1.0
    h = inputs(initialization, width)
    h = moments(h, activation) if last else h
    states, factors = [h], []
    for _ in range(layers - 1):
        u, spread = normalized(h) if form.norm and not form.post else (h, np.ones_like(h.aa))
        z = through(u, width, *given) if last else u
        branch = moments(z, activation) if last else through(moments(z, activation), width, *given)
        chi = k**2 + s**2 * width * given[0] * slope(z.aa, activation) / spread
        h = _added(h, branch, k, s)
        if form.post:
            h, spread = normalized(h)
            chi = chi / spread
        states.append(h)
        factors.append(float(chi.mean()))
    return Upward(
        states, factors,
        [_log(math.sqrt(float((q.aa + q.bb).mean()) / 2)) for q in states],
        [float((q.ab / np.maximum(np.sqrt(q.aa * q.bb), 1e-300)).mean()) for q in states],
    )  # fmt: skip


def _added(h: Second, branch: Second, k: float, s: float) -> Second:
    """Moments of k h + s F; W of the branch is new, so only means of h and F go together."""
    cross = (h.a * branch.a * 2, h.b * branch.b * 2, h.a * branch.b + h.b * branch.a)
    aa, bb, ab = (k**2 * q + k * s * both + s**2 * more
              for q, both, more in zip(h[:3], cross, branch[:3], strict=True))  # fmt: skip
    return Second(aa, bb, ab, k * h.a + s * branch.a, k * h.b + s * branch.b)


def _top(initialization: str, width: int) -> float:
    """Squared gradient at sigma(Norm(h_L)) where the network guesses: each class 1/10."""
    guessing = (1 - 1 / CLASSES) / JUDGES
    return width * variances(initialization, width, CLASSES)[0] * guessing


def _batch_norm(initialization: str, depth: int, width: int, activation: str, last: bool) -> Lines:
    """Batch norm without a skip: each layer forgets the size of the one before."""
    given = variances(initialization, width, width)
    one, zero = np.ones(1), np.zeros(1)
    u = Second(one, one, one, zero, zero)
    first = inputs(initialization, width)
    if last:
        h, first = moments(through(u, width, *given), activation), moments(first, activation)
    else:
        h = through(moments(u, activation), width, *given)
    sizes = [float((first.aa + first.bb).mean()) / 2, *[float(h.aa[0])] * (depth - 1)]
    if activation != "ReLU" or initialization == "all zero" or last:
        return Lines(None, [_log(math.sqrt(q)) for q in sizes], None)
    variance = float((h.aa - h.a**2)[0]) if depth > 1 else sizes[0]
    top = _top(initialization, width) * 0.5 / variance
    return Lines(_back(top, [BATCH_NORM] * (depth - 1)), [_log(math.sqrt(q)) for q in sizes], None)


def _back(top: float, factors: list[float]) -> list[float]:
    """Log10 of the gradient's norm at h_1, ..., h_L, from its square at h_L and the factors."""
    found = [top]
    for factor in reversed(factors):
        found.append(found[-1] * factor)
    return [_log(math.sqrt(square)) for square in reversed(found)]


def _log(value: float) -> float:
    return math.log10(max(value, TINY))
