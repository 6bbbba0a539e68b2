"""The two graph layers beside those of PyTorch Geometric, which the app itself does not need.

Recorded by `python -m core.experiments.patterns.geometric --record`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from core import piped
from core.command import RESULTS, keep, kept
from core.experiments.patterns.experiment import seen_by
from core.experiments.patterns.layers import Additive, Fixed
from core.experiments.patterns.masks import INPUTS, bonds
from core.experiments.patterns.pictures import Patterns
from core.experiments.patterns.settings import PatternsSettings

RECORD = RESULTS / "patterns-geometric.json"
UPDATES, ROWS = 50, 20


@torch.no_grad()
def by_geometric(layer: Fixed | Additive, x: Tensor, given: str) -> Tensor:
    """Outputs of GCNConv or GATConv with the weights of our layer. Shapes: (B, n, d) -> (B, n, d).

    Errors: `ImportError` without torch-geometric, which `tests/requirements.txt` has.
    """
    from torch_geometric.nn import GATConv, GCNConv

    pairs = torch.tensor(bonds(given)).T
    edges = torch.cat([pairs, pairs.flip(0)], 1)
    d = x.shape[-1]
    if isinstance(layer, Additive):
        made: Any = GATConv(d, d)
        made.lin.weight.copy_(layer.W)
        made.att_src.copy_(layer.a_from[None, None])
        made.att_dst.copy_(layer.a_to[None, None])
    else:
        made = GCNConv(d, d)
        made.lin.weight.copy_(layer.W[0])
    made.bias.copy_(layer.b)
    return torch.stack([made(one, edges) for one in x])


def differences(given: str, updates: int = UPDATES) -> dict[str, float]:
    """Largest difference of each of the two layers after some updates, over new rows."""
    run = Patterns(PatternsSettings(given=given))
    run.step(updates)
    x, found = run.rows(ROWS, 9)[0], {}
    for name in ("gcn", "gat"):
        layer: Any = run.layers[name]
        seen = seen_by(layer, x)
        with torch.no_grad():
            apart = layer(seen) - by_geometric(layer, seen, given)
        found[name] = float(apart.abs().max())
    return found


def recorded() -> dict[str, Any]:
    """What was found, with its command and the version of the package."""
    return kept(RECORD)


def said() -> str:
    """A sentence about what was found."""
    found = recorded()
    most = max(one for row in found["differences"].values() for one in row.values())
    return (
        f"The graph layers beside GCNConv and GATConv of PyTorch Geometric {found['version']}, on "
        f"all four inputs: at most {most:.0e} apart (recorded by `{found['command']}`)."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences and, with `--record`, keep them."""
    parser = argparse.ArgumentParser(
        prog="python -m core.experiments.patterns.geometric", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--record", action="store_true", help="keep the result in assets/results")
    given = parser.parse_args(arguments)
    import torch_geometric

    command = "python -m core.experiments.patterns.geometric --record"
    found = {"command": command, "version": torch_geometric.__version__}
    found |= {"differences": {one: differences(one) for one in INPUTS}}
    if given.record:
        keep(RECORD, found)
    print(json.dumps(found["differences"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
