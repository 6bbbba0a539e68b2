"""One lock for what two threads may import: visitors, and the warm-up beside them.

Threads that import at the same time can see each other's modules half made, as Python ends a
deadlock of import locks that way: "partially initialized module has no attribute ...".
"""

from __future__ import annotations

import ast
import threading
from importlib import import_module
from pathlib import Path

LOCK = threading.Lock()
_known: set[Path] = set()  # scripts of which all is imported


def import_all(script: Path) -> None:
    """Import what a page's script imports, by one thread while the others wait; then it is quick.

    A script does so itself, but its imports are in the middle of what it does, which many
    visitors do at the same time.
    """
    if script in _known:
        return
    with LOCK:
        for module, name in imports_of(script):
            found = import_module(module)
            if name and not hasattr(found, name):  # a module of the package
                import_module(f"{module}.{name}")
        _known.add(script)


def imports_of(script: Path) -> list[tuple[str, str]]:
    """What a script imports at its top: module, and the name that it takes from there or ""."""
    found: list[tuple[str, str]] = []
    for node in ast.parse(script.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
    return found
