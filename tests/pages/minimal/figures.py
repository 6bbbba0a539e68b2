"""Panels of the minimal page."""

from core.figures.chart import Chart
from core.stage import readout
from tests.pages.minimal.experiment import Line


def panels(settings):
    p, run = Chart("x", "y", (-1, 1), (-4, 4)), Line(settings)
    p.points(run.x, run.y)
    p.line([-1, 1], ("line", None))
    return [p.panel("fit", title="Fit", alt="Points and a line.")]


def readouts(settings):
    return [readout("loss", "loss")]
