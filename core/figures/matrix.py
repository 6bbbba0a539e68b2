"""Matrices painted cell by cell with names along both axes; images side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.figures.chart import Chart
from core.figures.style import TEST


def matrix(
    track: str, rows: Sequence[str], columns: Sequence[str], painted: dict[str, Any], *,
    x: str = "", y: str = "", framed: int | None = None, every: int = 1,
    hover: str = "row %{y}, column %{x}: %{z:.3g}", **layout: Any,
) -> Chart:  # fmt: skip
    """A chart of a track of shape (rows, columns), the first row on top.

    Args:
        track: Its name.
        rows: Names from the top down.
        columns: Names from the left.
        painted: low, high and colors of the cells, see `core.stage.tile`.
        x: Title of the axis of the columns.
        y: Title of the axis of the rows.
        framed: Row with a frame around it.
        every: Of how many rows and columns one is named.
        hover: What a cell says; nothing if empty.
        layout: Plotly's.
    """
    n, m = len(rows), len(columns)
    across, down = (-0.5, m - 0.5), (-0.5, n - 0.5)
    p = Chart(x, y, across, down, xaxis=ticks(columns, every), yaxis=ticks(rows, every, down=True),
              **layout)  # fmt: skip
    p.image(track, across, down, origin="upper", smooth=False, **painted)
    if hover:  # of an invisible twin: the cells are painted beneath it
        places = {"x": list(range(m)), "y": list(range(n - 1, -1, -1)), "z": (track, None)}
        p.add("heatmap", places, hover=hover, showscale=False, opacity=0)
    if framed is not None:
        p.shape(type="rect", x0=-0.5, x1=m - 0.5, y0=n - 1.5 - framed, y1=n - 0.5 - framed,
                line={"color": TEST, "width": 2.5})  # fmt: skip
    return p


def images(track: str, n: int, columns: int, names: Sequence[str] = (), **painted: Any) -> Chart:
    """Images of a track of shape (n, H, W) in a grid, the first at the top left.

    Args:
        track: Its name.
        n: Number of images.
        columns: How many stand side by side.
        names: Written above them.
        painted: low, high and colors, see `core.stage.tile`.
    """
    rows, bare, head = -(-n // columns), {"visible": False}, 0.2 if names else 0.05
    p = Chart("", "", (0, columns), (0, rows), xaxis=bare, yaxis=bare, margin={"l": 10, "b": 10})
    for k in range(n):
        top, left = rows - k // columns, k % columns
        p.image(track, (left + 0.05, left + 0.95), (top - 1, top - head), k, origin="upper",
                smooth=False, **painted)  # fmt: skip
        if names:
            p.note(names[k], x=left + 0.5, y=top, yanchor="top")
    return p


def ticks(names: Sequence[str], every: int = 1, down: bool = False) -> dict[str, Any]:
    """Names along an axis, smaller where many; of over 64 and of channels only pointing tells."""
    n = len(names)
    places = range(0, n, every)
    size = 11 if n <= 14 * every else 9 if n <= 24 * every else 6
    return {
        "tickmode": "array", "tickvals": [n - 1 - i if down else i for i in places],
        "ticktext": [names[i] for i in places], "showgrid": False, "ticks": "",
        "showticklabels": n <= 64 * every and not names[0].startswith("channel"),
        "tickfont": {"size": size},
    }  # fmt: skip
