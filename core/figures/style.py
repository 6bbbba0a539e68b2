"""Colors that all figures share. The player brings the theme's own colors."""

from __future__ import annotations

from typing import Any

ORANGE, BLUE, RED, GRAY, CLEAR = "#f59322", "#0877bd", "#d5404f", "#8c8c8c", "rgba(0,0,0,0)"
FAINT = "rgba(128,128,128,0.55)"
TRUTH = "#d55e00"  # of what is to be learned
TRAIN, TEST, RIVAL = "#009e73", "#cc79a7", GRAY
# Okabe and Ito's palette, told apart by color-blind eyes.
CATEGORIES = (
    BLUE, ORANGE, TRAIN, TEST, "#56b4e9", "#d55e00", "#f0e442", GRAY,
    "#8465c9", "#8f5b23",  # and two more, as the player has them, so that ten digits differ
)  # fmt: skip

LOWERED = str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉")  # for `translate`: an index below the line


def by_label(y: Any, **marker: Any) -> dict[str, Any]:
    """Marker colored by a label or number in [-1, 1]: orange to blue, as in every map."""
    scale = [[0, ORANGE], [0.5, "#c8cbce"], [1, BLUE]]
    return {"color": y, "cmin": -1, "cmax": 1, "colorscale": scale, "showscale": False, **marker}


def faint(color: str, alpha: float = 0.18) -> str:
    """The color of a band around a line of this color."""
    r, g, b = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r},{g},{b},{alpha:g})"
