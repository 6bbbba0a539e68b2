"""The settings of the explorer page: how to look, which molecules to keep, which one is picked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.qm9.data.source import FIRST_MOLECULE, LAST_MOLECULE
from core.qm9.data.targets import KEYS, TARGETS
from core.settings import Settings, setting
from core.settings.kinds import VIEW, Choice, Choices, Flag, Integer, rare

VIEWS = {
    "targets": "Two targets",
    "space": "Map of chemical space",
    "distribution": "Distributions",
}
MODELS = ("best", "mlp", "deep-sets", "gcn", "gat", "mpnn", "transformer")
"""As `core.qm9.networks.package.shipped()` says; written out, since that needs torch."""
LAYOUTS = {"pca": "PCA", "umap": "UMAP"}
PROPERTIES = {
    "contents": "elements",
    "rings": "rings",
    "size": "heavy atoms",
    "aromatic": "aromatic",
    "charged": "charged",
}
HEAVY = ("C", "N", "O", "F")
RINGS = ("0", "1", "2", "3", "4", "5", "6+")
SIZES = tuple("123456789")
ANSWERS = {"any": "any", "yes": "only", "no": "none"}


def named(key: str) -> str:
    """A target or a property in a menu."""
    return TARGETS[KEYS.index(key)].named if key in KEYS else PROPERTIES[key]


def on_map(settings: Any) -> bool:
    """Whether the map of chemical space is looked at."""
    return bool(settings.view == "space")


@dataclass(frozen=True)
class ExplorerSettings(Settings):
    """Everything that the explorer's link reproduces."""

    view: str = setting(
        "targets",
        Choice(VIEWS, buttons=True, label="Look at", group=VIEW, said=VIEWS.__getitem__, wide=True),
    )
    layout: str = setting(
        "pca",
        Choice(LAYOUTS, buttons=True, label="Layout", group=VIEW, said=LAYOUTS.__getitem__,
               when=on_map, wide=True,
               help="PCA: the two directions of largest variance. UMAP: neighbors stay neighbors, "
               "distances between groups mean little."),
    )  # fmt: skip
    model: str = setting(
        "best",
        Choice(MODELS, label="Network", group=VIEW, when=on_map, wide=True,
               help="Whose summary of a molecule, $h_G$, is drawn."),
    )  # fmt: skip
    x: str = setting(
        "alpha",
        Choice(KEYS, label="Target", group=VIEW, said=named, wide=True,
               when=lambda settings: not on_map(settings),
               help="Horizontal; also the one of *Distributions*."),
    )  # fmt: skip
    y: str = setting(
        "gap",
        Choice(KEYS, label="Second target", group=VIEW, said=named, wide=True,
               when=lambda settings: settings.view == "targets", help="The vertical axis."),
    )  # fmt: skip
    color: str = setting(
        "rings",
        Choice((*PROPERTIES, *KEYS), label="Color", group=VIEW, said=named, wide=True,
               when=lambda settings: settings.view != "distribution",
               help="What the color of a point says."),
    )  # fmt: skip
    present: tuple[str, ...] = setting((), Choices(HEAVY, label="Contains", group="filters"))
    absent: tuple[str, ...] = setting((), Choices(HEAVY, label="Without", group="filters"))
    rings: tuple[str, ...] = setting(
        (),
        Choices(RINGS, label="Rings", group="filters",
                help="The smallest set of rings; none chosen: any number."),
    )  # fmt: skip
    sizes: tuple[str, ...] = setting(
        (),
        Choices(SIZES, label="Heavy atoms", group="filters",
                help="C, N, O and F; none chosen: any number."),
    )  # fmt: skip
    aromatic: str = setting(
        "any",
        Choice(ANSWERS, label="Aromatic", help="Has aromatic atoms.", group="filters",
               said=ANSWERS.__getitem__),
    )  # fmt: skip
    charged: str = setting(
        "any",
        Choice(ANSWERS, label="Charged", help="Has formal charges, which add up to zero.",
               group="filters", said=ANSWERS.__getitem__),
    )  # fmt: skip
    outliers: bool = setting(
        False,
        Flag(label="Show outliers", help="Axes that hold every molecule, not the middle 99.8%.",
             when=lambda settings: settings.view != "distribution", **rare(VIEW)),
    )  # fmt: skip
    molecule: int = setting(
        29_238,
        Integer(FIRST_MOLECULE, LAST_MOLECULE, label="Molecule", help="Its number in QM9."),
    )
    seed: int = setting(
        0,
        Integer(0, 2**31 - 1, label="Seed", help="Decides which molecules are drawn as points.",
                when=lambda settings: settings.view != "distribution", **rare(VIEW)),
    )  # fmt: skip


FILTERS = ("present", "absent", "rings", "sizes", "aromatic", "charged")


def active_filters(settings: ExplorerSettings) -> tuple[str, ...]:
    """Names of the filters that are not at their default."""
    base = ExplorerSettings.defaults()
    return tuple(name for name in FILTERS if getattr(settings, name) != getattr(base, name))


def cleared(settings: ExplorerSettings) -> ExplorerSettings:
    """The same view without any filter."""
    base = ExplorerSettings.defaults()
    return settings.replace(**{name: getattr(base, name) for name in FILTERS})
