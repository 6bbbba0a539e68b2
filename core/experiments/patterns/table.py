"""The table of the chapter's section 6, for the layers of these settings."""

from __future__ import annotations

from typing import Any

from core.experiments.patterns.figures import costs
from core.experiments.patterns.references import reference_name
from core.experiments.patterns.settings import NAMES, is_content, masks

EQUATIONS = {"mlp": "6.5", "cnn": "6.2", "gcn": "5.11", "gat": "6.3", "transformer": "6.4"}
ALPHA = {
    "fixed": "1",
    "gcn": "1 / √(|N(i)| |N(j)|)",
    "gat": "softmax of (5.14)",
    "content": "softmax of qᵢ · kⱼ / √d",
}
WHO = {"mlp": "all", "cnn": "a window", "gcn": "bonds and itself",
       "gat": "bonds and itself", "transformer": "all", "own": "as painted"}  # fmt: skip

SAID = (
    r"Every picture above is $h_i = \sum_{j \in N(i)} \alpha_{ij} V_{ij} x_j + b$. In (6.1) "
    r"$\alpha$ is a softmax, positive with sum 1, and each token has one value. **Here the form is "
    r"stretched:** the weights of a convolution may be negative and are matrices, so it takes one "
    r"value matrix $V$ for each offset, $\alpha = 1$ and no softmax; an MLP takes one for each "
    "pair. Arrows, matrices and sums show α · V, so they may be negative under a softmax, too. The "
    "chapter's table calls the weights of GNNs content-dependent: those of graph "
    "attention are, those of a graph convolution are not. ± under a picture is the largest "
    "difference between this sum and the layer named there, with the same weights, over 20 new "
    "rows."
)


def table(settings: Any) -> list[dict[str, Any]]:
    """One row for each layer."""
    found = []
    for name, mask in masks(settings).items():
        content = is_content(settings, name)
        kind = name if name in ALPHA else "content" if content else "fixed"
        shared = {"gcn": 1, "cnn": (2 * settings.reach + 1) ** (1 + (settings.given == "grid"))}
        matrices = 1 if content else shared.get(name, int(mask.sum()))
        paid = costs(settings, name)
        found.append({
            "layer": f"{NAMES[name]} ({EQUATIONS[name]})" if name in EQUATIONS else NAMES[name],
            "who may look": f"{WHO[name]}: {int(mask.sum())} of {mask.size}",
            "weights": "content-dependent" if content else "fixed",
            "α": ALPHA[kind],
            "value matrices": matrices,
            "parameters": paid.parameters,
            "multiply-adds": paid.products,
            "the same as": reference_name(settings, name),
        })  # fmt: skip
    return found
