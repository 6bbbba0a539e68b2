"""What the deep-sets page shows of a run: the set on the stage, and errors on new sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.held_out import test_data
from core.experiments.deep_sets.sets import TARGETS, padded
from core.experiments.deep_sets.settings import (
    Lists,
    is_each,
    limits,
    of_molecules,
    property_of,
    shown_at,
)
from core.experiments.deep_sets.shown import Shown
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
        given = test_data(self.settings)
        generator = torch.Generator().manual_seed(self.settings.data_seed)
        key = torch.rand(given.mask.shape, generator=generator, dtype=torch.float64)
        order = (key + ~given.mask).argsort(1)[..., None]
        mixed = given.x.gather(1, order.expand_as(given.x))
        y = given.y.gather(1, order.expand_as(given.y)) if self.each else given.y
        self.given, self.mixed = given, Lists(mixed, given.mask, y)
        self.sizes = given.mask.sum(1).numpy()

    @property
    def shown(self) -> Shown:
        """The set on the stage now."""
        return shown_at(self.run.settings, self.run.steps)

    @torch.no_grad()
    def take(self, run: Any) -> dict[str, Any]:
        """One frame; what has diverged may be beyond the numbers of a film."""
        with np.errstate(over="ignore", invalid="ignore"):
            return {**self._scores(run), **self._stage(run), "dead": self._dead(run)}

    # --- errors on new sets -------------------------------------------------------------------

    def _scores(self, run: Any) -> dict[str, Any]:
        tests = [("deep", self.mixed), ("list", self.mixed), ("shuffled", self.mixed),
                 ("list", self.given)]  # fmt: skip
        errors, outs = [], []
        for name, lists in tests:
            out = self._cropped(run.models[name], lists) * run.scale + run.shift
            outs.append((out[:, 0] if self.each else out)[:, 0].numpy())
            errors.append(self._errors(run, out, lists))
        table = np.array(errors)  # (4, P): squared error of each set over the variance
        known = self.sizes <= self.most
        counts = np.bincount(self.sizes, minlength=self.places + 1)[1:]
        with np.errstate(invalid="ignore", divide="ignore"):
            sums = [np.bincount(self.sizes, row, self.places + 1)[1:] for row in table]
            by_size = np.sqrt(np.array(sums) / counts)
        truth = (self.mixed.y[:, 0] if self.each else self.mixed.y)[:, 0].numpy()
        names = ("test_deep", "test_list", "test_shuffled", "test_as_trained")
        return {
            **dict(zip(names, table[:, known].mean(1), strict=True)),
            "by_size": by_size.T.astype(np.float32),
            "parity": np.stack([truth, *outs[:3]], 1)[known].astype(np.float32),
        }

    def _cropped(self, model: Any, lists: Lists) -> Tensor:
        """Outputs for all sets, sizes one after the other without the empty places."""
        parts = []
        for low in range(0, self.places, 10):
            mine = torch.from_numpy((self.sizes > low) & (self.sizes <= low + 10))
            high = min(low + 10, self.places)
            out = model(lists.x[mine][:, :high], lists.mask[mine][:, :high])
            if self.each:
                out = torch.nn.functional.pad(out, (0, 0, 0, self.places - high))
            parts.append(out)
        return torch.cat(parts)

    def _errors(self, run: Any, out: Tensor, lists: Lists) -> Numbers:
        squared = (((out - lists.y) / run.scale) ** 2).mean(-1) / run.variance
        if self.each:
            squared = (squared * lists.mask).sum(1) / lists.mask.sum(1)
        return squared.numpy()

    @torch.no_grad()
    def unrest(self, run: Any) -> NDArray[np.float64]:
        """Root mean square change of each contender's output when new sets are shuffled.

        Of sets of trained sizes, not for each element; over the spread of the target. Shapes: (3,)
        """
        known = torch.from_numpy(self.sizes <= self.most)
        found = []
        for model in run.models.values():
            a, b = (self._cropped(model, lists)[known] for lists in (self.given, self.mixed))
            found.append(float(((a - b) ** 2).mean() / run.variance) ** 0.5)
        return np.array(found)

    # --- the set on the stage -----------------------------------------------------------------

    def _outputs(self, run: Any, order: NDArray[np.int64]) -> Numbers:
        """Outputs of the contenders for one order of the list: (3, k), or (3, n, k)."""
        x = torch.from_numpy(self.shown.x[order])[None]
        mask = torch.ones(1, len(order), dtype=torch.bool)
        found = [model(x, mask)[0] * run.scale + run.shift for model in run.models.values()]
        return torch.stack(found).numpy()

    def _stage(self, run: Any) -> dict[str, Any]:
        shown = self.shown
        before, after = self._outputs(run, shown.before), self._outputs(run, shown.now)
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
        trace: dict[str, Tensor] = {}
        n = len(self.shown)
        x = torch.from_numpy(self.shown.x[self.shown.now])[None]
        model(x, torch.ones(1, n, dtype=torch.bool), trace)
        phi, pool = trace["phi"][0].numpy(), trace["sum"].numpy()
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
        x = run.train.x[run.train.mask]
        hidden = run.models["deep"].phi[:2](x)
        return float((hidden <= 0).all(0).double().mean())


def _lines(start: Numbers, end: Numbers) -> NDArray[np.float32]:
    """From each start to its end, a gap after each. Shapes: (n, 2), (n, 2) -> (3 n, 2)."""
    gap = np.full_like(start, np.nan)
    return np.stack([start, end, gap], 1).reshape(-1, 2).astype(np.float32)
