"""The settings of the explorer page: how to look, which molecules to keep, which one is picked."""

from __future__ import annotations

from dataclasses import dataclass

from core.qm9.data.source import FIRST_MOLECULE, LAST_MOLECULE
from core.qm9.data.targets import KEYS
from core.settings import Settings, setting
from core.settings.kinds import Choice, Choices, Flag, Integer

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
ANSWERS = ("any", "yes", "no")


@dataclass(frozen=True)
class ExplorerSettings(Settings):
    """Everything that the explorer's link reproduces."""

    view: str = setting("targets", Choice(VIEWS, label="Look at"))
    x: str = setting(
        "alpha", Choice(KEYS, label="Target", help="Horizontal; also the one of *Distributions*.")
    )
    y: str = setting("gap", Choice(KEYS, label="Second target", help="The vertical axis."))
    color: str = setting(
        "rings", Choice((*PROPERTIES, *KEYS), label="Color", help="What the color of a point says.")
    )
    layout: str = setting(
        "pca",
        Choice(
            LAYOUTS,
            label="Layout",
            help="PCA: the two directions of largest variance. UMAP: neighbors stay neighbors, "
            "distances between groups mean little.",
        ),
    )
    model: str = setting(
        "best",
        Choice(MODELS, label="Network", help="Whose summary of a molecule, h_G, is drawn."),
    )
    present: tuple[str, ...] = setting((), Choices(HEAVY, label="Contains"))
    absent: tuple[str, ...] = setting((), Choices(HEAVY, label="Without"))
    rings: tuple[str, ...] = setting(
        (),
        Choices(RINGS, label="Rings", help="The smallest set of rings; none chosen: any number."),
    )
    sizes: tuple[str, ...] = setting(
        (), Choices(SIZES, label="Heavy atoms", help="C, N, O and F; none chosen: any number.")
    )
    aromatic: str = setting("any", Choice(ANSWERS, label="Aromatic", help="Has aromatic atoms."))
    charged: str = setting(
        "any", Choice(ANSWERS, label="Charged", help="Has formal charges, which add up to zero.")
    )
    outliers: bool = setting(
        False,
        Flag(label="Show outliers", help="Axes that hold every molecule, not the middle 99.8 %."),
    )
    molecule: int = setting(
        29_238,
        Integer(FIRST_MOLECULE, LAST_MOLECULE, label="Molecule", help="Its number in QM9."),
    )
    seed: int = setting(
        0, Integer(0, 2**31 - 1, label="Seed", help="Decides which molecules are drawn as points.")
    )


FILTERS = ("present", "absent", "rings", "sizes", "aromatic", "charged")


def active_filters(settings: ExplorerSettings) -> tuple[str, ...]:
    """Names of the filters that are not at their default."""
    base = ExplorerSettings.defaults()
    return tuple(name for name in FILTERS if getattr(settings, name) != getattr(base, name))


def cleared(settings: ExplorerSettings) -> ExplorerSettings:
    """The same view without any filter."""
    base = ExplorerSettings.defaults()
    return settings.replace(**{name: getattr(base, name) for name in FILTERS})
