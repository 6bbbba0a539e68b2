"""What a frame of the double-descent page holds, study by study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.experiments.double_descent.network import WIDTHS, Networks, parameters
from core.experiments.double_descent.scales import Scales
from core.experiments.double_descent.settings import MLP, SCALES, SET, START, WIDTH
from core.experiments.double_descent.start import Start
from core.experiments.double_descent.sweep import Sweep
from core.film import half

Numbers = NDArray[np.float64]
EDGES = (10, 90)  # percentiles of the seeds between which the band lies
RISE = 0.2  # less than that is no peak
EARLY, RISEN, PEAK, FLAT = range(4)  # a peak is named when all sizes are there: none is higher
FITTED = 1e-3  # training error at which all samples count as fitted
SMALLEST = 1e-30  # errors of 0 have no place on a logarithmic axis
HANDLE = 0.008  # height at which the handle lies, on the axis of errors


def of_sweep(study: Sweep) -> dict[str, Any]:
    """Tracks of a sweep, see `DoubleDescent`."""
    found = study.found
    arrays = {name: np.maximum(np.median(found[name], axis=1), SMALLEST) for name in found}
    arrays |= {
        "bias": study.bias, "variance": study.variance, "mean_error": found["error"].mean(1),
        "band": band(study, "error"), "norm_band": band(study, "norm"),
        "fit": study.fits[0], "fits": study.fits.ravel(),
        "place": np.array([study.drawn, HANDLE]),
    }  # fmt: skip
    error = arrays["error"]
    top_at, top = peak(study.sizes, error[: study.at + 1])
    return {
        "loss": study.loss(),
        "size": study.sizes[study.at],
        "peak": top, "peak_at": top_at, "peaked": stage(study, error, top),
        "highest": np.nanmax(error), "highest_at": study.sizes[int(np.nanargmax(error))],
        "least": np.nanmin(error), "least_at": study.sizes[int(np.nanargmin(error))],
        "train_loss": arrays["train"][study.at],
        "drawn": study.drawn, "drawn_norm": study.drawn_norm,
        **{name: np.asarray(values, np.float32) for name, values in arrays.items()},
        "every": half(study.every.ravel()),
    }  # fmt: skip


def stage(study: Sweep, error: Numbers, top: float) -> int:
    """What may be said: nothing yet, a rise, a peak (with lower errors after it), or none."""
    whole = study.at == len(study.sizes) - 1
    if np.isnan(top):
        return FLAT if whole else EARLY
    after = error[int(np.flatnonzero(error == top)[-1]) :]
    return PEAK if whole and top >= (1 + RISE) * np.nanmin(after) else RISEN


def peak(sizes: Sequence[int], error: Numbers) -> tuple[float, float]:
    """Where the error has risen most above its least before, and how high; NaN without a rise."""
    least = np.minimum.accumulate(error)
    k = int((error - least).argmax())
    if error[k] < (1 + RISE) * least[k]:
        return np.nan, np.nan
    return float(sizes[k]), float(error[k])


def band(study: Sweep, name: str) -> Numbers:
    """Outline of the band over the seeds, up to the newest size. Shapes: -> (2 K, 2)."""
    k = np.minimum(np.arange(len(study.sizes)), study.at)
    low, high = np.percentile(study.found[name][: study.at + 1], EDGES, axis=1)
    x = np.array(study.sizes)[k]
    return np.stack([np.append(x, x[::-1]), np.append(high[k], low[k][::-1])], 1)


def of_networks(study: Networks) -> dict[str, Any]:
    """Tracks of trained networks."""
    test, train = (part.numpy().astype(np.float64) for part in study.errors())
    error = np.median(test, 1)
    x = np.array([parameters(width) for width in WIDTHS])
    outline = np.stack([np.append(x, x[::-1]), np.append(test.max(1), test.min(1)[::-1])], 1)
    most, least = int(error.argmax()), int(error.argmin())
    arrays = {
        "error": error, "train": np.maximum(np.median(train, 1), SMALLEST), "band": outline,
        "log_error": np.log10(error)[None],
    }  # fmt: skip
    return {
        "loss": error[-1], "peak": error[most], "peak_at": x[most], "peak_width": WIDTHS[most],
        "least": error[least], "least_at": WIDTHS[least], 
        "fitted": int((train.max(1) < FITTED).sum()),
        **{name: np.asarray(values, np.float32) for name, values in arrays.items()},
    }  # fmt: skip


def of_scales(study: Scales) -> dict[str, Any]:
    """Tracks of regression on two scales."""
    learned = {"one": study.one, "two": study.two(), "closed": study.closed()}
    parts = {name: study.parts(values) for name, values in learned.items()}
    found: dict[str, Any] = {}
    for name in ("one", "two"):
        found[f"error_{name}"] = float(parts[name].sum(1).median())
        found[f"fast_{name}"], found[f"slow_{name}"] = parts[name].median(0).values.tolist()
    seeds = parts["two"].sum(1)
    gap = float((learned["one"] - learned["closed"]).abs().max())
    coefficients = torch.stack([study.truth[0], learned["two"][0]], 1) * study.scale[:, None]
    return {
        "loss": found["error_two"], **found, "gap": gap,
        "closed": float(parts["closed"].sum(1).median()),
        "seeds": np.asarray(seeds, np.float32),
        "coefficients": np.asarray(coefficients, np.float32),
    }  # fmt: skip


def of_start(study: Start) -> dict[str, Any]:
    """Tracks of gradient descent from several starts."""
    errors = study.errors().numpy()
    far = (study.a - study.least[..., None]).norm(dim=1) / study.least.norm(dim=1)[:, None]
    left = (study.Phi @ study.a - study.y[..., None]).square().mean(1).median(0).values
    fits = (study.line @ study.a[0]).numpy()  # (G, starts)
    arrays = {
        "errors": errors, "far": np.maximum(far.median(0).values.numpy(), 1e-16),
        "train": np.maximum(left.numpy(), SMALLEST), "norms": study.a.norm(dim=1).median(0).values,
        "fits": fits.T.ravel(), "least_fit": (study.line @ study.least[0]).numpy(),
    }  # fmt: skip
    return {
        "loss": errors[0], "far_zero": arrays["far"][0], "gap": study.gap(),
        "last": errors[-1], "train_loss": arrays["train"][0],
        **{name: np.asarray(values, np.float32) for name, values in arrays.items()},
    }  # fmt: skip


TRACKS: dict[str, Any] = {
    WIDTH: of_sweep, SET: of_sweep, MLP: of_networks, SCALES: of_scales, START: of_start
}  # fmt: skip
