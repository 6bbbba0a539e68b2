"""Modules of `core` as text: which names they bind, and the source of each. Nothing is run."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

Node = Any  # ast nodes; their fields differ by class


class Module:
    """A parsed module: the node that binds each of its global names."""

    def __init__(self, name: str, text: str, package: bool = False) -> None:
        self.path = name.replace(".", "/") + ("/__init__.py" if package else ".py")
        self.name, self.text, self.lines = name, text, text.splitlines()
        self.bound: dict[str, Node] = {}
        self.imported: list[str] = []  # modules of core
        for node in ast.parse(text).body:
            for bound in binds(node):
                self.bound[bound] = node
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("core"):
                self.imported.append(str(node.module))

    def source(self, node: Node) -> str:
        """The lines of a node, with its decorators and the comment right above it."""
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]) - 1
        while first and self.lines[first - 1].lstrip().startswith("#"):
            first -= 1
        return "\n".join(self.lines[first : node.end_lineno])

    def segment(self, node: Node) -> str:
        """The text of an expression."""
        return ast.get_source_segment(self.text, node) or ""


@cache
def module(name: str) -> Module:
    """A module by its name, read once."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ValueError(f"{name} has no source to export")
    package = spec.submodule_search_locations is not None
    return Module(name, Path(spec.origin).read_text("utf-8"), package)


def binds(node: Node) -> Iterator[str]:
    """Names that a statement binds."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (t.id for target in targets for t in ast.walk(target) if hasattr(t, "id"))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in names)


def only(node: Node, alias: ast.alias) -> str:
    """An import statement with one of its names."""
    kind = (
        ast.ImportFrom(node.module, [alias], node.level)
        if isinstance(node, ast.ImportFrom)
        else ast.Import([alias])
    )
    return ast.unparse(kind)


def fields(node: Node, annotations: bool) -> Iterator[Node]:
    """The children of a node that are annotations, or those that are not."""
    for field, value in ast.iter_fields(node):
        if (field in ("annotation", "returns")) == annotations:
            yield from (v for v in (value if isinstance(value, list) else [value]))


def code(node: Node) -> Iterator[Node]:
    """A node and all below it, parents first, without annotations."""
    if isinstance(node, ast.AST):
        yield node
        for part in fields(node, annotations=False):
            yield from code(part)


def annotated(node: Node) -> set[str]:
    """Names in the annotations of a node and of all below it."""
    notes = [note for part in code(node) for note in fields(part, annotations=True) if note]
    return {part.id for note in notes for part in ast.walk(note) if isinstance(part, ast.Name)}


def locals_of(node: Node) -> set[str]:
    """Names that a function binds itself."""
    stored = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            stored.add(part.id)
        elif isinstance(part, ast.arg):
            stored.add(part.arg)
    return stored
