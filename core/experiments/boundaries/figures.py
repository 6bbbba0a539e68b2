"""Panels of the boundaries page: decision map, network, hidden space, learning curves."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from core.experiments.boundaries.data import FEATURES, data, is_regression, shown, symbol
from core.experiments.boundaries.pictures import ANY_RANGE, NET, RANGES, feature_maps
from core.experiments.boundaries.settings import layer_shown, widths
from core.figures.chart import FROM_ZERO, Chart
from core.figures.matrix import matrix
from core.figures.race import entry
from core.figures.style import RED, RIVAL, TEST, TRAIN, by_label
from core.stage import Panel, focus, network, readout, structure

EDGE = (-6.0, 6.0)


def panels(settings: Any, rival: Any = None) -> list[Panel]:
    """The stage: one run, or two of them in a race, `a/` against the pinned `b/`."""
    view, mine = (2 if settings.discrete else None, settings.test), "a/" if rival else ""
    held_out = has_test(settings)
    found = [decision_map(settings, *view), network_panel(settings)]
    found = [entry(panel, mine, " (now)") for panel in found]
    if rival:
        pinned = [decision_map(rival, *view, edit=False), network_panel(rival, edit=False)]
        found += [entry(panel, "b/", " (pinned)") for panel in pinned]
    elif settings.hidden:
        found.append(hidden_space(settings, layer_shown(settings), settings.three))
    scores = [probe_bars(settings)]
    if not is_regression(settings) and held_out:
        scores.append(confusion(settings))
    scored = [entry(panel, mine) for panel in scores]
    other = "" if rival is None else "test_loss" if has_test(rival) else "loss"
    return [*found, loss_curves(settings.seeds, mine, other, held_out), *scored]


def has_test(settings: Any) -> bool:
    """Whether there are test points: a handful of drawn points is trained on as a whole."""
    return bool(shown(settings)[1].any())


def readouts(settings: Any, rival: Any = None) -> list[dict[str, Any]]:
    """The numbers under the stage."""
    if not rival:
        return numbers(settings)
    pinned = [entry(number, "b/", "Pinned: ") for number in numbers(rival)]
    return [entry(number, "a/") for number in numbers(settings)] + pinned


def decision_map(settings: Any, levels: int | None = None, test: bool = True,
                 edit: bool = True) -> Panel:  # fmt: skip
    """What the network says everywhere in the square, and the points that teach and test it."""
    (X, y), held_out = shown(settings)
    p = Chart("x<sub>1</sub>", "x<sub>2</sub>", EDGE, EDGE, square=True, grid=False, legend=True)
    neuron = {"track": "neurons", "index": "focus:neuron"}
    of = RANGES.get(settings.activation, ANY_RANGE)
    label = "output" if of == 1 or not settings.hidden else f"output (a neuron's: −{of} to {of})"
    p.image("map", EDGE, EDGE, instead=neuron, levels=levels, colorbar=(label, -1, 1))
    traces = []
    for name, mask, marker in (
        ("training point", ~held_out, {"size": 8, "line": {"color": "white", "width": 1}}),
        ("test point", held_out, {"size": 7, "symbol": "circle", "opacity": 0.55,
                                  "line": {"color": "black", "width": 1}}),
    ):  # fmt: skip
        traces.append(p.points(
            X[mask, 0], X[mask, 1], name=name, visible=bool(test or name != "test point"),
            marker=by_label(y[mask], **marker), customdata=np.flatnonzero(mask),
            hover=f"{name}<br>x₁ = %{{x:.2f}}<br>x₂ = %{{y:.2f}}<br>label %{{text}}",
        ))  # fmt: skip
    if edit:
        p.tools(traces, blue="+ Blue", orange="+ Orange", move="Move", remove="Remove")
    return p.panel(
        "map", title="Decision map", focused="Output of {focus:neuron}", width=320, height=345,
        grow=1.2,
        alt="Map of the network's output over the square from -6 to 6: blue where it is positive, "
        "orange where negative, with the points of both classes on it.",
    )  # fmt: skip


def network_panel(settings: Any, edit: bool = True) -> Panel:
    """The network: each neuron as the map of what it computes, each link as its weight.

    With `edit` its layers can be changed on the picture, and features switched on and off.
    """
    d = widths(settings)
    names = tuple(FEATURES) if edit else settings.features
    images = feature_maps(settings.replace(features=names))
    found = [{"label": name, "row": row, "map": base64.b64encode(image.tobytes()).decode()}
             for row, (name, image) in enumerate(zip(names, images, strict=True))]  # fmt: skip
    inputs = [one for one in found if one["label"] in settings.features]
    words: dict[str, Any] = {}
    if edit:
        offers = [one for one in found if one not in inputs]
        words["switches"] = {
            "name": "features",
            "chosen": list(settings.features),
            "offers": offers,
        }
        words["structure"] = structure(settings, "hidden")
    layers = enumerate(d[1:-1], 1)
    neurons = [f"neuron {i + 1} of layer {layer}" for layer, width in layers for i in range(width)]
    return network(
        "network", title="Network", width=390, height=345, grow=1.5, inputs=inputs, sizes=list(d),
        weights=[f"W{n + 1}" for n in range(len(d) - 1)],
        biases=[f"b{n + 1}" for n in range(len(d) - 1)],
        maps="neurons" if d[1:-1] else None, output="map", outputs=["y"],
        activation=settings.activation, residual=settings.residual,
        norm="" if settings.normalization == "none" else "norm",
        focus=focus("neuron", labels=neurons, stays=False),
        hint="A square is one neuron's output over the plane, blue positive, orange negative. "
        "Point at it: equation and map.",
        hints={"neuron": "Point at a neuron: it fills the map.",
               "link": "Lines are weights: wide is large. Click one to set it."},
        **words,
        alt=f"Network with {d[0]} features, hidden layers of {list(d[1:-1])} neurons, one output; "
        "line width shows the size of a weight, blue positive, orange negative.",
    )  # fmt: skip


def hidden_space(settings: Any, layer: int, three: bool = False) -> Panel:
    """Where layer `layer` puts the points, and the sheet that the input square becomes.

    Up to 2 neurons are shown as they are, of 3 in a layer before the last the first two or, in 3-D,
    all. Wider layers are projected: first the direction that the output reads (in the last layer)
    or along which a linear probe separates the classes best, then the main directions across it.
    """
    (_, y), _ = shown(settings)
    width, last = widths(settings)[layer], layer == len(settings.hidden)
    direct = width <= (2 if last else 3)
    bound = RANGES.get(settings.activation) if direct and not settings.residual else None
    limits = (-1.15 * bound, 1.15 * bound) if bound else None
    units = [f"h<sub>{layer},{i + 1}</sub>" if i < width else "" for i in range(3)]
    first = "direction of the output's weights" if last else "probe direction"
    names = units if direct else [first, "main direction", "second direction"]
    p = Chart(names[0], names[1], limits, limits, z=names[2] if three else "", legend=True)
    p.sheet(f"sheet{layer}", NET, every=2, name="grid over the inputs, carried along")
    hover = "%{x:.2f}, %{y:.2f}" + (", %{z:.2f}" if three else "")
    p.points(xy=f"hidden{layer}", marker=by_label(y, size=3 if three else 6), hover=hover)
    if last and not three:
        p.line(xy="cut", name="the output's cut", color=RED, width=3)
    how = "" if direct else f", {width} neurons projected"
    if direct and width > 2 and not three:
        how = ", 2 of 3 neurons"
    return p.panel(
        "hidden3" if three else "hidden", fit=limits is None and not three, width=320, height=345,
        title=f"Hidden space of layer {layer}{how}",
        alt=f"The points in the coordinates that hidden layer {layer} computes, with the sheet "
        "that the input square has become; in the last layer a line where the output is 0.",
    )  # fmt: skip


def loss_curves(seeds: int, mine: str = "", pinned: str = "", held_out: bool = True) -> Panel:
    """Training and test loss over the updates; several seeds as a band from worst to best.

    `pinned` is the loss shown of a rival, `held_out` whether there are test points.
    """
    p = Chart("updates", "loss", xaxis={"rangemode": "nonnegative"}, yaxis=FROM_ZERO, legend=True,
              unified=True, switch=True)  # fmt: skip
    curves = (("loss", "training", TRAIN), ("test_loss", "test", TEST))[: 1 + held_out]
    for track, _, color in curves if seeds > 1 else ():
        p.band(f"{mine}{track}_seeds", color, f"{seeds} seeds")
    for track, name, color in curves:
        p.history(f"{mine}{track}", name=name, color=color)
    if pinned:
        name = ("test" if pinned == "test_loss" else "training") + ", pinned run"
        p.history(f"b/{pinned}", name=name, color=RIVAL, dash="dash")
    return p.panel(
        f"{mine}loss", title="Loss", width=330, height=240,
        alt=f"Training {'and test ' * held_out}loss over the number of updates.",
    )  # fmt: skip


def probe_bars(settings: Any) -> Panel:
    """How well a straight cut separates the classes in the input and after each layer."""
    names = ["input", *(f"layer {i + 1}" for i in range(len(settings.hidden)))]
    what = "R<sup>2</sup>" if is_regression(settings) else "accuracy"
    p = Chart("", f"linear probe {what}", None, (0, 1.05))
    p.bars(names, ("probe", None), hover=f"%{{x}}: %{{y:.1%}}<br>{means(settings)}")
    return p.panel(
        "probe", title="Separable by a straight cut?", width=240, height=240, grow=0.7,
        alt="Accuracy of a linear probe on the input and on each hidden layer.",
    )  # fmt: skip


def means(settings: Any) -> str:
    """What the number of a linear probe is."""
    if is_regression(settings):
        return "A linear probe is the plane that least squares<br>lays through what a layer says."
    points = "test" if has_test(settings) else "training"
    return (
        "A linear probe is the straight cut that least squares<br>puts through what this layer "
        f"says; its accuracy is the<br>share of {points} points on the right side of it."
    )


def confusion(settings: Any) -> Panel:
    """Test points by true and predicted class: what is right lies on the main diagonal."""
    y = data(settings)[1][1]
    names = ["orange", "blue"]
    most = max(1, *(int(((y > 0) == blue).sum()) for blue in (False, True)))
    painted = {"low": 0, "high": most, "colors": "sequential", "numbers": "d"}
    p = matrix("confusion", names, names, painted, x="predicted", y="true", margin={"l": 70},
               hover="true %{y}, predicted %{x}: %{z}")  # fmt: skip
    return p.panel(
        "confusion", title="Confusion on test points", width=220, height=240, grow=0.6,
        alt="Number of test points by true and predicted class.",
    )  # fmt: skip


def numbers(settings: Any) -> list[dict[str, Any]]:
    """The readouts of one run."""
    share = "r2" if is_regression(settings) else "accuracy"
    name, form = ("R²", ".3f") if share == "r2" else ("accuracy", ".1%")
    found = [
        readout("loss", "Training loss", color=TRAIN),
        readout(share, f"Training {name}", form, color=TRAIN),
    ]
    if has_test(settings):
        found.insert(1, readout("test_loss", "Test loss", color=TEST))
        found.append(readout(f"test_{share}", f"Test {name}", form, color=TEST))
    if settings.seeds > 1 and share == "accuracy":
        found.append(readout("solved", "Networks", f"d of {settings.seeds} solved"))
    if settings.activation == "linear" and settings.normalization == "none":
        features = enumerate(settings.features)
        found += [readout("W_prime", f"W′ {symbol(name)}", column=i) for i, name in features]
        found.append(readout("b_prime", "b′"))
    return found
