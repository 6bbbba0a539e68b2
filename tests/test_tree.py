"""The house rules that a machine can check, and what README.md promises."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOP = {"app.py", "pages", "core", "assets", "tests", "requirements.txt", "README.md"}
SOURCE = (".py", ".js", ".css", ".html")
LINES, PAGE_LINES, APP_LINES, FUNCTION_LINES = 250, 120, 40, 50
HOST = re.compile(r"""["'`(=\s](?:https?|wss?):?//+[\w\[]|@import\s+url|["'`(]//[a-z]""")
# Names of standards, never fetched: the SVG namespace. Loopback: our own server.
NAMES = re.compile(r"http://www\.w3\.org/[\w/]+|http://(127\.0\.0\.1|localhost)")


def tracked():
    """Every file of the repository, as git or, in a download without git, the disk has it."""
    if (ROOT / ".git").exists():
        command = ["git", "-C", str(ROOT), "ls-files", "-z"]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        files = [ROOT / name for name in listed.split("\0") if name]
        return sorted(file for file in files if file.exists())
    hidden = re.compile(r"__pycache__|\.\w+_cache|\.venv|\.hypothesis|\.benchmarks")
    return sorted(
        file for file in ROOT.rglob("*") if file.is_file() and not hidden.search(str(file))
    )


FILES = tracked()
PYTHON = [file for file in FILES if file.suffix == ".py"]


def name(path):
    return path.relative_to(ROOT).as_posix()


def under(folder):
    return [file for file in PYTHON if name(file).startswith(folder + "/")]


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
        tasks = file.stem.endswith("_tasks")  # guided experiments: words, not a script
        budget = LINES if tasks else PAGE_LINES
    assert len(file.read_text().splitlines()) <= budget


@pytest.mark.parametrize("file", PYTHON, ids=name)
def test_functions_are_short(file):
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, functions):
            lines = node.end_lineno - node.lineno + 1
            assert lines <= FUNCTION_LINES, f"{node.name} at line {node.lineno}: {lines} lines"


def without_comments(file):
    """Strings and code that run: docstrings and comments may name a source on the web."""
    source = file.read_text()
    if file.suffix != ".py":
        return re.sub(r"/\*.*?\*/|<!--.*?-->|(?<![:\"'`])//[^\n]*", "", source, flags=re.DOTALL)
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = ""
    return ast.unparse(tree)


RUNS = under("core") + under("pages") + [ROOT / "app.py"]
RUNS += [file for file in FILES if name(file).startswith("assets/") and file.suffix in SOURCE]


@pytest.mark.parametrize("file", RUNS, ids=name)
def test_no_host_is_named_in_what_runs(file):
    assert not HOST.search(NAMES.sub("", without_comments(file)))


@pytest.mark.parametrize(
    "line",
    [
        "fetch('https://cdn.invalid/x.js')",
        'import x from "//cdn.invalid/x.js"',
        "@import url(x.css)",
        "url(http://fonts.invalid)",
        "new WebSocket(`ws://a.invalid`)",
    ],
)
def test_a_host_would_be_noticed(line):
    assert HOST.search(NAMES.sub("", line))


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
