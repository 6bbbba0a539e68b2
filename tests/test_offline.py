"""Nothing that runs names a host: no font, script or picture comes from elsewhere."""

import ast
import re

import pytest

from core import ROOT
from tests.tree import FILES, SOURCE, name, under

HOST = re.compile(r"""["'`(=\s](?:https?|wss?):?//+[\w\[]|@import\s+url|["'`(]//[a-z]""")
# Names of standards, never fetched: the SVG namespace. Loopback: our own server.
NAMES = re.compile(r"http://www\.w3\.org/[\w/]+|http://(127\.0\.0\.1|localhost)")


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
