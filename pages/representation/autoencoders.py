"""Autoencoders: a bottleneck of d numbers, what is kept and what is lost."""

from core.experiments.autoencoders import ABOUT, figures
from core.experiments.autoencoders.anomalies import auc
from core.experiments.autoencoders.pictures import AutoencodersRun
from core.experiments.autoencoders.tasks import TASKS
from core.intrinsic_dimension import two_nn
from core.models.autoencoder import Autoencoders, kl_divergence, reconstruction_error
from pages.ui.bench import workbench
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, AutoencodersRun, TASKS)
if page.get("run") is None and not page.get("flags"):
    page.put("flags", {"autotrain": True})  # something moves at first sight

workbench(page, figures)
try_this(page)
show_code(page, Autoencoders, AutoencodersRun, reconstruction_error, kl_divergence, two_nn, auc)
