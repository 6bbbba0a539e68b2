"""Panels of the double-descent page, study by study."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.experiments.double_descent import figures_sweep, figures_updates, figures_widths
from core.experiments.double_descent.settings import MLP, RELU, SCALES, SET, START, WIDTH
from core.stage import Panel

PANELS: dict[str, Callable[[Any], list[Panel]]] = {
    WIDTH: figures_sweep.panels, SET: figures_sweep.panels, MLP: figures_widths.panels,
    SCALES: figures_updates.scales, START: figures_updates.starts,
}  # fmt: skip
READOUTS: dict[str, Callable[[Any], list[dict[str, Any]]]] = {
    WIDTH: figures_sweep.readouts, SET: figures_sweep.readouts, MLP: figures_widths.readouts,
    SCALES: figures_updates.of_scales, START: figures_updates.of_starts,
}  # fmt: skip
SLOW, QUICK = 0.25, 0.5  # pace of a film of 50 frames, and of longer ones


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    return PANELS[settings.grows](settings)


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers in a row."""
    return READOUTS[settings.grows](settings)


def speed(settings: Any) -> float:
    """Pace at which the film plays at first."""
    return SLOW if settings.grows in (WIDTH, SET) else QUICK


RELUS = (
    "f(x) = tanh(1.5 u·x) of 10 Gaussian inputs, u a unit vector; features ReLU(wⱼ·x)/√p with "
    "random wⱼ, the first p of the same 640."
)
COSINES = (
    "f(x) = tanh(4x) on [−1, 1]; features cos(πk(x + 1)/2)/k, so the norm of a, but for its "
    "first number, is 2/π of the norm of the fit's slope."
)
SEEDS = (
    "Each of 20 seeds has {} of its own; 128 test points are the same for "
    "all, their answers without noise. Exact: singular values in double precision, no training."
)
SETUPS = {
    MLP: "One hidden ReLU layer on 20 Gaussian inputs; 100 samples of tanh(1.5 u·x) with noise, 5 "
    "seeds. Adam on all samples, rate 0.01, falling as a cosine over 2,000 updates, for every "
    "width alike. The band is from the least to the largest seed.",
    SCALES: "72 Gaussian features, 100 samples, 5 seeds. The two slow features together say 0.4 of "
    "what the 70 fast ones do. Gradient descent on half the mean squared error: one layer from "
    "zero at rate 0.1; two layers, 50 wide, from weights of size 0.05 at rate 0.05. The test error "
    "is exact, since the features are Gaussian.",
}


def setup(settings: Any) -> str:
    """What the study shares, in words."""
    if settings.grows in SETUPS:
        return SETUPS[settings.grows]
    random = settings.features == RELU
    features = RELUS if random else COSINES
    if settings.grows == START:
        return (
            f"{features} Sixteen times as many features as samples, at most 640; 5 seeds. Gradient "
            "descent on all samples, the rate 1 over the largest squared singular value; the four "
            "starts differ in size alone."
        )
    own = "samples, noise and features" if random else "samples and noise"
    return f"{features} {SEEDS.format(own)}"
