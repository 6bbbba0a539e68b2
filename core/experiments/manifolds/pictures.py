"""What each frame of the manifolds page shows: the autoencoder's map, and t-SNE's beside it."""

from __future__ import annotations

import time
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.analysis.embedding import Transform, aligned
from core.experiment import Experiment
from core.experiments.manifolds import tables
from core.experiments.manifolds.experiment import Training
from core.experiments.manifolds.finished import find
from core.experiments.manifolds.methods import principal
from core.experiments.manifolds.notes import look
from core.experiments.manifolds.settings import ManifoldsSettings, read_change
from core.experiments.manifolds.sheet import net
from core.experiments.manifolds.still import Still, pca, still
from core.film import Film, half

Array = NDArray[np.float64]
PACE = 5  # updates of the autoencoder for one iteration of t-SNE
SCORE_EVERY = 200  # updates between two measurements of the scores


class Pictures:
    """Everything that is the same for all frames of a run, made once, and the frames from it."""

    def __init__(self, run: Any) -> None:
        self.of: Still = still(run.settings)
        self.tsne = self.of.tsne(run.settings.perplexity)
        self.scores: dict[str, Any] = {}
        self.measured = -1  # step at which they were
        self.seconds = 0.0  # of one core, that t-SNE has taken

    @torch.no_grad()
    def take(self, run: Any, code: Array) -> dict[str, Any]:
        """One frame."""
        of = self.of
        z = np.nan_to_num(run.encode(run.x)[0].double().numpy(), posinf=1e6, neginf=-1e6)  # (n, d)
        middle = z.mean(0)
        places, directions, _ = principal(z - middle)  # of d = 2 merely turned
        started = time.thread_time()
        cloud = self.tsne.at(run.steps // PACE)
        self.seconds += time.thread_time() - started

        def decoded(at: Array) -> Array:
            codes = torch.from_numpy((at @ directions + middle).astype("float32"))
            return run.decode(codes[None])[0].double().numpy()

        ae, transform = aligned(places, of.target)
        if self.measured < 0 or run.done or run.steps % SCORE_EVERY == 0:
            self._measure(places, cloud, bool(run.done))
            self.measured = run.steps
        return {
            "ae": half(ae),
            "tsne": half(aligned(cloud, of.target)[0]),
            "color": half(of.shape.color),
            "sheet_ae": half(of.lifted(net(places, decoded, of.X))),
            "sheet_tsne": half(of.lifted(net(cloud, None, of.X))),
            "iteration": float(run.steps // PACE),
            **self.scores,
            **self._handle(run, code, transform, decoded),
        }

    def _measure(self, ae: Array, tsne: Array, last: bool) -> None:
        """Scores of both maps; their null hardly moves, so that it is taken first and last."""
        for name, map_ in (("ae_scores", ae), ("tsne_scores", tsne)):
            null = self.scores[name][4:] if name in self.scores and not last else None
            self.scores = {**self.scores, name: self.of.measured(map_, null)}

    def _handle(self, run: Any, code: Array, transform: Transform, decoded: Any) -> dict[str, Any]:
        """What the decoder, PCA's plane and UMAP's inverse make of the same place on their maps.

        UMAP's is NaN, and black, as long as there is no map of these settings.
        """
        of, at = self.of, code[None]
        found: dict[str, Any] = {"code": code.astype(np.float32)}
        umap = find(run.settings, "umap")
        back = np.full_like(of.X[:1], np.nan)
        if umap is not None and umap.restored is not None:
            back = umap.decoded(at)
        made = {"ae": decoded(transform.back(at)), "pca": pca(run.settings).decoded(at),
                "umap": back}  # fmt: skip
        for name, X in made.items():  # (1, D)
            found[f"decoded_{name}"] = half(of.lifted(X)[0])
            image = tables.pictures(run.settings, np.nan_to_num(X * of.scale + of.mean))
            if image is not None:
                found[f"image_{name}"] = image[0]
        return found


class Manifolds(Training, Experiment):
    """Train an autoencoder on points; t-SNE goes along, an iteration for five updates.

    Tracks of a snapshot (n points, the net has EDGE * EDGE nodes, see `sheet`):
        ae, tsne     float16 (n, 2): the maps, aligned (`core.analysis.embedding.aligned`)
        color        float16 (n,): the true parameter
        sheet_ae, sheet_tsne  float16 (EDGE * EDGE, 3): each map's net, carried back to the points
        ae_scores, tsne_scores  float32 (8,): four scores, then their null; every 200 updates
        code         float32 (2,): the place on the maps that is decoded
        decoded_ae, decoded_pca, decoded_umap  float16 (3,): what each makes of it, among the points
        image_ae, image_pca, image_umap  uint8 (H, W): the same, where samples are images
        iteration    of t-SNE
        loss         share of the variance that the autoencoder does not reproduce
    """

    Settings = ManifoldsSettings
    LOOKS = ("code",)
    pictures = cached_property(Pictures)

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.code: Array = np.zeros(2)
        self.seconds = 0.0  # of one core, that training has taken

    def step(self, n: int) -> None:
        """See `Training`."""
        started = time.thread_time()
        super().step(n)
        self.seconds += time.thread_time() - started

    def change(self, name: str, value: str) -> None:
        """Set the learning rate, or the place that is decoded. Errors: `SettingError`."""
        found = read_change(name, value)
        if name == "code":
            self.code = found
        else:
            super().change(name, value)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        return {"loss": self.loss(), **self.pictures.take(self, self.code)}

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of encoder and decoder."""
        return {
            f"{part}.{name}": tensor
            for part, net_ in (("encoder", self.encoder), ("decoder", self.decoder))
            for name, tensor in net_.state().items()
        }

    def notes(self, film: Film) -> None:
        """Add what a student should notice, and say how long it took so far."""
        seconds = {"ae": self.seconds, "tsne": self.pictures.seconds}
        film.meta["seconds"] = {**seconds, "pca": self.pictures.of.seconds}
        look(self, film)
