"""The models that come with the program say what their cards say."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from core.qm9 import evaluate, package, split
from core.qm9.predict import Library

ROOT = Path(__file__).parents[3]
README, RESULTS = ROOT / "README.md", ROOT / "assets" / "results"

# Best published test errors from the 2-D graph alone, one model a target (energies in eV):
# Co-Sparsify 2025, table 2.
PUBLISHED_2D = {
    "mu": 0.321, "alpha": 0.183, "homo": 0.0582, "lumo": 0.0571, "gap": 0.0814, "r2": 14.25,
    "zpve": 0.0033, "cv": 0.0762,
}  # fmt: skip


def card(name):
    return json.loads((package.FOLDER / f"{name}.json").read_text())


def test_best_is_below_the_best_published_2d_row_on_each_of_its_targets():
    found = card("best")["test"]["mae"]
    assert {key for key, value in PUBLISHED_2D.items() if not found[key] < value} == set()


def test_the_intervals_of_best_cover_what_they_promise():
    test, calibration = card("best")["test"], card("best")["validation"]["groups"]
    assert all(0.88 <= share <= 0.92 for share in test["coverage"].values())
    for name, group in test["groups"].items():
        slack = 0.02 + 3 * group["sampling_error"]
        if name == "charged":  # its widths scatter too: quantiles of 42 validation molecules
            both = math.hypot(group["sampling_error"], calibration[name]["sampling_error"])
            slack = 0.02 + 3 * both
        assert all(abs(share - 0.9) <= slack for share in group["coverage"].values())


@pytest.mark.parametrize("name", package.shipped())
def test_cards_are_complete_and_small(name):
    found = card(name)
    assert found["split"] == split.INDEX_HASH
    assert found["commands"] and found["commit"] and found["test"]["n"] == 10_831
    limit = 8_000_000 if name == "best" else 600_000
    assert (package.FOLDER / f"{name}.safetensors").stat().st_size <= limit


@pytest.mark.parametrize("name", package.shipped())
def test_a_part_of_the_test_split_agrees_with_the_card(name, qm9):
    library = Library.of(qm9)
    rows = library.parts.test[:600]
    found = evaluate.measure(package.load(name), evaluate.graphs_of(qm9, rows), library.y[rows])
    ours = np.array([found["mae"][key] for key in PUBLISHED_2D])
    said = np.array([card(name)["test"]["mae"][key] for key in PUBLISHED_2D])
    # 600 of 10,831 molecules: a mean absolute error is then known to about 5 %.
    assert (ours / said).mean() == pytest.approx(1, abs=0.12)


def table_of_readme(first):
    """Rows of the README table whose first heading is this, by their first cell."""
    lines = iter(README.read_text("utf-8").splitlines())
    head = next(line for line in lines if line.startswith(f"| {first} |"))
    rows = [head]
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(line)
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {name: dict(zip(cells[0][1:], rest, strict=True)) for name, *rest in cells[2:]}


def said(text, value):
    """Whether a text is this value in the digits that it shows."""
    digits = len(text.partition(".")[2])
    return abs(float(text.replace(",", "")) - value) <= 0.5001 * 10**-digits


COLUMNS = {
    "mu D": "mu", "alpha": "alpha", "HOMO": "homo", "LUMO": "lumo", "gap": "gap", "R2": "r2",
    "ZPVE": "zpve", "U0": "u0", "Cv": "cv",
}  # fmt: skip
MILLI = ("homo", "lumo", "gap", "zpve", "u0")


@pytest.mark.parametrize("name", package.shipped())
def test_the_table_in_the_readme_is_that_of_the_cards(name):
    rows = table_of_readme("model")
    (row,) = (row for text, row in rows.items() if text.startswith((name, f"**{name}**")))
    held = card(name)
    assert said(row["mean error ratio"], held["test"]["error_ratio"])
    assert said(row["parameters"].split("×")[-1].strip(), held["parameters"])
    for column, key in COLUMNS.items():
        assert said(row[column], held["test"]["mae"][key] * (1000 if key in MILLI else 1)), column


def test_the_learning_curves_in_the_readme_are_the_recorded_ones():
    recorded = json.loads((RESULTS / "qm9-learning-curves.json").read_text())["table"]
    rows = table_of_readme("molecules")
    assert set(rows) == set(recorded)
    for name, row in rows.items():
        assert {size.replace(",", "") for size in row} == set(recorded[name])
        for size, text in row.items():
            cell = recorded[name][size.replace(",", "")]
            mean, _, spread = text.partition(" ± ")
            assert said(mean, cell["error_ratio"]["mean"]), (name, size)
            assert bool(spread) == (cell["seeds"] > 1)
            assert not spread or said(spread, cell["error_ratio"]["std"])
