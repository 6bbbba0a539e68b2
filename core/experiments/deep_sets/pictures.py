"""What the deep-sets page shows of a run: the set on the stage, and errors on new sets."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment, tensors
from core.experiments.deep_sets import bags
from core.experiments.deep_sets.experiment import Training
from core.experiments.deep_sets.held_out import held_out
from core.experiments.deep_sets.notes import look
from core.experiments.deep_sets.sets import TARGETS, padded
from core.experiments.deep_sets.settings import (
    LIVE,
    DeepSetsSettings,
    is_each,
    limits,
    of_molecules,
    property_of,
    shown_at,
)
from core.experiments.deep_sets.shown import EDITS, Shown
from core.film import to_bytes
from core.models.deep_sets import DeepSets, EquivariantDeepSets

Numbers = NDArray[np.float64]
DIGITS = 5  # after the point, of outputs before and after a shuffle
FRAME = 1.08  # half the side of the plane


class Pictures:
    """Everything that is the same for all frames of a run, made once, and the frames from it."""

    def __init__(self, run: Any) -> None:
        self.run, self.settings = run, run.settings
        self.most, self.places = limits(self.settings)
        self.each = is_each(self.settings)
        self.held_out = held_out(self.settings.fresh().replace(seed=0))
        self.elements = run.train.x[run.train.mask]  # (E, F), all that is trained on

    @property
    def shown(self) -> Shown:
        """The set on the stage now."""
        return shown_at(self.run.settings, self.run.steps)

    @torch.no_grad()
    def take(self, run: Any) -> dict[str, Any]:
        """One frame; what has diverged may be beyond the numbers of a film."""
        with np.errstate(over="ignore", invalid="ignore"):
            tested = run.tested(lambda: {**self.held_out.scores(run), "dead": self._dead(run)})
            return {**tested, **self._stage(run)}

    # --- the set on the stage -----------------------------------------------------------------

    def _outputs(self, run: Any, *orders: NDArray[np.int64]) -> Numbers:
        """Outputs of the contenders for some orders of the list: (orders, 3, k), or (.., n, k)."""
        x = torch.from_numpy(self.shown.x[np.stack(orders)])  # (orders, n, F)
        mask = torch.ones(x.shape[:2], dtype=torch.bool)
        found = [model(x, mask) * run.scale + run.shift for model in run.models.values()]
        return torch.stack(found, 1).numpy()

    def _stage(self, run: Any) -> dict[str, Any]:
        shown = self.shown
        before, after = self._outputs(run, shown.before, shown.now)
        truth = self.truth()
        each = np.full((self.places, 4), np.nan, np.float32)
        place = np.array([1, 1])
        lines = np.full((3 * self.places, 2), np.nan, np.float32)
        at = self.positions()
        if self.each:
            each[: len(shown), 0] = truth[:, 0]
            each[: len(shown), 1:] = after[..., 0].T
            if "offset" in self.settings.target:
                lines[: 3 * len(shown)] = _lines(at, at - after[0])
            place = 1 + np.array([np.flatnonzero(o == 0)[0] for o in (shown.before, shown.now)])
            back, now = np.argsort(shown.before), np.argsort(shown.now)
            before, after, truth = before[:, back], after[:, now], truth[now]
        elif self.settings.target == "sum of lengths":
            lines[: 3 * len(shown)] = _lines(0 * at, at)
        pairs = np.concatenate([before, after], -1).astype(np.float32)  # (3, [n,] 2 k)
        k = before.shape[-1]
        same = [[f"{v:.{DIGITS}f}" for v in row[..., :k].ravel()]
                == [f"{v:.{DIGITS}f}" for v in row[..., k:].ravel()] for row in pairs]  # fmt: skip
        jump = np.abs(after - before).reshape(3, -1).max(1)
        places = np.full((self.places, 2), np.nan, np.float32)
        places[: len(shown)] = at
        return {
            "set": places,
            "lines": lines,
            "marks": self._marks(truth, after),
            "truth": (truth[0] if self.each else truth).astype(np.float32),
            "out": pairs[:, 0] if self.each else pairs,
            "jump": jump.astype(np.float32),
            "equal": np.array(same, np.float32),
            "place": place.astype(np.float32),
            "each": each,
            **self._embeddings(run),
        }

    def truth(self) -> Numbers:
        """True value of the set on the stage: (k,), or (n, k) in the present order.

        NaN of a molecule that was drawn and is not among those of `Bags`.
        """
        if of_molecules(self.settings):
            value = bags.load().values[self.shown.row, property_of(self.settings)]
            return np.array([value if self.shown.row >= 0 else np.nan])
        x, mask = padded([self.shown.x[self.shown.now]], len(self.shown))
        return TARGETS[self.settings.target].measure(x, mask)[0]

    def positions(self) -> Numbers:
        """Where the elements lie on the plane, in the present order: (n, 2).

        Atoms lie at their element (C, N, O, F) and number of hydrogens, equal ones side by side.
        """
        if not of_molecules(self.settings):
            return self.shown.x[self.shown.now]
        x = self.shown.x
        at = np.stack([x[:, 1:5] @ np.arange(4), x[:, 10]], 1)
        for i in range(len(at)):
            turn = int((at[:i].round() == at[i]).all(1).sum())
            at[i] += 0.26 * np.sqrt(turn) * np.array([np.cos(2.4 * turn), np.sin(2.4 * turn)])
        return at[self.shown.now]

    def _marks(self, truth: Numbers, after: Numbers) -> NDArray[np.float32]:
        """True value and outputs as points (a center) or upright lines (a largest a)."""
        marks = np.full((4, 3, 2), np.nan, np.float32)
        values = np.concatenate([truth[None], after]) if not self.each else None
        if self.settings.target == "center of mass":
            marks[:, 0] = values
        elif self.settings.target == "max" and values is not None:
            marks[:, :2, 0] = values
            marks[:, :2, 1] = -FRAME, FRAME
        return marks.reshape(12, 2)

    def _embeddings(self, run: Any) -> dict[str, Any]:
        """The phi of every element in the present order, and their pool."""
        model: DeepSets | EquivariantDeepSets = run.models["deep"]
        n = len(self.shown)
        x = torch.from_numpy(self.shown.x[self.shown.now])[None]
        embedded = model.phi(x)
        phi = embedded[0].numpy()
        pool = model.pool(embedded, torch.ones(1, n, dtype=torch.bool)).numpy()
        tops = np.array([np.abs(phi).max(), np.abs(pool).max()]) + 1e-9
        stripes = np.zeros((self.places, phi.shape[1]))
        stripes[:n] = phi / tops[0]
        first = np.full((2, 3), np.nan, np.float32)
        width = min(3, phi.shape[1])
        first[: min(n, 2), :width] = phi[:2, :3]
        total = np.full(3, np.nan, np.float32)
        total[:width] = pool[0, :3]
        return {
            "phi": to_bytes(stripes, -1, 1),
            "pooled": to_bytes(pool / tops[1], -1, 1),
            "largest": tops.astype(np.float32),
            "phi_first": first,
            "pool_first": total,
        }

    def _dead(self, run: Any) -> float:
        """Share of the hidden ReLUs of phi that no element of the training sets switches on."""
        hidden = run.models["deep"].phi[0](self.elements)
        return float((hidden.amax(0) <= 0).double().mean())


def _lines(start: Numbers, end: Numbers) -> NDArray[np.float32]:
    """From each start to its end, a gap after each. Shapes: (n, 2), (n, 2) -> (3 n, 2)."""
    gap = np.full_like(start, np.nan)
    return np.stack([start, end, gap], 1).reshape(-1, 2).astype(np.float32)


class DeepSetsRace(Training, Experiment):
    """Train Deep Sets and two perceptrons on padded lists: same sets, same order, same seed.

    Tracks of a snapshot (R places in a list, d the width, k = 1 or 2 numbers asked for; contenders
    deep, list, shuffled in this order; G sizes; P sets to compare):
        set         float32 (R, 2): elements at their present place in the list; nan where none
        lines       float32 (3 R, 2): what belongs to them on the plane, see `Pictures`
        marks       float32 (12, 2): true value and outputs on the plane, three points for each
        phi, pooled uint8 (R, d), (1, d): embeddings and their pool over their largest size
        largest     float32 (2,): that largest size of phi and of the pool
        phi_first, pool_first  float32 (2, 3), (3,): first numbers of phi(x_1), phi(x_2), the pool
        truth       float32 (k,): true value; with outputs for each element: of one element
        out         float32 (3, 2 k): outputs before and after the last shuffle
        jump        float32 (3,): largest difference between the two, over all elements
        equal       float32 (3,): 1 if they are equal in all digits shown
        place       float32 (2,): place of that one element before and after, from 1
        each        float32 (R, 4): outputs of each element, first number: true, then contenders
        by_size     float32 (G, 4): error at each size, as the loss has it: deep, list and shuffled
                    on shuffled lists, and list on lists in the order of training
        parity      float32 (P, 4): true value and outputs, of sets of trained sizes
        loss, loss_list, loss_shuffled: squared error on the training sets over their variance
        test_deep, test_list, test_shuffled: the same on new sets, listed in random order
        test_as_trained: of `list` on new sets, listed as in training
        dead        share of hidden ReLUs of phi that are 0 for all elements trained on
    """

    Settings = DeepSetsSettings
    notes = look
    pictures = cached_property(Pictures)
    LOOKS = EDITS
    test_every = 5

    def change(self, name: str, value: str) -> None:
        """Set the learning rate, or shuffle, move, add, remove, see `deep_sets.shown`.

        Training goes on as if nothing had happened. The set on the stage follows from the settings,
        so that a change that they hold already, and that a recording comes to again, is not made
        twice.
        """
        change = (self.steps, name, value)
        if name in LIVE:
            LIVE[name].check(name, LIVE[name].parse(name, value))
            super().change(name, value)
        elif change not in self.settings.changes:
            self.settings = self.settings.replace(changes=(*self.settings.changes, change))

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        losses = self.losses()
        return {
            "loss": losses["deep"],
            "loss_list": losses["list"],
            "loss_shuffled": losses["shuffled"],
            **self.pictures.take(self),
        }

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of all contenders."""
        return tensors(self.models)
