"""What a student should notice in a run of the double-descent page, from its numbers."""

from __future__ import annotations

from typing import Any

from core.film import Film


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
