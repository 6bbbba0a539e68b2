"""What the double-descent page shows of a run."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment
from core.experiments.double_descent.experiment import Training
from core.experiments.double_descent.notes import look
from core.experiments.double_descent.settings import DoubleDescentSettings, read_change, sweeps
from core.experiments.double_descent.sweep import Sweep
from core.film import Film
from core.settings import Settings

Numbers = NDArray[np.float64]
EDGES = (10, 90)  # percentiles of the seeds between which the band lies
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
    return {
        "loss": study.loss(),
        "size": study.sizes[study.at],
        "peak": np.nanmax(error), "peak_at": study.sizes[int(np.nanargmax(error))],
        "least": np.nanmin(error), "least_at": study.sizes[int(np.nanargmin(error))],
        "train_loss": arrays["train"][study.at],
        "drawn": study.drawn, "drawn_norm": study.drawn_norm,
        **{name: np.asarray(values, np.float32) for name, values in arrays.items()},
    }  # fmt: skip


def band(study: Sweep, name: str) -> Numbers:
    """Outline of the band over the seeds, up to the newest size. Shapes: -> (2 K, 2)"""
    k = np.minimum(np.arange(len(study.sizes)), study.at)
    low, high = np.percentile(study.found[name][: study.at + 1], EDGES, axis=1)
    x = np.array(study.sizes)[k]
    return np.stack([np.append(x, x[::-1]), np.append(high[k], low[k][::-1])], 1)


class DoubleDescent(Training, Experiment):
    """One study in which something grows, and its test error.

    Tracks of a sweep (K sizes, G points of the line; NaN at sizes that are not solved yet):
        error, train, norm, used, used_new  float32 (K,): medians over the seeds: test error,
                    training error, norm of a, degrees of freedom on the samples and on new points
        band, norm_band   float32 (2 K, 2): 90th percentile of the seeds, then the 10th backwards
        bias, variance, mean_error  float32 (K,): their sum, over the seeds, is the mean error
        fit, fits   float32 (G,), (8 G,): of the first seed, and of eight, at the size `drawn`
        place       float32 (2,): that size, and where its handle lies
        loss, train_loss, size: of the newest size; peak, peak_at, least, least_at: so far
    """

    Settings: ClassVar[type[Settings]] = DoubleDescentSettings
    LOOKS: ClassVar[tuple[str, ...]] = ("shown",)

    def change(self, name: str, value: str) -> None:
        """Draw the fit at another size. Errors: `SettingError`."""
        size = read_change(name, value)
        if sweeps(self.settings):
            self.study.show(size)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        return of_sweep(self.study)

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor; the leading axis is the seed."""
        return self.study.weights()

    def notes(self, film: Film) -> None:
        """Add what a student should notice."""
        look(self, film)
