"""What the page predict says of an interval: what it was measured to keep, or why there is none."""

from __future__ import annotations

from core.qm9.prediction import answers
from core.qm9.prediction.predict import Prediction


def why_none(said: Prediction) -> str:
    """Why a property has no interval."""
    if said.lacking:
        return f"QM9 holds no {said.lacking} to calibrate on"
    if any(p.low is not None for p in said.properties.values()):
        return "a linear molecule has no finite A"
    return "too few molecules like this one to calibrate on"


def promise(said: Prediction, target: str) -> str:
    """What the interval was measured to keep, for molecules like this one."""
    words = group_words(said.group)
    if all_known := answers.population(said, target):
        share, n, trained = all_known
        return (
            f"QM9 holds only {n} molecules with {words}, {trained} of them trained on. The "
            "interval comes mostly from these, their errors enlarged, as unseen molecules err "
            f"more. {share:.1%} of the {n} lie inside theirs."
        )
    measured = answers.coverage(said, target)
    if measured is None:
        return ""
    share, n = measured
    return f"Measured: {share:.1%} of the {n:,} test molecules with {words} lie inside theirs."


def group_words(group: str) -> str:
    """A group of `conformal.CELLS` in words: "size 1-3" has "1 to 3 heavy atoms"."""
    if group == "charged":
        return "formal charges"
    return f"{group.removeprefix('size ').replace('-', ' to ')} heavy atoms"
