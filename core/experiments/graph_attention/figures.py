"""Panels of the graph attention page: molecules with weights on their bonds, and the equations."""

from __future__ import annotations

from typing import Any

from core.experiments.graph_attention.figures_effects import matrix, neighbors, prediction, ranks
from core.experiments.graph_attention.settings import names_of
from core.experiments.graph_attention.study import Study, study
from core.qm9.data.targets import TARGETS
from core.stage import Panel, graph, line, readout, shade, words

TARGET = {t.key: t for t in TARGETS}


def column(found: Study, head: int | None = None) -> int:
    """Column of the tracks `arrows` and `loops`: head 0 is the mean over heads."""
    return found.layer * (found.heads + 1) + (found.head if head is None else head)


def weights_on(column_: int) -> list[dict[str, Any]]:
    """Arrows as wide as alpha_uv, and a disc for the weight of an atom for itself."""
    return [shade("arrow", "arrows", column_), shade("halo", "loops", column_, soft=True)]


def numbers(settings: Any) -> list[int]:
    """The number beside each atom's letter, as in C2."""
    return list(range(1, 1 + len(study(settings).open)))


def learned(settings: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Binds and words of the panel that is drawn upon: the weights in use at this frame."""
    found = study(settings)
    head = "mean of the heads" if not found.head else f"head {found.head}"
    binds = [*weights_on(column(found)), shade("label", "labels", format=".2f")]
    return binds, {
        "title": f"Attention: layer {found.layer + 1}, {head}",
        "alt": "The molecule; an arrow from u to v is as wide as the weight that v gives u, the "
        "disc under an atom as wide as the weight that it gives itself.",
        "selected": found.v,
        "numbers": numbers(settings),
        "width": 540,
        "height": 440,
        "grow": 1.4,
    }


def even(settings: Any, molecule: dict[str, Any]) -> Panel:
    """The left half of figure 12: all neighbors alike."""
    binds = [
        shade("arrow", "even"),
        shade("halo", "even_loops", soft=True),
        shade("label", "even_labels", format=".2f"),
    ]
    return graph(
        "even", molecule, binds, title="Uniform: 1 / |N(v)|", selected=study(settings).v,
        numbers=numbers(settings),
        alt="The same molecule with equal weights for all neighbors of an atom.",
        width=280, height=440,
    )  # fmt: skip


def heads(settings: Any, molecule: dict[str, Any]) -> list[Panel]:
    """One small molecule for each head of the layer."""
    found = study(settings)
    return [
        graph(
            f"head{head}", molecule, weights_on(column(found, head)), letters=False,
            title=f"Head {head}", selected=found.v, width=200, height=220,
            alt=f"Weights of head {head} in layer {found.layer + 1} on the bonds.",
        )
        for head in range(1, found.heads + 1)
    ]  # fmt: skip


def equations(settings: Any) -> Panel:
    """Equations (5.14) and (5.13) with the numbers of the atom looked at."""
    found, names = study(settings), names_of(settings.smiles)
    v, N_v = names[found.v], [names[u] for u in found.N_v]
    others = ", ".join(N_v[1:]) or "no bond"
    lines = [
        line(f"v = {v}, layer {found.layer + 1}", mark="head"),
        line(f"N(v): {others}, and {v} itself", mark="muted"),
        *(_of_head(found, N_v) if found.head else _of_mean(found, N_v)),
        line("On the way: each weight is (1 − t) / |N(v)| + t α, here t = {}",
             ("mix", found.layer, ".2f"), mark="muted"),
        line("(5.13)", mark="head"),
        line("Each head has messages ψ of its own, which it weighs by its own α.", mark="muted")
        if not found.head else
        line("h′_v = " + " + ".join(f"{{}} ψ(h_{u})" for u in N_v),
             *((("used", i * (found.heads + 1) + found.head, ".2g")) for i in range(len(N_v)))),
    ]  # fmt: skip
    return words(
        "equations", lines, title="The numbers of this atom", width=330, height=440, grow=1.1
    )


def _of_head(found: Study, N_v: list[str]) -> list[dict[str, Any]]:
    """Scores, their exponentials, the sum, and the shares."""
    at = [i * (found.heads + 1) + found.head for i in range(len(N_v))]
    exps = [("exp", i, ".3g") for i in at]
    total = ("sum", found.head, ".3g")
    return [
        line("(5.14)", mark="head"),
        *(
            line(f"f(h_{u}, h_{N_v[0]}) = {{}}, exp f = {{}}", ("f", i, ".2f"), ("exp", i, ".3g"))
            for u, i in zip(N_v, at, strict=True)
        ),
        line("sum over N(v) = " + " + ".join("{}" for _ in at) + " = {}", *exps, total),
        *(
            line(f"α from {u} = {{}} / {{}} = {{}}", ("exp", i, ".3g"), total, ("alpha", i, ".3f"))
            for u, i in zip(N_v, at, strict=True)
        ),
    ]


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


def panels(settings: Any, molecule: dict[str, Any], main: Panel) -> list[Panel]:
    """The stage; `main` is the panel that is drawn upon."""
    return [
        main,
        even(settings, molecule),
        equations(settings),
        *neighbors(settings),
        ranks(settings),
        matrix(settings),
        prediction(settings),
        *heads(settings, molecule),
    ]


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers beside the film controls."""
    target, found = TARGET[settings.target], study(settings)
    mixes = [
        readout("mix", f"t of layer {layer + 1}", ".2f", column=layer)
        for layer in range(found.layers)
    ]
    small = ".3g" if abs(found.learned[0]) < 1000 else ".8g"
    return [
        *mixes,
        readout("prediction", f"{target.symbol} predicted ({target.unit})", small),
        readout("loss", "moved from uniform", ".3g"),
    ]
