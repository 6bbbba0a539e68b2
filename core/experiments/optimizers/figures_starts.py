"""Success over 200 starts against the batch size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from core.experiments.optimizers.samples import EXAMPLES
from core.experiments.optimizers.starts import BATCHES, Success
from core.figures.chart import Chart
from core.figures.style import BLUE, ORANGE


def starts_figure(results: Mapping[float, Sequence[Success]]) -> go.Figure:
    """A line for each learning rate, its mean over draws of the examples, each draw a dot."""
    names = [f"all {EXAMPLES}: GD" if size == EXAMPLES else str(size) for size in BATCHES]
    p = Chart("examples in a mini-batch", "starts that end in the best valley", yrange=(0, 1),
              xaxis={"tickvals": list(range(len(BATCHES))), "ticktext": names},
              yaxis={"tickformat": ".0%"}, legend=True)  # fmt: skip
    for (rate, rows), color in zip(results.items(), (BLUE, ORANGE), strict=False):
        x = [BATCHES.index(row.batch_size) for row in rows]
        p.points([k for k, row in zip(x, rows, strict=True) for _ in row.share],
                 [share for row in rows for share in row.share], color=color, size=5,
                 marker={"opacity": 0.4}, hover="one draw: %{y:.0%}")  # fmt: skip
        p.line(x, [float(np.mean(row.share)) for row in rows], color=color, width=3,
               mode="lines+markers", marker={"size": 8, "color": color}, name=f"η = {rate:g}",
               hover="mean %{y:.0%}")  # fmt: skip
    return p.figure(height=340, margin={"l": 60, "r": 10, "t": 30, "b": 50})
