"""Double descent: more parameters than data, and the test error falls a second time."""

from typing import Any

from core.experiments.double_descent import ABOUT, figures
from core.experiments.double_descent.pictures import DoubleDescent
from core.experiments.double_descent.solve import decompose, filters, fit
from core.experiments.double_descent.tasks import TASKS
from core.stage import stage
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, DoubleDescent, TASKS)


def described(settings: Any) -> Any:
    """The stage; whatever is set, the study begins by itself."""
    begins_by_itself(page, settings.fresh())
    shown = figures.panels(settings), figures.readouts(settings)
    return stage(*shown, speed=figures.speed(settings))


workbench(page, described)
try_this(page)
show_code(page, fit, decompose, filters, DoubleDescent)
