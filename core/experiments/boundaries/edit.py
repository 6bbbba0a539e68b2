"""Points edited with the mouse: what a click on a picture does to the rows of a data set."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.datasets.points import DOMAIN
from core.experiments.boundaries.data import data, shown
from core.settings.kinds import SettingError

LABELS = {"blue": 1.0, "orange": -1.0}
MOST = 2000


def rows_of(settings: Any) -> list[list[float]]:
    """All points of a run, training points first: [x1, x2, label] each."""
    if settings.dataset == "points":
        return [list(row) for row in settings.points]
    # Noisy clouds reach beyond the square and a plane beyond 1, where drawn points may not lie.
    parts = [
        np.column_stack([np.clip(X, -DOMAIN, DOMAIN), np.clip(y, -1, 1)]) for X, y in data(settings)
    ]
    return np.concatenate(parts).round(3).astype(float).tolist()


def edited(settings: Any, event: dict[str, Any]) -> Any:
    """Settings after a click: {tool: "blue" or "orange", x, y}, {tool: "move" or "remove", index}.

    The data set becomes `points`, with all points that it had. `index` counts the points that are
    shown. Errors: `SettingError` if there is no room for another point, or too few would be left.
    """
    rows, tool = rows_of(settings), str(event.get("tool"))
    if tool in LABELS:
        if len(rows) >= MOST:
            raise SettingError("points", len(rows) + 1, f"at most {MOST} points")
        rows.append([_inside(event["x"]), _inside(event["y"]), LABELS[tool]])
    elif tool in ("move", "remove"):
        place = _row(settings, rows, int(event["index"]))
        if tool == "move":
            rows[place][:2] = [_inside(event["x"]), _inside(event["y"])]
        else:
            rows.pop(place)
    else:
        raise SettingError("tool", tool, f"one of {', '.join([*LABELS, 'move', 'remove'])}")
    return settings.fresh().replace(dataset="points", points=tuple(map(tuple, rows)))


def _inside(value: Any) -> float:
    return round(float(np.clip(float(value), -DOMAIN, DOMAIN)), 3)


def _row(settings: Any, rows: list[list[float]], index: int) -> int:
    """The row of a shown point: the split has put the points in another order."""
    (X, y), _ = shown(settings)
    if not 0 <= index < len(X):
        raise SettingError("index", index, f"a shown point, 0 to {len(X) - 1}")
    wanted = np.array([*X[index], y[index]])
    return int(np.abs(np.array(rows) - wanted).sum(1).argmin())
