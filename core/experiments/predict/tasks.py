"""Guided experiments of the page predict; each answer is computed from the predictions."""

from typing import Any

from core.experiments.predict.numbers import number
from core.qm9.prediction import answers
from core.task import task

BENZENE, TOLUENE = "c1ccccc1", "Cc1ccccc1"
AMIDE, ZWITTERION = "NCC(N)=O", "[NH3+]CC(=O)[O-]"
OPTIONS = ("mlp", "deep-sets", "gcn", "gat", "mpnn", "transformer")


def _known(smiles: str, target: str) -> str:
    p = answers.answer(smiles).properties[target]
    return "unknown" if p.dft is None else number(p.dft, answers.digits(target))


@task(
    "**One methyl group more.** Benzene becomes toluene: does the gap rise or fall?",
    ("Rises", "Falls"),
    {"smiles": TOLUENE, "target": "gap"},
    0,
)
def _methyl(film: object, settings: object) -> tuple[str, str]:
    places = answers.digits("gap")
    before, after = (answers.answer(s).properties["gap"].value for s in (BENZENE, TOLUENE))
    return ("Rises" if after > before else "Falls"), (
        f"Predicted: {number(before, places)} eV for benzene, {number(after, places)} eV for "
        f"toluene; DFT says {_known(BENZENE, 'gap')} and {_known(TOLUENE, 'gap')} eV."
    )


def _width(smiles: str) -> float:
    p = answers.answer(smiles).properties["mu"]
    if p.low is None or p.high is None:
        return 0.0
    return p.high - p.value  # the upper half: the lower one may be cut at zero


@task(
    "**From an amide to a zwitterion.** The amide of glycine, NCC(N)=O, is neutral; glycine in "
    "water is a zwitterion. How wide is the zwitterion's interval of the dipole moment, "
    "compared with the amide's?",
    ("Wider", "Equal", "Narrower"),
    {"smiles": ZWITTERION, "target": "mu"},
    0,
)
def _zwitterion(film: object, settings: object) -> tuple[str, str]:
    neutral, charged = _width(AMIDE), _width(ZWITTERION)
    ratio = charged / max(neutral, 1e-9)
    came = "Wider" if ratio > 1.1 else "Narrower" if ratio < 0.9 else "Equal"
    return came, (
        f"The dipole moment is known to ± {charged:.2f} D for the zwitterion and ± {neutral:.2f} D "
        "for the amide. Few molecules of QM9 carry charges, so the network errs more on them, and "
        "their intervals are calibrated apart. Of neutral glycine QM9 holds nothing alike: its "
        "acid group is a bond that no molecule there has, so it gets no interval."
    )


@task(
    "**Six architectures, one molecule.** Which of the six is nearest to DFT for the gap of "
    "benzaldehyde?",
    OPTIONS,
    {"smiles": "O=Cc1ccccc1", "target": "gap"},
    0,
)
def _closest(film: object, settings: Any) -> tuple[str, str]:
    rows = answers.side_by_side(settings.smiles, settings.target)
    dft = answers.answer(settings.smiles).properties[settings.target].dft
    small = {n: v for n, (v, _, _) in rows.items() if n in OPTIONS and v is not None}
    errors = {name: abs(value - (dft or 0.0)) for name, value in small.items()}
    best = min(errors, key=lambda name: errors[name])
    worst = max(errors, key=lambda name: errors[name])
    by_test = min((n for n in small if rows[n][1]), key=lambda n: rows[n][1] or 0.0, default=best)
    return best, (
        f"It is off by {errors[best]:.3f} eV, {worst} by {errors[worst]:.3f} eV. One molecule is "
        f"no contest: over the test molecules of its size {by_test} is the best of the six."
    )


TASKS = (_methyl, _zwitterion, _closest)
