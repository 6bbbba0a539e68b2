"""Scripts with everything switched on, and what the tree shaker keeps and refuses."""

import re
import runpy
import types

import pytest

from core import ROOT
from core.experiment import run
from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings
from core.experiments.qm9_training.pictures import Qm9Training
from core.experiments.qm9_training.settings import Qm9TrainingSettings
from core.export import script
from core.export.shaker import Shaken
from core.export.source import Module, module

CASES = [
    dict(
        dataset="formula",
        hidden=(3, 3),
        residual=True,
        normalization="batch",
        regularization="L1",
        regularization_rate=0.01,
        features=("X1", "X2", "sin X1"),
        changes=((20, "learning_rate", "0.1"), (30, "W1.0.1", "-2"), (30, "b3.0", "0.5")),
    ),
    dict(dataset="reg-gauss", hidden=(), optimizer="AdamW", regularization="L2", max_steps=30),
    dict(dataset="points", activation="straight-through step", loss="squared error", seeds=3),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["dataset"])
def test_script_of_boundaries(case, tmp_path, capsys):
    settings = BoundariesSettings(**case)
    (tmp_path / "run.py").write_text(script(Boundaries, settings, 50))
    # In this process, since importing torch costs seconds; test_all.py runs them on their own.
    runpy.run_path(str(tmp_path / "run.py"), run_name="__main__")
    printed = capsys.readouterr().out.split()
    film = run(Boundaries(settings), 50)
    assert float(printed[1]) == pytest.approx(float(film["loss"][-1]), rel=1e-6)
    assert int(printed[3]) == film.steps[-1]


def test_script_holds_what_is_used_and_no_more():
    text = script(Boundaries, BoundariesSettings(), 10)
    assert "def xor" in text and "def glorot" in text and "class MLP" in text
    absent = "def spiral, class Film, Pictures, def snapshot, def parse, SettingError, Experiment"
    for word in [*absent.split(", "), "class Number", "class Settings", "def ridge"]:
        assert word not in text, word
    compile(text, "run.py", "exec")


def shaken(monkeypatch, texts):
    """Shake class A of the module core.fake_a; these modules are only text."""
    fakes = {name: Module(name, text) for name, text in texts.items()}
    monkeypatch.setattr("core.export.shaker.module", lambda name: fakes.get(name) or module(name))
    return Shaken(("core.fake_a", "A"), {"kind": "x"}).text()


def test_follows_bases_constants_and_decorators(monkeypatch):
    text = shaken(
        monkeypatch,
        {
            "core.fake_a": (
                "from core.fake_b import Base, TABLE, wrap, unused, z\n"
                "class A(Base):\n"
                "    def step(self):\n"
                "        # why\n"
                "        return self.help() + TABLE[self.settings.kind]()\n"
                "    @wrap\n    def other(self):\n        z = 2\n        return z\n"
                "    def third(self):\n        return z()\n"
            ),
            "core.fake_b": (
                "import math\nfrom functools import partial as part\n"
                "def x():\n    return part(max, 1)(math.pi, 2)\n"
                "def y():\n    return 3\n"
                "TABLE = {'x': x, 'y': y}\n"
                "def wrap(f):\n    return f\n"
                "def z():\n    return 5\n"
                "def unused():\n    return y()\n"
                "class Base:\n"
                "    def help(self):\n        return 1\n"
            ),
        },
    )
    scope = {}
    exec(compile(text, "a", "exec"), scope)  # our own text, in a test
    one = scope["A"]()
    one.settings = types.SimpleNamespace(kind="x")
    assert one.step() == pytest.approx(1 + 3.14159265)
    assert one.third() == 5 and one.other() == 2  # z is a local name in one of them only
    for absent in ("unused", "def y", "'y'"):
        assert absent not in text
    assert "# why" in text


@pytest.mark.parametrize(
    ("line", "use"),
    [
        ("import core.film", "core.film"),
        ("from core import film", "film"),
        ("from core.film import Film as F", "F"),
        ("import math", "__import__; from core.film import Film"),
    ],
)
def test_refuses_imports_that_one_file_cannot_hold(monkeypatch, line, use):
    text = f"{line}\nclass A:\n    def step(self):\n        {use}\n"
    with pytest.raises(ValueError, match="to be exported"):
        shaken(monkeypatch, {"core.fake_a": text})


def test_refuses_twins(monkeypatch):
    modules = {
        "core.fake_a": (
            "from core.fake_b import go\ndef help():\n    return 1\n"
            "class A:\n    def step(self):\n        return help() + go()\n"
        ),
        "core.fake_b": "def help():\n    return 2\ndef go():\n    return help()\n",
    }
    with pytest.raises(ValueError, match="cannot hold both"):
        shaken(monkeypatch, modules)


def test_a_script_names_files_that_exist():
    kept = re.findall(r"^# --- (core\S+) ---", script(Qm9Training, Qm9TrainingSettings(), 1), re.M)
    assert "core/settings/__init__.py" in kept
    assert [path for path in kept if not (ROOT / path).is_file()] == []
