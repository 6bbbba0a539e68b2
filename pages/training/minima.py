"""Minima: how sharp the valley is in which training ends."""

from core.experiments.minima import ABOUT, figures
from core.experiments.minima.network import Network
from core.experiments.minima.pictures import Minima
from core.experiments.minima.tasks import TASKS
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, Minima, TASKS)
begins_by_itself(page)
workbench(page, figures)
try_this(page)
show_code(page, Network, Minima)
