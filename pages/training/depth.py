"""Depth: networks of up to 100 layers, and where their gradient goes."""

from typing import Any

from core.experiments.depth import ABOUT, figures
from core.experiments.depth.network import Networks
from core.experiments.depth.pictures import Depth
from core.experiments.depth.tasks import TASKS
from core.stage import stage
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, Depth, TASKS)


def described(settings: Any) -> Any:
    """The stage; what is new trains at once."""
    begins_by_itself(page, settings.without_view().fresh())
    return stage(figures.panels(settings), figures.readouts(settings))


workbench(page, described)
try_this(page)
show_code(page, Networks, Depth)
