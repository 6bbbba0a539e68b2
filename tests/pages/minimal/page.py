"""Line: the script of the minimal page."""

from pages.ui.bench import workbench
from pages.ui.lesson import open_page, show_code, try_this
from tests.pages.minimal import ABOUT, figures
from tests.pages.minimal.experiment import TASKS, Line

page = open_page(ABOUT, Line, TASKS)
workbench(page, figures)
try_this(page)
show_code(page, Line)
