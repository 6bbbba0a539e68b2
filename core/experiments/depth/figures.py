"""Panels of the depth page: maps of layer and step, the race, and every layer at one moment."""

from __future__ import annotations

from typing import Any

from core.experiments.depth.figures_layers import COLORS, alike, dead, flow, size
from core.experiments.depth.settings import LOOKS
from core.figures.chart import Chart
from core.figures.style import LOWERED
from core.stage import Panel, readout

HEIGHT = 330
# What a map shows: low, high, label of its bar, what pointing says.
NUMBER = "step %{x}, layer %{y}: %{z:.2~g}<extra></extra>"  # of an exponent that is raised
SHARE = "step %{x}, layer %{y}: %{z:.2f}<extra></extra>"
PAINTED: dict[str, tuple[float, float, str, str]] = {
    "gradient": (-20, 4, "log₁₀ of the norm at W", NUMBER),
    "size": (-10, 10, "log₁₀ of its size", NUMBER),
    "alike": (0, 1, "cosine", SHARE),
    "dead": (0, 1, "share of dead units", SHARE),
    "identity": (-20, 4, "log₁₀ of the norm at h", NUMBER),
}
TITLES = {
    "gradient": "gradient",
    "size": "size of h",
    "alike": "likeness",
    "dead": "dead units",
    "identity": "off the identity path",
}


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    maps = [heat(settings, name) for name in settings.networks]
    first = [*maps, race(settings)] if len(maps) < 3 else [race(settings), *maps]
    return [*first, flow(settings), size(settings), alike(settings), dead(settings),
            accuracy(settings)]  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The gradient at W_1 over that at W_L, and who names digits rightly."""
    few, last = len(settings.networks) < 4, str(settings.depth).translate(LOWERED)
    ratios = [readout(f"ratio_{name}", f"{name}: gradient at W₁ / W{last}", ".2g")
              for name in settings.networks if few]  # fmt: skip
    return ratios + [
        readout(f"accuracy_{name}", f"{name}: right" if few else name, ".0%", column=0)
        for name in settings.networks
    ]


def heat(settings: Any, name: str) -> Panel:
    """Layer against step."""
    L, few = settings.depth, len(settings.networks) < 3
    low, high, label, hover = PAINTED[settings.look]
    p = Chart("updates", "layer", None, (0.5, L + 0.5), grid=False)
    p.image(f"{settings.look}_{name}", None, (0.5, L + 0.5), over="steps", low=low, high=high,
            colors="sequential", colorbar=label, hover=hover, raised=hover is NUMBER)  # fmt: skip
    return p.panel(
        f"map_{name}", title=f"{name.capitalize()}: {TITLES[settings.look]}"
        + " in every layer" * (few and settings.look != "identity"),
        width=300 if few else 250, height=HEIGHT, grow=1.0,
        alt=f"{LOOKS[settings.look]} of the {name} network, layers from below to above, updates "
        "from left to right.",
    )  # fmt: skip


def race(settings: Any) -> Panel:
    """Loss of all networks over the updates."""
    ticks = {"type": "log", "exponentformat": "power", "nticks": 3}  # of half a decade or seven
    p = Chart("updates", "cross-entropy in nats", yaxis=ticks, legend=True, unified=True)
    for name in settings.networks:
        if settings.seeds > 1:
            p.band(f"loss_{name}", COLORS[name], f"{settings.seeds} seeds")
        p.history(f"loss_{name}", "median", name=name, color=COLORS[name])
    p.level(2.302585, "guessing", axis="y")
    return p.panel("race", title="Loss", width=300, height=HEIGHT, grow=1.0,
                   alt="Loss of each network on 64 digits, over the updates.")  # fmt: skip


def accuracy(settings: Any) -> Panel:
    """Share of held-out digits named rightly."""
    p = Chart("updates", "", yrange=(-0.02, 1.04), legend=True, unified=True,
              yaxis={"tickformat": ".0%"})  # fmt: skip
    for name in settings.networks:
        if settings.seeds > 1:
            p.band(f"accuracy_{name}", COLORS[name], f"{settings.seeds} seeds")
        p.history(f"accuracy_{name}", "median", name=name, color=COLORS[name])
    p.level(0.1, "by chance")
    return p.panel("accuracy", title="Held-out digits named rightly", width=330, height=290,
                   grow=1.0, alt="Share of 397 held-out digits that each network names rightly, "
                   "over the updates.")  # fmt: skip
