"""What the page predict shows beside the sketcher: numbers as HTML, the atoms as a panel.

The HTML holds numbers and words of this program only, and SMILES of QM9; nothing that a user typed.
"""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from core.experiments.predict.experiment import written
from core.experiments.predict.figures_words import promise, why_none
from core.experiments.predict.numbers import apart, interval, number
from core.molecules.picture import picture
from core.qm9.data.targets import KEYS, TARGET, TARGETS, Target
from core.qm9.networks.conformal import LEVEL
from core.qm9.prediction import answers
from core.qm9.prediction.contributions import Contributions
from core.qm9.prediction.predict import Prediction, Property
from core.stage import Panel, graph, shade

TILES = ("gap", "homo", "lumo", "mu", "alpha")
SIDE_WORDS = (
    "All models on this molecule. ± and its bar: the model's mean absolute error on the test "
    "molecules of its size, or on charged ones, where there are enough. An error is often larger "
    "than the mean one: this is narrower than the 90% interval, in which nine of ten lie. "
    "Orange line: DFT, where QM9 holds it."
)
SPLIT_WORDS = {
    "train": "the networks were trained on it",
    "validation": "in the validation split, not trained on",
    "test": "in the test split, not trained on",
}


def headline(said: Prediction, target: str) -> str:
    """The chosen property in large, the best known others small beside it."""
    tiles = [_first(said, target)]
    for key in TILES:
        if key != target:
            t, p = TARGET[key], said.properties[key]
            value = number(p.value, answers.digits(key))
            tiles.append(
                f'<div class="pd-tile"><small>{escape(t.symbol)}</small><b>{value} '
                f"<small>{escape(t.unit)}</small></b></div>"
            )
    return f'<div class="pd-tiles">{"".join(tiles)}</div>'


def _first(said: Prediction, target: str) -> str:
    t, p = TARGET[target], said.properties[target]
    places = answers.digits(target)
    value = number(p.value, places)
    lines = [f"No {LEVEL:.0%} interval: {why_none(said)}."]
    if p.low is not None:
        words = f"{LEVEL:.0%} interval {interval(p, places)} {escape(t.unit)}."
        lines = [f"{words} {promise(said, target)}".strip()]
    if p.dft is not None:
        off = apart(p.value, p.dft, places)
        where = SPLIT_WORDS.get(said.split or "", "")
        if said.row is not None and (isomer := answers.isomer(said.row)):
            where += f"; of the isomer {escape(isomer)}, by its geometry"
        lines.append(
            f"DFT (QM9) <strong>{number(p.dft, places)} {escape(t.unit)}</strong>, error {off}; "
            f"{where}."
        )
    elif said.row is not None:
        lines.append("QM9 holds another isomer: there is no DFT value to compare with.")
    elif answers.known():
        lines.append("Not in QM9: there is no DFT value to compare with.")
    else:
        lines.append("QM9 is being read: whether it holds this molecule is said then.")
    return (
        f'<div class="pd-tile pd-first" data-value="{p.value:.10g}" data-target="{target}">'
        f"<small>predicted {escape(t.symbol)}, {escape(t.meaning)}</small>"
        f"<b>{value} <span>{escape(t.unit)}</span></b><small>{'<br>'.join(lines)}</small></div>"
    )


# --- all properties -------------------------------------------------------------------------------


def table(said: Prediction, target: str) -> str:
    """The 19 properties: value, interval, unit, DFT, error, place within QM9."""
    known = any(p.dft is not None for p in said.properties.values())
    heads = ["property", "predicted", f"{LEVEL:.0%} interval", "unit"]
    heads += ["DFT", "error"] * known + ["within QM9"] * answers.known() + ["meaning"]
    right = {"predicted", f"{LEVEL:.0%} interval", "DFT", "error"}
    top = "".join(f'<th class="{"pd-n" if h in right else ""}">{h}</th>' for h in heads)
    rows = "".join(_row(t, said.properties[t.key], t.key == target, known) for t in TARGETS)
    return (
        '<div class="pd-scroll" tabindex="0" role="region" aria-label="Table of the properties">'
        '<table class="pd-table" aria-label="All 19 predicted properties">'
        f"<thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(t: Target, p: Property, chosen: bool, known: bool) -> str:
    places = answers.digits(t.key)
    dft = ""
    if known and p.dft is not None:
        off = apart(p.value, p.dft, places)
        dft = f'<td class="pd-n">{number(p.dft, places)}</td><td class="pd-n">{off}</td>'
    return (
        f'<tr class="{"pd-on" if chosen else ""}" data-key="{t.key}"><td>{escape(t.symbol)}</td>'
        f'<td class="pd-n"><b>{number(p.value, places)}</b></td>'
        f'<td class="pd-n">{interval(p, places)}</td><td>{escape(t.unit)}</td>{dft}'
        f"{_strip(t, p)}<td>{escape(t.meaning)}</td></tr>"
    )


def _strip(t: Target, p: Property) -> str:
    """QM9's distribution, the interval and the prediction on it, DFT as a line."""
    spread = answers.spreads().get(t.key)
    if spread is None:
        return ""
    marks = [f'<i class="pd-hist pd-of-{t.key}"></i>']
    if p.low is not None and p.high is not None:
        a, b = spread.at(p.low) * 100, spread.at(p.high) * 100
        marks.append(f'<i class="pd-range" style="left:{a:.2f}%;width:{b - a:.2f}%"></i>')
    if p.dft is not None:
        marks.append(f'<i class="pd-dft" style="left:{spread.at(p.dft) * 100:.2f}%"></i>')
    marks.append(f'<i class="pd-dot" style="left:{spread.at(p.value) * 100:.2f}%"></i>')
    share = spread.below(p.value)
    label = f"{t.symbol}: above {share:.1%} of QM9"
    return (
        f'<td><div class="pd-strip" role="img" title="{escape(label)}" '
        f'aria-label="{escape(label)}">{"".join(marks)}</div></td>'
    )


def distributions() -> str:
    """A style sheet with the shape of each target's distribution over QM9, sent once a visit."""
    rules = []
    for key, spread in answers.spreads().items():
        width = 100 / len(spread.heights)
        corners = ["0 100%"]
        for i, height in enumerate(spread.heights):
            top = 100 * (1 - height)
            corners += [f"{x:.1f}% {top:.0f}%" for x in (i * width, (i + 1) * width)]
        rules.append(f".pd-of-{key}{{clip-path:polygon({','.join([*corners, '100% 100%'])})}}")
    return f"<style>{''.join(rules)}</style>"


# --- the architectures ----------------------------------------------------------------------------


def architectures(smiles: str, target: str, group: str = "") -> str:
    """A row a model: its prediction, its test error as a bar, DFT as a line through all.

    `group` as in `answers.side_by_side`.
    """
    rows = answers.side_by_side(smiles, target, group)
    t, places = TARGET[target], answers.digits(target)
    dft = answers.answer(smiles).properties[target].dft
    ends = [v + s * (e or 0) for v, e, _ in rows.values() if v is not None for s in (-1, 1)]
    ends += [] if dft is None else [dft]
    room = (max(ends) - min(ends)) * 0.06 or 1.0
    low, high = min(ends) - room, max(ends) + room

    def at(value: float) -> float:
        return 100 * (value - low) / (high - low)

    line = "" if dft is None else f'<i class="pd-dft" style="left:{at(dft):.2f}%"></i>'
    cells = []
    for name, (value, error, why) in rows.items():
        cells.append(f"<div>{escape(name)}</div>")
        if value is None:
            reason = escape(why.split(":")[0])
            cells.append(f'<div class="pd-muted pd-wide">{reason}</div>')
            continue
        bar, off = "", ""
        if error is not None:
            a, b = at(value - error), at(value + error)
            bar = f'<i class="pd-error" style="left:{a:.2f}%;width:{b - a:.2f}%"></i>'
            off = f" <small>± {error:.{places}f}</small>"
        dot = f'<i class="pd-dot" style="left:{at(value):.2f}%"></i>'
        cells.append(f'<div class="pd-lane">{line}{bar}{dot}</div>')
        cells.append(f'<div data-model="{escape(name)}">{number(value, places)}{off}</div>')
    words = f"{escape(t.symbol)} in {escape(t.unit)}"
    return f'<div class="pd-models" role="group" aria-label="{words}">{"".join(cells)}</div>'


# --- the contribution map -------------------------------------------------------------------------


def reach(shares: Contributions, target: str) -> float:
    """The largest contribution of an atom: both ends of the color scale."""
    return float(np.abs(shares.atoms[:, KEYS.index(target)]).max()) or 1.0


def panels(settings: Any) -> list[Panel]:
    """The molecule with colors and numbers on its atoms, where the model has contributions."""
    smiles, target = settings.smiles, settings.target
    shares, binds = answers.shares(smiles), []
    if shares is not None:
        high, label = reach(shares, target), f"share ({TARGET[target].unit})"
        binds = [shade("atom", "share", low=-high, high=high, colors="signed", label=label),
                 shade("label", "shown", format=f".{answers.digits(target)}f")]  # fmt: skip
    title = "Draw here; colors: each atom's share of this prediction"
    words = {"title": title, "alt": "Molecule sketcher"}
    return [graph("molecule", picture(smiles), binds, width=600, height=430, **words)]


def readouts(settings: Any) -> list[dict[str, Any]]:
    """None: the page says its numbers as HTML."""
    return []


def legend(smiles: str, target: str) -> str:
    """The color scale, and the sum: constant plus atoms is the prediction to the last digit.

    Equal atoms have equal numbers, so that the constant takes what rounding leaves.

    A sum below 0 of what can't be negative stays what it is, and it is said that 0 is shown.
    """
    shares = answers.shares(smiles)
    if shares is None:
        return ""
    t, places = TARGET[target], answers.digits(target)
    high = number(reach(shares, target), places)
    value = answers.answer(smiles).properties[target].value
    parts = written(shares, target, value)
    constant, atoms, total = (number(v, places) for v in (parts[0], parts[1:].sum(), parts.sum()))
    below = "; shown as 0, as it can't be negative" if parts.sum() < value == 0 else ""
    own = float(shares.constant[KEYS.index(target)])
    rest = f" ({number(own, places)} before rounding)" * (number(own, places) != constant)
    return (
        f'<div class="pd-legend"><span>−{high}</span><span class="pd-bar" role="img" '
        f'aria-label="orange: below 0, blue: above"></span><span>+{high} {escape(t.unit)}</span>'
        f"<span>every molecule starts at <b>{constant}</b>{rest}, its atoms add <b>{atoms}</b>, "
        f'together <b data-total="{total}">{total} {escape(t.unit)}</b>{below}. Shares of this '
        "prediction, not effects of an edit: for those see <i>Mutate</i>.</span></div>"
    )
