"""Panels of the autoencoders page: latent map, decode, error against d, inputs and outputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.autoencoders import figures_cells as drawn
from core.experiments.autoencoders import figures_kinds as kinds
from core.experiments.autoencoders.baseline import SHOWN, baseline
from core.experiments.autoencoders.cells import is_image, packed, places, sheet_size
from core.experiments.autoencoders.data import FACTORS, SHAPES
from core.experiments.autoencoders.figures_curve import curve_plot
from core.experiments.autoencoders.pictures import WALK, edge_of
from core.figures.chart import WIDE, Chart
from core.figures.style import BLUE, FAINT, ORANGE, RIVAL, TEST, TRAIN
from core.stage import Panel, drag, focus, images, readout

PICTURES = 280  # samples that are drawn as pictures
BELOW = 0.5  # of its height: room under a decoded image


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    first = [map_plot(settings), decode_plot(settings), curve_plot(settings), rows_plot(settings)]
    first += [loss_plot(settings), *kinds.strange_panels(settings)]
    if settings.model == "variational":
        return [*first, *kinds.latent_panels(settings), sheet_plot(settings),
                kinds.prior_plot(settings), walk_plot(settings)]  # fmt: skip
    angle = [kinds.angle_plot()] if settings.model == "linear" else []
    return [*first, *angle, walk_plot(settings), sheet_plot(settings)]


def axis_names(settings: Any) -> tuple[str, str]:
    """What the two directions of the latent map are."""
    of = "" if settings.model == "variational" else " / spread"
    if settings.d == 1:
        return f"z₁{of}", "by label"
    if settings.d == 2:
        return f"z₁{of}", f"z₂{of}"
    return f"first principal axis of z{of}", f"second{of}"


def map_plot(settings: Any) -> Panel:
    """Codes of all samples, what the map knows nothing of, and what can be dragged."""
    limits = (-edge_of(settings), edge_of(settings))
    p = Chart(*axis_names(settings), limits, limits, square=True, grid=False)
    p.image("shade", limits, limits, colors="sequential")
    shade = drawn.colors(settings)
    pictures = settings.look == "pictures" and is_image(settings)
    what = FACTORS.get(settings.data, "class")
    label = baseline(settings).label
    at = p.points(xy="map", color=shade, size=3 if pictures else 5, customdata=np.round(label, 2),
                  marker={"opacity": 0.35 if pictures else 0.8},
                  hover=f"{what} %{{customdata}}")  # fmt: skip
    looked = focus("sample", by="point", trace=at, labels=called(settings, what))
    if pictures:
        small = drawn.thumbnails(settings, PICTURES)
        trace = p.points(xy="map", color=shade)
        p.binds.append(images(trace, small, small.shape, size=14, colors="ink"))
    p.line(xy="place", moved={"order": [0, 1]}, color=RIVAL, dash="dash", width=1.5)
    p.points(xy="place", color=[FAINT, FAINT, ORANGE], edge=("white", 2),
             marker={"size": [8, 8, 28]})  # fmt: skip
    title = f"Latent map: {'one number' if settings.d == 1 else f'{settings.d} numbers'} a sample"
    return p.panel(
        "map", title=title, width=390, height=400, grow=1.5, focus=looked,
        focused="Sample {focus:sample}", drag=drag("place", "place", click=2, labels=["A", "B"]),
        alt="Codes of all samples in the plane of the latent map, shaded where there are none; a "
        f"dot to drag, and the ends A and B of a walk. Colored by {what}.",
    )  # fmt: skip


def called(settings: Any, what: str) -> list[str]:
    """What each sample is called: its number, its label, and whether it was trained on."""
    base = baseline(settings)
    seen = ["trained on"] * len(base.train) + ["held out"] * len(base.test)
    pairs = zip(base.label, seen, strict=True)
    return [f"{i + 1:,}: {what} {label:.3g}, {how}" for i, (label, how) in enumerate(pairs)]


def decode_plot(settings: Any) -> Panel:
    """What the decoder makes of the dot, and below it the sample that is pointed at."""
    p, below = drawn.single(settings, "decode", BELOW if is_image(settings) else 0), ""
    if is_image(settings):
        H, W = SHAPES[settings.data]
        base = baseline(settings)
        real = packed(settings, base.everything + base.mean, 1)
        trace = p.points(np.array([W / 2]), np.array([-0.22 * H]))
        p.binds.append(images(trace, real, real.shape, size=70, pick="focus:sample", smooth=False))
        p.note("the sample that is<br>pointed at on the map", x=W / 2,
               y=-BELOW * H, yanchor="bottom")  # fmt: skip
        below = " Below it stands the sample that is pointed at on the map."
    return p.panel(
        "decode", title="Decoded at the dot", width=220, height=400, grow=0.7,
        alt=f"The sample that the decoder makes of the code at the dot.{below}",
    )  # fmt: skip


def rows_plot(settings: Any) -> Panel:
    """Ten held-out samples as they go in and come out."""
    noisy = settings.noise != "none"
    names = ["noisy" if noisy else "input", "output", f"PCA, d = {settings.d}"]
    names += ["clean"] if noisy else []
    return drawn.gallery(settings, "rows", names, SHOWN).panel(
        "rows", title="Ten that it was not trained on", width=640, height=74 * len(names), grow=2,
        alt="Ten held-out samples: as given, as the autoencoder gives them back, and as PCA does.",
    )  # fmt: skip


def loss_plot(settings: Any) -> Panel:
    """Error over the updates, with the level of PCA."""
    base = baseline(settings)
    p = Chart("updates", "squared error (4.1)", legend=True, unified=True, **WIDE)
    p.history("loss", name="trained on", color=TRAIN)
    p.history("test_loss", name="held out", color=TEST)
    p.level(float(base.errors[settings.d]), f"PCA with d = {settings.d}")
    return p.panel(
        "loss", title="Loss", width=330, height=222,
        alt="Reconstruction error on training and held-out samples over the updates.",
    )  # fmt: skip


def walk_plot(settings: Any) -> Panel:
    """From A to B, through latent space and through the space of samples."""
    return drawn.gallery(settings, "walk", ["latent", "PCA", "mixture"],
                   WALK).panel(
        "walk", title="From A to B: decoded codes, PCA, a plain mixture", width=440, height=215,
        grow=2, alt="Nine stations from sample A to sample B: decoded from codes on a straight "
        "line, below from principal components, and as mixtures of the two samples.",
    )  # fmt: skip


def sheet_plot(settings: Any) -> Panel:
    """What the decoder says everywhere on the map."""
    n, edge = sheet_size(settings), edge_of(settings)
    ends = {"tickmode": "array", "tickvals": [0, n / 2, n], "showgrid": False,
            "ticktext": [f"{-edge:g}", "0", f"{edge:g}"]}  # fmt: skip
    p = Chart(*axis_names(settings), (0, n), (0, n), xaxis=ends, yaxis=ends,
              square=is_image(settings))  # fmt: skip
    if is_image(settings):
        p.image("sheet", (0, n), (0, n), origin="upper", smooth=False, colors="gray")
    else:
        p.line(places(settings, n * n, n), ("sheet", None), width=1.2)
    dim = ", dim where no data are" if is_image(settings) else ""
    return p.panel(
        "sheet", title=f"The decoder everywhere{dim}", width=290, height=300,
        alt="Decoded samples on a grid over the latent map.",
    )  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers under the stage."""
    found = [
        readout("test_loss", "Error, held out", ".3g", color=TEST),
        readout("pca_loss", "PCA's", ".3g"),
        readout("kept", "Variance kept", ".1%", color=BLUE),
        readout("kept_pca", "PCA", ".1%"),
    ]
    if settings.noise != "none":
        found.append(readout("noise", "Error of the input", ".3g"))
    if settings.model == "linear":
        found.append(readout("angle", "Angle to PCA, degrees", ".3g", color=ORANGE))
    if settings.model == "variational":
        found.append(readout("active", "Dimensions in use", f"d of {settings.d}", color=ORANGE))
    if len(baseline(settings).odd):
        found.append(readout("auc", "Strange found (AUC)", ".3f", color=ORANGE))
        found.append(readout("auc_pca", "PCA", ".3f"))
    if len(found) == 4:  # all of them stay in one row
        found.append(readout("spread", "Spread of z", ".3g"))
    return [*found, readout("near", "Samples near the dot", "d")]
