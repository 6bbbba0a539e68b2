"""Stage: what a player shows, as plain data. Panels are described here and drawn in assets/player.

Every function returns a dict that JSON takes. `track` names a track of the film; `title` is what
stands above a panel and `alt` its text alternative.
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

Panel = dict[str, Any]

# The player themes every figure itself; validating Plotly's own template takes 20 ms a figure.
pio.templates.default = None


def plot(name: str, figure: go.Figure, binds: Sequence[dict[str, Any]] = (), **words: Any) -> Panel:
    """A Plotly figure whose traces are bound to tracks; see `bind`, `history` and `images`.

    With `layout.showlegend` the player draws the legend: a row of switches above the picture, one
    for each named trace or legendgroup, painted ones included. `fit=True` keeps all in view that
    the film ever shows; `fit="follow"` the present frame's points, without jumps.
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
    figure: go.Figure,
    tiles: Sequence[dict[str, Any]],
    binds: Sequence[dict[str, Any]] = (),
    **words: Any,
) -> Panel:
    """Images painted under a figure with true axes; see `tile`."""
    return {**plot(name, figure, binds, **words), "kind": "raster", "tiles": list(tiles)}


def network(name: str, **words: Any) -> Panel:
    """Neurons as little maps, links as weights; the fields stand in assets/player/network.js."""
    return {"id": name, "kind": "network", **words}


def graph(
    name: str, molecule: dict[str, Any], binds: Sequence[dict[str, Any]] = (), **words: Any
) -> Panel:
    """Atoms and bonds as a chemist draws them, with tracks on them; see `shade`.

    `molecule` is that of `core.molecules.picture.picture`. `edit=True` makes it the sketcher, whose
    strokes are emitted as {"tool": "molecule", "drawing", "n"}; a click on an atom is emitted as
    {"tool": "atom", "index"}. `selected` is the index of the marked atom, `letters=False` leaves
    carbon unwritten (a skeleton). `numbers` (n,) stand beside the letters: C and 1 is atom C1.
    """
    return {"id": name, "kind": "graph", "molecule": molecule, "binds": list(binds), **words}


def shade(part: str, track: str, column: int | None = None, **words: Any) -> dict[str, Any]:
    """What a track of a graph panel moves.

    `part` and the shape of its track, n atoms and m bonds (a trailing axis is picked by `column`):
    atom (n,): the color of the disc, with `low`, `high` and `colors` (signed, sequential);
    halo (n,): a ring around the atom, 0 for none to 1; a pale disc beneath it with `soft`;
    label (n,): a number beside the atom, with `format`;
    bond (m,): width and color of the bond, with `low` and `high`;
    arrow (2 m,): an arrow along each directed edge (`core.molecules.picture.edges`), its width;
    message (2 m,): a ball on its way along each directed edge, its size and color; `phase` names
    the scalar track that says how far it is, 0 to 1.
    """
    return {"part": part, "track": track, "column": column, **words}


def words(name: str, lines: Sequence[dict[str, Any]], **others: Any) -> Panel:
    """Lines of text with numbers of the present frame in them, as equations worked out: `line`."""
    return {"id": name, "kind": "words", "lines": list(lines), **others}


def line(
    text: str,
    *values: tuple[str, int, str],
    when: tuple[str, int, float] | None = None,
    mark: str = "plain",
) -> dict[str, Any]:
    """One line: each `{}` in `text` is the next of `values`, (track, column, format).

    A format that ends with `()`, as `.3g()`, puts negative numbers in brackets. The line shows only
    `when` (track, column, value) holds; `mark` is plain, head, muted, right or wrong.
    """
    found: dict[str, Any] = {"text": text, "mark": mark}
    found["values"] = [
        {"track": t, "column": c, "format": f.removesuffix("()"), "brackets": f.endswith("()")}
        for t, c, f in values
    ]
    if when:
        found["when"] = {"track": when[0], "column": when[1], "value": when[2]}
    return found


def bind(
    trace: int, attribute: str, track: str, column: int | None = None, **words: Any
) -> dict[str, Any]:
    """A trace's attribute is this track (or one column of it) at the present frame.

    For `marker.color` give `low`, `high` and `colors` (diverging, sequential, gray, category), and
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
    return {
        "trace": trace,
        "attribute": "y",
        "track": track,
        "column": column,
        "mode": "history",
        **words,
    }


def images(
    trace: int, pictures: str | NDArray[np.uint8], shape: tuple[int, int, int], **words: Any
) -> dict[str, Any]:
    """A scatter's points are pictures, point i the i-th: thumbnails of digits, kernels.

    `pictures` is a uint8 track or an array that stands still, of `shape` (n, H, W); `size` (18) is
    their width in pixels. `colors` is gray (default), diverging, sequential, or ink: the values are
    opacity, and the color is that of the point. Glyphs are a trace's text instead: mode "text" and
    textposition "middle center".
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
    index: int | None = None,
    **words: Any,
) -> dict[str, Any]:
    """One image of a raster: a track of shape (..., H, W) over the rectangle x by y.

    uint8 tracks are colors as they are; others need `low` and `high`. `colors` is diverging
    (default), sequential or gray; `origin` is lower (default) or upper; `smooth` and `levels` say
    whether it is interpolated and in how many steps it is shown. `xaxis` and `yaxis` name its axes
    where there are several ("x2", "y2"). `colorbar` is the label of a bar under the picture; for
    bytes (label, low, high).

    `over="steps"` makes a heat map over time of a track of shape (n,), or row `index` of one of
    shape (k, n): steps on x, which grows with the film, and the n entries over `y`. `hover` is its
    hovertemplate.
    """
    if x is None and words.get("over") != "steps":
        raise ValueError(f"tile {track}: give x, the left and right edge, or over='steps'")
    return {"track": track, "x": x, "y": y, "index": index, **words}


def readout(track: str, label: str, format: str = ".3f", **words: Any) -> dict[str, Any]:
    """A number of the present frame in words: format is .3f, .1%, d or .3g."""
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


def figure_json(figure: go.Figure) -> dict[str, Any]:
    """A figure as plain data without Plotly's template: the player brings the theme."""
    # Not Figure.to_json: that validates a copy of everything once more, 100 ms for five figures.
    data: dict[str, Any] = json.loads(to_json_plotly(figure.to_plotly_json()))
    data["layout"].pop("template", None)
    return data
