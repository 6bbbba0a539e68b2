"""The moments of a pass through a network, in the order in which the film shows them."""

from __future__ import annotations

from dataclasses import dataclass

START, MESSAGE, SUM, UPDATE, POOL, READ_OUT = range(6)
STAGES = ("start", "message", "sum", "update", "pool", "read out")
FRAMES = {START: 6, MESSAGE: 14, SUM: 8, UPDATE: 10, POOL: 16, READ_OUT: 1}
LARGE, SLOWER = 24, 2  # molecules of more atoms get half the frames: the film stays small


@dataclass(frozen=True)
class Moment:
    """A frame: `t` runs from 0 to 1 within a stage, `chapter` counts the stages of all rounds."""

    layer: int
    stage: int
    t: float
    chapter: int


def moments(layers: int, atoms: int) -> list[Moment]:
    """All frames of the film: start, three stages a layer, pooling, readout."""
    plan = [(0, START)]  # belongs to the first messages: nothing happens in it
    plan += [(layer, stage) for layer in range(layers) for stage in (MESSAGE, SUM, UPDATE)]
    plan += [(layers - 1, POOL), (layers - 1, READ_OUT)]
    found = []
    for place, (layer, stage) in enumerate(plan):
        count = max(1, FRAMES[stage] // (SLOWER if atoms > LARGE else 1))
        for i in range(count):
            t = 1.0 if count == 1 else i / (count - 1)
            found.append(Moment(layer, stage, t, max(1, place)))
    return found
