"""The chapter as a map: sections, their pages, one sentence each. Router and home read it."""

from dataclasses import dataclass
from pathlib import Path

from core import ROOT

ASSETS = ROOT / "assets"


@dataclass(frozen=True)
class Entry:
    """A page: file below pages/, title, icon, place in the chapter, what one does there."""

    file: str
    title: str
    icon: str
    chapter: str
    sentence: str

    @property
    def path(self) -> str:
        """URL path of the page: the stem of its file."""
        return Path(self.file).stem.replace("_", "-")

    @property
    def searched(self) -> str:
        """What the search on home looks through."""
        return f"{self.title} {self.chapter} {self.sentence}".lower()


@dataclass(frozen=True)
class Section:
    """A part of the chapter."""

    title: str
    sentence: str
    pages: tuple[Entry, ...]


SECTIONS = (
    Section(
        "Foundations",
        "one neuron, then layers of them",
        (
            Entry(
                "foundations/perceptron.py",
                "Perceptron",
                ":material/linear_scale:",
                "Section 2, equation 2.6",
                "Rosenblatt's rule, mistake by mistake: it finds every straight cut, never XOR.",
            ),
            Entry(
                "foundations/boundaries.py",
                "Decision boundaries",
                ":material/grain:",
                "Section 2, figures 2 and 3, equations 2.1 to 2.5",
                "Train networks on XOR, spirals or your own points; look into every hidden layer, "
                "activation and weight.",
            ),
            Entry(
                "foundations/approximation.py",
                "Approximation",
                ":material/show_chart:",
                "Section 2, universal approximation",
                "Fit a function that you draw; see the piece each ReLU adds, and what width and "
                "depth buy.",
            ),
        ),
    ),
    Section(
        "Sets and graphs",
        "things without an order, then with bonds between them",
        (
            Entry(
                "graphs/deep_sets.py",
                "Deep Sets",
                ":material/bubble_chart:",
                "Section 5.3, figure 10, equations 5.7 and 5.8",
                "Shuffle a set: one network cannot notice, the other is thrown. Sums, counts, "
                "centers, and molecules as bags of atoms.",
            ),
            Entry(
                "graphs/message_passing.py",
                "Message passing",
                ":material/hub:",
                "Section 5.3.1, figures 11 and 14, equations 5.9 to 5.12",
                "Watch a trained network at work on a molecule that you draw: message, sum, "
                "update, with every number.",
            ),
            Entry(
                "graphs/graph_attention.py",
                "Graph attention",
                ":material/join:",
                "Section 5.3.1, figure 12, equations 5.13 and 5.14",
                "See whom each atom of your molecule listens to, then silence a neighbor: does "
                "attention say what matters?",
            ),
        ),
    ),
    Section(
        "QM9",
        "130,831 real molecules",
        (
            Entry(
                "qm9/qm9_explorer.py",
                "QM9 explorer",
                ":material/travel_explore:",
                "Appendix A, figure 14, equation 5.12",
                "Walk through 130,831 molecules: properties, a map of chemical space, and one "
                "molecule as graph, tables and shape.",
            ),
            Entry(
                "qm9/qm9_training.py",
                "Training on QM9",
                ":material/model_training:",
                "Section 5.3 and appendix A, equations 2.1, 5.9 and 5.12",
                "Race an MLP against message passing on real molecules, see what more data buys, "
                "start a full run.",
            ),
            Entry(
                "qm9/predict.py",
                "Predict",
                ":material/science:",
                "Appendix A",
                "Draw a molecule; trained networks tell its 19 properties, each with an interval.",
            ),
        ),
    ),
)
