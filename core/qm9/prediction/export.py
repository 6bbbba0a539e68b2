"""A model as an ONNX file: node and edge features in, the 14 standardized quantities out."""

from __future__ import annotations

import contextlib
import io
import json
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from core.qm9.data import graphs
from core.qm9.data.graphs import Graphs
from core.qm9.data.source import DataError
from core.qm9.data.targets import LEARNED
from core.qm9.networks.checkpoint import CheckpointError
from core.qm9.networks.package import Package

FIELDS = ("atoms", "charge", "rings", "bonds", "pairs")


class Ensemble(nn.Module):
    """The members of a package on plain tensors, in the order of FIELDS; the mean of their outputs.

    Shapes:
        as `core.qm9.data.graphs.Graphs`; returns: (B, 14)
    """

    def __init__(self, model: Package) -> None:
        """Take over the members."""
        super().__init__()
        self.members = nn.ModuleList(model.predictor.members)

    def forward(self, *fields: Tensor) -> Tensor:
        """Mean output of the members."""
        atoms, charge, rings, bonds, pairs = fields
        nothing = atoms.new_zeros(())  # no network reads the ring counts
        batch = Graphs(atoms, charge, rings, bonds, pairs, nothing)
        return torch.stack([member(batch) for member in self.members]).mean(0)


def example() -> Graphs:
    """Two molecules of different size, to trace with; the MLP has places for nine atoms only."""
    from core.molecules import from_smiles

    return graphs.from_molecules([from_smiles("CC(=O)OCC"), from_smiles("C#N")])


def export(model: Package, path: Path) -> dict[str, Any]:
    """Write the ONNX file, and beside it a JSON text with what turns its output into units.

    Raises:
        DataError: The package `onnx` is missing.
        CheckpointError: The file can't be written.
    """
    batch = example()
    inputs = tuple(getattr(batch, name) for name in FIELDS)
    shapes = {name: {0: "molecules", 1: "atoms"} for name in ("atoms", "charge", "rings")}
    shapes |= {name: {0: "molecules", 1: "atoms", 2: "atoms"} for name in ("bonds", "pairs")}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # On a failure the tracer prints its whole graph on stdout.
        quiet = contextlib.redirect_stdout(io.StringIO())
        with warnings.catch_warnings(), torch.no_grad(), quiet:
            warnings.simplefilter("ignore")  # the tracer warns of shapes that do stay variable
            torch.onnx.export(
                Ensemble(model).eval(), inputs, str(path), input_names=list(FIELDS),
                output_names=["standardized"], dynamic_axes=shapes, dynamo=False, opset_version=18,
            )  # fmt: skip
        linear = model.predictor.linear
        extra = {"outputs": LEARNED, "inputs": FIELDS, "scale": linear.scale.tolist()}
        path.with_suffix(".json").write_text(json.dumps(extra) + "\n")
    except (ImportError, torch.onnx.errors.OnnxExporterError):
        if find_spec("onnx") is not None:
            raise
        raise DataError("package onnx is not installed: pip install onnx") from None
    except OSError as error:
        raise CheckpointError(
            f"can't write {path} ({error.strerror}): choose another FILE"
        ) from None
    return {"file": str(path), "inputs": list(FIELDS), "outputs": list(LEARNED)}
