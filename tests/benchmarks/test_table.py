"""The benchmark's own machinery; no time is ever asserted."""

import json
import re

import pytest

from core.experiments.boundaries.pictures import Boundaries
from core.experiments.boundaries.settings import BoundariesSettings
from tests.benchmarks import crowd, networks, rival
from tests.benchmarks.table import HEAD, Row, as_json, number, spread, table

FAST = Row("frames", 57.3, "frames/s", 50, most=False, beside="rival 44")
SLOW = Row("click", 412.0, "ms", 300, detail="n = 3")


def test_ratio_and_verdict_follow_the_budgets_direction():
    assert FAST.good and FAST.ratio == pytest.approx(57.3 / 50)
    assert not SLOW.good and SLOW.ratio == pytest.approx(412 / 300)
    assert Row("at the limit", 300, "ms", 300).good


def test_the_table_is_one_line_a_row_with_aligned_columns():
    head, rule, fast, slow = table([FAST, SLOW]).splitlines()
    assert [cell for cell in re.split(r"  +", head)] == list(HEAD)
    starts = [match.start() for match in re.finditer(r"(?<=  )-|^-", rule)]
    assert all(fast[start - 1 : start].strip() == "" for start in starts[1:])
    assert re.split(r"  +", fast) == [
        "frames",
        "57.3 frames/s",
        "≥ 50 frames/s",
        "1.15",
        "rival 44",
    ]
    assert re.split(r"  +", slow) == ["click", "412 ms (n = 3)", "≤ 300 ms", "1.37 !"]


def test_json_has_every_field():
    fast, slow = json.loads(as_json([FAST, SLOW]))
    assert fast["value"] == 57.3 and fast["good"] is True and fast["most"] is False
    assert slow["good"] is False and slow["ratio"] == SLOW.ratio


def test_numbers_have_three_digits():
    assert [number(v) for v in (0.01234, 12.345, 999.4, 1234.5)] == [
        "0.0123",
        "12.3",
        "999",
        "1234",
    ]
    assert spread([3.0, 1.0, 2.0]) == "1 to 3, median 2, n = 3"


def test_the_rival_is_a_page_that_python_reads(tmp_path):
    server = rival.serve(tmp_path)
    compile((tmp_path / "rival.py").read_text(), "rival.py", "exec")
    assert str(tmp_path / "rival.py") in server.command


def test_the_plain_network_is_the_pages_network_and_learns():
    settings = BoundariesSettings()
    plain = networks.Plain(settings)
    assert sum(p.numel() for p in plain.model.parameters()) == Boundaries(settings).parameters
    before = plain.loss().item()
    plain.step(300)
    assert plain.loss().item() < 0.7 * before


def test_a_crowd_of_four_trains_changes_and_leaves():
    """Numbers of the machine, whatever they are; but four people see frames, and no error."""
    found = {row.what.split(": ")[1]: row for row in crowd.rows(4, 12, idle=0)}
    assert found["errors"].value == 0 and found["errors"].good, found["errors"].detail
    assert found["frames in all"].value > 0 and found["server's memory"].value > 50
    least, most = re.findall(r"(\d+) with", found["memory a person"].detail)
    each = (int(most) - int(least)) / 2  # of four people, with two beside them
    assert found["memory a person"].value == pytest.approx(each, abs=1)
    changes = int(found["change to film, p95"].detail.rpartition("= ")[2])
    assert changes >= 4
