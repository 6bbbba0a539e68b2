"""The chapter as a map: sections and their pages. Router and home read it."""

from dataclasses import dataclass
from importlib import import_module

from core import ROOT
from core.about import About
from core.app.early import early

ASSETS = ROOT / "assets"


@dataclass(frozen=True)
class Section:
    """A part of the chapter: the folder of its pages, and their names."""

    title: str
    sentence: str
    folder: str
    names: tuple[str, ...]

    @property
    def pages(self) -> dict[str, About]:
        """Script of each page, below pages/, and what the page says of itself."""
        rooms = (import_module(f"core.experiments.{name}") for name in self.names)
        return {f"{self.folder}/{room.ABOUT.file}": room.ABOUT for room in rooms}


SECTIONS = (
    Section(
        "Foundations",
        "one neuron, then layers of them",
        "foundations",
        ("summaries", "perceptron", "boundaries", "approximation"),
    ),
    Section(
        "Training deep networks",
        "how the weights are found, and what can go wrong",
        "training",
        ("depth", "optimizers", "minima", "double_descent"),
    ),
    Section(
        "Representation",
        "what lies in few dimensions, who finds it, and what a network keeps of it",
        "representation",
        ("manifolds", "autoencoders"),
    ),
    Section(
        "Sequences and grids",
        "pictures and series: the same weights everywhere",
        "grids",
        ("kernels", "features", "receptive_fields", "recurrence"),
    ),
    Section(
        "Sets and graphs",
        "things without an order, then with bonds between them",
        "graphs",
        ("deep_sets", "message_passing", "graph_attention"),
    ),
    Section(
        "Attention",
        "every token asks all others",
        "attention",
        ("attention", "patterns"),
    ),
    Section("QM9", "130,831 real molecules", "qm9", ("qm9_explorer", "qm9_training", "predict")),
)
# Home plays a recorded film.
EARLY = early(["", *(about.path for section in SECTIONS for about in section.pages.values())])
