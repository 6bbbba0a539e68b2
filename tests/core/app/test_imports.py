"""What two threads may import is imported under one lock."""

import ast
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from core import ROOT
from core.app import warm
from core.app.imports import LOCK, import_all, imports_of
from core.experiments import EXPERIMENTS

HELD = "from core.app.imports import LOCK\nHELD = LOCK.locked()\n"
PAGES = sorted(p for p in (ROOT / "pages").glob("[a-z]*/[a-z]*.py") if p.parent.name != "ui")


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes a module that notes whether the lock was held while it was imported."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(place, text=HELD):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(text)
        monkeypatch.delitem(sys.modules, place.split(".")[0].replace("/", "."), raising=False)
        return tmp_path / place

    return write


def test_a_page_is_imported_under_the_lock_before_it_runs(write):
    write("told_one.py")
    write("told_many/__init__.py", "")
    write("told_many/part.py")
    write("told_many/other.py", HELD + "def taken(): pass\n")
    script = write(
        "script.py",
        '"""A page."""\nimport told_one as one\nfrom told_many import part\n'
        "from told_many.other import taken\nraise RuntimeError('it is not run')\n",
    )
    with ThreadPoolExecutor(12) as crowd:
        list(crowd.map(import_all, [script] * 12))
    for name in ("told_one", "told_many.part", "told_many.other"):
        assert sys.modules.pop(name).HELD, name
    assert not LOCK.locked()


def test_once_imported_a_page_waits_for_nobody(write):
    write("told_quick.py")
    script = write("quick.py", "import told_quick\n")
    import_all(script)
    with LOCK:  # the warm-up imports something large
        import_all(script)
    assert sys.modules.pop("told_quick").HELD


def test_the_warm_up_imports_under_the_same_lock(write, monkeypatch):
    write("told_kind.py", HELD + "class Kind:\n    ready = staticmethod(lambda: False)\n")
    monkeypatch.setattr(EXPERIMENTS, "places", {"told": "told_kind:Kind"})
    monkeypatch.setattr(warm, "_imported", True)
    monkeypatch.setattr(warm, "_done", False)
    warm.warm()
    assert sys.modules.pop("told_kind").HELD


@pytest.mark.parametrize("script", PAGES, ids=lambda path: path.stem)
def test_a_page_imports_at_its_top_alone(script):
    """What a function imports while the page runs, the lock does not see."""
    whole = sum(
        len(node.names)
        for node in ast.walk(ast.parse(script.read_text("utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
    )
    assert len(imports_of(script)) == whole > 2
