"""What the attention page shows of a run: all maps of one sequence, and measures of every head."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.experiment import Experiment, tensors
from core.experiments.attention import hand, measures
from core.experiments.attention.digits import digit_tracks, pen
from core.experiments.attention.experiment import Training
from core.experiments.attention.notes import look
from core.experiments.attention.problems import ADDITION, DIGITS, judges
from core.experiments.attention.settings import (
    LIVE,
    AttentionSettings,
    cell,
    chosen,
    depth_of,
    drawing,
    looked_at,
    shown_sequence,
)
from core.film import half

PARTS = ("q", "k", "v", "heard", "alpha", "score")
HIDDEN = -1e8  # below it lie the scores of keys that may not be looked at
FEW = 24  # sequences for what is measured seldom


class Attention(Training, Experiment):
    """Train a transformer, and one of a single layer beside it, on the same sequences.

    Tracks of a snapshot (n tokens of the sequence on the stage, A = layers times heads, then head
    A again the one that looks best at right places; e = width / heads, O answers):
        q, k, v, heard  float16 (A + 1, n, e): heard is the weighted sum of v
        score, alpha    float16 (A + 1, n, n): row query, column key; NaN where it may not look
        answer      float16 (n, O): probability of each answer at each place; of answer_all with all
                    heads, else all of one sequence is without those that are off
        lens        float16 (layers + 1, n): probability of the right answer if the stream after
                    each layer is read; 0 where nothing is asked
        hand_q, hand_k, hand_v  float16 (1, e), (n, e), (n, e): of the head and the query that were
                    chosen, with the cells that are set by hand
        hand_at     int32 (3,): query, layer and head of these, from 1
        seen        uint8 (n, n): 1 where a query may look at a key
        sums        float32 (A + 1, n): of exp(score) over the keys that a query may look at
        hand_alpha, hand_h  float16 (n, 2), (2, e): weights and their sum, as learned, and by hand
        best        which head looks best at right places, from 0
        previous, lookup, entropy   float32 (A,), see `measures`, on sequences not trained on
        best_previous, best_lookup  the largest of each
        accuracy, whole     share of answers, and of sequences, that are right
        accuracy_one, lookup_one    of the twin with one layer, where there is one
        loss        see `Training.loss`
        off, off_said   uint8 (A,): 1 of heads that are off; int32 (4,): 0, 1 or 2 for more of them,
                    layer and head of the first from 1, how many
        loss_off, accuracy_off, lookup_off  loss, accuracy and best_lookup without these
        without     float32 (A + 1,): accuracy without each head; with all of them
        without_loss  float32 (A + 1,): the loss alike
    and seldom:
        by_length   float32 (5,): accuracy at `lengths`, NaN where that is another problem
        by_length_one  the same of the twin
        moved       see `measures.moved_along`, of the sequence on the stage
    of modular addition alone:
        grid        float16 (p, p): probability of the right sum for each pair
        spectrum    float32 ((p - 1) / 2,): of the embedding, see `measures.spectrum`
        trained     accuracy on the pairs learned from
    of digits alone, where no place is the right one (no lookup, best_lookup, previous; `best` is
    then the head of least entropy):
        picture, ink    float16 (8, 8): ink as the network sees it; (64, 2): as points, NaN: none
        pen         float16 (400, 2): where the pen of a drawing went, NaN between its strokes
        reads, sure, told   which digit it says it is, with which probability; 0 of a drawing
        over        float16 (A + 1, n, 4, 4): weights on the patches, as they lie in the picture
    """

    Settings = AttentionSettings
    notes = look
    LOOKS = (*hand.PARTS, *hand.CHOSEN, hand.SILENT, "temperature", "strokes")
    test_every, seldom = 4, "Other lengths and shuffled tokens"

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.cells: dict[tuple[str, int, int], float] = {}
        self.temperature = settings.temperature
        self.chosen = looked_at(settings.fresh())
        self.silent: tuple[int, ...] = ()
        self.shown = shown_sequence(settings.fresh())
        self.pen = pen(drawing(settings.fresh()))
        self.right = self.problem.right(self.test)
        self.asked = self.problem.answer(self.test, self.right)

    def change(self, name: str, value: str) -> None:
        """Set the learning rate; or head, query, key, a cell, silent heads... of a look."""
        if name in LIVE:
            number = LIVE[name].check(name, LIVE[name].parse(name, value))
            if name == "temperature":
                self.temperature = number
            elif name == "strokes":
                drawn = self.settings.fresh().replace(strokes=number)
                self.shown, self.pen = shown_sequence(drawn), pen(drawing(drawn))
            else:
                super().change(name, value)
        elif name in hand.CHOSEN:
            self.chosen[name] = chosen(self.settings, name, value)
            other = {"head": hand.PARTS, "query": "q", "key": ()}[name]  # what is not what it was
            self.cells = {at: number for at, number in self.cells.items() if at[0] not in other}
        elif name == hand.SILENT:
            self.silent = hand.read_heads(value, depth_of(self.settings))
        else:
            part, row, column, number = cell(self.settings, name, value)
            self.cells[part, row, column] = number

    @property
    def keep(self) -> Tensor | None:
        """What multiplies each head, see `measures.keeping`."""
        return measures.keeping(self.settings.layers, int(self.settings.heads), self.silent)

    @cached_property
    def longer(self) -> dict[int, tuple[Tensor, Tensor]]:
        """Length -> sequences and their answers, where longer ones are the same problem."""
        if not self.problem.stretches:
            return {}
        found = {n: judges(self.settings.target, n, FEW) for n in measures.lengths(self.settings)}
        return {n: (x, self.answers(x)) for n, x in found.items()}

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        found = self._judged()
        return {**found, **self._maps(int(found["best"])), **self.tested(self._measured)}

    @torch.no_grad()
    def _judged(self) -> dict[str, Any]:
        """How all heads do on sequences that nothing is trained on."""
        trace: list[dict[str, Tensor]] = []
        net = self.models["net"]
        streams = net.streams(self.test, trace=trace)
        out = net.read(streams[-1])
        alpha = measures.stacked(trace, "alpha")
        entropy = measures.entropy(alpha, self.asked >= 0)
        accuracy, whole = measures.scores(out, self.asked)
        found = {
            "loss": measures.loss(out, self.asked),
            "accuracy": accuracy,
            "whole": whole,
            "entropy": entropy.numpy(),
            "best": int(entropy.argmin()),
            **measures.worth(net, streams, trace, self.asked),
        }
        if self.problem.lookup:
            found |= measures.found_right(alpha, self.right)
        if "one" in self.models:
            found["accuracy_one"] = measures.scores(self.models["one"](self.test), self.asked)[0]
        if self.settings.target == ADDITION and self.learned is not None:
            found |= measures.addition(net, self.learned, self.test, self.answers)
        return found | self._without_silent(found)

    def _without_silent(self, found: dict[str, Any]) -> dict[str, Any]:
        """Which heads are off, and the same measures as `found` without them."""
        heads = int(self.settings.heads)
        off = np.isin(np.arange(depth_of(self.settings)), self.silent).astype(np.uint8)
        first = divmod(self.silent[0], heads) if self.silent else (-1, -1)
        many = len(self.silent)
        said = np.array([min(many, 2), first[0] + 1, first[1] + 1, many], np.int32)
        names = {"loss": "loss_off", "accuracy": "accuracy_off", "best_lookup": "lookup_off"}
        seen = found
        if self.silent:
            trace: list[dict[str, Tensor]] = []
            out = self.models["net"](self.test, self.keep, trace)
            seen = {"loss": measures.loss(out, self.asked)}
            seen["accuracy"] = measures.scores(out, self.asked)[0]
            if self.problem.lookup:
                alpha = measures.stacked(trace, "alpha")
                seen |= measures.found_right(alpha, self.right)
        measured = {new: seen[name] for name, new in names.items() if name in seen}
        return {"off": off, "off_said": said, **measured}

    @torch.no_grad()
    def _maps(self, best: int) -> dict[str, Any]:
        """All of one sequence: queries, keys, values, maps, answers."""
        trace: list[dict[str, Tensor]] = []
        net, x = self.models["net"], self.shown
        streams = net.streams(x, self.keep, trace)
        found: dict[str, Any] = {}
        for part in PARTS:
            values = measures.stacked(trace, part)[:, 0]
            values = torch.cat([values, values[best : best + 1]])
            if part == "score":
                found["sums"] = values.exp().sum(-1).numpy()
                values = values.masked_fill(values < HIDDEN, torch.nan)
            found[part] = half(values)
        found |= self._by_hand(trace, best)
        found["seen"] = (measures.stacked(trace, "score")[0, 0] > HIDDEN).to(torch.uint8).numpy()
        read = torch.stack([net.read(h)[0].softmax(-1) for h in streams])  # (layers + 1, n, O)
        y = self.answers(x)[0]
        at = y.clamp(min=0).expand(len(read), -1)[..., None]
        lens = read.gather(2, at)[..., 0].where(y >= 0, torch.zeros(()))
        whole = net(x)[0].softmax(-1) if self.silent else read[-1]
        found |= {"answer": half(read[-1]), "answer_all": half(whole), "lens": half(lens)}
        if self.settings.target == DIGITS:
            found |= digit_tracks(x[0], found["alpha"], read[-1, -1]) | {"pen": self.pen}
        return found

    def _by_hand(self, trace: list[dict[str, Tensor]], best: int) -> dict[str, Any]:
        """One query of one head, with what is set by hand."""
        head, query = self.chosen["head"], self.chosen["query"]
        head = best if head == depth_of(self.settings) else head
        parts = {p: measures.stacked(trace, p)[head, 0] for p in hand.PARTS}
        parts["q"] = parts["q"][query : query + 1]
        seen = measures.stacked(trace, "score")[head, 0, query] > HIDDEN
        tracks = hand.by_hand(parts, self.cells, self.temperature, seen)
        layer, one = divmod(head, int(self.settings.heads))
        at = np.array([query + 1, layer + 1, one + 1], np.int32)
        return {name: half(values) for name, values in tracks.items()} | {"hand_at": at}

    @torch.no_grad()
    def _measured(self) -> dict[str, Any]:
        """What takes many readings."""
        found: dict[str, Any] = {}
        for name, model in self.models.items():
            track = "by_length" if name == "net" else "by_length_one"
            found[track] = np.full(len(measures.STRETCHES), np.nan, np.float32)
            for k, (longer, answers) in enumerate(self.longer.values()):
                found[track][k] = measures.scores(model(longer), answers)[0]
        return {**found, "moved": measures.moved_along(self.models["net"], self.shown)}

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of all networks."""
        return tensors(self.models)
