"""Chart: a Plotly figure in the making, where a trace and what moves it are one call.

Plain dicts until it is done, since Plotly validates every update for milliseconds; a test validates
the figures of all pages.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.style import BLUE, FAINT, GRAY, faint
from core.stage import Panel, bind, history, plot, raster, tile

Range = tuple[float, float] | None
FEW = 64
Dicts = list[dict[str, Any]]
LOG: dict[str, Any] = {"type": "log", "exponentformat": "power", "dtick": 1}
FROM_ZERO = {"rangemode": "tozero"}
WIDE: dict[str, Any] = {"margin": {"l": 62}}  # room for long numbers left of the y axis


class Chart:
    """A pair of titled axes (a cube, with `z`), its traces, and the tracks that move them.

    Wherever a trace takes numbers it takes an array that stands still or a track of the film:
    `("w", 0)` is column 0 of the track w, `("gap", None)` a track of one axis; `xy="cut"` is short
    for columns 0 and 1 of the track cut on x and y. Methods that add a trace return its index,
    which `tools` takes. A trace without a name has no entry in the legend, without `hover` it says
    nothing when pointed at.
    """

    def __init__(
        self, x: str = "", y: str = "", xrange: Range = None, yrange: Range = None, *,
        xaxis: dict[str, Any] | None = None, yaxis: dict[str, Any] | None = None, z: str = "",
        square: bool = False, grid: bool = True, legend: bool = False, unified: bool = False,
        switch: bool = False, **layout: Any,
    ) -> None:  # fmt: skip
        """Titles and ranges; an axis without a range follows its data.

        `square`: a unit is as long on y as on x. `unified`: pointing at an x names all traces.
        `switch`: two buttons in the panel's head, linear and log. The rest is Plotly's layout.
        """
        more: dict[str, Any] = {} if grid else {"showgrid": False}
        more |= {"constrain": "domain"} if square else {}
        level = {"scaleanchor": "x", "scaleratio": 1} if square else {}
        self.letters, self.unified, self.legend = "xyz" if z else "xy", unified, legend
        self.kind = "scatter3d" if z else "scatter"
        self.traces, self.binds, self.tiles = ([], [], [])  # type: tuple[Dicts, Dicts, Dicts]
        self.words: dict[str, Any] = {"scales": True} if switch else {}
        self.layout: dict[str, Any] = {
            "uirevision": "kept",
            **({"showlegend": True} if legend else {}),
            **({"hovermode": "x unified"} if unified else {}),
            **layout,
        }
        if z:
            self.layout |= {"margin": dict.fromkeys("lrtb", 0), "scene": _cube((x, y, z), xrange)}
        else:
            self.layout["xaxis"] = _axis(x, xrange, more | (xaxis or {}))
            self.layout["yaxis"] = _axis(y, yrange, more | level | (yaxis or {}))

    def add(
        self, kind: str, values: dict[str, Any], name: str = "", hover: str = "",
        moved: dict[str, Any] | None = None, **look: Any,
    ) -> int:  # fmt: skip
        """Any trace of Plotly's: `values` are its numbers, `moved` more words of their binds."""
        index = len(self.traces)
        trace = {"type": kind, **({"name": name} if name else {}), **look}
        if not name and self.legend:
            trace["showlegend"] = False
        whole = hover if self.unified or "<extra>" in hover else f"{hover}<extra></extra>"
        trace |= {"hovertemplate": whole} if hover else {"hoverinfo": "skip"}
        still = {key: value for key, value in values.items() if not _moves(value)}
        size = len(still.get("y", still.get("x", ())))
        for key, value in values.items():
            if _moves(value):
                self.binds.append(bind(index, key, *value, **(moved or {})))
            grid = key == "z" and "y" in still
            trace[key] = still.get(key, [[0] * len(still["x"])] * size if grid else [0] * size)
        self.traces.append(trace)
        return index

    def _where(self, x: Any, y: Any, xy: str) -> dict[str, Any]:
        if xy:
            return {letter: (xy, column) for column, letter in enumerate(self.letters)}
        return {"x": x, "y": y}

    def line(
        self, x: Any = None, y: Any = None, *, xy: str = "", name: str = "", color: str = BLUE,
        width: float = 2, dash: str = "", shape: str = "", **look: Any,
    ) -> int:  # fmt: skip
        """A line, with gaps where a number is None or NaN."""
        style = {"color": color, "width": width, **_said(dash=dash, shape=shape)}
        look = {"mode": "lines", "line": style, **look}
        return self.add(self.kind, self._where(x, y, xy), name, **look)

    def points(
        self, x: Any = None, y: Any = None, *, xy: str = "", name: str = "", color: Any = BLUE,
        size: float = 6, edge: tuple[str, float] | None = None, marker: Any = None,
        scale: dict[str, Any] | None = None, **look: Any,
    ) -> int:  # fmt: skip
        """Points; `color` may be a track, with low, high and colors in `scale`."""
        style: dict[str, Any] = {"size": size, "color": color}
        if _moves(color):
            self.binds.append(bind(len(self.traces), "marker.color", *color, **(scale or {})))
            del style["color"]
        style |= {"line": {"color": edge[0], "width": edge[1]}} if edge else {}
        look = {"mode": "markers", "marker": style | (marker or {}), **look}
        return self.add(self.kind, self._where(x, y, xy), name, **look)

    def bars(self, x: Any, y: Any, *, color: Any = BLUE, lying: bool = False, **look: Any) -> int:
        """Upright bars; beside `lying` ones, at y, names have room, however large the text."""
        look |= {"orientation": "h"} if lying else {}
        return self.add("bar", {"x": x, "y": y}, marker={"color": color}, **look)

    def history(
        self, track: str, column: int | str = 0, *, name: str, color: str = BLUE, width: float = 2,
        dash: str = "", shape: str = "", moved: dict[str, Any] | None = None, **look: Any,
    ) -> int:  # fmt: skip
        """A curve that grows with training; `column` as in `core.stage.history`.

        Its axis of steps begins at 0: of the first frame alone Plotly would make -1 to 1.
        """
        if not (moved or {}).get("x"):
            self.layout.setdefault(f"xaxis{look.get('xaxis', 'x')[1:]}", {}).setdefault(
                "rangemode", "tozero"
            )
        self.binds.append(history(len(self.traces), track, column, **(moved or {})))
        style = {"color": color, "width": width, **_said(dash=dash, shape=shape)}
        curve = {"type": "scatter", "x": [0], "y": [None], "mode": "lines", "name": name}
        self.traces.append({**curve, "line": style, **look})
        return len(self.traces) - 1

    def band(self, track: str, color: str, of: str) -> None:
        """From the lowest to the highest entry of a vector track; `of` says of what."""
        for column, fill in (("min", {}), ("max", {"fill": "tonexty"})):
            self.history(track, column, name=f"{column} of {of}", color=color, width=0,
                         fillcolor=faint(color), showlegend=False, moved={"dot": False},
                         **fill)  # fmt: skip

    def sheet(self, track: str, n: int, every: int = 1, name: str = "") -> None:
        """The lines of an n x n net over the inputs, carried along by what `track` does to it."""
        self.line(xy=track, name=name, color=FAINT, width=1, moved={"order": net_lines(n, every)})

    def image(self, track: str, *where: Any, **words: Any) -> None:
        """A track painted over a rectangle, as `core.stage.tile` takes it."""
        self.tiles.append(tile(track, *where, **words))

    def shape(self, **shape: Any) -> None:
        """A shape of Plotly's, such as a frame."""
        self.layout.setdefault("shapes", []).append(shape)

    def level(self, at: float, text: str = "", color: str = GRAY, dash: str = "dash",
              width: float = 1.5, axis: str = "y") -> None:  # fmt: skip
        """A line all across at one y, or at one x, with words on it."""
        other = "x" if axis == "y" else "y"
        ends = {f"{axis}0": at, f"{axis}1": at, f"{other}0": 0, f"{other}1": 1}
        line = {"color": color, "dash": dash, "width": width}
        self.shape(type="line", line=line, **ends, **{f"{other}ref": f"{other} domain"})
        if text:  # on a logarithmic axis Plotly wants the logarithm for words, though not for lines
            log = self.layout[f"{axis}axis"].get("type") == "log"
            right, low = ("right", "bottom") if axis == "y" else ("left", "top")
            place = {
                axis: math.log10(at) if log else at,
                other: 1,
                f"{other}ref": f"{other} domain",
            }
            self.note(text, xanchor=right, yanchor=low, **place)

    def note(self, text: str, **place: Any) -> None:
        """Words at a place, as an annotation of Plotly's has it."""
        said = {"text": text, "showarrow": False, "font": {"size": 11}, **place}
        self.layout.setdefault("annotations", []).append(said)

    def tools(self, trace: int | list[int], initial: str = "", **kinds: str) -> None:
        """What the mouse can do with these traces: id and label of each tool."""
        named = [{"id": key, "label": label} for key, label in kinds.items()]
        self.words["tools"] = {"trace": trace, "kinds": named, **_said(initial=initial)}

    @property
    def plain(self) -> dict[str, Any]:
        """The figure as plain data."""
        return {"data": _packed(self.traces), "layout": self.layout}

    def panel(self, name: str, **words: Any) -> Panel:
        """What the player draws; `words` are title, alt, width, height, grow, ..."""
        words = {**self.words, **words}
        if self.tiles:
            return raster(name, self.plain, self.tiles, self.binds, **words)
        return plot(name, self.plain, self.binds, **words)

    def figure(self, **layout: Any) -> go.Figure:
        """A picture that stands still, with Plotly's own legend above it."""
        above = {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"} if self.legend else {}
        self.layout["showlegend"] = self.legend
        top = 30 if self.legend else 10  # Plotly leaves 100, and 80 below
        room = {"l": 60, "r": 10, "t": top, "b": 50}
        margin = {"margin": room | self.layout.get("margin", {})}
        return go.Figure(self.traces, {**self.layout, **margin, "legend": above, **layout})


def net_lines(n: int, every: int = 1) -> list[int]:
    """Order in which the points of an n x n grid make lines both ways; -1 lifts the pen."""
    grid = np.arange(n * n).reshape(n, n)
    lines = (*grid[::every], *grid.T[::every])
    return [place for line in lines for place in (*line.tolist(), -1)]


def _axis(title: str, limits: Range, more: dict[str, Any]) -> dict[str, Any]:
    shown = {"title": {"text": title, "standoff": 9}, "zeroline": False, **more}
    return shown if limits is None else {**shown, "range": limits}


def _cube(names: Sequence[str], limits: Range) -> dict[str, Any]:
    """Three titled axes that one can turn."""
    eye = {"x": 1.7, "y": 1.7, "z": 0.9}
    axes = {f"{letter}axis": {"title": {"text": name}, **({"range": limits} if limits else {})}
            for letter, name in zip("xyz", names, strict=True)}  # fmt: skip
    return {"aspectmode": "cube", "camera": {"eye": eye}, **axes}


def _moves(value: Any) -> bool:
    """Whether it is a track: its name and a column or None."""
    pair = isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)
    return pair and (value[1] is None or isinstance(value[1], int))


def _said(**words: str) -> dict[str, str]:
    return {key: value for key, value in words.items() if value}


def _packed(value: Any) -> Any:
    """Arrays of many numbers as Plotly's own raw bytes: faster than digits, and half the size."""
    if isinstance(value, dict):
        return {key: _packed(part) for key, part in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_packed(part) for part in value]
    if not isinstance(value, np.ndarray) or value.ndim != 1 or value.dtype.kind not in "iuf":
        return value
    if value.size < FEW:
        return value.tolist()
    kind = "f4" if value.dtype.kind == "f" else "i4"
    data = np.ascontiguousarray(value, f"<{kind}").tobytes()
    return {"dtype": kind, "bdata": base64.b64encode(data).decode()}
