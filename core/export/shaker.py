"""The source of what a class of `core` needs: a small tree shaker.

It follows the names that code uses through the modules of `core`, and keeps those functions,
constants and classes. Everything is read, nothing is run. What it does not understand it refuses:
names of core are imported at the top of a module, one by one, under their own name.
"""

from __future__ import annotations

import ast
from typing import Any

from core.export.source import Node, annotated, binds, code, locals_of, module, only

Key = tuple[str, str]  # module, name


class Shaken:
    """A class and what it needs of `core`. `text()` gives it as the body of one script.

    `values` are settings that are known: of a dict in `LOSSES[settings.loss]` only that one entry
    is kept.
    """

    def __init__(self, root: Key, values: dict[str, Any]) -> None:
        self.values = values
        self.kept: set[Key] = set()
        self.entries: dict[Key, set[str]] = {}  # dict -> keys kept; missing: all
        self.external: dict[str, str] = {}  # name -> import line
        self.root = root
        self.need(*root)

    def need(self, place: str, name: str) -> None:
        """Keep a global name, and all that it needs."""
        node = module(place).bound.get(name)
        match node:
            case ast.Import() | ast.ImportFrom():
                self._follow(node, name)
            case None:
                pass  # a builtin
            case _ if (place, name) not in self.kept and not self._has_twin(place, name):
                self.kept.add((place, name))
                self._open(place, name, node)

    def _follow(self, node: Node, name: str) -> None:
        alias = next(a for a in node.names if (a.asname or a.name).partition(".")[0] == name)
        if (getattr(node, "module", None) or alias.name).partition(".")[0] != "core":
            self.external[name] = only(node, alias)
        elif isinstance(node, ast.Import) or alias.asname or node.module == "core":
            raise ValueError(
                f"{ast.unparse(node)}: to be exported, import names of core one by one"
            )
        else:
            self.need(str(node.module), name)

    def _has_twin(self, place: str, name: str) -> bool:
        """Whether another module's name is as good: aliases of types, which nothing evaluates."""
        for other in (where for where, known in self.kept if known == name):
            pair = [module(where).bound[name] for where in (place, other)]
            if all(isinstance(getattr(node, "value", None), ast.Subscript) for node in pair):
                return True
            raise ValueError(f"{name} is in {other} and {place}; one script cannot hold both")
        return False

    def _open(self, place: str, name: str, node: Node) -> None:
        if isinstance(node, ast.ClassDef):
            # One by one: what is a local name in one method may be a global one in the next.
            for part in (*node.bases, *node.decorator_list, *node.body):
                self._scan(place, part)
        elif (place, name) not in self.entries:
            self._scan(place, node)

    def _scan(self, place: str, node: Node) -> None:
        """Follow every name in the code of a node."""
        local = locals_of(node)
        skipped: set[int] = set()
        for part in code(node):
            entry = self._entry(place, part)
            if entry:
                skipped.add(id(entry))
            elif isinstance(part, ast.Name) and part.id not in local and id(part) not in skipped:
                self._whole(place, part.id)
            elif isinstance(part, ast.ImportFrom) and (part.module or "").startswith("core"):
                raise ValueError(f"{ast.unparse(part)}: to be exported, import it at the top")
        for name in annotated(node):
            bound = module(place).bound.get(name)
            if not isinstance(bound, ast.ClassDef | ast.FunctionDef | None):
                self._annotation(place, name, bound)

    def _annotation(self, place: str, name: str, bound: Node) -> None:
        """Types of other packages, and aliases; classes of core are kept only if they are used."""
        if isinstance(bound, ast.ImportFrom) and (bound.module or "").startswith("core"):
            target = module(str(bound.module)).bound.get(name)
            if isinstance(target, ast.Assign):
                self.need(place, name)
        else:
            self.need(place, name)

    def _entry(self, place: str, part: Node) -> Node:
        """In `LOSSES[settings.loss]`, keep that one entry of LOSSES; the node of its name."""
        match part:
            case ast.Subscript(
                value=ast.Name() as table, slice=ast.Attribute(value=owner, attr=field)
            ):
                pass
            case ast.Call(
                func=ast.Attribute(value=ast.Name() as table, attr="get"),
                args=[ast.Attribute(value=owner, attr=field), *_],
            ):
                pass
            case _:
                return None
        home, node = self._table(place, table.id)
        given = getattr(owner, "id", getattr(owner, "attr", "")) == "settings"
        if node is None or not given or field not in self.values:
            return None
        self.kept.add((home, table.id))
        kept = self.entries.setdefault((home, table.id), set())
        for name, value in zip(node.value.keys, node.value.values, strict=True):
            if name.value == self.values[field] and name.value not in kept:
                kept.add(name.value)
                self._scan(home, value)
        return table

    def _table(self, place: str, name: str) -> tuple[str, Node]:
        """Where a constant dict with keys of text is defined, unless all of it is kept already."""
        node = module(place).bound.get(name)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("core"):
            place, node = str(node.module), module(str(node.module)).bound.get(name)
        whole = (place, name) in self.kept and (place, name) not in self.entries
        if whole or not isinstance(getattr(node, "value", None), ast.Dict):
            return place, None
        assert node is not None
        keys = node.value.keys
        return place, node if all(isinstance(key, ast.Constant) for key in keys) else None

    def _whole(self, place: str, name: str) -> None:
        home, node = self._table(place, name)
        if node is not None and (home, name) in self.entries:
            del self.entries[home, name]
            self.kept.discard((home, name))
        self.need(place, name)

    def text(self) -> str:
        """All that was kept: imports, then the modules in the order of their imports."""
        blocks = ["\n".join(sorted(set(self.external.values()), key=_import_order))]
        for place in _in_order(self.root[0], {place for place, _ in self.kept}):
            names = {name for where, name in self.kept if where == place}
            nodes = {id(node): node for name, node in module(place).bound.items() if name in names}
            texts = [self._print(place, node) for node in nodes.values()]
            blocks.append("\n\n\n".join([f"# --- {module(place).path} ---", *texts]))
        return "\n\n\n".join(blocks)

    def _print(self, place: str, node: Node) -> str:
        here = module(place)
        name = next(binds(node))
        if (place, name) not in self.entries:
            return here.source(node)
        kept = self.entries[place, name]
        pairs = zip(node.value.keys, node.value.values, strict=True)
        lines = [
            f"    {here.segment(k)}: {here.segment(v)},\n" for k, v in pairs if k.value in kept
        ]
        return f"{name} = {{  # what this run uses of it\n{''.join(lines)}}}"


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def _in_order(first: str, wanted: set[str]) -> list[str]:
    """The wanted modules, each after those that it imports."""
    order: list[str] = []

    def visit(place: str) -> None:
        if place not in seen:
            seen.add(place)
            for other in module(place).imported:
                visit(other)
            order.append(place)

    seen: set[str] = set()
    for place in (first, *sorted(wanted)):
        visit(place)
    return [place for place in order if place in wanted]
