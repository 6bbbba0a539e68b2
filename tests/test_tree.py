"""The house rules that a machine can check, and what README.md promises."""

import ast
import re
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from core import ROOT
from tests.tree import FILES, PYTHON, SOURCE, name, under

TOP = {"app.py", "pages", "core", "assets", "tests", "requirements.txt", "README.md"}
LINES, PAGE_LINES, APP_LINES, FUNCTION_LINES = 250, 120, 40, 50


@cache
def tree(file):
    """Syntax tree of a file, read once."""
    return ast.parse(file.read_text())


def imported(file):
    """Top-level names that a file imports, anywhere in it."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def importers(files, *names):
    """Files that import one of these."""
    return [name(file) for file in files if set(names) & set(imported(file))]


def calls(node, *names):
    """Calls of these dotted names below a node of a syntax tree."""
    found = (part for part in ast.walk(node) if isinstance(part, ast.Call))
    return {call for call in found if ast.unparse(call.func) in names}


CORE, PAGES = under("core"), under("pages")
PROGRAM = [*CORE, *PAGES, ROOT / "app.py"]


def test_the_visible_top_level_is_fixed():
    seen = {name(file).split("/")[0] for file in FILES}
    assert {entry for entry in seen if not entry.startswith(".")} == TOP


def test_core_never_imports_streamlit():
    assert importers(CORE, "streamlit", "pages", "app", "tests") == []


def test_pages_do_no_science():
    assert importers(PAGES, "torch", "sklearn", "scipy", "rdkit", "umap") == []


def test_no_pickle_and_no_eval():
    assert importers(PROGRAM, "pickle", "dill", "joblib") == []
    assert [name(file) for file in PROGRAM if calls(tree(file), "eval", "exec")] == []


def test_core_seeds_nothing_globally():
    """Except where torch's own initializers leave no other way, and then inside a fork."""
    names = ("torch.manual_seed", "random.seed", "np.random.seed", "numpy.random.seed")
    offenders = []
    for file in CORE:
        withs = (node for node in ast.walk(tree(file)) if isinstance(node, ast.With))
        forks = [node for node in withs if calls(node, "torch.random.fork_rng", "fork_rng")]
        forked = set().union(*(calls(fork, *names) for fork in forks))
        offenders += [name(file)] * len(calls(tree(file), *names) - forked)
    assert offenders == []


def budget(path):
    """Most lines of a file."""
    if path == "app.py":
        return APP_LINES
    page = path.startswith("pages/") and not path.startswith("pages/ui/")
    return PAGE_LINES if page else LINES


def test_files_are_short():
    lengths = {
        name(file): len(file.read_text().splitlines()) for file in FILES if file.suffix in SOURCE
    }
    assert {path: n for path, n in lengths.items() if n > budget(path)} == {}


def test_functions_are_short():
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    lengths = {
        f"{name(file)}: {node.name}": node.end_lineno - node.lineno + 1
        for file in PYTHON
        for node in ast.walk(tree(file))
        if isinstance(node, functions)
    }
    assert {place: n for place, n in lengths.items() if n > FUNCTION_LINES} == {}


# ---------------------------------------------------------------------------- how it is ordered

# Whoever stands here imports what stands below it and its own, never what stands above it.
PAGE = "core.experiments.PAGE"
DOWNWARD = (
    ("app", "pages"),
    ("pages.ui",),
    ("core.app", "core.experiments"),
    (PAGE,),
    ("core.qm9",),
    ("core.qm9.cli",),
    ("core.analysis", "core.export", "core.figures"),
    ("core.qm9.prediction",),
    ("core.qm9.training",),
    ("core.qm9.networks",),
    ("core.qm9.data",),
    ("core.command", "core.datasets", "core.models", "core.molecules", "core.task"),
    ("core.experiment", "core.film", "core.settings", "core.stage", "core.training"),
    ("core",),
)
LEVELS = {place: level for level, places in enumerate(DOWNWARD) for place in places}
MOST_FILES = 16  # in a folder, beside its __init__.py


def module(file):
    """Dotted name of a file."""
    return name(file).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module(file): file for file in PROGRAM}


def used(file):
    """Modules of this program that a file imports, anywhere in it."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found = inner if inner in MODULES else node.module
                if found in MODULES:
                    yield found


def room(place):
    """The page in whose folder a module of core lies, or nothing."""
    parts = place.split(".")
    inside = parts[:2] == ["core", "experiments"] and len(parts) > 2
    return parts[2] if inside and (ROOT / "core/experiments" / parts[2]).is_dir() else ""


def level(place):
    """How far down a module stands."""
    parts = place.split(".")
    above = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return LEVELS[PAGE] if room(place) else next(LEVELS[name] for name in above if name in LEVELS)


def folder(place):
    """The folder of a module; a file that lies in core itself stands for itself."""
    parent = module(MODULES[place].parent)
    return place if parent == "core" else parent


IMPORTS = [(place, other) for place, file in MODULES.items() for other in used(file)]


def test_imports_run_downward_only():
    assert [(one, other) for one, other in IMPORTS if level(other) < level(one)] == []


def may_enter(place, other):
    """Whether a module may import what lies in a page's folder: the page's own, or shared code."""
    if not room(other) or place.startswith(("core.", "pages.ui.")) and not room(place):
        return True
    own = room(place) or place.rsplit(".", 1)[-1]
    page = {"race": "patterns"}.get(room(other), room(other))  # no page of its own: who shows it
    return own == room(other) if room(place) else f"{own}_".startswith(f"{page}_")


def test_the_folder_of_a_page_is_its_own():
    """Neither another page's folder nor another page's script imports it."""
    assert [(one, other) for one, other in IMPORTS if not may_enter(one, other)] == []


@pytest.mark.parametrize("of", [str, folder], ids=["files", "folders"])
def test_no_import_goes_round_in_a_circle(of):
    graph = {}
    for place, other in IMPORTS:
        graph.setdefault(of(place), set()).add(of(other))
    try:
        TopologicalSorter({one: others - {one} for one, others in graph.items()}).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


FOLDERS = sorted({file.parent for file in CORE + PAGES})


def test_folders_are_small():
    files = Counter(file.parent for file in PYTHON if file.name != "__init__.py")
    assert {name(place): files[place] for place in FOLDERS if files[place] > MOST_FILES} == {}


def test_a_folder_says_what_it_holds():
    heads = [place / "__init__.py" for place in FOLDERS if name(place).startswith("core")]
    assert [name(head) for head in heads if head not in PYTHON] == []
    assert [name(head) for head in heads if not ast.get_docstring(tree(head))] == []


def test_tests_mirror_core():
    folders = {file.parent for file in under("tests/core")}
    mirrored = {place: ROOT / "core" / place.relative_to(ROOT / "tests/core") for place in folders}
    assert [name(place) for place, of in mirrored.items() if of not in FOLDERS] == []
    # Or files of one name collide.
    assert [name(place) for place in folders if place / "__init__.py" not in PYTHON] == []


def test_the_folder_of_a_page_has_the_usual_files():
    """With `experiment.py` unless it trains nothing, and `pictures.py` where frames need more."""
    for page in sorted({room(place) for place in MODULES} - {""}):
        here = {file.stem for file in PYTHON if file.parent == ROOT / "core/experiments" / page}
        assert "tasks" in here and {"settings", "experiment"} & here, page
        assert [stem for stem in here if stem.startswith("figures")], page


# ---------------------------------------------------------------------------- README


def test_readme_has_the_two_commands():
    readme = (ROOT / "README.md").read_text().splitlines()
    assert "pip install -r requirements.txt && python app.py" in readme
    assert "pip install -r requirements.txt -r tests/requirements.txt && pytest" in readme


def test_pictures_and_links_of_readme_exist():
    targets = re.findall(r"\]\((?!http|#)([^)\s]+)\)", (ROOT / "README.md").read_text())
    assert "assets/screenshot.png" in targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("file", ["requirements.txt", "tests/requirements.txt"])
def test_every_requirement_is_pinned(file):
    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]
    for line in filter(None, lines):
        assert re.fullmatch(r"[a-z0-9_.-]+==\d[\w.]*", line), line
