"""What the networks see of a molecule: who is bonded to whom, in the order of its list."""

from __future__ import annotations

import numpy as np

from core.experiments.race import molecules
from core.experiments.race.data import LAYOUTS, MOLECULES, order_of
from core.figures.chart import Chart
from core.molecules.graph import ATOMIC_NUMBERS, ELEMENTS
from core.stage import Panel, line

FIRST, SECOND = 0, 1  # of the shipped molecules
SCALE = [[0, "#eeeeee"], [1, "#222222"]]
SMALL = {"ticks": "", "tickfont": {"size": 10}}
NAMES = np.array(["", *ELEMENTS])


def letters(row: int, order: np.ndarray) -> list[str]:
    """Element of each place, empty where there is no atom. Shapes: order (9,)."""
    table = molecules.load()
    kinds = np.concatenate([[0], table.types[:, 0]])[table.atoms[row]]
    return [str(NAMES[ATOMIC_NUMBERS.index(z) + 1]) if z else "" for z in kinds[order]]


def two_molecules(shuffled: bool, high: int) -> Panel:
    """The orders of the bonds of two molecules, one above the other; a row is an atom."""
    places = LAYOUTS[MOLECULES].places
    order = order_of(places).numpy() if shuffled else np.arange(places)
    table = molecules.load()
    rows = molecules.lists(table)[[FIRST, SECOND], :, molecules.FEATURES :]
    cells: list[list[float | None]] = []
    for row in rows[:, order][:, :, order].tolist():
        cells += [*row, [None] * places]
    names = [[*letters(row, order), ""] for row in (FIRST, SECOND)]
    down = sum(names, [])
    p = Chart(
        "", "", (-0.5, places - 0.5), square=True, grid=False,
        xaxis={"tickvals": list(range(places)), "ticktext": names[1][:-1], **SMALL},
        yaxis={"tickvals": list(range(len(down))), "ticktext": down[::-1], **SMALL},
    )  # fmt: skip
    p.add("heatmap", {"z": cells[::-1]}, colorscale=SCALE, showscale=False, xgap=1, ygap=1,
          zmin=0, zmax=3, hover="bond of order %{z}")  # fmt: skip
    gaps = " and ".join(f"{table.gap[row]:.1f}" for row in (FIRST, SECOND))
    listed = "in the shuffled order" if shuffled else "as they are"
    return p.panel("seen", title="Bonds of two molecules",
                   caption=[line(f"Gaps {gaps} eV; a row is an atom.", mark="muted")],
                   alt=f"Bonds between the atoms of two molecules, listed {listed}; the darker the "
                   "higher their order.", width=260, height=high)  # fmt: skip
