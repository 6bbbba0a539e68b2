"""Message passing on a drawn molecule, stage by stage (chapter, section 5.3.1, figures 11, 14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import Tensor

from core.experiment import Experiment
from core.experiments.message_passing.film import MESSAGE, POOL, SUM, UPDATE, Moment, moments
from core.experiments.message_passing.notes import look, read_out
from core.experiments.message_passing.scene import float32, scene_of
from core.experiments.message_passing.script import script
from core.experiments.message_passing.settings import MessagePassingSettings


class MessagePassing(Experiment):
    """Send one molecule through a trained network, moment by moment.

    A step is a moment of the computation, not an update of weights. Tracks of a snapshot (n atoms,
    m bonds, d channels, C = 12 of them shown, the chosen one first). As drawn:
        color     float32 (n,): the chosen channel of h
        halo      float32 (n,): 0 outside the receptive field of the atom looked at, else 0.3 to 1
        message   float32 (2 m,): psi along each directed edge in the chosen channel
        sent      float32 (2 m,): the messages to the atom looked at, while they are sent and
                  summed; 0 elsewhere
        phase     how far the messages are, 0 to 1; -1 while none is on its way
    Rows in the order in which the atoms are labeled:
        A         float32 (n, n): A_tilde, alpha of one head, or the adjacency
        X         float32 (n, 11): the chapter's node features, appendix A
        H         float16 (n, d): normalized states that the messages are made of
        W, b      float16 (d, C), float32 (1, C): weights of these channels, where psi is linear
        HW        float32 (n, C): H W
        psi       float32 (n, n): messages in the chosen channel, row v, column u
        product   float32 (n, C): sums of messages, A_tilde H W
        out       float32 (n, C): what the layer adds to h
        h_old, h_new  float32 (n,): the chosen channel of h before and after the layer
        pooled    float32 (1, d): h_G as far as it is summed
        summed    number of atoms in it
    and
        layer, stage, chapter: where the film is (`message_passing_film`); layer counts from 1
        seen      float32 (4,): 1 where the message, the sum, the update, the pooling have begun
        field     number of atoms that the one looked at has heard from
        reached   float32 (1, 2): layers done, and the spread of the states then
        target    the prediction
        loss      largest difference between sums over edges and what the layers compute: rounding
    """

    Settings = MessagePassingSettings
    notes = look
    at_once = True
    seeded = False  # unless the atoms are listed in another order

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
        self.scene = scene_of(settings)
        layers, atoms = len(self.scene.rounds), len(self.scene.molecule)
        self.moments: list[Moment] = moments(layers, atoms)

    def step(self, n: int) -> None:
        """Go n moments on, at most to the last one."""
        if self.done:
            return
        self.steps = min(self.steps + n, len(self.moments) - 1)
        if self.steps == len(self.moments) - 1:
            self.done = read_out(self.scene)

    def weights(self) -> Mapping[str, Tensor]:
        """The trained weights of the network."""
        return {name: value.float() for name, value in self.scene.model.state_dict().items()}

    def script(self) -> str:
        """The same pass as a program of its own, which prints the prediction."""
        return script(self.scene)

    def snapshot(self) -> dict[str, Any]:
        """The present moment, see the class."""
        now = self.moments[self.steps]
        done = now.layer + (now.stage >= UPDATE)
        begun = [now.stage >= stage for stage in (MESSAGE, SUM, UPDATE, POOL)]
        return {
            "loss": self.scene.loss,
            "layer": now.layer + 1,
            "stage": now.stage,
            "chapter": now.chapter,
            "seen": float32(begun),
            "target": self.scene.target,
            "field": float((self.scene.influence[done] > 0).sum()),
            "reached": float32([[done, self.scene.spreads[done]]]),
            **self._drawn(now, done),
            "X": self.scene.molecule.x,
            **self.scene.matrices[now.layer],
            "pooled": float32(self.scene.last[: self._summed(now)].sum(0)[None]),
            "summed": self._summed(now),
        }

    def _drawn(self, now: Moment, done: int) -> dict[str, Any]:
        """Colors, halos and messages, for the atoms and bonds as drawn."""
        here = self.scene.matrices[now.layer]
        old, new = here["h_old"], here["h_new"]
        share = {UPDATE: now.t}.get(now.stage, float(now.stage > UPDATE))
        u, v = self.scene.edges.T
        along = here["psi"][v, u]
        fading = {MESSAGE: 1.0, SUM: 1 - now.t}.get(now.stage, 0.0)
        reach = self.scene.influence[done]
        halo = np.where(reach > 0, 0.3 + 0.7 * np.sqrt(reach / reach.max()), 0)
        if now.stage == POOL:
            halo = (np.arange(len(halo)) < self._summed(now)).astype(float)
        return {
            "color": float32((1 - share) * old + share * new)[self.scene.row],
            "halo": float32(halo)[self.scene.row],
            "message": float32(along * fading),
            "sent": float32(np.where((v == self.scene.atom) & (fading > 0), along, 0)),
            "phase": {MESSAGE: now.t, SUM: 1.0}.get(now.stage, -1.0),
        }

    def _summed(self, now: Moment) -> int:
        return round(now.t * len(self.scene.molecule)) if now.stage >= POOL else 0
