"""What the double-descent page shows of a run."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from core.experiment import Experiment
from core.experiments.double_descent.experiment import Training
from core.experiments.double_descent.notes import look
from core.experiments.double_descent.settings import DoubleDescentSettings, read_change, sweeps
from core.experiments.double_descent.tracks import TRACKS


class DoubleDescent(Training, Experiment):
    """One study in which something grows, and its test error.

    Tracks of a sweep over widths or training sets (K sizes, G points of the line; NaN at sizes that
    are not solved yet):
        error, train, norm, used, used_new  float32 (K,): medians over the seeds: test error,
                    training error, norm of a, degrees of freedom on the samples and on new points
        band, norm_band   float32 (2 K, 2): 90th percentile of the seeds, then the 10th backwards
        bias, variance, mean_error  float32 (K,): their sum, over the seeds, is the mean error
        fit, fits   float32 (G,), (8 G,): of the first seed, and of eight, at the size `drawn`
        every       float16 (K G,): the fit of the first seed at each size
        place       float32 (2,): that size, and where its handle lies
        loss, train_loss, size: of the newest size; highest, highest_at, least, least_at: so far
        peak, peak_at: the highest rise above what was least before, NaN without; peaked: what
                    may be said of it, see `tracks.stage`
    Of trained networks (K widths, 5 seeds):
        error, train, log_error  float32 (K,), (K,), (1, K): medians over the seeds
        band        float32 (2 K, 2): largest error of the seeds over parameters, then the least
        peak, peak_at, peak_width, least, least_at: of the median; fitted: widths that fit all
    Of two scales (5 seeds, medians over them):
        error_one, error_two, closed: test error of one layer, of two, and of the closed form
        fast_one, slow_one, ...: parts of it; seeds float32 (5,): error of two layers
        gap         largest difference of a coefficient between training and the closed form
        coefficients  float32 (72, 2): true and learned by two layers, times the feature's scale
    Of first weights (4 starts, 5 seeds):
        errors, train, norms, far  float32 (4,): medians: test and training error, norm, distance
                    from the solution of least norm in units of that norm
        fits, least_fit  float32 (4 G,), (G,): of the first seed along the line
        gap         the same distance between training from zero and its closed form
    """

    Settings = DoubleDescentSettings
    notes = look
    LOOKS = ("shown",)

    def change(self, name: str, value: str) -> None:
        """Draw the fit at another size. Errors: `SettingError`."""
        size = read_change(name, value)
        if sweeps(self.settings):
            self.study.show(size)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        return TRACKS[self.settings.grows](self.study)

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor; the leading axis is the seed."""
        return self.study.weights()
