"""Panels of every layer at the present frame, beside what infinitely wide networks would show."""

from __future__ import annotations

from typing import Any

from core.experiments.depth.network import FORMS
from core.experiments.depth.theory import Lines, lines
from core.figures.chart import Chart
from core.figures.style import CATEGORIES
from core.stage import Panel, bind, line
from core.words import counted

ORDER = (1, 0, 2, 3, 4, 8, 5)  # of the palette: plain is orange, residual blue
COLORS = {name: CATEGORIES[k] for name, k in zip(FORMS, ORDER, strict=True)}
POWERS = {"tickprefix": "10<sup>", "ticksuffix": "</sup>", "nticks": 8}
HOVER = "%{customdata:.2~g}"  # the number itself, where the axis counts exponents
HIGH = 290
MOST = 4  # networks whose factors are written out


def _profile(settings: Any, track: str, y: str, hover: str, limits: Any = None, **axis: Any) -> Any:
    """A line for each network, over the layers."""
    L = settings.depth
    p = Chart("layer", y, (1, max(L, 2)), limits, legend=True, unified=True,
              yaxis=axis, margin={"l": 62})  # fmt: skip
    layers = list(range(1, L + 1))
    for name in settings.networks:
        index = p.line(layers, (f"{track}_{name}", None), name=name, color=COLORS[name],
                       hover=hover)  # fmt: skip
        _tell(p, index, f"{track}_{name}", hover)
    return p


def _tell(p: Chart, index: int, track: str, hover: str) -> None:
    """What pointing at an exponent says: the number."""
    if hover == HOVER:
        p.binds.append(bind(index, "customdata", track, raised=True))


def _theory(p: Chart, settings: Any, what: str, hover: str) -> None:
    """Thin dotted lines: the law, before training."""
    layers = list(range(1, settings.depth + 1))
    for name in settings.networks:
        found: Lines = lines(settings, name)
        values = found._asdict()[what]
        if values is not None:
            told: Any = {"customdata": [10.0**value for value in values]} if hover == HOVER else {}
            p.line(layers, values, name="theory, before training", color=COLORS[name], dash="dot",
                   width=1.5, hover=hover, legendgroup="theory", **told)  # fmt: skip


def flow(settings: Any) -> Panel:
    """The gradient on its way back, with and without the identity path."""
    p = _profile(settings, "flow", "gradient's norm at h", HOVER, **POWERS)
    layers = list(range(1, settings.depth + 1))
    for name in settings.networks:
        if FORMS[name].skip:
            off = f"identity_{name}"
            index = p.line(layers, (off, None), name="off the identity path", color=COLORS[name],
                           dash="dash", hover=HOVER, legendgroup="off")  # fmt: skip
            _tell(p, index, off, HOVER)
    _theory(p, settings, "flow", HOVER)
    return p.panel(
        "flow", title="Gradient on its way back to layer 1", width=330, height=HIGH, grow=1.0,
        alt="Norm of the loss's gradient at the outputs of each layer, with and without what comes "
        "back along the identity path, and the theory of wide networks.",
        caption=[
            line(f"{name}, at h: × {{}} a layer, {counted(settings.depth - 1, 'layer')}: × {{}}",
                 (f"back_{name}", 0, ".3g"), (f"back_{name}", 1, ".2g"))
            for name in settings.networks[:MOST] if settings.depth > 1
        ],
    )  # fmt: skip


def size(settings: Any) -> Panel:
    """How large h is."""
    p = _profile(settings, "size", "root mean square of h", HOVER, **POWERS)
    _theory(p, settings, "size", HOVER)
    return p.panel("size", title="Size of h on its way up", width=330, height=HIGH, grow=1.0,
                   alt="Root mean square of the outputs of each layer, and the theory of wide "
                   "networks.")  # fmt: skip


def alike(settings: Any) -> Panel:
    """Whether two inputs can still be told apart."""
    p = _profile(settings, "alike", "cosine", "%{y:.3f}", (-0.3, 1.05))
    _theory(p, settings, "alike", "%{y:.3f}")
    return p.panel("alike", title="Are two digits still told apart?", width=330, height=HIGH,
                   grow=1.0, alt="Cosine between the outputs of each layer for two digits, mean "
                   "over 32 pairs, and the theory of wide networks.")  # fmt: skip


def dead(settings: Any) -> Panel:
    """Units that no digit moves."""
    p = _profile(settings, "dead", "", "%{y:.0%}", (-0.02, 1.04), tickformat=".0%")
    bent = settings.activation != "ReLU"
    what = "Saturated units: σ′ < 0.01" if bent else "Dead units: σ′ = 0"
    return p.panel("dead", title=f"{what} for all 64 digits", width=330, height=HIGH,
                   grow=1.0, alt="Share of units in each layer whose slope is 0 for all 64 "
                   "digits.")  # fmt: skip
