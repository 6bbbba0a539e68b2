"""stub"""

from typing import Any

from core.film import Film


def look(experiment: Any, film: Film) -> None: ...
