"""What the recurrence page shows of a run: states through time, gradients over lag, the race."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment, tensors
from core.experiments.recurrence.experiment import Training
from core.experiments.recurrence.notes import look
from core.experiments.recurrence.sequences import TYPED, Batch, draw, losses, scores
from core.experiments.recurrence.settings import (
    LIVE,
    PLAIN,
    RecurrenceSettings,
    has_twin,
    networks,
    shape,
)
from core.experiments.recurrence.theory import way_back
from core.experiments.recurrence.unroll import HELD_OUT, shown_sequence, unrolled
from core.film import half, to_bytes
from core.models.reader import Reader
from core.models.recurrent import CELLS, Recurrent

SMALLEST = 1e-30  # of a gradient that is drawn on a logarithmic axis
FOLLOWED = 3  # units whose equation is written out
JUDGED, ASKED = 32, 128  # sequences for gradients, and for answers after every step
TWIN = "_default"


def members(settings: Any) -> dict[str, tuple[str, slice]]:
    """Who races, each with its cell and its networks among those of the cell."""
    found = {}
    for cell in settings.cells:
        found[cell] = (cell, slice(0, settings.seeds))
        if has_twin(settings, cell):
            found[cell + TWIN] = (cell, slice(settings.seeds, 2 * settings.seeds))
    return found


def shown_members(settings: Any) -> list[str]:
    """Members whose states are shown: as set, or the default twin where there is one."""
    twins = settings.shown == PLAIN
    return [cell + TWIN if twins and has_twin(settings, cell) else cell for cell in settings.cells]


def keeper_of(cell: str) -> int | None:
    """Which block of weights is the gate that keeps the past; None where there is no such gate."""
    return CELLS[cell].keeper if cell in CELLS else None


def carries(cell: str) -> int:
    """Place in a state of what is handed on: h, c of the LSTM, the transformer's embedding."""
    return CELLS[cell].carries if cell in CELLS else 1


class Recurrence(Training, Experiment):
    """Train recurrent networks, each cell as set and from PyTorch's default first weights.

    Tracks of a snapshot, for each member m, such as GRU or GRU_default (d its width, S seeds, T
    steps; the sequence on the stage and its states are those of the first seed):
        accuracy_m  float32 (S,): share of 256 new sequences that it answers rightly
        by_lag_m    float16 (2 T,): the same if asked after 1 ... 2 T steps, mean over seeds; NaN
                    where that is another problem
        band_m      float16 (4 T,): the least of all seeds after 1 ... 2 T steps, then the greatest
                    after 2 T ... 1: a polygon; only of two seeds or more
        hidden_m    uint8 (d, T): hidden state, -1 to 1
        keep_m      uint8 (d, T): the gate that keeps the past, 0 to 1; not of the plain cell
        gradient_m  float32 (T,): norm of the gradient at the carried state, by lag over that at
                    lag 0; root mean square over 32 sequences
        flow_m      float16: the same as strength of the arrows of `unroll.unrolled`, 0 to 1
        unit_m      float16: color of its nodes, the first unit of h
        end_m       that gradient at the largest lag, log10
        length_m    norm of the gradient before it is clipped, mean over seeds
        loss_m      loss on these sequences, mean over seeds
    and of the plain cell as set:
        alone, bound, rate  float32 (T,): see `theory.WayBack`
        norm, radius        of its W_h
        terms       float32 (2, 3, 4): W_h h, W_x x, b and h of three units at step 2 and T
        loss        see `Training.loss`
        reading     which of `settings.sequences` stands on the stage
    """

    Settings = RecurrenceSettings
    notes = look
    LOOKS = tuple(dict.fromkeys(TYPED.values()))
    frame_every = 5
    test_every = 4

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.edited: set[int] = set()  # steps at which what is read on the stage was changed
        self.stage = shown_sequence(settings, settings.sequences[0][1])
        self.parts = unrolled(settings)
        self.orders = self._ordered()

    @cached_property
    def longer(self) -> Batch:
        """New sequences of twice the length, to be asked after every step."""
        n = 2 * self.settings.length
        generator = torch.Generator().manual_seed(HELD_OUT + 1)
        return draw(self.settings, ASKED, n, generator)

    def _ordered(self) -> dict[str, NDArray[np.int64]]:
        """In which order the units of each member are drawn: by their first gate bias."""
        found = {}
        for name, (cell, which) in members(self.settings).items():
            keeper, d = keeper_of(cell), shape(self.settings, cell)[0]
            found[name] = np.arange(d)
            if keeper is not None:
                b = self.models[cell].state_dict()["b"][which.start, 0]
                found[name] = b[keeper * d : (keeper + 1) * d].argsort(stable=True).numpy()
        return found

    def change(self, name: str, value: str) -> None:
        """Set the learning rate or the clipping; or what is read on the stage, which is a look."""
        if name in LIVE:
            checked = LIVE[name].check(name, LIVE[name].parse(name, value))
            if name == TYPED[self.settings.target]:
                self.stage = shown_sequence(self.settings, checked)
                self.edited.add(self.steps)
            elif name not in self.LOOKS:
                super().change(name, value)
        else:
            Experiment.change(self, name, value)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        tested = self.tested(self._judged)
        found = {"loss": self.loss(), "reading": float(len(self.edited)), **tested}
        for cell, model in self.models.items():
            found |= self._gradients(cell, model)
            found |= self._states(cell, model)
        return found

    def _of(self, cell: str) -> Iterator[tuple[str, slice]]:
        """Names of the members with this cell, and their networks."""
        return ((n, which) for n, (c, which) in members(self.settings).items() if c == cell)

    @torch.no_grad()
    def _judged(self) -> Iterator[tuple[str, Any]]:
        """Accuracy on what is held out, at its length and when asked after every step."""
        last = self.problem.last
        for cell, model in self.models.items():
            out = model(self.test.x, last)
            y = self.test.y[:, -last:].expand(out.shape[:3])
            right, error = (f(self.problem, out, y).mean((1, 2)) for f in (scores, losses))
            by_lag = self._by_lag(cell, model)
            for name, which in self._of(cell):
                yield f"accuracy_{name}", right[which].numpy()
                yield f"loss_{name}", float(error[which].mean())
                lags = by_lag[which]
                yield f"by_lag_{name}", lags.mean(0).numpy().astype(np.float16)
                if len(lags) > 1:
                    band = torch.cat([lags.amin(0), lags.amax(0).flip(0)])
                    yield f"band_{name}", band.numpy().astype(np.float16)

    def _by_lag(self, cell: str, model: Recurrent | Reader) -> Tensor:
        """Shapes: -> (S, 2 T)."""
        if not self.problem.anytime:
            return torch.full((networks(self.settings, cell), 2 * self.settings.length), torch.nan)
        out = model(self.longer.x, 2 * self.settings.length)
        return scores(self.problem, out, self.longer.y.expand(out.shape[:3])).mean(1)

    def _gradients(self, cell: str, model: Recurrent | Reader) -> dict[str, Any]:
        """Gradients of the loss at the end, with respect to what each step hands on."""
        x, y = self.test.x[:JUDGED], self.test.y[:JUDGED, -1]
        states, place = model.states(x), carries(cell)
        out = model.read(states[-1][0])  # (S, B, O)
        loss = losses(self.problem, out, y.expand(out.shape[:2])).sum()
        grads = torch.autograd.grad(loss, [state[place] for state in states])
        sizes = torch.stack([g.square().sum(-1).mean(1).sqrt() for g in grads[::-1]], 1)  # (S, T)
        sizes = sizes / sizes[:, :1].clamp(min=SMALLEST)
        found: dict[str, Any] = {}
        for name, which in self._of(cell):
            curve = sizes[which.start].clamp(min=SMALLEST).numpy().astype(np.float32)
            found[f"gradient_{name}"] = curve
            found[f"end_{name}"] = float(np.log10(curve[-1]))
            found[f"flow_{name}"] = self._flow(curve)
            found[f"length_{name}"] = float(self.norms[cell][which].mean())
        if cell == "RNN" and isinstance(model, Recurrent):
            back = way_back(model.W_h[0].detach(), grads[-1][0], self.settings.length)
            for track in ("alone", "bound", "rate"):
                curve = getattr(back, track).clamp(SMALLEST, 1 / SMALLEST)
                found[track] = curve.numpy().astype(np.float32)
            found |= {"norm": back.norm, "radius": back.radius}
        return found

    def _flow(self, curve: NDArray[np.float32]) -> NDArray[np.float16]:
        """Strength of the arrows of figure 9; those of letters and answers are faint."""
        T, parts = self.settings.length, self.parts
        logs = np.clip(1 + np.log10(curve) / 6, 0, 1)
        found = [
            logs[T - 1 - parts.steps[end]] if parts.kinds[start] in ("h", "dot") else 0.3
            for start, end in parts.pairs
        ]
        return half(found)

    @torch.no_grad()
    def _states(self, cell: str, model: Recurrent | Reader) -> dict[str, Any]:
        """States and gates on the sequence of the stage."""
        found: dict[str, Any] = {}
        states, keeper = model.states(self.stage.x), keeper_of(cell)
        h = torch.stack([state[0][:, 0] for state in states], 1)  # (S, T, d)
        d = h.shape[-1]
        for name, which in self._of(cell):
            s, order = which.start, self.orders[name]
            found[f"hidden_{name}"] = to_bytes(h[s].T.numpy()[order], -1, 1)
            first = h[s, :, 0].numpy()
            found[f"unit_{name}"] = half(
                [first[t] if kind == "h" else 0 for t, kind in zip(*self.parts[2:], strict=True)]
            )
            if keeper is not None:
                gates = torch.stack([state[-1][s, 0] for state in states], 1)  # (blocks d, T)
                kept = gates[keeper * d : (keeper + 1) * d].numpy()
                found[f"keep_{name}"] = to_bytes(kept[order], 0, 1)
        if cell == "RNN" and isinstance(model, Recurrent):
            found["terms"] = self._terms(model, h[0])
        return found

    def _terms(self, model: Recurrent, h: Tensor) -> NDArray[np.float32]:
        """The parts of equation (5.6) for the first units. Shapes: h (T, d) -> (2, 3, 4)."""
        before = torch.cat([torch.zeros_like(h[:1]), h[:-1]])
        parts = [before @ model.W_h[0], self.stage.x[0] @ model.W_x[0], model.b[0].expand_as(h), h]
        table = torch.stack([part[[1, -1], :FOLLOWED] for part in parts], -1)
        return table.numpy().astype(np.float32)

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of all networks; the first axis is seeds, then default twins."""
        return tensors(self.models)
