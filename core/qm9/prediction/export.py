"""A model as an ONNX file: node and edge features in, the 19 targets in their units out."""

from __future__ import annotations

import contextlib
import io
import json
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.molecules.graph import ATOMIC_NUMBERS
from core.qm9.data import graphs, targets
from core.qm9.data.baseline import counts
from core.qm9.data.graphs import Graphs
from core.qm9.data.source import DataError
from core.qm9.networks.checkpoint import CheckpointError
from core.qm9.networks.conformal import possible
from core.qm9.networks.package import Package

FIELDS = ("atoms", "charge", "rings", "bonds", "pairs", "ring_counts")
HOLDS = {
    "atoms": "the 11 node features", "charge": "formal charges", "rings": "ring-size bits",
    "bonds": "bond codes, 0 for none", "pairs": "codes of atom pairs",
    "ring_counts": "rings of 3 to 9 atoms",
}  # fmt: skip


class Whole(nn.Module):
    """A package on plain tensors, in the order of FIELDS: networks, linear part, references, units.

    Shapes:
        as `core.qm9.data.graphs.Graphs`; returns: (B, 19), the targets in their units
    """

    table: Tensor
    weight: Tensor
    scale: Tensor
    learned: Tensor
    references: Tensor
    constant: Tensor
    lowest: Tensor

    def __init__(self, model: Package) -> None:
        """Take over the members, and write what follows them as matrices."""
        super().__init__()
        self.members = nn.ModuleList(model.predictor.members)
        linear = model.predictor.linear
        none, quiet = np.zeros((1, 4)), np.zeros((1, len(targets.LEARNED)))
        # From learned numbers to targets is linear but for A, B and C, so the unit vectors tell it.
        constant = targets.targets_from_learned(quiet, none)
        steps = np.eye(len(targets.LEARNED)), np.zeros((len(targets.LEARNED), 4))
        each = np.zeros((4, len(targets.LEARNED))), np.eye(4)
        found = {
            "table": np.array([targets.ATOM_REFERENCES[z] for z in ATOMIC_NUMBERS])
            * targets.HARTREE,
            "weight": linear.weight,
            "scale": linear.scale,
            "learned": targets.targets_from_learned(*steps) - constant,
            "references": targets.targets_from_learned(*each) - constant,
            "constant": constant,
            "lowest": possible(np.full(len(targets.KEYS), -np.inf)),
        }
        for name, value in found.items():
            self.register_buffer(name, torch.from_numpy(value))

    def forward(self, *fields: Tensor) -> Tensor:
        """The 19 targets, in double precision: total energies have ten digits."""
        batch = Graphs(*fields)
        z = torch.stack([member(batch) for member in self.members]).double().mean(0)
        z = z * self.scale + counts(batch).double() @ self.weight
        elements = batch.atoms[..., :5].double().sum(1)  # (B, 5)
        hydrogens = batch.atoms[..., 10].double().sum(1, keepdim=True)
        references = elements @ self.table + hydrogens * self.table[0]
        y = self.constant + z @ self.learned + references @ self.references
        rotation = z[:, targets.LEARNED.index("log_a") :].exp().sort(1, descending=True).values
        return torch.maximum(torch.cat([y[:, : -rotation.shape[1]], rotation], 1), self.lowest)


def example() -> Graphs:
    """Two molecules of different size, to trace with; the MLP has places for nine atoms only."""
    from core.molecules import from_smiles

    return graphs.from_molecules([from_smiles("CC(=O)OCC"), from_smiles("C#N")])


def export(model: Package, path: Path) -> dict[str, Any]:
    """Write the ONNX file, and beside it a JSON text that names its inputs and outputs.

    Raises:
        DataError: The package `onnx` is missing.
        CheckpointError: The file can't be written.
    """
    batch = example()
    inputs = tuple(getattr(batch, name) for name in FIELDS)
    shapes = {name: {0: "molecules"} for name in (*FIELDS, "targets")}
    for name in FIELDS[:-1]:
        shapes[name] |= {i: "atoms" for i in range(1, 3 if name in ("bonds", "pairs") else 2)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # On a failure the tracer prints its whole graph on stdout.
        quiet = contextlib.redirect_stdout(io.StringIO())
        with warnings.catch_warnings(), torch.no_grad(), quiet:
            warnings.simplefilter("ignore")  # the tracer warns of shapes that do stay variable
            torch.onnx.export(
                Whole(model).eval(), inputs, str(path), input_names=list(FIELDS),
                output_names=["targets"], dynamic_axes=shapes, dynamo=False, opset_version=18,
            )  # fmt: skip
        card = card_of(path)
        path.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    except (ImportError, torch.onnx.errors.OnnxExporterError):
        if find_spec("onnx") is not None:
            raise
        raise DataError("package onnx is not installed: pip install onnx") from None
    except OSError as error:
        raise CheckpointError(
            f"can't write {path} ({error.strerror}): choose another FILE"
        ) from None
    return {"file": str(path), **card}


def card_of(path: Path) -> dict[str, Any]:
    """Inputs as the graph has them, without those that no network reads; outputs with units."""
    from onnx import TensorProto, load

    def told(value: Any) -> dict[str, Any]:
        kind = value.type.tensor_type
        shape = [d.dim_param or d.dim_value for d in kind.shape.dim]
        dtype = TensorProto.DataType.Name(kind.elem_type).lower()
        return {"name": value.name, "shape": shape, "dtype": dtype, "holds": HOLDS[value.name]}

    inputs = [told(value) for value in load(str(path)).graph.input]
    outputs = [{"key": t.key, "unit": t.unit, "meaning": t.meaning} for t in targets.TARGETS]
    return {"inputs": inputs, "outputs": outputs}
