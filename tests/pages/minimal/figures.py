"""Panels of the minimal page."""

from core.figures.style import axes
from core.stage import bind, plot, readout
from tests.pages.minimal.experiment import Line


def panels(settings):
    """The points, and the line among them."""
    figure, run = axes("x", "y", (-1, 1), (-4, 4)), Line(settings)
    figure.add_scatter(x=run.x, y=run.y, mode="markers")
    figure.add_scatter(x=[-1, 1], y=[0, 0], mode="lines")
    return [plot("fit", figure, [bind(1, "y", "line")], title="Fit", alt="Points and a line.")]


def readouts(settings):
    """The loss."""
    return [readout("loss", "loss")]
