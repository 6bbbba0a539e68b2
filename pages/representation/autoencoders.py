"""Autoencoders: a bottleneck of d numbers, what is kept and what is lost."""

from typing import Any

from core.experiments.autoencoders import ABOUT, figures
from core.experiments.autoencoders.anomalies import auc
from core.experiments.autoencoders.pictures import AutoencodersRun
from core.experiments.autoencoders.tasks import TASKS
from core.intrinsic_dimension import two_nn
from core.models.autoencoder import Autoencoders, kl_divergence, reconstruction_error
from core.stage import stage
from pages.ui.bench import workbench
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, AutoencodersRun, TASKS)


def described(settings: Any) -> Any:
    """The stage. What is new trains at once, unless something else has said how it begins."""
    now = settings.without_view().fresh()
    if page.get("begun") != now:
        page.put("begun", now)
        page.put("flags", page.get("flags") or {"autotrain": True})
    return stage(figures.panels(settings), figures.readouts(settings))


workbench(page, described)
try_this(page)
show_code(page, Autoencoders, AutoencodersRun, reconstruction_error, kl_divergence, two_nn, auc)
