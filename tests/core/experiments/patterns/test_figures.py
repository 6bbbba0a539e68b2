"""Panels of the patterns page for every input: tracks in their shape, one node a token and side."""

import pytest

from core.experiments.patterns import figures
from core.experiments.patterns.masks import INPUTS
from core.experiments.patterns.pictures import Patterns
from core.experiments.patterns.settings import PatternsSettings
from core.experiments.patterns.table import SAID, table
from tests.core.experiments.test_panels import check

OTHER = {"gnn": "GCN", "own": "drawn", "own_weights": "fixed", "positions": True}


@pytest.mark.parametrize("changes", [*({"given": name} for name in INPUTS), OTHER], ids=str)
def test_all_that_is_shown_is_in_the_film(changes):
    settings = PatternsSettings(**changes)
    panels = figures.panels(settings)
    check(panels, figures.readouts(settings), Patterns(settings).snapshot())
    n = INPUTS[settings.given]
    for panel in (panel for panel in panels if panel["kind"] == "links"):
        assert len(panel["nodes"]) == 2 * n and len(panel["pairs"]) == n * n
        assert panel["focus"]["count"] == n
        # Link k of the film's row i, column j goes from input j to output i.
        assert panel["pairs"][1 * n + 3] == [n + 3, 1]
    gnn = "gcn" if settings.gnn == "GCN" else "gat"
    assert [panel["id"] for panel in panels[:5]] == [
        f"arrows-{name}" for name in ("target", "mlp", "cnn", gnn, "transformer")
    ]


def test_the_table_has_the_rows_of_the_chapter():
    rows = {row["layer"]: row["weights"] for row in table(PatternsSettings())}
    assert rows == {
        "MLP (6.5)": "fixed",
        "CNN (6.2)": "fixed",
        "GNN (GCN) (5.11)": "fixed",
        "GNN (GAT) (6.3)": "content-dependent",
        "Transformer (6.4)": "content-dependent",
        "Your mask": "content-dependent",
    }


def test_what_is_no_softmax_is_not_called_one():
    """Shown is alpha V from value to value: under a softmax, too, its rows do not add up to 1."""
    settings = PatternsSettings()
    rows = Patterns(settings).snapshot()["weights/transformer"].sum(1)
    assert abs(rows - 1).max() > 0.1
    (sums,) = (panel for panel in figures.panels(settings) if panel["id"] == "sums")
    assert "αV" in sums["title"] and "weights" not in sums["title"]
    assert any("softmax α is positive, V need not be" in line["text"] for line in sums["lines"])
    assert "show α · V" in SAID
