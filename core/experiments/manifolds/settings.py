"""Settings of the manifolds page, and what only holds between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.manifolds.shapes import SHAPES
from core.experiments.manifolds.tables import TABLES, shape
from core.settings import SettingError, Settings, setting
from core.settings.kinds import DATA_SEED, VIEW, Choice, Flag, Integer, Number, rare
from core.settings.lists import Changes, Rows, learning_rate, read_live, read_place

MAPS = {"pca": "PCA", "ae": "Autoencoder", "tsne": "t-SNE", "umap": "UMAP", "isomap": "Isomap"}
PROFILE = (
    (-1.6, 0.2), (-1.2, 0.9), (-0.6, 1.0), (-0.1, 0.4), (-0.5, -0.4), (0.1, -1.0), (0.9, -0.9),
    (1.4, -0.2), (1.3, 0.6), (0.8, 0.9),
)  # fmt: skip
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
LIVE = {
    "learning_rate": learning_rate(1, RATES, "How far each step goes.", **rare("autoencoder")),
}
EDGE = 6.0  # half the side of the square in which a code may be put by hand


@dataclass(frozen=True)
class ManifoldsSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    dataset: str = setting(
        "swiss roll", Choice((*SHAPES, "drawn", *TABLES), label="Data", group="data")
    )
    samples: int = setting(1000, Integer(200, 2000, step=100, label="Points", group="data"))
    noise: int = setting(
        0,
        Integer(0, 30, 2, label="Noise in %", help="Of the points' distance from the middle.",
                group="data", when=lambda settings: settings.dataset not in TABLES),
    )  # fmt: skip
    profile: tuple[tuple[float, ...], ...] = setting(
        PROFILE, Rows(2, 80, bound=2.0, label="Drawn profile", help="x, y with lines between.")
    )
    data_seed: int = setting(0, DATA_SEED)
    neighbors: int = setting(
        8,
        Integer(2, 2000, label="Isomap: neighbors", help="Each step of a path goes to one of them.",
                group="maps"),
    )  # fmt: skip
    perplexity: int = setting(
        30,
        Integer(2, 2000, label="t-SNE: perplexity", help="About how many neighbors count.",
                group="maps"),
    )  # fmt: skip
    umap_neighbors: int = setting(
        15, Integer(2, 2000, label="UMAP: neighbors", help="Of each point.", group="maps")
    )
    min_dist: float = setting(
        0.1,
        Number(0, 0.99, step=0.05, label="UMAP: least distance", help="Of points in the map.",
               **rare("maps")),
    )  # fmt: skip
    latent: int = setting(
        2,
        Integer(1, 8, label="Latent dimension d", help="Of more than 2 their PCA is drawn.",
                group="autoencoder"),
    )  # fmt: skip
    width: int = setting(
        64, Integer(4, 256, 4, label="Neurons a layer", help="Two layers.", **rare("autoencoder"))
    )
    learning_rate: float = setting(0.01, LIVE["learning_rate"])
    batch_size: int = setting(100, Integer(10, 500, label="Batch size", **rare("autoencoder")))
    max_steps: int = setting(
        3000, Integer(1, 30_000, label="Stop after", help="Updates.", **rare("autoencoder"))
    )
    sheet: str = setting(
        "none",
        Choice(("none", *MAPS), label="Map drawn back", said=lambda name: MAPS.get(name, name),
               help="A net over this map, where its points lie, carried back among the data.",
               group=VIEW),
    )  # fmt: skip
    pictures: bool = setting(
        False, Flag(label="Images as points", help="Where samples are images.", **rare(VIEW))
    )
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """Refuse what makes no sense, in words."""
        n = self.samples
        if self.dataset in TABLES and self.dataset != "digits" and n > 1000:
            raise SettingError("samples", n, f"up to 1,000: {self.dataset} has no more here")
        if self.dataset == "digits" and n > 1700:
            raise SettingError("samples", n, "up to 1,700: scikit-learn has 1,797 digits")
        if 3 * self.perplexity >= n:
            raise SettingError(
                "perplexity", self.perplexity,
                f"below a third of the {n:,} points: with more, every point is a neighbor of every "
                f"other; {n // 4} or less, or more points",
            )  # fmt: skip
        for name in ("neighbors", "umap_neighbors"):
            if getattr(self, name) >= n:
                raise SettingError(
                    name, getattr(self, name),
                    f"below the {n:,} points: a point has no more than {n - 1:,} others",
                )  # fmt: skip
        if self.dataset == "drawn" and not long_enough(self.profile):
            raise SettingError(
                "profile", self.profile, "a curve of at least 2 points, longer than 0.2"
            )
        for _, name, value in self.changes:
            read_change(name, value)

    @property
    def embedded(self) -> dict[str, Any]:
        """Tables that go into an exported script as they are."""
        return {"table": self.table} if self.dataset in TABLES else {}

    @property
    def table(self) -> NDArray[np.float32]:
        """Rows of a data set that a script cannot make by a rule, (n, d)."""
        return shape(self).X.astype(np.float32)


def long_enough(profile: Any) -> bool:
    """Whether a drawn curve has a length to speak of."""
    path = np.array(profile, float)
    return len(path) > 1 and float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum()) > 0.2


def read_change(name: str, value: str) -> Any:
    """The learning rate, or the place `x,y` on the map of the autoencoder that is decoded.

    Errors: `SettingError` if there is no such change, or it may not have this value.
    """
    if name in LIVE:
        return read_live(LIVE, name, value)
    if name != "code":
        raise SettingError("change", name, f"one of {', '.join((*LIVE, 'code'))}")
    return np.array(read_place(name, value, EDGE))


def of_data(settings: Any) -> Any:
    """The settings that decide the data, all others at their defaults: a key for what is cached."""
    names = ("dataset", "samples", "noise", "profile", "data_seed")
    base = type(settings)(dataset=settings.dataset, samples=settings.samples, perplexity=2,
                          umap_neighbors=2)  # fmt: skip
    return base.replace(**{name: getattr(settings, name) for name in names})


def redrawn(settings: Any, path: Any) -> Any:
    """The settings after a profile was drawn: thinned to 80 places at most."""
    rows = np.array(path, float)
    kept = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), 80)).astype(int))
    profile = tuple(map(tuple, np.clip(rows[kept], -2, 2).tolist()))
    if not long_enough(profile):
        raise SettingError("profile", len(rows), "a longer curve: draw it in one stroke")
    return settings.fresh().replace(dataset="drawn", profile=profile)
