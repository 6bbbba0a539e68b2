"""What the autoencoders page shows of networks: map, decodes, walks, errors, strange samples."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.analysis.subspace import largest_angle
from core.experiment import Experiment
from core.experiments.autoencoders.anomalies import auc, judged
from core.experiments.autoencoders.baseline import Baseline, baseline
from core.experiments.autoencoders.cells import is_image, packed, sheet, sheet_size
from core.experiments.autoencoders.experiment import Training
from core.experiments.autoencoders.maps import (
    EDGE,
    PRIOR_EDGE,
    Plane,
    cell_of,
    coverage,
    grid,
    plane_of,
)
from core.experiments.autoencoders.notes import look
from core.experiments.autoencoders.settings import LOOKS, AutoencodersSettings, check_change
from core.film import Film, half
from core.models.autoencoder import kl_divergence
from core.settings import Settings

Numbers = NDArray[np.float64]
WALK, WORST, PRIOR = 9, 8, 10  # stations from A to B; worst reconstructions; samples of a prior
ROUND = 320  # updates in which the dot walks from A to B and back; halfway after 2,000
SHADE = 36  # of 255: how dark the map is where no data are
COLLAPSED = 0.1  # nats below which a latent dimension counts as unused


def edge_of(settings: Any) -> float:
    """Half the width of the latent map."""
    return PRIOR_EDGE if settings.model == "variational" else EDGE


def top_of(base: Baseline) -> float:
    """Right end of the histogram of errors: the same for all frames; 0 without strange samples."""
    if not len(base.odd):
        return 0.0
    return max(base.variance, float(np.percentile((base.odd**2).sum(1), 60)))


class Pictures:
    """What all frames of a run share, and the frames from it."""

    def __init__(self, run: Any) -> None:
        settings = run.settings
        self.base: Baseline = baseline(settings)
        self.all = np.concatenate([self.base.train, self.base.test])
        self.inputs = torch.from_numpy(self.all).float()[None]  # (1, n, D)
        self.seen = torch.from_numpy(self.base.seen).float()
        self.odd = torch.from_numpy(self.base.odd).float()
        self.like = self.all @ self.base.components[:2].T
        self.edge, self.d = edge_of(settings), settings.d
        rng = np.random.default_rng([settings.seed, 11])
        self.eps = rng.standard_normal((PRIOR, settings.d))
        self.top = top_of(self.base)
        self.fixed = self._fixed(settings)
        self.parts: dict[str, Any] = {}  # of the last frame with tests

    def _fixed(self, settings: Any) -> dict[str, Any]:
        """Tracks that do not change: PCA's numbers, and how noisy the inputs are."""
        base, d = self.base, settings.d
        found = {"pca_loss": base.errors[d], "kept_pca": 1 - base.errors[d] / base.variance}
        if settings.noise != "none":
            found["noise"] = base.noise
        if len(base.odd):
            scores = [((x - base.project(x, d)) ** 2).sum(1) for x in (base.test, base.odd)]
            found["auc_pca"] = auc(*scores)
        return found

    # --- the map ------------------------------------------------------------------------------

    def codes(self, run: Any, s: int = 0) -> Numbers:
        """Codes of all samples by network s. Shapes: (n, d)."""
        x = self.inputs if s == 0 else self.inputs.expand(s + 1, -1, -1)
        return run.model.encode(x)[0][s, :, : self.d].detach().double().numpy()

    def plane(self, run: Any, z: Numbers) -> Plane:
        """The plane of the map of network 0."""
        return plane_of(z, self.like, run.settings.model == "variational")

    def strips(self, edge: float) -> Numbers:
        """Heights by label for codes of one number. Shapes: (n,)."""
        label = self.base.label
        share = (label - label.min()) / max(1e-9, float(np.ptp(label)))
        return edge * (1.6 * share - 0.8)

    def flat(self, plane: Plane, z: Numbers, edge: float) -> Numbers:
        """Where all samples lie on a map. Shapes: (n, d) -> (n, 2)."""
        uv = plane.flat(z)
        if self.d == 1:
            uv[:, 1] = self.strips(edge)
        return np.nan_to_num(uv)

    def decode(self, run: Any, z: Numbers, s: int = 0) -> Numbers:
        """Samples from codes by network s, the mean added. Shapes: (n, d) -> (n, D)."""
        wide = torch.zeros(s + 1, len(z), run.model.d)
        wide[s, :, : self.d] = torch.from_numpy(z).float()
        return run.model.decode(wide)[s].detach().double().numpy() + self.base.mean

    # --- frames ---------------------------------------------------------------------------------

    @torch.no_grad()
    def take(self, run: Any) -> dict[str, Any]:
        """One frame. What is held out is evaluated where the run says so."""
        if run.tests or not self.parts:
            self.parts = self._held_out(run)
        elif len(self.odd):
            self.parts |= self._judged(run)
        z = self.codes(run)
        plane = self.plane(run, z)
        uv = self.flat(plane, z, self.edge)
        return {**self.fixed, **self.parts, **self._map(run, z, plane, uv), **self._rows(run)}

    def _map(self, run: Any, z: Numbers, plane: Plane, uv: Numbers) -> dict[str, Any]:
        """The latent map, the dot on it and what it decodes to, the walk from A to B."""
        settings, seen = run.settings, coverage(uv, self.edge)
        a, b = z[run.ends[0]], z[run.ends[1]]
        if run.dot is None:
            t = 0.5 - 0.5 * np.cos(2 * np.pi * run.steps / ROUND)
            code = (1 - t) * a + t * b
            dot = np.nan_to_num(plane.flat(code[None])[0])
        else:
            dot = np.array(run.dot)
            code = plane.code(dot[None])[0]
        k = sheet_size(settings)
        spots = grid(self.edge, k)
        steps = np.linspace(0, 1, WALK)[:, None]
        made = self.decode(run, np.concatenate([
            code[None], (1 - steps) * a + steps * b, plane.code(spots)]))  # fmt: skip
        mixed = (1 - steps) * self.all[run.ends[0]] + steps * self.all[run.ends[1]]
        covered = np.array([seen[cell_of(spot, self.edge)] for spot in spots])
        handles = np.clip(np.stack([dot, *uv[run.ends]]), -self.edge, self.edge)
        one = made[:1]
        return {
            "map": half(np.clip(uv, -99, 99)),
            "place": handles.astype(np.float32),
            "shade": (SHADE * (1 - np.clip(seen, 0, 1))).astype(np.uint8),
            "near": seen[cell_of(dot, self.edge)],
            "spread": plane.unit,
            "decode": packed(settings, one, 1)[0] if is_image(settings) else half(one[0]),
            "walk": packed(settings, np.concatenate([
                made[1 : WALK + 1], self.base.project(mixed, self.d) + self.base.mean,
                mixed + self.base.mean]), WALK),
            "sheet": sheet(settings, made[WALK + 1 :], covered),
        }  # fmt: skip

    def _rows(self, run: Any) -> dict[str, Any]:
        """Ten test samples: as given, as network 0 and PCA give them back, and clean."""
        base, shown = self.base, self.base.shown
        given = base.seen[shown]
        out = run.model.reconstruct(torch.from_numpy(given).float()[None])[0].double().numpy()
        rows = [given, out, base.project(given, self.d)]
        rows += [base.test[shown]] if run.settings.noise != "none" else []
        return {"rows": packed(run.settings, np.concatenate(rows) + base.mean, len(shown))}

    def _held_out(self, run: Any) -> dict[str, Any]:
        """Errors on test samples of every d, and what is special about the kind."""
        many = self.seen.expand(len(run.dims), -1, -1)
        x_hat = run.model.reconstruct(many).double().numpy()
        losses = ((self.base.test - x_hat) ** 2).sum(-1).mean(-1)  # (S,)
        losses = np.minimum(np.nan_to_num(losses, nan=1e30), 1e30)
        found = {
            "test_loss": losses[0],
            "kept": 1 - losses[0] / self.base.variance,
            "test_loss_by_d": losses[: len(run.wanted)].astype(np.float32),
        }
        if run.settings.model == "linear":
            W = run.model.decoder.W[0][0, : self.d].double().numpy()
            found["angle"] = largest_angle(W, self.base.components[: self.d])
        if run.settings.model == "variational":
            found |= self._variational(run)
        if len(self.odd):
            found |= self._judged(run)
        return found

    def _variational(self, run: Any) -> dict[str, Any]:
        """KL of each latent dimension, samples of the prior, and the plain rival's map."""
        last = len(run.dims) - 1
        mu, log_var = run.model.encode(self.inputs)
        kl = kl_divergence(mu, log_var)[0, : self.d].numpy()
        z = self.codes(run, last)
        plane = plane_of(z, self.like, False)
        spread = np.linalg.cholesky(np.cov(z.T).reshape(self.d, self.d) + 1e-9 * np.eye(self.d))
        drawn = [
            self.decode(run, self.eps),
            self.decode(run, z.mean(0) + self.eps @ spread.T, last),
        ]
        return {
            "kl": np.minimum(kl, 1e30).astype(np.float32),
            "active": (kl > COLLAPSED).sum(),
            "rival_map": half(np.clip(self.flat(plane, z, EDGE), -99, 99)),
            "prior": packed(run.settings, np.concatenate(drawn), PRIOR),
        }

    def errors(self, run: Any, x: Tensor) -> tuple[Numbers, Numbers]:
        """Squared error of each sample, and its reconstruction, by network 0."""
        out = run.model.reconstruct(x[None])[0].double().numpy()
        return ((x.double().numpy() - out) ** 2).sum(1), out

    def _judged(self, run: Any) -> dict[str, Any]:
        """Strange against held-out samples, both without noise."""
        x = torch.from_numpy(np.concatenate([self.base.test, self.base.odd])).float()
        scores, out = self.errors(run, x)
        scores = np.minimum(np.nan_to_num(scores, nan=1e30), 1e30)
        n = len(self.base.test)
        worst = np.argsort(-scores, kind="stable")[:WORST]
        pairs = np.concatenate([x.double().numpy()[worst], out[worst]]) + self.base.mean
        return {
            **judged(scores[:n], scores[n:], run.threshold, self.top),
            "worst": packed(run.settings, np.nan_to_num(pairs), WORST),
            "worst_odd": (worst >= n).astype(np.float32),
        }


class AutoencodersRun(Training, Experiment):
    """Train an autoencoder, and beside it those of other latent dimensions, on the same batches.

    Tracks of a snapshot (n samples, trained on and held out; m of them held out; D numbers each):
        map         float16 (n, 2): codes on the latent map, see `maps.Plane`
        place       float32 (3, 2): the dot, and the ends A and B of the walk
        shade       uint8 (40, 40): dark where no data are; `near`: samples around the dot
        decode      what the dot decodes to: uint8 (H, W) or float16 (D,)
        walk        9 stations from A to B: in latent space, of d principal components, of samples
        sheet       decodes of a grid over the map, dimmer where no data are
        rows        ten held-out samples: as given, as given back, as PCA gives them back, clean
        test_loss_by_d  float32 (K,): error of each d that is trained, d itself first
        loss, test_loss, pca_loss: (4.1) on trained and held-out samples, and PCA's
        kept, kept_pca: share of the variance of held-out samples that is reconstructed
        noise       error of the inputs themselves, where they are noisy
        angle       in degrees, between the decoder's subspace and PCA's (linear)
        kl, active, rival_map, prior: of a variational one, see `Pictures`
        normal_errors, odd_errors, roc, threshold, here, auc, auc_pca, alarms, caught, worst,
        worst_odd: of strange samples, see `anomalies`
    """

    Settings: ClassVar[type[Settings]] = AutoencodersSettings
    LOOKS: ClassVar[tuple[str, ...]] = LOOKS
    test_every = 2

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        base = baseline(settings)
        shown = len(base.train) + base.shown
        self.ends = [int(shown[0]), int(shown[3 if len(shown) > 3 else -1])]
        self.dot: tuple[float, ...] | None = None
        self.threshold: float | None = None

    def change(self, name: str, value: str) -> None:
        """Set the learning rate, or put the dot, an end of the walk or the threshold elsewhere.

        Errors: `SettingError`.
        """
        numbers = check_change(name, value)
        if name == "threshold":
            self.threshold = numbers[0]
        elif name == "place.0":
            self.dot = numbers
        elif name.startswith("place"):
            self.ends[int(name[-1]) - 1] = self.nearest(np.array(numbers))
        else:
            super().change(name, value)

    @torch.no_grad()
    def nearest(self, at: Numbers) -> int:
        """The sample whose code is nearest to a place on the map."""
        z = self.pictures.codes(self)
        uv = self.pictures.flat(self.pictures.plane(self, z), z, self.pictures.edge)
        return int(((uv - at) ** 2).sum(1).argmin())

    @cached_property
    def pictures(self) -> Pictures:
        """What all frames share."""
        return Pictures(self)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        return {"loss": self.loss(), **self.pictures.take(self)}

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of the network with d."""
        return self.model.state()

    def notes(self, film: Film) -> None:
        """Add what a student should notice."""
        look(self, film)
