"""Panels and readouts of an entry of a race (`core.experiment.Race`)."""

from __future__ import annotations

from typing import Any

TRACKS = {"track", "phase", "weights", "biases", "maps", "output"}


def entry(described: Any, name: str, who: str = "") -> Any:
    """The same panel or readout, reading the tracks of one entry, with a focus of its own.

    Args:
        described: A panel or a readout as `core.stage` makes it, or None.
        name: Of the entry, as in `a/`; empty where there is no race.
        who: Said behind the title of a panel, before the label of a readout.
    """
    if not name:
        return described
    found = {key: _renamed(key, value, name) for key, value in described.items()}
    if "id" in found:
        titles = {key: found[key] + who for key in ("title", "focused") if key in found}
        return {**found, "id": name + found["id"], **titles}
    return {**found, "label": who + found["label"]}


def _renamed(key: str, value: Any, name: str) -> Any:
    if isinstance(value, str) and "focus:" in value:
        return value.replace("focus:", f"focus:{name}")
    if key == "focus":
        return {**value, "name": name + value["name"]}
    if isinstance(value, dict) and key != "figure":
        return {inner: _renamed(inner, part, name) for inner, part in value.items()}
    if isinstance(value, list):
        return [_renamed(key, part, name) for part in value]
    return name + value if key in TRACKS and isinstance(value, str) else value
