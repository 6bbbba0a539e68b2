"""The pass of one molecule through a trained network as a PyTorch program that stands alone."""

from __future__ import annotations

import inspect
from typing import Any

from core.experiments.message_passing.analysis import shipped
from core.experiments.message_passing.scene import Scene
from core.models import graph, mpnn
from core.qm9.data.targets import KEYS, KT, LEARNED, TARGET, targets_from_learned
from core.qm9.data.task import references_of
from core.qm9.networks.models import GatReluLayer

PARTS: dict[str, tuple[tuple[Any, ...], str, str]] = {
    "gcn": (
        (graph.neighborhood, graph.normalized_adjacency, graph.GCNLayer),
        "GCNLayer(d, d)",
        "(normalized_adjacency(neighborhood(A, mask)).to(A.dtype),)",
    ),
    "gat": (
        (graph.neighborhood, graph.GATLayer, GatReluLayer),
        "GatReluLayer(d, d)",
        "(neighborhood(A, mask),)",
    ),
    "mpnn": (
        (mpnn.MPNNLayer,),
        "MPNNLayer(d, 4)",
        "(e, A)",
    ),
}


def script(scene: Scene) -> str:
    """The program; it reads the weights from the `.safetensors` file that lies beside it."""
    sources, layer, context = PARTS[scene.settings.model]
    held = shipped(scene.settings.model)
    target = TARGET[scene.settings.target]
    return SCRIPT.format(
        title=f"{scene.settings.model.upper()} on {scene.molecule.smiles}, trained on QM9.",
        source="\n\n".join(inspect.getsource(s) for s in (*sources, graph.sum_pool)),
        layer=layer,
        context=context,
        d=scene.start.shape[1],
        layers=len(scene.rounds),
        x=scene.graphs.x_scaled[0].tolist(),
        bonds=scene.molecule.bonds.tolist(),
        labels=scene.labels,
        learned=LEARNED,
        kt=KT,
        compose=inspect.getsource(targets_from_learned).replace("Array", "np.ndarray"),
        scale=held.linear.scale.tolist(),
        linear=held.linear.predict(scene.graphs)[0].tolist(),
        references=references_of(scene.graphs)[0].tolist(),
        keys=KEYS,
        key=target.key,
        unit=target.unit,
    )


SCRIPT = '''"""{title}

Exported from the Inductive Playground. Needs Python 3.11, PyTorch, NumPy and safetensors, and the
file message-passing.safetensors (the weights, from the same page) in this folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

Trace = dict[str, Tensor]


{source}

class Network(nn.Module):
    """Embed the atoms, pass messages layer by layer, add the atoms up (5.12), read out."""

    def __init__(self, d: int, layers: int) -> None:
        super().__init__()
        self.embed = nn.Linear(11, d)
        self.norms = nn.ModuleList(nn.LayerNorm(d) for _ in range(layers + 1))
        self.layers = nn.ModuleList({layer} for _ in range(layers))
        self.readout = nn.Sequential(
            nn.LayerNorm(d), nn.Linear(d, d), nn.GELU(), nn.Linear(d, {learned_count})
        )

    def forward(self, x: Tensor, context: tuple[Tensor, ...], mask: Tensor) -> Tensor:
        h = self.embed(x)
        for number, (layer, norm) in enumerate(zip(self.layers, self.norms), start=1):
            h = h + layer(norm(h), *context)
            print("round", number, "length of h_v:", h[0].norm(dim=-1).round(decimals=3).tolist())
        return self.readout(sum_pool(self.norms[-1](h), mask))


# From the network's outputs to energies in eV and the other units.
LEARNED = {learned}
KT = {kt!r}


{compose}

# --- This molecule: atoms {labels} ---

# The 11 features of appendix A for each atom, in units of their spread in QM9.
x = torch.tensor({x}, dtype=torch.float64)[None]
bonds = {bonds}  # from, to, and 1 single, 2 double, 3 triple, 4 aromatic
# What a linear model on counts of atoms and bonds says, and the spread of what it leaves over.
linear, scale = np.array({linear}), np.array({scale})
references = np.array([{references}])  # energies of the single atoms in eV

if __name__ == "__main__":
    torch.set_num_threads(1)
    n = x.shape[1]
    A, e = torch.zeros(1, n, n).double(), torch.zeros(1, n, n, 4).double()
    for i, j, kind in bonds:
        A[0, i, j] = A[0, j, i] = e[0, i, j, kind - 1] = e[0, j, i, kind - 1] = 1
    mask = torch.ones(1, n, dtype=torch.bool)
    d = {d}
    network = Network(d, {layers})
    network.load_state_dict(load_file(Path(__file__).parent / "message-passing.safetensors"))
    with torch.no_grad():
        z = network.double()(x, {context}, mask).numpy()
    values = targets_from_learned(z * scale + linear, references)[0]
    print(f"{key} {{values[{keys}.index('{key}')]:.6f}} {unit}")
'''
SCRIPT = SCRIPT.replace("{learned_count}", str(len(LEARNED)))
