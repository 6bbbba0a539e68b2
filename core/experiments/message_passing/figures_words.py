"""Equations 5.9 and 5.10 written out for the atom looked at, and what relabeling does."""

from __future__ import annotations

from typing import Any

from core.experiments.message_passing.film import READ_OUT
from core.experiments.message_passing.notes import shown
from core.experiments.message_passing.scene import Scene
from core.molecules.graph import BOND_NAMES
from core.qm9.data.targets import TARGET
from core.stage import Panel, line, words

Line = dict[str, Any]
SENT, SUMMED, UPDATED, POOLED = (("seen", i, 1.0) for i in range(4))
HEADS = {
    "gcn": "GCN (5.10): ψ = c<sub>vu</sub> W h<sub>u</sub>,  φ = h<sub>v</sub> + σ(Σ + b)",
    "gat": "GAT (5.13): ψ = α<sub>uv</sub> W h<sub>u</sub>,  φ = h<sub>v</sub> + σ(Σ + b)",
    "mpnn": "MPNN (5.9): ψ = W₂ σ(W<sub>u</sub> h<sub>u</sub> + W<sub>v</sub> h<sub>v</sub> + "
    "W<sub>e</sub> e<sub>uv</sub>),  φ = h<sub>v</sub> + V₂ σ(V<sub>h</sub> h<sub>v</sub> + "
    "V<sub>m</sub> Σ), biases not written",
}


def worked(scene: Scene) -> Panel:
    """Message, sum and update of the atom looked at, in the chosen channel."""
    v, d = scene.labels[scene.atom], scene.start.shape[1]
    why = "" if scene.settings.channel else ", chosen since atoms differ most in it"
    lines = [
        line(f"Round {{}} of {len(scene.rounds)} for {v}, channel k = {scene.channel + 1} of {d}",
             ("layer", 0, "d"), mark="head"),
        line(f"An atom's state h is {d} numbers, its channels, all passed on alike; k is the one "
             f"shown{why}.", mark="muted"),
        line(HEADS[scene.settings.model], mark="muted"),
        *_messages(scene),
        *_sum(scene),
        *_update(scene),
        *_pool(scene),
        line("ψ and W read normalized states; σ is ReLU, and the skip h<sub>v</sub> + … is part "
             "of φ. Weights as trained on QM9.", mark="muted"),
    ]  # fmt: skip
    text = "The equations of message, sum and update with the numbers of one atom."
    size = {"width": 380, "height": 430, "grow": 1.1}
    return words("worked", lines, title=f"Equation (5.9) at atom {v}", alt=text, **size)


def neighbors(scene: Scene) -> list[int]:
    """Rows of the atoms that the one looked at listens to, itself among them if the model does."""
    listens = scene.rounds[0].weights[0][scene.atom]
    return [u for u, weight in enumerate(listens.tolist()) if weight]


def _messages(scene: Scene) -> list[Line]:
    n, v, C = len(scene.molecule), scene.atom, len(scene.columns)
    lines = [line("1  Message", when=SENT, mark="head")]
    codes = scene.molecule.bond_codes[v]
    for u in neighbors(scene):
        name, at = scene.labels[u], v * n + u
        own = " itself" if u == v else ""
        if scene.settings.model == "mpnn":
            bond = BOND_NAMES[codes[u] - 1]
            lines.append(line(f"ψ from {name}, {bond} bond = {{}}", ("psi", at, ".3f"), when=SENT))
            continue
        sign = "c" if scene.settings.model == "gcn" else "α"
        numbers = ("A", at, ".3f"), ("HW", u * C, ".3f()"), ("psi", at, ".3f")
        text = f"ψ from {name}{own} = {sign} · (W h)ₖ = {{}} · {{}} = {{}}"
        lines.append(line(text, *numbers, when=SENT))
    if len(lines) == 1:
        lines.append(line("No neighbor, no message.", when=SENT))
    return lines


def _sum(scene: Scene) -> list[Line]:
    n, v, C = len(scene.molecule), scene.atom, len(scene.columns)
    terms = [("psi", v * n + u, ".3f()") for u in neighbors(scene)]
    total = ("product", v * C, ".3f")
    text = "Σ ψ = " + " + ".join(["{}"] * len(terms)) + " = {}" if terms else "Σ ψ = {}"
    return [line("2  Sum", when=SUMMED, mark="head"), line(text, *terms, total, when=SUMMED)]


def _update(scene: Scene) -> list[Line]:
    v, C = scene.atom, len(scene.columns)
    old, new = ("h_old", v, ".3f"), ("h_new", v, ".3f")
    if scene.settings.model == "mpnn":
        text, numbers = "φ = h + V₂ σ(…) = {} + {} = {}", (old, ("out", v * C, ".3f()"), new)
    else:
        text = "φ = h + σ(Σ + b) = {} + σ({} + {}) = {}"
        numbers = old, ("product", v * C, ".3f"), ("b", 0, ".3f()"), new  # type: ignore[assignment]
    return [line("3  Update", when=UPDATED, mark="head"), line(text, *numbers, when=UPDATED)]


def _pool(scene: Scene) -> list[Line]:
    k, n, d = scene.channel, len(scene.molecule), scene.start.shape[1]
    target = TARGET[scene.settings.target]
    at_end = ("stage", 0, float(READ_OUT))
    return [
        line("Pool (5.12)", when=POOLED, mark="head"),
        line(f"h<sub>G</sub> = Σ h<sub>v</sub> over {{}} of {n} atoms = {{}} in channel {k + 1}",
             ("summed", 0, "d"), ("pooled", k, ".3f"), when=POOLED),
        line(f"Read out: {target.symbol} = {shown(scene.target)} {target.unit}",
             when=at_end, mark="right"),
        line(_read_out(scene, d, target), when=at_end, mark="muted"),
    ]  # fmt: skip


def _read_out(scene: Scene, d: int, target: Any) -> str:
    """How the sum of states becomes a number with a unit."""
    return (
        f"ρ, a small network, reads all {d} channels of h<sub>G</sub> at once, not this one alone. "
        f"Counts of atoms, bonds and rings say {shown(scene.counted)} {target.unit}; "
        f"ρ(h<sub>G</sub>), scaled to that unit, moves it by {shown(scene.target - scene.counted)}."
    )


def labels(scene: Scene) -> Panel:
    """What the order in which atoms are listed does to the predictions."""
    target, moved = TARGET[scene.settings.target], scene.settings.relabel
    lines = []
    for name, drawn, now in scene.comparison():
        before, after = shown(drawn), shown(now)
        who = "MLP on the padded list" if name == "mlp" else name.upper()
        if not moved:
            lines.append(line(f"{who}: {before} {target.unit}"))
            continue
        same = before == after
        verdict = "equal in every digit" if same else "another answer for the same molecule"
        text = f"{who}: {before} before, {after} {target.unit} relabeled: {verdict}"
        lines.append(line(text, mark="right" if same else "wrong"))
    if len(lines) == 1:
        lines.append(line(f"MLP: has inputs for 9 atoms only, not for {len(scene.molecule)}.",
                          mark="muted"))  # fmt: skip
    order = " ".join(scene.labels[row] for row in scene.row) if moved else ""
    said = f"Listed in another order: atom k of the drawing is now called {order}."
    lines.append(line(said if moved else "Press Relabel atoms: the same molecule in another order.",
                      mark="muted"))  # fmt: skip
    title = f"{target.symbol}, and the order of the atoms"
    text = "Predictions before and after the atoms were listed in another order."
    return words("labels", lines, title=title, alt=text, width=420, height=120, grow=1.6)
