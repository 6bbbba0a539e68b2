"""What the summaries page shows of a run: the sky and its twin, and how well the judges do."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment, tensors
from core.experiments.summaries.data import TEST
from core.experiments.summaries.experiment import Training, joined
from core.experiments.summaries.given import M
from core.experiments.summaries.judges import NAMES
from core.experiments.summaries.notes import look
from core.experiments.summaries.settings import LIVE, SummariesSettings, place, read_change
from core.experiments.summaries.sky import kind_of, length, measured, theory
from core.experiments.summaries.spectrum import rings, scatter
from core.film import to_bytes

STRIP = -16.0  # below a twin of 100 x 100, where the phases are set
WORST = -1.0  # of R^2, which has no lowest value; drawn at the edge


class Summaries(Training, Experiment):
    """Five judges learn from the same fields: of three summaries, an MLP and a CNN on pixels.

    Tracks of a snapshot (fields of the stage 128 x 128, K = 64 rings, T = 160 test fields):
        field, twin    uint8 (128, 128): the sky on the stage, the first row at the bottom
        power          float32 (2, K): P(k) of both
        theory, band   float32 (K,), (2 K,): what skies of these settings have on average, and the
                       scatter sqrt(2/N_k) about it; about P(k) of the field where none is known
        ratio          float32 (2, K): P(k) of both over that
        histograms     float32 (2, 48): share of the cells, in %
        triangles      float32 (2, 8): bispectrum of both in bands, as a skewness
        triangles_band float32 (16,): scatter of that if phases are random, above 0, then below
        modes          uint8 (128, 128): log10 of |F|^2 over its largest, from -8 to 0
        shift          float32 (2,): where the middle of the field has gone, in % of its edge
        phases         float32 (2,): how far phases are turned, in %, and where that stands
        change         largest relative difference of the two P(k)
        moved          share of the twin's cells in another bin: half of what both bars differ by
        different      root mean square of twin - field over the scatter of the field
        scores         float32 (5, 3): of each judge on test fields: accuracy three times, or R^2
                       of both parameters, of Omega_m, of sigma_8, at least -1
        loss, loss_power, ...: of the CNN and of the others on the last batch
        score_power, ..., score_cnn: first column of `scores`
        fields         training fields made so far
    """

    Settings = SummariesSettings
    notes = look
    LOOKS = tuple(name for name in LIVE if name != "learning_rate")
    test_every = 2

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.stage = settings  # what changes by hand have made of it
        self._seen: dict[str, Any] = {}
        self._scores: NDArray[np.float32] | None = None
        self._scored = 0  # step at which they were taken

    def change(self, name: str, value: str) -> None:
        """Set the learning rate, or what stands on the stage. Errors: `SettingError`."""
        found = read_change(name, value)
        if name == "learning_rate":
            super().change(name, value)
        else:
            self.stage = self.stage.replace(**{name: found})
            self._seen = {}

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        self._seen = self._seen or self._look()
        if self._scores is None or self.tests and self._scored != self.steps:
            self._scores, self._scored = self.scores(), self.steps
        losses = {f"loss_{name}": loss for name, loss in self.losses.items() if name != "cnn"}
        firsts = zip(NAMES, self._scores[:, 0], strict=True)
        return {
            "loss": self.losses["cnn"], **losses,
            **{f"score_{name}": score for name, score in firsts},
            "scores": self._scores, "fields": 16 * len(self._chunks), **self._seen,
        }  # fmt: skip

    def _look(self) -> dict[str, Any]:
        """All tracks of the stage."""
        kind, L = kind_of(self.stage), length(self.stage)
        seen = measured(self.stage)
        expected = theory(self.stage)
        about = np.where(np.isnan(expected), seen["power"][0], expected)
        spread = scatter(M, L)
        band = np.concatenate([about * (1 + spread), (about * np.maximum(1 - spread, 0.05))[::-1]])
        high = seen["triangles_scatter"]
        triangles = np.concatenate([high, -high[::-1]])
        with np.errstate(divide="ignore"):
            modes = np.log10(seen["modes"] / seen["modes"].max())
        arrays = {
            "power": seen["power"], "theory": expected, "band": band,
            "ratio": seen["power"] / about, "histograms": seen["histograms"],
            "triangles": seen["triangles"], "triangles_band": triangles,
            "shift": np.array(place(self.stage.shift)),
            "phases": np.array([self.stage.phases, STRIP / 3]),
        }  # fmt: skip
        return {
            "field": to_bytes(seen["field"], kind.low, kind.high),
            "twin": to_bytes(seen["twin"], kind.low, kind.high),
            "modes": to_bytes(modes, -8, 0),
            **{name: np.asarray(value, np.float32) for name, value in arrays.items()},
            **{name: seen[name] for name in ("change", "moved", "different")},
        }  # fmt: skip

    @torch.no_grad()
    def scores(self) -> NDArray[np.float32]:
        """Of each judge on fields that it was not trained on, (5, 3)."""
        if self.scale is None:  # all of them answer 0 as yet
            first = 0.0 if self.regression else 0.5
            return np.full((len(NAMES), 3), first, np.float32)
        test = joined([self.chunk(1, index) for index in range(TEST)])
        seen, found = self.scale.views(test), []
        for name, judge in self.judges.items():
            found.append(self._score(judge(seen[name]).double().numpy(), test.y))
        return np.nan_to_num(np.array(found, np.float32), nan=WORST, neginf=WORST).clip(WORST, 1)

    def _score(self, out: NDArray[Any], y: NDArray[Any]) -> list[float]:
        """Accuracy three times; or R^2 of both parameters, and of each."""
        if not self.regression:
            return [float(((out > 0) == (y > 0.5)).mean())] * 3
        R2 = 1 - ((out - y) ** 2).mean(0) / y.var(0)
        return [float(R2.mean()), *R2.tolist()]

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of all judges."""
        return tensors(self.judges)

    @property
    def parameters(self) -> int:
        """Numbers that training adjusts."""
        return sum(w.numel() for judge in self.judges.values() for w in judge.parameters())


def wavenumbers(settings: Any) -> NDArray[np.float64]:
    """Mean wavenumber of each ring of the stage's field, (64,)."""
    return rings(M, length(settings)).k
