"""Stage: what a player shows, as plain data. Panels are described here and drawn in assets/player.

Every function returns a dict that JSON takes. `track` names a track of the film; `title` is what
stands above a panel and `alt` its text alternative. A panel may choose what is looked at (`focus`):
wherever a track is read, `index="focus:token"` then picks along its first axes and
`column="focus:token"` along its last, or both by a list, as `index=(2, "focus:head")`; a title may
say `{focus:token}`, and `focused` is the title while something is looked at. `caption` (a list of
`line`) stands under any picture.
Panels that are no plots are in `core.stage_panels`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
from numpy.typing import NDArray
from plotly.io._json import to_json_plotly

from core.stage_panels import (
    Panel,
    drag,
    focus,
    fold,
    graph,
    layer,
    line,
    links,
    made,
    network,
    places,
    shade,
    space,
    structure,
    words,
)

__all__ = [
    "Panel", "bind", "drag", "figure_json", "focus", "fold", "graph", "history", "identity",
    "images", "layer", "line", "links", "made", "network", "places", "plot", "raster", "readout",
    "shade", "space", "stage", "structure", "tile", "words",
]  # fmt: skip

# The player themes every figure itself; validating Plotly's own template takes 20 ms a figure.
pio.templates.default = None


def plot(name: str, figure: Any, binds: Sequence[dict[str, Any]] = (), **words: Any) -> Panel:
    """A Plotly figure whose traces are bound to tracks; see `bind`, `history` and `images`.

    With `layout.showlegend` the player draws the legend: a row of switches above the picture, one
    for each named trace or legendgroup, painted ones included. `fit=True` keeps all in view that
    the film ever shows; `fit="follow"` the present frame's points, without jumps.
    `brush` {"name", "trace"}: what the tool "brush" frames on one panel stands out on all panels
    with that name, the other points are faint; point i is the same thing on all of them.
    `scales=True` puts two buttons into the head: y is linear or logarithmic. `fill=True`: it is as
    high as the highest of its row.
    """
    return {
        "id": name,
        "kind": "plot",
        "figure": figure_json(figure),
        "binds": list(binds),
        **words,
    }


def raster(
    name: str,
    figure: Any,
    tiles: Sequence[dict[str, Any]],
    binds: Sequence[dict[str, Any]] = (),
    **words: Any,
) -> Panel:
    """Images painted under a figure with true axes; see `tile`.

    `switches` {"name", "track", "labels"}, beside a focus by tile, puts a switch on each image: one
    is off while its entry of the track (n,) is not 0 at the newest frame, and hatched where it is
    not 0 at the present one. A click is emitted as {"tool": "switch", "name", "index", "on"}.
    """
    return {**plot(name, figure, binds, **words), "kind": "raster", "tiles": list(tiles)}


def bind(
    trace: int, attribute: str, track: str, column: int | str | None = None, **words: Any
) -> dict[str, Any]:
    """A trace's attribute is this track (or one column of it) at the present frame.

    `index` picks along the track's first axes before: one row of a matrix, say. Of a flat track
    `part` {"index": "focus:unit", "size": 129} is one of its equal parts; with
    `unless="focus:unit"` there is nothing while that focus looks at something. With `raised=True`
    the track holds decimal exponents and the attribute the numbers themselves: "customdata", say,
    of which a hovertemplate writes 6.3e-4 where the axis counts exponents.
    For `marker.color` give `low`, `high` and `colors` (diverging, sequential, gray, category; for
    points along, for angles around), and
    `colorbar`, its label, for a bar under the picture.
    """
    return {
        "trace": trace,
        "attribute": attribute,
        "track": track,
        "column": column,
        "mode": "frame",
        **words,
    }


def history(
    trace: int,
    track: str,
    column: int | str = 0,
    x: tuple[str, int | str] | None = None,
    **words: Any,
) -> dict[str, Any]:
    """A trace grows with training: steps on x, and on y a scalar track.

    `column` picks one entry of a vector track, or its "min", "max" or "median" (a band over seeds).
    `x`, (track, column), makes it a path in a plane, such as that of an optimizer: drawn up to the
    present frame, and faintly from there on. `dot=False` leaves away the dot at the present frame.
    """
    if x is not None:
        words["x"] = {"track": x[0], "column": x[1]}
    return {**bind(trace, "y", track, column, **words), "mode": "history"}


def images(
    trace: int, pictures: str | NDArray[np.uint8], shape: tuple[int, int, int], **words: Any
) -> dict[str, Any]:
    """A scatter's points are pictures, point i the i-th: thumbnails of digits, kernels.

    `pictures` is a uint8 track or an array that stands still, of `shape` (n, H, W); `size` (18) is
    their width in pixels. `colors` is gray (default), diverging, sequential, or ink: the values are
    opacity, and the color is that of the point. Glyphs are a trace's text instead: mode "text" and
    textposition "middle center". With `pick="focus:NAME"` there is one picture, the one that is
    looked at, in place of the trace's first point.
    """
    found = {**bind(trace, "images", "", **words), "shape": shape}
    if isinstance(pictures, str):
        return {**found, "track": pictures}
    if pictures.dtype != np.uint8 or pictures.shape != shape:
        raise ValueError(f"pictures is {pictures.dtype}{pictures.shape}; give uint8{shape}")
    return {**found, "data": base64.b64encode(pictures.tobytes()).decode()}


def tile(
    track: str,
    x: tuple[float, float] | None = None,
    y: tuple[float, float] = (0, 1),
    index: Any = None,
    **words: Any,
) -> dict[str, Any]:
    """One image of a raster: a track of shape (..., H, W) over the rectangle x by y.

    uint8 tracks are colors as they are; others need `low` and `high`. `colors` is diverging
    (default), signed, sequential, gray, ground (a map that trails lie on), or rgb for a track
    (3, H, W) of bytes; `numbers` is the format in which values are written into cells that are
    large enough. `origin` is lower (default) or upper; `smooth` and `levels` say whether it is
    interpolated and in how many steps it is shown. `clip` names a track of shape (n, 2): only what
    lies inside this polygon is shown.
    `instead` {"track", "index"} is shown in its place while that focus looks at something. `xaxis`
    and `yaxis` name its axes where there are several ("x2", "y2"). `colorbar` is the label of a bar
    under the picture; for bytes (label, low, high).

    `over="steps"` makes a heat map over time of a track of shape (n,), or row `index` of one of
    shape (k, n): steps on x, which grows with the film, and the n entries over `y`. `hover` is its
    hovertemplate; with `raised=True` it is told 10 to the power of what is painted.
    """
    if x is None and words.get("over") != "steps":
        raise ValueError(f"tile {track}: give x, the left and right edge, or over='steps'")
    return {"track": track, "x": x, "y": y, "index": index, **words}


def readout(track: str, label: str, format: str = ".3f", **words: Any) -> dict[str, Any]:
    """A number of the present frame in words: format is .3f, .1%, .3g or d, as in "d of 16".

    `column` as in `line`.
    """
    return {"track": track, "label": label, "format": format, **words}


def stage(
    panels: Sequence[Panel], readouts: Sequence[dict[str, Any]] = (), **words: Any
) -> dict[str, Any]:
    """Everything that a player needs to know beside the film.

    `speed` (default 1) is the pace at which it plays at first: 60 frames a second, times speed.
    `chapters` names a scalar track that counts the parts of a film that is complete from the start:
    nothing is trained then, and Step plays to the end of the next part.
    `still=True` leaves the bar with the film's buttons away: nothing moves by itself.
    `trains=False` leaves away only those that train: the film is whole from the start.
    `sketch` is the tool that a sketcher begins with: draw (default), look, ring, ...
    """
    return {"panels": list(panels), "readouts": list(readouts), **words}


def identity(described: dict[str, Any]) -> str:
    """Short name of a stage: equal for equal stages."""
    text = json.dumps(described, sort_keys=True)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]


def figure_json(figure: go.Figure | dict[str, Any]) -> dict[str, Any]:
    """A figure as plain data without Plotly's template: the player brings the theme."""
    # Not Figure.to_json: that validates a copy of everything once more, 100 ms for five figures.
    plain = figure if isinstance(figure, dict) else figure.to_plotly_json()
    data: dict[str, Any] = json.loads(to_json_plotly(plain))
    data["layout"].pop("template", None)
    return data
