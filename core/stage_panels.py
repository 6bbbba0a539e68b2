"""Panels that are no plots: networks, molecules, tokens and cells, sentences; `core.stage` has all.

And what a panel lets be chosen (`focus`) or dragged (`drag`).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

Panel = dict[str, Any]


def network(name: str, **words: Any) -> Panel:
    """Neurons as little maps, links as weights; the fields stand in assets/player/network.js.

    With `layers` (see `layer`) they may be of unlike kind and size. `weights` then names one track
    (size, next size) between two layers, or None: links are drawn only where there are weights.
    `structure` (see there) puts plus and minus over layers; `switches` {"name", "chosen", "offers"}
    makes inputs switches, offers [{"label", "map", "row"}] being those that are off; `hints`
    {"neuron", "link"} are sentences that stand in the picture where it has room.
    """
    return {"id": name, "kind": "network", **words}


def structure(settings: Any, name: str) -> dict[str, Any]:
    """Layers that are added and taken away on the picture: `panel(..., structure=structure(...))`.

    `name` is a setting of kind `Integers`, the widths of hidden layers. On a network panel plus and
    minus stand over each layer, on others in the panel's head. A click is emitted as {"tool":
    "set", "name", "value"}, which sets it on every page.
    """
    kind = settings.kind(name)
    limits = {what: vars(kind)[what] for what in ("low", "high", "least", "most")}
    return {"name": name, "sizes": list(getattr(settings, name)), **limits}


def fold(name: str, label: str, *panels: Panel) -> list[Panel]:
    """Panels that are closed at first, behind one button: `[..., *fold("more", "More", a, b)]`.

    They are neither made nor drawn until somebody opens them. A link's `open=name` opens them too,
    where the page's `ABOUT.groups` names it.
    """
    return [{**panel, "fold": {"name": name, "label": label}} for panel in panels]


def layer(kind: str, size: int, track: str, **words: Any) -> dict[str, Any]:
    """One layer of `network(layers=[...])`.

    kind maps: `track` (size, H, W), as images; `origin` is lower (default) or upper.
    kind units: `track` (size,), as circles, or with shape="square" as squares.
    Colors: `low`, `high` (default -1 to 1), `colors` (signed). `labels` name units, `caption` the
    layer, `focus` what a unit chooses. No more than `most` (12) units are shown, all others as one
    bar ("… 120 more"); with most=0 all are in the bar.
    """
    return {"kind": kind, "size": size, "track": track, **words}


def links(
    name: str,
    nodes: Sequence[Any],
    pairs: Sequence[tuple[int, int]] | None = None,
    binds: Sequence[dict[str, Any]] = (),
    **words: Any,
) -> Panel:
    """Tokens or cells with arcs and arrows between them.

    `nodes` are labels, which then stand on a line with arcs above, or (label, x, y) with straight
    links; with `columns` labels stand on a grid, row by row. `pairs` (from, to) are the links;
    without them each node is linked to each, row by row, as an attention matrix (query, key) is.
    Binds are those of `shade`: link (m,) is color and width, with `low`, `high`, `colors`; width
    (m,) the width alone; node (n,) the color, label (n,) a number under the node.
    `arrows=True` gives links a head, `shape` is circle or box. A node in `focus` dims the links
    that are not its own: `by` is both (default), from, to, or before: all that leads to it, as a
    cone. With `count` of a focus nodes i and i + count are one thing. `bonds` (from, to) are plain
    lines beneath.
    """
    if "columns" in words:
        columns = words.pop("columns")
        placed = [[text, k % columns, -(k // columns)] for k, text in enumerate(nodes)]
    else:
        placed = [[n, k, None] if isinstance(n, str) else list(n) for k, n in enumerate(nodes)]
    found = None if pairs is None else [list(pair) for pair in pairs]
    described = {"nodes": placed, "pairs": found, "binds": list(binds)}
    return {"id": name, "kind": "links", **described, **words}


def focus(
    name: str, initial: int | None = None, by: str | None = None, **words: Any
) -> dict[str, Any]:
    """What a panel (or a layer) chooses: `plot(..., focus=focus("token", 0, labels=tokens))`.

    A hover passes, a click or an arrow key stays and is emitted as {"tool": "focus",
    "chosen": {name: index}}, which a page may put into its settings: when `initial` changes, it is
    chosen anew.
    `by` on a plot: point (the nearest one of `trace`, default 0) or x (a bar, a moment); on a
    raster: tile; cell, row or column of `tile` (default 0; "chosen": of whichever tile a focus of
    this panel by tile looks at); on links see there.
    `labels` is what {focus:name} writes, else the index counted from 1. `stays=False`: only hover
    looks, a click does something else. `size` points in a row of a trace are one thing, such as a
    curve. A panel may have several, in a list. `makes` are tracks that follow it: see `made`.
    """
    given = {"initial": initial, "by": by, **words}
    return {"name": name, **{key: value for key, value in given.items() if value is not None}}


def made(track: str, how: str, *of: str, **words: Any) -> dict[str, Any]:
    """A track that a focus makes of others, in the browser: `focus("pixel", makes=[made(...)])`.

    The film holds it, too, in its shape, and shows it while nothing is looked at or while it plays.
    Cell i of the tile is looked at, (row, column) on a grid `across` wide. `how` is
    window: k x k of each image of `of`, rows `step` row + `apart` a, columns alike, times `scale`;
    product: of two tracks, entry by entry; total: sums over as many equal parts as it has entries;
    place (2,): row and column; box (5, 2): x and y of the outline of a square, `wide` on a side,
    whose corner is at `step` row + `shift`.
    """
    return {"track": track, "how": how, "of": list(of), **words}


def drag(name: str, track: str, **words: Any) -> dict[str, Any]:
    """What can be dragged: `plot(..., drag=drag("code", "code"))`.

    `track` (2,) is where the point is, (n, 2) are points `name.0`, `name.1`, ...; with `along` x or
    y they keep their place on the other axis; a click on the plot takes point number `click`
    there, if that is given, and `labels` are letters on them. With `tile` (an index) on a raster it
    is cells `name.ROW.COLUMN` of that image, dragged up and down between `low` and `high`. While
    dragged, at most 30 times a second and with nothing trained, the experiment gets `change(name,
    "x,y")`; at release the page does, for the settings.
    """
    return {"name": name, "track": track, **words}


def graph(
    name: str, molecule: dict[str, Any], binds: Sequence[dict[str, Any]] = (), **words: Any
) -> Panel:
    """Atoms and bonds as a chemist draws them, with tracks on them; see `shade`.

    `molecule` is that of `core.molecules.picture.picture`. `edit=True` makes it the sketcher, whose
    strokes are emitted as {"tool": "molecule", "drawing", "n"}; a click on an atom is emitted as
    {"tool": "atom", "index"}, with `arrows=True` one on an arrow from u to v as {"tool": "arrow",
    "ends": [u, v]}. `selected` is the index of the marked atom, `letters=False` leaves
    carbon unwritten (a skeleton). `numbers` (n,) stand beside the letters: C and 1 is atom C1.
    With `focus` an atom is hovered and chosen as on other panels, instead of that event.
    """
    return {"id": name, "kind": "graph", "molecule": molecule, "binds": list(binds), **words}


def shade(part: str, track: str, column: int | str | None = None, **words: Any) -> dict[str, Any]:
    """What a track of a graph or links panel moves.

    `part` and the shape of its track, n atoms and m bonds (a trailing axis is picked by `column`):
    atom (n,): the color of the disc, with `low`, `high` and `colors` (signed, sequential);
    halo (n,): a ring around the atom, 0 for none to 1; a pale disc beneath it with `soft`;
    label (n,): a number beside the atom, with `format`;
    bond (m,): width and color of the bond, with `low` and `high`;
    edge (2 m,): a number beside each directed edge, with `format`; none where it is 0;
    arrow (2 m,): an arrow along each directed edge (`core.molecules.picture.edges`), its width;
    message (2 m,): a ball on its way along each directed edge, its size and color; `phase` names
    the scalar track that says how far it is, 0 to 1.
    """
    return {"part": part, "track": track, "column": column, **words}


def space(
    name: str,
    clouds: Sequence[dict[str, Any]],
    lines: Sequence[dict[str, Any]] = (),
    dots: Sequence[dict[str, Any]] = (),
    axes: Sequence[str] = ("x", "y", "z"),
    **words: Any,
) -> Panel:
    """Points and nets in three dimensions: it turns while the film plays, by drag, by arrow keys.

    A cloud is {points, color, size}, a line {points, order, color, width} (an `order` as
    `core.figures.chart.net_lines` has it, NaN lifts the pen), a dot {points, color, size}. Their
    `points` are a track of shape (n, 3), or (3,) of a dot, or an array that stands still: see
    `places`. `color` is that of a bind: {track, low, high, colors, colorbar}. Of the first cloud
    `focus` chooses a point; with `brush` (a name) what is brushed elsewhere stands out here too.
    """
    described = {"clouds": list(clouds), "lines": list(lines), "dots": list(dots)}
    return {"id": name, "kind": "space", **described, "axes": list(axes), **words}


def places(points: str | NDArray[Any]) -> dict[str, str]:
    """Points of a `space`: the name of a track, or an array (n, 3) that stands still."""
    if isinstance(points, str):
        return {"track": points}
    return {"data": base64.b64encode(points.astype("<f4").tobytes()).decode()}


def words(name: str, lines: Sequence[dict[str, Any]], **others: Any) -> Panel:
    """Lines of text with numbers of the present frame in them, as equations worked out: `line`."""
    return {"id": name, "kind": "words", "lines": list(lines), **others}


def line(
    text: str,
    *values: tuple[str, Any, str],
    when: tuple[str, Any, float] | None = None,
    mark: str = "plain",
) -> dict[str, Any]:
    """One line: each `{}` in `text` is the next of `values`, (track, column, format).

    A column may be "focus:NAME", or a list with one index an axis; `("focus:NAME", 0, "d")` is the
    index that is looked at itself, and {focus:NAME} in `text` its name. A format that ends with
    `()`, as `.3g()`, puts negative numbers in brackets. In `text` <sub>, <sup>, <b> and <i> are set
    as in legends. The line shows only while
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
