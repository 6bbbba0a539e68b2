"""The house rules that a machine can check, and what README.md promises."""

import ast
import re
from graphlib import CycleError, TopologicalSorter

import pytest

from core import ROOT
from tests.tree import FILES, PYTHON, SOURCE, name, under

TOP = {"app.py", "pages", "core", "assets", "tests", "requirements.txt", "README.md"}
LINES, PAGE_LINES, APP_LINES, FUNCTION_LINES = 250, 120, 40, 50


def imported(file):
    """Top-level names that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def test_the_visible_top_level_is_fixed():
    seen = {name(file).split("/")[0] for file in FILES}
    assert {entry for entry in seen if not entry.startswith(".")} == TOP


@pytest.mark.parametrize("file", under("core"), ids=name)
def test_core_never_imports_streamlit(file):
    assert not {"streamlit", "pages", "app", "tests"} & set(imported(file))


@pytest.mark.parametrize("file", under("pages"), ids=name)
def test_pages_do_no_science(file):
    assert not {"torch", "sklearn", "scipy", "rdkit", "umap"} & set(imported(file))


@pytest.mark.parametrize("file", under("core") + under("pages") + [ROOT / "app.py"], ids=name)
def test_no_pickle_and_no_eval(file):
    tree = ast.parse(file.read_text())
    assert not {"pickle", "dill", "joblib"} & set(imported(file))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not {"eval", "exec"} & {func.id for func in calls if isinstance(func, ast.Name)}


def calls(node, *names):
    """Calls of these dotted names below a node of a syntax tree."""
    found = (part for part in ast.walk(node) if isinstance(part, ast.Call))
    return {call for call in found if ast.unparse(call.func) in names}


@pytest.mark.parametrize("file", under("core"), ids=name)
def test_core_seeds_nothing_globally(file):
    """Except where torch's own initializers leave no other way, and then inside a fork."""
    tree = ast.parse(file.read_text())
    names = ("torch.manual_seed", "random.seed", "np.random.seed", "numpy.random.seed")
    withs = (node for node in ast.walk(tree) if isinstance(node, ast.With))
    forks = [node for node in withs if calls(node, "torch.random.fork_rng", "fork_rng")]
    forked = set().union(*(calls(fork, *names) for fork in forks))
    assert calls(tree, *names) - forked == set()


@pytest.mark.parametrize("file", [f for f in FILES if f.suffix in SOURCE], ids=name)
def test_files_are_short(file):
    budget = LINES
    if name(file) == "app.py":
        budget = APP_LINES
    elif name(file).startswith("pages/") and not name(file).startswith("pages/ui/"):
        budget = PAGE_LINES
    assert len(file.read_text().splitlines()) <= budget


@pytest.mark.parametrize("file", PYTHON, ids=name)
def test_functions_are_short(file):
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, functions):
            lines = node.end_lineno - node.lineno + 1
            assert lines <= FUNCTION_LINES, f"{node.name} at line {node.lineno}: {lines} lines"


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
    ("core.datasets", "core.models", "core.molecules"),
    ("core.experiment", "core.film", "core.settings", "core.stage", "core.training"),
    ("core",),
)
LEVELS = {place: level for level, places in enumerate(DOWNWARD) for place in places}
MOST_FILES = 15  # in a folder, beside its __init__.py


def module(file):
    """Dotted name of a file."""
    return name(file).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module(file): file for file in under("core") + under("pages") + [ROOT / "app.py"]}


def used(file):
    """Modules of this program that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text())):
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


@pytest.mark.parametrize("place", MODULES)
def test_imports_run_downward_only(place):
    upward = [other for other in used(MODULES[place]) if level(other) < level(place)]
    assert upward == []


@pytest.mark.parametrize("place", MODULES)
def test_the_folder_of_a_page_is_its_own(place):
    """Neither another page's folder nor another page's script imports it."""
    rooms = {room(other) for other in used(MODULES[place])} - {""}
    if room(place):
        assert rooms <= {room(place)}
    elif place.startswith("pages.") and not place.startswith("pages.ui."):
        script = place.rsplit(".", 1)[1]
        assert {other for other in rooms if not f"{script}_".startswith(f"{other}_")} == set()


@pytest.mark.parametrize("of", [str, folder], ids=["files", "folders"])
def test_no_import_goes_round_in_a_circle(of):
    graph = {}
    for place, file in MODULES.items():
        graph.setdefault(of(place), set()).update(of(other) for other in used(file))
    try:
        TopologicalSorter({one: others - {one} for one, others in graph.items()}).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


FOLDERS = sorted({file.parent for file in under("core") + under("pages")})


@pytest.mark.parametrize("place", FOLDERS, ids=name)
def test_folders_are_small(place):
    files = [file for file in PYTHON if file.parent == place and file.name != "__init__.py"]
    assert len(files) <= MOST_FILES


@pytest.mark.parametrize("place", [f for f in FOLDERS if name(f).startswith("core")], ids=name)
def test_a_folder_says_what_it_holds(place):
    assert place / "__init__.py" in PYTHON
    assert ast.get_docstring(ast.parse((place / "__init__.py").read_text()))


@pytest.mark.parametrize("place", sorted({f.parent for f in under("tests/core")}), ids=name)
def test_tests_mirror_core(place):
    assert ROOT / "core" / place.relative_to(ROOT / "tests/core") in FOLDERS
    assert place / "__init__.py" in PYTHON  # or files of one name collide


@pytest.mark.parametrize("page", sorted({room(place) for place in MODULES} - {""}))
def test_the_folder_of_a_page_has_the_usual_files(page):
    """With `experiment.py` unless it trains nothing, and `pictures.py` where frames need more."""
    here = {file.stem for file in PYTHON if file.parent == ROOT / "core/experiments" / page}
    assert "tasks" in here and {"settings", "experiment"} & here
    assert [stem for stem in here if stem.startswith("figures")]


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
