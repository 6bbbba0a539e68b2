"""Panels of the manifolds page: the points in three dimensions, five maps, the sample looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.manifolds import tables
from core.experiments.manifolds.finished import find
from core.experiments.manifolds.settings import MAPS
from core.experiments.manifolds.sheet import EDGE
from core.experiments.manifolds.still import Map, Still, pca, still
from core.figures.chart import Chart, net_lines
from core.figures.style import CATEGORIES, ORANGE, RED
from core.stage import Panel, drag, focus, images, line, places, readout, space

ACROSS, UP = (-3.4, 3.4), (-1.95, 1.95)  # of a map, whose root mean square radius is 1
AROUND = ("torus", "trefoil knot", "turned object")  # their parameter is an angle
MOVING = ("ae", "tsne")
DOTS = {"pca": ORANGE, "ae": RED, "umap": CATEGORIES[2]}  # places that have a way back, decoded
MAP_HEIGHT, MAP_WIDTH = 180, 290


def panels(settings: Any) -> list[Panel]:
    """The stage: the points, then five maps in the order of `MAPS`, then what is looked at."""
    of = still(settings)
    shown = [cloud(settings, of)]
    finished = {"pca": pca(settings)}
    finished |= {name: made for name in ("umap", "isomap") if (made := find(settings, name))}
    for name in MAPS:
        if name in MOVING:
            shown.append(moving(settings, of, name))
        elif name in finished:
            shown.append(standing(settings, of, name, finished[name]))
        else:
            shown.append(coming(name))
    if settings.dataset == "drawn":
        shown.append(profile(settings))
    if (pictures := tables.pictures(settings, of.shape.X)) is not None:
        shown.append(sample(pictures))
    return shown


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers above the stage."""
    return [
        readout("loss", "Autoencoder: variance lost", ".1%"),
        readout("ae_scores", "its Spearman", ".2f", column=0),
        readout("tsne_scores", "t-SNE's", ".2f", column=0),
        readout("iteration", "t-SNE iteration", "d"),
    ]


def painted(settings: Any, of: Still) -> dict[str, Any]:
    """How the true parameter is colored."""
    color = of.shape.color
    if of.shape.kinds:
        return {"colors": "category"}
    around = settings.dataset in AROUND
    ends = (0.0, float(2 * np.pi)) if around else (float(color.min()), float(color.max()))
    return {"colors": "around" if around else "along", "low": ends[0], "high": ends[1]}


def named(settings: Any) -> dict[str, Any]:
    """What a sample is called when it is looked at."""
    found = tables.names(settings)
    return {} if found is None else {"labels": found}


def cloud(settings: Any, of: Still) -> Panel:
    """The points as they are, or their first three principal components, and a map's net."""
    D, color = of.X.shape[1], {"track": "color", **painted(settings, of)}
    if not of.shape.kinds:
        color["colorbar"] = of.shape.said
    what = "The points" if D == 3 else f"First 3 principal components of {D}"
    drawn = settings.sheet
    lines = []
    if drawn in MOVING:
        lines = [net_line(f"sheet_{drawn}")]
    elif drawn != "none" and (made := pca(settings) if drawn == "pca" else find(settings, drawn)):
        lines = [net_line(made.net())]
    title = what if drawn == "none" else f"{what} · net of {MAPS[drawn]}"
    return space(
        "cloud",
        [{"points": places(of.cloud), "color": color, "size": 5 if len(of.X) <= 1000 else 4}],
        lines,
        [{"points": places(f"decoded_{name}"), "color": color, "size": 13}
         for name, color in DOTS.items()],
        ("x", "y", "z") if D == 3 else ("PC 1", "PC 2", "PC 3"),
        title=title, focused="Sample {focus:sample}",
        alt=f"{len(of.X):,} points in three dimensions, colored by: {of.shape.said}. Drag or use "
        "the arrow keys to turn them. The place of the dot, decoded: red by the autoencoder, "
        "orange by PCA, green by UMAP.",
        width=MAP_WIDTH, height=MAP_HEIGHT, caption=about(settings, of), brush="samples",
        focus=focus("sample", **named(settings)),
    )  # fmt: skip


def about(settings: Any, of: Still) -> list[dict[str, Any]]:
    """What is under the points: their number, their dimension by two-NN, what the net is."""
    n, D = of.X.shape
    first = f"{n:,} points in {D}-D; two-NN: dimension {of.dimension:.1f}, latent d = "
    first += str(settings.latent)
    if of.shape.kinds:
        first += f". Colors: {of.shape.said}"
    net = {
        "none": "Dots, decoded: red autoencoder, orange PCA, green UMAP.",
        "umap": "Net: what UMAP's inverse makes of a grid over the map.",
        "ae": "Net: what the decoder makes of a grid over the map.",
        "pca": "Net: the plane of the first two components.",
    }.get(settings.sheet, "Net: a grid over the map, each node the mean of its nearest points.")
    return [line(first), line(net, mark="muted")]


def net_line(points: str | NDArray[np.float64]) -> dict[str, Any]:
    """The net of a map as a line of a `space`."""
    faded = "rgba(213,64,79,0.7)"  # the points behind it are seen
    return {"points": places(points), "order": net_lines(EDGE, 2), "color": faded, "width": 1.2}


def axes(x: tuple[float, float] = ACROSS, y: tuple[float, float] = UP) -> Chart:
    """Axes of a map: no unit has a meaning, all maps are as large as each other."""
    bare = {"visible": False}
    margin = dict.fromkeys("lrtb", 4)
    return Chart("", "", x, y, xaxis=bare, yaxis=bare, square=True, grid=False, margin=margin)


def mapped(settings: Any, of: Still, name: str, xy: Any, lines: Any, **words: Any) -> Panel:
    """A map: its points in color, hover and brush in common with all others."""
    p = axes()
    where = {"xy": xy} if isinstance(xy, str) else {"x": xy[:, 0], "y": xy[:, 1]}
    size = 4 if len(of.X) <= 1000 else 3
    at = p.points(**where, size=size, color=("color", None), scale=painted(settings, of))
    p.tools(at, brush="Brush")
    pictures = tables.pictures(settings, of.shape.X) if settings.pictures else None
    if pictures is not None:
        colored = {"colors": "ink", "size": 14}
        p.binds.append(images(at, pictures, pictures.shape, **colored))  # type: ignore[arg-type]
    return p.panel(
        name, title=MAPS[name], width=MAP_WIDTH, height=MAP_HEIGHT, caption=lines,
        focus=focus("sample", **named(settings)), brush={"name": "samples", "trace": at},
        alt=f"Map by {MAPS[name]}: the same {len(of.X):,} points in the plane, in the same colors.",
        **words,
    )  # fmt: skip


FIRST = "Spearman {} ({}) · neighbors kept {} ({})"
SECOND = "trustworthy {} ({}) · continuous {} ({})"


def moving(settings: Any, of: Still, name: str) -> Panel:
    """A map that is being learned; its scores are tracks."""
    track = f"{name}_scores"
    first = [(track, k, ".2f") for k in (0, 4, 1, 5)]
    second = [(track, k, ".3f") for k in (2, 6, 3, 7)]
    lines = [line(FIRST, *first), line(SECOND, *second, mark="muted")]
    if name == "ae":
        said = "variance lost {} · {} s of one core"
        lines.append(line(said, ("loss", 0, ".1%"), ("seconds:ae", 0, ".1f"), mark="muted"))
        return mapped(settings, of, name, name, lines, drag=drag("code", "code", click=0))
    said = "iteration {}, from the PCA map · {} s of one core"
    lines.append(line(said, ("iteration", 0, "d"), ("seconds:tsne", 0, ".1f"), mark="muted"))
    return mapped(settings, of, name, name, lines)


def standing(settings: Any, of: Still, name: str, made: Map) -> Panel:
    """A map that is finished; its scores are written."""
    s = [signed(value, 2) for value in made.scores]
    t = [signed(value, 3) for value in made.scores]
    lost = [] if np.isnan(made.lost) else [f"variance lost {made.lost:.1%}"]
    if not np.isnan(made.seconds):
        lost.append(f"{made.seconds:.1f} s of one core, {made.origin}")
    said = (FIRST.format(s[0], s[4], s[1], s[5]), SECOND.format(t[2], t[6], t[3], t[7]))
    moved: dict[str, Any] = {"drag": drag("code", "code", click=0)} if made.restored else {}
    last = line(" · ".join(lost), mark="muted")
    if name == "pca":
        last = line(f"{lost[0]} · {{}} s of one core", ("seconds:pca", 0, ".2g"), mark="muted")
    lines = [line(said[0]), line(said[1], mark="muted"), last]
    return mapped(settings, of, name, made.xy, lines, **moved)


def signed(value: float, digits: int) -> str:
    """A number with a true minus sign, without a negative zero."""
    return f"{round(float(value), digits) + 0.0:.{digits}f}".replace("-", "−")


def coming(name: str) -> Panel:
    """The place of a map that is being computed, below the stage one sees how far it is."""
    p = axes()
    p.note("is being computed:<br>see below", x=0, y=0)
    return p.panel(name, title=MAPS[name], width=MAP_WIDTH, height=MAP_HEIGHT,
                   caption=[line(""), line(""), line("")],
                   alt=f"The map by {MAPS[name]} is being computed.")  # fmt: skip


def profile(settings: Any) -> Panel:
    """The curve that is drawn by hand: seen from the side, the sheet."""
    path = np.array(settings.profile)
    p = Chart("x", "z", (-2, 2), (-2, 2), square=True)
    at = p.line(path[:, 0], path[:, 1], name="profile")
    p.tools(at, draw="Draw", initial="draw")
    return p.panel("profile", title="Draw the profile of a sheet", width=300, height=260, grow=0,
                   alt="The profile of the sheet, seen from the side; draw another one in one "
                   "stroke.")  # fmt: skip


def sample(pictures: NDArray[np.uint8]) -> Panel:
    """The sample that is looked at, and what three maps make of the place of the dot."""
    p = axes((0, 4), (-0.16, 1))
    at = p.points(np.array([0.5]), np.array([0.5]), color=("color", None))
    p.binds.append(images(at, pictures, pictures.shape, size=112, pick="focus:sample"))  # type: ignore[arg-type]
    p.note("pointed at", x=0.5, y=-0.16, yanchor="bottom")
    for k, name in enumerate(("ae", "pca", "umap"), start=1):
        p.image(f"image_{name}", (k + 0.05, k + 0.95), (0.05, 0.95), colors="gray", origin="upper",
                smooth=False, low=0, high=255)  # fmt: skip
        p.note(f"the dot by {MAPS[name]}", x=k + 0.5, y=-0.16, yanchor="bottom")
    alt = "The sample that is pointed at, and the images that three maps make of the dot's place."
    return p.panel("sample", title="Point at a map to see a sample", width=580, height=150, grow=0,
                   focused="Sample {focus:sample}", alt=alt)  # fmt: skip
