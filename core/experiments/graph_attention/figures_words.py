"""Words of the graph attention page: equations 5.14 and 5.13 worked out, and the readouts."""

from __future__ import annotations

from typing import Any

from core.experiments.graph_attention.settings import names_of, silenced
from core.experiments.graph_attention.study import Study, study
from core.qm9.data.targets import TARGET
from core.stage import Panel, line, readout, words


def equations(settings: Any) -> Panel:
    """Equations (5.14) and (5.13) with the numbers of the atom looked at."""
    found, names = study(settings), names_of(settings.smiles)
    v, N_v = names[found.v], [names[u] for u in found.N_v]
    others = ", ".join(N_v[1:]) or "no bond"
    lines = [
        *_silent(settings, found),
        line(f"v = {v}, layer {found.layer + 1}", mark="head"),
        line(f"N(v): {others}, and {v} itself", mark="muted"),
        *(_of_head(found, N_v) if found.head else _of_mean(found, N_v)),
        line("On the way: each weight is (1 − t) / |N(v)| + t α, here t = {}",
             ("mix", found.layer, ".2f"), mark="muted"),
        line("(5.13)", mark="head"),
        line("Each head has messages ψ of its own, which it weighs by its own α.", mark="muted")
        if not found.head else
        line("h′<sub>v</sub> = " + " + ".join(f"{{}} ψ(h<sub>{u}</sub>)" for u in N_v),
             *((("used", i * (found.heads + 1) + found.head, ".2g")) for i in range(len(N_v)))),
    ]  # fmt: skip
    title = "The numbers of this atom"
    return words("equations", lines, title=title, width=330, height=440, grow=1.1)


def _silent(settings: Any, found: Study) -> list[dict[str, Any]]:
    """What it does to the property that a neighbor is silenced."""
    if silenced(settings) < 0:
        return []
    names, target = names_of(settings.smiles), TARGET[settings.target]
    before, after = (study(s).learned[0] for s in (settings.replace(silence=0), settings))
    said = f"{target.symbol} moves by {after - before:+.3g} {target.unit}".replace("-", "−")
    return [line(f"{names[found.v]} no longer hears {names[silenced(settings)]}: {said}, as "
                 "“all together” says.", mark="wrong")]  # fmt: skip


def _of_head(found: Study, N_v: list[str]) -> list[dict[str, Any]]:
    """Scores, their exponentials, the sum, and the shares."""
    at = [i * (found.heads + 1) + found.head for i in range(len(N_v))]
    exps = [("exp", i, ".3g") for i in at]
    total = ("sum", found.head, ".3g")
    score = f"f(h<sub>{{}}</sub>, h<sub>{N_v[0]}</sub>) = {{{{}}}}, exp f = {{{{}}}}"
    scores = [line(score.format(u), ("f", i, ".2f"), exp)
              for u, i, exp in zip(N_v, at, exps, strict=True)]  # fmt: skip
    shares = [line(f"α from {u} = {{}} / {{}} = {{}}", exp, total, ("alpha", i, ".3f"))
              for u, i, exp in zip(N_v, at, exps, strict=True)]  # fmt: skip
    added = line("sum over N(v) = " + " + ".join("{}" for _ in at) + " = {}", *exps, total)
    return [line("(5.14)", mark="head"), *scores, added, *shares]


def _of_mean(found: Study, N_v: list[str]) -> list[dict[str, Any]]:
    """The weights of all heads, and their mean."""
    sums = " + ".join("{}" for _ in range(found.heads))
    lines = [line("(5.14), mean over the heads", mark="head")]
    for i, u in enumerate(N_v):
        at = i * (found.heads + 1)
        each = [("alpha", at + head, ".2g") for head in range(1, found.heads + 1)]
        text = f"α from {u} = ({sums}) / {found.heads} = {{}}"
        lines.append(line(text, *each, ("alpha", at, ".3f")))
    return [*lines, line("Choose one head to see its scores f.", mark="muted")]


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers beside the film controls."""
    target, found = TARGET[settings.target], study(settings)
    small = ".3g" if abs(found.learned[0]) < 1000 else ".8g"
    return [
        *(readout("mix", f"Layer {i + 1} learned", ".0%", column=i) for i in range(found.layers)),
        readout("prediction", f"{target.symbol} predicted ({target.unit})", small),
        readout("loss", "moved from uniform", ".3g"),
    ]
