"""What is measured on samples that are held out: errors, collapse, random and strange samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.analysis.subspace import largest_angle
from core.experiments.autoencoders.anomalies import auc, judged
from core.experiments.autoencoders.baseline import Baseline
from core.experiments.autoencoders.cells import packed
from core.experiments.autoencoders.maps import EDGE, flat, plane_of
from core.film import half
from core.models.autoencoder import kl_divergence

Numbers = NDArray[np.float64]
WORST, PRIOR = 6, 10  # worst reconstructions; samples of a prior
COLLAPSED = 0.1  # nats below which a latent dimension counts as unused
MOST = 1e30  # of an error that a film holds
PLAIN = 1  # the network beside a variational one


def scores_between(base: Baseline) -> tuple[float, float]:
    """Ends of the histogram of scores, log10 of the error: the same for all frames."""
    most = max(base.variance, float((base.odd**2).sum(1).max(initial=0)))
    return float(np.log10(most)) - 3.5, float(np.log10(most)) + 0.1


def kl_of_linear(variances: Numbers, beta: float) -> Numbers:
    """KL of each dimension of the best linear variational autoencoder, from PCA's variances.

    |x - x_hat|^2 + beta KL is beta times the negative ELBO of a decoder with variance beta / 2. Its
    best latent dimensions are the principal components of larger variance; the others collapse.

    Equation: KL_i = max(0, log(2 lambda_i / beta) / 2), in nats
    Source: Tipping and Bishop (1999); Lucas et al. (2019), arXiv 1911.02469
    Shapes: (d,) -> (d,)
    """
    return 0.5 * np.log(np.maximum(1, 2 * variances / beta))


def held_in(errors: Numbers) -> Numbers:
    """Errors that a film can hold, whatever has diverged."""
    return np.clip(np.nan_to_num(errors, nan=MOST), 1 / MOST, MOST)


@torch.no_grad()
def errors_by_d(run: Any, base: Baseline) -> Numbers:
    """Error on held-out samples of each network of the kind that is set.

    Equation: (4.1)
    Shapes: (K,)
    """
    many = torch.from_numpy(base.seen).float().expand(len(run.dims), -1, -1)
    x_hat = run.model.reconstruct(many).double().numpy()
    losses = held_in(((base.test - x_hat) ** 2).sum(-1).mean(-1))  # (S,)
    return np.delete(losses, PLAIN) if run.settings.model == "variational" else losses


class HeldOut:
    """Measures a run, frame by frame."""

    def __init__(self, base: Baseline, settings: Any) -> None:
        self.base, self.d = base, settings.d
        self.strange = np.concatenate([base.test, base.odd])
        rng = np.random.default_rng([settings.seed, 11])
        self.eps = rng.standard_normal((PRIOR, settings.d))
        self.fixed = self._fixed(settings)

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

    def take(self, run: Any) -> dict[str, Any]:
        """Tracks of a frame."""
        strange = self._judged(run) if len(self.base.odd) else {}
        return {**self.fixed, **self._measured(run), **strange}

    def _measured(self, run: Any) -> dict[str, Any]:
        """Errors on test samples of every d, and what is special about the kind."""
        losses = errors_by_d(run, self.base)
        vae = run.settings.model == "variational"
        found = {
            "test_loss": losses[0],
            "kept": 1 - losses[0] / self.base.variance,
            "test_loss_by_d": losses.astype(np.float32),
        }
        if run.settings.model == "linear":
            W = run.model.decoder.W[0][0, : self.d].double().numpy()
            found["angle"] = largest_angle(W, self.base.components[: self.d])
        return found | (self._variational(run) if vae else {})

    def _variational(self, run: Any) -> dict[str, Any]:
        """KL of each latent dimension, the largest first; samples of the prior; the rival's map."""
        x = self.base.everything
        mu, log_var = run.model.encode(torch.from_numpy(x).float()[None])
        kl = held_in(kl_divergence(mu, log_var)[0, : self.d].double().numpy())
        z = np.clip(np.nan_to_num(run.model.codes(x, PLAIN)), -1e6, 1e6)
        like = x @ self.base.components[:2].T
        # A normal distribution with the mean and covariance C of the plain one's codes, C = L L^T
        C = np.cov(z.T).reshape(self.d, self.d)
        L = np.linalg.cholesky(C + 1e-6 * max(1.0, float(C.max())) * np.eye(self.d))
        drawn = [run.model.decoded(self.eps),
                 run.model.decoded(z.mean(0) + self.eps @ L.T, PLAIN)]  # fmt: skip
        return {
            "kl": np.sort(kl)[::-1].astype(np.float32),
            "active": (kl > COLLAPSED).sum(),
            "rival_map": half(flat(plane_of(z, like, False), z, self.base.label, EDGE)),
            "prior": packed(run.settings, np.concatenate(drawn) + self.base.mean, PRIOR),
        }

    def _judged(self, run: Any) -> dict[str, Any]:
        """Strange against held-out samples, both without noise, by log10 of the error."""
        x = torch.from_numpy(self.strange).float()[None]
        out = run.model.reconstruct(x)[0].double().numpy()
        scores = np.log10(held_in(((self.strange - out) ** 2).sum(1)))
        n = len(self.base.test)
        worst = np.argsort(-scores, kind="stable")[:WORST]
        pairs = np.concatenate([self.strange[worst], out[worst]]) + self.base.mean
        return {
            **judged(scores[:n], scores[n:], run.threshold, scores_between(self.base)),
            "worst": packed(run.settings, np.nan_to_num(pairs), WORST),
            "worst_odd": (worst >= n).astype(np.float32),
        }
