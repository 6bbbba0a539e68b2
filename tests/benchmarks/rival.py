"""A plain Streamlit page with one slider and one Plotly chart: what our page is compared with."""

import socket
import sys
from pathlib import Path

from tests.server import Server

# Same picture as ours (map, points, curve), but computed by numpy alone, which favors the rival.
PAGE = """
import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

noise = st.slider("Noise in %", 0, 50, step=5)
line = np.linspace(-6, 6, 100)
rng = np.random.default_rng(0)
x = rng.uniform(-5, 5, (250, 2))
figure = make_subplots(1, 2)
figure.add_heatmap(x=line, y=line, z=np.sin(line + noise) * np.cos(line)[:, None], row=1, col=1)
figure.add_scatter(x=x[:, 0], y=x[:, 1], mode="markers",
                   marker_color=np.sign(x.prod(1)), row=1, col=1)
figure.add_scatter(y=np.exp(-line - noise / 50), row=1, col=2)
figure.update_layout(title_text=f"noise {noise}")
st.plotly_chart(figure)
"""


def serve(folder: Path, page: str = PAGE, **environment: str) -> Server:
    """A rival's server, not yet started; `folder` keeps its script."""
    script = folder / "rival.py"
    script.write_text(page)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    flags = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    command = (sys.executable, "-m", "streamlit", "run", str(script), *flags)
    return Server(command, cwd=folder, **environment)
