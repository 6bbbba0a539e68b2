"""Panels of the QM9 training page, and the learning curves out of the recorded file."""

import inspect
import json

import numpy as np
import pytest

from core import ROOT
from core.experiments.qm9_training import figures, tasks
from core.experiments.qm9_training.figures_curves import (
    crossing,
    learning_curves,
    log_axis,
    overtaking,
    points,
    reading,
)
from core.experiments.qm9_training.settings import SHOWN, Qm9TrainingSettings
from core.qm9.data.targets import TARGET
from core.qm9.networks.models import QM9_MODELS

RECORDED = ROOT / "assets" / "results" / "qm9-learning-curves.json"


@pytest.mark.parametrize("target", SHOWN)
def test_every_axis_says_its_unit(target):
    settings = Qm9TrainingSettings(molecules=500, models=("mlp", "gcn", "best"), target=target)
    unit = TARGET[target].unit
    for panel in figures.panels(settings)[:3]:
        layout = panel["figure"]["layout"]
        titles = layout["xaxis"]["title"]["text"] + layout["yaxis"]["title"]["text"]
        assert f"({unit})" in titles, panel["id"]


def test_bars_stand_where_their_numbers_are():
    """Bar g * (K + 1) + k is model k on group g, as the rows of the track."""
    settings = Qm9TrainingSettings(molecules=500, models=("mlp", "gcn", "mpnn"))
    (bars,) = figures.elements(settings)["figure"]["data"]
    assert bars["x"] == [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14]
    assert bars["customdata"][4] == "gcn, with N"
    assert bars["marker"]["color"][4] == figures.COLORS["gcn"]


def test_models_have_colors_of_their_own():
    assert len({figures.COLORS[name] for name in QM9_MODELS}) == len(QM9_MODELS)


@pytest.mark.parametrize("measure", ["error_ratio", *SHOWN])
def test_the_recorded_curves_are_drawn_as_they_are(measure):
    table = json.loads(RECORDED.read_text())["table"]
    figure = learning_curves(table, measure)
    lines = {trace.name: trace for trace in figure.data if trace.name}
    assert set(lines) == set(table)
    for model, sizes in table.items():
        for n, y in zip(lines[model].x, lines[model].y, strict=True):
            cell = sizes[str(n)]
            recorded = cell["mae"].get(measure, cell["error_ratio"]["mean"])
            assert y == recorded
        assert list(lines[model].x) == sorted(map(int, sizes))


def test_bands_stand_where_there_are_several_seeds():
    def cell(mean, std, seeds):
        return {"seeds": seeds, "error_ratio": {"mean": mean, "std": std}, "mae": {}, "mae_std": {}}

    table = {"mlp": {"5000": cell(8, 0.5, 3), "1000": cell(10, 1, 3), "110000": cell(6, 0, 1)}}
    assert [p.molecules for p in points(table["mlp"], "error_ratio")] == [1000, 5000, 110_000]
    band, line = learning_curves(table, "error_ratio").data
    assert list(band.x) == [1000, 5000, 5000, 1000]
    assert list(band.y) == [11, 8.5, 7.5, 9]
    assert list(line.customdata) == ["3 seeds", "3 seeds", "1 seed"]


def test_the_curves_are_read_out():
    def cell(mean):
        ratio = {"mean": mean, "std": 0.0}
        return {"seeds": 1, "error_ratio": ratio, "mae": {}, "mae_std": {}}

    table = {
        "mpnn": {"1000": cell(10), "110000": cell(5)},
        "mlp": {"1000": cell(16), "110000": cell(4)},
        "deep-sets": {"1000": cell(12), "110000": cell(9)},
    }
    assert reading(table, "error_ratio") == (
        "With 1,000 molecules **mpnn** errs least and mlp most; with 110,000 **mlp** least (number "
        "3 of 3 with 1,000) and deep-sets most. From one to the other the error of mlp falls by "
        "75%, that of deep-sets by 25%."
    )


def test_the_crossing_is_marked_where_the_drawn_lines_cross():
    table = json.loads(RECORDED.read_text())["table"]
    lines = {model: points(sizes, "error_ratio") for model, sizes in table.items()}
    met = crossing(lines)
    assert (met.model, met.low, met.high, met.seeds) == ("transformer", 20_000, 110_000, 1)

    def at(model):
        a, b = (p for p in lines[model] if p.molecules in (met.low, met.high))
        x, y = np.log10([a.molecules, b.molecules]), np.log10([a.mean, b.mean])
        return 10 ** np.interp(np.log10(met.molecules), x, y)

    errors = {model: at(model) for model in lines}
    assert errors["transformer"] == pytest.approx(met.error)
    assert min(errors.values()) == pytest.approx(met.error), "it has just passed the last"
    (ring,) = (t for t in learning_curves(table, "error_ratio").data if t.marker.size == 18)
    assert (ring.x, ring.y) == ((met.molecules,), (met.error,))
    said = overtaking(table, "error_ratio")
    assert "Between 20,000 and 110,000 molecules **transformer** passes" in said
    assert "**one seed**" in said and "Why" in said


def test_without_a_crossing_none_is_marked():
    table = json.loads(RECORDED.read_text())["table"]
    few = {model: table[model] for model in ("gcn", "deep-sets")}
    assert overtaking(few, "error_ratio") == ""
    assert not [t for t in learning_curves(few, "error_ratio").data if t.marker.size == 18]


def test_what_the_tasks_say_of_the_recorded_runs_is_so():
    said, table = inspect.getsource(tasks), json.loads(RECORDED.read_text())["table"]
    few, more = ({m: table[m][n]["mae"]["gap"] for m in ("mlp", "mpnn")} for n in ("1000", "5000"))
    assert f"{few['mpnn']:.3f} against {few['mlp']:.3f} eV" in said
    assert [round(1 - more[m] / few[m], 2) for m in few] == [0.2, 0.2]
    assert max(table[m]["1000"]["mae_std"]["gap"] for m in few) < 0.05 * (few["mlp"] - few["mpnn"])


def test_logarithmic_marks_lie_in_reach():
    axis = log_axis([0.02, 0.9])
    low, high = (10**x for x in axis["range"])
    assert low < 0.02 and high > 0.9
    assert axis["ticktext"][:3] == ["0.02", "0.03", "0.05"]
    assert all(low <= mark <= high for mark in axis["tickvals"])
    assert log_axis([])["tickvals"]


def test_each_number_of_parameters_says_whose_it_is():
    settings = Qm9TrainingSettings()
    labels = [one["label"] for one in figures.readouts(settings) if "parameters" in one["label"]]
    assert labels == [f"{model}: parameters" for model in settings.models]
