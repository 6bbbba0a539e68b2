"""Decision boundaries: small networks learn to separate points, before your eyes."""

import streamlit as st

from core.experiments.boundaries import Boundaries
from core.figures import boundaries as figures
from core.models.mlp import MLP
from core.stage import stage
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code
from pages.ui.player import player
from pages.ui.take_home import take_home

page = open_page(
    "boundaries",
    Boundaries,
    "Decision boundaries",
    "Two classes that no straight line separates. Each hidden layer bends the plane a little; "
    "watch when the last layer can cut it straight.",
    [
        (r"h_1 = \sigma(W_1 x + b_1)", "2.1"),
        (r"h_2 = \sigma(W_2 h_1 + b_2)", "2.2"),
        (r"y = W_3 h_2 + b_3", "2.3"),
    ],
)
controls = Controls(page)
controls.row("dataset", "activation", "optimizer", "learning_rate", "noise", "seeds")
controls.one("hidden")
settings = controls.finish()

layers = len(settings.hidden)
panels = [figures.decision_map(settings), figures.network_panel(settings)]
if layers:
    panels.append(figures.hidden_space(settings, layers))
panels += [figures.loss_curves(settings), figures.probe_bars(settings)]
described = stage(panels, figures.readouts(settings))
player(page, described)
take_home(page, described, "Decision boundaries")
show_code(MLP, Boundaries)
