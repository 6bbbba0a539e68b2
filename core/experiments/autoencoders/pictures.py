"""What the autoencoders page shows of networks: map, decodes, walks, errors, strange samples."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment
from core.experiments.autoencoders import maps
from core.experiments.autoencoders.baseline import Baseline, baseline
from core.experiments.autoencoders.cells import is_image, packed, sheet, sheet_size
from core.experiments.autoencoders.experiment import Training
from core.experiments.autoencoders.held_out import HeldOut
from core.experiments.autoencoders.notes import look
from core.experiments.autoencoders.settings import LOOKS, AutoencodersSettings, check_change
from core.film import half

Numbers = NDArray[np.float64]
WALK = 9  # stations from A to B
ROUND = 320  # updates in which the dot walks to B, to A and back to halfway, as after 2,000
SHADE = 36  # of 255: how dark the map is where no data are


def edge_of(settings: Any) -> float:
    """Half the width of the latent map."""
    return maps.PRIOR_EDGE if settings.model == "variational" else maps.EDGE


class Pictures:
    """What all frames of a run share, and the frames from it."""

    def __init__(self, run: Any) -> None:
        settings = run.settings
        self.base: Baseline = baseline(settings)
        self.held_out = HeldOut(self.base, settings)
        self.like = self.base.everything @ self.base.components[:2].T
        self.edge, self.d = edge_of(settings), settings.d

    def codes(self, run: Any) -> Numbers:
        """Codes of all samples by network 0. Shapes: (n, d)."""
        return run.model.codes(self.base.everything)

    def plane(self, run: Any, z: Numbers) -> maps.Plane:
        """The plane of the map of network 0."""
        return maps.plane_of(z, self.like, run.settings.model == "variational")

    @torch.no_grad()
    def take(self, run: Any) -> dict[str, Any]:
        """One frame. What is held out is evaluated where the run says so."""
        z = self.codes(run)
        plane = self.plane(run, z)
        uv = maps.flat(plane, z, self.base.label, self.edge)
        return {**self.held_out.take(run), **self._map(run, z, plane, uv), **self._rows(run)}

    def _map(self, run: Any, z: Numbers, plane: maps.Plane, uv: Numbers) -> dict[str, Any]:
        """The latent map, the dot on it and what it decodes to, the walk from A to B."""
        settings, seen = run.settings, maps.coverage(uv, self.edge)
        a, b = z[run.ends[0]], z[run.ends[1]]
        if run.dot is None:
            t = 0.5 + 0.5 * np.sin(2 * np.pi * run.steps / ROUND)
            code = (1 - t) * a + t * b
            dot = np.nan_to_num(plane.flat(code[None])[0])
        else:
            dot = np.array(run.dot)
            code = plane.code(dot[None])[0]
        k = sheet_size(settings)
        spots = maps.grid(self.edge, k)
        steps = np.linspace(0, 1, WALK)[:, None]
        codes = np.concatenate([code[None], (1 - steps) * a + steps * b, plane.code(spots)])
        made = run.model.decoded(codes) + self.base.mean
        first, last = self.base.everything[run.ends]
        mixed = (1 - steps) * first + steps * last
        covered = np.array([seen[maps.cell_of(spot, self.edge)] for spot in spots])
        handles = np.clip(np.stack([*uv[run.ends], dot]), -self.edge, self.edge)
        one = made[:1]
        return {
            "map": half(uv),
            "place": handles.astype(np.float32),
            "shade": (SHADE * (1 - np.clip(seen, 0, 1))).astype(np.uint8),
            "near": maps.around(uv, dot, self.edge),
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


class AutoencodersRun(Training, Experiment):
    """Train an autoencoder, and beside it those of other latent dimensions, on the same batches.

    Tracks of a snapshot (n samples, trained on and held out; m of them held out; D numbers each):
        map         float16 (n, 2): codes on the latent map, see `maps.Plane`
        place       float32 (3, 2): the ends A and B of the walk, and the dot, which is drawn on top
        shade       uint8 (40, 40): dark where no data are; `near`: how many lie around the dot
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

    Settings = AutoencodersSettings
    notes = look
    pictures = cached_property(Pictures)
    LOOKS = LOOKS

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
        elif name == "place.2":
            self.dot = numbers
        elif name.startswith("place"):
            self.ends[int(name[-1])] = self.nearest(np.array(numbers))
        else:
            super().change(name, value)

    @torch.no_grad()
    def nearest(self, at: Numbers) -> int:
        """The sample whose code is nearest to a place on the map."""
        pictures = self.pictures
        z = pictures.codes(self)
        uv = maps.flat(pictures.plane(self, z), z, pictures.base.label, pictures.edge)
        return int(((uv - at) ** 2).sum(1).argmin())

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        return {"loss": self.loss(), **self.pictures.take(self)}

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of the network with d."""
        return self.model.state()
