"""The 19 targets of QM9 with units, the 14 quantities that a model learns, and the way back.

Six of the 19 follow from others exactly (gap, U, H and G, the atomization energies), so a model
learns 13 independent numbers (and the gap once more, as a check of HOMO and LUMO), and the rest is
composed. Energies are in eV: 1 Hartree = 27.211386246 eV, as PyTorch Geometric converts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HARTREE = 27.211386246
KT = 0.000944 * HARTREE
"""k T at 298.15 K in eV, at the six decimals of the published energies: H = U + k T."""

# B3LYP/6-31G(2df,p) energies of single atoms in Hartree: figshare 3195395, `atomref.txt`.
ATOM_REFERENCES = {  # columns U0, U, H, G; rows H, C, N, O, F
    1: (-0.500273, -0.498857, -0.497912, -0.510927),
    6: (-37.846772, -37.845355, -37.844411, -37.861317),
    7: (-54.583861, -54.582445, -54.581501, -54.598897),
    8: (-75.064579, -75.063163, -75.062219, -75.079532),
    9: (-99.718730, -99.717314, -99.716370, -99.733544),
}


@dataclass(frozen=True)
class Target:
    """One target: key in JSON and on the command line, symbol on screen, meaning, unit."""

    key: str
    symbol: str
    meaning: str
    unit: str
    chemical_accuracy: float | None = None

    @property
    def title(self) -> str:
        """Symbol and unit, as axis titles have it."""
        return f"{self.symbol} ({self.unit})"

    @property
    def named(self) -> str:
        """As a menu has it: symbol, unit and meaning."""
        return f"{self.title}: {self.meaning}"


TARGETS = (
    Target("mu", "μ", "dipole moment", "D", 0.1),
    Target("alpha", "α", "isotropic polarizability", "Bohr³", 0.1),
    Target("homo", "HOMO", "energy of the highest occupied orbital", "eV", 0.043),
    Target("lumo", "LUMO", "energy of the lowest unoccupied orbital", "eV", 0.043),
    Target("gap", "gap", "LUMO minus HOMO", "eV", 0.043),
    Target("r2", "⟨R²⟩", "electronic spatial extent", "Bohr²", 1.2),
    Target("zpve", "ZPVE", "zero-point vibrational energy", "eV", 0.0012),
    Target("u0", "U₀", "internal energy at 0 K", "eV", 0.043),
    Target("u", "U", "internal energy at 298.15 K", "eV", 0.043),
    Target("h", "H", "enthalpy at 298.15 K", "eV", 0.043),
    Target("g", "G", "free energy at 298.15 K", "eV", 0.043),
    Target("cv", "Cᵥ", "heat capacity at 298.15 K", "cal/(mol K)", 0.05),
    Target("u0_atom", "U₀ atomization", "U₀ minus that of the single atoms", "eV", 0.043),
    Target("u_atom", "U atomization", "U minus that of the single atoms", "eV", 0.043),
    Target("h_atom", "H atomization", "H minus that of the single atoms", "eV", 0.043),
    Target("g_atom", "G atomization", "G minus that of the single atoms", "eV", 0.043),
    Target("a", "A", "largest rotational constant", "GHz"),
    Target("b", "B", "middle rotational constant", "GHz"),
    Target("c", "C", "smallest rotational constant", "GHz"),
)
KEYS = tuple(t.key for t in TARGETS)
TARGET = {t.key: t for t in TARGETS}
UNITS = {t.key: t.unit for t in TARGETS}
BENCHMARK = ("mu", "alpha", "homo", "lumo", "gap", "r2", "zpve", "u0", "u", "h", "g", "cv")
"""The 12 targets of the mean error ratio: mean over them of MAE / chemical accuracy."""

LEARNED = (
    "mu", "alpha", "homo", "lumo", "gap", "r2", "zpve",
    "u0_atom", "u-u0", "g-h", "cv", "log_a", "log_b", "log_c",
)  # fmt: skip


def parse_targets(text: str) -> tuple[str, ...]:
    """`all` or a comma-separated list of keys, case ignored.

    Raises:
        ValueError: An unknown key; the message lists the known ones.
    """
    names = [part.strip().lower() for part in text.split(",") if part.strip()]
    if names == ["all"]:
        return KEYS
    for name in names:
        if name not in KEYS:
            raise ValueError(f"target {name!r} is unknown: choose from {', '.join(KEYS)}")
    if not names:
        raise ValueError(f"no target given: choose from all, {', '.join(KEYS)}")
    return tuple(key for key in KEYS if key in names)


def atom_energies(numbers: NDArray[np.integer], hydrogens: NDArray[np.integer]) -> Array:
    """Sum of the single-atom energies in eV, columns U0, U, H, G.

    Args:
        numbers: Atomic numbers of the heavy atoms, 0 where padded.
        hydrogens: Hydrogens attached to each.

    Shapes:
        numbers, hydrogens: (M, N)
        returns: (M, 4)
    """
    table = np.zeros((10, 4))
    for number, energies in ATOM_REFERENCES.items():
        table[number] = energies
    heavy = table[np.asarray(numbers)].sum(1)
    return np.asarray((heavy + hydrogens.sum(1)[:, None] * table[1]) * HARTREE)


def from_published(published: Array, references: Array) -> Array:
    """The 19 targets, (M, 19), from the 15 published columns, (M, 15).

    Args:
        published: Columns of `core.qm9.data.source.RAW_COLUMNS`.
        references: What `atom_energies` returns, (M, 4).
    """
    a, b, c, mu, alpha, homo, lumo, gap, r2, zpve, u0, u, h, g, cv = published.T
    energy = np.stack([u0, u, h, g], 1) * HARTREE
    orbital = np.stack([homo, lumo, gap], 1) * HARTREE
    head = [np.stack([mu, alpha], 1), orbital, r2[:, None], zpve[:, None] * HARTREE]
    return np.concatenate(
        [*head, energy, cv[:, None], energy - references, np.stack([a, b, c], 1)], 1
    )


def learned_from_targets(y: Array) -> Array:
    """The 14 learned numbers of each molecule, (M, 14); NaN where a target has no meaning.

    A linear molecule has no finite A; QM9 writes 0 there, or 2e5 and more where rounding left a
    little. Both become NaN, which the loss leaves out, so that two rows can't outweigh the rest.
    """
    t = {key: y[:, i] for i, key in enumerate(KEYS)}
    rotation = [np.where((t[k] > 0) & (t[k] < 1000), t[k], np.nan) for k in ("a", "b", "c")]
    direct = [t[k] for k in LEARNED[:8]]
    thermal = [t["u"] - t["u0"], t["g"] - t["h"], t["cv"]]
    return np.stack([*direct, *thermal, *(np.log(r) for r in rotation)], 1)


def targets_from_learned(z: Array, references: Array) -> Array:
    """The 19 targets, (M, 19), composed so that every identity between them holds.

    HOMO and LUMO move towards the separately learned gap by a quarter of the disagreement each, so
    that LUMO - HOMO becomes the mean of both estimates.
    """
    t = {key: z[:, i] for i, key in enumerate(LEARNED)}
    quarter = (t["gap"] - (t["lumo"] - t["homo"])) / 4
    homo, lumo = t["homo"] - quarter, t["lumo"] + quarter
    u0 = t["u0_atom"] + references[:, 0]
    u = u0 + t["u-u0"]
    h = u + KT
    g = h + t["g-h"]
    energy = np.stack([u0, u, h, g], 1)
    rotation = np.sort(np.exp(z[:, 11:14]), 1)[:, ::-1]
    head = np.stack([t["mu"], t["alpha"], homo, lumo, lumo - homo, t["r2"], t["zpve"]], 1)
    return np.concatenate([head, energy, t["cv"][:, None], energy - references, rotation], 1)


def robust_mean(error: Array, key: str) -> float:
    """Mean error; rotational constants by the median, as linear molecules have no finite A."""
    return float(np.median(error) if key in ("a", "b", "c") else error.mean())


def error_ratio(mae: dict[str, float]) -> float:
    """Mean over the 12 standard targets of MAE / chemical accuracy."""
    accuracy = {t.key: t.chemical_accuracy for t in TARGETS}
    return float(np.mean([mae[key] / float(accuracy[key] or 1) for key in BENCHMARK]))
