"""Who remembers the first of 40 symbols: what is recorded, and once more in few updates."""

import dataclasses
import json

import pytest

from core.experiments.recurrence import horizon
from core.experiments.recurrence.beginnings import READERS
from core.experiments.recurrence.experiment import Training
from core.experiments.recurrence.horizon import Horizon, Row, main, of, recorded, said
from core.experiments.recurrence.settings import SHARES, RecurrenceSettings
from core.models.recurrent import CELLS


def test_the_recorded_race_holds_what_the_page_claims():
    found = json.loads(horizon.RECORDED.read_text("utf-8"))
    assert found["command"] == horizon.COMMAND
    assert all(set(row) == {f.name for f in dataclasses.fields(Row)} for row in found["results"])
    rate = RecurrenceSettings().learning_rate
    for cell in CELLS:
        mine, plain = (of(recorded(), cell, begins) for begins in ("as set", "default"))
        assert [row.seed for row in mine] == [row.seed for row in plain] == list(range(5))
        assert all(r.accuracy >= 0.99 and 0 < r.updates <= 600 and r.seconds < 5 for r in mine)
        assert all(row.updates == 0 and row.accuracy < 0.4 for row in plain)
        assert {row.learning_rate for row in (*mine, *plain)} == {rate * SHARES[cell]}
    words = said(recorded())
    assert words.count("5 of 5 seeds") == 3 and words.count("by default 0 of 5") == 3


def test_a_plain_cell_and_a_gru_remember_and_their_defaults_do_not():
    """Section 2.7 of the notes on science, counted in updates."""
    work = Horizon(("RNN", "GRU"), seeds=1, most=280)
    work.work()
    found = {(row.cell, row.begins): row.accuracy for row in work.result}
    assert work.done and len(found) == 4
    for cell in ("RNN", "GRU"):
        assert found[cell, "as set"] > 0.9 and found[cell, "default"] < 0.4


def test_each_family_learns_at_its_own_rate():
    """The first step of Adam is as long as its rate, whatever the gradient (Kingma and Ba)."""
    settings = RecurrenceSettings(cells=READERS, length=8, beside=False, clip=0.0)
    for text in ("0.005", "0.001"):
        run = Training(settings)
        run.change("learning_rate", text)
        before = {cell: run.models[cell].W_y.detach().clone() for cell in READERS}
        run.step(1)
        for cell in READERS:
            moved = (run.models[cell].W_y.detach() - before[cell]).abs().max()
            assert float(moved) == pytest.approx(float(text) * SHARES[cell], rel=0.01)


def test_the_command_line_trains_one_cell(capsys):
    assert main(["--cell", "RNN", "--seeds", "1", "--steps", "20"]) == 0
    names, *rows = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert names[:3] == ["cell", "begins", "seed"] and [row[1] for row in rows] == [
        "as set", "default",
    ]  # fmt: skip
    with pytest.raises(SystemExit):
        main(["--record", "--steps", "20"])
    assert "none of the others" in capsys.readouterr().err
