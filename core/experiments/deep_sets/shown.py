"""The one set on the stage, in two orders: before the last shuffle and after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.sets import ORDERS, TARGETS, crowd, snap
from core.settings.kinds import Integer, SettingError
from core.settings.lists import read_place

Numbers = NDArray[np.float64]
EDITS = ("shuffle", "another", "draw", "add", "move", "remove")
FIRST_SIZE, MOST, EDGE = 7, 30, 1.0


@dataclass(frozen=True)
class Shown:
    """Elements, and two orders in which they are listed.

    Shapes:
        x: (n, F), the elements; a molecule's atoms as their features
        before, now: (n,), which element stands at each place of the list
        row: of a molecule its row in `Bags`, if it is there, else -1
        smiles: of a molecule its canonical SMILES, else empty
    """

    x: Numbers
    before: NDArray[np.int64]
    now: NDArray[np.int64]
    row: int = -1
    smiles: str = ""

    def __len__(self) -> int:
        """Number of elements."""
        return len(self.x)


def listed(x: Numbers, seed: int, row: int = -1, smiles: str = "") -> Shown:
    """A set as it is listed in training, and after a first shuffle."""
    shown = Shown(x, np.arange(len(x)), np.arange(len(x)), row, smiles)
    return shuffled(shown, seed)


def first_shown(settings: Any) -> Shown:
    """The set that a run begins with."""
    return another(settings, 0)


def another(settings: Any, number: int) -> Shown:
    """A set that is not trained on; of molecules one with isomers that have the same bag."""
    rng = np.random.default_rng([settings.data_seed, 2, number])
    if str(settings.target).startswith("molecule"):
        table = bags.load()
        row = int(table.rivals[(settings.data_seed + number) % len(table.rivals)])
        rows = table.atoms[row][table.atoms[row] > 0]
        return listed(bags.features(table.types)[rows], number, row, table.smiles[row])
    target = TARGETS[settings.target]
    n = FIRST_SIZE if number == 0 else int(rng.integers(3, 11))
    if target.draw is crowd:
        x = crowd(rng, n)
    else:  # wider than the sets of training may be, so that all of them can be pointed at
        x = rng.uniform(-0.3, 0.3, 2) + 0.65 * rng.uniform(-1, 1, (n, 2))
    return listed(ORDERS[settings.order](np.round(x, 3)), number)


def drawn(settings: Any, name: str, smiles: str) -> Shown:
    """A molecule that somebody drew, as a bag of its atoms; its true value only if we hold it."""
    if not str(settings.target).startswith("molecule"):
        raise SettingError(name, smiles, "possible where the target is a property of molecules")
    from core.molecules import MoleculeError, from_smiles  # RDKit: only for those who draw

    try:
        molecule = from_smiles(smiles)
    except MoleculeError as error:
        raise SettingError(name, smiles, str(error)) from None
    if len(molecule) > bags.MOST:
        few = f"a molecule of at most {bags.MOST} heavy atoms, the places of the padded list"
        raise SettingError(name, smiles, few)
    known = bags.load().smiles
    row = known.index(molecule.smiles) if molecule.smiles in known else -1
    return listed(bags.features(molecule.atoms)[1:], 0, row, molecule.smiles)


def shuffled(shown: Shown, seed: int) -> Shown:
    """Another order, drawn until it is another one."""
    rng = np.random.default_rng([seed, 5])
    now = shown.now[rng.permutation(len(shown))]
    while len(shown) > 1 and (now == shown.now).all():
        now = shown.now[rng.permutation(len(shown))]
    return replace(shown, before=shown.now, now=now)


def edited(settings: Any, shown: Shown, name: str, text: str) -> Shown:
    """After a change by hand: `shuffle`, `another` (a seed), `draw`, `add`, `move.3`, `remove.3`.

    Places are counted in the present order, from 0; `add` and `move` take "a,b", `draw` a SMILES.
    Errors: `SettingError` names the change, its value and what is possible.
    """
    tool, _, index = name.partition(".")
    if tool in ("shuffle", "another"):
        seed = Integer(0, 2**31 - 1).check(name, Integer(0, 2**31 - 1).parse(name, text))
        return shuffled(shown, seed) if tool == "shuffle" else another(settings, seed)
    if tool == "draw":
        return drawn(settings, name, text)
    if tool not in EDITS:
        raise SettingError("change", name, f"learning_rate, or one of {', '.join(EDITS)}")
    if shown.smiles:
        raise SettingError("change", name, "shuffle, another or draw: a molecule keeps its atoms")
    if tool == "add":
        return _added(shown, _point(settings, name, text))
    place = Integer(0, len(shown) - 1).parse(name, index)
    element = int(shown.now[Integer(0, len(shown) - 1).check(name, place)])
    if tool == "move":
        x = shown.x.copy()
        x[element] = _point(settings, name, text)
        return replace(shown, x=x)
    return _removed(shown, element)


def _point(settings: Any, name: str, text: str) -> Numbers:
    x = np.array(read_place(name, text, EDGE))
    on_sites = TARGETS[settings.target].draw is crowd
    return snap(x) if on_sites else np.round(x, 3)


def _added(shown: Shown, x: Numbers) -> Shown:
    n = len(shown)
    if n >= MOST:
        raise SettingError("add", n + 1, f"at most {MOST} elements")
    return replace(
        shown, x=np.vstack([shown.x, x]), before=np.append(shown.before, n),
        now=np.append(shown.now, n),
    )  # fmt: skip


def _removed(shown: Shown, element: int) -> Shown:
    if len(shown) < 2:
        raise SettingError("remove", element, "at least 1 element must be left")

    def without(order: NDArray[np.int64]) -> NDArray[np.int64]:
        left = order[order != element]
        return left - (left > element)

    x = np.delete(shown.x, element, 0)
    return replace(shown, x=x, before=without(shown.before), now=without(shown.now))


def event_as_change(event: dict[str, Any]) -> tuple[str, str]:
    """What the mouse did on the plane, as a change: (name, value)."""
    tool = str(event.get("tool"))
    at = ",".join(f"{np.clip(float(event.get(c, 0)), -EDGE, EDGE):.3f}" for c in "xy")
    return (tool, at) if tool == "add" else (f"{tool}.{int(event.get('index', -1))}", at)
