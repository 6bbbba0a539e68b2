"""What the page draws of a network: fields by gradient, beside what random weights would make."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment
from core.experiments.receptive_fields import cones, energy
from core.experiments.receptive_fields.data import noise, photograph
from core.experiments.receptive_fields.energy import Array
from core.experiments.receptive_fields.experiment import Training
from core.experiments.receptive_fields.geometry import Geometry
from core.experiments.receptive_fields.model import ConvNet, gradients
from core.experiments.receptive_fields.notes import look
from core.experiments.receptive_fields.settings import (
    ReceptiveFieldsSettings,
    geometry,
    sound,
)
from core.experiments.receptive_fields.stack import Stack
from core.film import half

PROBES = 8  # noise images, each with other signs of the channels; fewer where they cost much
COST = 120_000  # layers x pixels x images
DARK = 0.22  # of the photograph where the unit does not look
RADII = 60  # points of the curve of what lies within a radius


@lru_cache(maxsize=4)
def expected(g: Geometry, plane: bool = True) -> list[Any]:
    """Maps of all rows over random weights, (cells, cells); along time (1, pixels) each; float32.

    Kept for all visitors: 18 MB for the largest network.
    """
    found = energy.maps(g) if plane else [line[None] for line in energy.lines(g)]
    return [field.astype(np.float32) for field in found]


def probes(channels: int, seed: int, count: int, pixels: int) -> tuple[Tensor, Tensor]:
    """Noise images, and random signs of the channels. Shapes: (count, 1, n, n), (count, c)."""
    generator = torch.Generator().manual_seed(seed + 2)
    x = noise(count, pixels, generator)
    return x, torch.randint(0, 2, (count, channels), generator=generator) * 2.0 - 1


@lru_cache(maxsize=8)
def untrained(
    stack: Stack, channels: int, activation: str, seed: int, count: int, pixels: int,
    units: tuple[int, ...],
) -> tuple[list[Array], list[Array]]:  # fmt: skip
    """`gradients` before training, which no task changes: a slider need not wait for them."""
    net = ConvNet(stack, channels, activation, seed)
    return gradients(net, *probes(channels, seed, count, pixels), units)


class Pictures:
    """Fields of one network, frame by frame."""

    def __init__(self, experiment: Training) -> None:
        self.experiment, self.settings = experiment, experiment.settings
        self.geometry = geometry(self.settings)
        self.plane = not sound(self.settings)
        self.q = energy.coarse(self.geometry.pixels) if self.plane else 1
        low, high = self.geometry.window
        count = max(2, min(PROBES, COST // (self.geometry.rows * (high - low) ** 2)))
        s = self.settings
        self.asked = (s.channels, s.activation, s.seed, count, high - low)
        self.probes = probes(s.channels, s.seed, count, high - low)

    @property
    def centers(self) -> list[float]:
        """Where the unit of each row lies, in cells."""
        g = self.geometry
        return [(g.place(row, i) + 0.5) / self.q - 0.5 for row, i in enumerate(g.middle)]

    def measured(self) -> tuple[list[Array], list[Array]]:
        """`gradients` of the units in the middle, in the whole image.

        Shapes: (pixels, pixels) each, (units of the row,) each
        """
        net, g = self.experiment.net, self.geometry
        assert net is not None
        if self.experiment.steps:
            maps, lines = gradients(net, *self.probes, g.places)
        else:
            maps, lines = untrained(g.stack, *self.asked, g.places)
        found = np.zeros((g.rows, g.pixels, g.pixels))
        low, high = g.window
        found[:, low:high, low:high] = maps
        taken = [np.zeros(count) for count in g.units]
        for whole, line, jump in zip(taken, lines, g.jumps, strict=True):
            before = int(low / jump)
            whole[before : before + len(line)] = line
        return list(found), taken

    def take(self) -> dict[str, Any]:
        """All tracks; R rows, P cells along a side, D of the photograph.

        loss; receptive_field, jump, r50, r90, sd, sd_expected: of the top row, in pixels;
        profile, expected (R P,): along a line, peak 1;
        glow (R, P): what the unit on top takes from the units of each row, peak 255;
        within, within_expected (R RADII,): share of the whole within each radius;
        r50_rows, r90_rows, sd_rows, sd_expected_rows (R,): pixels;
        seen (R, D, D): the photograph, as bright as the field is strong;
        frame_x, frame_y, ring50_x, ...: the exact field and circles of r50 and r90, row by row.
        """
        g, known = self.geometry, expected(self.geometry, self.plane)
        fields, rows = self.measured() if self.experiment.net else (known, energy.taken(g))
        found = {
            "loss": self.experiment.loss(),
            "receptive_field": float(g.fields[-1][-1]),
            "jump": float(g.jumps[-1]),
            **(self._numbers(fields) if self.experiment.net else self.known),
            **self.still,
            "profile": _profiles(fields),
            "glow": _bytes(cones.along(g, [row / max(row.max(), 1e-300) for row in rows])),
        }
        if self.plane:
            found["seen"], found["within"] = self._seen(fields), found["within_expected"]
            if self.experiment.net:
                found["within"] = self._within(fields)
            r50, r90 = found["r50_rows"], found["r90_rows"]
            found |= cones.circles(g, "ring50", r50) | cones.circles(g, "ring90", r90)
        return found

    def _numbers(self, fields: list[Array]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        each = list(zip(fields, self.centers, strict=True))
        rows = {
            "sd": [self.q * _spread(field, center) for field, center in each],
            "r50": [self.q * _radius(field, center, 0.5) for field, center in each],
            "r90": [self.q * _radius(field, center, 0.9) for field, center in each],
        }
        for name, values in rows.items():
            found |= {name: values[-1], f"{name}_rows": np.array(values, np.float32)}
        return found

    @cached_property
    def known(self) -> dict[str, Any]:
        """The numbers of the expected fields."""
        return self._numbers(expected(self.geometry, self.plane))

    @cached_property
    def still(self) -> dict[str, Any]:
        """What no training changes."""
        g, known, numbers = self.geometry, expected(self.geometry, self.plane), self.known
        found = {f"{name}_expected": numbers[name] for name in ("sd", "r90")}
        found |= {f"{name}_expected_rows": numbers[f"{name}_rows"] for name in ("sd", "r90")}
        found |= {"expected": _profiles(known), **cones.frames(g), **cones.cones(g)}
        if self.plane:
            found["within_expected"] = self._within(known)
        return found

    def radii(self) -> Array:
        """Radii of `within`, in cells."""
        return np.linspace(0, self.geometry.pixels / self.q / 2, RADII)

    def _within(self, fields: list[Array]) -> NDArray[np.float16]:
        each = zip(fields, self.centers, strict=True)
        return half(np.concatenate([energy.within(f, center, self.radii()) for f, center in each]))

    def _seen(self, fields: list[Array]) -> NDArray[np.uint8]:
        """The photograph, darkened where the unit does not look; 0 is black."""
        d = cones.shown(self.geometry)
        A = cones.resample(len(fields[0]), d)
        photo = photograph(d).astype(np.float64)
        found = []
        for field in fields:
            small = A @ field @ A.T
            light = np.sqrt(small / max(small.max(), 1e-300))
            found.append((photo * (DARK + (1 - DARK) * light)).round().astype(np.uint8))
        return np.stack(found)


class ReceptiveFields(Training, Experiment):
    """Receptive fields of all layers: exact cones, and gradients while the network is trained."""

    Settings = ReceptiveFieldsSettings
    change = Experiment.change  # refused: all is decided before
    notes = look
    pictures = cached_property(Pictures)

    def snapshot(self) -> dict[str, Any]:
        """See `Pictures.take`."""
        return self.pictures.take()

    def weights(self) -> dict[str, Any]:
        """Those of the trained network."""
        return self.net.state() if self.net else {}


def _profiles(fields: list[Array]) -> NDArray[np.float16]:
    """Sums down the columns of each map, the largest being 1, one after the other."""
    sums = [field.sum(0) for field in fields]
    return half(np.concatenate([line / max(line.max(), 1e-300) for line in sums]))


def _bytes(values: Any) -> NDArray[np.uint8]:
    """0 to 1 as bytes, the square root, so that what is faint can be seen."""
    return (255 * np.sqrt(values.astype(np.float64))).round().astype(np.uint8)


def _spread(field: Array, center: float) -> float:
    if len(field) > 1:
        return energy.spread(field, center)
    offsets = (np.arange(field.size) - center) ** 2
    return float(np.sqrt(field[0].astype(np.float64) @ offsets / field.sum()))


def _radius(field: Array, center: float, share: float) -> float:
    if len(field) > 1:
        return energy.radius(field, center, share)
    far = np.abs(np.arange(field.size) - center)
    order = far.argsort(kind="stable")
    mass = field[0][order].cumsum(dtype=np.float64)
    return float(far[order][np.searchsorted(mass, share * mass[-1] * (1 - 1e-12))])
