"""The depth at which each form stops training, measured: several depths, several seeds.

    python -m core.experiments.depth.stops --seeds 3 --steps 200 --set initialization=He

A form has stopped at the smallest depth tried from which on its median seed names fewer than half
of the held-out digits rightly after so many updates. All see the same digits in the same order.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import numpy as np
import torch

from core import piped
from core.command import RESULTS, command_line, keep, kept, refusing
from core.experiments.depth.experiment import Training
from core.experiments.depth.figures_layers import COLORS
from core.experiments.depth.network import FORMS
from core.experiments.depth.settings import DepthSettings
from core.figures.chart import Chart
from core.figures.style import faint
from core.settings import texts_of
from core.words import counted
from core.work import OneByOne, in_terminal, print_table

DEPTHS = (1, 5, 10, 20, 30, 50, 75, 100)
HALF = 0.5  # of the held-out digits: who names fewer does not train
CHUNK = 5  # updates between two looks at the clock
RECORDED = RESULTS / "depth-stops.json"


@dataclass(frozen=True)
class Result:
    """One depth: form -> share of held-out digits that each seed names rightly."""

    depth: int
    accuracy: dict[str, tuple[float, ...]]


class Sweep(OneByOne):
    """One depth after the other; `result` has a `Result` for each that is trained."""

    verb, of = "training", "depths"

    def __init__(self, settings: Any, steps: int = 200, seeds: int = 3) -> None:
        super().__init__(DEPTHS)
        self.settings = settings.fresh().replace(max_steps=steps, seeds=seeds)
        self._run: Training | None = None

    @property
    def fraction(self) -> float:
        """Share of the work that is done: an update costs in proportion to the depth."""
        if len(self.results) == len(DEPTHS):
            return 1.0
        made = self._run.steps / self.settings.max_steps if self._run else 0.0
        now = DEPTHS[len(self.results)] * min(made, 1.0)
        return 0.999 * (sum(DEPTHS[: len(self.results)]) + now) / sum(DEPTHS)

    def advance(self) -> None:
        """A few updates of the present depth."""
        if self._run is None:
            self._run = Training(self.settings.replace(depth=self.next))
        self._run.step(CHUNK)
        if self._run.done:
            self.results.append(measured(self._run))
            self._run = None

    @property
    def command(self) -> str:
        """What to type to get the same numbers without a browser."""
        words = self.settings.without_view().options("depth", "seeds", "max_steps")
        steps, seeds = self.settings.max_steps, self.settings.seeds
        return f"python -m core.experiments.depth.stops --seeds {seeds} --steps {steps}{words}"


@torch.no_grad()
def measured(run: Training) -> Result:
    """Accuracy of every seed on what is held out."""
    found = {}
    for name, (group, where) in run.places().items():
        out = group(run.data.x_test.expand(len(group.keep), -1, -1), train=False).out
        right = (out.argmax(-1) == run.data.y_test).float().mean(1)
        found[name] = tuple(right[where].tolist())
    return Result(run.settings.depth, found)


def stops(results: Sequence[Result]) -> dict[str, int | None]:
    """Form -> the depth tried at which it stops training, or None if it trains at all of them."""
    found: dict[str, int | None] = {}
    for name in results[0].accuracy if results else ():
        found[name] = None
        for result in reversed(results):
            if np.median(result.accuracy[name]) >= HALF:
                break
            found[name] = result.depth
    return found


def table(results: Sequence[Result]) -> list[dict[str, Any]]:
    """One row a form: median accuracy at each depth, and where it stops."""
    ends = stops(results)
    return [
        {
            "network": name,
            **{counted(r.depth, "layer"): float(np.median(r.accuracy[name])) for r in results},
            "stops at": counted(end, "layer") if end else "none of these",
        }
        for name, end in ends.items()
    ]


def said(results: Sequence[Result], steps: int) -> str:
    """What was found, in a sentence or two."""
    ends = stops(results)
    parts = [f"{name} at {counted(end, 'layer')}" for name, end in ends.items() if end]
    on = [name for name, end in ends.items() if not end]
    deepest, seeds = results[-1].depth, len(next(iter(results[0].accuracy.values())))
    text = f"After {counted(steps, 'update')}, {counted(seeds, 'seed')} of each: "
    text += f"training stops with {', '.join(parts)}. " if parts else ""
    text += f"Up to {counted(deepest, 'layer')} train: {', '.join(on)}. " if on else ""
    return text + (
        "“Stops”: from this depth on the median seed names fewer than half of the held-out digits "
        "rightly; with more updates some come further."
    )


def figure(results: Sequence[Result]) -> Any:
    """Accuracy against depth, median and range of the seeds."""
    p = Chart("layers", "held-out digits named rightly", (0, 103), (-0.02, 1.04), legend=True,
              unified=True, yaxis={"tickformat": ".0%"},
              xaxis={"tickvals": list(DEPTHS)})  # fmt: skip
    depths = [result.depth for result in results]
    for name in results[0].accuracy:
        values = np.array([result.accuracy[name] for result in results])  # (depths, S)
        for edge, fill in ((values.min(1), {}), (values.max(1), {"fill": "tonexty"})):
            p.line(depths, edge, width=0, color=COLORS[name], fillcolor=faint(COLORS[name]), **fill)
        p.line(depths, np.median(values, 1), name=name, color=COLORS[name], mode="lines+markers",
               hover="%{y:.0%}")  # fmt: skip
    p.level(HALF)
    p.note("stops below", x=0, y=HALF, xanchor="left", yanchor="bottom")  # few stop that early
    above = {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom", "traceorder": "normal"}
    room = {"t": 30, "b": 50, "l": 65, "r": 10}
    return p.figure(height=360, margin=room).update_layout(legend=above)


@cache
def recorded() -> tuple[str, int, tuple[Result, ...]]:
    """The recorded sweep of all forms with torch's first weights: command, updates, results."""
    found = kept(RECORDED)
    rows = tuple(
        Result(row["depth"], {name: tuple(values) for name, values in row["accuracy"].items()})
        for row in found["results"]
    )
    return found["command"], found["steps"], rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a sweep from the command line; progress goes to stderr, the result to stdout."""
    parser = command_line("python -m core.experiments.depth.stops", __doc__)
    parser.add_argument("--steps", type=int, default=200, help="updates (default 200)")
    parser.add_argument("--seeds", type=int, default=3, help="networks of each form (default 3)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--record", action="store_true", help="keep them for the page, all forms")
    given = parser.parse_args(arguments)
    with refusing(parser):
        texts = texts_of(given.set) | ({"networks": ",".join(FORMS)} if given.record else {})
        sweep = Sweep(DepthSettings.from_texts(texts), given.steps, given.seeds)
    in_terminal(sweep)
    if given.record:
        results = [asdict(result) for result in sweep.results]
        keep(RECORDED, {"command": sweep.command, "steps": given.steps, "results": results})
    print_table(table(sweep.results))
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
